/**
 * Buffers that connections borrow, under stress: requests of all sizes that arrive in pieces, clients that wait, pauses,
 * buffers that shrink at any moment, clients that go away in the middle of anything. Each client says and stores only what
 * bears its name, so that a byte out of a buffer of somebody else shows; and what a buffer holds when it is given back is
 * overwritten at once.
 */
import { assert, assertEquals } from "@std/assert";
import { PAUSE_ALL, PAUSE_WRITES } from "../../engine/pause.ts";
import { type ReadBuffers, readBuffers } from "../../resp/read_buffers.ts";
import { TestHost, type Way } from "../_host.ts";
import { encodeCommand, type RawConnection } from "../_harness.ts";
import { joined, Random, wire } from "../resp/_frames.ts";

const CLIENTS = 12;
/** Connections that each client makes, one after the other. */
const LIVES = 4;
const BATCHES = 6;
/** Around the sizes of a window, a read buffer, a busy one, and beyond. */
const SIZES = [1, 10, 100, 1_000, 1_020, 4_000, 16_000, 16_384, 20_000, 65_000, 70_000];

/** What is given back is of no more use to anybody: `!` all over. */
class Spoiling implements Disposable {
  readonly #give: ReadBuffers["give"] = readBuffers.give;

  constructor() {
    const give = this.#give;
    readBuffers.give = (buffer) => {
      if (buffer.length > 0) buffer.fill(0x21);
      give.call(readBuffers, buffer);
    };
  }

  [Symbol.dispose](): void {
    readBuffers.give = this.#give;
  }
}

/** A request and the reply that it must have. */
interface Exchange {
  readonly request: Uint8Array;
  readonly replies: readonly string[];
}

/** One of the clients, and what it has said so far. */
class Talker {
  readonly #name: string;
  readonly #random: Random;
  #said = 0;
  /** Lists that it waits for, with what it waits for. */
  readonly #awaited: Map<string, string>;

  constructor(name: string, random: Random, awaited: Map<string, string>) {
    this.#name = name;
    this.#random = random;
    this.#awaited = awaited;
  }

  /** Text that nobody else says. */
  #text(): string {
    const size = this.#random.pick(SIZES) + this.#random.int(8);
    return `${this.#name}:${this.#said++};`.repeat(Math.ceil(size / 8)).slice(0, Math.max(size, 12));
  }

  exchange(): Exchange {
    const text = this.#text(), key = `key:${this.#name}`;
    const bulk = `$${text.length} ${text}`;
    switch (this.#random.int(7)) {
      case 0:
        return { request: encodeCommand(["ECHO", text]), replies: [bulk] };
      case 1:
        return { request: wire(`ECHO ${text.slice(0, 2_000)}\r\n`), replies: [bulkOf(text.slice(0, 2_000))] };
      case 2:
        return joinedExchange([["SET", key, text], "+OK"], [["GET", key], bulk]);
      case 3:
        return joinedExchange([["MSET", key, text, `${key}2`, "x"], "+OK"], [
          ["MGET", key, `${key}2`],
          `*2[${bulk}, $1 x]`,
        ]);
      case 4:
        return joinedExchange([["MULTI"], "+OK"], [["ECHO", text], "+QUEUED"], [["ECHO", "y"], "+QUEUED"], [
          ["EXEC"],
          `*2[${bulk}, $1 y]`,
        ]);
      case 5: { // a typed value
        const value = `*2\r\n$${text.length}\r\n${text}\r\n:${this.#said}\r\n`;
        const typed = joined(wire("*3\r\n$3\r\nSET\r\n"), wire(`$${key.length + 1}\r\n${key}t\r\n${value}`));
        return {
          request: joined(typed, encodeCommand(["GET", `${key}t`])),
          replies: ["+OK", `*2[${bulk}, :${this.#said}]`],
        };
      }
      default: {
        const list = `list:${this.#name}:${this.#said}`;
        this.#awaited.set(list, text);
        return {
          request: encodeCommand(["BLPOP", list, "0"]),
          replies: [`*2[${bulkOf(list)}, ${bulk}]`],
        };
      }
    }
  }
}

function bulkOf(text: string): string {
  return `$${text.length} ${text}`;
}

function joinedExchange(...parts: readonly (readonly [string[], string])[]): Exchange {
  return {
    request: joined(...parts.map(([words]) => encodeCommand(words))),
    replies: parts.map(([, reply]) => reply),
  };
}

/** Sends bytes in pieces, with turns for others between them. */
async function sendInPieces(connection: RawConnection, bytes: Uint8Array, random: Random): Promise<void> {
  const longest = random.pick([700, 5_000, 30_000, 200_000]);
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.int(longest);
    await connection.write(bytes.slice(at, at + size));
    at += size;
    for (let turns = random.int(3); turns > 0; turns--) await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The lives of one client; returns how many replies it has had. */
async function live(server: TestHost, way: Way, name: string, random: Random, awaited: Map<string, string>) {
  const talker = new Talker(name, random, awaited);
  let replies = 0;
  for (let i = 0; i < LIVES; i++) {
    await using connection = await server.open(way);
    for (let batch = 0; batch < BATCHES; batch++) {
      const exchanges = Array.from({ length: 1 + random.int(6) }, () => talker.exchange());
      const sent = sendInPieces(connection, joined(...exchanges.map(({ request }) => request)), random);
      for (const reply of exchanges.flatMap(({ replies }) => replies)) {
        assertEquals(await connection.readReply(), reply);
        replies++;
      }
      await sent;
    }
    // it goes in the middle of a request, with replies on their way, or while it waits
    const { request } = talker.exchange();
    await connection.write(joined(request, request.subarray(0, random.int(request.length))));
    for (let turns = random.int(4); turns > 0; turns--) await turn();
  }
  return replies;
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`every reply is its client's own, whatever buffers others borrow and give back (${way})`, async () => {
    const before = readBuffers.used;
    using _spoiling = new Spoiling();
    const random = new Random(way.length);
    let hasEnded = false;
    let given = 0;
    {
      await using server = new TestHost();
      const { engine } = server.host;
      const awaited = new Map<string, string>();
      const others = async () => {
        const control = await server.control;
        for (let i = 0; !hasEnded; i++) {
          for (const client of engine.clients.values()) client.connection.trim(random.int(3) > 0);
          if (i % 7 === 3) engine.pause.begin(random.int(2) === 0 ? PAUSE_ALL : PAUSE_WRITES, 100_000);
          await turn();
          for (const client of engine.clients.values()) client.connection.trim(random.int(3) > 0);
          if (i % 7 === 5) engine.pause.end();
          if (engine.pause.mode !== 0) continue;
          for (const [list, text] of awaited) {
            if (random.int(2) === 0) continue;
            awaited.delete(list);
            assertEquals(await control.send("RPUSH", list, text), ":1");
            given++;
          }
        }
      };
      const all = Array.from({ length: CLIENTS }, (_, i) => live(server, way, `c${i}`, new Random(i), awaited));
      const [replies] = await Promise.all([
        Promise.all(all).finally(() => hasEnded = true),
        others(),
      ]);
      assert(replies.every((count) => count > LIVES * BATCHES), "all have been served");
      assert(given > CLIENTS, "many have waited");
      engine.pause.end();
    }
    assertEquals(readBuffers.used, before, "all has been given back");
  });
}
