/**
 * The types of configuration values: how each is read from the words of a directive, with Redis' reasons for a refusal,
 * and the form it is kept in, which is the one CONFIG GET shows.
 *
 * Words and values are byte strings: one character, U+0000 to U+00FF, per byte. A password or a path thus survives
 * byte for byte whatever its encoding.
 */

/** A value or directive is refused; the message is the reason alone, in Redis' words where Redis has the check. */
export class ConfigError extends Error {
  /** Always `"ConfigError"`. */
  override readonly name = "ConfigError";
  /** Which of the pairs given to `Config.set` was refused. */
  readonly index: number;

  constructor(reason: string, index = 0) {
    super(reason);
    this.index = index;
  }
}

/** How the values of a directive are read and kept. */
export interface ValueType {
  /** What typed access yields: `Config.number`, `Config.flag` or only text. */
  readonly form: "number" | "flag" | "text";
  /** Takes any number of words; all others take exactly one. */
  readonly manyWords: boolean;
  /**
   * Reads a value.
   *
   * @param words The words after the directive's name.
   * @param current The value so far.
   * @param accumulate At start, where `save` lines add up instead of replacing each other.
   * @returns The value as CONFIG GET shows it, unless there is {@linkcode show}.
   * @throws {ConfigError} With the reason, when the words are no such value.
   */
  read(words: readonly string[], current: string, accumulate: boolean): string;
  /** The value as CONFIG GET shows it, where that does not tell all. */
  readonly show?: (value: string) => string;
  /** The number a value of form `"number"` stands for. */
  number(value: string): number;
}

/** What an integer may be besides plain decimal digits. */
export interface IntegerOptions {
  /** Compared as Redis compares its unsigned types: below zero is beyond the upper bound. */
  readonly unsigned?: boolean;
  /** Takes `100mb`, `1g` and the like. */
  readonly memory?: boolean;
  /** Takes `20%` too, for up to 100. */
  readonly percent?: boolean;
  /** Read and shown in base 8. */
  readonly octal?: boolean;
  /** A value outside these bounds is moved to the nearer one. */
  readonly clamp?: readonly [min: bigint, max: bigint];
}

export const INT_MAX = 2147483647n;
export const INT_MIN = -2147483648n;
export const UINT_MAX = 4294967295n;
export const LONG_MAX = 9223372036854775807n;
export const ULONG_MAX = 18446744073709551615n;

const MEMORY_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["b", 1n],
  ["k", 1000n],
  ["kb", 1024n],
  ["m", 1000_000n],
  ["mb", 1024n * 1024n],
  ["g", 1000_000_000n],
  ["gb", 1024n * 1024n * 1024n],
]);

function notANumber(): number {
  throw new TypeError("Cannot read a number: the directive holds text");
}

/** A type that takes one word of text. */
function oneWord(read: ValueType["read"]): ValueType {
  return { form: "text", manyWords: false, read, number: notANumber };
}

/** A type that takes any number of words. */
function manyWords(read: ValueType["read"]): ValueType {
  return { form: "text", manyWords: true, read, number: notANumber };
}

/** `yes` or `no`. */
export const BOOL: ValueType = {
  form: "flag",
  manyWords: false,
  read([word]): string {
    const value = word?.toLowerCase();
    if (value !== "yes" && value !== "no") throw new ConfigError("argument must be 'yes' or 'no'");
    return value;
  },
  number: notANumber,
};

/**
 * One word of any text.
 *
 * @param check Throws a {@linkcode ConfigError} for text that may not be.
 * @returns The type.
 */
export function text(check?: (value: string) => void): ValueType {
  return oneWord(([value = ""]) => {
    check?.(value);
    return value;
  });
}

/** Text without a check. */
export const TEXT: ValueType = text();

/**
 * One of a few names, in any case.
 *
 * @param names The names, as Redis lists them.
 * @param synonyms Names that are accepted and shown as another.
 * @returns The type.
 */
export function choice(names: readonly string[], synonyms: Readonly<Record<string, string>> = {}): ValueType {
  return oneWord(([word = ""]) => {
    const name = word.toLowerCase();
    if (!names.includes(name)) throw notOneOf(names);
    return synonyms[name] ?? name;
  });
}

function notOneOf(names: readonly string[]): ConfigError {
  return new ConfigError(`argument(s) must be one of the following: ${names.join(", ")}`);
}

/**
 * A decimal integer, or what the options allow besides.
 *
 * @param min The least value.
 * @param max The greatest value.
 * @param options Units, base and signedness.
 * @returns The type.
 */
