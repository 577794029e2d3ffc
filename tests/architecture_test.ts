/** The shape of the project: imports go one way, every file is used, and the two package files say the same. */
import { assert, assertEquals } from "@std/assert";
import { VERSION } from "../engine/version.ts";

const ROOT = new URL("../", import.meta.url);

/** What each part may import beside itself; `resp` is open to all. A part is a folder and the top-level file of its name. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  mod: ["server", "commands", "scripting", "replication", "persistence", "engine", "store", "client"],
  server: ["commands", "scripting", "replication", "persistence", "engine", "store", "client"],
  commands: ["scripting", "replication", "persistence", "engine", "store"],
  scripting: ["engine", "store"],
  replication: ["engine", "store"],
  persistence: ["engine", "store"],
  engine: ["store"],
  store: [],
  client: [],
  resp: [],
};

/** Packages the library itself may use; all others are for tests and tools. */
const LIBRARY_PACKAGES = ["@std/cli", "@std/streams", "wasmoon-lua5.1"];

interface Import {
  /** Path of the importing file, from the root: `engine/dispatch.ts`. */
  readonly from: string;
  /** The same for a file of the project; else the specifier as written. */
  readonly to: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
}

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: string;
  readonly imports: Readonly<Record<string, string>>;
  readonly publish: { readonly include: readonly string[] };
}

/** All TypeScript files below a folder, `./` for the top level alone. */
function* sources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, ROOT))) {
    const path = folder === "./" ? entry.name : `${folder}${entry.name}`;
    if (entry.isFile && path.endsWith(".ts")) yield path;
    else if (entry.isDirectory && folder !== "./") yield* sources(`${path}/`);
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The files of the library: the top level and the folders of its parts. */
function libraryFiles(): string[] {
  const folders = Object.keys(MAY_IMPORT).map((part) => `${part}/`).filter(exists);
  return [...sources("./"), ...folders.flatMap((folder) => [...sources(folder)])].sort();
}

/** The imports and re-exports of a file; those in examples inside comments are indented and do not count. */
function importsOf(from: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s+)?(?:[\w*{][\w\s,{}*$]*\sfrom\s+)?"([^"]+)"/gm;
  const dynamic = /^(?!\s*(?:\*|\/\/)).*\bimport\(()"([^"]+)"/gm;
  return [...text.matchAll(statement), ...text.matchAll(dynamic)].map(([, type, specifier]) => {
    const relative = specifier!.startsWith(".");
    const to = relative ? new URL(specifier!, new URL(from, "file:///")).pathname.slice(1) : specifier!;
    return { from, to, relative, typeOnly: type !== undefined && type !== "" };
  });
}

function readImports(from: string): Import[] {
  return importsOf(from, Deno.readTextFileSync(new URL(from, ROOT)));
}

/** `engine/dispatch.ts` belongs to engine, as `store.ts` belongs to store. */
function partOf(path: string): string {
  return path.split("/")[0]!.replace(/\.ts$/, "");
}

function allowed({ from, to, relative }: Import): boolean {
  const [part, other] = [partOf(from), partOf(to)];
  if (relative) return other === part || other === "resp" || (MAY_IMPORT[part]?.includes(other) ?? false);
  if (to.startsWith("node:")) return part !== "store" && part !== "resp";
  return LIBRARY_PACKAGES.some((name) => to === name || to.startsWith(`${name}/`));
}

