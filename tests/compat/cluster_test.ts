/** A cluster of one node beside a redis-server in cluster mode that was given all slots: the same replies, byte for byte. */
import { assert, assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { inAnyOrder, RawConnection } from "../_harness.ts";
import { freePort, hasReference, startRedis } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";
import { twoKeyRequests } from "../_two_slots.ts";

const STATE_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
/** The bus of a real node needs a port; ours only tells of it. */
const ANNOUNCED = { "cluster-announce-port": "7000", "cluster-announce-bus-port": "17000" };

/** Commands to both, in their order; `ID` is the node's own id. */
interface Transcript {
  readonly name: string;
  readonly lines: readonly (string | readonly string[])[];
}

const TRANSCRIPTS: readonly Transcript[] = [
  {
    name: "requests with keys in two slots, of every command of the table",
    lines: [...twoKeyRequests("a", "b")].filter(([name]) => name !== "delete").map(([, request]) => request),
  },
  {
    name: "keys that cannot be told leave it to the command",
    lines: [
      "XREAD STREAMS a b c 1 2",
      "XREAD STREAMS a b 1",
      "ZUNIONSTORE d 9 a b",
      "ZUNIONSTORE d 2x a b",
      "ZUNIONSTORE d 0 a b",
      "SINTERCARD x a b",
      "MSET a 1 b",
      "LMPOP 5 a b LEFT",
      "SORT a",
      "SORT a STORE",
      "SORT a STORE b STORE a",
      "GEORADIUS a 0 0 1 m STORE",
      "OBJECT ENCODING a",
      "KEYS *",
      "SCAN 0",
      "RANDOMKEY",
    ],
  },
  {
    name: "nodes, slots and shards",
    lines: [
      "CLUSTER MYID",
      "CLUSTER NODES",
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      "CLUSTER INFO",
      "CLUSTER LINKS",
      "CLUSTER REPLICAS ID",
      "CLUSTER SLAVES ID",
      "CLUSTER COUNT-FAILURE-REPORTS ID",
      "CONFIG SET cluster-announce-hostname node.example cluster-replica-no-failover yes",
      "CLUSTER NODES",
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      "CONFIG SET cluster-preferred-endpoint-type hostname",
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      "CONFIG SET cluster-preferred-endpoint-type unknown-endpoint",
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      ["CONFIG", "SET", "cluster-announce-hostname", ""],
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      "CONFIG SET cluster-preferred-endpoint-type hostname",
      "CLUSTER SLOTS",
      "CLUSTER SHARDS",
      "CONFIG SET cluster-preferred-endpoint-type ip cluster-replica-no-failover no",
      "CLUSTER NODES",
      "CONFIG GET cluster-enabled",
      "CONFIG GET cluster-config-file",
      "CONFIG GET databases",
      "CONFIG SET cluster-enabled no",
      "INFO cluster",
    ],
  },
  {
    name: "epochs",
    lines: [
      "CLUSTER SET-CONFIG-EPOCH x",
      "CLUSTER SET-CONFIG-EPOCH -1",
      "CLUSTER SET-CONFIG-EPOCH 0",
      "CLUSTER SET-CONFIG-EPOCH 9007199254740993",
      "CLUSTER SET-CONFIG-EPOCH 9007199254740994",
      "CLUSTER BUMPEPOCH",
      "CLUSTER INFO",
      "CLUSTER NODES",
    ],
  },
  {
    name: "slots that are busy, and numbers that are none",
    lines: [
      "CLUSTER ADDSLOTS 0",
      "CLUSTER ADDSLOTS 7 7",
      "CLUSTER ADDSLOTS 1 x",
      "CLUSTER ADDSLOTS 16384",
      "CLUSTER ADDSLOTS -1",
      "CLUSTER ADDSLOTS",
      "CLUSTER ADDSLOTSRANGE 0 16383",
      "CLUSTER ADDSLOTSRANGE 5 4",
      "CLUSTER ADDSLOTSRANGE 5 6 7",
      "CLUSTER ADDSLOTSRANGE x 6",
      "CLUSTER ADDSLOTSRANGE 5 99999",
      "CLUSTER DELSLOTS 1 1",
      "CLUSTER DELSLOTS 1 x",
      "CLUSTER DELSLOTSRANGE 1 5 5 6",
      "CLUSTER DELSLOTSRANGE 1 5 6",
      "CLUSTER DELSLOTSRANGE 6 5",
      "SET k v",
      "CLUSTER FLUSHSLOTS",
      "CLUSTER FLUSHSLOTS now",
      "CLUSTER RESET",
      "CLUSTER RESET now",
      "CLUSTER RESET soft now",
      "CLUSTER SETSLOT x STABLE",
      "CLUSTER SETSLOT 5 STABLE",
      "CLUSTER SETSLOT 5 STABLE ID",
      "CLUSTER SETSLOT 5 NODE ID",
      "CLUSTER SETSLOT 5 NODE other",
      "CLUSTER SETSLOT 5 NODE",
      "CLUSTER SETSLOT 5 IMPORTING ID",
      "CLUSTER SETSLOT 5 IMPORTING other",
      "CLUSTER SETSLOT 5 MIGRATING other",
      "CLUSTER SETSLOT 5 NOSUCH ID",
      "CLUSTER SETSLOT 5 NODE ID ID",
      "CLUSTER INFO",
    ],
  },
  {
    name: "other nodes",
    lines: [
      "CLUSTER MEET localhost 7000",
      "CLUSTER MEET 127.0.0.1 x",
      "CLUSTER MEET 127.0.0.1 0",
      "CLUSTER MEET 127.0.0.1 60000",
      "CLUSTER MEET 127.0.0.1 70000",
      "CLUSTER MEET 127.0.0.1 7000 x",
      "CLUSTER MEET 127.0.0.1 7000 0",
      "CLUSTER MEET 1.2.3 7000",
      "CLUSTER MEET ::g 7000",
      "CLUSTER MEET 127.0.0.1 7000 1 2",
      "CLUSTER FORGET ID",
      "CLUSTER FORGET other",
      ["CLUSTER", "FORGET", "a\nb"],
      "CLUSTER REPLICATE ID",
      "CLUSTER REPLICATE other",
      "CLUSTER REPLICAS other",
      "CLUSTER COUNT-FAILURE-REPORTS other",
      "CLUSTER FAILOVER",
      "CLUSTER FAILOVER FORCE",
      "CLUSTER FAILOVER TAKEOVER",
      "CLUSTER FAILOVER now",
      "CLUSTER FAILOVER FORCE now",
      "REPLICAOF NO ONE",
      "REPLICAOF 127.0.0.1 7000",
      "FAILOVER",
      "CLUSTER NOSUCH",
      "CLUSTER",
      "READONLY",
      "READWRITE",
      "ASKING",
    ],
  },
  {
    name: "keys of a slot",
    lines: [
      "CLUSTER KEYSLOT foo",
      "CLUSTER KEYSLOT foo{}{bar}",
      "CLUSTER KEYSLOT foo{{bar}}zap",
      "CLUSTER KEYSLOT {user1000}.following",
      ["CLUSTER", "KEYSLOT", ""],
      ["CLUSTER", "KEYSLOT", "\u00e9\0"],
      "MSET {t}a 1 {t}b 2 t 3",
      "SET other 1",
      "CLUSTER COUNTKEYSINSLOT 15891",
      "CLUSTER GETKEYSINSLOT 15891 10",
      "RENAME {t}a {t}c",
      "DEL {t}b",
      "CLUSTER GETKEYSINSLOT 15891 10",
      "CLUSTER GETKEYSINSLOT 15891 0",
      "CLUSTER GETKEYSINSLOT 15891 -1",
      "CLUSTER GETKEYSINSLOT 16384 1",
      "CLUSTER GETKEYSINSLOT x 1",
      "CLUSTER GETKEYSINSLOT 1 x",
      "CLUSTER COUNTKEYSINSLOT 16384",
      "CLUSTER COUNTKEYSINSLOT -1",
      "CLUSTER COUNTKEYSINSLOT x",
      "FLUSHALL",
      "CLUSTER COUNTKEYSINSLOT 15891",
    ],
  },
  {
    name: "transactions",
    lines: [
      "MULTI",
      "SET a 1",
      "SET b 1",
      "EXEC",
      "EXEC",
      "GET a",
      "MULTI",
      "SET {t}a 1",
      "SELECT 1",
      "GET {t}b",
      "EXEC",
      "MULTI",
      "MGET a b",
      "SET a 1",
      "EXEC",
      "MULTI",
      "SET a 1",
      "NOSUCH",
      "SET b 1",
      "EXEC",
      "MULTI",
      "SET a 1",
      "SET b 1",
      "NOSUCH",
      "EXEC",
      "PING",
      "WATCH a b",
      "WATCH a",
      "MULTI",
      "WATCH b c",
      "EXEC",
      "MULTI",
      "SET a 1",
      "SET b 1",
      "EXEC x",
      "EXEC",
      "MULTI",
      "SSUBSCRIBE a",
      "GET b",
      "EXEC",
      "INFO errorstats",
    ],
  },
  {
    name: "shard channels",
    lines: ["SPUBLISH a m", "SUNSUBSCRIBE a b", "SUNSUBSCRIBE", "SSUBSCRIBE a b", "SSUBSCRIBE a", "SSUBSCRIBE b"],
  },
  {
    name: "other databases and SORT's patterns",
    lines: [
      "SELECT 0",
      "SELECT 1",
      "SELECT 99",
      "SELECT x",
      "SWAPDB 0 1",
      "SWAPDB x y",
      "MOVE a 1",
      "MOVE a x",
      "COPY {t}a {t}b DB 1",
      "COPY {t}a {t}b DB 0",
      "COPY {t}a {t}b DB 99",
      "COPY a a DB 1",
      "RPUSH a 2 1",
      "SORT a BY w_*",
      "SORT a BY w_* GET x",
      "SORT a GET #",
      "SORT a GET",
      "SORT a BY",
      "SORT a BY nosort",
      "SORT a ALPHA NOSUCH GET x",
      "SORT_RO a BY w_*",
    ],
  },
];

/** Commands that set the node's epoch come to each node once. */
const ONCE = "epochs";

/** Words that requests are made of at random: keys, numbers of keys, options before and behind keys. */
const WORDS = "a b c {a}x 0 1 2 3 -1 2x STORE STOREDIST STREAMS COUNT BLOCK GROUP NOACK BY GET LIMIT WEIGHTS LEFT"
  .split(" ");
const RANDOM_REQUESTS = 4_000;
/**
 * What is not queued, or is ours; and commands for which the original does not go by the key specs, but reads their options:
 * where these are wrong it may find other keys, or none, before it says what is wrong.
 */
const OTHERWISE = ["watch", "delete", "georadius", "georadiusbymember", "xread", "xreadgroup"];

/** Requests of commands that may have several keys, queued and not run: slots are looked at when they are queued. */
function randomRequests(): string[][] {
  const random = new Random(2);
  const pick = <T>(from: readonly T[]): T => from[random.int(from.length)]!;
  const names = [...twoKeyRequests("a", "b").keys(), "sort_ro", "get", "object|encoding", "bitfield", "set"]
    .filter((name) => !OTHERWISE.includes(name));
  return Array.from({ length: RANDOM_REQUESTS }, () => {
    const words = pick(names).toUpperCase().split("|");
    return [...words, ...Array.from({ length: random.int(8) }, () => pick(WORDS))];
  });
}

/** The replies to requests, each in a MULTI of its own that is discarded. */
async function queue(port: number, requests: readonly (readonly string[])[]): Promise<string[]> {
  await using conn = await RawConnection.connect(port);
  const shown: string[] = [];
  for (const request of requests) {
    await conn.send("MULTI");
    shown.push(`> ${request.join(" ")}\n${await conn.send(...request)}`);
    await conn.send("DISCARD");
  }
  return shown;
}

Deno.test({
  name: "a cluster of one node is that of redis-server 7.0 (skipped where it is not installed)",
  ignore: !hasReference,
  fn: async (t) => {
    const announced = Object.entries(ANNOUNCED);
    await using redis = await startRedis(
      ...["--cluster-enabled", "yes", "--cluster-port", `${freePort()}`, "--cluster-announce-ip", "127.0.0.1"],
      ...announced.flatMap(([name, value]) => [`--${name}`, value]),
    );
    await giveAllSlots(redis.port);
    await using server = await Server.start({ port: 0, config: { "cluster-enabled": "yes", ...ANNOUNCED } });
    for (const transcript of TRANSCRIPTS) {
      for (const protocol of transcript.name === ONCE ? [2] : [2, 3]) {
        await t.step(`${transcript.name} (RESP${protocol})`, async () => {
          const ours = await replay(server.port, transcript, protocol);
          const theirs = await replay(redis.port, transcript, protocol);
          assertEquals(settled(ours, theirs), theirs.join("\n"), "miniredis (actual) and redis-server (expected)");
        });
      }
    }
    await t.step(`${RANDOM_REQUESTS} random requests have their keys in one slot or in several`, async () => {
      const requests = randomRequests();
      const [ours, theirs] = await Promise.all([queue(server.port, requests), queue(redis.port, requests)]);
      assertEquals(ours.filter((line, i) => line !== theirs[i]), theirs.filter((line, i) => line !== ours[i]));
      assert(ours.filter((line) => line.includes("CROSSSLOT")).length > RANDOM_REQUESTS / 4);
    });
  },
});

/** Makes a node a cluster by itself, and waits until it serves. */
async function giveAllSlots(port: number): Promise<void> {
  await using conn = await RawConnection.connect(port);
  assertEquals(await conn.send("CLUSTER", "ADDSLOTSRANGE", "0", "16383"), "+OK");
  const deadline = Date.now() + STATE_TIMEOUT_MS;
  while (!(await conn.send("CLUSTER", "INFO")).includes("cluster_state:ok")) {
    if (Date.now() > deadline) throw new Error("Cannot use redis-server: its cluster does not come up");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Each line with its reply, the node's id as `ID`. */
async function replay(port: number, { lines }: Transcript, protocol: number): Promise<string[]> {
  await using conn = await RawConnection.connect(port);
  assertEquals(await conn.send("FLUSHALL"), "+OK");
  assertEquals(await conn.send("CONFIG", "RESETSTAT"), "+OK");
  if (protocol === 3) await conn.send("HELLO", "3");
  const id = (await conn.send("CLUSTER", "MYID")).slice("$40 ".length);
  const shown: string[] = [];
  for (const line of lines) {
    const words = typeof line === "string" ? line.split(" ") : line;
    const reply = await conn.send(...words.map((word) => word === "ID" ? id : word));
    shown.push(`> ${words.join(" ")}\n${reply.replaceAll(id, "ID")}`);
  }
  return shown;
}

/** Our replies as text; keys of a slot may come in any order. */
function settled(ours: readonly string[], theirs: readonly string[]): string {
  return ours.map((line, i) => {
    const isFree = line.startsWith("> CLUSTER GETKEYSINSLOT") && inAnyOrder(line, theirs[i]!);
    return isFree ? theirs[i]! : line;
  }).join("\n");
}
