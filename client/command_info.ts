/**
 * What a client knows of a command before it sends it: what kind it is, where its keys stand, how long it may block. The
 * instances are in the generated `client/command_table.ts`.
 *
 * Most commands have one key, at a fixed place: for them {@linkcode CommandInfo.firstKey} is one comparison.
 */
import { asText } from "./argument_text.ts";

/** It only reads: a replica may answer it, and it may be sent again. */
export const READS = 1 << 0;
/** It may write. */
export const WRITES = 1 << 1;
/** It may wait for other clients; {@linkcode CommandInfo.blockingMs} says whether a request does. */
export const BLOCKS = 1 << 2;
/** The reply depends on the values at its keys alone, so it may be kept until one of them changes. */
export const CACHEABLE = 1 << 3;
/** It changes what a connection is for, or who it belongs to: it cannot be sent on one that is shared. */
export const CONNECTION = 1 << 4;
/** It is about the server, and may only be allowed to administrators. */
export const ADMIN = 1 << 5;
/** Nothing is known of it: a cluster takes its first argument for a key. */
export const UNKNOWN = 1 << 6;

/** Keys stand from `first` to `last` (counted from the first; negative: from the end), every `step`th. */
export interface KeyRange {
  /** Index of the first key, counted from the command's name at 0; with `keyword`, where to begin looking for that. */
  readonly first: number;
  /** The word before the first key; null: it stands at `first`. */
  readonly keyword: string | null;
  /** The last key, counted from the first; negative: counted from the end of the arguments. */
  readonly last: number;
  /** From one key to the next. */
  readonly step: number;
  /** With 2, only the first half of the arguments from `first` on are keys. 0: all. */
  readonly limit: number;
}

/** The number of keys stands among the arguments. */
export interface CountedKeys {
  /** Index of the number of keys. */
  readonly count: number;
  /** Index of the first key. */
  readonly first: number;
  /** From one key to the next. */
  readonly step: number;
}

/** Where keys stand. */
export type KeyPlaces = KeyRange | CountedKeys;

/** Where a blocking command says how long it waits. */
export interface BlockingTimeout {
  /**
   * Index of the argument, negative: from the end. Or the word before it, which stands before the word that the keys follow;
   * without it nothing is waited for.
   */
  readonly at: number | string;
  /** How many milliseconds its unit has. */
  readonly unitMs: number;
}

/** What can be said of a command besides its name, its flags and its keys. */
export interface CommandTraits {
  /** In a cluster: which nodes to ask, in the words of Redis' command tips: `all_shards`, `all_nodes`, `multi_shard`. */
  readonly request?: string;
  /** In a cluster: what becomes of several replies: `agg_sum`, `agg_min`, `all_succeeded`, `special`. */
  readonly response?: string;
  /** Where a blocking command says how long it waits. */
  readonly timeout?: BlockingTimeout;
  /** An empty argument is none of its keys: MIGRATE has one in place of the key when several follow. */
  readonly skipsEmpty?: boolean;
  /** Shard channels, which belong to a hash slot as keys do, but are none. */
  readonly channels?: KeyRange;
}

/** The keys of most commands: one, behind the name. */
export const ONE_KEY: readonly KeyPlaces[] = [{ first: 1, keyword: null, last: 0, step: 1, limit: 0 }];
/** No keys. */
export const NO_KEYS: readonly KeyPlaces[] = [];
/** All arguments are keys. */
export const ALL_KEYS: readonly KeyPlaces[] = [{ first: 1, keyword: null, last: -1, step: 1, limit: 0 }];

const NO_TRAITS: CommandTraits = {};
const NO_INDEXES: readonly number[] = [];
const FIRST_INDEX: readonly number[] = [1];

/**
 * What is known of one command.
 *
 * @example What a command does to which keys
 * ```ts
 * import { type CommandInfo, CommandMethods, type Reply, type StructuredValue } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * class Log extends CommandMethods {
 *   readonly lines: string[] = [];
 *
 *   override execute(info: CommandInfo, args: readonly StructuredValue[]): Promise<Reply> {
 *     const keys = info.keyIndexes(args).map((i) => args[i]);
 *     this.lines.push(`${info.name} ${info.writes ? "writes" : "reads"} ${keys.join(", ")}`);
 *     return Promise.resolve(null);
 *   }
 * }
 *
 * const log = new Log();
 * await log.hget("user:1", "name");
 * await log.zunionstore("all", ["may", "june"]);
 * assertEquals(log.lines, ["HGET reads user:1", "ZUNIONSTORE writes all, may, june"]);
 * ```
 */
export class CommandInfo {
  /** In upper case, with the subcommand: `HGET`, `CONFIG GET`. */
  readonly name: string;
  /** {@linkcode READS} and its like, or'ed. */
  readonly flags: number;
  /** In a cluster: which nodes to ask, in the words of Redis' command tips (`all_shards`, `all_nodes` …); null: by the key. */
  readonly request: string | null;
  /** In a cluster: what becomes of several replies (`agg_sum`, `all_succeeded` …); null: nothing special. */
  readonly response: string | null;
  readonly #keys: readonly KeyPlaces[];
  readonly #timeout: BlockingTimeout | null;
  readonly #skipsEmpty: boolean;
  /** Index of the first key (or shard channel), where it is the same in every request; 0: there is none; -1: look. */
  readonly #first: number;

