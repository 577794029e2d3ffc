/** DEBUG, and what OBJECT says of every type, compared with redis-server 7.0 where it is installed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { withBoth } from "../_both.ts";
import type { RawConnection } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { type Command, READERS, SAMPLES, UNORDERED } from "../persistence/_samples.ts";
import { Random } from "../resp/_frames.ts";

/** Sends a command to both, which must answer the same. */
async function same(ours: RawConnection, theirs: RawConnection, command: Command): Promise<string> {
  const [mine, other] = [await ours.send(...command), await theirs.send(...command)];
  assertEquals(mine, other, command.map(String).join(" ").slice(0, 200));
  return mine;
}

function compare(name: string, use: (ours: RawConnection, theirs: RawConnection) => Promise<void>): void {
  Deno.test({
    name: `${name} (skipped where there is no redis-server)`,
    ignore: !hasReference,
    fn: () => withBoth(use, { config: { "enable-debug-command": "yes" } }),
  });
}

compare("DEBUG DIGEST and DIGEST-VALUE are those of redis-server for every type and encoding", async (ours, theirs) => {
  const digests = new Set<string>();
  await same(ours, theirs, ["DEBUG", "DIGEST"]);
  for (const { name, commands } of SAMPLES) {
    await same(ours, theirs, ["FLUSHALL"]);
    for (const command of commands) await same(ours, theirs, command);
    for (const expiry of [["PERSIST", "k"], ["PEXPIREAT", "k", "33177117420000"]]) {
      await same(ours, theirs, expiry);
      const value = await same(ours, theirs, ["DEBUG", "DIGEST-VALUE", "k", "missing"]);
      const all = await same(ours, theirs, ["DEBUG", "DIGEST"]);
      digests.add(value).add(all);
    }
    assertEquals(digests.size % 4, 0, `${name} has digests of its own`);
  }
});

