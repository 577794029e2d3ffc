/**
 * Writes whole RDB files, of the version of Redis 7.0, into a sink: keys come one after the other, from whatever database, and
 * nothing but a chunk of 64 KiB waits here. A collection in its large form is written element by element, so saving needs no
 * second copy of anything.
 *
 * ```text
 *   | REDIS0010 | AUX name text ... | SELECTDB n RESIZEDB keys expiries | key ... | SELECTDB ... | EOF | CRC-64, 8 |
 *
 *   key:   | EXPIRETIME_MS time, 8 | IDLE seconds or FREQ count, 1 | type | name | value |     the first two where there is such
 * ```
 */
import { REDIS_VERSION } from "../engine/version.ts";
import type { Database, Entry } from "../store/database.ts";
import { Crc64 } from "./crc64.ts";
import {
  MAGIC,
  OPCODE_AUX,
  OPCODE_EOF,
  OPCODE_EXPIRE_MS,
  OPCODE_FREQUENCY,
  OPCODE_IDLE,
  OPCODE_RESIZE_DB,
  OPCODE_SELECT_DB,
  RDB_VERSION,
} from "./rdb_types.ts";
import { writeKeyAndValue } from "./rdb_value.ts";
import { type ByteSink, RdbWriter } from "./rdb_writer.ts";

/** What of a key's use is saved: that which the policy for evicting keys asks for. */
export type SavedUse = "idle" | "frequency" | "nothing";

/** How a file is written. */
export interface RdbFileOptions {
  /** Are long strings compressed? (`rdbcompression`) */
  readonly compresses: boolean;
  /** Is there a checksum at the end? (`rdbchecksum`) Without one it is 0, and nobody looks at it. */
  readonly hasChecksum: boolean;
  readonly use: SavedUse;
  /** When the file is written, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Bytes that the data set takes in memory. */
  readonly usedBytes: number;
  /** Is it the base of an append-only file? */
  readonly isAofBase: boolean;
}

/** What of keys' use is saved under a `maxmemory-policy`. */
export function savedUse(policy: string): SavedUse {
  return policy.endsWith("-lfu") ? "frequency" : policy.endsWith("-lru") ? "idle" : "nothing";
}

const CHECKSUM_BYTES = 8;
const ASCII = new TextEncoder();

export class RdbFileWriter {
  /** Bytes written so far, those that still wait aside. */
  written = 0;
  /** Keys written so far. */
  keys = 0;

  readonly #writer: RdbWriter;
  readonly #use: SavedUse;
  readonly #checksum: Crc64 | null;
  /** The database that the last key was in. */
  #selected = -1;
  /** Databases whose size has been told. */
  readonly #sized: Set<number> = new Set();

  /** Begins a file in `sink`, which may throw; what it is given is good only during the call. */
  constructor(options: RdbFileOptions, sink: ByteSink) {
    this.#use = options.use;
    this.#checksum = options.hasChecksum ? new Crc64() : null;
    this.#writer = new RdbWriter(options.compresses, (bytes) => {
      this.#checksum?.update(bytes, 0, bytes.length);
      this.written += bytes.length;
      sink(bytes);
    });
    this.#text(MAGIC + String(RDB_VERSION).padStart(4, "0"));
    this.#aux("redis-ver", REDIS_VERSION);
    this.#aux("redis-bits", "64");
    this.#aux("ctime", String(Math.floor(options.nowMs / 1000)));
    this.#aux("used-mem", String(options.usedBytes));
    this.#aux("aof-base", options.isAofBase ? "1" : "0");
  }

  #text(text: string): void {
    this.#writer.raw(ASCII.encode(text), 0, text.length);
  }

  #aux(name: string, value: string): void {
    this.#writer.byte(OPCODE_AUX);
    for (const text of [name, value]) this.#writer.string(ASCII.encode(text), 0, text.length);
  }

  /** Writes a key of `db` as one of the database with the number `index`. */
  key(index: number, db: Database, entry: Entry): void {
    const writer = this.#writer;
    if (index !== this.#selected) this.#select(index, db);
    const expireAtMs = db.expireAt(entry);
    if (expireAtMs >= 0) {
      writer.byte(OPCODE_EXPIRE_MS);
      writer.time(expireAtMs);
    }
    if (this.#use === "idle") {
      writer.byte(OPCODE_IDLE);
      writer.length(db.idleSeconds(entry));
    } else if (this.#use === "frequency") {
      writer.byte(OPCODE_FREQUENCY);
      writer.byte(db.frequency(entry));
    }
    writeKeyAndValue(writer, db, entry);
    this.keys++;
  }

  #select(index: number, db: Database): void {
    const writer = this.#writer;
    this.#selected = index;
    writer.byte(OPCODE_SELECT_DB);
    writer.length(index);
    if (this.#sized.has(index)) return;
    this.#sized.add(index);
    writer.byte(OPCODE_RESIZE_DB);
    writer.length(db.size);
    writer.length(db.expires);
  }

  /** Ends the file; all of it is in the sink then. */
  end(): void {
    const writer = this.#writer;
    writer.byte(OPCODE_EOF);
    writer.flush(); // the checksum is of all before it
    const footer = new Uint8Array(CHECKSUM_BYTES);
    this.#checksum?.write(footer, 0);
    writer.raw(footer, 0, CHECKSUM_BYTES);
    writer.flush();
  }
}
