/** Servers that answer anything: the client reads what the decoder reads, and every promise settles. */
import { assert, assertEquals } from "@std/assert";
import { Client, ConnectionError, Push, RedisError } from "../../mod.ts";
import { comparable, cutRandomly, drain, encoded, joined, mutated, Random, randomValue } from "../resp/_frames.ts";
import { type Reply, RespError } from "../../resp.ts";
import { ReplyDecoder } from "../../resp/reply_decoder.ts";
import { GREETING } from "./_fake_server.ts";

const ROUNDS = 3_000;
const UTF8 = new TextEncoder();

/** A connection whose server answers the greeting, and then whatever is written next by these chunks and the end. */
function answering(chunks: readonly Uint8Array[]): { readable: ReadableStream<Uint8Array>; writable: WritableStream } {
  const down = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: Infinity });
  const writer = down.writable.getWriter();
  let writes = 0;
  const answer = async () => {
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  };
  const writable = new WritableStream<Uint8Array>({
    write: () => void (writes++ === 0 ? writer.write(UTF8.encode(GREETING)) : answer()).catch(() => {}), // it may let go early
  });
  return { readable: down.readable, writable };
}

Deno.test("Whatever a server answers, replies go to their commands as far as they can be read, and the rest is rejected", async () => {
  const random = new Random(20_261_122);
  const counts = { read: 0, errors: 0, lost: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const values = Array.from({ length: 1 + random.int(6) }, () => encoded(randomValue(random, 3)));
    const input = random.int(2) === 0 ? joined(...values) : mutated(random, joined(...values));
    const decoder = new ReplyDecoder(), entries: Reply[] = [];
    decoder.push(input.slice());
    drain(decoder, entries);
    const expected = entries.filter((entry) => !(entry instanceof Push));

    await using client = new Client({ transport: answering(cutRandomly(random, input)) });
    const outcomes = await Promise.allSettled(Array.from({ length: 1 + random.int(6) }, () => client.send(["PING"])));
    for (const [i, outcome] of outcomes.entries()) {
      const reply = expected[i];
      if (i >= expected.length) {
        const { reason } = outcome as PromiseRejectedResult;
        assert(reason instanceof ConnectionError, `round ${round}`);
        assertEquals((reason as ConnectionError).sent, true);
        counts.lost++;
      } else if (reply instanceof RespError) {
        assert((outcome as PromiseRejectedResult).reason instanceof RedisError, `round ${round}`);
        counts.errors++;
      } else {
        assertEquals(outcome.status, "fulfilled", `round ${round}`);
        assertEquals(
          comparable((outcome as PromiseFulfilledResult<unknown>).value),
          comparable(reply),
          `round ${round}`,
        );
        counts.read++;
      }
    }
  }
  for (const [outcome, count] of Object.entries(counts)) assert(count > ROUNDS / 20, `${outcome}: ${count}`);
});
