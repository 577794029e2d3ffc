/** The TransformStreams that all connections of a server share (server/stage.ts). */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { CommandDecoder } from "../../resp/command_decoder.ts";
import { ReplyWriter } from "../../resp/reply_writer.ts";
import { type Parcel, Pipeline, Replies, Requests, Stage } from "../../server/stage.ts";
import { turn } from "../../server/turns.ts";

/** Notes in which order the work was done, and beside whom. */
class Noted implements Parcel {
  error: unknown = null;
  readonly #name: string;
  readonly #log: string[];

  constructor(name: string, log: string[]) {
    this.#name = name;
    this.#log = log;
  }

  work(): void {
    this.#log.push(this.#name);
    if (this.#name === "broken") throw new TypeError("broken");
  }
}

Deno.test("parcels of one turn pass together, in the order in which they came", async () => {
  const stage = new Stage<Noted>();
  const log: string[] = [];
  const pass = (name: string) => stage.pass(new Noted(name, log)).then(() => log.push(`${name} has passed`));
  await Promise.all([pass("a"), pass("b"), pass("c")]);
  assertEquals(log, ["a", "b", "c", "a has passed", "b has passed", "c has passed"]);
  log.length = 0;
  const first = pass("a");
  await Promise.resolve();
  await Promise.resolve(); // the first is under way
  await Promise.all([first, pass("b")]);
  assertEquals(log.filter((line) => line.length === 1), ["a", "b"]);
});

Deno.test("a hundred groups may be under way at once", async () => {
  const stage = new Stage<Noted>();
  const log: string[] = [];
  const passed: Promise<unknown>[] = [];
  for (let i = 0; i < 100; i++) {
    passed.push(stage.pass(new Noted(`${i}`, log)));
    await null;
    await null;
  }
  await Promise.all(passed);
  assertEquals(log, Array.from({ length: 100 }, (_, i) => `${i}`));
});

Deno.test("what the work of one throws stays with it, and the stage goes on", async () => {
  const stage = new Stage<Noted>();
  const log: string[] = [];
  const broken = new Noted("broken", log), whole = new Noted("whole", log);
  await Promise.all([stage.pass(broken), stage.pass(whole)]);
  assertEquals([String(broken.error), whole.error, log], ["TypeError: broken", null, ["broken", "whole"]]);
  await turn(); // a promise left unhandled would end the process here
  await stage.pass(whole);
  assertEquals(log.length, 3);
});

Deno.test("one stage passes the requests of all connections, the other their replies", async () => {
  const pipeline = new Pipeline();
  const ping = new TextEncoder().encode("PING\r\nPI");
  const decoders = [new CommandDecoder(), new CommandDecoder()];
  await Promise.all(decoders.map(async (decoder) => {
    const requests = new Requests(decoder);
    requests.bytes = ping;
    await pipeline.requests.pass(requests);
    assertStrictEquals(requests.batch, decoder.batch);
    assertEquals([requests.batch.count, decoder.pendingBytes, requests.error], [1, 2, null]);
  }));
  await Promise.all(["one", "two"].map(async (text) => {
    const out = new ReplyWriter();
    const replies = new Replies(out);
    out.simple(text);
    await pipeline.replies.pass(replies);
    assertEquals([new TextDecoder().decode(replies.rest), out.length, replies.left], [`+${text}\r\n`, 0, 6]);
    replies.took(4);
    assertEquals([new TextDecoder().decode(replies.rest), replies.left], ["\r\n", 2]);
    replies.took(2);
    assertEquals(replies.left, 0);
  }));
});
