/** Is a dump right and the same, whatever is in the databases? */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";

Deno.test("dump shows every type in a stable form", async () => {
  const build = async (seed: number, reversed: boolean): Promise<string> => {
    await using server = await Server.start({ clock: "manual", seed });
    const zero = server.db(0);
    const order = <T>(items: T[]): T[] => reversed ? items.reverse() : items;
    for (
      const write of order([
        () => zero.set("string", 'say "hé"\n'),
        () => zero.set("binary", Uint8Array.of(0x00, 0xff, 0x61)),
        () => zero.setHash("hash", Object.fromEntries(order([["b", "2"], ["a", "1"]]))),
        () => zero.setSet("set", order(["x", "10", "9"])),
        () => zero.setSet("ints", order(["2", "1"])),
        () => zero.setList("list", ["z", "a"], { ttlMs: 1500 }),
        () => zero.setSortedSet("zset", { low: -1.5, high: 3 }),
        () => zero.setStructure("structure", [1, { a: null }, 2n ** 70n]),
        () => server.db(2).set("other", "db"),
      ])
    ) write();
    zero.setStream("stream", [["1-1", [["f", "v"]]], ["1-2", [["f", "w"], ["g", "x"]]], ["1-3", [["f", "y"]]]]);
    zero.send(["XGROUP", "CREATE", "stream", "workers", "0"]);
    zero.send(["XREADGROUP", "GROUP", "workers", "alice", "COUNT", 1, "STREAMS", "stream", ">"]);
    zero.send(["XREADGROUP", "GROUP", "workers", "bob", "COUNT", 1, "STREAMS", "stream", ">"]);
    zero.send(["XACK", "stream", "workers", "1-2"]);
    return server.dump();
  };
  const dump = await build(1, false);
  assertEquals(
    dump,
    `# db 0
"binary" string
  "\\x00\\xffa"
"hash" hash
  "a" "1"
  "b" "2"
"ints" set
  "1"
  "2"
"list" list, expires in 1500 ms
  "z"
  "a"
"set" set
  "10"
  "9"
  "x"
"stream" stream
  1-1 "f" "v"
  1-2 "f" "w" "g" "x"
  1-3 "f" "y"
  group "workers" last 1-2
    consumer "alice"
      pending 1-1, deliveries 1
    consumer "bob"
"string" string
  "say \\"hé\\"\\n"
"structure" structure
  [1,{"a":null},"1180591620717411303424n"]
"zset" zset
  "low" -1.5
  "high" 3
# db 2
"other" string
  "db"
`,
  );
  assertEquals(await build(99, true), dump);
});

Deno.test("dump of nothing is nothing, and keys that have expired are not in it", async () => {
  await using server = await Server.start({ clock: "manual" });
  assertEquals(server.dump(), "");
  server.db(1).set("k", "v", { ttlMs: 5 });
  await server.clock.tick(5);
  assertEquals(server.dump(), "");
});

Deno.test("keys whose time comes while a dump is made are shown to its end", async () => {
  await using server = await Server.start();
  const db = server.db(0);
  const { now } = Date;
  let time = now();
  try {
    Date.now = () => time;
    for (let i = 10; i < 20; i++) db.set(`string:${i}`, i, { ttlMs: i });
    for (let i = 10; i < 20; i++) db.setList(`list:${i}`, [i], { ttlMs: i });
    Date.now = () => time++; // each command takes a millisecond
    const lines = server.dump().split("\n");
    assertEquals(lines.length, 42);
    assertEquals(lines.at(-3), '"string:19" string, expires in 0 ms');
    assertEquals(lines.at(-2), '  "19"');
    assertEquals(server.dump(), "");
  } finally {
    Date.now = now;
  }
});

Deno.test("different keys and values look different in a dump", async () => {
  await using server = await Server.start({ clock: "manual" });
  const db = server.db(0);
  db.set("a", "plain");
  db.set("\ufeffa", "with a byte order mark");
  db.set(Uint8Array.of(0xff), "a byte");
  db.set("\\xff", "four characters");
  db.setStructure("structure", [Infinity, -Infinity, NaN, null, { ["__proto__"]: 1n << 70n }]);
  db.setHash("__proto__", JSON.parse('{ "__proto__": "1", "b": "2" }'));
  assertEquals(
    server.dump(),
    `# db 0
"\\\\xff" string
  "four characters"
"\\xff" string
  "a byte"
"__proto__" hash
  "__proto__" "1"
  "b" "2"
"a" string
  "plain"
"structure" structure
  ["Infinity","-Infinity","NaN",null,{"__proto__":"1180591620717411303424n"}]
"\ufeffa" string
  "with a byte order mark"
`,
  );
});
