/** The arithmetic of the benches, and the load they fill a server with. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { latencyMs, requestsPerSecond, ServerLostError } from "../bench/_redis_benchmark.ts";
import { chart } from "../bench/_chart.ts";
import { clientLine, compare, loads, type Subject, subjects } from "../bench/clients.ts";
import { DATA_SETS } from "../bench/_loads.ts";
import { type LoadResult, ReplyCounter } from "../bench/_many_connections_load.ts";
import { benchmarkPercentile, percentile } from "../bench/_percentiles.ts";
import { readRows, type Row, writeResults } from "../bench/_results.ts";
import { geometricMean, helper, median, REFERENCE, rest, subject } from "../bench/_servers.ts";
import { stallDuring } from "../bench/_stall.ts";
import { type Figure, figureLine, heading, isMet, writeFigures } from "../bench/_targets.ts";
import { ask, askBulk, fill } from "../bench/_wire.ts";
import { prepare, WORKLOAD_NAMES } from "../bench/_workloads.ts";
import { Server } from "../server.ts";
import { hasRedis, hasRedisTools, startRedis } from "./_redis.ts";

Deno.test("median() takes the middle of any order, or the mean of the middle two", () => {
  assertEquals(median([3]), 3);
  assertEquals(median([10, 1, 2]), 2);
  assertEquals(median([10, 1, 2, 4]), 3);
});

Deno.test("geometricMean() of ratios makes half and double even out", () => {
  assertAlmostEquals(geometricMean([0.5, 2]), 1);
  assertAlmostEquals(geometricMean([4, 1, 2]), 2);
});

Deno.test("fill() leaves keys of 16 bytes, counted from 0, with values of 3", async () => {
  await using server = await Server.start({ port: 0 });
  await fill(server.port, 2_345);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  assertEquals(await ask(conn, "DBSIZE"), ":2345");
  assertEquals(await ask(conn, "EXISTS key:000000000000 key:000000002344 key:000000002345"), ":2");
  assertEquals(await ask(conn, "STRLEN key:000000002344"), ":3");
});

Deno.test("fill() makes any data set, one element a number", async () => {
  await using server = await Server.start({ port: 0 });
  for (const { command } of Object.values(DATA_SETS)) await fill(server.port, 1_234, command);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  for (const command of ["SCARD set", "HLEN hash", "ZCARD zset", "LLEN list", "XLEN stream"]) {
    assertEquals(await ask(conn, command), ":1234");
  }
});

Deno.test("fill() rejects with the error of the server", async () => {
  await using server = await Server.start({ port: 0 });
  await assertRejects(() => fill(server.port, 1, ["NO-SUCH"]), Error, "Cannot fill the server: -ERR unknown command");
});

Deno.test("ask() rejects with the error of the server", async () => {
  await using server = await Server.start({ port: 0 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await assertRejects(() => ask(conn, "NO-SUCH"), Error, "NO-SUCH: -ERR unknown command");
});

Deno.test("askBulk() reads a reply longer than a read, and nothing of the next one", async () => {
  await using server = await Server.start({ port: 0 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await ask(conn, "SETRANGE long 99999 x");
  for (const [size, last] of [[99_999, "\0"], [100_000, "x"]] as const) {
    const text = await askBulk(conn, `GETRANGE long 0 ${size - 1}`);
    assertEquals([text.length, text.at(-1)], [size, last]);
  }
  assertEquals(await askBulk(conn, "GETRANGE long 5 4"), "");
  await assertRejects(() => askBulk(conn, "GET none"), Error, "GET none: $-1");
  await assertRejects(() => askBulk(conn, "NO-SUCH"), Error, "NO-SUCH: -ERR unknown command");
});

Deno.test("percentile() is the nearest rank: the first and the last value at the ends", () => {
  const values = Float64Array.from({ length: 1_000 }, (_, i) => i + 1);
  assertEquals([0, 0.5, 0.99, 0.999, 0.9991, 1].map((share) => percentile(values, share)), [
    1,
    500,
    990,
    999,
    1000,
    1000,
  ]);
  assertEquals([0, 0.5, 1].map((share) => percentile([7], share)), [7, 7, 7]);
  assertEquals(percentile([1, 2, 3], 0.5), 2);
});

/** What redis-benchmark prints of one test. */
function printed(steps: readonly (readonly [share: string, ms: string, count: number])[]): string {
  const rows = steps.map(([share, ms, count]) => `${share}% <= ${ms} milliseconds (cumulative count ${count})`);
  const progress = "GET: rps=59368.0 (overall: 73113.3) avg_msec=0.359 (overall: 0.359)\r      \r====== GET ======";
  const others = "Cumulative distribution of latencies:\n0.190% <= 0.207 milliseconds (cumulative count 99999)";
  return `${progress}\n\nLatency by percentile distribution:\n${rows.join("\n")}\n\n${others}\n\nSummary:\n`;
}

