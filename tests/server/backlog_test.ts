/** Bytes read while commands wait (server/backlog.ts). */
import { assert, assertEquals } from "@std/assert";
import { Backlog } from "../../server/backlog.ts";
import { Random } from "../resp/_frames.ts";

const KIB = 1024;

/** Reads into the backlog, as a transport would. */
function read(backlog: Backlog, bytes: Uint8Array): number {
  const room = backlog.room();
  assert(room.length >= 16 * KIB, "a read is worth its while");
  const count = Math.min(room.length, bytes.length);
  room.set(bytes.subarray(0, count));
  backlog.add(count);
  return count;
}

Deno.test("a backlog gives back what was read, in order, at most a chunk at a time", () => {
  const random = new Random(1);
  const backlog = new Backlog();
  const all = random.bytes(3_000_000);
  let added = 0, taken = 0;
  while (taken < all.length) {
    if (added < all.length && random.int(3) !== 0) {
      added += read(backlog, all.subarray(added, added + 1 + random.int(random.int(2) === 0 ? 100 : 70_000)));
    } else {
      const bytes = backlog.take();
      assert(bytes.length <= 64 * KIB);
      for (let i = 0; i < bytes.length; i++) {
        if (bytes[i] !== all[taken + i]) throw new Error(`byte ${taken + i} differs`);
      }
      taken += bytes.length;
    }
    assertEquals(backlog.length, added - taken);
  }
  assertEquals([backlog.take().length, backlog.length], [0, 0]);
});

Deno.test("a read under way is not disturbed when what came before it is taken", () => {
  const backlog = new Backlog();
  read(backlog, new Uint8Array(10).fill(1));
  const room = backlog.room();
  room.fill(2, 0, 20); // has arrived, but nobody has been told yet
  assertEquals(backlog.take(), new Uint8Array(10).fill(1));
  assertEquals(backlog.take().length, 0);
  backlog.add(20);
  assertEquals([backlog.length, backlog.take()], [20, new Uint8Array(20).fill(2)]);
});

Deno.test("small reads share a chunk", () => {
  const backlog = new Backlog();
  const buffers = new Set<ArrayBufferLike>();
  for (let i = 0; i < 40_000; i++) {
    buffers.add(backlog.room().buffer);
    read(backlog, Uint8Array.of(i & 255));
  }
  assertEquals([buffers.size, backlog.length], [1, 40_000]);
});

Deno.test("chunks are let go of as they are taken", () => {
  const backlog = new Backlog();
  const chunk = new Uint8Array(64 * KIB);
  for (let i = 0; i < 100; i++) read(backlog, chunk);
  const lengths: number[] = [];
  while (backlog.length > 0) lengths.push(backlog.take().length);
  assertEquals(lengths, Array(100).fill(64 * KIB));
  assertEquals(read(backlog, chunk), 64 * KIB, "there is room again");
});
