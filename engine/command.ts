/**
 * What a command is: one row, one function. All else (COMMAND, ACL categories, gates, statistics, the README's list) is
 * derived from the row.
 */
import type { Args } from "./args.ts";
import { mayHaveSeveralKeys } from "./command_keys.ts";
import type { Context } from "./context.ts";
import { LatencyHistogram } from "./latency_histogram.ts";

/** Runs a command: validate, look up, change, `touched()`, reply. Synchronous: that is what makes a command atomic. */
export type Handler = (ctx: Context, args: Args) => void;

// Flags, with Redis' names and meanings (redis.io, "Command flags"); the README of the table says which gate reads which.
export const WRITE = 1 << 0;
export const READONLY = 1 << 1;
export const DENYOOM = 1 << 2;
export const ADMIN = 1 << 3;
export const PUBSUB = 1 << 4;
export const NOSCRIPT = 1 << 5;
export const BLOCKING = 1 << 6;
export const LOADING = 1 << 7;
export const STALE = 1 << 8;
export const SKIP_MONITOR = 1 << 9;
export const SKIP_SLOWLOG = 1 << 10;
export const ASKING = 1 << 11;
export const FAST = 1 << 12;
export const NO_AUTH = 1 << 13;
export const MAY_REPLICATE = 1 << 14;
export const NO_MANDATORY_KEYS = 1 << 15;
export const PROTECTED = 1 << 16;
export const NO_ASYNC_LOADING = 1 << 17;
export const NO_MULTI = 1 << 18;
export const MOVABLE_KEYS = 1 << 19;
export const ALLOW_BUSY = 1 << 20;
/** Takes part in the @dangerous ACL category although it is no admin command (KEYS, FLUSHALL, SORT …). Ours, not shown. */
export const DANGEROUS = 1 << 21;
/** Takes typed RESP values among its arguments (SET, MSET). Ours, not shown. */
export const TYPED_VALUES = 1 << 22;
/** Belongs to the @connection category whatever its group (AUTH, SELECT …): derived from the group, seldom needed. */
export const CONNECTION = 1 << 23;

/** Runs at once in a transaction too, where others are queued (EXEC, DISCARD, RESET …). Ours, not shown. */
export const IMMEDIATE = 1 << 24;

/**
 * In cluster mode: its keys may be in several hash slots, so dispatch looks before it is run. Not for rows: the table of a
 * server in cluster mode sets it. Ours, not shown.
 */
export const SLOTS_CHECKED = 1 << 28;

/** Where keys stand among the arguments, and what is done with them (redis.io, "Command key specifications"). */
export interface KeySpec {
  /** `RO`, `RW`, `OW` or `RM`, then what is done with the value and other marks: `"RW access update"`. */
  readonly flags: string;
  /**
   * Index of the first key, or the word before it and where to begin looking for that word. `unknown`: only the command
   * itself can tell, see {@linkcode CommandSpec.keyPositions}.
   */
  readonly begin: number | { readonly keyword: string; readonly from: number } | "unknown";
  /**
   * `range`: keys up to `last` (counted from the first; negative: from the end), every `step`th, `limit` as in Redis.
   * `keynum`: the number of keys stands at `keynum` and the first at `first`, counted from the beginning.
   */
  readonly find:
    | { readonly last: number; readonly step: number; readonly limit: number }
    | { readonly keynum: number; readonly first: number; readonly step: number }
    | "unknown";
  readonly notes?: string;
}

/** A key among the arguments of a command. */
export interface FoundKey {
  /** Index of the argument. */
  readonly index: number;
  /** What is done with it, as in {@linkcode KeySpec.flags}. */
  readonly flags: string;
}

/** For {@linkcode CommandSpec.constantUpTo} of commands whose every argument takes a constant time, or a logarithmic one. */
export const FEW_ARGUMENTS = 10;

/** The key at one argument. */
export function keyAt(begin: number, flags: string): KeySpec {
  return { flags, begin, find: { last: 0, step: 1, limit: 0 } };
}

/** One key, argument 1. */
export function oneKey(flags: string): readonly KeySpec[] {
  return [keyAt(1, flags)];
}

/** Keys at arguments 1 and 2, each with its own access. */
export function twoKeys(first: string, second: string): readonly KeySpec[] {
  return [keyAt(1, first), keyAt(2, second)];
}

/** One key, argument 2: behind the name of a subcommand. */
export function subcommandKey(flags: string): readonly KeySpec[] {
  return [keyAt(2, flags)];
}

/** Keys from argument 1 to the last, every `step`th. */
export function allKeys(flags: string, step = 1): readonly KeySpec[] {
  return [{ flags, begin: 1, find: { last: -1, step, limit: 0 } }];
}

