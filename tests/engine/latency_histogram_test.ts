/** How often something took how long: the steps and the percentiles of an HDR histogram with two digits. */
import { assert, assertEquals } from "@std/assert";
import { LatencyHistogram } from "../../engine/latency_histogram.ts";

function histogramOf(...microseconds: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const us of microseconds) histogram.record(us, 1);
  return histogram;
}

Deno.test("LatencyHistogram.distribution() has Redis' steps, those that add nothing left out", () => {
  const powers = Array.from({ length: 20 }, (_, i) => 2 ** i);
  assertEquals(histogramOf(...powers).distribution().map(([us]) => us), [
    ...[1, 2, 4, 8, 16, 33, 66, 132, 264, 528],
    ...[1056, 2113, 4227, 8454, 16_908, 33_816, 67_633, 135_266, 270_532, 541_065],
  ]);
  assertEquals(histogramOf(0.1, 100, 100, 700_000, 5_000_000).distribution(), [[1, 1], [132, 3], [1_073_741, 5]]);
  assertEquals(new LatencyHistogram().distribution(), []);
});

Deno.test("LatencyHistogram.percentile() is right to two digits, and within a second", () => {
  const histogram = histogramOf(...Array.from({ length: 1000 }, (_, i) => i + 1));
  for (const percent of [1, 25, 50, 99, 99.9, 100]) {
    const us = histogram.percentile(percent);
    assert(us >= percent * 10 && us <= percent * 10 * 1.01 + 0.01, `${percent}: ${us}`);
  }
  assertEquals([histogramOf(1).percentile(50), histogramOf(10).percentile(99)], [1.003, 10.047]);
  assertEquals([histogramOf(9e9).percentile(50) > 999_000, histogramOf(0).percentile(50)], [true, 0.001]);
  assertEquals([histogramOf(10).percentile(0), new LatencyHistogram().percentile(50)], [9.984, 0]);
});

Deno.test("LatencyHistogram counts calls that were timed together", () => {
  const histogram = new LatencyHistogram();
  histogram.record(3, 64);
  histogram.record(300, 1);
  assertEquals([histogram.total, histogram.distribution()], [65, [[4, 64], [528, 65]]]);
});
