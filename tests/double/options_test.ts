/** Options that make no sense are refused, and leave nothing behind. */
import { assertRejects } from "@std/assert";
import { Server, type ServerOptions } from "../../mod.ts";

Deno.test("options that make no sense are refused before anything is started", async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ clock: "manuel" }, "Cannot take manuel for a clock"],
    [{ seed: Math.PI }, "Cannot take 3.14159"], // every fraction would be the same seed as 0
    [{ seed: NaN }, "Cannot take NaN for a seed"],
    [{ seed: "7" }, "Cannot take 7 for a seed"],
    [{ record: "everything" }, "Cannot record everything"],
  ];
  for (const [options, text] of cases) {
    await assertRejects(() => Server.start({ port: 0, ...options } as ServerOptions), TypeError, text);
  }
});
