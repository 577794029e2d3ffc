/**
 * DEBUG: what only tests of servers, and those who look for faults, should do. As in Redis its subcommands have no rows:
 * they are nobody's to rely on. Here are those that can be honoured; the others are unknown.
 *
 * What it tells of memory is about the arena: a value is "at" the address of its entry.
 */
import type { AppendOnly } from "../engine/append_only.ts";
import type { Args } from "../engine/args.ts";
import { ADMIN, LOADING, NOSCRIPT, PROTECTED, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import { memorySize } from "../engine/config_values.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, NOT_POSITIVE } from "../engine/errors.ts";
import { globMatches } from "../engine/glob.ts";
import { RdbFormatError } from "../persistence/errors.ts";
import { LoadError } from "../persistence/rdb_load.ts";
import { NONE } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { KeyText } from "../store/key_text.ts";
import { replyLines } from "./help.ts";
import { digestOfKeyspace, digestOfValue } from "./debug_digest.ts";
import {
  debugHtstats,
  debugHtstatsKey,
  debugListpack,
  debugObject,
  debugQuicklist,
  debugSdslen,
  findStored,
} from "./debug_object.ts";
import { debugProtocol } from "./debug_protocol.ts";
import { reload } from "./debug_reload.ts";
import { LIST_PLAIN_BYTES } from "../store/keyspace.ts";

const IN_MEMORY_ONLY = new CommandError("ERR", "this server keeps its data in memory only");

/** The row of DEBUG. */
export const debugCommands: CommandGroup = {
  debug: {
    arity: -2,
    flags: ADMIN | NOSCRIPT | LOADING | STALE | PROTECTED,
    usage: "subcommand [arg [arg ...]]",
    since: "1.0.0",
    complexity: "Depends on subcommand.",
    summary: "Does to the server what only tests should",
    isInternal: true,
    run: debug,
  },
};

/** A subcommand with what HELP says of it. */
interface Subcommand {
  /** How many arguments it takes, DEBUG and its own name included. */
  readonly least: number;
  readonly most: number;
  readonly usage: string;
  readonly help: readonly string[];
  readonly run: (ctx: Context, args: Args) => void;
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  "AOF-FLUSH-SLEEP": {
    least: 3,
    most: 3,
    usage: "<microsec>",
    help: ["Has each write to the append-only file take so much longer."],
    run: aofFlushSleep,
  },
  "DIGEST": {
    least: 2,
    most: 2,
    usage: "",
    help: ["A signature of all keys and values, the same as Redis'."],
    run: digest,
  },
  "DIGEST-VALUE": {
    least: 2,
    most: Infinity,
    usage: "<key> [<key> ...]",
    help: ["A signature of the value of each key, the same as Redis'."],
    run: digestValue,
  },
  "ERROR": { least: 3, most: 3, usage: "<text>", help: ["Answers this text as an error."], run: error },
  "HTSTATS": { least: 3, most: 3, usage: "<dbid>", help: ["Figures of a database's tables."], run: debugHtstats },
  "HTSTATS-KEY": {
    least: 3,
    most: 3,
    usage: "<key>",
    help: ["Figures of the table of a value."],
    run: debugHtstatsKey,
  },
  "LISTPACK": {
    least: 3,
    most: 3,
    usage: "<key>",
    help: ["Writes the elements of a value that is a listpack to the log."],
    run: debugListpack,
  },
  "LOADAOF": {
    least: 2,
    most: 2,
    usage: "",
    help: ["Writes what is to be written to the append-only file, empties the databases and loads that file."],
    run: loadAppendOnly,
  },
  "LOG": { least: 3, most: 3, usage: "<message>", help: ["Writes a message to the log."], run: log },
  "OBJECT": { least: 3, most: 3, usage: "<key>", help: ["How the value of a key is held."], run: debugObject },
  "PAUSE-CRON": {
    least: 3,
    most: 3,
    usage: "<0|1>",
    help: ["Says whether the server leaves undone what it does now and then by itself."],
    run: pauseCron,
  },
  "POPULATE": {
    least: 3,
    most: 5,
    usage: "<count> [<prefix>] [<size>]",
    help: [
      "Makes <count> strings at the keys <prefix>:<number>, where there are none. The prefix is `key` unless given, a",
      "value `value:<number>`, cut or filled with bytes 0 to <size>. Nothing is propagated.",
    ],
    run: populate,
  },
  "PROTOCOL": {
    least: 3,
    most: 3,
    usage: "<type>",
    help: [
      "Answers a reply of a type: string, integer, double, bignum, null, array, set, map, attrib, push, verbatim, true,",
      "false.",
    ],
    run: debugProtocol,
  },
  "QUICKLIST": {
    least: 3,
    most: 4,
    usage: "<key> [<0|1>]",
    help: ["Writes the nodes of a list to the log; with 1, their elements too."],
    run: debugQuicklist,
  },
  "QUICKLIST-PACKED-THRESHOLD": {
    least: 3,
    most: 3,
    usage: "<size>",
    help: ["From how many bytes on an element of a list is a node of its own. 0: the default, 1 GB."],
    run: packedThreshold,
  },
  "RELOAD": {
    least: 2,
    most: Infinity,
    usage: "[MERGE] [NOFLUSH] [NOSAVE]",
    help: [
      "Saves all keys as an RDB file, empties the databases and reads the keys back; in memory, where files were not asked",
      "for. NOFLUSH, which needs MERGE, does not empty the databases, NOSAVE reads the file that is there.",
    ],
    run: debugReload,
  },
  "REPLYBUFFER": {
    least: 4,
    most: 4,
    usage: "<PEAK-RESET-TIME <NEVER|RESET|milliseconds> | RESIZING <0|1>>",
    help: [
      "Says for how long the most that a client's reply buffer held counts for its size, or whether sizes change at all.",
    ],
    run: replyBuffer,
  },
  "SDSLEN": { least: 3, most: 3, usage: "<key>", help: ["What a key and its string take."], run: debugSdslen },
  "SET-ACTIVE-EXPIRE": {
    least: 3,
    most: 3,
    usage: "<0|1>",
    help: ["Says whether expired keys are deleted though nobody asks for them."],
    run: setActiveExpire,
  },
  "SET-SKIP-CHECKSUM-VALIDATION": {
    least: 3,
    most: 3,
    usage: "<0|1>",
    help: ["Says whether RESTORE takes a value whatever its checksum."],
    run: setSkipChecksums,
  },
  "SLEEP": { least: 3, most: 3, usage: "<seconds>", help: ["Stops the whole server for so long."], run: sleep },
  "STRINGMATCH-TEST": {
    least: 2,
    most: 2,
    usage: "",
    help: ["Matches patterns made at random."],
    run: stringmatchTest,
  },
};

function debug(ctx: Context, args: Args): void {
  if (args.is(1, "HELP") && args.count === 2) return replyLines(ctx, helpLines());
  const found = Object.entries(SUBCOMMANDS).find(([name]) => args.is(1, name))?.[1];
  if (found === undefined || args.count < found.least || args.count > found.most) throw unknownSubcommand(args);
  found.run(ctx, args);
}

function helpLines(): string[] {
  const lines = Object.entries(SUBCOMMANDS).flatMap(([name, { usage, help }]) => [
    `${name} ${usage}`.trimEnd(),
    ...help.map((line) => `    ${line}`),
  ]);
  return ["DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", ...lines, "HELP", "    Prints this help."];
}

function unknownSubcommand(args: Args): CommandError {
  return new CommandError(
    "ERR",
    `unknown subcommand or wrong number of arguments for '${args.text(1).slice(0, 128)}'. Try DEBUG HELP.`,
  );
}

// ---- The server ----

/** The number that an argument begins with, 0 where it begins with none, as C's atof. */
function numberIn(args: Args, i: number): number {
  return Number.parseFloat(args.text(i)) || 0;
}

/** Stops the process, everything in it, as a slow command would. */
function sleep(ctx: Context, args: Args): void {
  const ms = numberIn(args, 2) * 1000;
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  ctx.out.ok();
}

function isSwitchedOn(args: Args): boolean {
  return Math.trunc(numberIn(args, 2)) !== 0;
}

function setActiveExpire(ctx: Context, args: Args): void {
  ctx.keyspace.expiresActively = isSwitchedOn(args);
  ctx.out.ok();
}

function pauseCron(ctx: Context, args: Args): void {
  ctx.engine.debug.isPeriodicPaused = isSwitchedOn(args);
  ctx.out.ok();
}

function setSkipChecksums(ctx: Context, args: Args): void {
  ctx.engine.debug.skipsChecksums = isSwitchedOn(args);
  ctx.out.ok();
}

function replyBuffer(ctx: Context, args: Args): void {
  const { replyBuffers } = ctx.engine;
  if (args.is(2, "PEAK-RESET-TIME")) {
    if (args.is(3, "NEVER")) replyBuffers.peakResetMs = -1;
    else if (args.is(3, "RESET")) replyBuffers.resetPeakTime();
    else replyBuffers.peakResetMs = args.int(3);
  } else if (args.is(2, "RESIZING")) replyBuffers.areResized = Math.trunc(numberIn(args, 3)) !== 0;
  else throw unknownSubcommand(args);
  ctx.out.ok();
}

function log(ctx: Context, args: Args): void {
  ctx.engine.log.log("warning", `DEBUG LOG: ${args.text(2)}`);
  ctx.out.ok();
}

const MINUS = 0x2d, CR = 0x0d, LF = 0x0a, SPACE = 0x20;

/** The error is the text as it stands, without `ERR`, and counts as none. */
function error({ out }: Context, args: Args): void {
  const text = args.copy(2).map((byte) => byte === CR || byte === LF ? SPACE : byte);
  out.raw(Uint8Array.of(MINUS, ...text, CR, LF), 0, text.length + 3);
}

const LARGEST_PLAIN_BYTES = 2n ** 32n - 2n ** 20n;
const BAD_THRESHOLD = new CommandError("ERR", "argument must be a memory value bigger than 1 and smaller than 4gb");

function packedThreshold(ctx: Context, args: Args): void {
  const size = memorySize(args.text(2));
  if (size === null || size > LARGEST_PLAIN_BYTES) throw BAD_THRESHOLD;
  ctx.keyspace.limits.listPlainBytes = Number(size) || LIST_PLAIN_BYTES;
  ctx.out.ok();
}

const MATCHES = 100_000, LONGEST_PATTERN = 32, BACKSLASH = 0x5c;
const NO_MATCH = new CommandError("ERR", "a text does not match itself");

/** Each text must match itself with every byte escaped, and matching it against anything must come to an end. */
function stringmatchTest(ctx: Context): void {
  const { random } = ctx.keyspace;
  const make = () => new Uint8Array(Math.floor(random() * LONGEST_PATTERN)).map(() => Math.floor(random() * 128));
  for (let i = 0; i < MATCHES; i++) {
    const pattern = make(), text = make();
    globMatches(pattern, 0, pattern.length, text, 0, text.length);
    const escaped = new Uint8Array(text.length * 2).map((_, k) => k % 2 === 0 ? BACKSLASH : text[k >> 1]!);
    if (!globMatches(escaped, 0, escaped.length, text, 0, text.length)) throw NO_MATCH;
  }
  ctx.out.simple("Apparently Redis did not crash: test passed");
}

function aofFlushSleep(ctx: Context, args: Args): void {
  appendOnlyOf(ctx).writeDelayMicroseconds = Math.max(0, Math.trunc(numberIn(args, 2)));
  ctx.out.ok();
}

/** Where it cannot be loaded, the server ends, as in Redis: there would be nothing left of its data. */
function loadAppendOnly(ctx: Context): void {
  appendOnlyOf(ctx).reload();
  ctx.out.ok();
}

function appendOnlyOf({ engine: { appendOnly } }: Context): AppendOnly {
  if (appendOnly === null) throw IN_MEMORY_ONLY;
  return appendOnly;
}

// ---- Keys ----

function digest(ctx: Context): void {
  ctx.out.simple(digestOfKeyspace(ctx.keyspace));
}

/** Takes keys that have expired too, as all here. */
function digestValue(ctx: Context, args: Args): void {
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) ctx.out.simple(digestOfValue(ctx.db, findStored(ctx, args, i)));
}

