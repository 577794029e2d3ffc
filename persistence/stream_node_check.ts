/** Checks the listpack of a stream's node, which comes from outside, before anybody trusts it. */
import { Element } from "../store/element.ts";
import { integerElement, isIntegerElement } from "../store/listpack.ts";
import { DELETED, ENTRY_OVERHEAD, SAME_FIELDS } from "../store/stream_node.ts";
import { RdbFormatError } from "./errors.ts";
import { ListpackEntries } from "./listpack_entries.ts";

/**
 * Checks the node `bytes[start, end)`.
 *
 * @returns How many valid entries it has.
 * @throws {RdbFormatError} It is no node of a stream.
 */
export function checkStreamNode(bytes: Uint8Array, start: number, end: number): number {
  const elements = new StreamElements(bytes, start, end);
  const valid = elements.count(), deleted = elements.count(), masterFields = elements.count();
  elements.pass(masterFields);
  if (elements.count() !== 0) throw new RdbFormatError("a master entry without an end");
  let deletedSeen = 0;
  for (let left = valid + deleted; left > 0; left--) {
    const flags = elements.flags();
    elements.integer();
    elements.integer();
    const hasSameFields = (flags & SAME_FIELDS) !== 0;
    const fields = hasSameFields ? masterFields : elements.count();
    elements.pass(hasSameFields ? fields : 2 * fields);
    const size = hasSameFields ? fields : 2 * fields + 1;
    if (elements.count() !== size + ENTRY_OVERHEAD - 1) {
      throw new RdbFormatError("an entry that is mistaken about its size");
    }
    if ((flags & DELETED) !== 0) deletedSeen++;
  }
  elements.checkEnd();
  if (deletedSeen !== deleted) throw new RdbFormatError("a node that is mistaken about its deleted entries");
  return valid;
}

/** The elements of a listpack one after the other. */
class StreamElements {
  readonly #bytes: Uint8Array;
  readonly #entries: ListpackEntries;
  readonly #element: Element = new Element();

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#entries = new ListpackEntries(bytes, start, end);
  }

  /** Passes an integer. */
  integer(): number {
    const p = this.#entries.position;
    this.pass(1);
    if (!isIntegerElement(this.#bytes, p)) throw new RdbFormatError("a text where a number should be");
    return integerElement(this.#bytes, p);
  }

  /** Passes an integer that is not negative. */
  count(): number {
    const count = this.integer();
    if (count < 0) throw new RdbFormatError("a negative count");
    return count;
  }

  /** Passes the flags of an entry, which are changed where they stand: in a single byte. */
  flags(): number {
    const flags = this.#bytes[this.#entries.position]!;
    this.pass(1);
    if ((flags & ~(DELETED | SAME_FIELDS)) !== 0) throw new RdbFormatError("flags that no entry has");
    return flags;
  }

  /** Passes elements of any kind. */
  pass(count: number): void {
    for (let left = count; left > 0; left--) {
      if (!this.#entries.next(this.#element)) throw new RdbFormatError("a node of a stream that ends too early");
    }
  }

  checkEnd(): void {
    if (this.#entries.next(this.#element)) throw new RdbFormatError("more entries than a node says");
  }
}