/** The package a specifier belongs to: `@std/cli` for `@std/cli/parse-args`. */
function packageName(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function readPackageFile(path: string): PackageFile {
  const file: unknown = JSON.parse(Deno.readTextFileSync(new URL(path, ROOT)));
  return file as PackageFile;
}

Deno.test("importsOf() finds every form of import, and none in an example", () => {
  const text = [
    'import { a } from "./a.ts";',
    'import type { B } from "../store/b.ts";',
    "import {",
    "  c,",
    "  type D,",
    '} from "@std/cli/parse-args";',
    'export * from "./e.ts";',
    'import "./f.ts";',
    ' * import { g } from "./g.ts";',
    '  const h = await import("./h.ts");',
    '// const i = await import("./i.ts");',
  ].join("\n");
  const found = importsOf("engine/x.ts", text);
  assertEquals(found.map(({ to }) => to), [
    "engine/a.ts",
    "store/b.ts",
    "@std/cli/parse-args",
    "engine/e.ts",
    "engine/f.ts",
    "engine/h.ts",
  ]);
  assertEquals(found.filter(({ typeOnly }) => typeOnly).map(({ to }) => to), ["store/b.ts"]);
});

Deno.test("allowed() takes the arrows of the architecture and no other", () => {
  const arrow = (from: string, to: string) =>
    allowed({ from, to, relative: to.endsWith(".ts") && !to.startsWith("@"), typeOnly: false });
  assert(arrow("mod.ts", "server.ts"));
  assert(arrow("server/session.ts", "commands/mod.ts"));
  assert(arrow("commands/string.ts", "store.ts"));
  assert(arrow("store.ts", "store/arena.ts"));
  assert(arrow("engine/errors.ts", "resp/errors.ts"));
  assert(!arrow("store/arena.ts", "engine/errors.ts"));
  assert(!arrow("engine/dispatch.ts", "commands/mod.ts"));
  assert(!arrow("resp/encode.ts", "store.ts"));
  assert(!arrow("client/link.ts", "engine/errors.ts"));
  assert(!arrow("scripting/lua.ts", "replication/backlog.ts"));
  assert(!arrow("server.ts", "tests/_harness.ts"));
  assert(!arrow("store/arena.ts", "node:crypto"));
  assert(!arrow("client.ts", "ioredis"));
});

Deno.test("imports go one way: mod, server, commands, their services, engine, store", () => {
  assertEquals(libraryFiles().flatMap(readImports).filter((found) => !allowed(found)), []);
});

Deno.test("the server knows the client in one file only, for Server.client()", () => {
  const importers = libraryFiles().flatMap(readImports)
    .filter(({ from, to }) => partOf(from) === "server" && partOf(to) === "client")
    .map(({ from, to }) => `${from} -> ${to}`);
  assert(importers.length <= 1, importers.join(", "));
});

Deno.test("no file imports itself through others", () => {
  const graph = new Map(
    libraryFiles().map((path) => [
      path,
      readImports(path).filter(({ relative, typeOnly }) => relative && !typeOnly).map(({ to }) => to),
    ]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert(!trail.includes(path), [...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (done.has(path)) return;
    for (const to of graph.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

Deno.test("every file of the library is reached from mod.ts or the face of a part", () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { to, relative } of readImports(path)) if (relative) visit(to);
  };
  for (const face of sources("./")) visit(face);
  assertEquals(libraryFiles().filter((path) => !reached.has(path)), []);
});

Deno.test("every file of the library is published", () => {
  const { include } = readPackageFile("deno.json").publish;
  const published = (path: string) =>
    include.some((item) => item.endsWith("/") ? path.startsWith(item) : path === item);
  assertEquals(libraryFiles().filter((path) => !published(path)), []);
  assertEquals(include.filter((item) => !exists(item)), []);
});

Deno.test("deno.json and npm.json describe one package", () => {
  const jsr = readPackageFile("deno.json");
  const npm = readPackageFile("npm.json");
  for (const field of ["name", "version", "license", "exports", "publish"] as const) {
    assertEquals(npm[field], jsr[field], field);
  }
  assertEquals(VERSION, jsr.version, "the version that the program shows");
  assertEquals(
    [...new Set(Object.keys(npm.imports).map(packageName))].sort(),
    Object.keys(jsr.imports).sort(),
    "both name the same packages",
  );
  for (const [name, target] of Object.entries(npm.imports)) {
    const exact = /^npm:(.+)@(\d+)\.\d+\.\d+(\/.+)?$/.exec(target);
    if (exact === null) throw new Error(`${name}: ${target} names no exact version`);
    const range = jsr.imports[packageName(name)]!;
    // std's copy on npm counts its versions by itself
    if (!name.startsWith("@std/")) assertEquals(range, `npm:${exact[1]}@^${exact[2]}`);
    else assertEquals(range, `jsr:${packageName(name)}@^1`);
  }
});

Deno.test("every package that is imported is named in npm.json as it is written", () => {
  const { imports } = readPackageFile("npm.json");
  const folders = ["tests/", "bench/", "tools/", "examples/"].filter(exists);
  const bare = [...libraryFiles(), ...folders.flatMap((folder) => [...sources(folder)])]
    .flatMap(readImports)
    .filter(({ to, relative }) => !relative && !to.startsWith("node:") && to !== "@x/miniredis");
  assert(bare.length > 0);
  assertEquals(bare.filter(({ to }) => imports[to] === undefined), []);
});

Deno.test("every task takes its packages from npm, which more networks reach", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const commands = Object.entries<string | { command: string }>(tasks)
    .map(([name, task]) => [name, typeof task === "string" ? task : task.command] as const);
  for (const needed of ["start", "test", "ok", "bench"]) assert(commands.some(([name]) => name === needed), needed);
  for (const [name, command] of commands) {
    if (!/\bdeno (run|test|check|doc|publish|lint)\b/.test(command)) continue;
    assert(/ --import-map=npm\.json| -c npm\.json/.test(command), `${name}: ${command}`);
  }
});
