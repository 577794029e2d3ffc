/** Positions and lengths as the GEO commands take them, and as they answer them. */
import type { Args } from "../engine/args.ts";
import { CommandError } from "../engine/errors.ts";
import { decodeLatitude, decodeLongitude, MAX_LATITUDE, MAX_LONGITUDE } from "../engine/geohash.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

// ---- Arguments ----

const UNKNOWN_UNIT = new CommandError("ERR", "unsupported unit provided. please use M, KM, FT, MI");

/** The meters in the unit at argument `i`. */
export function readUnit(args: Args, i: number): number {
  if (args.is(i, "M")) return 1;
  if (args.is(i, "KM")) return 1000;
  if (args.is(i, "FT")) return 0.3048;
  if (args.is(i, "MI")) return 1609.34;
  throw UNKNOWN_UNIT;
}

/** A position on the map. */
export interface Position {
  longitude: number;
  latitude: number;
}

/** Reads the position at arguments `i` and `i + 1`, longitude first. */
export function readPosition(args: Args, i: number, into: Position): void {
  const longitude = args.double(i), latitude = args.double(i + 1);
  if (Math.abs(longitude) > MAX_LONGITUDE || Math.abs(latitude) > MAX_LATITUDE) {
    const pair = `${sixDecimals(longitude)},${sixDecimals(latitude)}`;
    throw new CommandError("ERR", `invalid longitude,latitude pair ${pair}`);
  }
  into.longitude = longitude;
  into.latitude = latitude;
}

/** A double as C's `%f` prints it: all digits of large ones, and what lies in the middle rounded to the even one. */
function sixDecimals(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size >= 1e21) return `${sign}${BigInt(size)}.000000`;
  const exact = size.toFixed(60); // the middle shows as a seventh decimal 5 and nothing behind it
  const isMiddle = /\.\d{6}50*$/.test(exact) && (exact.charCodeAt(exact.indexOf(".") + 6) & 1) === 0;
  return sign + (isMiddle ? exact.slice(0, exact.indexOf(".") + 7) : size.toFixed(6));
}

// ---- Replies ----

/** Replies the position of a score. */
export function replyPosition(out: ReplyWriter, score: number): void {
  out.array(2);
  out.double(coordinateText(decodeLongitude(score)));
  out.double(coordinateText(decodeLatitude(score)));
}

/** At most 17 decimals, as Redis prints numbers for people. */
function coordinateText(degrees: number): string {
  return degrees.toFixed(17).replace(/\.?0+$/, "");
}

/** Adding it rounds a smaller number to an integer, in the middle to the even one, as C does; Math.round goes up there. */
const ROUNDING = 2 ** 52;

/** Replies a distance with four decimals: text, even in RESP3. */
export function replyDistance(out: ReplyWriter, distance: number): void {
  const digits = String(distance * 10_000 + ROUNDING - ROUNDING).padStart(5, "0");
  out.bulkText(`${digits.slice(0, -4)}.${digits.slice(-4)}`);
}
