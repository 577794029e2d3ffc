/** Positions as scores, distances, and areas as ranges of scores: compared with naive models in BigInt and with each other. */
import { assert, assertEquals } from "@std/assert";
import {
  decodeLatitude,
  decodeLongitude,
  distance,
  encodePosition,
  geohashText,
  MAX_LATITUDE,
  MAX_LONGITUDE,
  OUTSIDE,
  SearchArea,
} from "../../engine/geohash.ts";
import { Random } from "../resp/_frames.ts";

const PALERMO = [13.361389, 38.115556] as const, CATANIA = [15.087269, 37.502669] as const;
const CELL_WIDTH = 360 / 2 ** 26;

/** Any number of `[-max, max)`. */
function coordinate(random: Random, max: number): number {
  return (random.int(2 ** 32) / 2 ** 31 - 1) * max;
}

/** Column and row out of the bits of a score, one by one. */
function deinterleaved(score: bigint): [column: bigint, row: bigint] {
  let column = 0n, row = 0n;
  for (let i = 0n; i < 32n; i++) {
    row |= ((score >> (2n * i)) & 1n) << i;
    column |= ((score >> (2n * i + 1n)) & 1n) << i;
  }
  return [column, row];
}

/** The middle of a cell, or the edge of the map if that is beyond it. */
function middle(cell: bigint, max: number): number {
  const low = Number(cell) / 2 ** 26 * 2 * max - max;
  const high = Number((cell + 1n) % 2n ** 32n) / 2 ** 26 * 2 * max - max;
  return Math.min(max, Math.max(-max, (low + high) / 2));
}

Deno.test("positions have the scores that Redis' documentation shows, and the geohashes", () => {
  assertEquals(encodePosition(...PALERMO), 3479099956230698);
  assertEquals(encodePosition(...CATANIA), 3479447370796909);
  assertEquals(geohashText(3479099956230698), "sqc8b49rny0");
  assertEquals(geohashText(3479447370796909), "sqdtr74hyu0");
  assertEquals(decodeLongitude(3479099956230698), 13.36138933897018433);
  assertEquals(decodeLatitude(3479099956230698), 38.11555639549629859);
});

Deno.test("a score is the cell of its position: its middle is near, and has the same score", () => {
  const random = new Random(1);
  for (let i = 0; i < 5_000; i++) {
    const longitude = coordinate(random, MAX_LONGITUDE), latitude = coordinate(random, MAX_LATITUDE);
    const score = encodePosition(longitude, latitude);
    assert(Number.isSafeInteger(score) && score >= 0 && score < 2 ** 52);
    const [column, row] = deinterleaved(BigInt(score));
    const [x, y] = [decodeLongitude(score), decodeLatitude(score)];
    assertEquals([x, y], [middle(column, MAX_LONGITUDE), middle(row, MAX_LATITUDE)]);
    assert(Math.abs(x - longitude) <= CELL_WIDTH / 2 && Math.abs(y - latitude) <= CELL_WIDTH / 2);
    assertEquals(encodePosition(x, y), score);
  }
});

Deno.test("the edges of the map are positions, in columns and rows of their own in the north and east", () => {
  assertEquals(encodePosition(-180, -MAX_LATITUDE), 0);
  assertEquals(encodePosition(180, -MAX_LATITUDE), 2 ** 53);
  assertEquals(encodePosition(-180, MAX_LATITUDE), 2 ** 52);
  assertEquals(encodePosition(180, MAX_LATITUDE), 2 ** 53 + 2 ** 52);
  for (const longitude of [-180, 180]) {
    for (const latitude of [-MAX_LATITUDE, MAX_LATITUDE]) {
      const score = encodePosition(longitude, latitude);
      assert(Math.abs(decodeLongitude(score) - longitude) <= CELL_WIDTH / 2);
      assert(Math.abs(decodeLatitude(score) - latitude) <= CELL_WIDTH / 2);
    }
  }
});

Deno.test("any score is a position: bits of negative numbers, fractions cut off, zero or one bit for what is too large", () => {
  const asBits = (score: number): bigint => {
    if (score >= 2 ** 64) return 0n;
    return score < -(2 ** 63) ? 2n ** 63n : BigInt.asUintN(64, BigInt(Math.trunc(score)));
  };
  const random = new Random(2);
  const scores = [0, -0, 0.5, -0.5, -1, 1.999, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 64, 1e300, -1e300];
  for (let i = 0; i < 2_000; i++) scores.push(coordinate(random, 2 ** random.int(66)));
  for (const score of [...scores, Infinity, -Infinity]) {
    const [column, row] = deinterleaved(asBits(score));
    assertEquals(decodeLongitude(score), middle(column, MAX_LONGITUDE), `${score}`);
    assertEquals(decodeLatitude(score), middle(row, MAX_LATITUDE), `${score}`);
  }
});

Deno.test("geohashes halve the world from pole to pole", () => {
  const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
  const random = new Random(3);
  for (let i = 0; i < 500; i++) {
    const score = encodePosition(coordinate(random, MAX_LONGITUDE), coordinate(random, MAX_LATITUDE));
    const sides = [[-180, 180, decodeLongitude(score)], [-90, 90, decodeLatitude(score)]];
    let text = "", digit = 0;
    for (let bit = 0; bit < 50; bit++) {
      const side = sides[bit % 2] as [low: number, high: number, at: number];
      const center = (side[0] + side[1]) / 2;
      const isUpper = side[2] >= center;
      side[isUpper ? 0 : 1] = center;
      digit = digit * 2 + Number(isUpper);
      if (bit % 5 < 4) continue;
      text += alphabet[digit];
      digit = 0;
    }
    assertEquals(geohashText(score), `${text}0`);
  }
});

