/**
 * Reads whole RDB files, of versions 1 to 10, into a keyspace, a window at a time: what a file announces is compared with its
 * size before memory is taken. What is wrong with it ends the reading, with whatever keys came before in place: it is for the
 * caller not to go on with these.
 */
import type { Log } from "../engine/log.ts";
import { type Database, NONE } from "../store/database.ts";
import { Element } from "../store/element.ts";
import { KeyText } from "../store/key_text.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { Crc64 } from "./crc64.ts";
import { stall } from "./delays.ts";
import { RdbEmptyError, RdbFormatError } from "./errors.ts";
import type { LoadedValue } from "./loaded_value.ts";
import { type ByteSource, RdbReader, WINDOW_BYTES } from "./rdb_reader.ts";
import {
  MAGIC,
  OPCODE_AUX,
  OPCODE_EOF,
  OPCODE_EXPIRE_MS,
  OPCODE_EXPIRE_SECONDS,
  OPCODE_FREQUENCY,
  OPCODE_FUNCTION,
  OPCODE_IDLE,
  OPCODE_MODULE_AUX,
  OPCODE_OLD_FUNCTION,
  OPCODE_RESIZE_DB,
  OPCODE_SELECT_DB,
  RDB_MODULE,
  RDB_MODULE_2,
  RDB_VERSION,
} from "./rdb_types.ts";
import { readValue } from "./rdb_value.ts";

/** How a file is read. */
export interface RdbLoadOptions {
  /** Is the checksum compared? (`rdbchecksum`) */
  readonly checks: boolean;
  /** Are keys read though they have expired? Those below an append-only file are: its commands count on them. */
  readonly keepsExpired: boolean;
  /** May keys be there already? They are replaced (DEBUG RELOAD MERGE). */
  readonly merges: boolean;
  /** Takes what Redis logs as well. */
  readonly log: Log;
  /** What is read at a time, unless a string is longer. */
  readonly windowBytes?: number;
  /** Stops after each key for so long (`key-load-delay`). */
  readonly stallMs?: number;
}

/** What came of it. */
export interface RdbLoadReport {
  readonly keysLoaded: number;
  readonly keysExpired: number;
  /** Bytes up to the end of the file's last part: something else may follow. */
  readonly bytesRead: number;
}

/** The first version with a checksum. */
const FIRST_CHECKED_VERSION = 5;
const CHECKSUM_BYTES = 8;
/** Keys of empty collections that are told of by name. */
const NAMED_EMPTY_KEYS = 10;
/** The fewest bytes that a key takes: its type, an empty name, an empty string. */
const KEY_MIN_BYTES = 3;

/** Auxiliary fields that say nothing we need: of replication, of scripts, of the machine. */
const SILENT_FIELDS: ReadonlySet<string> = new Set([
  "redis-bits",
  "repl-stream-db",
  "repl-id",
  "repl-offset",
  "lua",
]);

/** What stands before a key, about it. */
interface KeyFacts {
  expireAtMs: number;
  idleSeconds: number;
  frequency: number;
}

/**
 * Reads all keys of a file into their databases. They are no news to anybody: nobody is told that they were added.
 *
 * @throws {RdbFormatError} The file is no such file, damaged, or has what we cannot read.
 * @throws {StoreMemoryError} There is no room.
 */
export function loadRdb(source: ByteSource, keyspace: Keyspace, options: RdbLoadOptions): RdbLoadReport {
  const { onAdded } = keyspace;
  keyspace.onAdded = null;
  try {
    return new FileLoader(source, keyspace, options).load();
  } finally {
    keyspace.onAdded = onAdded;
  }
}

class FileLoader {
  readonly #keyspace: Keyspace;
  readonly #options: RdbLoadOptions;
  readonly #reader: RdbReader;
  readonly #checksum: Crc64 = new Crc64();
  readonly #name: Element = new Element();
  readonly #key: KeyText = new KeyText();
  #db: Database;
  #loaded = 0;
  #expired = 0;
  #empty = 0;

  constructor(source: ByteSource, keyspace: Keyspace, options: RdbLoadOptions) {
    this.#keyspace = keyspace;
    this.#options = options;
    this.#reader = RdbReader.of(source, options.checks ? this.#checksum : null, options.windowBytes ?? WINDOW_BYTES);
    this.#db = keyspace.databases[0]!;
  }

  load(): RdbLoadReport {
    const version = this.#readVersion();
    const facts: KeyFacts = { expireAtMs: -1, idleSeconds: -1, frequency: -1 };
    for (let opcode = this.#reader.byte(); opcode !== OPCODE_EOF; opcode = this.#reader.byte()) {
      if (this.#readFact(opcode, facts) || this.#readOther(opcode)) continue;
      this.#readKey(opcode, facts);
      stall(this.#options.stallMs ?? 0);
      facts.expireAtMs = facts.idleSeconds = facts.frequency = -1;
    }
    if (version >= FIRST_CHECKED_VERSION) this.#readChecksum();
    this.#logDone();
    return { keysLoaded: this.#loaded, keysExpired: this.#expired, bytesRead: this.#reader.position };
  }

  #readVersion(): number {
    const reader = this.#reader;
    const at = reader.raw(MAGIC.length + 4);
    const text = String.fromCharCode(...reader.bytes.subarray(at, reader.pos));
    if (!text.startsWith(MAGIC)) throw new RdbFormatError("Wrong signature trying to load DB from file");
    const digits = text.slice(MAGIC.length);
    const version = /^\d{4}$/.test(digits) ? Number(digits) : 0;
    if (version < 1 || version > RDB_VERSION) throw new RdbFormatError(`Can't handle RDB format version ${version}`);
    return version;
  }

  /** Reads what is said of the next key; false: the opcode is about something else. */
  #readFact(opcode: number, facts: KeyFacts): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case OPCODE_EXPIRE_SECONDS:
        facts.expireAtMs = reader.seconds() * 1000;
        return true;
      case OPCODE_EXPIRE_MS:
        facts.expireAtMs = reader.time();
        return true;
      case OPCODE_FREQUENCY:
        facts.frequency = reader.byte();
        return true;
      case OPCODE_IDLE:
        facts.idleSeconds = reader.length();
        return true;
      default:
        return false;
    }
  }

