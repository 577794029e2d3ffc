/** Publish/subscribe, compared with redis-server 7.0 where it is installed: what several connections are sent, to the byte. */
import { assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { latin1 } from "./random/reply.ts";

/**
 * Scripts by what they show. Each line is a connection and its requests, sent together; connections in capitals speak RESP3.
 * Lines that end in `...` leave the connection inside MULTI or blocked.
 */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "subscriptions and their counts": [
    "a: SUBSCRIBE x | SUBSCRIBE x x y | PSUBSCRIBE p* | SSUBSCRIBE s s | PING | PING me",
    "a: UNSUBSCRIBE nope y y | PUNSUBSCRIBE p* p* | SUNSUBSCRIBE s nope | UNSUBSCRIBE | UNSUBSCRIBE | PUNSUBSCRIBE | PING",
    "B: SUBSCRIBE x | PSUBSCRIBE p* | SSUBSCRIBE s | PING | GET none | UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE",
    "B: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE a b",
    "b: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE a b | SUBSCRIBE | PSUBSCRIBE | SSUBSCRIBE | PUBLISH x",
  ],
  "messages to channels, patterns and shard channels": [
    "a: SUBSCRIBE news other",
    "B: SUBSCRIBE news | PSUBSCRIBE n*",
    "c: PSUBSCRIBE [no]* | SSUBSCRIBE news",
    "d: PUBLISH news 1 | PUBLISH other 2 | PUBLISH nothing 3 | PUBLISH q 4 | SPUBLISH news 5 | SPUBLISH other 6",
    "B: PUBLISH news me | PUBLISH none x | GET none",
    "B: MULTI | PUBLISH news 7 | GET none | PUBLISH none 8 | EXEC",
    "a: UNSUBSCRIBE news | RESET | PUBLISH news 9",
    "d: PUBSUB NUMSUB news other | PUBSUB NUMPAT | PUBSUB CHANNELS | PUBSUB CHANNELS n* | PUBSUB CHANNELS x",
    "d: PUBSUB SHARDCHANNELS | PUBSUB SHARDNUMSUB news x | PUBSUB NUMSUB | PUBSUB SHARDNUMSUB | PUBSUB SHARDCHANNELS z*",
  ],
  "what a subscriber may do": [
    "a: SUBSCRIBE x | GET k | get k | CLIENT LIST | client id | MULTI | EXEC | DISCARD | HELLO 3 | AUTH a | NOSUCH | GET | PING a b",
    "a: PUBLISH x 1 | COMMAND COUNT | COMMAND DOCS get | CONFIG NOSUCH | WATCH k | SELECT 3 | ECHO x | QUIT ...",
    "b: PSUBSCRIBE x | SET k v | RESET | SET k v | SSUBSCRIBE y | GET k | SUNSUBSCRIBE | GET k",
    "C: SUBSCRIBE x | SET k w | BLPOP l 0.01 | PING x | PUBLISH x self | RESET | PING",
    "E: SUBSCRIBE x | UNSUBSCRIBE | MULTI | SUBSCRIBE y | SSUBSCRIBE z | GET k | EXEC | PUBLISH y 1",
    "d: MULTI | SUBSCRIBE y q | SSUBSCRIBE z | GET k | EXEC | GET k | UNSUBSCRIBE y q | GET k",
  ],
  "silence": [
    "A: CLIENT REPLY OFF | SUBSCRIBE x | PING | PSUBSCRIBE x* | SSUBSCRIBE x | PUBLISH x 1 | GET none | NOSUCH",
    "b: PUBLISH x 2 | SPUBLISH x 3",
    "A: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE | SUBSCRIBE x | CLIENT REPLY ON",
    "A: CLIENT REPLY SKIP | PUBLISH x 4 | PING | CLIENT REPLY SKIP | SUBSCRIBE z | PING",
    "A: CLIENT REPLY OFF | MULTI | PUBLISH x 5 | PING | EXEC | CLIENT REPLY ON | UNSUBSCRIBE x z",
    "c: CLIENT REPLY SKIP | SUBSCRIBE x | PING | CLIENT REPLY SKIP | UNSUBSCRIBE | PING",
  ],
  "clients that wait or go": [
    "A: SUBSCRIBE x | MULTI | PING ...",
    "B: SUBSCRIBE x | BLPOP l 0 ...",
    "c: PUBLISH x 1",
    "c: RPUSH l v",
    "A: EXEC",
    "d: PSUBSCRIBE * | QUIT ...",
    "c: PUBLISH x 2",
    "e: SUBSCRIBE x",
    "c: CLIENT KILL TYPE pubsub SKIPME yes",
    "c: PUBLISH x 3 | PUBSUB NUMSUB x",
  ],
  "errors of PUBSUB": [
    "a: PUBSUB | PUBSUB NOSUCH | PUBSUB CHANNELS a b | PUBSUB NUMPAT a | PUBSUB SHARDCHANNELS a b | PUBSUB HELP a",
    "a: PUBLISH | PUBLISH a | PUBLISH a b c | SPUBLISH a | SSUBSCRIBE | SUNSUBSCRIBE | PUBSUB numsub a | pubsub CHANNELS",
  ],
};