/** The row of a command. Its name is its key in the table; its group is the file it stands in. */
export interface CommandSpec {
  /** Number of arguments, the name included; negative: at least that many. */
  readonly arity: number;
  /** Flags, or'ed. */
  readonly flags: number;
  readonly keys?: readonly KeySpec[];
  /** The arguments in Redis' notation, as `redis-cli` shows them: `key value [NX | XX] [GET]`. COMMAND DOCS parses it. */
  readonly usage: string;
  /** Redis version that brought it. */
  readonly since: string;
  /**
   * As in Redis' documentation, empty where that says nothing. Commands of `O(1)`, without any condition, are timed together; all others one by one (SCAN,
   * SETRANGE, UNLINK), but see {@linkcode constantUpTo}.
   */
  readonly complexity: string;
  readonly summary: string;
  /** With at most so many arguments, its name included, it takes a constant time whatever it works on (LPUSH, MGET). */
  readonly constantUpTo?: number;
  /**
   * The argument that is an element to be found in the collection at argument 1, for commands that come in long runs: it is
   * brought into the cache together with those of the commands behind (`engine/lookahead.ts`).
   */
  readonly elementAt?: number;
  /** What it does; a container of subcommands may have none. */
  readonly run?: Handler;
  /** Rows of its subcommands, in lower case. */
  readonly sub?: Readonly<Record<string, CommandSpec>>;
  /** Redis' command tips (`nondeterministic_output` …). */
  readonly tips?: readonly string[];
  /** Group as COMMAND DOCS shows it, where it is not the file's. */
  readonly group?: string;
  /** ACL categories that do not follow from flags and group, without `@`. */
  readonly categories?: readonly string[];
  /** It has no part in the category of its group (SORT). */
  readonly isOutsideGroup?: true;
  /** `[version, what changed]`. */
  readonly history?: readonly (readonly [string, string])[];
  /**
   * Positions of keys when the key specs cannot tell (SORT, EVAL): indexes of the arguments, with flags where they are not
   * those of the first spec.
   */
  readonly keyPositions?: (args: Args) => readonly (number | FoundKey)[];
  /** What is done with the keys, as in {@linkcode KeySpec.flags}, where it depends on the arguments (`variable_flags`). */
  readonly keyFlags?: (args: Args) => string;
  /** Indexes of the arguments that are not to be shown to anyone (AUTH), whatever becomes of the command. */
  readonly secrets?: (args: Args) => readonly number[];
  /** Redis version since which it should not be used, and what to use instead. */
  readonly deprecated?: readonly [since: string, replacedBy: string];
  /** Servers send it to each other, or tests to servers; COMMAND DOCS calls it a `syscmd`. */
  readonly isInternal?: true;
}

const UTF8 = new TextEncoder();

/** What is shown in place of a secret argument. */
export const REDACTED = "(redacted)";
const NO_SECRETS: readonly number[] = [];

/** Indexes of the arguments of a request that are to be shown to nobody. */
export function secretArguments(command: Command, args: Args): readonly number[] {
  return command.spec.secrets?.(args) ?? NO_SECRETS;
}

/** A row ready to be dispatched, with its statistics. */
export class Command {
  /** Lower case; of a subcommand, with its container's: `config|get`. */
  readonly name: string;
  /** The same as bytes. */
  readonly nameBytes: Uint8Array;
  readonly group: string;
  readonly spec: CommandSpec;
  readonly arity: number;
  readonly flags: number;
  readonly run: Handler | null;
  /**
   * With at most so many arguments it cannot take long, so it is timed together with its neighbours: reading a clock costs
   * as much as a GET. 0: never. Those about the server are not, since they may show the times.
   */
  readonly constantUpTo: number;
  /** See {@linkcode CommandSpec.elementAt}; 0: none. */
  readonly elementAt: number;
  readonly sub: ReadonlyMap<string, Command> | null;

  calls = 0;
  microseconds = 0;
  rejectedCalls = 0;
  failedCalls = 0;
  /** What the latest call timed by itself took. */
  sampleMicroseconds = 0;
  /** Calls in the run now being timed. */
  runCalls = 0;
  /** How long its calls took, since the first that was recorded (`latency-tracking`). */
  latency: LatencyHistogram | null = null;

  /** @param isCluster Is it one of a server in cluster mode? */
  constructor(name: string, group: string, spec: CommandSpec, isCluster = false) {
    this.name = name;
    this.nameBytes = UTF8.encode(name);
    this.spec = spec;
    this.group = spec.group ?? group;
    this.arity = spec.arity;
    // EXEC is looked at for all that it is about to run
    const isSlotChecked = isCluster && (name === "exec" || mayHaveSeveralKeys(spec));
    this.flags = spec.flags | (isSlotChecked ? SLOTS_CHECKED : 0);
    this.run = spec.run ?? null;
    const isConstant = spec.complexity === "O(1)" && spec.sub === undefined && this.group !== "server";
    this.constantUpTo = isConstant ? Infinity : spec.constantUpTo ?? 0;
    this.elementAt = spec.elementAt ?? 0;
    this.sub = spec.sub === undefined ? null : new Map(
      Object.entries(spec.sub).map(([sub, row]) => [sub, new Command(`${name}|${sub}`, this.group, row, isCluster)]),
    );
  }

  /** The row that a request means: the subcommand of a container, null when it has no such one. */
  resolve(args: Args): Command | null {
    if (this.sub === null || args.count < 2) return this;
    return this.sub.get(args.text(1).toLowerCase()) ?? null;
  }

  /** Does a request of `argc` arguments have the right number of them? */
  accepts(argc: number): boolean {
    return this.arity >= 0 ? argc === this.arity : argc >= -this.arity;
  }

  resetStatistics(): void {
    this.calls =
      this.microseconds =
      this.rejectedCalls =
      this.failedCalls =
        0;
    this.latency = null;
    this.sub?.forEach((command) => command.resetStatistics());
  }

  /** Has calls count in the histogram that each took so long, or did on average. */
  recordLatency(microseconds: number, calls: number): void {
    (this.latency ??= new LatencyHistogram()).record(microseconds, calls);
  }
}
