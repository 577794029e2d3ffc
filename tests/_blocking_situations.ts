/**
 * What a command that waits may get into, one function for each: the cells of the table whose rows are in
 * `_blocking_rows.ts`.
 *
 * A cell is played on a {@linkcode WaitingParty}, which is miniredis without sockets and with a clock moved by hand, or any
 * server behind a port: the same lines say what miniredis does and what redis-server does.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { KeyRow, WaitRow } from "./_blocking_rows.ts";

/** Two clients that may wait, and one that never does. */
export type Who = "a" | "b" | "c";

/** A server with three clients. Replies are as `RawConnection` prints them. */
export interface WaitingParty {
  readonly protocol: 2 | 3;
  /** Sends a line; resolves to its reply, to the empty string when it waits. */
  send(who: Who, line: string): Promise<string>;
  /** What a client that waits, or waited, has been sent since. */
  received(who: Who): Promise<string>;
  /** How many clients wait. */
  waiting(): Promise<number>;
  /** Lets so many milliseconds pass; what a client that waits for no longer has been sent then, and not before. */
  timeOut(who: Who, ms: number): Promise<string>;
  disconnect(who: Who): Promise<void>;
  /** Asserts that nobody waits, and that nothing of any wait is left. */
  assertNothingLeft(): Promise<void>;
}

/** Long enough for a server behind a port to be seen waiting, short enough to be waited for there. */
const TIMEOUT_MS = 50;

// ---- What all commands can get into ----

type Situation<Row> = (row: Row, party: WaitingParty) => Promise<void>;

const OF_ALL: Readonly<Record<string, Situation<WaitRow>>> = {
  "ends when its time is over": async (row, party) => {
    await beginWaiting(row, party, "a", TIMEOUT_MS);
    assertEquals(await party.timeOut("a", TIMEOUT_MS), timeoutOf(row, party));
    assertEquals(await party.send("a", "PING"), "+PONG");
    if (isKeyRow(row)) {
      await push(row, party, 1);
      assertEquals(await party.send("c", row.size("k")), ":1", "nothing is taken any more");
    }
  },

  "is forgotten when its client goes": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await party.disconnect("a");
    assertEquals(await party.waiting(), 0);
    if (!isKeyRow(row)) return;
    await push(row, party, 1);
    assertEquals(await party.send("c", row.size("k")), ":1", "nothing is given to a client that has gone");
    assertEquals(await party.send("b", row.line("k", 0)), row.served("k", 1, party.protocol));
  },

  "does not wait in a transaction": async (row, party) => {
    await prepare(row, party);
    assertEquals(await together(party, "a", row.line("k", 0), "PING"), `*2[${atOnceOf(row, party)}, +PONG]`);
  },

  "is ended by CLIENT UNBLOCK as by its time": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await unblock(party, "b"), ":0", "who does not wait cannot be freed");
    assertEquals(await unblock(party, "a", "TIMEOUT"), ":1");
    assertEquals(await party.received("a"), timeoutOf(row, party));
    await beginWaiting(row, party, "a", 100_000, false);
    assertEquals(await unblock(party, "a"), ":1");
    assertEquals(await party.received("a"), timeoutOf(row, party));
  },

  "is ended by CLIENT UNBLOCK ERROR with an error": async (row, party) => {
    await beginWaiting(row, party, "a", 100_000);
    assertEquals(await unblock(party, "a", "ERROR"), ":1");
    assertEquals(await party.received("a"), "-UNBLOCKED client unblocked via CLIENT UNBLOCK");
    assertEquals(await unblock(party, "a", "ERROR"), ":0");
    if (!isKeyRow(row)) return;
    await push(row, party, 1);
    assertEquals(await party.send("c", row.size("k")), ":1");
  },
};

// ---- What commands can get into that wait for keys ----

