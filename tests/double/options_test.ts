/** Options that make no sense are refused, and leave nothing behind. */
import { assertRejects, assertThrows } from "@std/assert";
import { Server, type ServerOptions } from "../../mod.ts";

Deno.test("options that make no sense are refused before anything is started", async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ clock: "manuel" }, "Cannot take manuel for a clock"],
    [{ seed: Math.PI }, "Cannot take 3.14159"], // every fraction would be the same seed as 0
    [{ seed: NaN }, "Cannot take NaN for a seed"],
    [{ seed: "7" }, "Cannot take 7 for a seed"],
    [{ record: "everything" }, "Cannot record everything"],
    // directives of the program, which would do nothing
    [{ config: { port: "7000" } }, "Cannot set directive port of an embedded server: the option port says"],
    [{ config: { bind: "0.0.0.0" } }, "Cannot set directive bind of an embedded server: the option hostname says"],
    [{ config: { unixsocket: "redis.sock" } }, "Cannot set directive unixsocket of an embedded server"],
    [{ config: { logfile: "redis.log" } }, "Cannot set directive logfile of an embedded server: the option log takes"],
  ];
  for (const [options, text] of cases) {
    await assertRejects(() => Server.start({ port: 0, ...options } as ServerOptions), TypeError, text);
  }
});

Deno.test("directives of the program may be set to nothing", async () => {
  await using server = await Server.start({ config: { port: "0", unixsocket: "", logfile: "" } });
  assertThrows(() => server.port, TypeError, "without a port");
});
