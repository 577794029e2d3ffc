/** What all packed encodings have in common: entries one after the other, of which nothing is trusted. */
import type { Element } from "../store/element.ts";

/** Walks over the entries of a packed value that came from outside, checking each before it is passed. */
export interface PackedEntries {
  /**
   * Reads the next entry as text; false at the end, when the value has proven to be whole.
   *
   * @throws {RdbFormatError} The value is inconsistent.
   */
  next(into: Element): boolean;
}
