/** Doubles as arguments: what the store reads, or an error. */
import { readDouble } from "../store/doubles.ts";
import { NOT_A_FLOAT } from "./errors.ts";

export { formatDouble } from "../store/doubles.ts";

/**
 * The double written in `bytes[start, end)`: decimal, hexadecimal or infinite.
 *
 * @throws `error` for anything else, NaN and out-of-range numbers among it.
 */
export function parseDouble(bytes: Uint8Array, start: number, end: number, error: Error = NOT_A_FLOAT): number {
  const value = readDouble(bytes, start, end);
  if (value !== value) throw error;
  return value;
}