  /** Reads what is about no key; false: the opcode is the type of one. */
  #readOther(opcode: number): boolean {
    const reader = this.#reader;
    switch (opcode) {
      case OPCODE_SELECT_DB:
        this.#select(reader.length());
        return true;
      case OPCODE_RESIZE_DB:
        this.#reserve(reader.length());
        reader.length(); // expiries need no room
        return true;
      case OPCODE_AUX:
        this.#readAux();
        return true;
      case OPCODE_FUNCTION:
      case OPCODE_OLD_FUNCTION:
        throw new RdbFormatError("The RDB file contains functions, which are not supported yet");
      case OPCODE_MODULE_AUX:
        throw new RdbFormatError("The RDB file contains AUX module data I can't load: no modules are supported");
      case RDB_MODULE:
      case RDB_MODULE_2:
        throw new RdbFormatError("The RDB file contains module data I can't load: no modules are supported");
      default:
        return false;
    }
  }

  #select(index: number): void {
    const { databases } = this.#keyspace;
    const db = databases[index];
    if (db === undefined) {
      throw new RdbFormatError(
        `FATAL: Data file was created with a Redis server configured to handle more than ${databases.length} databases`,
      );
    }
    this.#db = db;
  }

  /** Makes a table for so many keys, if the file can have that many. */
  #reserve(keys: number): void {
    if (keys <= this.#reader.remaining / KEY_MIN_BYTES) this.#db.keys.reserve(this.#db.size + keys);
  }

  #readAux(): void {
    const { log } = this.#options;
    const name = this.#readText(), value = this.#readText();
    if (SILENT_FIELDS.has(name)) return;
    if (name.startsWith("%")) log.log("notice", `RDB '${name}': ${value}`);
    else if (name === "redis-ver") log.log("notice", `Loading RDB produced by version ${value}`);
    else if (name === "ctime") {
      const seconds = Math.max(0, Math.floor(this.#keyspace.now / 1000) - Number(value));
      log.log("notice", `RDB age ${seconds} seconds`);
    } else if (name === "used-mem") {
      log.log("notice", `RDB memory usage when created ${(Number(value) / 1024 / 1024).toFixed(2)} Mb`);
    } else if (name === "aof-preamble") {
      if (value !== "0") log.log("notice", "RDB has an AOF tail");
    } else if (name === "aof-base") {
      if (value !== "0") log.log("notice", "RDB is base AOF");
    } else log.log("debug", `Unrecognized RDB AUX field: '${name}'`);
  }

  #readText(): string {
    this.#reader.string(this.#name);
    return new TextDecoder().decode(this.#name.copy());
  }

  #readKey(type: number, { expireAtMs, idleSeconds, frequency }: KeyFacts): void {
    const reader = this.#reader, name = this.#name, key = this.#key, db = this.#db;
    reader.string(name);
    key.clear().append(name.bytes, name.start, name.end);
    const value = this.#readValue(type);
    if (value === null) return;
    if (expireAtMs !== -1 && expireAtMs <= this.#keyspace.now && !this.#options.keepsExpired) {
      value.release();
      this.#expired++;
      return;
    }
    if (!this.#options.merges && db.peek(key, 0) !== NONE) {
      value.release();
      throw new RdbFormatError(`RDB has duplicated key '${textOf(key)}' in DB ${db.index}`);
    }
    const entry = value.place(key, 0);
    if (expireAtMs !== -1) db.setExpire(entry, expireAtMs);
    if (this.#keyspace.tracksFrequency) { if (frequency >= 0) db.setFrequency(entry, frequency); }
    else if (idleSeconds >= 0) db.setIdleSeconds(entry, idleSeconds);
    this.#loaded++;
  }

  /** Reads a value; null for a collection of nothing, which is passed over. */
  #readValue(type: number): LoadedValue | null {
    try {
      return readValue(this.#reader, type, this.#db);
    } catch (error) {
      if (!(error instanceof RdbEmptyError)) throw error;
      if (this.#empty++ < NAMED_EMPTY_KEYS) {
        this.#options.log.log("warning", `rdbLoadObject skipping empty key: ${textOf(this.#key)}`);
      }
      return null;
    }
  }

  #readChecksum(): void {
    const reader = this.#reader;
    reader.check();
    const expected = this.#checksum;
    const at = reader.raw(CHECKSUM_BYTES);
    if (!this.#options.checks) return;
    if (reader.bytes.subarray(at, at + CHECKSUM_BYTES).every((byte) => byte === 0)) {
      this.#options.log.log("warning", "RDB file was saved with checksum disabled: no check performed.");
    } else if (!expected.matches(reader.bytes, at)) {
      throw new RdbFormatError("RDB CRC error");
    }
  }

  #logDone(): void {
    const counts = `keys loaded: ${this.#loaded}, keys expired: ${this.#expired}`;
    const { log } = this.#options;
    if (this.#empty === 0) log.log("notice", `Done loading RDB, ${counts}.`);
    else log.log("warning", `Done loading RDB, ${counts}, empty keys skipped: ${this.#empty}.`);
  }
}

function textOf({ bytes, length }: KeyText): string {
  return new TextDecoder().decode(bytes.subarray(0, length));
}
