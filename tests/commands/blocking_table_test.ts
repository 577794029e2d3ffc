/** Every command that waits, in every situation that it may get into, with a clock moved by hand. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import { BLOCKING } from "../../engine/command.ts";
import { CommandTable } from "../../engine/command_table.ts";
import { BLOCKING_ROWS, KEY_ROWS } from "../_blocking_rows.ts";
import { cellsOf, type WaitingParty, type Who } from "../_blocking_situations.ts";
import { type Caller, newCaller } from "../_call.ts";
import { TimerClock } from "../_clock.ts";
import { CLOSED, RawConnection } from "../_harness.ts";

/** Replies as text, one to a line. */
async function printed(bytes: string): Promise<string> {
  const readable = ReadableStream.from([Uint8Array.from(bytes, (character) => character.charCodeAt(0))]);
  await using connection = await RawConnection.connect({ readable, writable: new WritableStream() });
  const replies: string[] = [];
  if (bytes === "") return "";
  for (let reply = await connection.readReply(); reply !== CLOSED; reply = await connection.readReply()) {
    replies.push(reply);
  }
  return replies.join("\n");
}

/** Dispatch without sockets. */
class HandParty implements WaitingParty {
  readonly protocol: 2 | 3;
  readonly #clock = new TimerClock();
  readonly #engine: ReturnType<typeof newCaller>["engine"];
  readonly #callers: Readonly<Record<Who, Caller>>;

  constructor(protocol: 2 | 3) {
    this.protocol = protocol;
    const c = newCaller({ clock: this.#clock, protocol });
    this.#engine = c.engine;
    this.#callers = { a: c.connect(), b: c.connect(), c };
    for (const [who, caller] of Object.entries(this.#callers)) caller.raw("CLIENT", "SETNAME", who);
  }

  async send(who: Who, line: string): Promise<string> {
    return await printed(this.#callers[who].raw(...line.split(" ")));
  }

  async received(who: Who): Promise<string> {
    return await printed(this.#callers[who].received());
  }

  waiting(): Promise<number> {
    return Promise.resolve(this.#engine.blocking.count);
  }

  async timeOut(who: Who, ms: number): Promise<string> {
    this.#clock.advance(ms - 1);
    assertEquals(await this.received(who), "", "not before its time is over");
    this.#clock.advance(1);
    return await this.received(who);
  }

  /** What the end of a connection does to a client that waits. */
  disconnect(who: Who): Promise<void> {
    const { client } = this.#callers[who];
    this.#engine.blocking.forget(client);
    this.#engine.clients.delete(client.id);
    return Promise.resolve();
  }

  assertNothingLeft(): Promise<void> {
    const { blocking, hooks } = this.#engine;
    assertEquals([blocking.count, blocking.keyCount, blocking.hasReady], [0, 0, false], "waiters, keys, ready keys");
    assertEquals([hooks.keyAdded.count, hooks.keyTouched.count, hooks.databaseChanges.count], [0, 0, 0], "listeners");
    assertEquals(this.#clock.delays, [], "timers");
    return Promise.resolve();
  }
}

for (const row of BLOCKING_ROWS) {
  for (const { name, play } of cellsOf(row)) {
    for (const protocol of [2, 3] as const) Deno.test(`${name} (RESP${protocol})`, () => play(new HandParty(protocol)));
  }
}

Deno.test("every command that waits for keys has a row, and no other has", () => {
  const blocking = [...new CommandTable(COMMANDS).all()].filter(({ flags }) => (flags & BLOCKING) !== 0);
  assertEquals(KEY_ROWS.map(({ name }) => name).toSorted(), blocking.map(({ name }) => name).toSorted());
});

Deno.test("cells of the table have names of their own", () => {
  const names = BLOCKING_ROWS.flatMap((row) => cellsOf(row).map(({ name }) => name));
  assert(names.length > 200);
  assertEquals(new Set(names).size, names.length);
});
