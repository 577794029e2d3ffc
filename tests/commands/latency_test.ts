/** LATENCY: the monitor's events, histograms of commands, and INFO latencystats. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import { newCaller } from "../_call.ts";

function newMonitored(directives: Record<string, string> = {}) {
  const caller = newCaller({ config: configOf({ "enable-debug-command": "yes", ...directives }) });
  const send = (line: string) => caller.raw(...line.split(" "));
  const text = (line: string) => send(line).replace(/^\$\d+\r\n/, "").replace(/\r\n$/, "");
  return { ...caller, send, text };
}

/** Names and numbers of calls in LATENCY HISTOGRAM. */
function calls(reply: string): Record<string, number> {
  const found = reply.matchAll(/\$\d+\r\n([a-z|-]+)\r\n\*4\r\n\$5\r\ncalls\r\n:(\d+)/g);
  return Object.fromEntries([...found].map(([, name, count]) => [name!, Number(count)]));
}

Deno.test("the latency monitor notes commands that take as long as latency-monitor-threshold", () => {
  const { send, clock } = newMonitored();
  send("DEBUG SLEEP 0.005");
  assertEquals([send("LATENCY LATEST"), send("LATENCY HISTORY command")], ["*0\r\n", "*0\r\n"]);
  send("CONFIG SET latency-monitor-threshold 4");
  send("PING");
  send("DEBUG SLEEP 0.005");
  clock.advance(1000);
  send("DEBUG SLEEP 0.008");
  assertMatch(send("LATENCY HISTORY command"), /^\*2\r\n\*2\r\n:1700000000\r\n:\d+\r\n\*2\r\n:1700000001\r\n:\d+\r\n$/);
  const [, latest, worst] = /^\*1\r\n\*4\r\n\$7\r\ncommand\r\n:1700000001\r\n:(\d+)\r\n:(\d+)\r\n$/.exec(
    send("LATENCY LATEST"),
  )!;
  assert(Number(latest) >= 8 && Number(worst) >= Number(latest));
});

Deno.test("LATENCY keeps the worst of each second, and the latest 160 of those", () => {
  const { engine: { latency }, clock, send } = newMonitored({ "latency-monitor-threshold": "10" });
  latency.add("fork", 9);
  latency.add("fork", 20.9);
  latency.add("fork", 15);
  latency.add("fork", 30);
  assertEquals(send("LATENCY HISTORY fork"), "*1\r\n*2\r\n:1700000000\r\n:30\r\n");
  for (let i = 0; i < 200; i++) {
    clock.advance(1000);
    latency.add("fork", 10 + i % 7);
  }
  assertEquals(latency.find("fork")!.samples.length, 160);
  assertEquals(send("LATENCY LATEST"), "*1\r\n*4\r\n$4\r\nfork\r\n:1700000200\r\n:13\r\n:30\r\n");
});

Deno.test("LATENCY RESET forgets events by name in any case, or all", () => {
  const { engine: { latency }, send } = newMonitored({ "latency-monitor-threshold": "1" });
  for (const name of ["a", "b", "c", "d"]) latency.add(name, 5);
  assertEquals([send("LATENCY RESET A nosuch b"), send("LATENCY RESET"), send("LATENCY RESET")], [
    ":2\r\n",
    ":2\r\n",
    ":0\r\n",
  ]);
  assertEquals(send("LATENCY HISTORY a"), "*0\r\n");
});

Deno.test("LATENCY GRAPH draws a bar for each sample, with its age below", () => {
  const { engine: { latency }, clock, text, send } = newMonitored({ "latency-monitor-threshold": "1" });
  for (const [ms, pause] of [[54, 90_000_000], [195, 7_200_000], [198, 90_000], [342, 5_000]]) {
    latency.add("command", ms!);
    clock.advance(pause!);
  }
  assertEquals(text("LATENCY GRAPH command").split("\n"), [
    "command - high 342 ms, low 54 ms (all time high 342 ms)",
    "-".repeat(80),
    ...["   #", "  _|", " #||", "_|||"],
    "    ",
    "1215",
    "dhms",
    "",
  ]);
  assertEquals(send("LATENCY GRAPH nosuch"), "-ERR No samples available for event 'nosuch'\r\n");
  latency.add("one", 5);
  assertEquals(text("LATENCY GRAPH one").split("\n").slice(2), [" ", " ", " ", "_", " ", "0", "s", ""]);
});

