import { assertEquals, assertThrows } from "@std/assert";
import { Client } from "../../client.ts";
import { type ClientOptions, readOptions } from "../../client/options.ts";

function tcp(hostname: string, port: number, tls: object | null = null): object {
  return { kind: "tcp", hostname, port, tls };
}

Deno.test("readOptions reads every form of a URL", () => {
  const read = (url: string): object => {
    const { target, username, password, db } = readOptions(url);
    return { target, username, password, db };
  };
  const none = { username: "default", password: "", db: 0 };
  assertEquals(read("redis://"), { target: tcp("127.0.0.1", 6379), ...none });
  assertEquals(read("redis://example"), { target: tcp("example", 6379), ...none });
  assertEquals(read("valkey://example:7000/3"), { target: tcp("example", 7000), ...none, db: 3 });
  assertEquals(read("redis://example/?db=4"), { target: tcp("example", 6379), ...none, db: 4 });
  assertEquals(read("redis://[::1]:7000"), { target: tcp("::1", 7000), ...none });
  assertEquals(read("rediss://example"), { target: tcp("example", 6379, {}), ...none });
  assertEquals(read("valkeys://example"), { target: tcp("example", 6379, {}), ...none });
  assertEquals(read("redis://ann:p%40ss%2Fword@example"), {
    target: tcp("example", 6379),
    username: "ann",
    password: "p@ss/word",
    db: 0,
  });
  assertEquals(read("redis://:secret@example"), { target: tcp("example", 6379), ...none, password: "secret" });
  assertEquals(read("redis://secret@example"), { target: tcp("example", 6379), ...none, password: "secret" });
  assertEquals(read("unix:///run/redis%20x.sock?db=2"), {
    target: { kind: "unix", path: "/run/redis x.sock" },
    ...none,
    db: 2,
  });
  assertEquals(read("unix:/run/redis.sock"), { target: { kind: "unix", path: "/run/redis.sock" }, ...none });
});

Deno.test("readOptions lets the other options go before what the URL says", () => {
  const settings = readOptions({ url: "redis://ann:old@example:7000/3", password: "new", port: 7001, db: 0 });
  assertEquals(settings.target, tcp("example", 7001) as typeof settings.target);
  assertEquals([settings.username, settings.password, settings.db], ["ann", "new", 0]);
  const elsewhere = readOptions({ url: "redis://ann:old@example:7000/3", path: "/run/redis.sock" });
  assertEquals(elsewhere.target, { kind: "unix", path: "/run/redis.sock" });
  assertEquals([elsewhere.username, elsewhere.password, elsewhere.db], ["ann", "old", 3]);
  assertEquals(readOptions({ url: "redis://ann@example", password: "pw" }).username, "ann");
});

Deno.test("readOptions refuses what it cannot read, and never repeats a password", () => {
  const url = (text: string): ClientOptions => ({ url: text });
  const cases: [ClientOptions, string][] = [
    [url("redis://:secret@example:99999"), "Cannot read the URL: it is malformed"],
    [url("secret@example"), "Cannot read the URL: it is malformed"],
    [url("redis://:secret%ZZ@example"), "Cannot read the URL: malformed percent-encoding"],
    [url("http://:secret@example"), "Cannot read the URL: http: is no scheme of Redis"],
    [url("redis:example"), "Cannot read the URL: it names no host"],
    [url("unix://run/redis.sock"), "Cannot read the URL: unix: needs an absolute path"],
    [url("redis://:secret@example/two"), "Cannot read the URL: the database is not a number"],
    [url("redis://:secret@example/2?db=3"), "Cannot read the URL: unexpected parameter 'db'"],
    [url("redis://example?timeout=5"), "Cannot read the URL: unexpected parameter 'timeout'"],
    [{ hostname: "example", path: "/run/redis.sock" }, "Cannot connect: give either a host, a path or a transport"],
    [{ path: "/run/redis.sock", tls: true }, "Cannot connect: give either a host, a path or a transport"],
    [{ username: "ann" }, "Cannot log in: a username needs a password"],
    [{ tls: { cert: "…" } }, "Cannot use TLS: a certificate and its key go together"],
  ];
  for (const [options, message] of cases) {
    const error = assertThrows(() => new Client(options), TypeError);
    assertEquals([error.message, error.cause], [message, undefined]);
  }
  for (const options of [{ port: 0 }, { port: 65_536 }, { db: -1 }, { db: 1.5 }, { connectTimeoutMs: -1 }]) {
    assertThrows(() => new Client(options), RangeError, `must be an integer from`);
  }
});

Deno.test("readOptions goes by REDIS_URL where nothing else says where to connect", () => {
  const before = Deno.env.get("REDIS_URL");
  try {
    Deno.env.set("REDIS_URL", "redis://example:7000/3");
    assertEquals(readOptions().address, "example:7000");
    assertEquals(readOptions({ decode: "bytes" }).db, 3);
    assertEquals(readOptions({ port: 7001 }).address, "127.0.0.1:7001");
    assertEquals(readOptions("redis://[::1]").address, "[::1]:6379");
    Deno.env.set("REDIS_URL", "");
    assertEquals(readOptions().address, "127.0.0.1:6379");
  } finally {
    if (before === undefined) Deno.env.delete("REDIS_URL");
    else Deno.env.set("REDIS_URL", before);
  }
});

Deno.test({
  name: "readOptions does not ask for the permission to read REDIS_URL",
  permissions: { env: false },
  fn: () => assertEquals(readOptions().address, "127.0.0.1:6379"),
});

Deno.test("A client shows no password when it is printed", () => {
  assertEquals(Deno.inspect(new Client("redis://:secret@example")).includes("secret"), false);
});