Deno.test("benchmarkPercentile() takes the first step whose count reaches the share", () => {
  const output = printed([
    ["0.000", "0.127", 1],
    ["50.000", "0.359", 10_704],
    ["99.805", "1.719", 19_962],
    ["99.902", "1.911", 19_981],
    ["100.000", "12.199", 20_000],
  ]);
  assertEquals([0, 0.5, 0.6, 0.9981, 0.999, 1].map((share) => benchmarkPercentile(output, share)), [
    0.127,
    0.359,
    1.719,
    1.719,
    1.911,
    12.199,
  ]);
  const second = printed([["100.000", "5.001", 7]]);
  assertEquals(benchmarkPercentile(output + second, 0.999), 5.001); // lrange: its own LPUSH comes first
});

Deno.test("benchmarkPercentile() throws where there is no distribution", () => {
  assertThrows(
    () => benchmarkPercentile("Could not connect", 0.5),
    Error,
    "No latencies from redis-benchmark: Could not",
  );
  assertThrows(() => benchmarkPercentile(printed([]), 0.5), Error, "No latencies from redis-benchmark");
});

Deno.test("ReplyCounter counts replies wherever they are cut", () => {
  const bytes = new TextEncoder().encode("+OK\r\n$-1\r\n$3\r\nx-z\r\n$0\r\n\r\n$2\r\n$-\r\n+A-B\r\n$1\r\n-\r\n");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const counter = new ReplyCounter();
    const first = counter.feed(bytes, cut), rest = bytes.subarray(cut);
    assertEquals(first + counter.feed(rest, rest.length), 7, `cut at ${cut}`);
  }
  const single = new ReplyCounter();
  const ends = Array.from(bytes, (byte, i) => single.feed(new Uint8Array([byte]), 1) === 1 ? i + 1 : 0);
  assertEquals(ends.filter((end) => end > 0), [5, 10, 19, 25, 33, 39, 46]);
});

Deno.test("ReplyCounter throws the error of the server", () => {
  const bytes = new TextEncoder().encode("+OK\r\n-OOM command not allowed\r\n");
  assertThrows(() => new ReplyCounter().feed(bytes, bytes.length), Error, "-OOM command not allowed");
});

Deno.test("isMet() holds at the limit, but not where the figure is to be below it or is no number", () => {
  assert(isMet(0.7, { atLeast: 0.7 }) && !isMet(0.69, { atLeast: 0.7 }));
  assert(isMet(20, { atMost: 20 }) && !isMet(20.1, { atMost: 20 }));
  assert(isMet(49.9, { below: 50 }) && !isMet(50, { below: 50 }));
  assert(!isMet(NaN, { atLeast: 0 }) && !isMet(NaN, { below: 50 }));
});

