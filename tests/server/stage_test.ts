/** The TransformStreams that connections share (server/stage.ts). */
import { assertEquals, assertNotStrictEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { ReplyWriter } from "../../resp/reply_writer.ts";
import { replyStages, requestStages, Stage, Stages } from "../../server/stage.ts";
import { turn } from "../../server/turns.ts";

Deno.test("a stage makes one chunk of each, by means of what came along with it", async () => {
  const stage = new Stage((by: number, chunk: number) => by * chunk);
  for (let i = 0; i < 100; i++) {
    const { done, value } = await stage.push(i, 7);
    assertEquals([done, value], [false, 7 * i]);
  }
});

Deno.test("what a transform throws arrives at who has pushed, and nowhere else", async () => {
  const stage = new Stage((by: string) => {
    throw new TypeError(by);
  });
  await assertRejects(() => stage.push("broken", null), TypeError, "broken");
  await turn(); // a promise left unhandled would end the process here
});

Deno.test("stages are handed out to one at a time, and used again", async () => {
  let made = 0;
  const stages = new Stages((by: number[], chunk: number) => [...by, chunk]);
  const one = stages.take(), other = stages.take();
  assertNotStrictEquals(one, other);
  const both = [one.push([1], 2), other.push([3], 4)];
  assertEquals((await Promise.all(both)).map(({ value }) => value), [[1, 2], [3, 4]]);
  stages.give(one);
  assertStrictEquals(stages.take(), one);
  stages.give(other);
  stages.give(one);
  const many = Array.from({ length: 100 }, () => {
    made++;
    return stages.take();
  });
  assertEquals(new Set(many).size, made);
  assertEquals(new Set([one, other, ...many]).size, 100);
});

Deno.test("one stage passes the requests of any connection, and another its replies", async () => {
  const stage = requestStages.take();
  const decoders = [new CommandDecoder(), new CommandDecoder()] as const;
  const ping = new TextEncoder().encode("PING\r\nPI");
  for (const decoder of decoders) {
    const { value: batch } = await stage.push(decoder, ping);
    assertEquals([batch, batch!.count, decoder.pendingBytes], [decoder.batch, 1, 2]);
  }
  requestStages.give(stage);
  const replies = replyStages.take();
  for (const text of ["one", "two"]) {
    const out = new ReplyWriter();
    out.simple(text);
    const { value: bytes } = await replies.push(out, out);
    assertEquals([new TextDecoder().decode(bytes), out.length], [`+${text}\r\n`, 0]);
  }
  replyStages.give(replies);
});
