/**
 * Loads append-only files: the commands in them are run one after the other, without the gates that clients have to pass,
 * and are no news to anybody. Keys do not expire meanwhile, for a command further on may be about what has expired by now.
 */
import { batchOf, type CommandBatch } from "../resp/command_batch.ts";
import { AppendOnlyError } from "../engine/append_only.ts";
import { Args } from "../engine/args.ts";
import { ClientState, NO_CONNECTION } from "../engine/client_state.ts";
import type { Command } from "../engine/command.ts";
import { Context, type Engine } from "../engine/context.ts";
import { type DataFile, DataFileError, type DataFiles } from "../engine/data_files.ts";
import { CommandError, WRONG_TYPE } from "../engine/errors.ts";
import { StoreMemoryError, WrongTypeError } from "../store/errors.ts";
import type { AofManifest, AofPart } from "./aof_manifest.ts";
import { AofReader } from "./aof_reader.ts";
import { stall, stallsMs } from "./delays.ts";
import { hasKeysOfOtherDatabases, OTHER_DATABASES, RdbFormatError } from "./errors.ts";
import { loadRdb } from "./rdb_file_reader.ts";

/** What an RDB file begins with. */
const RDB_MAGIC = "REDIS";
/** What is read at a time of what is not looked at. */
const PASSED_BYTES = 1024 * 1024;
const FIX = "make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>";

/** Commands that may lead to another database, which a node of a cluster does not have. */
const TO_DATABASES: ReadonlySet<string> = new Set(["select", "copy", "move", "swapdb"]);

/** The file is about a database that there is not. */
class SelectError extends Error {
  override readonly name = "SelectError";
}

/** Runs commands that come from a file. */
class Replay {
  readonly #engine: Engine;
  readonly #context: Context;
  readonly #client: ClientState;
  readonly #args: Args = new Args();
  /** The commands since MULTI; null outside of a transaction. */
  #queued: { readonly command: Command; readonly batch: CommandBatch }[] | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#client = new ClientState(0, NO_CONNECTION, engine.clock.now());
    this.#context = new Context(engine, () => {
      throw new TypeError("Cannot run a command within one that comes from a file");
    });
    this.#context.mayBlock = false;
    this.#context.client = this.#client;
    this.#context.out = this.#client.out;
    this.#context.selectDb(0);
  }

  get isInTransaction(): boolean {
    return this.#queued !== null;
  }

  /** The command that a request is; null: there is no such one. */
  find(batch: CommandBatch): Command | null {
    this.#args.reset(batch, 0);
    return this.#engine.table.resolve(this.#args);
  }

  /** Runs the request that {@linkcode find} has found, or keeps it for the end of its transaction. */
  run(command: Command): void {
    const args = this.#args;
    if (command.name === "exec" && this.#queued !== null) {
      const queued = this.#queued;
      this.#queued = null;
      for (const { command, batch } of queued) {
        args.reset(batch, 0);
        this.#runNow(command);
      }
    } else if (this.#queued !== null) {
      const copy = batchOf(Array.from({ length: args.count }, (_, i) => args.own(i)));
      this.#queued.push({ command, batch: copy });
    } else if (command.name === "multi") this.#queued = [];
    else this.#runNow(command);
  }

  /** A command that succeeded once does so again; one that does not is passed over, as in Redis, but not in silence. */
  #runNow(command: Command): void {
    const context = this.#context;
    context.command = command;
    try {
      if (!command.accepts(this.#args.count) || command.run === null) {
        throw new CommandError("ERR", `wrong number of arguments for '${command.name}' command`);
      }
      command.run(context, this.#args);
    } catch (error) {
      const failure = error instanceof WrongTypeError ? WRONG_TYPE : error;
      if (!(failure instanceof CommandError)) throw failure;
      // the rest would go to another database
      const isLost = command.name === "select" || (this.#engine.cluster !== null && TO_DATABASES.has(command.name));
      if (isLost) throw new SelectError(failure.message);
      this.#engine.statistics.unexpectedErrors++;
      this.#engine.log.log(
        "warning",
        `== CRITICAL == This server is sending an error to its AOF-loading-client: '${failure.reply}' ` +
          `after processing the command '${command.name}'`,
      );
    }
    this.#client.out.cut(0);
  }
}

