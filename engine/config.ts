/**
 * The configuration of a server: one value per directive of the table, in the form CONFIG GET shows. All of it is set
 * before the server starts, from redis.conf and the command line; what CONFIG SET may change later tells its listeners.
 *
 * Values are byte strings, one character per byte: {@linkcode toByteString} makes them from text.
 */
import { type Directive, DIRECTIVES } from "./config_directives.ts";
import { ConfigError } from "./config_values.ts";
import { CommandError } from "./errors.ts";
import { globMatches } from "./glob.ts";

export { ConfigError } from "./config_values.ts";

/** A directive's name and its value, as one text to be cut at its spaces or as the words it consists of. */
export type ConfigPair = readonly [name: string, value: string | readonly string[]];

/** Takes note of a change; throws {@linkcode ConfigError} when it cannot be carried out, which undoes it. */
export type ConfigListener = () => void;

/** What a client may have of its own output waiting before it is dropped; 0 is no limit. */
export interface OutputLimit {
  /** Bytes past which it is dropped at once. */
  readonly hardBytes: number;
  /** Bytes past which it is dropped after a while. */
  readonly softBytes: number;
  /** That while. */
  readonly softSeconds: number;
}

interface Entry {
  readonly directive: Directive;
  /** Its name or its alias, whichever leads here. */
  readonly name: string;
}

/** By name and alias, in lower case. */
const ENTRIES: ReadonlyMap<string, Entry> = new Map(
  DIRECTIVES.flatMap((directive) => {
    const names = directive.alias === undefined ? [directive.name] : [directive.name, directive.alias];
    return names.map((name): [string, Entry] => [name, { directive, name }]);
  }),
);

const encoder = new TextEncoder();

/** The values of all directives. */
export class Config {
  /** The redis.conf it was read from, as CONFIG REWRITE and INFO need it; empty without one. */
  file = "";
  /** By the directive's name. */
  #values: Map<string, string> = new Map(DIRECTIVES.map((directive) => [directive.name, directive.default]));
  /** The directives that somebody has set. */
  readonly #given: Set<string> = new Set();
  readonly #listeners: Map<string, ConfigListener[]> = new Map();

  /** @param dir The value of `dir` unless it is set: the folder that the server is started in. */
  constructor(dir?: string) {
    if (dir !== undefined) this.#values.set("dir", dir);
  }

  /**
   * The value of a directive as CONFIG GET shows it.
   *
   * @param name The directive's name or alias, in any case.
   * @returns Its value.
   * @throws {TypeError} When there is no such directive.
   */
  get(name: string): string {
    return this.#shown(directiveOf(name));
  }

