/**
 * Doubles in text, as C's strtod reads and Redis prints them. Scores that are no integers stand as text in listpacks and
 * files, so what is printed here is a format too.
 */
const MINUS = 0x2d, PLUS = 0x2b, DOT = 0x2e, ZERO = 0x30;
/** Digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;
/** More would be too many arguments for one call. */
const SHORT_TEXT_BYTES = 256;
/** Of a text of a file no more is read. */
const MAX_TEXT_BYTES = 256;
/** Powers of ten up to here are exact, so that one division rounds once, as it must. */
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => Number(`1e${i}`));

const LATIN1 = new TextDecoder("latin1");
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?$/;
const INFINITE = /^[+-]?inf(inity)?$/i;
/** A mantissa that is not zero. */
const NOT_ZERO = /^[^eE]*[1-9]/;

/** The double written in `bytes[start, end)`: decimal, hexadecimal or infinite. NaN for anything else, numbers out of range among it. */
export function readDouble(bytes: Uint8Array, start: number, end: number): number {
  const value = readShortDecimal(bytes, start, end);
  if (value === value) return value;
  const text = end - start <= SHORT_TEXT_BYTES
    ? String.fromCharCode(...bytes.subarray(start, end))
    : LATIN1.decode(bytes.slice(start, end));
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) && (value !== 0 || !NOT_ZERO.test(text)) ? value : NaN;
  }
  if (INFINITE.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return readHexadecimal(text);
}

/** The number that a text of a file begins with, 0 when it begins with none: such texts are not checked, but never NaN. */
export function readDoublePrefix(bytes: Uint8Array, start: number, end: number): number {
  const value = readDouble(bytes, start, end);
  if (value === value) return value;
  return parseFloat(String.fromCharCode(...bytes.subarray(start, Math.min(end, start + MAX_TEXT_BYTES)))) || 0;
}

/** Digits with or without a point, few enough to be computed with; else NaN. Most numbers are such. */
function readShortDecimal(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS && end > start;
  let i = isNegative || (bytes[start] === PLUS && end > start) ? start + 1 : start;
  if (end - i > EXACT_DIGITS + 1) return NaN;
  let n = 0, digits = 0, fraction = -1;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      n = n * 10 + digit;
      digits++;
    } else if (bytes[i] === DOT && fraction < 0) fraction = digits;
    else return NaN;
  }
  if (digits === 0 || digits > EXACT_DIGITS) return NaN;
  if (fraction >= 0) n /= POWERS_OF_TEN[digits - fraction]!;
  return isNegative ? -n : n;
}

function readHexadecimal(text: string): number {
  const hex = HEXADECIMAL.exec(text);
  if (hex === null || (hex[2] === "" && hex[3] === "")) return NaN;
  const digits = parseInt(`${hex[2]}${hex[3]}`, 16);
  const value = digits * 2 ** (Number(hex[4] ?? 0) - 4 * hex[3]!.length);
  if (!Number.isFinite(value) || (value === 0 && digits !== 0)) return NaN;
  return hex[1] === "-" ? -value : value;
}

/** A double as C's `%.17g` prints it, which is how Redis replies doubles; integers without a fraction. */
export function formatDouble(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  if (Number.isNaN(value)) return "nan";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isSafeInteger(value)) return value.toString();
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return BigInt(value).toString(); // all digits, not enough of them
  const [mantissa, exponentText] = seventeenDigits(value).split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 17) {
    const sign = exponent < 0 ? "-" : "+";
    return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return withoutZeros(withPoint(mantissa, exponent));
}

/** As toExponential, but what lies in the middle between two is rounded to the even one, as C does; JavaScript takes the larger. */
function seventeenDigits(value: number): string {
  const text = value.toExponential(16);
  if ((text.charCodeAt(text.indexOf("e") - 1) & 1) === 0) return text; // was not rounded up, or rightly
  const exact = value.toExponential(100);
  const digits = exact.slice(0, exact.indexOf("e"));
  const rounded = digits.indexOf(".") + 17; // where the digits that are left out begin
  if (!/^50*$/.test(digits.slice(rounded))) return text;
  return `${digits.slice(0, rounded)}${exact.slice(exact.indexOf("e"))}`; // rounded down: the digit before is even
}

/** The digits `d.ddd` times ten to the power of `exponent`, which is from -4 to 16. */
function withPoint(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.slice(sign.length).replace(".", "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

function withoutZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
