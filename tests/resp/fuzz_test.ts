/** Random and mutated frames (tests/resp/_fuzz.ts). */
import { assert, assertEquals } from "@std/assert";
import { fuzz } from "./_fuzz.ts";

/** `FUZZ_FRAMES`, where the environment may be read. */
function framesToTry(): number {
  const isGranted = Deno.permissions.querySync({ name: "env", variable: "FUZZ_FRAMES" }).state === "granted";
  return Number(isGranted ? Deno.env.get("FUZZ_FRAMES") ?? 50_000 : 50_000);
}

Deno.test("the decoders answer every frame with entries, a wish for more or a ProtocolError, the same however cut", () => {
  const frames = framesToTry();
  const counts = fuzz(frames, 20_240_607);
  assertEquals(counts.complete + counts.incomplete + counts.refused, frames);
  for (const some of [counts.complete, counts.incomplete, counts.refused]) assert(some > frames / 50);
  assert(counts.entries > frames / 2);
});
