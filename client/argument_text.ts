/**
 * Arguments and replies as text, whatever they were given as.
 */
import { textOf } from "../resp/text.ts";

/**
 * An argument, or a string out of a reply, as text.
 *
 * @param value Text, bytes in UTF-8, or a number.
 * @returns The text.
 */
export function asText(value: unknown): string {
  return value instanceof Uint8Array ? textOf(value, 0, value.length) : String(value);
}
