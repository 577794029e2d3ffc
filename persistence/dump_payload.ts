/**
 * What DUMP answers and RESTORE takes: one value as RDB files have it, without its key.
 *
 * ```text
 *   | type, 1 | value ... | RDB version, 2 | CRC-64 of all before, 8 |
 * ```
 */
import type { Database, Entry } from "../store/database.ts";
import { Crc64 } from "./crc64.ts";
import { RdbReader } from "./rdb_reader.ts";
import { RDB_VERSION } from "./rdb_types.ts";
import type { LoadedValue } from "./loaded_value.ts";
import { readValue, writeValue } from "./rdb_value.ts";
import { RdbWriter } from "./rdb_writer.ts";

const CHECKSUM_BYTES = 8;
const FOOTER_BYTES = 2 + CHECKSUM_BYTES;

/**
 * The payload of an entry's value.
 *
 * @param compresses Are long strings compressed? (`rdbcompression`)
 * @returns The payload is `bytes[0, size)`.
 */
export function dumpValue(db: Database, entry: Entry, compresses: boolean): { bytes: Uint8Array; size: number } {
  const writer = new RdbWriter(compresses);
  writeValue(writer, db, entry);
  const footer = new Uint8Array(FOOTER_BYTES);
  footer[0] = RDB_VERSION & 0xff;
  footer[1] = RDB_VERSION >> 8;
  new Crc64().update(writer.bytes, 0, writer.size).update(footer, 0, 2).write(footer, 2);
  writer.raw(footer, 0, FOOTER_BYTES);
  return writer;
}

/** Is `bytes[start, end)` a payload of a version we read, with the right checksum, where that is looked at? */
export function isPayload(bytes: Uint8Array, start: number, end: number, skipsChecksum = false): boolean {
  const footer = end - FOOTER_BYTES;
  if (footer < start) return false;
  if ((bytes[footer]! | (bytes[footer + 1]! << 8)) > RDB_VERSION) return false;
  if (skipsChecksum) return true;
  const checked = end - CHECKSUM_BYTES;
  return new Crc64().update(bytes, start, checked).matches(bytes, checked);
}

/**
 * Reads the value of a payload. Only the value itself says where it ends, as in Redis: there may be more bytes before the
 * footer, and a value cut short may even reach into it.
 *
 * @throws {RdbFormatError} It is none, or would not make a good value.
 * @throws {StoreMemoryError} There is no room for it.
 */
export function readPayload(bytes: Uint8Array, start: number, end: number, db: Database): LoadedValue {
  const reader = new RdbReader(bytes, start, end);
  return readValue(reader, reader.byte(), db);
}