  /**
   * Describes a command.
   *
   * @param name Its name, in upper case, with the subcommand.
   * @param flags What kind it is.
   * @param keys Where its keys stand.
   * @param traits What else is known.
   */
  constructor(
    name: string,
    flags: number,
    keys: readonly KeyPlaces[] = NO_KEYS,
    traits: CommandTraits = NO_TRAITS,
  ) {
    this.name = name;
    this.flags = flags;
    this.request = traits.request ?? null;
    this.response = traits.response ?? null;
    this.#keys = keys;
    this.#timeout = traits.timeout ?? null;
    this.#skipsEmpty = traits.skipsEmpty ?? false;
    const [place = traits.channels] = keys;
    if (place === undefined) this.#first = 0;
    else this.#first = "keyword" in place && place.keyword === null && !this.#skipsEmpty ? place.first : -1;
  }

  /** Does it only read? */
  get reads(): boolean {
    return (this.flags & READS) !== 0;
  }

  /** Can it have keys? */
  get hasKeys(): boolean {
    return this.#keys.length > 0;
  }

  /** Is its one key, always, its first argument? */
  get hasOneKey(): boolean {
    return this.#keys === ONE_KEY;
  }

  /** From one key to the next, where they are all arguments from the first key on; else 0. */
  get keyStep(): number {
    const [place] = this.#keys;
    return this.#keys.length === 1 && "keyword" in place! && place.keyword === null && place.last === -1
      ? place.step
      : 0;
  }

  /** May it write? */
  get writes(): boolean {
    return (this.flags & WRITES) !== 0;
  }

  /**
   * The index of the first key of a request, or of its first shard channel: what decides about the hash slot.
   *
   * @param args The command's name and its arguments.
   * @returns 0 where there is none.
   */
  firstKey(args: readonly unknown[]): number {
    if (this.#first >= 0) return this.#first < args.length ? this.#first : 0;
    return this.keyIndexes(args)[0] ?? 0;
  }

  /**
   * The indexes of all keys of a request.
   *
   * @param args The command's name and its arguments.
   * @returns The indexes in the order of the command's key specifications; none where the arguments do not make sense.
   */
  keyIndexes(args: readonly unknown[]): readonly number[] {
    if (this.#keys === ONE_KEY) return args.length > 1 ? FIRST_INDEX : NO_INDEXES;
    const found: number[] = [];
    for (const place of this.#keys) {
      if ("keyword" in place) addRange(found, place, args);
      else if (!addCounted(found, place, args)) return NO_INDEXES;
    }
    return this.#skipsEmpty ? found.filter((i) => !isEmpty(args[i])) : found;
  }

  /**
   * How long a request may block its connection.
   *
   * @param args The command's name and its arguments.
   * @returns Milliseconds, 0 for ever; -1 where it does not block.
   */
  blockingMs(args: readonly unknown[]): number {
    const timeout = this.#timeout;
    if (timeout === null) return -1;
    const { at, unitMs } = timeout;
    const index = typeof at === "string" ? this.#afterOption(args, at) : at < 0 ? args.length + at : at;
    const ms = index > 0 && index < args.length ? Number(asText(args[index])) * unitMs : -1;
    return ms >= 0 ? ms : -1; // what is no number will be refused at once
  }

  /** Index behind a word that stands before the word in front of the keys; 0: there is none. */
  #afterOption(args: readonly unknown[], word: string): number {
    const place = this.#keys[0]!;
    if (!("keyword" in place) || place.keyword === null) return 0;
    const index = afterWord(args, word, place.first);
    return index < afterWord(args, place.keyword, place.first) ? index : 0;
  }
}

function addRange(found: number[], { first, keyword, last, step, limit }: KeyRange, args: readonly unknown[]): void {
  if (keyword !== null) first = afterWord(args, keyword, first);
  if (first === 0) return;
  let end = first + last;
  if (last < 0) end = (limit <= 1 ? args.length : first + Math.floor((args.length - first) / limit)) + last;
  if (end >= args.length) return;
  for (let i = first; i <= end; i += step) found.push(i);
}

/** Is there such a number of keys? */
function addCounted(found: number[], { count, first, step }: CountedKeys, args: readonly unknown[]): boolean {
  const keys = Number(asText(args[count]));
  if (!Number.isInteger(keys) || keys < 0 || first + (keys - 1) * step >= args.length) return false;
  for (let i = 0; i < keys; i++) found.push(first + i * step);
  return true;
}

/** Index behind a word, looked for from an index on, or backwards from that many before the end; 0: there is none. */
function afterWord(args: readonly unknown[], word: string, from: number): number {
  const step = from > 0 ? 1 : -1;
  for (let i = from > 0 ? from : args.length + from; i >= 1 && i < args.length - 1; i += step) {
    const arg = args[i];
    if (arg === word || (typeof arg !== "number" && asText(arg).toUpperCase() === word)) return i + 1;
  }
  return 0;
}

function isEmpty(arg: unknown): boolean {
  return arg === "" || (arg instanceof Uint8Array && arg.length === 0);
}
