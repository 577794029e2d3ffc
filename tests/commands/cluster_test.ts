import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { configOf } from "../../engine/config.ts";
import { twoKeyRequests } from "../_two_slots.ts";
import { newCaller } from "../_call.ts";

const CROSS_SLOT = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";

function newNode(config: Record<string, string> = {}, protocol: 2 | 3 = 2, seed = 1) {
  return newCaller({ config: configOf({ "cluster-enabled": "yes", ...config }), protocol, seed });
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

// ---- One slot for one request ----

Deno.test("a request with keys in two slots is refused, whatever the command", () => {
  const { raw, connect } = newNode();
  const requests = twoKeyRequests("a", "b");
  assert(requests.size > 45, `${requests.size} commands`);
  for (const [name, request] of requests) {
    assertEquals(raw(...request), CROSS_SLOT, request.join(" "));
    const commandstats = connect().raw("INFO", "commandstats");
    assert(commandstats.includes(`\r\ncmdstat_${name}:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,`), name);
  }
});

Deno.test("a request with keys in one slot is not, whatever the command", () => {
  const { connect, engine } = newNode();
  for (const request of twoKeyRequests("{t}a", "{t}b").values()) {
    assertNotEquals(connect().raw(...request), CROSS_SLOT, request.join(" "));
    engine.blocking.forget(engine.clients.get(engine.clients.size)!);
  }
});

Deno.test("with cluster mode off keys may be in any slot, and CLUSTER answers nothing", () => {
  const { raw, engine } = newCaller();
  for (const [name, request] of twoKeyRequests("a", "b")) {
    if (!name.startsWith("b") && !name.endsWith("subscribe")) assertNotEquals(raw(...request), CROSS_SLOT, name);
  }
  for (const line of ["CLUSTER KEYSLOT a", "CLUSTER HELP", "CLUSTER NODES", "READONLY", "READWRITE", "ASKING"]) {
    assertEquals(raw(...line.split(" ")), "-ERR This instance has cluster support disabled\r\n", line);
  }
  assertEquals(engine.cluster, null);
});

Deno.test("EXEC looks at the keys of all commands, and drops the transaction when they are in two slots", () => {
  const { raw } = newNode();
  for (const line of ["MULTI", "SET a 1", "SET b 1"]) raw(...line.split(" "));
  assertEquals(raw("EXEC"), CROSS_SLOT);
  assertEquals(raw("EXEC"), "-ERR EXEC without MULTI\r\n");
  assertEquals(raw("GET", "a"), "$-1\r\n");
  for (const line of ["MULTI", "SET {t}a 1", "PING", "GET {t}b"]) raw(...line.split(" "));
  assertEquals(raw("EXEC"), "*3\r\n+OK\r\n+PONG\r\n$-1\r\n");
});

Deno.test("a command refused for its slots in MULTI has EXEC refuse", () => {
  const { raw } = newNode();
  raw("MULTI");
  assertEquals(raw("MGET", "a", "b"), CROSS_SLOT);
  assertEquals(raw("SET", "a", "1"), "+QUEUED\r\n");
  assertEquals(raw("EXEC"), "-EXECABORT Transaction discarded because of previous errors.\r\n");
});

Deno.test("an EXEC refused for its slots unwatches", () => {
  const { raw, connect } = newNode();
  for (const line of ["WATCH a", "MULTI", "GET a", "GET b", "EXEC"]) raw(...line.split(" "));
  connect().raw("SET", "a", "1");
  raw("MULTI");
  raw("GET", "a");
  assertEquals(raw("EXEC"), "*1\r\n$1\r\n1\r\n");
});

Deno.test("a password comes before slots, which come before the rule for subscribers", () => {
  const locked = newNode({ requirepass: "secret" });
  locked.client.gates |= 1;
  locked.client.isAuthenticated = false;
  assertEquals(locked.raw("MGET", "a", "b"), "-NOAUTH Authentication required.\r\n");
  const { raw } = newNode();
  raw("SUBSCRIBE", "c");
  assertEquals(raw("MGET", "a", "b"), CROSS_SLOT);
  assertMatch(raw("MGET", "a", "a"), /^-ERR Can't execute 'mget'/);
});

Deno.test("shard channels have slots as keys have, and channels have none", () => {
  const { raw } = newNode();
  assertEquals(raw("SSUBSCRIBE", "a", "b"), CROSS_SLOT);
  assertEquals(raw("SUNSUBSCRIBE", "a", "b"), CROSS_SLOT);
  assertMatch(raw("SSUBSCRIBE", "{t}a", "{t}b"), /^\*3\r\n\$10\r\nssubscribe\r\n/);
  assertMatch(raw("SSUBSCRIBE", "other"), /:3\r\n$/);
  assertMatch(raw("SUNSUBSCRIBE"), /:0\r\n$/);
  assertMatch(raw("SUBSCRIBE", "a", "b"), /:2\r\n$/);
});

// ---- Other databases ----

Deno.test("cluster mode has one database", () => {
  const { raw } = newNode();
  assertEquals(raw("SELECT", "0"), "+OK\r\n");
  assertEquals(raw("SELECT", "1"), "-ERR SELECT is not allowed in cluster mode\r\n");
  assertEquals(raw("SELECT", "x"), "-ERR value is not an integer or out of range\r\n");
  assertEquals(raw("SWAPDB", "0", "x"), "-ERR SWAPDB is not allowed in cluster mode\r\n");
  assertEquals(raw("MOVE", "a", "1"), "-ERR MOVE is not allowed in cluster mode\r\n");
  const elsewhere = "-ERR Copying to another database is not allowed in cluster mode\r\n";
  assertEquals(raw("COPY", "{t}a", "{t}b", "DB", "1"), elsewhere);
  assertEquals(raw("COPY", "{t}a", "{t}b", "DB", "0"), ":0\r\n");
});

Deno.test("SORT follows no patterns in cluster mode", () => {
  const { raw } = newNode();
  raw("RPUSH", "a", "2", "1");
  assertEquals(raw("SORT", "a", "BY", "w_*"), "-ERR BY option of SORT denied in Cluster mode.\r\n");
  assertEquals(raw("SORT_RO", "a", "GET", "#"), "-ERR GET option of SORT denied in Cluster mode.\r\n");
  assertEquals(raw("SORT", "a", "BY", "nosort"), "*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
  assertEquals(raw("SORT", "a"), "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
});

// ---- What it tells ----

Deno.test("HELLO, INFO and CLIENT LIST tell of cluster mode", () => {
  const { raw } = newNode();
  assert(raw("HELLO").includes("$4\r\nmode\r\n$7\r\ncluster\r\n"));
  assert(raw("INFO", "server").includes("\r\nredis_mode:cluster\r\n"));
  assertEquals(raw("INFO", "cluster"), bulk("# Cluster\r\ncluster_enabled:1\r\n"));
  assertEquals(raw("ASKING"), "+OK\r\n");
  assertEquals(raw("READONLY"), "+OK\r\n");
  assert(raw("CLIENT", "INFO").includes(" flags=r "));
  assertEquals(raw("READWRITE"), "+OK\r\n");
  assert(raw("CLIENT", "INFO").includes(" flags=N "));
  raw("READONLY");
  raw("RESET");
  assert(raw("CLIENT", "INFO").includes(" flags=N "));
});

Deno.test("a node's id is 40 hexadecimal digits, the same for the same seed", () => {
  const { raw, engine } = newNode();
  const id = engine.cluster!.nodeId;
  assertMatch(id, /^[0-9a-f]{40}$/);
  assertEquals(raw("CLUSTER", "MYID"), bulk(id));
  assertEquals(newNode().engine.cluster!.nodeId, id);
  assertNotEquals(newNode({}, 2, 2).engine.cluster!.nodeId, id);
  assertNotEquals(engine.runId, id);
});

Deno.test("a node is where the client has found it, or where the directives say", () => {
  const { raw, engine } = newNode();
  const id = engine.cluster!.nodeId;
  const address = () => raw("CLUSTER", "NODES").split(" ")[1];
  assertEquals(address(), "127.0.0.1:0@0"); // it listens nowhere
  engine.tcpPort = 7000;
  assertEquals(raw("CLUSTER", "NODES"), bulk(`${id} 127.0.0.1:7000@17000 myself,master - 0 0 0 connected 0-16383\n`));
  engine.tcpPort = 60_000;
  assertEquals(address(), "127.0.0.1:60000@0"); // no port is so much above it
  const set = (name: string, value: string) => assertEquals(raw("CONFIG", "SET", name, value), "+OK\r\n");
  set("cluster-announce-ip", "10.0.0.1");
  set("cluster-announce-port", "1234");
  set("cluster-announce-bus-port", "4321");
  set("cluster-announce-hostname", "node.example");
  set("cluster-replica-no-failover", "yes");
  assertEquals(address(), "10.0.0.1:1234@4321,node.example");
  assertEquals(raw("CLUSTER", "NODES").split(" ")[2], "myself,master,nofailover");
});

for (const protocol of [2, 3] as const) {
  Deno.test(`cluster-preferred-endpoint-type decides what SLOTS and SHARDS send clients to (RESP${protocol})`, () => {
    const { raw, engine } = newNode({}, protocol);
    engine.tcpPort = 7000;
    const map = (count: number) => protocol === 3 ? `%${count}` : `*${count * 2}`;
    const slots = (endpoint: string, ...others: string[]) =>
      `*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n${endpoint}:7000\r\n${bulk(engine.cluster!.nodeId)}${
        map(others.length / 2)
      }\r\n` +
      others.map(bulk).join("");
    const endpoint = () => /\bendpoint\r\n\$\d+\r\n(.*)\r\n/.exec(raw("CLUSTER", "SHARDS"))![1];
    const prefer = (type: string) => raw("CONFIG", "SET", "cluster-preferred-endpoint-type", type);

    assertEquals(raw("CLUSTER", "SLOTS"), slots(bulk("127.0.0.1")));
    assertEquals(endpoint(), "127.0.0.1");
    prefer("hostname");
    assertEquals(raw("CLUSTER", "SLOTS"), slots(bulk("?"), "ip", "127.0.0.1"));
    assertEquals(endpoint(), "?");
    raw("CONFIG", "SET", "cluster-announce-hostname", "node.example");
    assertEquals(raw("CLUSTER", "SLOTS"), slots(bulk("node.example"), "ip", "127.0.0.1"));
    assertEquals(endpoint(), "node.example");
    prefer("unknown-endpoint");
    const unknown = protocol === 3 ? "_\r\n" : "$-1\r\n";
    assertEquals(raw("CLUSTER", "SLOTS"), slots(unknown, "ip", "127.0.0.1", "hostname", "node.example"));
    assertEquals(endpoint(), "");
    prefer("ip");
    assertEquals(raw("CLUSTER", "SLOTS"), slots(bulk("127.0.0.1"), "hostname", "node.example"));
  });
}

for (
  const [localAddress, ip] of [
    ["10.1.2.3:7000", "10.1.2.3"],
    ["[::1]:7000", "::1"],
    ["[::ffff:10.1.2.3]:7000", "10.1.2.3"],
    ["[fe80::1%eth0]:7000", "fe80::1"],
    ["memory:0", ""],
    ["/tmp/a:b/redis.sock:0", ""],
  ] as const
) {
  Deno.test(`a client connected to ${localAddress} is told of the address '${ip}'`, () => {
    const { engine, client } = newNode();
    const connected = Object.assign(Object.create(client), { connection: { ...client.connection, localAddress } });
    assertEquals(engine.cluster!.addressFor(connected, 7000).ip, ip);
  });
}

// ---- Keys of a slot ----

Deno.test("keys are counted and listed by their slot", () => {
  const { raw, clock } = newNode({ "enable-debug-command": "yes" });
  const slot = raw("CLUSTER", "KEYSLOT", "t").slice(1, -2);
  const count = () => raw("CLUSTER", "COUNTKEYSINSLOT", slot);
  assertEquals(count(), ":0\r\n");
  raw("MSET", "{t}a", "1", "{t}b", "2", "t", "3");
  raw("SET", "other", "4");
  assertEquals(count(), ":3\r\n");
  assertEquals(raw("CLUSTER", "GETKEYSINSLOT", slot, "2"), "*2\r\n$4\r\n{t}a\r\n$4\r\n{t}b\r\n");
  assertEquals(raw("CLUSTER", "GETKEYSINSLOT", slot, "0"), "*0\r\n");
  raw("RENAME", "{t}a", "{t}c");
  raw("APPEND", "{t}b", "x".repeat(5_000));
  raw("DEL", "t");
  const listed = raw("CLUSTER", "GETKEYSINSLOT", slot, "100").split("\r\n").filter((line) => line.startsWith("{"));
  assertEquals(listed.sort(), ["{t}b", "{t}c"]);
  raw("DEBUG", "RELOAD");
  assertEquals(count(), ":2\r\n");
  raw("PEXPIRE", "{t}b", "5");
  clock.advance(10);
  assertEquals(count(), ":2\r\n"); // it is still there, as in Redis
  assertEquals(raw("EXISTS", "{t}b"), ":0\r\n");
  assertEquals(count(), ":1\r\n");
  raw("FLUSHALL");
  assertEquals(count(), ":0\r\n");
});

// ---- What it refuses ----

Deno.test("slots cannot be given up, nodes not be met, no file be written: it says so", () => {
  const { raw, engine } = newNode();
  const id = engine.cluster!.nodeId;
  const keeps = "-ERR not supported: this node is a cluster by itself and owns all hash slots\r\n";
  const meets = "-ERR not supported: this node is a cluster by itself and joins no other nodes\r\n";
  for (
    const line of [
      "DELSLOTS 1 2",
      "DELSLOTSRANGE 1 5 7 9",
      "FLUSHSLOTS",
      "RESET",
      "RESET HARD",
    ]
  ) assertEquals(raw("CLUSTER", ...line.split(" ")), keeps, line);
  for (const line of ["MEET 127.0.0.1 7000", "MEET ::1 7000 7001", `SETSLOT 5 MIGRATING ${id}`]) {
    assertEquals(raw("CLUSTER", ...line.split(" ")), meets, line);
  }
  assertMatch(raw("CLUSTER", "SAVECONFIG"), /^-ERR error saving the cluster node config: not supported/);
  assertMatch(raw("CLUSTER", "INFO"), /cluster_slots_assigned:16384\r\n.*cluster_known_nodes:1\r\n/s);
});

Deno.test("CLUSTER HELP lists the subcommands", () => {
  const { raw } = newNode();
  const help = raw("CLUSTER", "HELP");
  for (const line of ["+GETKEYSINSLOT slot:integer count\r\n", "+MYID\r\n", "+HELP\r\n"]) {
    assert(help.includes(line), line);
  }
});