Deno.test("distances are those of a sphere: symmetric, none to itself, and at most half of the way round", () => {
  const around = 2 * Math.PI * 6372797.560856;
  const [a, b] = [encodePosition(...PALERMO), encodePosition(...CATANIA)];
  const between = distance(decodeLongitude(a), decodeLatitude(a), decodeLongitude(b), decodeLatitude(b));
  assertEquals(between.toFixed(4), "166274.1516");
  assertEquals(distance(10, 20, 10, 20), 0);
  assert(Math.abs(distance(0, 0, 90, 0) - around / 4) < 0.001);
  assert(Math.abs(distance(50, 80, 50, 79) - around / 360) < 0.001); // on a meridian
  assert(Math.abs(distance(50, 85, -130, 85) - around / 36) < 0.001); // over the pole
  assert(Math.abs(distance(-179.5, 0, 179.5, 0) - around / 360) < 0.001); // over the antimeridian
  const random = new Random(4);
  for (let i = 0; i < 2_000; i++) {
    const [x, y] = [coordinate(random, 180), coordinate(random, MAX_LATITUDE)];
    const [u, v] = [coordinate(random, 180), coordinate(random, MAX_LATITUDE)];
    assertEquals(distance(x, y, u, v), distance(u, v, x, y));
    const opposite = distance(x, y, x > 0 ? x - 180 : x + 180, -y);
    assert(Math.abs(opposite - around / 2) < 1, `${x} ${y}: ${opposite}`);
  }
});

/** An area around a position, a circle unless it has a height. */
function areaOf(longitude: number, latitude: number, width: number, height?: number): SearchArea {
  return Object.assign(new SearchArea(), {
    longitude,
    latitude,
    isRound: height === undefined,
    halfWidth: width / 2,
    halfHeight: (height ?? width) / 2,
  });
}

function isFound(ranges: readonly { from: number; to: number }[], score: number): boolean {
  return ranges.some(({ from, to }) => score >= from && score < to);
}

Deno.test("the ranges of an area hold what is in it, do not overlap, and are at most nine", () => {
  const random = new Random(5);
  let inside = 0;
  for (let i = 0; i < 3_000; i++) {
    // farther from the equator and for larger areas Redis overlooks some, and so do we
    const [x, y] = [coordinate(random, 160), coordinate(random, 55)];
    const width = 10 ** (random.int(600) / 100), height = random.int(2) === 0 ? undefined : width * (1 + random.int(3));
    const area = areaOf(x, y, width, height);
    const ranges = area.ranges();
    assert(ranges.length >= 1 && ranges.length <= 9);
    const sorted = ranges.toSorted((a, b) => a.from - b.from);
    sorted.forEach((range, k) => {
      assert(Number.isSafeInteger(range.from) && range.from < range.to);
      if (k > 0) assert(range.from >= sorted[k - 1]!.to, "they do not overlap");
    });
    for (let k = 0; k < 20; k++) {
      const size = width / 200_000; // degrees: somewhat more than the area
      const score = encodePosition(x + coordinate(random, size), y + coordinate(random, size));
      if (area.distanceOf(decodeLongitude(score), decodeLatitude(score)) === OUTSIDE) continue;
      inside++;
      assert(isFound(ranges, score), `${score} around ${x} ${y}, ${width} by ${height}`);
    }
  }
  assert(inside > 20_000);
});

Deno.test("the center is searched first, then south before west, and no cell beyond its own where that reaches far enough", () => {
  const side = (cell: number, max: number) => (cell + 0.5) / 2 ** 18 * 2 * max - max; // 18 halvings suit 100 m
  const [x, y] = [side(150_000, MAX_LONGITUDE), side(160_000, MAX_LATITUDE)];
  const only = areaOf(x, y, 100, 10).ranges(); // the box does not reach the edges of the cell, 153 m by 72 m
  assertEquals(only.map(({ from, to }) => to - from), [2 ** 16]);
  assert(isFound(only, encodePosition(x, y)));
  const four = areaOf(0, 0, 1_000_000).ranges(); // the center's cell reaches far enough to the north and east
  const corners = [[0.1, 0.1], [0.1, -0.1], [-0.1, 0.1], [-0.1, -0.1]] as const;
  assertEquals(four.length, 4);
  corners.forEach(([x, y], i) => assert(isFound([four[i]!], encodePosition(x, y)), `${x} ${y}`));
});

Deno.test("an area of no size is a cell, one of any size the whole map", () => {
  const score = encodePosition(...PALERMO);
  const [cell] = areaOf(decodeLongitude(score), decodeLatitude(score), 0).ranges();
  assertEquals(cell, { from: score, to: score + 1 });
  for (const width of [1e8, 1e308, Infinity]) {
    const ranges = areaOf(...PALERMO, width).ranges();
    assertEquals(ranges.length, 4);
    for (const [x, y] of [[-180, -85], [-1, 1], [1, -1], [179, 85]] as const) {
      assert(isFound(ranges, encodePosition(x, y)));
    }
  }
});

Deno.test("a box is as wide as it is at its own latitudes", () => {
  const box = areaOf(0, 60, 200_000, 100_000);
  const isInside = (x: number, y: number) => box.distanceOf(x, y) !== OUTSIDE;
  assert(isInside(1.79, 60) && !isInside(1.81, 60));
  assert(isInside(1.81, 60.4) && !isInside(1.81, 59.6), "a degree of longitude is shorter in the north");
  assert(isInside(0, 60.449) && !isInside(0, 60.45));
  assertEquals(box.distanceOf(0, 60), 0);
});
