/**
 * The package as a new user meets it: run and imported from a registry, in an empty folder, with an empty cache.
 *
 * The registry has the files that `deno publish` lists and no others, so whatever the package needs and does not publish
 * is missing here too.
 */
import { assert, assertEquals } from "@std/assert";
import { RawConnection } from "./_harness.ts";
import { Program, ROOT, type RunOptions, STARTED } from "./_program.ts";
import { freePort, hasRedisTools } from "./_redis.ts";
import { type EmptyPlace, findStd, inEmptyPlace, listPublished, packageOf, Registry, withoutMap } from "./_registry.ts";

const NAME = "jsr:@x/miniredis";

/** Deno's word for a file it gets into its cache, which is all that a first start says on standard error. */
const DOWNLOAD = /^Download https?:\/\//;

/**
 * A server and a client in one process, for which nothing has to be permitted. Each line of `wrong()` has an error in its
 * types, so that a package whose types got lost fails too.
 */
const IN_MEMORY = `import { Client, Server, type ServerOptions } from "${NAME}";

await using server = await Server.start();
await using client: Client = server.client();
const added: number = await client.set("name", "Alice");
const name: string | null = await client.get("name");
console.log(added, name, await client.hset("user", { visits: 1 }));

export function wrong(): unknown[] {
  // @ts-expect-error A port is a number.
  const options: ServerOptions = { port: "0" };
  // @ts-expect-error A count is not a text.
  const count: Promise<string> = client.set("name", "Alice");
  // @ts-expect-error There is no such method.
  return [options, count, client.nope];
}
`;

/** One server, reached both ways. */
const BOTH_WAYS = `import { Client, Server } from "${NAME}";

await using server = await Server.start({ port: 0 });
await using overTcp = new Client(server.url);
await using inMemory = server.client();
const added: number = await overTcp.set("name", "Alice");
console.log(added, await inMemory.get("name"), await overTcp.send(["PING"]));
`;

/** What `deno info --json` says of a program, as far as it is looked at. */
interface Information {
  readonly modules: readonly { readonly specifier: string; readonly error?: string }[];
}

/** What `deno doc --json` says of a module, as far as it is looked at. */
interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly { readonly name: string }[] }>>;
}

/** What a subcommand of Deno that prints JSON prints. */
async function denoJson(args: readonly string[], place: Partial<EmptyPlace> = {}): Promise<unknown> {
  const { folder = ROOT, env = {} } = place;
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: folder, env, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The modules of a program below an address, as paths from there. */
function modulesBelow(base: string, { modules }: Information): string[] {
  const urls = modules.map(({ specifier }) => specifier).filter((specifier) => specifier.startsWith(base));
  return urls.map((url) => decodeURIComponent(url.slice(base.length))).sort();
}

function errorsOf({ modules }: Information): string[] {
  return modules.flatMap(({ error }) => error ?? []);
}

/** Starts the program of the registry, and expects it to serve, to end by SIGTERM, and to leave nothing behind. */
async function expectToServe(
  registry: Registry,
  permissions: readonly string[],
  use: (port: number) => Promise<void>,
): Promise<void> {
  await inEmptyPlace(async ({ folder, env }) => {
    const port = freePort();
    const options: RunOptions = { permissions, module: NAME, cwd: folder, env };
    await using server = new Program(["--port", `${port}`], options);
    await server.printed(STARTED);
    await use(port);
    server.kill("SIGTERM");
    const { code, errors } = await server.ended();
    assertEquals([code, errors.filter((line) => !DOWNLOAD.test(line))], [0, []]);
    assert(errors.some((line) => DOWNLOAD.test(line)), "the cache was not empty");
    assertEquals([...Deno.readDirSync(folder)], []);
  }, registry);
}

/** Runs a program that is the only file in its folder, with its types checked, and expects what it prints. */
async function expectToPrint(
  registry: Registry,
  permissions: readonly string[],
  program: string,
  printed: string,
): Promise<void> {
  await inEmptyPlace(async ({ folder, env }) => {
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const options: RunOptions = { permissions: ["--check", ...permissions], module: "main.ts", cwd: folder, env };
    await using run = new Program([], options);
    const { code, stdout, errors } = await run.ended();
    assertEquals([code, stdout], [0, printed], errors.join("\n"));
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["main.ts"]);
  }, registry);
}

