/**
 * Positions as scores of sorted sets, and areas as ranges of such scores: what the GEO commands compute with.
 *
 * The world between the latitudes that a Mercator map has room for is halved again and again, in both directions: after
 * `step` halvings there are 2^step columns and as many rows of cells. A score names the cell of a position at step 26, column
 * and row with their bits interleaved:
 *
 *     bit    51  50  49  48        1   0
 *            c25 r25 c24 r24  ...  c0  r0
 *
 * So all cells within one of a smaller step have the same upper bits, which makes them one range of scores, and an area to
 * be searched is at most nine ranges: the cell its center is in, of a step that suits its size, and those around it.
 *
 * Numbers are split into halves of 32 bits, not of 26, for there are scores beyond 52 bits: the eastern and the northern edge
 * are column and row 2^26, and any sorted set may be asked for positions.
 */

/** Positions lie between the negatives of these and them; the poles do not. */
export const MAX_LONGITUDE = 180, MAX_LATITUDE = 85.05112878;

/** Halvings that a score holds. */
const MAX_STEP = 26;
/** Of a sphere, in meters. */
const EARTH_RADIUS = 6372797.560856;
/** Half of the equator on a Mercator map, in meters. */
const MERCATOR_MAX = 20037726.37;
const RADIANS = Math.PI / 180;
const TWO_32 = 2 ** 32;

// ---- Bits ----

