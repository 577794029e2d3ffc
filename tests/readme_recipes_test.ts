/**
 * The README's recipes that use `@std/testing`, whose copy on npm lacks it: they are checked and run where JSR is in reach. All
 * other programs of the README are run by `deno task ok:examples`.
 */
import { assertEquals } from "@std/assert";
import { inFolder, ROOT } from "./_program.ts";
import { findStd } from "./_registry.ts";

/** The programs of a Markdown text that `deno test --doc` passes over. */
function ignoredPrograms(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts ignore\n([^]*?)^```$/gm)].map(([, program]) => program!);
}

const README = Deno.readTextFileSync(new URL("README.md", ROOT));
const recipes = ignoredPrograms(README).filter((program) => program.includes('"@std/testing/'));
const std = await findStd();
const hasJsr = std?.kind === "JSR";

Deno.test("the README's recipes with @std/testing are found, one with bdd and one with FakeTime", () => {
  const modules = recipes.flatMap((program) => program.match(/"@std\/testing\/\w+"/g) ?? []);
  assertEquals(modules.sort(), ['"@std/testing/bdd"', '"@std/testing/time"']);
});

Deno.test("every other program of the README that is not run is one line of a contract or needs other machines", () => {
  const others = ignoredPrograms(README).filter((program) => !recipes.includes(program));
  assertEquals(others.map((program) => program.split("\n", 1)[0]), ['import { Client } from "@x/miniredis";']);
});

Deno.test({
  name: `the README's recipes with @std/testing run${hasJsr ? "" : " (skipped: JSR is not in reach)"}`,
  ignore: !hasJsr,
  fn: () =>
    inFolder(async (folder) => {
      const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
      const own = { "@std/testing": "jsr:@std/testing@^1", "@x/miniredis": new URL("mod.ts", ROOT).href };
      await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports: { ...imports, ...own } }));
      for (const [i, recipe] of recipes.entries()) await Deno.writeTextFile(`${folder}/recipe_${i}_test.ts`, recipe);
      const args = ["test", "-A", "--sanitize-ops", "--sanitize-resources"];
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: folder }).output();
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assertEquals(success, true, text);
    }),
});