Deno.test("withoutMap() writes out what the import map says, but not in comments", () => {
  const imports = { "@std/cli": "jsr:@std/cli@^1", "ioredis": "npm:ioredis@^6" };
  const load = (specifier: string) => `  const e = await import(${JSON.stringify(specifier)});`;
  const lines: [written: string, published: string][] = [
    ['import { a } from "@std/cli";', 'import { a } from "jsr:@std/cli@^1";'],
    ['import type { A } from "@std/cli/a-b";', 'import type { A } from "jsr:@std/cli@^1/a-b";'],
    ['import {\n  b,\n} from "ioredis";', 'import {\n  b,\n} from "npm:ioredis@^6";'],
    ['export * from "@std/cli/c";', 'export * from "jsr:@std/cli@^1/c";'],
    ['import "ioredis/d";', 'import "npm:ioredis@^6/d";'],
    [load("@std/cli"), load("jsr:@std/cli@^1")],
  ];
  const same = [
    'import { f } from "./@std/cli";',
    'import { g } from "@std/client";',
    'import h from "node:process";',
    ' * import { i } from "@std/cli";',
    `// ${load("@std/cli")}`,
    'const k = "@std/cli";',
  ];
  for (const [written, published] of lines) assertEquals(withoutMap(written, imports), published);
  for (const line of same) assertEquals(withoutMap(line, imports), line);
  const all = [...lines.map(([written]) => written), ...same].join("\n");
  assertEquals(withoutMap(all, imports), [...lines.map(([, published]) => published), ...same].join("\n"));
});

Deno.test("what is published is what mod.ts imports, README.md and LICENSE, and nothing else", async () => {
  const listed = await listPublished();
  const information = await denoJson(["info", "--json", "--import-map=npm.json", "mod.ts"]) as Information;
  const modules = modulesBelow(ROOT.href, information);
  assert(modules.includes("server/main.ts"));
  // The way into store/ for who reads it, whether or not a module comes by it. Deno adds the configuration by itself: it is
  // npm.json here, and deno.json when the package is published.
  const others = ["store.ts", "README.md", "LICENSE", "npm.json"];
  assertEquals([...listed].sort(), [...new Set([...modules, ...others])].sort());
});

const std = await findStd();
const origin = std === null
  ? "skipped where neither JSR nor npm is in reach"
  : std.kind === "JSR"
  ? "@std from JSR"
  : "@std from its copy on npm, as JSR is out of reach";

Deno.test({
  name: `the published package works in an empty folder with an empty cache (${origin})`,
  ignore: std === null,
  fn: async (t) => {
    const listed = await listPublished();
    const own = await packageOf(listed);
    await using registry = await Registry.start(own, std!);

    await t.step("every module it imports is among the files, and deno doc finds both classes", async () => {
      await inEmptyPlace(async (place) => {
        const information = await denoJson(["info", "--json", NAME], place) as Information;
        assertEquals(errorsOf(information), []);
        const modules = modulesBelow(`${registry.url}${own.name}/${own.version}/`, information);
        assert(modules.includes("server/main.ts"), "not from the registry: are temporary folders inside a project?");
        const { nodes } = await denoJson(["doc", "--json", NAME], place) as Documentation;
        const names = new Set(nodes[NAME]?.symbols.map(({ name }) => name));
        assert(names.has("Client") && names.has("Server"), [...names].join(" "));
      }, registry);
    });

    await t.step("one that is not is missed", async () => {
      const files = new Map([...own.files].filter(([path]) => path !== "resp/errors.ts"));
      await using lacking = await Registry.start({ ...own, files }, std!);
      await inEmptyPlace(async (place) => {
        const errors = errorsOf(await denoJson(["info", "--json", NAME], place) as Information);
        assert(errors.length > 0 && errors.every((error) => error.includes("resp/errors.ts")), errors.join("\n"));
      }, lacking);
    });

    await t.step(
      `deno run -A ${NAME} answers ${hasRedisTools ? "redis-cli" : "PING (redis-cli is missing)"}`,
      async () => {
        await expectToServe(registry, ["-A"], hasRedisTools ? expectRedisCli : expectPong);
      },
    );

    await t.step("with --allow-net alone it serves, and asks for nothing", async () => {
      await expectToServe(registry, ["--allow-net", "--no-prompt"], expectPong);
    });

    await t.step("a program has a server in memory, without any permission", async () => {
      await expectToPrint(registry, ["--no-prompt"], IN_MEMORY, "1 Alice 1\n");
    });

    await t.step("a program has a server on a free port, and clients both ways", async () => {
      await expectToPrint(registry, ["--no-prompt", "--allow-net"], BOTH_WAYS, "1 Alice PONG\n");
    });
  },
});

async function expectPong(port: number): Promise<void> {
  await using conn = await RawConnection.connect(port);
  assertEquals(await conn.send("PING"), "+PONG");
}

async function expectRedisCli(port: number): Promise<void> {
  for (const [args, reply] of [["PING", "PONG"], ["SET name Alice", "OK"], ["GET name", "Alice"]] as const) {
    const command = new Deno.Command("redis-cli", { args: ["-p", `${port}`, ...args.split(" ")], stdin: "null" });
    const { stdout, stderr } = await command.output();
    assertEquals(new TextDecoder().decode(stdout), `${reply}\n`, new TextDecoder().decode(stderr));
  }
}
