/** Tells texts that come a second time: no field, no member may be there twice. */
import type { Element } from "../store/element.ts";

/** Not quite ISO 8859-1 but Windows-1252, which also has another character for each byte, and that is all it takes. */
const ONE_CHARACTER_A_BYTE = new TextDecoder("latin1");

export class TextSet {
  readonly #texts: Set<string> = new Set();

  /** Adds a text; false when it was there. */
  add(text: Element): boolean {
    const size = this.#texts.size;
    this.#texts.add(ONE_CHARACTER_A_BYTE.decode(text.bytes.subarray(text.start, text.end)));
    return this.#texts.size > size;
  }
}
