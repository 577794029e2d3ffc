/**
 * The package as its users get it: what `deno publish` would send, on a registry of the test's own that is laid out as
 * JSR is, and what a Deno with an empty cache makes of it.
 *
 * The packages of std that it imports are passed on from JSR where that is in reach. Elsewhere each is a module that
 * exports what the copy of std on npm does, which has no types.
 *
 * @module
 */
import { assert } from "@std/assert";
import { ROOT } from "./_program.ts";

const REACH_TIMEOUT_MS = 3_000;
const NPM_TIMEOUT_MS = 20_000;
const MEDIA_TYPES: Readonly<Record<string, string>> = { json: "application/json", ts: "text/typescript" };

/** A version of a package, as a registry keeps it. */
export interface PublishedPackage {
  /** With its scope: `@x/miniredis`. */
  readonly name: string;
  readonly version: string;
  /** As in deno.json: `{ ".": "./mod.ts" }`. */
  readonly exports: Readonly<Record<string, string>>;
  /** Its files by their path: `mod.ts`, `server/host.ts`. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Where the packages of std come from: JSR's address, or the modules that take the place of theirs. */
export type StdSource =
  | { readonly kind: "JSR"; readonly url: URL }
  | { readonly kind: "npm"; readonly packages: readonly PublishedPackage[] };

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly exports: string;
  readonly imports: Readonly<Record<string, string>>;
}

async function readPackageFile(name: "deno.json" | "npm.json"): Promise<PackageFile> {
  return JSON.parse(await Deno.readTextFile(new URL(name, ROOT))) as PackageFile;
}

/**
 * Looks for std: on JSR, then on npm.
 *
 * @returns Where it is; null where neither is in reach.
 */
export async function findStd(): Promise<StdSource | null> {
  // as Deno does, for those who have a mirror
  const url = new URL(Deno.env.get("JSR_URL") ?? "https://jsr.io/");
  if (await answers(new URL("@std/cli/meta.json", url))) return { kind: "JSR", url };
  const { imports } = await readPackageFile("npm.json");
  const copies = Object.entries(imports).filter(([specifier]) => specifier.startsWith("@std/"));
  return await isInReach(copies.map(([, copy]) => copy)) ? { kind: "npm", packages: stdOnNpm(copies) } : null;
}

async function answers(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return false; // no connection, or too slow
    throw error;
  }
}

/** Whether a Deno that has nothing in its cache gets at these modules. */
async function isInReach(modules: readonly string[]): Promise<boolean> {
  return await inEmptyPlace(async ({ folder, env }) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["cache", ...modules],
      cwd: folder,
      env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      signal: AbortSignal.timeout(NPM_TIMEOUT_MS),
    });
    return (await child.output()).success;
  });
}

/** The packages of the modules that npm.json names: `@std/cli/parse-args` is `./parse-args` of `@std/cli`. */
function stdOnNpm(copies: readonly (readonly [specifier: string, copy: string])[]): PublishedPackage[] {
  const nameOf = (specifier: string) => specifier.split("/", 2).join("/");
  return [...Map.groupBy(copies, ([specifier]) => nameOf(specifier))].map(([name, modules]) => {
    const version = /@(\d+\.\d+\.\d+)\//.exec(modules[0]![1])?.[1];
    if (version === undefined) throw new Error(`Cannot serve ${name}: ${modules[0]![1]} has no version`);
    const exports: Record<string, string> = {};
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const [specifier, copy] of modules) {
      const path = `${specifier.slice(name.length + 1) || "mod"}.ts`;
      exports[`.${specifier.slice(name.length)}`] = `./${path}`;
      files.set(path, new TextEncoder().encode(`export * from "${copy}";\n`));
    }
    return { name, version, exports, files };
  });
}

/** A folder with nothing in it, and an environment in which Deno's cache is empty. */
export interface EmptyPlace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Calls a function with an empty folder and an empty cache, and removes both when it is done.
 *
 * @param use The function.
 * @param registry Where Deno finds packages of JSR; JSR itself by default.
 * @returns What the function does.
 */
