/** Random and mutated frames through the connections of a running server (tests/server/_fuzz.ts). */
import { assert, assertEquals } from "@std/assert";
import { fuzzServer } from "./_fuzz.ts";
import { isHarmless } from "./_random_commands.ts";

/** `SERVER_FUZZ_FRAMES`, where the environment may be read. */
function framesToTry(): number {
  const isGranted = Deno.permissions.querySync({ name: "env", variable: "SERVER_FUZZ_FRAMES" }).state === "granted";
  return Number(isGranted ? Deno.env.get("SERVER_FUZZ_FRAMES") ?? 20_000 : 20_000);
}

Deno.test("a server answers every frame or ends its connection with an error, whatever is in it", async () => {
  const frames = framesToTry();
  const counts = await fuzzServer(frames, 20_240_607);
  const { answered, refused, incomplete, ended, abandoned, unauthenticated, disturbed } = counts;
  const ends = [answered, refused, incomplete, ended, abandoned, unauthenticated, disturbed];
  assertEquals(ends.reduce((sum, some) => sum + some), counts.frames);
  assert(counts.frames >= frames);
  for (const some of ends) assert(some > frames / 200);
  assert(counts.messages > 0);
  assert(counts.replies - counts.errorReplies > frames / 2); // the commands are not all nonsense
});

Deno.test("the fuzz leaves out what would keep a server busy for minutes, and takes the same with less to do", () => {
  for (const name of ["SRANDMEMBER", "hrandfield", "ZRandMember"]) {
    assertEquals(["-2147483648", "-100", "2147483648"].map((count) => isHarmless([name, "k", count])), [
      false,
      true,
      true,
    ]);
  }
});