const RELOAD_OPTIONS = new CommandError("ERR", "DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
const RELOAD_FAILED = new CommandError("ERR", "Error trying to load the RDB dump");
const KEYS_IN_THE_WAY = new CommandError("ERR", "DEBUG RELOAD NOFLUSH without MERGE would find every key in its way");

const NOT_SAVED = new CommandError("ERR", "");

/** Where there is no file to load (NOSAVE), Redis finds that out after it has emptied the databases; here they stay. */
function debugReload(ctx: Context, args: Args): void {
  let merges = false, flushes = true, saves = true;
  args.from(2);
  while (args.more()) {
    if (args.option("MERGE")) merges = true;
    else if (args.option("NOFLUSH")) flushes = false;
    else if (args.option("NOSAVE")) saves = false;
    else throw RELOAD_OPTIONS;
  }
  if (!flushes && !merges && ctx.keyspace.databases.some((db) => db.size > 0)) throw KEYS_IN_THE_WAY;
  try {
    if (!reload(ctx, { saves, flushes, merges })) throw NOT_SAVED;
  } catch (error) {
    if (!(error instanceof RdbFormatError || error instanceof LoadError)) throw error;
    ctx.engine.log.log("warning", `DEBUG RELOAD failed: ${error.message}`);
    throw RELOAD_FAILED;
  }
  ctx.engine.log.log("warning", "DB reloaded by DEBUG RELOAD");
  ctx.out.ok();
}

/** Redis makes the names in a buffer of this size, less C's final zero. */
const LONGEST_NAME_BYTES = 127;
const ASCII = new TextEncoder();
const DEFAULT_PREFIX = ASCII.encode("key"), COLON = ASCII.encode(":"), VALUE = ASCII.encode("value:");

function populate(ctx: Context, args: Args): void {
  const { db } = ctx;
  const count = positive(args, 2);
  const prefix = args.count > 3 ? cString(args.copy(3)) : DEFAULT_PREFIX;
  const size = args.count > 4 ? positive(args, 4) : 0;
  const key = new KeyText(), text = new KeyText(), number = new Element();
  const sized = new Uint8Array(size);
  const { keyTouched } = ctx.engine.hooks;
  for (let i = 0; i < count; i++) {
    number.spell(i);
    key.clear().append(prefix, 0, prefix.length).append(COLON, 0, 1).append(number.bytes, number.start, number.end);
    key.length = Math.min(key.length, LONGEST_NAME_BYTES);
    if (db.findForWrite(key, 0) !== NONE) continue;
    text.clear().append(VALUE, 0, VALUE.length).append(number.bytes, number.start, number.end);
    if (size === 0) db.setText(key, 0, text.bytes, 0, text.length);
    else {
      sized.set(text.bytes.subarray(0, Math.min(text.length, size))); // no text is shorter than the one before
      db.setText(key, 0, sized, 0, size);
    }
    // for those who watch keys: it is no change to be repeated, and has no event
    if (keyTouched.count !== 0) keyTouched.tell(db, key.bytes, 0, key.length, 0, "populate");
  }
  ctx.out.ok();
}

function positive(args: Args, i: number): number {
  const n = args.int(i, NOT_POSITIVE);
  if (n < 0) throw NOT_POSITIVE;
  return n;
}

function cString(bytes: Uint8Array): Uint8Array {
  const zero = bytes.indexOf(0);
  return zero < 0 ? bytes : bytes.subarray(0, zero);
}