Deno.test("LATENCY DOCTOR says what was seen, and what helps against it", () => {
  const { engine: { latency }, send, text, clock } = newMonitored();
  assertMatch(text("LATENCY DOCTOR"), /CONFIG SET latency-monitor-threshold/);
  send("CONFIG SET latency-monitor-threshold 5");
  assertMatch(text("LATENCY DOCTOR"), /^Nothing has taken as long/);
  latency.add("command", 10);
  clock.advance(2000);
  latency.add("command", 20);
  const spikes =
    "1. command: 2 latency spikes (average 15ms, mean deviation 5ms, period 1.00 sec). Worst all time event 20ms.";
  assert(text("LATENCY DOCTOR").includes(spikes));
  assertMatch(text("LATENCY DOCTOR"), /slowlog-log-slower-than 5000/);
  send("CONFIG SET slowlog-log-slower-than 1000");
  assert(!text("LATENCY DOCTOR").includes("slowlog-log-slower-than"));
  for (const name of ["fast-command", "expire-cycle", "command-unblocking"]) latency.add(name, 5);
  assertEquals(text("LATENCY DOCTOR").match(/^- /gm)!.length, 5);
});

Deno.test("LATENCY HISTOGRAM counts each call, alone or timed together, and not while latency-tracking is off", () => {
  const { send, wire } = newMonitored();
  for (let i = 0; i < 20; i++) send("SET k v");
  wire("GET k\r\n".repeat(70) + "MULTI\r\nGET k\r\nEXEC\r\nCLIENT ID\r\nCLIENT LIST\r\nNOSUCH\r\nGET\r\n");
  const counted = { set: 20, get: 71, multi: 1, exec: 1, "client|id": 1, "client|list": 1 };
  const shown = calls(send("LATENCY HISTOGRAM"));
  assertEquals(shown, counted);
  assertEquals(calls(send("LATENCY HISTOGRAM Get nosuch CLIENT|id")), { get: 71, "client|id": 1 });
  assertEquals(calls(send("LATENCY HISTOGRAM client")), { "client|id": 1, "client|list": 1 });
  assertEquals(send("LATENCY HISTOGRAM nosuch"), "*0\r\n");
  send("CONFIG SET latency-tracking no");
  send("GET k");
  assertEquals(calls(send("LATENCY HISTOGRAM get")), { get: 71 });
  send("CONFIG SET latency-tracking yes");
  send("CONFIG RESETSTAT");
  assertEquals(calls(send("LATENCY HISTOGRAM")), { "config|resetstat": 1 });
});

Deno.test("a blocking command counts when it is served", () => {
  const { send, connect } = newMonitored();
  const other = connect();
  assertEquals(other.raw("BLPOP", "list", "0"), "");
  assertEquals(calls(send("LATENCY HISTOGRAM blpop")), {});
  send("RPUSH list x");
  assertEquals(calls(send("LATENCY HISTOGRAM blpop")), { blpop: 1 });
});

Deno.test("INFO latencystats shows the percentiles that latency-tracking-info-percentiles names", () => {
  const { send, text, engine } = newMonitored();
  engine.table.get("get")!.recordLatency(10, 99);
  engine.table.get("get")!.recordLatency(1000, 1);
  assertEquals(
    text("INFO latencystats"),
    "# Latencystats\r\nlatency_percentiles_usec_get:p50=10.047,p99=10.047,p99.9=1003.519\r\n",
  );
  send("CONFIG SET latency-tracking-info-percentiles 100");
  assertMatch(text("INFO latencystats"), /usec_get:p100=1003\.519\r\n/);
  send("CONFIG SET latency-tracking no");
  assertEquals(text("INFO latencystats"), "# Latencystats\r\n");
});
