/** The README says what the tables say (tools/readme_lists.ts). */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { withLists } from "../tools/readme_lists.ts";

const README = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

Deno.test("the README's lists are those of the tables; `deno task readme` writes them anew", () => {
  assertEquals(README, withLists(README));
  for (const item of ["`SET`", "`CONFIG GET`", "`requirepass`", "`appendonly`"]) assert(README.includes(item), item);
});

Deno.test("withLists() replaces what stands between the markers, and nothing else", () => {
  const emptied = README.replace(/(<!-- commands:start -->)[^]*(\n<!-- commands:end -->)/, "$1\nold$2");
  assert(emptied.includes("\nold\n") && !emptied.includes("`SET`, "));
  assertEquals(withLists(emptied), withLists(README));
});

Deno.test("withLists() says which list has lost its place", () => {
  assertThrows(() => withLists(README.replace("<!-- tuning:end -->", "")), Error, "list of tuning");
});

Deno.test("the README begins with the commands that start and test it on a machine with Node and npm", () => {
  const start = README.slice(0, 2_500);
  for (
    const command of ["npx -y deno@2.9.6 task start", "npx -y deno@2.9.6 task test", "deno run -A jsr:@x/miniredis"]
  ) {
    assert(start.includes(command), command);
  }
});
