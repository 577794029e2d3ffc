/** The documentation: every export of the module has an example, and `deno task ok:examples` runs it. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** What `deno doc --json` says of a module, as far as it is looked at. */
interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocumentedSymbol[] }>>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string };
  readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
}

/** The exports of a module and what is written about them. */
async function exportsOf(path: string): Promise<readonly DocumentedSymbol[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "--import-map=npm.json", path],
    cwd: ROOT,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const documentation = JSON.parse(new TextDecoder().decode(stdout)) as Documentation;
  return Object.values(documentation.nodes).flatMap(({ symbols }) => symbols);
}

/** Is there an example that is a program? One of several declarations (overloads, say) is enough. */
function hasExample({ declarations }: DocumentedSymbol): boolean {
  const tags = declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? []);
  return tags.some(({ kind, doc = "" }) => kind === "example" && /^```ts\n[^]+?\n```$/m.test(doc));
}

/** What the task looks for examples in: files, and folders with a slash behind. */
function filesWithExamples(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as {
    tasks: Readonly<Record<string, string>>;
  };
  return tasks["ok:examples"]!.split(" ").filter((word) => /\/$|\.(?:ts|md)$/.test(word));
}

Deno.test("Every export has an example, and deno task ok:examples runs it", async () => {
  const symbols = await exportsOf("mod.ts");
  assert(symbols.some(({ name }) => name === "Server") && symbols.some(({ name }) => name === "ZaddOptions"));
  assertEquals(symbols.filter((symbol) => !hasExample(symbol)).map(({ name }) => name), []);
  const paths = new Set(symbols.flatMap(({ declarations }) => declarations.map(({ location }) => location.filename)));
  const places = filesWithExamples().map((place) => new URL(place, ROOT).href);
  const isRun = (path: string) => places.some((place) => place.endsWith("/") ? path.startsWith(place) : path === place);
  assertEquals([...paths].filter((path) => !isRun(path)), []);
});

Deno.test("An example is a program under @example; prose, or a program elsewhere, is none", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(
      path,
      [
        "/** Nothing. */\nexport type None = 1;",
        "/** @example In words\n * Like this. */\nexport type Prose = 1;",
        "/**\n * ```ts\n * f();\n * ```\n */\nexport type Elsewhere = 1;",
        "/**\n * @example\n * ```text\n * f\n * ```\n */\nexport type Text = 1;",
        "/**\n * @example With a title\n * ```ts\n * f();\n * ```\n */\nexport type Good = 1;",
        "/**\n * @example One is enough\n * ```ts\n * f();\n * ```\n */\nexport function f(): void;",
        "/** The same. */\nexport function f(a?: string): void;\nexport function f(): void {}",
      ].join("\n"),
    );
    const symbols = await exportsOf(path);
    assertEquals(symbols.filter(hasExample).map(({ name }) => name).sort(), ["Good", "f"]);
    assertEquals(symbols.length, 6);
  } finally {
    await Deno.remove(path);
  }
});
