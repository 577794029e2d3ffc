/**
 * The 80-bit `long double` of x87 floating-point units, in which Redis computes INCRBYFLOAT and HINCRBYFLOAT: 64 bits of
 * mantissa where JavaScript's numbers have 53, so `0.1 + 0.2` is 0.3 to all digits shown.
 *
 * A finite value is `mantissa * 2^exponent` with a signed mantissa of at most 64 bits; every operation rounds once, to
 * nearest, ties to even. Zero has no sign here: nothing that is shown depends on it. Some microseconds per operation,
 * in BigInt.
 */

const MANTISSA_BITS = 64;
/** Exponent of the lowest bit of the smallest (denormal) value. */
const MIN_EXPONENT = -16445;
/** All finite values are below 2 to this power. */
const MAX_EXPONENT = 16384;
/** Powers of ten beyond which a value is infinite or zero for sure, so that nobody makes us compute 10^999999999. */
const TOO_LARGE_POWER = 4940, TOO_SMALL_POWER = -4960;
/** Redis' MAX_LONG_DOUBLE_CHARS, which counts C's final zero. */
const MAX_TEXT_BYTES = 5 * 1024 - 1;
/** Digits after the point that Redis shows at most. */
const SHOWN_DECIMALS = 17;
const SHOWN_SCALE = 10n ** BigInt(SHOWN_DECIMALS);

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)(?:[pP]([+-]?\d+))?$/;
const INFINITE = /^[+-]?inf(inity)?$/i;

const LATIN1 = new TextDecoder("latin1");

/** An immutable long double; never NaN. */
export class LongDouble {
  readonly #mantissa: bigint;
  /** Infinity for an infinite value; the mantissa is then only a sign. */
  readonly #exponent: number;

  private constructor(mantissa: bigint, exponent: number) {
    this.#mantissa = mantissa;
    this.#exponent = exponent;
  }

  /** The value of an integer of at most 64 bits, exactly. */
  static fromInteger(n: number | bigint): LongDouble {
    return new LongDouble(BigInt(n), 0);
  }

  /**
   * Reads what C's `strtold` reads, as Redis lets it: decimal, hexadecimal or infinite, without a space anywhere.
   *
   * @returns The nearest value; null for anything else, NaN and numbers that become infinite or zero by rounding among it.
   */
  static parse(bytes: Uint8Array, start: number, end: number): LongDouble | null {
    if (start === end || end - start > MAX_TEXT_BYTES) return null;
    const text = LATIN1.decode(bytes.subarray(start, end));
    const decimal = DECIMAL.exec(text);
    if (decimal !== null) return fromDecimal(decimal);
    const hexadecimal = HEXADECIMAL.exec(text);
    if (hexadecimal !== null) return fromHexadecimal(hexadecimal);
    if (INFINITE.test(text)) return new LongDouble(text.startsWith("-") ? -1n : 1n, Infinity);
    return null;
  }

  /** The value nearest to `numerator / denominator * 2^exponent`, infinite where there is no finite one. */
  static nearest(numerator: bigint, denominator: bigint, exponent: number): LongDouble {
    const isNegative = numerator < 0n;
    let mantissa = isNegative ? -numerator : numerator;
    if (denominator !== 1n) {
      // Two bits more than are kept, and one that says whether anything follows: enough to round right.
      const shift = Math.max(0, MANTISSA_BITS + 2 + bitLength(denominator) - bitLength(mantissa));
      const dividend = mantissa << BigInt(shift);
      mantissa = ((dividend / denominator) << 1n) | (dividend % denominator === 0n ? 0n : 1n);
      exponent -= shift + 1;
    }
    const excess = Math.max(bitLength(mantissa) - MANTISSA_BITS, MIN_EXPONENT - exponent);
    if (excess > 0 && mantissa !== 0n) {
      mantissa = shiftedRight(mantissa, excess);
      exponent += excess;
    }
    if (mantissa === 0n) return new LongDouble(0n, 0);
    if (bitLength(mantissa) + exponent > MAX_EXPONENT) return new LongDouble(isNegative ? -1n : 1n, Infinity);
    return new LongDouble(isNegative ? -mantissa : mantissa, exponent);
  }

