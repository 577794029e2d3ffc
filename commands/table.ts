/**
 * What follows from a command's row: its ACL categories, the flags by Redis' names, where its keys are.
 *
 * Rows state facts once; COMMAND, and whoever checks keys, asks here.
 */
import { Args } from "../engine/args.ts";
import {
  ADMIN,
  ALLOW_BUSY,
  ASKING,
  BLOCKING,
  type Command,
  CONNECTION,
  DANGEROUS,
  DENYOOM,
  FAST,
  type KeySpec,
  LOADING,
  MOVABLE_KEYS,
  NO_ASYNC_LOADING,
  NO_AUTH,
  NO_MANDATORY_KEYS,
  NO_MULTI,
  NOSCRIPT,
  PUBSUB,
  READONLY,
  SKIP_MONITOR,
  SKIP_SLOWLOG,
  STALE,
  WRITE,
} from "../engine/command.ts";

export { findKeys, hasKeys } from "../engine/command_keys.ts";

// ---- Flags ----

/** In the order in which COMMAND shows them; Redis keeps the others to itself, and so do we. */
const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [WRITE, "write"],
  [READONLY, "readonly"],
  [DENYOOM, "denyoom"],
  [ADMIN, "admin"],
  [PUBSUB, "pubsub"],
  [NOSCRIPT, "noscript"],
  [BLOCKING, "blocking"],
  [LOADING, "loading"],
  [STALE, "stale"],
  [SKIP_MONITOR, "skip_monitor"],
  [SKIP_SLOWLOG, "skip_slowlog"],
  [ASKING, "asking"],
  [FAST, "fast"],
  [NO_AUTH, "no_auth"],
  [NO_MANDATORY_KEYS, "no_mandatory_keys"],
  [NO_ASYNC_LOADING, "no_async_loading"],
  [NO_MULTI, "no_multi"],
  [MOVABLE_KEYS, "movablekeys"],
  [ALLOW_BUSY, "allow_busy"],
];

/** The flags of a command as COMMAND shows them. */
export function flagNames(command: Command): string[] {
  const flags = command.flags | (legacyKeys(command).isMovable ? MOVABLE_KEYS : 0);
  return FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
}

// ---- ACL categories ----

/** All categories, in the order in which Redis lists them, without `@`. */
export const ACL_CATEGORIES: readonly string[] = [
  "keyspace",
  "read",
  "write",
  "set",
  "sortedset",
  "list",
  "hash",
  "string",
  "bitmap",
  "hyperloglog",
  "geo",
  "stream",
  "pubsub",
  "admin",
  "fast",
  "slow",
  "blocking",
  "dangerous",
  "connection",
  "transaction",
  "scripting",
];

/** Category of all commands of a group; groups that are not here have none. */
const CATEGORY_OF_GROUP: Readonly<Record<string, string>> = {
  generic: "keyspace",
  string: "string",
  list: "list",
  set: "set",
  "sorted-set": "sortedset",
  hash: "hash",
  bitmap: "bitmap",
  hyperloglog: "hyperloglog",
  geo: "geo",
  stream: "stream",
  transactions: "transaction",
  scripting: "scripting",
  connection: "connection",
};

/** The ACL categories of a command, without `@`, in the order of {@linkcode ACL_CATEGORIES}. */
export function aclCategories(command: Command): string[] {
  const { flags } = command;
  const found = new Set(command.spec.categories);
  const ofGroup = CATEGORY_OF_GROUP[command.group];
  const isOutside = command.sub !== null || command.spec.isOutsideGroup === true; // containers are
  if (ofGroup !== undefined && !isOutside) found.add(ofGroup);
  if ((flags & CONNECTION) !== 0) found.add("connection");
  if ((flags & DANGEROUS) !== 0) found.add("dangerous");
  if ((flags & WRITE) !== 0) found.add("write");
  if ((flags & READONLY) !== 0 && !found.has("scripting")) found.add("read");
  if ((flags & ADMIN) !== 0) found.add("admin").add("dangerous");
  if ((flags & PUBSUB) !== 0) found.add("pubsub");
  if ((flags & BLOCKING) !== 0) found.add("blocking");
  found.add((flags & FAST) !== 0 ? "fast" : "slow");
  return ACL_CATEGORIES.filter((category) => found.has(category));
}

// ---- Keys ----

/** Positions of keys in the form of Redis before 7.0, which many clients still read. */
export interface LegacyKeys {
  /** Index of the first key; 0: there are none that could be told in this form. */
  readonly first: number;
  /** Index of the last key; negative: counted from the end. */
  readonly last: number;
  readonly step: number;
  /** Are there keys that this form does not cover? */
  readonly isMovable: boolean;
}

type RangeSpec = KeySpec & {
  readonly begin: number;
  readonly find: { readonly last: number; readonly step: number; readonly limit: number };
};

function isRange(spec: KeySpec): spec is RangeSpec {
  return typeof spec.begin === "number" && spec.find !== "unknown" && "last" in spec.find;
}

/** Sums up the key specs of a command, as Redis does: neighbouring ranges of step 1 are joined, all others are movable. */
export function legacyKeys(command: Command): LegacyKeys {
  const specs = command.spec.keys ?? [];
  if (specs.length === 0) return { first: 0, last: 0, step: 0, isMovable: false };
  const isIncomplete = specs.some((spec) => spec.flags.split(" ").includes("incomplete"));
  if (specs.length === 1 && isRange(specs[0]!)) {
    const { begin, find } = specs[0];
    return { first: begin, last: lastIndex(specs[0]), step: find.step, isMovable: isIncomplete };
  }
  let first = 0, last = 0, isMovable = isIncomplete;
  for (const spec of specs) {
    if (!isRange(spec) || spec.find.step !== 1 || (last !== 0 && last !== spec.begin - 1)) {
      isMovable = true;
      continue;
    }
    first = first === 0 ? spec.begin : Math.min(first, spec.begin);
    last = later(last, lastIndex(spec));
  }
  return first === 0 ? { first, last: 0, step: 0, isMovable: true } : { first, last, step: 1, isMovable };
}

function lastIndex({ begin, find }: RangeSpec): number {
  return find.last < 0 ? find.last : begin + find.last;
}

/** The later of two indexes, of which those counted from the end are later than all others. */
function later(a: number, b: number): number {
  return a < 0 === b < 0 ? Math.max(a, b) : Math.min(a, b);
}

/** The request that stands among the arguments of another from index `from` on, as COMMAND GETKEYS takes it. */
export function innerArgs(args: Args, from: number): Args {
  const inner = new Args();
  inner.bytes = args.bytes;
  inner.count = args.count - from;
  inner.words = new Int32Array(1 + 2 * inner.count);
  inner.words[0] = inner.count;
  for (let i = 0; i < inner.count; i++) {
    inner.words[1 + 2 * i] = args.start(from + i);
    inner.words[2 + 2 * i] = args.end(from + i);
  }
  return inner;
}