/** What became of one file. */
type Outcome = "ok" | "empty" | "truncated";

/** Loads the files of a manifest. */
export class AofLoader {
  readonly #engine: Engine;
  readonly #files: DataFiles;
  readonly #folder: string;
  readonly #fileName: string;
  readonly #stallMs: number;

  /**
   * @param folder Where the files are (`appenddirname`).
   * @param fileName What their names begin with (`appendfilename`).
   */
  constructor(engine: Engine, files: DataFiles, folder: string, fileName: string) {
    this.#engine = engine;
    this.#files = files;
    this.#folder = folder;
    this.#fileName = fileName;
    this.#stallMs = stallsMs(engine.config, "key-load-delay");
  }

  /**
   * Loads all files but those of history.
   *
   * @returns How many bytes they are, and those of the base; null where there is nothing at all in them.
   * @throws {AppendOnlyError} They cannot be loaded; why is in the log too.
   */
  load({ base, parts }: AofManifest): { readonly total: number; readonly base: number } | null {
    const sizes = parts.map((part) => this.#size(part));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total === 0) return null;
    const { keyspace, hooks, saves } = this.#engine;
    const { expiryPaused } = keyspace, { changes } = saves;
    hooks.quietly(() => {
      keyspace.expiryPaused = true;
      try {
        parts.forEach((part, i) => this.#loadPart(part, i === parts.length - 1));
      } catch (error) {
        if (!(error instanceof StoreMemoryError)) throw error;
        throw this.#failure("Out of memory loading the append only file");
      } finally {
        keyspace.expiryPaused = expiryPaused;
        saves.changes = changes; // none of it is a change to what is kept
      }
    });
    if (hasKeysOfOtherDatabases(keyspace)) throw this.#failure(OTHER_DATABASES);
    return { total, base: base === null ? 0 : sizes[0]! };
  }

  #failure(text: string): AppendOnlyError {
    this.#engine.log.log("warning", text);
    return new AppendOnlyError(text);
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  #size({ name }: AofPart): number {
    try {
      const file = this.#files.open(this.#path(name), "read");
      try {
        return file.size();
      } finally {
        file.close();
      }
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      throw this.#failure(`Unable to obtain the AOF file ${name} length. stat: ${error.message}`);
    }
  }

  #loadPart({ name, type }: AofPart, isLast: boolean): void {
    const began = performance.now();
    const outcome = this.#loadFile(name, isLast);
    if (outcome === "empty" && type === "b") return;
    const seconds = ((performance.now() - began) / 1000).toFixed(3);
    const what = type === "b" ? "base" : "incr";
    if (outcome !== "empty") {
      this.#engine.log.log("notice", `DB loaded from ${what} file ${name}: ${seconds} seconds`);
    }
  }