/** A connection by its name, and what has arrived on it. */
class Peer implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(1 << 16);
  text = "";

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async connect(port: number, name: string): Promise<Peer> {
    const peer = new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
    await peer.send([`CLIENT SETNAME ${name}`, ...(name === name.toUpperCase() ? ["HELLO 3"] : []), "ECHO ready"]);
    await peer.until(/ready\r\n$/);
    peer.text = "";
    return peer;
  }

  async send(requests: readonly string[]): Promise<void> {
    const text = requests.map((request) => {
      const words = request.split(" ");
      return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
    });
    const bytes = new TextEncoder().encode(text.join(""));
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Reads until this has arrived; false when the connection has ended before. */
  async until(pattern: RegExp): Promise<boolean> {
    while (!pattern.test(this.text)) {
      const size = await this.#conn.read(this.#buffer).catch(endOf);
      if (size === null) return false;
      this.text += latin1(this.#buffer.subarray(0, size));
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** A connection that was reset has ended as well. */
function endOf(error: unknown): null {
  if (error instanceof Deno.errors.ConnectionReset) return null;
  throw error;
}

/**
 * Plays a script; returns all that each connection was sent. A line is over when its mark has come back: a subscription
 * that is none, since that is always told, in whatever state the connection is.
 */
async function play(port: number, script: readonly string[]): Promise<Record<string, string>> {
  using cleanup = new DisposableStack();
  const control = cleanup.use(await Peer.connect(port, "control"));
  await control.send(["FLUSHALL"]);
  const peers = new Map<string, Peer>();
  for (const [i, line] of script.entries()) {
    const [name, requests] = line.split(": ") as [string, string];
    const peer = peers.get(name) ?? cleanup.use(await Peer.connect(port, name));
    peers.set(name, peer);
    const all = requests.replace(" ...", "").split(" | ");
    await peer.send(requests.endsWith("...") ? all : [...all, `UNSUBSCRIBE mark-${i}`]);
    if (requests.endsWith("...")) await settled(control, name, all.at(-1)!.split(" ")[0]!.toLowerCase());
    else await peer.until(new RegExp(`mark-${i}\\r\\n:\\d+\\r\\n`));
  }
  for (const peer of peers.values()) {
    await peer.send(["UNSUBSCRIBE last"]).catch(endOfWriting);
    await peer.until(/last\r\n:\d+\r\n|QUEUED\r\n$/);
  }
  return Object.fromEntries([...peers].map(([name, { text }]) => [name, text]));
}

/** The other side has closed the connection; what it said before can still be read. */
function endOfWriting(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)) throw error;
}

/** Resolves when a client is gone, or has come to a command. */
async function settled(control: Peer, name: string, command: string): Promise<void> {
  for (let i = 0;; i++) {
    control.text = "";
    await control.send(["CLIENT LIST", `ECHO listed-${i}-`]);
    await control.until(new RegExp(`listed-${i}-\\r\\n$`));
    const line = control.text.split("\n").find((text) => text.includes(` name=${name} `));
    if (line === undefined || line.includes(` cmd=${command} `)) return;
  }
}

Deno.test({
  name: "what subscribers and publishers are sent is what redis-server 7.0 sends (skipped where it is not installed)",
  ignore: !hasReference,
  fn: async (t) => {
    await using redis = await startRedis();
    await using server = await Server.start({ port: 0 });
    for (const [name, script] of Object.entries(SCRIPTS)) {
      await t.step(name, async () => {
        const [ours, theirs] = [await play(server.port, script), await play(redis.port, script)];
        assertEquals(ours, theirs, "miniredis (actual), redis-server (expected)");
      });
    }
  },
});