  get isFinite(): boolean {
    return this.#exponent !== Infinity;
  }

  get isZero(): boolean {
    return this.#mantissa === 0n;
  }

  /** The sum, rounded; infinite when a summand is (where C has NaN for opposite infinities: Redis refuses both alike). */
  plus(other: LongDouble): LongDouble {
    if (!this.isFinite) return this;
    if (!other.isFinite) return other;
    const exponent = Math.min(this.#exponent, other.#exponent);
    const sum = (this.#mantissa << BigInt(this.#exponent - exponent)) +
      (other.#mantissa << BigInt(other.#exponent - exponent));
    return LongDouble.nearest(sum, 1n, exponent);
  }

  /** As Redis shows it to people: C's `%.17Lf` without trailing zeros. */
  toString(): string {
    const isNegative = this.#mantissa < 0n;
    const magnitude = isNegative ? -this.#mantissa : this.#mantissa;
    if (!this.isFinite) return isNegative ? "-inf" : "inf";
    const scaled = this.#exponent >= 0
      ? (magnitude << BigInt(this.#exponent)) * SHOWN_SCALE
      : shiftedRight(magnitude * SHOWN_SCALE, -this.#exponent);
    if (scaled === 0n) return "0";
    const digits = scaled.toString().padStart(SHOWN_DECIMALS + 1, "0");
    const fraction = digits.slice(-SHOWN_DECIMALS).replace(/0+$/, "");
    const whole = digits.slice(0, -SHOWN_DECIMALS);
    return `${isNegative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
  }
}

function fromDecimal([, sign, whole, fraction, power]: RegExpExecArray): LongDouble | null {
  if (whole === "" && fraction === "") return null;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits === "") return LongDouble.fromInteger(0);
  const exponent = Number(power ?? 0) - fraction!.length;
  const leading = digits.length + exponent; // the value is below 10^leading, and at least a tenth of that
  if (leading > TOO_LARGE_POWER || leading < TOO_SMALL_POWER) return null;
  const mantissa = BigInt(`${sign === "-" ? "-" : ""}${digits}`);
  return usable(
    exponent >= 0
      ? LongDouble.nearest(mantissa * 10n ** BigInt(exponent), 1n, 0)
      : LongDouble.nearest(mantissa, 10n ** BigInt(-exponent), 0),
  );
}

function fromHexadecimal([, sign, whole, fraction, power]: RegExpExecArray): LongDouble | null {
  if (whole === "" && fraction === "") return null;
  const mantissa = BigInt(`0x${whole}${fraction}`);
  if (mantissa === 0n) return LongDouble.fromInteger(0);
  const exponent = Number(power ?? 0) - 4 * fraction!.length;
  const leading = bitLength(mantissa) + exponent;
  if (leading > MAX_EXPONENT || leading < MIN_EXPONENT) return null;
  return usable(LongDouble.nearest(sign === "-" ? -mantissa : mantissa, 1n, exponent));
}

/** C's ERANGE: a number too large or too small to be told from infinity or zero is not taken. */
function usable(value: LongDouble): LongDouble | null {
  return value.isFinite && !value.isZero ? value : null;
}

/** `n / 2^bits` for a positive `n`, to nearest, ties to even. */
function shiftedRight(n: bigint, bits: number): bigint {
  const floor = n >> BigInt(bits);
  const rest = n - (floor << BigInt(bits));
  const half = 1n << BigInt(bits - 1);
  return rest > half || (rest === half && (floor & 1n) === 1n) ? floor + 1n : floor;
}

/** Bits of a positive integer, 0 for zero. */
function bitLength(n: bigint): number {
  if (n === 0n) return 0;
  const digits = n.toString(16);
  return digits.length * 4 - Math.clz32(parseInt(digits.charAt(0), 16)) + 28;
}