Deno.test("figureLine() marks what misses its target", () => {
  const figure: Figure = { figure: "p99", unit: "ms", ours: 51, theirs: null };
  assertEquals(figureLine(figure).split(/ {2,}/), ["p99", "51.00 ms", "–"]);
  assertEquals(figureLine({ ...figure, target: { below: 52 } }).split(/ {2,}/), ["p99", "51.00 ms", "–", "< 52"]);
  const missed = figureLine({ ...figure, theirs: 2, target: { below: 50 } });
  assertEquals(missed.split(/ {2,}/), ["p99", "51.00 ms", "2.00 ms", "< 50", "✗ missed"]);
  assertEquals(missed.indexOf("< 50"), heading("ours", "theirs").indexOf("wanted") + 2); // right-aligned
});

Deno.test("writeFigures() says of each figure with a target whether it is met", async () => {
  const file = await Deno.makeTempFile();
  try {
    const figure: Figure = { figure: "ratio", unit: "", ours: 0.8, theirs: 0.9 };
    const target = { atLeast: 0.7 };
    await writeFigures(file, [figure, { ...figure, target }, { ...figure, ours: 0.6, target }]);
    const rows: { met?: boolean }[] = JSON.parse(await Deno.readTextFile(file));
    assertEquals(rows.map(({ met }) => met), [undefined, true, false]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("stallDuring() sees how long the server's event loop stands still, and leaves hz as it was", async () => {
  await using server = await Server.start({ port: 0 });
  const stall = await stallDuring(server.port, async () => {
    const until = performance.now() + 60;
    while (performance.now() < until); // the server shares this event loop
    await rest(5);
  });
  assert(stall !== null && stall >= 50, `${stall} ms`);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  assertEquals(await ask(conn, "CONFIG GET hz"), "*2\r\n$2\r\nhz\r\n$2\r\n10");
});

Deno.test("the load of many connections sends one command a second on each", async () => {
  await using server = await Server.start({ port: 0 });
  const args = ["--port", `${server.port}`, "--connections", "20", "--seconds", "0.5", "--keyspace", "1"];
  const load = helper(new URL("../bench/_many_connections_load.ts", import.meta.url).pathname, ...args);
  await load.stdin.close();
  const { success, stdout } = await load.output();
  assert(success);
  const result: LoadResult = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(result.requests, 10); // of 30: the first second does not count
  assert(0 < result.p50 && result.p50 <= result.p99 && result.p99 <= result.p999 && result.p999 <= result.max);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const stats = await askBulk(conn, "INFO commandstats");
  const calls = Array.from(stats.matchAll(/^cmdstat_(?:get|set):calls=(\d+)/gm), ([, count]) => Number(count));
  assertEquals(calls.reduce((sum, count) => sum + count, 0), 30);
});

Deno.test("the loads of clients ask all of them for what they say, and notice a wrong reply", async () => {
  await using server = await Server.start({ port: 0 });
  await fill(server.port, 60);
  const clients = await subjects(server.port);
  try {
    assertEquals(clients.map(({ name }) => name), ["Client", "ioredis", "ioredis, auto", "redis"]);
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    for (const load of loads(60, 9)) {
      await ask(conn, "CONFIG RESETSTAT");
      for (const client of clients) await load.run(client, load.count);
      const stats = await askBulk(conn, "INFO commandstats");
      const [, count] = new RegExp(`cmdstat_${load.name.slice(0, 3).toLowerCase()}:calls=(\\d+)`).exec(stats)!;
      assertEquals(Number(count), 4 * load.count, load.name);
    }
    const liar: Subject = { ...clients[0]!, get: () => Promise.resolve("x") };
    for (const load of loads(60, 9).filter(({ name }) => name.startsWith("GET"))) {
      await assertRejects(() => load.run(liar, load.count), Error, "Client: a GET", load.name);
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});

Deno.test("compare() warms all clients up and runs them once a round, and the ratio is to the fastest of the others", async () => {
  const ran: string[] = [];
  const none = () => Promise.resolve();
  const [a, b, c] = ["a", "b", "c"].map((name): Subject => ({ name, get: none, set: none, close: none })) as [
    Subject,
    Subject,
    Subject,
  ];
  let nowMs = 0;
  const run = ({ name }: Subject, count: number): Promise<void> => {
    ran.push(`${name}${count}`);
    nowMs += name === "a" ? 10 : name === "b" ? 40 : 20;
    return Promise.resolve();
  };
  const load = { name: "l", count: 10, target: { atLeast: 1 }, run };
  const figure = await compare(load, [a, b, c], 3, () => nowMs);
  assertEquals(ran.join(" "), "a2 b2 c2 a10 b10 c10 b10 c10 a10 c10 a10 b10");
  assertEquals([figure.perSecond, figure.ratio], [{ a: 1_000, b: 250, c: 500 }, 2]);
  assert(!clientLine({ ...figure, ratio: 1 }).includes("missed"));
  assert(clientLine({ ...figure, ratio: 0.99 }).includes("✗ missed"));
});

const NO_SERVER = hasRedis && hasRedisTools ? "" : " (needs redis-server and redis-benchmark)";
const LOAD = { test: "get", pipeline: 1, clients: 2, keyspace: 10, size: 3 };

Deno.test({
  name: `requestsPerSecond() rejects when the server ends during the run${NO_SERVER}`,
  ignore: NO_SERVER !== "",
  fn: async () => {
    await using server = await startRedis();
    const run = requestsPerSecond(server, LOAD, 100_000_000);
    await Promise.all([
      assertRejects(() => run, ServerLostError, "the server has ended"),
      shutDown(server.port),
    ]);
  },
});

Deno.test({
  name: `requestsPerSecond() rejects when the server lacks the command${NO_SERVER}`,
  ignore: NO_SERVER !== "",
  fn: async () => {
    await using server = await startRedis("--rename-command", "GET", "");
    const error = await assertRejects(() => requestsPerSecond(server, LOAD, 100), Error, "get: no rate");
    assert(!(error instanceof ServerLostError));
  },
});

Deno.test({
  name: `latencyMs() reads what this redis-benchmark prints${NO_SERVER}`,
  ignore: NO_SERVER !== "",
  fn: async () => {
    await using server = await startRedis();
    const [least, most] = [await latencyMs(server, LOAD, 500, 0), await latencyMs(server, LOAD, 500, 1)];
    assert(least > 0 && least <= most, `${least} and ${most} ms`);
    const gone = { ...LOAD, test: "no_such_test" };
    await assertRejects(() => latencyMs(server, gone, 500, 0.5), Error, "No latencies from redis-benchmark");
  },
});

/** Ends a server that answers nothing to it. */
async function shutDown(port: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await assertRejects(() => ask(conn, "SHUTDOWN NOSAVE"), Error, "the connection was closed");
}

for (const test of WORKLOAD_NAMES) {
  const reason = NO_SERVER === "" && Deno.build.os !== "linux" ? " (needs Linux)" : NO_SERVER;
  Deno.test({
    name: `prepare() makes ${test} ready, which has a rate on both servers${reason}`,
    ignore: reason !== "",
    fn: async () => {
      for (const contestant of [subject(), REFERENCE]) {
        await using server = await contestant.start();
        await using prepared = await prepare(server, { ...LOAD, test, pipeline: 3 }, 100);
        for (const requests of [6_000, 7_000]) assert(await prepared.rate(requests) > 0); // fewer take no millisecond
        if (test !== "mixed") continue;
        using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
        assertEquals(await ask(conn, "DBSIZE"), ":100"); // the generator knows the keys that were filled in
        const stats = await infoOf(conn, "INFO commandstats");
        const calls = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1]);
        assertEquals(calls("get") + calls("set") - 100, 6_000 + 7_002); // whole batches of three
        assert(calls("get") > 5 * (calls("set") - 100), stats);
      }
    },
  });
}

Deno.test({
  name: `rate() of the mixed load rejects when the server ends${NO_SERVER}`,
  ignore: NO_SERVER !== "" || Deno.build.os !== "linux",
  fn: async () => {
    await using server = await startRedis();
    await using prepared = await prepare(server, { ...LOAD, test: "mixed" }, 100);
    await prepared.rate(1);
    await shutDown(server.port);
    await assertRejects(() => prepared.rate(1_000), ServerLostError, "the server has ended");
  },
});

const ROWS: readonly Row[] = [
  { test: "get", pipeline: 1, ours: 90, theirs: 100, ratio: 0.9 },
  { test: "<&>", pipeline: 1, ours: 300, theirs: 100, ratio: 3 },
  { test: "get", pipeline: 16, ours: 0, theirs: 0, ratio: 0, error: "no rate" },
  { test: "<&>", pipeline: 16, ours: 10, theirs: 10, ratio: 1 },
];

Deno.test("chart() is well-formed and has a bar and a figure for every row", () => {
  const svg = chart(ROWS);
  assertEquals(unclosedTags(svg), []);
  const bars = Array.from(svg.matchAll(/<rect class="(\w+)" .*?width="([\d.]+)".*?<text[^>]*>([^<]+)</g));
  assertEquals(bars.map(([_, kind, , figure]) => [kind, figure]), [
    ["behind", "0.90"],
    ["ahead", "3.00"],
    ["behind", "failed"],
    ["ahead", "1.00"],
  ]);
  const unit = Number(bars[3]![2]);
  for (const [i, row] of ROWS.entries()) assertAlmostEquals(Number(bars[i]![2]), row.ratio * unit, 0.2);
  assert(svg.includes("&lt;&amp;&gt;"));
});

Deno.test("chart() stays within its picture, however many tests and depths there are", () => {
  for (const depths of [[16], [1, 16, 64], [1, 2, 4, 8]]) {
    const tests = Array.from({ length: 24 }, (_, i) => `test_${i}`);
    const svg = chart(
      depths.flatMap((pipeline) => tests.map((test, i) => ({ test, pipeline, ours: 1, theirs: 1, ratio: i / 10 }))),
    );
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
    for (const [, x, y, w, h] of svg.matchAll(/<rect [^>]*x="([\d.]+)" y="(\d+)" width="([\d.]+)" height="(\d+)"/g)) {
      assert(Number(x) + Number(w) <= width! && Number(y) + Number(h) <= height!, `${x} ${y} ${w} ${h}`);
    }
  }
});

Deno.test("writeResults() writes rows that readRows() gives back, and their chart", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const [json, svg] = [`${dir}/new folder/rows.json`, `${dir}/rows.svg`];
    await writeResults(ROWS, json, svg);
    assertEquals(await readRows(json), ROWS);
    assertEquals(await Deno.readTextFile(svg), chart(ROWS));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the chart that the README shows is that of the rows beside it", async () => {
  const root = `${import.meta.dirname}/..`;
  const [, svg] = /!\[[^\]]+\]\((bench\/results\/\w+\.svg)\)/.exec(await Deno.readTextFile(`${root}/README.md`))!;
  const rows = await readRows(`${root}/${svg!.replace(".svg", ".json")}`);
  assertEquals(await Deno.readTextFile(`${root}/${svg}`), chart(rows));
});

/** Tags of an XML text without comments that do not match, in a pair or alone; attributes have to be quoted. */
function unclosedTags(xml: string): string[] {
  const open: string[] = [];
  const tag = /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g;
  for (const [whole, isEnd, name, , isEmpty] of xml.matchAll(tag)) {
    if (isEnd === "") {
      if (isEmpty === "") open.push(name!);
    } else if (open.pop() !== name) return [whole];
  }
  const rest = xml.replaceAll(tag, "").replaceAll(/&(?:lt|gt|amp);/g, "");
  return /[<&]/.test(rest) ? [rest] : open;
}

/** The reply to a command whose reply is one bulk string. */
async function infoOf(conn: Deno.Conn, command: string): Promise<string> {
  await conn.write(new TextEncoder().encode(`${command}\r\n`));
  const buffer = new Uint8Array(65_536);
  for (let text = "";;) {
    text += new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
    const header = /^\$(\d+)\r\n/.exec(text);
    if (header !== null && text.length >= header[0].length + Number(header[1]) + 2) return text;
  }
}
