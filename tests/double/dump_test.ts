/** Is a dump right and the same, whatever is in the databases? */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";

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