  #loadFile(name: string, isLast: boolean): Outcome {
    let file: DataFile;
    try {
      file = this.#files.open(this.#path(name), "read");
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      throw this.#failure(`Fatal error: can't open the append log file ${name} for reading: ${error.message}`);
    }
    try {
      return file.size() === 0 ? "empty" : this.#replay(file, name, isLast);
    } catch (error) {
      if (error instanceof SelectError) throw this.#failure(this.#otherDatabase(name, error.message));
      if (!(error instanceof DataFileError)) throw error;
      throw this.#failure(`Unrecoverable error reading the append only file ${name}: ${error.message}`);
    } finally {
      file.close();
    }
  }

  /** Redis goes on in the database before: what is of two databases would be in one. */
  #otherDatabase(name: string, reason: string): string {
    if (this.#engine.cluster !== null) return OTHER_DATABASES;
    return `Can't select a database reading the append only file ${name}: ${reason}`;
  }

  #replay(file: DataFile, name: string, isLast: boolean): Outcome {
    const replay = new Replay(this.#engine);
    const preamble = this.#beginsWithRdb(name) ? this.#loadPreamble(file, name) : 0;
    const rest = preamble === 0 ? file : this.#openBehind(name, preamble);
    try {
      return this.#replayRequests(new AofReader(rest, preamble), name, replay, isLast);
    } finally {
      if (rest !== file) rest.close();
    }
  }

  #replayRequests(reader: AofReader, name: string, replay: Replay, isLast: boolean): Outcome {
    let goodUpTo = reader.offset, goodBeforeMulti = goodUpTo;
    for (;;) {
      const finding = reader.next();
      if (finding === "bad") throw this.#failure(`Bad file format reading the append only file ${name}: ${FIX}`);
      if (finding === "cut") return this.#truncate(name, replay.isInTransaction ? goodBeforeMulti : goodUpTo, isLast);
      if (finding === "end") break;
      const { batch } = reader;
      const command = replay.find(batch);
      if (command === null) {
        throw this.#failure(`Unknown command '${nameIn(batch)}' reading the append only file ${name}`);
      }
      if (command.name === "multi") goodBeforeMulti = goodUpTo;
      replay.run(command);
      stall(this.#stallMs);
      goodUpTo = reader.offset;
    }
    if (!replay.isInTransaction) return "ok";
    this.#engine.log.log("warning", `Revert incomplete MULTI/EXEC transaction in AOF file ${name}`);
    return this.#truncate(name, goodBeforeMulti, isLast);
  }

  #beginsWithRdb(name: string): boolean {
    const file = this.#files.open(this.#path(name), "read");
    try {
      const start = new Uint8Array(RDB_MAGIC.length);
      return file.read(start) === start.length && String.fromCharCode(...start) === RDB_MAGIC;
    } finally {
      file.close();
    }
  }

  /** Loads the data that the file begins with, and returns where it ends: in a file of before Redis 7, commands follow. */
  #loadPreamble(file: DataFile, name: string): number {
    const isOld = name === this.#fileName;
    const { keyspace, config, log } = this.#engine;
    log.log("notice", isOld ? "Reading RDB preamble from AOF file..." : "Reading RDB base file on AOF loading...");
    try {
      const checks = config.flag("rdbchecksum");
      const { bytesRead } = loadRdb(file, keyspace, {
        checks,
        keepsExpired: true,
        merges: false,
        log,
        stallMs: this.#stallMs,
      });
      if (isOld) log.log("notice", "Reading the remaining AOF tail...");
      return bytesRead;
    } catch (error) {
      if (!(error instanceof RdbFormatError)) throw error;
      log.log("warning", error.message);
      const what = isOld ? "RDB preamble of the AOF" : "RDB base";
      throw this.#failure(`Error reading the ${what} file ${name}, AOF loading aborted`);
    }
  }

  /** Opens a file to read what comes behind its first bytes. */
  #openBehind(name: string, size: number): DataFile {
    const file = this.#files.open(this.#path(name), "read");
    const passed = new Uint8Array(Math.min(size, PASSED_BYTES));
    for (let left = size; left > 0;) {
      const read = file.read(passed.subarray(0, Math.min(left, passed.length)));
      if (read === 0) break;
      left -= read;
    }
    return file;
  }

  /**
   * The file ends in the middle of something: what is whole stays, if that is allowed. What is missing of a file that is not
   * the last has been followed by other writes; Redis cuts such a file before it refuses it, and finds nothing wrong with it
   * at the next start.
   */
  #truncate(name: string, size: number, isLast: boolean): Outcome {
    const { config, log } = this.#engine;
    if (!config.flag("aof-load-truncated")) {
      throw this.#failure(
        `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use ` +
          "./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' " +
          "configuration option to yes and restart the server.",
      );
    }
    log.log("warning", `!!! Warning: short read while loading the AOF file ${name}!!!`);
    if (!isLast) throw this.#failure("Fatal error: the truncated file is not the last file");
    log.log("warning", `!!! Truncating the AOF ${name} at offset ${size} !!!`);
    try {
      const file = this.#files.open(this.#path(name), "append");
      try {
        file.truncate(size);
      } finally {
        file.close();
      }
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
      throw this.#failure(`Error truncating the AOF file ${name}: ${error.message}`);
    }
    log.log("warning", `AOF ${name} loaded anyway because aof-load-truncated is enabled`);
    return "truncated";
  }
}

/** The name that a request begins with, for the log. */
function nameIn({ bytes, words }: CommandBatch): string {
  return new TextDecoder().decode(bytes.subarray(words[1]!, words[2]!));
}