export function integer(min: bigint | number, max: bigint | number, options: IntegerOptions = {}): ValueType {
  const low = BigInt(min), high = BigInt(max), radix = options.octal ? 8 : 10;
  return {
    form: "number",
    manyWords: false,
    read([word = ""]): string {
      const value = readInteger(word, options);
      if (options.percent && value < 0n) {
        // a percentage is a negative number inside, as in Redis
        if (value < low) throw new ConfigError(`percentage argument must be less or equal to ${-low}`);
        return `${-value}%`;
      }
      const compared = options.unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value);
      if (compared < low || compared > high) {
        throw new ConfigError(
          `argument must be between ${low.toString(radix)} and ${high.toString(radix)} inclusive`,
        );
      }
      const [least, most] = options.clamp ?? [low, high];
      return (compared < least ? least : compared > most ? most : compared).toString(radix);
    },
    number(value: string): number {
      if (options.octal) return parseInt(value, 8);
      return value.endsWith("%") ? -Number(value.slice(0, -1)) : Number(value);
    },
  };
}

function readInteger(word: string, options: IntegerOptions): bigint {
  if (options.memory) {
    const size = memorySize(word);
    if (size !== null) return size;
    if (options.percent && /^(0|[1-9]\d*)%$/.test(word)) return -BigInt(word.slice(0, -1));
    throw new ConfigError(`argument must be a memory ${options.percent ? "or percent " : ""}value`);
  }
  if (options.octal) {
    if (!/^(|\s*[+-]?[0-7]+)$/.test(word)) throw new ConfigError("argument couldn't be parsed as an octal number");
    const digits = word.trim().replace(/^[+-]/, "");
    const value = BigInt(`0o${digits || "0"}`);
    return word.includes("-") ? -value : value;
  }
  // no sign, zero or space before the digits
  const value = /^(0|-?[1-9]\d*)$/.test(word) ? BigInt(word) : null;
  if (value === null || value !== BigInt.asIntN(64, value)) {
    throw new ConfigError("argument couldn't be parsed into an integer");
  }
  return value;
}

/** Bytes of `1gb` and the like; null for what is none. No digits at all are 0, and 64 bits wrap around, as in Redis. */
export function memorySize(word: string): bigint | null {
  const [, digits = "", unit = ""] = /^(\d*)(.*)$/s.exec(word) ?? [];
  const factor = MEMORY_UNITS.get(unit.toLowerCase());
  if (factor === undefined || digits.length > 127) return null;
  const count = BigInt(digits || "0");
  return BigInt.asUintN(64, (count > ULONG_MAX ? ULONG_MAX : count) * factor);
}

/** A number as C's `strtoll` reads a whole word: sign and leading zeros are fine, nothing at all is 0. */
function looseInteger(word: string): number | null {
  if (word === "") return 0;
  return /^\s*[+-]?\d+$/.test(word) ? Number(word) : null;
}

/** `save`: pairs of seconds and changes. */
export const SAVE_POINTS: ValueType = manyWords((words, current, accumulate) => {
  if (words.length === 1 && words[0] === "") return "";
  if (words.length % 2 !== 0) throw new ConfigError("Invalid save parameters");
  const points = words.map((word, i) => {
    const value = looseInteger(word);
    if (value === null || value < (i % 2 === 0 ? 1 : 0)) throw new ConfigError("Invalid save parameters");
    return value;
  });
  return (accumulate && current !== "" ? [current, ...points] : points).join(" ");
});

/** The classes of `client-output-buffer-limit`, as CONFIG GET names and orders them. */
const OUTPUT_CLASSES = ["normal", "slave", "pubsub"];

