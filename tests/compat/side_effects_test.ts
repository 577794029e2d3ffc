/**
 * What commands do beside replying: the keyspace events they tell, the changes they count and the writes they propagate are
 * those of redis-server 7.0, for random commands of all types. There they show as messages, in INFO and in the append-only
 * file; here at the hook points.
 */
import { assertEquals } from "@std/assert";
import type { PropagatedArgument } from "../../engine/hooks.ts";
import { TypedArgument } from "../../resp/command_batch.ts";
import { HandClock, newCaller } from "../_call.ts";
import { RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { textOf } from "./random/normalise.ts";
import { PortPeer } from "./random/peer.ts";
import { latin1, parseReplies, quoted, type Reply } from "./random/reply.ts";
import { GENERATORS, makeRound } from "./random/rounds.ts";
import type { Command } from "./random/words.ts";

const SEED = 7_001_500;
/** Not streams: what they propagate is exact here where Redis repeats an option, and is compared in their own tests. */
const TYPES = Object.keys(GENERATORS).filter((type) => type !== "stream");
const ROUNDS = 2 * TYPES.length;
/** Set after each command: what is told and propagated before belongs to that command. */
const MARK = "the mark";
/** Waits, concerns all keys, or goes over a set in its own order. */
const LEFT_OUT = /^(B[LRZ]|SELECT|SWAPDB|FLUSH|DEBUG|CONFIG|OBJECT|SORT)/i;
/** Makes the new key before it takes the member from the old one, since memory may end there. */
const IN_ANY_ORDER = /^SMOVE$/i;
/** Times that are relative become moments, which are not the same on both servers. */
const MOMENT = /^-?\d{13,}$/;

/** A message of redis-server, as {@linkcode RawConnection} prints it. */
const EVENT = /__keyevent@(\d+)__:([\w-]+), \$\d+ (.*)\]$/;

/** What a command did, in one line each. */
class Effects {
  readonly events: string[] = [];
  readonly propagated: string[] = [];
  changes = 0;

  propagate(db: number, [name, ...words]: readonly string[]): void {
    const shown = words.map((word) => MOMENT.test(word) ? "(moment)" : quoted(word));
    this.propagated.push(`${db}> ${[name!.toUpperCase(), ...shown].join(" ")}`);
  }

  /** All of it, for an assertion that shows the command as well. */
  after(command: Command): string {
    const events = IN_ANY_ORDER.test(textOf(command[0])) ? this.events.toSorted() : this.events;
    // a string that grew before its writes failed is a change that redis-server does not count and forgets to propagate
    const propagated = this.changes === 0 && /^BITFIELD$/i.test(textOf(command[0])) ? [] : this.propagated;
    const line = command.map((word) => quoted(textOf(word))).join(" ");
    return [`> ${line}`, ...events, ...propagated, `${this.changes} changes`].join("\n");
  }
}

Deno.test({
  name: "events, changes and propagated writes of random commands are those of redis-server 7.0 (skipped without it)",
  ignore: !hasReference,
  fn: async () => {
    const dir = await Deno.makeTempDir({ prefix: "miniredis_effects_" });
    try {
      await using redis = await startRedis(
        ...["--dir", dir, "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
        ...["--notify-keyspace-events", "KEAmn", "--enable-debug-command", "yes"],
      );
      const { raw } = newCaller();
      const known = new Set([...raw("COMMAND", "LIST").matchAll(/^[a-z_]+$/gm)].map(([name]) => name!.toUpperCase()));
      const commands = Array.from({ length: ROUNDS }, (_, i) => makeRound(SEED, i, TYPES, known).commands).flat()
        .filter((command) => !LEFT_OUT.test(textOf(command[0])));
      const theirs = await effectsOnRedis(redis.port, dir, commands);
      const ours = effectsHere(commands);
      commands.forEach((command, i) => {
        assertEquals(ours[i]!.after(command), theirs[i]!.after(command), "miniredis (actual), redis-server (expected)");
      });
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

/** Runs the commands in a server without sockets. */
function effectsHere(commands: readonly Command[]): Effects[] {
  const { engine, raw } = newCaller({ clock: new HandClock(Date.now()) });
  const { hooks } = engine;
  const all: Effects[] = [];
  let effects = new Effects();
  const onKey: Parameters<typeof hooks.keyTouched.add>[0] = (db, bytes, start, end, eventClass, event) => {
    if (eventClass !== 0) effects.events.push(`${event} ${db.index}:${quoted(latin1(bytes.subarray(start, end)))}`);
  };
  hooks.keyTouched.add(onKey);
  hooks.keyAdded.add(onKey);
  hooks.keyMissed.add(onKey);
  hooks.propagated.add((db, args) => effects.propagate(db, args.map(wordOf)));
  let before = changesIn(raw("INFO", "persistence"));
  for (const command of commands) {
    all.push(effects = new Effects());
    raw(...command);
    const after = changesIn(raw("INFO", "persistence"));
    effects.changes = after - before;
    before = after;
  }
  return all;
}

function wordOf(arg: PropagatedArgument): string {
  return latin1(arg instanceof TypedArgument ? arg.bytes : arg);
}

function changesIn(info: string): number {
  return Number(/rdb_changes_since_last_save:(\d+)/.exec(info)![1]);
}

/** Has redis-server run the commands, and asks afterwards what it has told. */
async function effectsOnRedis(port: number, dir: string, commands: readonly Command[]): Promise<Effects[]> {
  const all = commands.map(() => new Effects());
  using peer = new PortPeer("redis-server", port);
  await using listener = await RawConnection.connect(port);
  await listener.send("PSUBSCRIBE", "__keyevent@*");
  const events = readEvents(listener, commands.length);
  const replies = await peer.exchange([
    ["INFO", "persistence"],
    ...commands.flatMap((command, i): Command[] => [command, ["SET", MARK, `${i}`], ["INFO", "persistence"]]),
  ]);
  let before = changesIn(latin1(replies[0]!));
  all.forEach((effects, i) => {
    const after = changesIn(latin1(replies[3 * i + 3]!));
    effects.changes = after - before - 1; // the mark
    before = after;
  });
  (await events).forEach((own, i) => all[i]?.events.push(...own));
  let i = 0, db = 0;
  for (const words of await appended(dir)) {
    const name = words[0]!.toUpperCase();
    if (name === "SELECT") db = Number(words[1]);
    else if (name === "SET" && words[1] === MARK) i++;
    else all[i]!.propagate(db, words);
  }
  assertEquals(i, commands.length);
  return all;
}

/** The commands in the append-only file. */
async function appended(dir: string): Promise<string[][]> {
  const folder = `${dir}/appendonlydir`;
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".incr.aof")) return parseReplies(await Deno.readFile(`${folder}/${name}`)).map(wordsOf);
  }
  throw new Error("there is no append-only file");
}

function wordsOf({ items }: Reply): string[] {
  return items!.map((item) => item.items === undefined ? item.text! : "");
}

/** Reads the events of each of so many commands. */
async function readEvents(conn: RawConnection, count: number): Promise<string[][]> {
  const all: string[][] = [[]];
  while (all.length <= count) {
    const message = await conn.readReply();
    const [, db, event, key] = EVENT.exec(message) ?? [];
    if (key !== MARK) all.at(-1)!.push(`${event} ${db}:"${key}"`);
    else if (event === "set") all.push([]);
  }
  return all;
}
