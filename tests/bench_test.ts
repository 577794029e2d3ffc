/** The arithmetic of the benches, the loads they make, and the chart they draw. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { chart } from "../bench/_chart.ts";
import { requestsPerSecond, ServerLostError } from "../bench/_redis_benchmark.ts";
import { readRows, type Row, writeResults } from "../bench/_results.ts";
import { DATA_SETS } from "../bench/_loads.ts";
import { geometricMean, median, REFERENCE, subject } from "../bench/_servers.ts";
import { ask, fill } from "../bench/_wire.ts";
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

/** Ends a server that answers nothing to it. */
async function shutDown(port: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await assertRejects(() => ask(conn, "SHUTDOWN NOSAVE"), Error, "the connection was closed");
}