/** `client-output-buffer-limit`: class, hard limit, soft limit, soft seconds, for any of the classes. */
export const OUTPUT_LIMITS: ValueType = manyWords((words, current) => {
  if (words.length % 4 !== 0) throw new ConfigError("Wrong number of arguments in buffer limit configuration.");
  const limits = new Map<string, string>();
  const old = current.split(" ");
  for (let i = 0; i + 3 < old.length; i += 4) limits.set(old[i]!, old.slice(i, i + 4).join(" "));
  for (let i = 0; i < words.length; i += 4) {
    const name = words[i]!.toLowerCase().replace(/^replica$/, "slave");
    if (!OUTPUT_CLASSES.includes(name)) {
      throw new ConfigError("Invalid client class specified in buffer limit configuration.");
    }
    const hard = memorySize(words[i + 1]!), soft = memorySize(words[i + 2]!), seconds = looseInteger(words[i + 3]!);
    if (hard === null || soft === null || seconds === null || seconds < 0) {
      throw new ConfigError("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }
    limits.set(name, `${name} ${hard} ${soft} ${seconds}`);
  }
  return OUTPUT_CLASSES.map((name) => limits.get(name) ?? `${name} 0 0 0`).join(" ");
});

/** `oom-score-adj-values`: three numbers. */
export const OOM_SCORES: ValueType = manyWords((words) => {
  if (words.length !== 3) throw new ConfigError("wrong number of arguments");
  return words.map((word) => {
    const value = looseInteger(word);
    if (value === null || value < -2000 || value > 2000) {
      throw new ConfigError("Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
    }
    return value;
  }).join(" ");
});

/** All event classes that `A` stands for, in the order they are shown in. */
const ALL_EVENTS = "g$lshzxetd";

/** `notify-keyspace-events`: one letter per class of events. Redis means the `n` beside an `A`, but does not show it. */
export const EVENT_CLASSES: ValueType = {
  ...oneWord(([word = ""]) => {
    const letters = new Set(word.replaceAll("A", ALL_EVENTS));
    const known = `${ALL_EVENTS}nKEm`;
    for (const letter of letters) {
      if (!known.includes(letter)) {
        throw new ConfigError("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
      }
    }
    return [...known].filter((letter) => letters.has(letter)).join("").replace(ALL_EVENTS, "A");
  }),
  show: (letters) => letters.replace("An", "A"),
};

/** `bind`: up to 16 addresses; a `-` before one makes it optional. A single empty word is none at all. */
export const ADDRESSES: ValueType = manyWords((words) => {
  if (words.length > 16) throw new ConfigError("Too many bind addresses specified.");
  return words.join(" ");
});

/** `latency-tracking-info-percentiles`: numbers from 0 to 100. */
export const PERCENTILES: ValueType = manyWords((words) => {
  if (words.length === 1 && words[0] === "") return "";
  return words.map((word) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : NaN;
    if (Number.isNaN(value)) throw new ConfigError("Invalid latency-tracking-info-percentiles parameters");
    if (value > 100 || value < 0) {
      throw new ConfigError("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    }
    return value.toFixed(6).replace(/\.?0+$/, "");
  }).join(" ");
});

/** `replicaof`: `host port`, or `no one` for none. */
export const REPLICA_OF: ValueType = manyWords((words) => {
  const [host = "", port = ""] = words;
  if (words.length !== 2) throw new ConfigError("wrong number of arguments");
  if (host.toLowerCase() === "no" && port.toLowerCase() === "one") return "";
  const value = looseInteger(port);
  if (value === null || value < 0 || value > 65535) throw new ConfigError("Invalid master port");
  return `${host} ${value}`;
});

const SHUTDOWN_FLAGS = ["default", "save", "nosave", "now", "force"];

/** `shutdown-on-sigint` and `-sigterm`: flags of SHUTDOWN, `default` for none. */
export const SHUTDOWN_OPTIONS: ValueType = manyWords((words) => {
  const given = words.map((word) => word.toLowerCase());
  if (given.length === 0 || given.some((word) => !SHUTDOWN_FLAGS.includes(word))) throw notOneOf(SHUTDOWN_FLAGS);
  if (given.includes("save") && given.includes("nosave")) {
    throw new ConfigError("shutdown options SAVE and NOSAVE can't be used simultaneously");
  }
  return SHUTDOWN_FLAGS.slice(1).filter((flag) => given.includes(flag)).join(" ") || "default";
});

/** A file's name without its folder. */
export const DUMP_FILE: ValueType = text((value) => refusePath(value, "dbfilename can't be a path, just a filename"));

/**
 * The name of the append-only file or of its folder.
 *
 * @param directive The directive's name, for the messages.
 * @param noun What it names: `filename` or `dirname`.
 * @returns The type.
 */
export function baseName(directive: string, noun: string): ValueType {
  return text((value) => {
    if (value === "") throw new ConfigError(`${directive} can't be empty`);
    refusePath(value, `${directive} can't be a path, just a ${noun}`);
  });
}

function refusePath(value: string, reason: string): void {
  if (/[/\\]/.test(value)) throw new ConfigError(reason);
}

/** `cluster-announce-hostname`. */
export const HOST_NAME: ValueType = text((value) => {
  if (value.length >= 256) throw new ConfigError("Hostnames must be less than 256 characters");
  if (!/^[A-Za-z0-9.-]*$/.test(value)) {
    throw new ConfigError("Hostnames may only contain alphanumeric characters, hyphens or dots");
  }
});

/** `proc-title-template`: text with variables in braces; `{{` is a brace. */
export const TITLE_TEMPLATE: ValueType = text((value) => {
  const variable = /\{(title|listen-addr|server-mode|config-file|port|tls-port|unixsocket)\}/g;
  const rest = value.replaceAll("{{", "").replace(variable, "");
  if (value === "" || rest.includes("{")) {
    throw new ConfigError("template format is invalid or contains unknown variables");
  }
});

/** `activedefrag`: refused as by a Redis that was built without its own allocator. */
export const NO_DEFRAGMENTATION: ValueType = {
  ...BOOL,
  read(words, current, accumulate): string {
    const value = BOOL.read(words, current, accumulate);
    if (value === "no") return value;
    throw new ConfigError(
      "Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified Jemalloc " +
        "like the one shipped by default with the Redis source distribution",
    );
  },
};