const OF_KEYS: Readonly<Record<string, Situation<KeyRow>>> = {
  "takes at once what is there": async (row, party) => {
    await prepare(row, party);
    await push(row, party, 1);
    assertEquals(await party.send("a", row.line("k", 0)), row.served("k", 1, party.protocol));
    await assertFirstIsServed(row, party);
  },

  "is served by what comes later": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await push(row, party, 1);
    await assertServed(row, party, "a", 1);
    await assertFirstIsServed(row, party);
    assertEquals(await party.send("a", "PING"), "+PONG");
  },

  "is served before its time is over, and not again then": async (row, party) => {
    await beginWaiting(row, party, "a", 100_000);
    await push(row, party, 1);
    await assertServed(row, party, "a", 1);
    assertEquals(await unblock(party, "a"), ":0");
  },

  "is served at once in a transaction with what is there": async (row, party) => {
    await prepare(row, party);
    const reply = await together(party, "a", row.push("k", 1), row.line("k", 0));
    assertEquals(reply, `*2[${row.pushed(1)}, ${row.served("k", 1, party.protocol)}]`);
    await assertFirstIsServed(row, party);
  },

  "is served only when a transaction has ended": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    const reply = await together(party, "c", row.push("k", 1), row.size("k"), "SET other v");
    assertEquals(reply, `*3[${row.pushed(1)}, :1, +OK]`);
    await assertServed(row, party, "a", 1);
    await assertFirstIsServed(row, party);
  },

  "is not served by a transaction that is discarded": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    for (const line of ["MULTI", row.push("k", 1)]) await party.send("c", line);
    assertEquals(await party.send("c", "DISCARD"), "+OK");
    assertEquals(await party.received("a"), "");
    await assertWaitsOn(row, party);
  },

  "is nothing to a string under its key": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await party.send("c", "SET k v"), "+OK");
    await assertGone(row, party);
  },

  "is nothing to another collection under its key": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await together(party, "c", "DEL k", "SADD k m");
    await assertGone(row, party);
  },

  "is nothing to a key of another type that is renamed to its own": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    for (const line of ["HSET other f v", "RENAME other k"]) await party.send("c", line);
    await assertGone(row, party);
  },

  "is nothing to a key of its type that is overwritten in the same transaction": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await together(party, "c", row.push("k", 1), "SET k v");
    await assertGone(row, party);
  },

  "is served by a key that is renamed to its own": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await prepare(row, party, "other");
    await push(row, party, 1, "other");
    assertEquals(await party.send("c", "RENAME other k"), "+OK");
    await assertServed(row, party, "a", 1);
    await assertFirstIsServed(row, party);
    assertEquals(await party.send("c", "EXISTS other"), ":0");
  },

  "is served by a copy": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await prepare(row, party, "other");
    await push(row, party, 1, "other");
    assertEquals(await party.send("c", "COPY other k REPLACE"), ":1");
    await assertServed(row, party, "a", 1);
    await assertFirstIsServed(row, party);
    assertEquals(await party.send("c", row.size("other")), ":1");
  },

  "is not served when its key is renamed away": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await together(party, "c", row.push("k", 1), "RENAME k other");
    assertEquals(await party.send("c", row.size("other")), ":1");
    await assertGone(row, party);
  },

  "is not served by a key that is deleted in the same transaction": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await together(party, "c", row.push("k", 1), "DEL k"), `*2[${row.pushed(1)}, :1]`);
    await assertGone(row, party);
  },

  "is not served when its key is deleted": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await party.send("c", "DEL k");
    await assertGone(row, party);
  },

  "is not served when FLUSHALL comes": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await party.send("c", "FLUSHALL"), "+OK");
    await assertGone(row, party);
  },

  "is not served by what FLUSHALL takes away in the same transaction": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await together(party, "c", row.push("k", 1), "FLUSHALL"), `*2[${row.pushed(1)}, +OK]`);
    await assertGone(row, party);
  },

  "is served by what SWAPDB brings": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await party.send("c", "SELECT 1");
    await prepare(row, party);
    await push(row, party, 1);
    assertEquals(await party.received("a"), "", "it waits in another database");
    assertEquals(await party.send("c", "SWAPDB 0 1"), "+OK");
    await assertServed(row, party, "a", 1);
    await party.send("c", "SELECT 0");
    await assertFirstIsServed(row, party);
  },

  "is not served by an empty database that SWAPDB brings": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    assertEquals(await party.send("c", "SWAPDB 0 1"), "+OK");
    await assertGone(row, party);
  },

  "is served after those who have waited for longer": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await beginWaiting(row, party, "b", 100_000, false);
    await push(row, party, 1);
    await assertServed(row, party, "a", 1);
    if (row.isShared) return await assertServed(row, party, "b", 1);
    assertEquals([await party.received("b"), await party.waiting()], ["", 1]);
    await assertFirstIsServed(row, party);
    await beginWaiting(row, party, "a", 0, false);
    await party.send("c", row.push("k", 2));
    await assertServed(row, party, "b", 2);
    assertEquals([await party.received("a"), await party.waiting()], ["", 1]);
    assertEquals([await unblock(party, "a"), await party.received("a")], [":1", timeoutOf(row, party)]);
  },

  "is served each with an element of its own when several come at once": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await beginWaiting(row, party, "b", 0, false);
    await together(party, "c", row.push("k", 1), row.push("k", 2));
    const [first, second] = [await party.received("a"), await party.received("b")];
    assertEquals(await party.waiting(), 0);
    if (row.isShared) return assertEquals(first, second);
    // of two elements that are there, the last goes first where a command takes from that end
    const inOrder = [row.served("k", 1, party.protocol), row.served("k", 2, party.protocol)];
    assertEquals([first, second], TAKES_LAST.has(row.name) ? inOrder.toReversed() : inOrder);
  },

  "goes to the next when the first has gone": async (row, party) => {
    await beginWaiting(row, party, "a", 0);
    await beginWaiting(row, party, "b", 0, false);
    await party.disconnect("a");
    assertEquals(await party.waiting(), 1);
    await push(row, party, 1);
    await assertServed(row, party, "b", 1);
    await assertFirstIsServed(row, party);
  },
};