  #shown({ name, type }: Directive): string {
    const value = this.#values.get(name)!;
    return type.show === undefined ? value : type.show(value);
  }

  /**
   * The value of a directive that is text.
   *
   * @param name The directive's name.
   * @returns Its value.
   * @throws {TypeError} When there is no such directive or it is no text.
   */
  text(name: string): string {
    return this.#typed(name, "text");
  }

  /**
   * The value of a directive that names a file or a folder, as the file system takes it.
   *
   * @param name The directive's name.
   * @returns The path.
   * @throws {TypeError} When there is no such directive or it is no text.
   */
  path(name: string): string {
    return new TextDecoder().decode(byteStringToBytes(this.text(name)));
  }

  /**
   * The value of a directive that is a number.
   *
   * @param name The directive's name.
   * @returns The number, in the directive's unit: bytes, seconds …; a percentage is negative.
   * @throws {TypeError} When there is no such directive or it is no number.
   */
  number(name: string): number {
    return directiveOf(name).type.number(this.#typed(name, "number"));
  }

  /**
   * The value of a directive that is `yes` or `no`.
   *
   * @param name The directive's name.
   * @returns Whether it is `yes`.
   * @throws {TypeError} When there is no such directive or it takes other words.
   */
  flag(name: string): boolean {
    return this.#typed(name, "flag") === "yes";
  }

  /**
   * The value of a directive that is a list, such as `bind`.
   *
   * @param name The directive's name.
   * @returns Its words; none when it is empty.
   * @throws {TypeError} When there is no such directive or it is no text.
   */
  words(name: string): string[] {
    return this.text(name).split(" ").filter((word) => word !== "");
  }

  /**
   * The limit that `client-output-buffer-limit` sets for a class of clients.
   *
   * @param group The class.
   * @returns The limit.
   */
  outputLimit(group: "normal" | "replica" | "pubsub"): OutputLimit {
    const words = this.words("client-output-buffer-limit");
    const at = words.indexOf(group === "replica" ? "slave" : group);
    const [hardBytes = 0, softBytes = 0, softSeconds = 0] = words.slice(at + 1, at + 4).map(Number);
    return { hardBytes, softBytes, softSeconds };
  }

  /**
   * Whether something that a directive guards is allowed: `enable-debug-command` and its like take `no`, `yes` or `local`.
   *
   * @param name The directive's name.
   * @param local Whether whoever asks is on this machine.
   * @returns Whether it may be done.
   * @throws {TypeError} When there is no such directive or it is no text.
   */
  allows(name: string, local: boolean): boolean {
    const who = this.text(name);
    return who === "yes" || (who === "local" && local);
  }

  /**
   * What CONFIG GET answers.
   *
   * @param pattern A name or a glob-style pattern, in any case.
   * @returns Names and values; a name without wildcards comes back as it was spelled.
   */
  match(pattern: string): [name: string, value: string][] {
    if (!/[[*?]/.test(pattern)) {
      const entry = ENTRIES.get(pattern.toLowerCase());
      return entry === undefined ? [] : [[pattern, this.#shown(entry.directive)]];
    }
    const matches: [string, string][] = [];
    const glob = encoder.encode(pattern);
    for (const [name, { directive }] of ENTRIES) {
      const bytes = byteStringToBytes(name);
      if (!directive.hidden && globMatches(glob, 0, glob.length, bytes, 0, bytes.length, true)) {
        matches.push([name, this.#shown(directive)]);
      }
    }
    return matches;
  }

  /**
   * Sets directives: all of them, or none when one is refused.
   *
   * @param pairs Names and values, in their order.
   * @param phase `"start"` for what was read before the server starts, where a later value of a directive replaces an
   * earlier one and promises are checked at the end; `"runtime"` for CONFIG SET.
   * @param local Whether whoever asks is on this machine, which some directives ask for at run time.
   * @throws {ConfigError} At start, with the reason and the index of the pair.
   * @throws {CommandError} At run time, with Redis' reply.
   */
  set(pairs: readonly ConfigPair[], phase: "start" | "runtime", local = false): void {
    if (phase === "start") this.#setAtStart(pairs);
    else this.#setAtRuntime(pairs, local);
  }

  /**
   * Calls a listener whenever a directive has changed. It reads the new values from this object; one that was added for
   * several directives is called once for a change of them together.
   *
   * @param name The directive's name.
   * @param listener The listener.
   * @throws {TypeError} When there is no such directive.
   */
  on(name: string, listener: ConfigListener): void {
    const key = directiveOf(name).name;
    const listeners = this.#listeners.get(key);
    if (listeners === undefined) this.#listeners.set(key, [listener]);
    else listeners.push(listener);
  }

  /**
   * Calls a listener now, to read the values there are, and whenever one of the directives has changed.
   *
   * @param names The directives' names.
   * @param read The listener, as for {@linkcode Config.on}.
   * @throws {TypeError} When there is no such directive.
   */
  follow(names: readonly string[], read: ConfigListener): void {
    read();
    for (const name of names) this.on(name, read);
  }

  /**
   * Whether a directive has been set, be it to its default.
   *
   * @param name The directive's name.
   * @returns Whether it has.
   * @throws {TypeError} When there is no such directive.
   */
  isGiven(name: string): boolean {
    return this.#given.has(directiveOf(name).name);
  }

  /**
   * Takes over the values of another configuration, and which of them were set.
   *
   * @param other The other one.
   * @throws {ConfigError} A listener refuses; then nothing has changed.
   */
  assign(other: Config): void {
    const changed = DIRECTIVES.filter(({ name }) => this.#values.get(name) !== other.#values.get(name));
    this.#commit(new Map(other.#values), changed.map((directive, i) => [directive, i]));
    this.#given.clear();
    for (const name of other.#given) this.#given.add(name);
  }

  #typed(name: string, form: "text" | "number" | "flag"): string {
    const directive = directiveOf(name);
    if (directive.type.form !== form) throw new TypeError(`Cannot read directive '${name}' as a ${form}`);
    return this.#values.get(directive.name)!;
  }

  #setAtStart(pairs: readonly ConfigPair[]): void {
    const next = new Map(this.#values);
    const setBy = new Map<Directive, number>();
    for (const [index, [name, value]] of pairs.entries()) {
      const directive = ENTRIES.get(name.toLowerCase())?.directive;
      if (directive === undefined) throw new ConfigError("Bad directive or wrong number of arguments", index);
      const words = startWords(directive, value);
      if (!directive.type.manyWords && words.length !== 1) throw new ConfigError("wrong number of arguments", index);
      try {
        next.set(directive.name, directive.type.read(words, next.get(directive.name)!, true));
      } catch (error) {
        throw error instanceof ConfigError ? new ConfigError(error.message, index) : error;
      }
      setBy.set(directive, index);
    }
    // only now: `--daemonize no` after a file that says yes is a promise no more
    const last = [...setBy].sort(([, a], [, b]) => a - b);
    for (const [directive, index] of last) {
      const broken = brokenPromise(directive, next.get(directive.name)!);
      if (broken !== null) throw new ConfigError(broken, index);
    }
    this.#commit(next, last);
  }

  #setAtRuntime(pairs: readonly ConfigPair[], local: boolean): void {
    const entries = this.#settable(pairs, local);
    const next = new Map(this.#values);
    let index = 0;
    try {
      for (const { directive } of entries) {
        const words = runtimeWords(directive, pairs[index]![1]);
        const value = directive.type.read(words, next.get(directive.name)!, false);
        const broken = brokenPromise(directive, value);
        if (broken !== null) throw new ConfigError(broken);
        next.set(directive.name, value);
        index++;
      }
      index = -1; // whatever fails now says itself which it was
      this.#commit(next, entries.map(({ directive }, i) => [directive, i]));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw refusal(entries[index < 0 ? error.index : index]!.name, error.message);
    }
  }

  /** The entries that the pairs name, or Redis' reply to the first that CONFIG SET may not touch. */
  #settable(pairs: readonly ConfigPair[], local: boolean): Entry[] {
    const entries: Entry[] = [];
    for (const [name] of pairs) {
      const entry = ENTRIES.get(name.toLowerCase());
      if (entry === undefined) {
        throw new CommandError("ERR", `Unknown option or number of arguments for CONFIG SET - '${name}'`);
      }
      const { access } = entry.directive;
      if (access === "immutable") throw refusal(name, "can't set immutable config");
      if (access === "protected" && !this.allows("enable-protected-configs", local)) {
        throw refusal(name, "can't set protected config");
      }
      // a name and its alias may both be given, as in Redis
      if (entries.includes(entry)) throw refusal(name, "duplicate parameter");
      entries.push(entry);
    }
    return entries;
  }

  /** Makes the values the current ones and tells the listeners; puts the old ones back when one of them refuses. */
  #commit(next: Map<string, string>, changed: readonly (readonly [Directive, number])[]): void {
    const before = this.#values;
    this.#values = next;
    const told = new Set<ConfigListener>();
    for (const [{ name }, index] of changed) {
      if (before.get(name) === next.get(name)) continue;
      for (const listener of this.#listeners.get(name) ?? []) {
        if (told.has(listener)) continue;
        told.add(listener);
        try {
          listener();
        } catch (error) {
          this.#values = before;
          if (!(error instanceof ConfigError)) throw error;
          throw new ConfigError(error.message + undo(told), index);
        }
      }
    }
    for (const [{ name }] of changed) this.#given.add(name);
  }
}

/**
 * A configuration made from directives in a program.
 *
 * @param directives Values by name, as text: `{ requirepass: "secret", maxclients: "100" }`.
 * @returns The configuration.
 * @throws {TypeError} When a directive is unknown, its value is wrong or not supported yet.
 */
export function configOf(directives: Readonly<Record<string, string>>): Config {
  const config = new Config();
  const pairs = Object.entries(directives);
  try {
    config.set(pairs.map(([name, value]) => [name, toByteString(value)]), "start");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [name, value] = pairs[error.index]!;
    throw new TypeError(`Cannot set directive ${name} to '${value}': ${error.message}`);
  }
  return config;
}

/** Has the listeners follow the old values again; what they have to say against those, as the end of a message. */
function undo(listeners: Iterable<ConfigListener>): string {
  let failures = "";
  for (const listener of listeners) {
    try {
      listener();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      failures += ` (and the previous value cannot be restored: ${error.message})`;
    }
  }
  return failures;
}

/** Does the value of the directive of this name, in any case, belong in no log? There may be no such directive. */
export function isSensitive(name: string): boolean {
  return findDirective(name)?.sensitive === true;
}

/** The directive of a name or an alias, in any case; undefined when there is none. */
export function findDirective(name: string): Directive | undefined {
  return ENTRIES.get(name.toLowerCase())?.directive;
}

function directiveOf(name: string): Directive {
  const entry = ENTRIES.get(name.toLowerCase());
  if (entry === undefined) throw new TypeError(`Cannot find directive '${name}'`);
  return entry.directive;
}

/** The words of a value at start: one text for a list is cut at its spaces. */
function startWords(directive: Directive, value: string | readonly string[]): readonly string[] {
  const words = typeof value === "string" ? [value] : value;
  const [only] = words;
  if (!directive.type.manyWords || words.length !== 1 || only === undefined || only === "") return words;
  return only.split(/\s+/).filter((word) => word !== "");
}

/** The words of a value at run time: one text for a list is cut at each single space. */
function runtimeWords(directive: Directive, value: string | readonly string[]): readonly string[] {
  const text = typeof value === "string" ? value : value.join(" ");
  if (!directive.type.manyWords) return [text];
  return text === "" ? [] : text.split(" ");
}

/** Why a value cannot be accepted yet; null when it can. */
function brokenPromise(directive: Directive, value: string): string | null {
  if (directive.kind !== "promise") return null;
  if (directive.kept === undefined) {
    if (value === directive.default) return null;
    return `not supported yet, only '${directive.name} ${directive.default || '""'}' is`;
  }
  return directive.kept.test(value) ? null : "not supported yet";
}

function refusal(name: string, reason: string): CommandError {
  return new CommandError("ERR", `CONFIG SET failed (possibly related to argument '${name}') - ${reason}`);
}

/**
 * Text as a byte string: the bytes of its UTF-8 form, one character each.
 *
 * @param text The text.
 * @returns The byte string; the same text when it is ASCII.
 */
export function toByteString(text: string): string {
  return bytesToByteString(encoder.encode(text));
}

/**
 * Bytes as a byte string.
 *
 * @param bytes The bytes.
 * @returns One character per byte.
 */
export function bytesToByteString(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/**
 * The bytes of a byte string.
 *
 * @param text The byte string.
 * @returns One byte per character.
 */
export function byteStringToBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