compare(
  "DEBUG DIGEST tells databases apart, and counts keys that have expired until they are deleted",
  async (ours, theirs) => {
    const digest = () => same(ours, theirs, ["DEBUG", "DIGEST"]);
    const digests = [await digest()];
    for (const command of ["MSET a 1 b 2 \u00e9 \u00e9", "MOVE a 1", "MOVE b 2", "SWAPDB 2 3", "SWAPDB 0 1"]) {
      await same(ours, theirs, command.split(" "));
      digests.push(await digest());
    }
    assertEquals(await same(ours, theirs, ["SELECT", "2"]), "+OK");
    await same(ours, theirs, ["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    await same(ours, theirs, ["SET", "gone", "v", "PX", "1"]);
    await same(ours, theirs, ["DEBUG", "SLEEP", "0.005"]);
    const expired = await same(ours, theirs, ["DEBUG", "DIGEST-VALUE", "gone"]);
    assert(!expired.includes("+00000000"));
    assertMatch(await ours.send("DEBUG", "OBJECT", "gone"), /^\+Value at:/);
    digests.push(await digest());
    await same(ours, theirs, ["GET", "gone"]);
    assertMatch(await same(ours, theirs, ["DEBUG", "DIGEST-VALUE", "gone"]), /\+0{40}/);
    await digest();
    assertEquals(new Set(digests).size, digests.length);
  },
);

compare("DEBUG DIGEST is the same after random writes", async (ours, theirs) => {
  const random = new Random(7);
  const word = () => ["a", "b", "1", "-70000", "x".repeat(random.int(80)), `m${random.int(300)}`][random.int(6)]!;
  const makers = [
    () => ["SET", `string${random.int(5)}`, word()],
    () => ["RPUSH", `list${random.int(3)}`, ...Array.from({ length: 1 + random.int(40) }, word)],
    () => ["SADD", `set${random.int(3)}`, ...Array.from({ length: 1 + random.int(40) }, word)],
    () => ["HSET", `hash${random.int(3)}`, ...Array.from({ length: 2 + 2 * random.int(20) }, word)],
    () => [
      "ZADD",
      `zset${random.int(3)}`,
      ...Array.from({ length: 30 }, () => [`${random.int(999) / 7}`, word()]).flat(),
    ],
    () => ["EXPIRE", `list${random.int(3)}`, "10000"],
    () => ["LPOP", `list${random.int(3)}`, `${random.int(9)}`],
    () => ["SREM", `set${random.int(3)}`, word(), word()],
    () => ["DEL", `hash${random.int(3)}`],
  ];
  for (let i = 0; i < 400; i++) {
    await same(ours, theirs, makers[random.int(makers.length)]!());
    if (i % 20 === 0) await same(ours, theirs, ["DEBUG", "DIGEST"]);
  }
  assertEquals(await same(ours, theirs, ["DEBUG", "RELOAD"]), "+OK");
  await same(ours, theirs, ["DEBUG", "DIGEST"]);
});

compare("DEBUG RELOAD leaves every key as redis-server does, its encoding made afresh", async (ours, theirs) => {
  for (const { name, type, commands } of SAMPLES) {
    await same(ours, theirs, ["FLUSHALL"]);
    for (const command of commands) await same(ours, theirs, command);
    for (const line of ["PEXPIREAT k 33177117420000", "SADD ints 1 x", "SREM ints x", "HSET h f v g w"]) {
      await same(ours, theirs, line.split(" "));
    }
    for (const options of [[], ["MERGE"], ["noflush", "merge"]]) {
      assertEquals(await same(ours, theirs, ["DEBUG", "RELOAD", ...options]), "+OK", name);
      for (const question of ["OBJECT ENCODING k", "OBJECT ENCODING ints", "PEXPIRETIME k", "DBSIZE", "DEBUG DIGEST"]) {
        await same(ours, theirs, question.split(" "));
      }
      for (const reader of READERS[type]!) {
        if (!UNORDERED.has(String(reader[0]))) await same(ours, theirs, reader);
      }
    }
  }
  await same(ours, theirs, ["DEBUG", "RELOAD", "NOPE"]);
});

/** A status of fields, without those that say where and when. */
function fields(reply: string): string {
  return reply.replace(/at:0x[0-9a-f]+ /, "").replace(/lru:\d+ lru_seconds_idle:\d+/, "");
}

compare("DEBUG OBJECT and OBJECT tell the same of every type and encoding", async (ours, theirs) => {
  await same(ours, theirs, ["CONFIG", "SET", "rdbcompression", "no"]); // ours finds other repetitions
  for (const { name, commands } of SAMPLES) {
    await same(ours, theirs, ["FLUSHALL"]);
    for (const command of commands) await same(ours, theirs, command);
    for (const sub of ["ENCODING", "REFCOUNT", "FREQ"]) await same(ours, theirs, ["OBJECT", sub, "k"]);
    // a second may end between the two answers
    for (const conn of [ours, theirs]) assertMatch(await conn.send("OBJECT", "IDLETIME", "k"), /^:[0-5]$/);
    const [mine, other] = [await ours.send("DEBUG", "OBJECT", "k"), await theirs.send("DEBUG", "OBJECT", "k")];
    assertMatch(
      mine,
      /^\+Value at:0x[0-9a-f]+ refcount:\d+ encoding:\w+ serializedlength:\d+ lru:\d+ lru_seconds_idle:[0-5]/,
    );
    assertEquals(fields(mine), fields(other), name);
  }
  await same(ours, theirs, ["CONFIG", "SET", "maxmemory-policy", "allkeys-lfu"]);
  await same(ours, theirs, ["SET", "n", "text"]);
  for (const sub of ["ENCODING", "REFCOUNT", "IDLETIME", "FREQ"]) {
    await same(ours, theirs, ["OBJECT", sub, "n"]);
    await same(ours, theirs, ["OBJECT", sub, "missing"]);
  }
});

compare("DEBUG answers and refuses as redis-server does", async (ours, theirs) => {
  const types = "string integer double bignum null array set map attrib verbatim true FALSE".split(" ");
  const lines = [
    ...types.map((type) => `PROTOCOL ${type}`),
    "PROTOCOL nope",
    "PROTOCOL",
    "NOSUCH",
    "DIGEST x",
    "DIGEST-VALUE",
    "ERROR x",
    "ERROR",
    "LOG x",
    "SLEEP 0",
    "SLEEP x",
    "OBJECT missing",
    "OBJECT",
    "SDSLEN missing",
    "SDSLEN n",
    "SDSLEN list",
    "LISTPACK missing",
    "LISTPACK n",
    "LISTPACK list",
    "LISTPACK hash",
    "QUICKLIST missing",
    "QUICKLIST hash",
    "QUICKLIST list",
    "QUICKLIST list 1 2",
    "HTSTATS 16",
    "HTSTATS -1",
    "HTSTATS x",
    "HTSTATS 9",
    "HTSTATS-KEY missing",
    "HTSTATS-KEY n",
    "HTSTATS-KEY hash",
    "QUICKLIST-PACKED-THRESHOLD 5gb",
    "QUICKLIST-PACKED-THRESHOLD 4293918721",
    "QUICKLIST-PACKED-THRESHOLD 4293918720",
    "QUICKLIST-PACKED-THRESHOLD -1",
    "QUICKLIST-PACKED-THRESHOLD x",
    "QUICKLIST-PACKED-THRESHOLD 10kb",
    "QUICKLIST-PACKED-THRESHOLD 0",
    "POPULATE x",
    "POPULATE -1",
    "POPULATE 1 p x",
    "POPULATE 1 p -1",
    "POPULATE 1 p 1 1",
    "REPLYBUFFER",
    "REPLYBUFFER nope 1",
    "REPLYBUFFER PEAK-RESET-TIME",
    "REPLYBUFFER PEAK-RESET-TIME x",
    "REPLYBUFFER PEAK-RESET-TIME 100",
    "replybuffer peak-reset-time NEVER",
    "REPLYBUFFER PEAK-RESET-TIME reset",
    "REPLYBUFFER RESIZING no",
    "REPLYBUFFER RESIZING 1",
    "SET-ACTIVE-EXPIRE 1",
    "PAUSE-CRON 1",
    "PAUSE-CRON x",
    "PAUSE-CRON 0",
    "PAUSE-CRON",
    "SET-SKIP-CHECKSUM-VALIDATION 0",
    "SET-SKIP-CHECKSUM-VALIDATION",
    "RELOAD NOFLUSH X",
  ];
  await same(ours, theirs, ["SET", "n", "5"]);
  await same(ours, theirs, ["RPUSH", "list", "a", "5"]);
  await same(ours, theirs, ["HSET", "hash", "f", "v"]);
  for (const protocol of ["2", "3"]) {
    assert(
      !(await ours.send("HELLO", protocol)).startsWith("-") && !(await theirs.send("HELLO", protocol)).startsWith("-"),
    );
    for (const line of lines) await same(ours, theirs, ["DEBUG", ...line.split(" ")]);
    await same(ours, theirs, ["DEBUG", "ERROR", "ERR two words\r\nof \u00e9 lines"]);
    if (protocol === "2") await same(ours, theirs, ["DEBUG", "PROTOCOL", "push"]);
  }
});

compare("DEBUG PROTOCOL push sends a message and a reply", async (ours, theirs) => {
  for (const conn of [ours, theirs]) {
    await conn.send("HELLO", "3");
    assertEquals(await conn.send("DEBUG", "PROTOCOL", "push"), ">2[$16 server-cpu-usage, :42]");
    assertEquals(await conn.readReply(), "$40 Some real reply following the push reply");
  }
});

compare("DEBUG POPULATE makes the same keys", async (ours, theirs) => {
  await same(ours, theirs, ["SET", "key:2", "kept"]);
  const lines = ["100", "3 other", "3 sized 5", "3 long 300", `2 ${"p".repeat(200)}`, "0", "5 key 3"];
  for (const line of lines) {
    await same(ours, theirs, ["DEBUG", "POPULATE", ...line.split(" ")]);
    await same(ours, theirs, ["DEBUG", "DIGEST"]);
    await same(ours, theirs, ["DBSIZE"]);
  }
  await same(ours, theirs, ["DEBUG", "POPULATE", "1", "a\0b"]);
  await same(ours, theirs, ["GET", "a:0"]);
  for (const key of ["key:2", "key:7", "sized:1", "long:1", "other:0"]) {
    await same(ours, theirs, ["GET", key]);
    await same(ours, theirs, ["OBJECT", "ENCODING", key]);
  }
});