const TAKES_LAST: ReadonlySet<string> = new Set(["brpop", "brpoplpush", "bzpopmax"]);

/** A cell of the table. */
export interface Cell {
  /** The command's name, and what becomes of it, as a sentence. */
  readonly name: string;
  readonly play: (party: WaitingParty) => Promise<void>;
}

/** All cells of a row; each ends with a look at what is left of its waits. */
export function cellsOf(row: WaitRow): Cell[] {
  const cell = (what: string, play: Cell["play"]): Cell => ({
    name: `${row.name.toUpperCase()} ${what}`,
    play: async (party) => {
      await play(party);
      for (const who of ["a", "b"] as const) assertEquals(await party.received(who), "", "nothing more is replied");
      await party.assertNothingLeft();
    },
  });
  const cells = Object.entries(OF_ALL).map(([what, play]) => cell(what, (party) => play(row, party)));
  if (!isKeyRow(row)) return cells;
  return [...cells, ...Object.entries(OF_KEYS).map(([what, play]) => cell(what, (party) => play(row, party)))];
}

function isKeyRow(row: WaitRow): row is KeyRow {
  return "push" in row;
}

// ---- What situations are made of ----

function nullArray({ protocol }: WaitingParty): string {
  return protocol === 3 ? "_" : "*-1";
}

function timeoutOf(row: WaitRow, party: WaitingParty): string {
  return row.timeout ?? nullArray(party);
}

function atOnceOf(row: WaitRow, party: WaitingParty): string {
  if (row.timeoutAtOnce === "$-1" && party.protocol === 3) return "_";
  return row.timeoutAtOnce ?? timeoutOf(row, party);
}

/** Runs lines as one transaction; the reply to EXEC. */
async function together(party: WaitingParty, who: Who, ...lines: string[]): Promise<string> {
  assertEquals(await party.send(who, "MULTI"), "+OK");
  for (const line of lines) assertEquals(await party.send(who, line), "+QUEUED", line);
  return await party.send(who, "EXEC");
}

async function prepare(row: WaitRow, party: WaitingParty, key = "k"): Promise<void> {
  if (isKeyRow(row) && row.prepare) assertEquals(await party.send("c", row.prepare(key)), "+OK");
}

async function beginWaiting(
  row: WaitRow,
  party: WaitingParty,
  who: Who,
  timeoutMs: number,
  isFirst = true,
): Promise<void> {
  if (isFirst) await prepare(row, party);
  const before = await party.waiting();
  assertEquals(await party.send(who, row.line("k", timeoutMs)), "");
  assertEquals(await party.waiting(), before + 1);
}

async function push(row: KeyRow, party: WaitingParty, n: number, key = "k"): Promise<void> {
  assertEquals(await party.send("c", row.push(key, n)), row.pushed(n), "who pushes is told what it made");
}

async function unblock(party: WaitingParty, who: Who, ...how: string[]): Promise<string> {
  return await party.send("c", ["CLIENT UNBLOCK", await idOf(party, who), ...how].join(" "));
}

/** By the name it has been given: who waits cannot be asked. */
async function idOf(party: WaitingParty, who: Who): Promise<string> {
  return new RegExp(`id=(\\d+) [^\\n]* name=${who} `).exec(
    (await party.send("c", "CLIENT LIST")).replaceAll("\\n", "\n"),
  )![1]!;
}

async function assertServed(row: KeyRow, party: WaitingParty, who: Who, n: number): Promise<void> {
  assertEquals(await party.received(who), row.served("k", n, party.protocol));
}

async function assertFirstIsServed({ after: [line, reply] }: KeyRow, party: WaitingParty): Promise<void> {
  assertEquals(await party.send("c", line), reply, line);
}

/** What it waited for is not there any more: that ends the wait of some with an error, and others wait on. */
async function assertGone(row: KeyRow, party: WaitingParty): Promise<void> {
  assertEquals(await party.received("a"), row.gone ?? "");
  assertEquals(await party.waiting(), row.gone === undefined ? 1 : 0);
  if (row.gone === undefined) await assertWaitsOn(row, party);
}

/** Serves a client that still waits, whatever its key holds now. */
async function assertWaitsOn(row: KeyRow, party: WaitingParty): Promise<void> {
  if (row.gone === undefined) await party.send("c", "DEL k");
  await push(row, party, 1);
  await assertServed(row, party, "a", 1);
  await assertFirstIsServed(row, party);
}
