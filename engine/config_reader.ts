/**
 * Reads redis.conf and the command line, which is nothing but more lines of it: `--port 7000` is the line `port 7000`.
 *
 * As in Redis the file comes first, then standard input, then the command line, and the last value of a directive
 * counts. This file does no input itself: {@linkcode ConfigFiles} is given to it.
 */
import { CommandBatch } from "../resp/command_batch.ts";
import { splitInline } from "../resp/inline.ts";
import { bytesToByteString, byteStringToBytes, type Config, ConfigError, toByteString } from "./config.ts";
import { FILE_DIRECTIVES } from "./config_directives.ts";

/** Where configuration is read from; paths are text, not byte strings. */
export interface ConfigFiles {
  /** All bytes of a file; throws a `ConfigError` with the reason when it cannot be read. */
  read(path: string): Uint8Array;
  /** All bytes of standard input. */
  readStdin(): Uint8Array;
  /** The paths that a pattern with wildcards stands for, sorted; none when there are none. */
  list(pattern: string): string[];
}

/** A directive as it was written. */
export interface Setting {
  /** Its name, in lower case. */
  readonly name: string;
  /** The words after it. */
  readonly words: readonly string[];
  /** For messages: `redis.conf, line 3: 'port 7000'`. */
  readonly origin: string;
}

/** All that was given to a server at its start. */
export interface Settings {
  /** The configuration file; empty when none was named. */
  readonly file: string;
  readonly settings: readonly Setting[];
}

/** The configuration cannot be read or accepted. The message is one line, naming where the directive stands. */
export class ConfigFileError extends Error {
  /** Always `"ConfigFileError"`. */
  override readonly name = "ConfigFileError";
}

/** A file that includes itself shall end in a message, not in a full stack. */
const MAX_INCLUDES = 16;

const decoder = new TextDecoder();

/**
 * Reads the command line and whatever files it names.
 *
 * @param args The arguments: the file first if there is one, `-` for standard input first or last, then directives. All
 * words up to the next `--name` are a directive's; the first of them may begin with `--` itself, as in Redis, but
 * after `--save`, which may stand alone.
 * @param files Reads files.
 * @returns The directives, in the order in which they count.
 * @throws {ConfigFileError} When a file cannot be read, or a line cannot be cut into words.
 */
export function readSettings(args: readonly string[], files: ConfigFiles): Settings {
  const reader = new Reader(files);
  const [first] = args;
  const file = first !== undefined && !first.startsWith("-") ? first : "";
  if (file !== "") reader.readFile(file, 0);
  const isStdin = (arg: string, i: number): boolean => arg === "-" && (i === 0 || i === args.length - 1);
  if (args.some(isStdin)) reader.readText(files.readStdin(), "standard input", 0);
  reader.readArguments(args.filter((arg, i) => !isStdin(arg, i) && (i > 0 || file === "")));
  return { file, settings: reader.settings };
}

/**
 * Sets what was read, before the server starts.
 *
 * @param config What to set it in; of no more use when this throws.
 * @param read What was read from files and arguments.
 * @throws {ConfigFileError} For the first directive that is unknown, has a wrong value or is not supported yet.
 */
export function applySettings(config: Config, read: Settings): void {
  const kindOf = ({ name }: Setting) => FILE_DIRECTIVES.get(name);
  // Redis lets the directives it gave up stand, with one word
  const settings = read.settings.filter((each) => kindOf(each) !== "tuning" || each.words.length !== 1);
  const settable = settings.filter((each) => kindOf(each) !== "promise");
  const refused = settings.find((each) => kindOf(each) === "promise");
  try {
    config.set(settable.map(({ name, words }) => [name, words]), "start");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const wrong = settable[error.index]!;
    if (refused === undefined || settings.indexOf(wrong) < settings.indexOf(refused)) {
      throw fatal(wrong.origin, error.message);
    }
  }
  if (refused !== undefined) throw fatal(refused.origin, "not supported yet");
  config.file = read.file;
}

class Reader {
  readonly settings: Setting[] = [];
  readonly #files: ConfigFiles;

  constructor(files: ConfigFiles) {
    this.#files = files;
  }

  readFile(path: string, depth: number): void {
    this.readText(opened(path, () => this.#files.read(path)), path, depth);
  }

  readText(bytes: Uint8Array, source: string, depth: number): void {
    const lines = bytesToByteString(bytes).split("\n");
    for (const [i, line] of lines.entries()) {
      const trimmed = line.replace(/^[ \t\r]+|[ \t\r]+$/g, "");
      if (trimmed === "" || trimmed.startsWith("#")) continue;
      const origin = `${source}, line ${i + 1}: '${decode(trimmed)}'`;
      const [name, ...words] = splitWords(trimmed, origin);
      if (name !== undefined) this.#add(name, words, origin, depth);
    }
  }

  readArguments(args: readonly string[]): void {
    let mayOpen = true; // whether an argument with two dashes is a name
    let shown = "", name = "", words: string[] = [];
    const finish = (): void => {
      if (shown !== "") this.#add(name, words, `command line: '${shown}'`, 0);
    };
    for (const [i, arg] of args.entries()) {
      if (mayOpen && arg.startsWith("--")) {
        finish();
        shown = arg;
        [name = "", ...words] = splitWords(toByteString(arg.slice(2)), `command line: '${arg}'`); // "--port 7000" is one
        const isBare = words.length === 0 && (args[i + 1]?.startsWith("--") ?? true);
        if (isBare && name.toLowerCase() === "save") words = [""];
        mayOpen = words.length > 0;
      } else if (shown === "") {
        shown = name = arg; // no directive, as the message will say
      } else {
        words.push(toByteString(arg));
        shown += ` ${arg === "" ? '""' : arg}`;
        mayOpen = true;
      }
    }
    finish();
  }

  /** Adds a directive; an included file takes the place of the one that names it. */
  #add(name: string, words: readonly string[], origin: string, depth: number): void {
    const [path] = words;
    if (name.toLowerCase() !== "include" || path === undefined || words.length !== 1) {
      this.settings.push({ name: name.toLowerCase(), words, origin });
      return;
    }
    if (depth === MAX_INCLUDES) throw fatal(origin, "files include each other too deeply");
    // a pattern that fits no file is no mistake: folders like conf.d may be empty
    const text = decode(path);
    const paths = /[*?[]/.test(text) ? opened(text, () => this.#files.list(text)) : [text];
    for (const each of paths) this.readFile(each, depth + 1);
  }
}

/** What reading a file or a folder yields, or the end of the start. */
function opened<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigFileError(`Fatal error, can't open config file '${path}': ${error.message}`);
  }
}

/** Cuts a line at its spaces, quotes as in redis-cli. */
function splitWords(line: string, origin: string): string[] {
  const bytes = byteStringToBytes(line);
  const batch = new CommandBatch();
  const count = splitInline(bytes, 0, bytes.length, batch, 0);
  if (count < 0) throw fatal(origin, "Unbalanced quotes in configuration line");
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    words.push(bytesToByteString(bytes.subarray(batch.words[2 * i]!, batch.words[2 * i + 1]!)));
  }
  return words;
}

function decode(text: string): string {
  return decoder.decode(byteStringToBytes(text));
}

function fatal(origin: string, reason: string): ConfigFileError {
  return new ConfigFileError(`*** FATAL CONFIG FILE ERROR *** ${origin}: ${reason}`);
}