/** The lower 16 bits of a number, each with a zero above it. */
function spread(n: number): number {
  let bits = n & 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

/** Every second bit of a number, from the lowest on: the inverse of {@linkcode spread}. */
function gather(n: number): number {
  let bits = n & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}

/** Column and row interleaved, plus `more`: rounded only once, where that is beyond 2^53. */
function interleave(column: number, row: number, more: number): number {
  const high = (spread(row >>> 16) | (spread(column >>> 16) << 1)) >>> 0;
  const low = (spread(row) | (spread(column) << 1)) >>> 0;
  return high * TWO_32 + (low + more);
}

/** A score as the integer that is deinterleaved. What does not fit in 64 bits becomes what x86 processors make of it, as in Redis. */
function wholeScore(score: number): number {
  if (score >= 2 ** 64) return 0;
  return score < -(2 ** 63) ? -(2 ** 63) : Math.trunc(score);
}

function columnOf(score: number): number {
  const whole = wholeScore(score), high = Math.floor(whole / TWO_32);
  return (gather((whole - high * TWO_32) >>> 1) | (gather(high >>> 1) << 16)) >>> 0;
}

function rowOf(score: number): number {
  const whole = wholeScore(score), high = Math.floor(whole / TWO_32);
  return (gather(whole - high * TWO_32) | (gather(high) << 16)) >>> 0;
}

// ---- Positions ----

/** Number of the column or row of width `max * 2 / 2^step` that a coordinate is in. */
function cellAt(coordinate: number, max: number, step: number): number {
  return Math.trunc((coordinate + max) / (max * 2) * 2 ** step);
}

/** The coordinate where a column or row begins. */
function edge(cell: number, max: number, step: number): number {
  return cell / 2 ** step * (max * 2) - max;
}

/** The middle of a column or row of the last step. */
function middle(cell: number, max: number): number {
  const center = (edge(cell, max, MAX_STEP) + edge((cell + 1) >>> 0, max, MAX_STEP)) / 2;
  return Math.min(Math.max(center, -max), max);
}

/** The score of a position. */
export function encodePosition(longitude: number, latitude: number): number {
  return interleave(cellAt(longitude, MAX_LONGITUDE, MAX_STEP), cellAt(latitude, MAX_LATITUDE, MAX_STEP), 0);
}

/** The longitude of a score: the middle of its cell. */
export function decodeLongitude(score: number): number {
  return middle(columnOf(score), MAX_LONGITUDE);
}

/** The latitude of a score: the middle of its cell. */
export function decodeLatitude(score: number): number {
  return middle(rowOf(score), MAX_LATITUDE);
}

const GEOHASH_DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";
const GEOHASH_MAX_LATITUDE = 90;

/** A score as a geohash, such as `u33dc0cpke0`. There the rows reach from pole to pole, and 52 bits do for ten of the eleven digits. */
export function geohashText(score: number): string {
  const column = cellAt(decodeLongitude(score), MAX_LONGITUDE, MAX_STEP);
  const row = cellAt(decodeLatitude(score), GEOHASH_MAX_LATITUDE, MAX_STEP);
  let text = "0", rest = Math.floor(interleave(column, row, 0) / 4); // the ten digits are the upper 50 bits
  for (let i = 0; i < 10; i++) {
    text = GEOHASH_DIGITS[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

// ---- Distances ----

/** The distance of two latitudes on a meridian, in meters. */
function latitudeDistance(a: number, b: number): number {
  return EARTH_RADIUS * Math.abs(b * RADIANS - a * RADIANS);
}

/**
 * The distance of two positions, in meters: haversine, in exactly Redis' order of operations. (Sines of C libraries may err in
 * the last bit, so that the last digits of a stored distance differ at times; replies have four decimals.)
 */
export function distance(longitudeA: number, latitudeA: number, longitudeB: number, latitudeB: number): number {
  const v = Math.sin((longitudeB * RADIANS - longitudeA * RADIANS) / 2);
  if (v === 0) return latitudeDistance(latitudeA, latitudeB);
  const a = latitudeA * RADIANS, b = latitudeB * RADIANS;
  const u = Math.sin((b - a) / 2);
  // of opposite points it may be 1 and a bit, which the root rounds away
  const square = u * u + Math.cos(a) * Math.cos(b) * v * v;
  return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(square));
}

// ---- Areas ----

/** Scores from `from` on, and below `to`. */
export interface ScoreRange {
  readonly from: number;
  readonly to: number;
}

/** What {@linkcode SearchArea.distanceOf} answers for positions elsewhere. */
export const OUTSIDE = -1;

/** East and north of the center: the order in which cells are searched shows in replies that are not sorted. */
const NEIGHBOURS = [[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1]] as const;

/** A circle or a box around a position. Lengths are in units of so many meters; a circle is as wide as it is high. */
export class SearchArea {
  longitude = 0;
  latitude = 0;
  isRound = true;
  halfWidth = 0;
  halfHeight = 0;
  unit = 1;

  /** How far a position is from the center, in meters, or {@linkcode OUTSIDE}. */
  distanceOf(longitude: number, latitude: number): number {
    const width = this.halfWidth * this.unit;
    if (!this.isRound) {
      if (latitudeDistance(latitude, this.latitude) > this.halfHeight * this.unit) return OUTSIDE;
      if (distance(longitude, latitude, this.longitude, latitude) > width) return OUTSIDE;
    }
    const meters = distance(this.longitude, this.latitude, longitude, latitude);
    return this.isRound && meters > width ? OUTSIDE : meters;
  }

  /** Ranges of scores, none overlapping, within which all positions of the area are, as far as Redis finds them. */
  ranges(): ScoreRange[] {
    const bounds = this.#bounds();
    let grid = new Grid(this.longitude, this.latitude, this.#step());
    if (grid.step > 1 && !grid.reaches(bounds)) grid = new Grid(this.longitude, this.latitude, grid.step - 1);
    const ranges: ScoreRange[] = [];
    for (const [east, north] of NEIGHBOURS) {
      if (!grid.isNeeded(east, north, bounds)) continue;
      const range = grid.range(east, north);
      if (range.from !== ranges.at(-1)?.from) ranges.push(range); // where there are two columns, east is west
    }
    return ranges;
  }

  /** Sides of a box around the area. It is as wide as the area at its latitude farthest from the equator. */
  #bounds(): Bounds {
    const { longitude, latitude } = this;
    const north = this.unit * this.halfHeight / EARTH_RADIUS / RADIANS;
    const widest = latitude < 0 ? latitude - north : latitude + north;
    const east = this.unit * this.halfWidth / EARTH_RADIUS / Math.cos(widest * RADIANS) / RADIANS;
    return { west: longitude - east, south: latitude - north, east: longitude + east, north: latitude + north };
  }

  /** The step whose cells are about as large as the area; they get narrower towards the poles. */
  #step(): number {
    const { halfWidth: x, halfHeight: y } = this;
    let reach = (this.isRound ? x : Math.sqrt(x * x + y * y)) * this.unit;
    if (reach === 0) return MAX_STEP;
    let step = -1;
    for (; reach < MERCATOR_MAX; reach *= 2) step++;
    const latitude = Math.abs(this.latitude);
    if (latitude > 66) step--;
    if (latitude > 80) step--;
    return Math.min(Math.max(step, 1), MAX_STEP);
  }
}

/** Sides of a box, in degrees; no numbers where an area goes beyond the poles. */
interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** The cell of a position at some step, and those around it. */
class Grid {
  readonly step: number;
  readonly #column: number;
  readonly #row: number;

  constructor(longitude: number, latitude: number, step: number) {
    this.step = step;
    this.#column = cellAt(longitude, MAX_LONGITUDE, step);
    this.#row = cellAt(latitude, MAX_LATITUDE, step);
  }

  /** The cell next to one: the world is round in both directions. Beyond its last cell, on the edge, only the center can be. */
  #next(cell: number, by: number): number {
    return by === 0 ? cell : (cell + by) & (2 ** this.step - 1);
  }

  /** Do the cells beside the center go as far as these bounds? Not beyond the edges of the map. */
  reaches({ west, south, east, north }: Bounds): boolean {
    const { step } = this;
    return !(edge(this.#next(this.#row, 1) + 1, MAX_LATITUDE, step) < north ||
      edge(this.#next(this.#row, -1), MAX_LATITUDE, step) > south ||
      edge(this.#next(this.#column, 1) + 1, MAX_LONGITUDE, step) < east ||
      edge(this.#next(this.#column, -1), MAX_LONGITUDE, step) > west);
  }

  /** Can there be anything within the bounds in this cell? Not when the center's own cell goes beyond them on its side. */
  isNeeded(east: number, north: number, bounds: Bounds): boolean {
    const { step } = this;
    if (step === 1) return true;
    if (north < 0 && edge(this.#row, MAX_LATITUDE, step) < bounds.south) return false;
    if (north > 0 && edge(this.#row + 1, MAX_LATITUDE, step) > bounds.north) return false;
    if (east < 0 && edge(this.#column, MAX_LONGITUDE, step) < bounds.west) return false;
    return !(east > 0 && edge(this.#column + 1, MAX_LONGITUDE, step) > bounds.east);
  }

  range(east: number, north: number): ScoreRange {
    const column = this.#next(this.#column, east), row = this.#next(this.#row, north);
    const scale = 4 ** (MAX_STEP - this.step);
    return { from: interleave(column, row, 0) * scale, to: interleave(column, row, 1) * scale };
  }
}
