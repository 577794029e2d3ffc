/** Builds a listpack outside the arena, from elements that come one by one. */
import type { Element } from "../store/element.ts";
import { elementBytes, LISTPACK_END, LISTPACK_HEADER_BYTES, UNKNOWN_COUNT, writeElement } from "../store/listpack.ts";
import { ListpackEntries } from "./listpack_entries.ts";

const SMALLEST_BYTES = 64;

export class ListpackBuilder {
  /** How many elements there are. */
  count = 0;
  /** Bytes up to the end of the last element. */
  size = LISTPACK_HEADER_BYTES;
  #bytes: Uint8Array = new Uint8Array(SMALLEST_BYTES);

  append({ bytes, start, end }: Element): void {
    const needed = this.size + elementBytes(bytes, start, end) + 1;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.#bytes.subarray(0, this.size));
      this.#bytes = larger;
    }
    this.size = writeElement(this.#bytes, this.size, bytes, start, end);
    this.count++;
  }

  /** The listpack of the elements so far, good until the next one. */
  finish(): Uint8Array {
    const view = new DataView(this.#bytes.buffer);
    view.setUint32(0, this.size + 1, true);
    view.setUint16(4, Math.min(this.count, UNKNOWN_COUNT), true);
    this.#bytes[this.size] = LISTPACK_END;
    return this.#bytes.subarray(0, this.size + 1);
  }

  /** Begins anew. */
  clear(): void {
    this.count = 0;
    this.size = LISTPACK_HEADER_BYTES;
  }

  /** Goes over the elements, before the next one is added. */
  entries(): ListpackEntries {
    const listpack = this.finish();
    return new ListpackEntries(listpack, 0, listpack.length);
  }
}
