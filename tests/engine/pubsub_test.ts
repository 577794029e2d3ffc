/** Who listens to what, and how messages get into the output of those who do: engine/pubsub.ts, resp/push_message.ts. */
import { assert, assertEquals } from "@std/assert";
import { PubSub } from "../../engine/pubsub.ts";
import { PushMessage } from "../../resp/push_message.ts";
import { ReplyWriter } from "../../resp/reply_writer.ts";
import { newCaller } from "../_call.ts";

const encoder = new TextEncoder(), decoder = new TextDecoder();

function taken(out: ReplyWriter): string {
  return decoder.decode(out.take());
}

Deno.test("a subscription is one however often it is made, and nothing is left of it afterwards", () => {
  const { client, connect } = newCaller();
  const other = connect().client;
  const { channels } = new PubSub({ k0: 1, k1: 2 });
  const name = encoder.encode("channel");
  for (const each of [client, client, other]) channels.add(each, name, 0, name.length);
  assertEquals([channels.size, channels.of(client).size], [1, 1]);
  const topic = channels.find(name, 0, name.length)!;
  assertEquals([...topic.members], [client, other]);
  assertEquals(channels.find(name, 1, name.length), null);
  channels.remove(client, topic);
  channels.remove(client, topic);
  assertEquals([channels.size, channels.of(client).size], [1, 0]);
  channels.removeAll(other);
  assertEquals([channels.size, channels.find(name, 0, name.length), [...channels.topics]], [0, null, []]);
});

Deno.test("channels are told apart by their bytes, whatever these are", () => {
  const { client } = newCaller();
  const { channels } = new PubSub({ k0: 0, k1: 0 });
  const names = Array.from({ length: 3_000 }, (_, i) => Uint8Array.of(i & 0xff, i >> 8, 0, 0xff));
  for (const name of names) channels.add(client, name, 0, name.length);
  assertEquals(channels.size, names.length);
  for (const name of names) assertEquals(channels.find(name, 0, name.length)!.key, name);
  assertEquals([...channels.of(client)].map(({ key }) => key), names, "in the order in which it subscribed");
  channels.removeAll(client);
  assertEquals([...channels.topics], []);
});

Deno.test("messages of a pipeline are sent together, when the commands under way have ended", async () => {
  const { raw, connect } = newCaller();
  const subscriber = connect(), flushed: number[] = [];
  subscriber.client.connection.flush = () => flushed.push(subscriber.client.out.length);
  subscriber.raw("SUBSCRIBE", "c");
  raw("PUBLISH", "c", "one");
  raw("PUBLISH", "c", "two");
  assertEquals(flushed, []);
  await null;
  assertEquals(flushed, [2 * "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\none\r\n".length]);
  raw("PUBLISH", "c", "three");
  await null;
  assertEquals(flushed.length, 2);
});

Deno.test("receivers with nothing else to send share the bytes of a message, by protocol", () => {
  const message = new PushMessage();
  const outs = Array.from({ length: 6 }, () => new ReplyWriter());
  for (const i of [1, 3, 5]) outs[i]!.protocol = 3;
  outs[5]!.ok();
  message.begin(2).bulkText("hello");
  message.begin(0); // any elements do
  for (const out of outs) message.sendTo(out);
  message.end();
  assert(outs[2]!.bytes === outs[4]!.bytes && outs[2]!.bytes !== outs[3]!.bytes);
  assertEquals(outs[2]!.bytes.length, outs[2]!.length, "no room: nobody writes into them");
  const body = "2\r\n$5\r\nhello\r\n>0\r\n";
  for (const out of [outs[2]!, outs[3]!]) out.ok(); // gets bytes of its own
  assertEquals(outs.map(taken), [
    `*${body}`,
    `>${body}`,
    `*${body}+OK\r\n`,
    `>${body}+OK\r\n`,
    `*${body}`,
    `+OK\r\n>${body}`,
  ]);
});

Deno.test("a message as long as a pooled buffer is not taken for one", () => {
  const message = new PushMessage(), outs = [new ReplyWriter(), new ReplyWriter(), new ReplyWriter()];
  const text = "x".repeat(16 * 1024 - ">1\r\n$16370\r\n\r\n".length);
  message.begin(1).bulkText(text);
  for (const out of outs) message.sendTo(out);
  assertEquals(outs.map(({ length }) => length), [16 * 1024, 16 * 1024, 16 * 1024]);
  message.end();
  const sent = outs[1]!.take();
  outs[1]!.sent(); // into the pool
  outs[1]!.ok(); // out of it
  assertEquals(sent.subarray(0, 5), encoder.encode("+OK\r\n"));
  assertEquals(taken(outs[2]!), `*1\r\n$${text.length}\r\n${text}\r\n`);
});

Deno.test("cut() takes replies away and leaves messages, wherever they stand", () => {
  const out = new ReplyWriter();
  const reply = (text: string) => out.simple(text);
  const push = (text: string) => {
    const mark = out.length;
    out.simple(text);
    out.keep(mark);
  };
  push("m1");
  reply("before");
  push("m2");
  const mark = out.length;
  push("m3"); // touches the one before the mark
  reply("gone");
  push("m4");
  push("m5");
  reply("gone too");
  out.cut(mark);
  assertEquals(decoder.decode(out.bytes.subarray(0, out.length)), "+m1\r\n+before\r\n+m2\r\n+m3\r\n+m4\r\n+m5\r\n");
  reply("after");
  out.cut(mark);
  out.cut(0);
  assertEquals(taken(out), "+m1\r\n+m2\r\n+m3\r\n+m4\r\n+m5\r\n");
  out.simple("nothing of old");
  out.cut(0);
  assertEquals(out.length, 0);
});

Deno.test("messages inside an array whose header comes last are found again", () => {
  const out = new ReplyWriter();
  const message = new PushMessage();
  message.begin(0);
  message.sendTo(out);
  const mark = out.openArray();
  message.sendTo(out);
  out.ok();
  out.closeArray(mark, 1);
  assertEquals(decoder.decode(out.bytes.subarray(0, out.length)), "*0\r\n*1\r\n*0\r\n+OK\r\n");
  out.cut(0);
  assertEquals(taken(out), "*0\r\n*0\r\n");
});
