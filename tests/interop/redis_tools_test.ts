/** redis-cli and redis-benchmark of Debian's redis-tools against an embedded server. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasRedisTools } from "../_redis.ts";
import { startQuiet } from "./_servers.ts";
import { printed, type Run, runTool } from "./_tools.ts";

function toolTest(
  name: string,
  fn: (cli: Run, benchmark: Run) => Promise<void>,
  config: Record<string, string> = {},
): void {
  Deno.test({
    name: hasRedisTools ? name : `${name} (skipped: redis-cli and redis-benchmark are not installed)`,
    ignore: !hasRedisTools,
    fn: async () => {
      await using quiet = await startQuiet({ port: 0, config });
      const { port } = quiet.server;
      const run = (program: string): Run => (args, stdin = "") => runTool(program, ["-p", `${port}`, ...args], stdin);
      await fn(run("redis-cli"), run("redis-benchmark"));
    },
  });
}

toolTest("redis-cli runs one command, and prints its reply in every form", async (cli) => {
  assertEquals(await printed(cli(["set", "k", "caf\u00e9"])), "OK\n");
  assertEquals(await printed(cli(["get", "k"])), "caf\u00e9\n");
  assertEquals(await printed(cli(["--raw", "get", "k"])), "caf\u00e9\n");
  assertEquals(await printed(cli(["--no-raw", "get", "k"])), '"caf\\xc3\\xa9"\n');
  assertEquals(await printed(cli(["--no-raw", "get", "none"])), "(nil)\n");
  assertEquals(await printed(cli(["--no-raw", "-3", "get", "none"])), "(nil)\n");
  assertEquals(await printed(cli(["--no-raw", "strlen", "k"])), "(integer) 5\n");
  assertEquals(await printed(cli(["--csv", "mget", "none", "k"])), 'NULL,"caf\\xc3\\xa9"\n');
  assertEquals(await printed(cli(["--no-raw", "-3", "config", "get", "maxclients"])), '1# "maxclients" => "10000"\n');
  assertEquals(await printed(cli(["--json", "config", "get", "maxclients"])), '{"maxclients":"10000"}\n');
  assertEquals(await printed(cli(["-x", "set", "k"], "from\r\nstdin")), "OK\n");
  assertEquals(await printed(cli(["--no-raw", "get", "k"])), '"from\\r\\nstdin"\n');
  assertEquals(await printed(cli(["-r", "3", "incr", "n"])), "1\n2\n3\n");
  assertEquals(await printed(cli(["-n", "2", "dbsize"])), "0\n");
  assertEquals(await printed(cli(["incr", "k"])), "ERR value is not an integer or out of range\n\n");
  assertEquals((await cli(["-e", "incr", "k"])).code, 1);
});

toolTest("redis-cli runs commands from its standard input", async (cli) => {
  const commands = 'SET a 1\nINCR a\nGET none\nECHO "two words\\n"\nSELECT 2\nDBSIZE\nINCR\nPING\n';
  const error = "ERR wrong number of arguments for 'incr' command";
  for (const protocol of [[], ["-3"]]) {
    assertEquals(
      await printed(cli(["--no-raw", ...protocol], commands)),
      `OK\n(integer) 2\n(nil)\n"two words\\n"\nOK\n(integer) 0\n(error) ${error}\nPONG\n`,
    );
  }
  assertMatch(await printed(cli(["--raw"], "SET a 1\nHELLO 3\nMGET a none\n")), /^OK\nserver redis\n(.*\n)*1\n\n$/);
});

toolTest("redis-cli --pipe loads a stream of commands and counts their replies", async (cli) => {
  let stream = "";
  for (let i = 0; i < 10_000; i++) stream += `*3\r\n$3\r\nSET\r\n$8\r\nkey:${1000 + i % 1000}\r\n$1\r\n${i % 10}\r\n`;
  assert((await printed(cli(["--pipe"], stream))).endsWith("errors: 0, replies: 10000\n"));
  assertEquals(await printed(cli(["dbsize"])), "1000\n");
});

toolTest("redis-cli goes through the keys with --scan and --bigkeys", async (cli) => {
  const keys = Array.from({ length: 500 }, (_, i) => `key:${1000 + i}`);
  await printed(cli(["mset", "other", "a large value", ...keys.flatMap((key) => [key, "v"])]));
  const found = await printed(cli(["--scan", "--pattern", "key:*"]));
  assertEquals([...new Set(found.trim().split("\n"))].sort(), keys);
  const summary = await printed(cli(["--bigkeys"]));
  assert(summary.includes("Sampled 501 keys"), summary);
  assert(summary.includes(`Biggest string found '"other"' has 13 bytes`), summary);
});

toolTest("redis-cli shows INFO, HELLO and CLIENT LIST", async (cli) => {
  const info = await printed(cli(["info"]));
  for (const section of ["Server", "Clients", "Memory", "Stats", "Replication", "CPU", "Keyspace"]) {
    assert(info.includes(`# ${section}\r\n`), section);
  }
  assertMatch(info, /\r\nredis_version:7\.0\.15\r\n/);
  assertMatch(await printed(cli(["info", "commandstats"])), /cmdstat_info:calls=1,/);
  const hello = await printed(cli(["--no-raw", "HELLO"]));
  assertMatch(hello, /^ 1\) "server"\n 2\) "redis"\n(.*\n)* 6\) \(integer\) 2\n/);
  assertMatch(
    await printed(cli(["--no-raw", "-3", "HELLO"])),
    /^1# "server" => "redis"\n(.*\n)*3# "proto" => \(integer\) 3\n/,
  );
  assertMatch(await printed(cli(["client", "list"])), /^id=\d+ addr=127\.0\.0\.1:\d+ .* cmd=client\|list /);
});

toolTest("redis-cli logs in by its options", async (cli) => {
  assertEquals(await printed(cli(["ping"])), "NOAUTH Authentication required.\n\n");
  for (const protocol of [[], ["-3"]]) {
    assertEquals(await printed(cli(["-a", "secret", "--no-auth-warning", ...protocol, "ping"])), "PONG\n");
    assertEquals(
      await printed(cli(["--user", "default", "--pass", "secret", "--no-auth-warning", ...protocol, "ping"])),
      "PONG\n",
    );
  }
  assertMatch((await cli(["-a", "wrong", "--no-auth-warning", "ping"])).stderr, /^AUTH failed: WRONGPASS /);
}, { requirepass: "secret" });

toolTest("redis-cli shows structures, in RESP2 none", async (cli) => {
  // as raw protocol: its own arguments are always strings
  const stream = "*3\r\n$3\r\nSET\r\n$1\r\ns\r\n*3\r\n$4\r\nv2-0\r\n:1\r\n%1\r\n+x\r\n_\r\n";
  assert((await printed(cli(["--pipe"], stream))).endsWith("errors: 0, replies: 1\n"));
  assertEquals(await printed(cli(["--no-raw", "-3", "get", "s"])), '1) "v2-0"\n2) (integer) 1\n3) 1# x => (nil)\n');
  assertEquals(await printed(cli(["--no-raw", "mget", "s"])), "1) (nil)\n");
  assertMatch(await printed(cli(["get", "s"])), /^WRONGTYPE /);
  assertMatch(await printed(cli(["--bigkeys"])), /\n1 structures with 0 \?/);
});

toolTest("redis-benchmark runs its tests without an error", async (cli, benchmark) => {
  const tests = "set,get,incr,mset,ping";
  const names = ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)"];
  const result = (name: string) => new RegExp(`${name.replace(/[()]/g, "\\$&")}: \\d+\\.\\d+ requests per second`);
  for (const options of [["-P", "16"], ["-P", "1", "-c", "8"], ["-P", "16", "-3", "-r", "1000", "-d", "500"]]) {
    const shown = await printed(benchmark(["-t", tests, "-n", "2000", "-q", ...options]));
    for (const name of names) assertMatch(shown, result(name));
    assert(!/error|warning|ERR/i.test(shown), shown);
  }
  assert(!/errors=[1-9]/.test(await printed(cli(["info", "stats"]))));
});

toolTest("redis-benchmark logs in, selects a database and uses threads", async (cli, benchmark) => {
  const options = ["-a", "secret", "--dbnum", "3", "--threads", "2", "-r", "100", "-P", "4", "-n", "2000", "-q"];
  const { code, stdout } = await benchmark(["-t", "set", ...options]);
  assertEquals(code, 0);
  assertMatch(stdout, /SET: \d+\.\d+ requests per second/);
  assertEquals(await printed(cli(["-a", "secret", "--no-auth-warning", "-n", "3", "dbsize"])), "100\n");
}, { requirepass: "secret" });
