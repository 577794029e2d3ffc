/** Doubles in text, as C's strtod reads and Redis prints them. */
import { NOT_A_FLOAT } from "./errors.ts";

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?$/;
const INFINITE = /^[+-]?inf(inity)?$/i;

/**
 * The double written in `bytes[start, end)`: decimal, hexadecimal or infinite.
 *
 * @throws `error` for anything else, NaN and out-of-range numbers among it.
 */
export function parseDouble(bytes: Uint8Array, start: number, end: number, error: Error = NOT_A_FLOAT): number {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 256)));
  if (end - start > 256) throw error;
  if (DECIMAL.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw error; // ERANGE
  }
  if (INFINITE.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const hex = HEXADECIMAL.exec(text);
  if (hex === null || (hex[2] === "" && hex[3] === "")) throw error;
  const digits = parseInt(`${hex[2]}${hex[3]}`, 16);
  const value = digits * 2 ** (Number(hex[4] ?? 0) - 4 * hex[3]!.length);
  return hex[1] === "-" ? -value : value;
}

/** A double as C's `%.17g` prints it, which is how Redis replies doubles; integers without a fraction. */
export function formatDouble(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  if (Number.isNaN(value)) return "nan";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return value.toString();
  const [mantissa, exponentText] = value.toExponential(16).split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 17) {
    const sign = exponent < 0 ? "-" : "+";
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return withoutZeros(value.toFixed(16 - exponent));
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
