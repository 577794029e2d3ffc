/**
 * The options that SET and GETEX share, and the rule by which a time given to a command becomes the moment a key expires.
 */
import type { Args } from "./args.ts";
import type { Context } from "./context.ts";
import { invalidExpire, SYNTAX_ERROR } from "./errors.ts";
import { MAX_INT64, MIN_INT64 } from "../store/integers.ts";

// Options, as bits of {@linkcode StringOptions.given}.
export const EX = 1 << 0;
export const PX = 1 << 1;
export const EXAT = 1 << 2;
export const PXAT = 1 << 3;
export const KEEPTTL = 1 << 4;
export const PERSIST = 1 << 5;
export const NX = 1 << 6;
export const XX = 1 << 7;
export const GET = 1 << 8;

const TIMES = EX | PX | EXAT | PXAT;
/** What is to become of the expiry is said once: any two of these exclude each other. */
const EXPIRY = TIMES | KEEPTTL | PERSIST;

/** Seconds and milliseconds, in milliseconds. */
export const SECONDS = 1000;
export const MILLISECONDS = 1;

/** Up to here a number of seconds can be added to any time of day and is still exact. */
const EXACT_LIMIT = 9_000_000_000_000;
/** The last moment that is a double and still has 64 bits when it is propagated. */
const LATEST_MS = 2 ** 63 - 1024;

/** The options of one command. An object is used again and again, since only one command runs at a time. */
export class StringOptions {
  /** Bits of the options that were given. */
  given = 0;
  /** Index of the argument with the time that EX, PX, EXAT or PXAT stands before. */
  #time = 0;

  /**
   * Reads all arguments from the `from`th. An option may be repeated; the last one counts.
   *
   * @param allowed Bits of the options that the command has.
   * @throws {CommandError} A syntax error: an unknown word, options that exclude each other, a missing time.
   */
  parse(args: Args, from: number, allowed: number): void {
    this.given = 0;
    args.from(from);
    while (args.more()) {
      const option = nextOption(args) & allowed;
      if (option === 0 || (this.given & excludedBy(option)) !== 0) throw SYNTAX_ERROR;
      this.given |= option;
      if ((option & TIMES) !== 0) this.#time = args.nextIndex();
    }
  }

  /**
   * When the key is to expire.
   *
   * @returns Milliseconds since the epoch; -1 when no time was given.
   * @throws {CommandError} The time is no integer, not positive or too far away.
   */
  expireAtMs(ctx: Context, args: Args): number {
    const { given } = this;
    if ((given & TIMES) === 0) return -1;
    const unitMs = (given & (EX | EXAT)) !== 0 ? SECONDS : MILLISECONDS;
    return toExpireAtMs(ctx, args, this.#time, unitMs, (given & (EX | PX)) !== 0);
  }
}

/** Passes an option word; 0 when it is none. */
function nextOption(args: Args): number {
  if (args.option("EX")) return EX;
  if (args.option("PX")) return PX;
  if (args.option("NX")) return NX;
  if (args.option("XX")) return XX;
  if (args.option("GET")) return GET;
  if (args.option("KEEPTTL")) return KEEPTTL;
  if (args.option("EXAT")) return EXAT;
  if (args.option("PXAT")) return PXAT;
  if (args.option("PERSIST")) return PERSIST;
  return 0;
}

function excludedBy(option: number): number {
  if ((option & EXPIRY) !== 0) return EXPIRY & ~option;
  if (option === NX) return XX;
  return option === XX ? NX : 0;
}

/**
 * The moment that argument `i` means, in milliseconds since the epoch. It must be positive and fit in 64 bits, all steps of
 * the way; beyond 2^53 it is rounded. A moment in the past is fine: the key then expires at once.
 *
 * @param unitMs {@linkcode SECONDS} or {@linkcode MILLISECONDS}.
 * @param isRelative Does it count from now?
 * @param mayBeNegative Is it fine when it is not positive, as for EXPIRE?
 * @throws {CommandError} Not an integer, or `invalid expire time in '<command>' command`.
 */
export function toExpireAtMs(
  ctx: Context,
  args: Args,
  i: number,
  unitMs: number,
  isRelative: boolean,
  mayBeNegative = false,
): number {
  const time = args.int(i);
  if (time <= 0 && !mayBeNegative) throw invalidExpire(ctx.command.name);
  const baseMs = isRelative ? ctx.now : 0;
  if (Math.abs(time) <= EXACT_LIMIT) return time * unitMs + baseMs;
  const ms = args.bigint(i) * BigInt(unitMs);
  if (ms > MAX_INT64 - BigInt(baseMs) || ms < MIN_INT64) throw invalidExpire(ctx.command.name);
  return Math.min(Number(ms) + baseMs, LATEST_MS);
}
