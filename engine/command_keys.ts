/**
 * Which arguments of a request are keys: decided by the key specs of its command's row, as COMMAND GETKEYS shows them and as
 * cluster mode takes them for the hash slot of a request. O(number of arguments).
 */
import type { Args } from "./args.ts";
import type { Command, CommandSpec, FoundKey, KeySpec } from "./command.ts";
import { CommandError } from "./errors.ts";

/** Might the command have keys at all? */
export function hasKeys(command: Command): boolean {
  const { keys = [], keyPositions } = command.spec;
  return keyPositions !== undefined || keys.some((spec) => !isNotKey(spec));
}

/** Some arguments are treated as keys for their slot only, and name none (`not_key`). */
function isNotKey(spec: KeySpec): boolean {
  return spec.flags.split(" ").includes("not_key");
}

/**
 * The keys of a request.
 *
 * @param command The command, subcommands resolved.
 * @param args Its arguments, the name at 0; their number suits the command.
 * @returns The keys in the order of the key specs; null when the arguments do not say.
 */
export function findKeys(command: Command, args: Args): FoundKey[] | null {
  const { keys = [], keyPositions, keyFlags } = command.spec;
  const found: FoundKey[] = [];
  let isValid = keys.length > 0;
  for (const spec of keys) {
    if (isNotKey(spec)) continue;
    const indexes = keysOfSpec(spec, args);
    if (indexes === null || spec.flags.includes("incomplete")) {
      isValid = false;
      break;
    }
    const flags = keyFlags?.(args) ?? spec.flags;
    for (const index of indexes) found.push({ index, flags });
  }
  if (isValid) return found;
  if (keyPositions === undefined) return countedKeys(keys, args);
  const flags = keys[0]?.flags ?? "RW access update";
  return keyPositions(args).map((key) => typeof key === "number" ? { index: key, flags } : key);
}

/** The indexes that one key spec means; none when its keyword is missing, null when it leads past the end or nowhere. */
function keysOfSpec(spec: KeySpec, args: Args): number[] | null {
  const { begin, find } = spec;
  if (begin === "unknown" || find === "unknown") return null;
  let first = typeof begin === "number" ? begin : afterKeyword(begin.keyword, begin.from, args);
  if (first === 0) return [];
  let last: number;
  if ("last" in find) {
    const { last: end, limit } = find;
    if (end >= 0) last = first + end;
    else if (limit <= 1) last = args.count + end;
    else last = first + Math.floor((args.count - first) / limit) + end; // 1/limit of the rest: STREAMS keys, then ids
  } else {
    if (first + find.keynum >= args.count) return null;
    const count = keyCount(args, first + find.keynum);
    if (count < 0) return null;
    first += find.first;
    last = first + count - 1;
  }
  if (last >= args.count || last < first) return null;
  return Array.from({ length: Math.floor((last - first) / find.step) + 1 }, (_, i) => first + i * find.step);
}

/**
 * The keys behind a number that is none, or too large. Where Redis cannot make use of the key specs it has another way for
 * such commands, which reads the number as C's `atoi` does, tells of no flags, and of a destination last.
 */
function countedKeys(specs: readonly KeySpec[], args: Args): FoundKey[] | null {
  for (const { begin, find } of specs) {
    if (typeof begin !== "number" || find === "unknown" || !("keynum" in find)) continue;
    if (begin + find.keynum >= args.count) return null;
    const [, digits = "0"] = /^[ \t-\r]*([+-]?\d+)/.exec(args.text(begin + find.keynum)) ?? [];
    const first = begin + find.first, count = Number(digits);
    if (count < 1 || count > args.count - first) return null;
    const indexes = Array.from({ length: count }, (_, i) => first + i);
    const destination = specs[0]!.begin;
    if (typeof destination === "number" && destination < begin) indexes.push(destination);
    return indexes.map((index) => ({ index, flags: "" }));
  }
  return null;
}

/** A number of keys that is none leads nowhere: -1. Of others Redis keeps the lower 32 bits. */
function keyCount(args: Args, i: number): number {
  try {
    const count = args.bigint(i);
    return count < 0n ? -1 : Number(BigInt.asIntN(32, count));
  } catch (error) {
    if (error instanceof CommandError) return -1;
    throw error;
  }
}

/** Index after a keyword, looked for from index `from` on, or backwards from `from` before the end; 0: not found. */
function afterKeyword(keyword: string, from: number, args: Args): number {
  const step = from > 0 ? 1 : -1;
  for (let i = from > 0 ? from : args.count + from; i >= 1 && i < args.count - 1; i += step) {
    if (args.is(i, keyword.toUpperCase())) return i + 1;
  }
  return 0;
}

// ---- For the hash slot ----

/** May a request of this row have several keys, and these be in several hash slots? */
export function mayHaveSeveralKeys({ keys = [], keyPositions }: CommandSpec): boolean {
  if (keyPositions !== undefined || keys.length > 1) return true;
  return keys.length === 1 && !isOneKey(keys[0]!);
}

/** Does a spec mean the one argument it begins with? */
function isOneKey({ begin, find }: KeySpec): boolean {
  return typeof begin === "number" && find !== "unknown" && "last" in find && find.last === 0;
}

/**
 * The indexes of the arguments that decide about the hash slot of a request: its keys, and shard channels, which are keys of
 * a sort. None where it has none or they cannot be told: the command will say what is wrong with it.
 */
export function slotKeys(command: Command, args: Args): readonly number[] {
  const { keys = [], keyPositions } = command.spec;
  if (keyPositions === undefined && keys.length === 1 && isNotKey(keys[0]!)) return keysOfSpec(keys[0]!, args) ?? [];
  if (keys.some((spec) => isUnbalanced(spec, args))) return [];
  return findKeys(command, args)?.map(({ index }) => index) ?? [];
}

/** Are keys to be followed by as many other arguments, and are not (XREAD)? */
function isUnbalanced({ begin, find }: KeySpec, args: Args): boolean {
  if (typeof begin !== "object" || find === "unknown" || !("last" in find) || find.limit <= 1) return false;
  const first = afterKeyword(begin.keyword, begin.from, args);
  return first !== 0 && (args.count - first) % find.limit !== 0;
}