export async function inEmptyPlace<T>(use: (place: EmptyPlace) => Promise<T>, registry?: Registry): Promise<T> {
  const parent = await Deno.makeTempDir({ prefix: "miniredis_published_" });
  try {
    const [folder, cache] = [`${parent}/folder`, `${parent}/cache`];
    await Deno.mkdir(folder);
    const noProxy = [Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy") ?? "", "127.0.0.1"].filter((host) => host);
    const env = { DENO_DIR: cache, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", NO_PROXY: noProxy.join(",") };
    return await use({ folder, env: registry === undefined ? env : { ...env, JSR_URL: registry.url } });
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

/**
 * The files that `deno publish` would send.
 *
 * @returns Their paths from the root of the project, in the order in which Deno lists them.
 * @throws {Error} When it would refuse to publish.
 */
export async function listPublished(): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // types are checked where `deno task ok` does the same
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check", "-c", "npm.json"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  assert(success, text);
  const urls = Array.from(text.matchAll(/^\s*(file:\/\/\S+) \([\d.]+\w+\)$/gm), ([, url]) => url!);
  return urls.map((url) => {
    assert(url.startsWith(ROOT.href), `${url} is not of this project`);
    return decodeURIComponent(url.slice(ROOT.href.length));
  });
}

/**
 * The package of these files, with imports that need no import map, as publishing makes them.
 *
 * @param paths Paths from the root of the project.
 * @returns The package.
 */
export async function packageOf(paths: readonly string[]): Promise<PublishedPackage> {
  const { name, version, exports, imports } = await readPackageFile("deno.json");
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const path of paths) {
    const bytes = await Deno.readFile(new URL(path, ROOT));
    const isSource = path.endsWith(".ts");
    files.set(path, isSource ? new TextEncoder().encode(withoutMap(new TextDecoder().decode(bytes), imports)) : bytes);
  }
  return { name, version, exports: { ".": exports }, files };
}

/**
 * Writes out what an import map says: `@std/cli/parse-args` becomes `jsr:@std/cli@^1/parse-args`.
 *
 * @param source A module. What its comments import, which is indented, is left as it is.
 * @param imports The map; a package in it stands for its modules too.
 * @returns The module with full specifiers.
 */
export function withoutMap(source: string, imports: Readonly<Record<string, string>>): string {
  const statement = /^((?:import|export)\s+(?:type\s+)?(?:[\w*{][\w\s,{}*$]*\sfrom\s+)?)"([^"]+)"/gm;
  const dynamic = /^((?!\s*(?:\*|\/\/)).*\bimport\()"([^"]+)"/gm;
  const replace = (all: string, before: string, specifier: string): string => {
    const name = Object.keys(imports).find((name) => specifier === name || specifier.startsWith(`${name}/`));
    return name === undefined ? all : `${before}"${imports[name]}${specifier.slice(name.length)}"`;
  };
  return source.replace(statement, replace).replace(dynamic, replace);
}

/** A registry in JSR's layout, on a free port of 127.0.0.1, until it is disposed of. */
export class Registry implements AsyncDisposable {
  /** Its address, for the variable JSR_URL. */
  readonly url: string;
  readonly #documents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  readonly #std: URL | null;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(documents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, std: URL | null) {
    this.#documents = documents;
    this.#std = std;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /**
   * Starts a registry.
   *
   * @param own The package it has.
   * @param std Where it has std from.
   * @returns The registry.
   */
  static async start(own: PublishedPackage, std: StdSource): Promise<Registry> {
    const documents = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const { name, version, exports, files } of [own, ...std.kind === "npm" ? std.packages : []]) {
      const manifest: Record<string, { size: number; checksum: string }> = {};
      for (const [path, bytes] of files) {
        documents.set(`/${name}/${version}/${path}`, bytes);
        manifest[`/${path}`] = { size: bytes.length, checksum: `sha256-${await sha256(bytes)}` };
      }
      const [scope, bare] = name.slice(1).split("/");
      documents.set(`/${name}/${version}_meta.json`, json({ manifest, exports }));
      documents.set(`/${name}/meta.json`, json({ scope, name: bare, latest: version, versions: { [version]: {} } }));
    }
    return new Registry(documents, std.kind === "JSR" ? std.url : null);
  }

  async #answer(path: string): Promise<Response> {
    const found = this.#documents.get(path);
    if (found !== undefined) {
      const type = MEDIA_TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain";
      return new Response(found, { headers: { "content-type": type } });
    }
    if (this.#std === null || !path.startsWith("/@std/")) return new Response("Not found", { status: 404 });
    const { body, status, headers } = await fetch(new URL(path.slice(1), this.#std));
    return new Response(body, { status, headers: { "content-type": headers.get("content-type") ?? "text/plain" } });
  }

  /** Ends it, and every connection to it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
