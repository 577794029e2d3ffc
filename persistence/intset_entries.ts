/**
 * Checks an intset from outside while going over it: `| bytes of an integer, 4 | count, 4 | integers, ascending |`, all with
 * the lowest byte first. What has passed may be used where it stands by `store/intset.ts`.
 */
import type { Element } from "../store/element.ts";
import { INTSET_HEADER_BYTES } from "../store/intset.ts";
import { RdbFormatError } from "./errors.ts";
import type { PackedEntries } from "./packed_entries.ts";

export class IntsetEntries implements PackedEntries {
  /** How many there are in all. */
  readonly count: number;

  readonly #view: DataView;
  readonly #bytesEach: number;
  readonly #end: number;
  #p: number;
  #previous = 0n;

  /**
   * Of the intset `bytes[start, end)`.
   *
   * @throws {RdbFormatError} Its header is wrong already.
   */
  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end - start < INTSET_HEADER_BYTES) throw new RdbFormatError("an intset cut short");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const bytesEach = view.getUint32(start, true);
    this.count = view.getUint32(start + 4, true);
    if (bytesEach !== 2 && bytesEach !== 4 && bytesEach !== 8) {
      throw new RdbFormatError("an intset of unknown integers");
    }
    if (INTSET_HEADER_BYTES + this.count * bytesEach !== end - start) {
      throw new RdbFormatError("an intset of another size than it says");
    }
    this.#view = view;
    this.#bytesEach = bytesEach;
    this.#p = start + INTSET_HEADER_BYTES;
    this.#end = end;
  }

  next(into: Element): boolean {
    if (this.#p === this.#end) return false;
    const isFirst = this.#p === this.#end - this.count * this.#bytesEach;
    const n = this.#read();
    if (!isFirst && n <= this.#previous) throw new RdbFormatError("an intset out of order");
    this.#previous = n;
    this.#p += this.#bytesEach;
    into.spellBig(n);
    return true;
  }

  #read(): bigint {
    switch (this.#bytesEach) {
      case 2:
        return BigInt(this.#view.getInt16(this.#p, true));
      case 4:
        return BigInt(this.#view.getInt32(this.#p, true));
      default:
        return this.#view.getBigInt64(this.#p, true);
    }
  }
}
