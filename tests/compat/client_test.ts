/** CLIENT: what it tells of connections, whom it closes, and which replies it keeps back, compared with the original. */
import { assert, assertEquals, equal } from "@std/assert";
import { Server } from "../../server.ts";
import { CLOSED, compareTranscript, RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";

/** Where the machine is busy, a batch is cut after a millisecond, and replies are gone that redis-server still has: again. */
const MOST_PLAYS = 5;

/** Plays the same on miniredis and on redis-server, and compares what comes of it. */
function compare(name: string, play: (port: number, protocol: 2 | 3) => Promise<unknown>): void {
  Deno.test({
    name: `${name} (skipped where there is no redis-server)`,
    ignore: !hasReference,
    fn: async () => {
      await using redis = await startRedis("--enable-debug-command", "yes");
      await using server = await Server.start({ port: 0, config: { "enable-debug-command": "yes" } });
      for (const { port } of [redis, server]) await keepPeaks(port);
      for (const protocol of [2, 3] as const) {
        const theirs = await play(redis.port, protocol);
        let ours = await play(server.port, protocol);
        for (let plays = 1; plays < MOST_PLAYS && !equal(ours, theirs); plays++) {
          ours = await play(server.port, protocol);
        }
        assertEquals(ours, theirs, `RESP${protocol}`);
      }
    },
  });
}

/** Has a server not reset the peak of a client's replies, whenever that is due. */
async function keepPeaks(port: number): Promise<void> {
  await using conn = await RawConnection.connect(port);
  assertEquals(await conn.send("DEBUG", "REPLYBUFFER", "PEAK-RESET-TIME", "NEVER"), "+OK");
}

async function connect(port: number, protocol: 2 | 3, name?: string): Promise<RawConnection> {
  const conn = await RawConnection.connect(port);
  assert(!(await conn.send("HELLO", String(protocol), ...(name ? ["SETNAME", name] : []))).startsWith("-"));
  return conn;
}

/** Fields that tell of the moment, of sizes that allocators choose, or of what Redis has since 7.2. */
const OF_THE_SERVER = /^(id|addr|laddr|fd|age|idle|qbuf-free|tot-mem|lib-name|lib-ver)=/;

/** The lines of CLIENT LIST and INFO in a reply, without such fields, by the names of the clients. */
function figures(reply: string): string[] {
  const lines = [...reply.matchAll(/id=\d+ .*?(?=\\n)/g)].map(([line]) => line.split(" "));
  return lines.map((fields) => fields.filter((field) => !OF_THE_SERVER.test(field)).join(" ")).toSorted();
}

/** Requests that are sent at once, and what is sent afterwards to complete the last. */
const REQUESTS: readonly (readonly [requests: readonly string[], rest?: string])[] = [
  [["CLIENT INFO"]],
  [["PING", "CLIENT INFO"]],
  [["*2\r\n$6\r\nCLIENT\r\n$4\r\nINFO"]],
  [["CLIENT INFO", "PING", "CLIENT LIST", "*2\r\n$4\r\nECHO"], "$1\r\na\r\n"],
  [["GET middle", "CLIENT INFO"]],
  [["SELECT 3", "WATCH k", "CLIENT INFO", "UNWATCH"]],
  [["MULTI", "SET a 1", "GET abc", "CLIENT INFO", "PING", "EXEC"]],
  [["CLIENT NO-EVICT ON", "CLIENT INFO", "CLIENT NO-EVICT OFF", "CLIENT INFO"]],
  [["CLIENT SETNAME you", "CLIENT INFO", "CLIENT SETNAME ", "CLIENT INFO", "RESET", "CLIENT INFO"]],
];

compare("CLIENT INFO has the original's figures", async (port, protocol) => {
  await using conn = await connect(port, protocol, "me");
  await conn.send("SET", "middle", "x".repeat(10_000));
  const found: string[] = [];
  for (const [requests, rest] of REQUESTS) {
    await conn.write(requests.map((line) => `${line}\r\n`).join(""));
    const before = found.length;
    for (let i = 0; i < requests.length; i++) {
      if (i === requests.length - 1 && rest !== undefined) await conn.write(rest);
      const lines = figures(await conn.readReply());
      // further lines stand behind one whose length is not the original's
      found.push(...lines.map((line) => found.length === before ? line : line.replace(/ obl=\d+/, "")));
    }
  }
  assertEquals(found.length, 13);
  return found;
});

/** Each client by its name, with what it has sent; one that waits has no reply yet. */
const OTHERS: Readonly<Record<string, { readonly lines: readonly string[]; readonly waits?: string }>> = {
  subscriber: { lines: ["SUBSCRIBE a", "SUBSCRIBE b", "PSUBSCRIBE a*", "SSUBSCRIBE x"] },
  queuing: { lines: ["WATCH k", "MULTI", "SET k v", "LPUSH list 1 2 3"] },
  dirty: { lines: ["WATCH touched", "MULTI", "PING"] },
  waiting: { lines: ["SELECT 9"], waits: "BLPOP list other 0" },
  reading: { lines: ["GET middle"], waits: "XREAD BLOCK 0 STREAMS s $" },
  refused: { lines: ["GET"] },
  unknown: { lines: ["NOSUCH"] },
  monitor: { lines: ["MONITOR"] },
  protected: { lines: ["CLIENT NO-EVICT on", "CONFIG GET port"] },
};

compare("CLIENT LIST has the original's figures of all kinds of clients", async (port, protocol) => {
  await using stack = new AsyncDisposableStack();
  const control = stack.use(await connect(port, protocol));
  await control.send("SET", "middle", "x".repeat(10_000));
  for (const [name, { lines, waits }] of Object.entries(OTHERS)) {
    const conn = stack.use(await connect(port, protocol, name));
    for (const line of lines) await conn.send(...line.split(" "));
    if (waits !== undefined) await conn.write(`${waits}\r\n`);
  }
  await control.send("SET", "touched", "1");
  while (!(await control.send("INFO", "clients")).includes("blocked_clients:2"));
  const found: Record<string, string[]> = {};
  for (const options of ["", " TYPE normal", " TYPE PUBSUB", " TYPE master", " TYPE replica", " TYPE slave"]) {
    found[options] = figures(await control.send(..."CLIENT LIST".concat(options).split(" ")));
  }
  assertEquals(found[" TYPE PUBSUB"]!.length, 1);
  assertEquals(found[""]!.length, Object.keys(OTHERS).length + 1);
  return found;
});

/** Filters of CLIENT KILL; ID and ADDR are filled in. */
const FILTERS: readonly string[] = [
  "ID $ID",
  "ADDR $ADDR",
  "$ADDR",
  "ADDR $ADDR ID $ID",
  "ADDR $ADDR ID 999999",
  "ID 999999 ID $ID",
  "TYPE pubsub",
  "TYPE normal",
  "type NORMAL SKIPME yes",
  "TYPE normal SKIPME no",
  "TYPE replica",
  "TYPE slave SKIPME no",
  "TYPE master",
  "LADDR $LADDR",
  "LADDR $LADDR TYPE pubsub",
  "LADDR 127.0.0.1:1",
  "USER default",
  "USER default TYPE pubsub SKIPME no",
  "SKIPME yes",
  "SKIPME no",
  "ID $OWN",
  "ID $OWN SKIPME no",
  "$OWNADDR",
];

compare("CLIENT KILL closes those whom the original closes", async (port, protocol) => {
  const found: Record<string, unknown> = {};
  for (const filter of FILTERS) {
    await using stack = new AsyncDisposableStack();
    const asker = stack.use(await connect(port, protocol));
    const names = ["killer", "one", "two", "listener"];
    const conns = new Map<string, RawConnection>();
    for (const name of names) conns.set(name, stack.use(await connect(port, protocol, name)));
    await conns.get("listener")!.send("SUBSCRIBE", "c");
    const field = async (name: string, what: string) =>
      new RegExp(`(?:^|n|:| )id=(\\d+) addr=(\\S+) laddr=(\\S+) [^\\\\]* name=${name} `).exec(
        await asker.send("CLIENT", "LIST"),
      )![["id", "addr", "laddr"].indexOf(what) + 1]!;
    const words = filter.replace("$LADDR", await field("one", "laddr")).replace("$ADDR", await field("one", "addr"))
      .replace("$ID", await field("one", "id")).replace("$OWNADDR", await field("killer", "addr"))
      .replace("$OWN", await field("killer", "id"));
    const reply = await conns.get("killer")!.send("CLIENT", "KILL", ...words.split(" "));
    const left: string[] = [];
    for (const [name, conn] of conns) if (await conn.send("PING").catch(() => CLOSED) !== CLOSED) left.push(name);
    found[filter] = { reply, left };
  }
  return found;
});

compareTranscript("CLIENT KILL and LIST look at their options in the original's order", [
  "CLIENT KILL",
  "CLIENT KILL ID",
  "CLIENT KILL ID 1 2",
  "CLIENT KILL ID -1",
  "CLIENT KILL ID 9223372036854775808",
  "CLIENT KILL ID 1.5 TYPE odd",
  "CLIENT KILL TYPE odd ID x",
  "CLIENT KILL ID x TYPE odd",
  "CLIENT KILL USER none TYPE odd",
  "CLIENT KILL SKIPME maybe ID x",
  "CLIENT KILL MAXAGE 10",
  "CLIENT KILL ADDR 1:1 MAXAGE 10",
  ["CLIENT", "KILL", ""],
  ["CLIENT", "KILL", "TYPE", ""],
  ["CLIENT", "KILL", "TYPE", "a b\r\n"],
  ["CLIENT", "KILL", "USER", ""],
  ["CLIENT", "LIST", "TYPE", ""],
  "CLIENT LIST ID 0",
  "CLIENT LIST ID -1",
  "CLIENT LIST ID 9223372036854775808",
  "CLIENT LIST ID 999999 x 999999",
  "CLIENT LIST TYPE normal x",
  "CLIENT LIST IDS 1",
  "CLIENT INFO x",
  "CLIENT NO-EVICT",
  "CLIENT NO-EVICT on off",
]);

compareTranscript("CLIENT SETNAME takes what can stand in a list", [
  "CLIENT SETNAME a",
  "CLIENT GETNAME",
  ...[" ", "a b", "a\n", "\t", "é", "\x7f", "a\0"].map((name) => ["CLIENT", "SETNAME", name]),
  "CLIENT GETNAME",
  ["CLIENT", "SETNAME", "!~\"'=;:\\"],
  "CLIENT GETNAME",
  ["CLIENT", "SETNAME", "x".repeat(5_000)],
  "CLIENT GETNAME",
  ["CLIENT", "SETNAME", ""],
  "CLIENT GETNAME",
  ["HELLO", "2", "SETNAME", "a b"],
  "CLIENT GETNAME",
]);

/** CLIENT REPLY within a transaction and around it. */
const SILENCED: readonly string[] = [
  "MULTI | CLIENT REPLY OFF | EXEC | CLIENT REPLY ON",
  "MULTI | ECHO a | CLIENT REPLY OFF | ECHO b | EXEC | ECHO c | CLIENT REPLY ON",
  "MULTI | ECHO a | CLIENT REPLY SKIP | ECHO b | EXEC | ECHO c | ECHO d",
  "MULTI | ECHO a | CLIENT REPLY OFF | ECHO b | CLIENT REPLY ON | ECHO c | EXEC | ECHO d",
  "MULTI | ECHO a | CLIENT REPLY SKIP | CLIENT REPLY ON | ECHO c | EXEC | ECHO d | ECHO e",
  "MULTI | CLIENT REPLY SKIP | CLIENT REPLY OFF | EXEC | ECHO a | CLIENT REPLY ON | ECHO b",
  "MULTI | CLIENT REPLY SKIP | EXEC | CLIENT REPLY SKIP | ECHO d | ECHO e",
  "CLIENT REPLY OFF | MULTI | ECHO a | CLIENT REPLY ON | ECHO b | EXEC | ECHO c",
  "CLIENT REPLY SKIP | MULTI | ECHO a | EXEC | ECHO b",
  "CLIENT REPLY SKIP | MULTI | CLIENT REPLY SKIP | ECHO x | CLIENT REPLY ON | ECHO y | EXEC | ECHO z | ECHO w",
  "MULTI | CLIENT REPLY SKIP | ECHO a | NOSUCH | EXEC | ECHO b | ECHO c",
  "MULTI | ECHO a | CLIENT REPLY OFF | GET | ECHO z | DISCARD | ECHO b",
  "SET s v | MULTI | CLIENT REPLY OFF | LPUSH s x | CLIENT REPLY ON | LPUSH s y | EXEC | ECHO b",
  "MULTI | CLIENT REPLY maybe | CLIENT REPLY | EXEC | ECHO a",
  "MULTI | CLIENT REPLY maybe | ECHO a | EXEC | ECHO a",
  "MULTI | SUBSCRIBE c | CLIENT REPLY OFF | PUBLISH c x | ECHO q | UNSUBSCRIBE | EXEC | ECHO n | CLIENT REPLY ON",
  "MULTI | CLIENT REPLY OFF | SUBSCRIBE c | CLIENT REPLY ON | UNSUBSCRIBE | EXEC | ECHO m",
  "MULTI | CLIENT REPLY OFF | EXEC | WATCH a | MULTI | ECHO a | CLIENT REPLY ON | EXEC | ECHO m",
  "MULTI | CLIENT REPLY OFF | RESET | ECHO a",
  "MULTI | ECHO a | CLIENT REPLY OFF | EXEC | BLPOP none 0.01 | ECHO b | CLIENT REPLY ON",
  "MULTI | CLIENT REPLY SKIP",
];

compare("CLIENT REPLY silences parts of a transaction as in the original", async (port, protocol) => {
  const found: Record<string, string[]> = {};
  for (const lines of SILENCED) {
    await using conn = await connect(port, protocol);
    await conn.write([...lines.split(" | "), "QUIT", ""].join("\r\n"));
    const replies: string[] = found[lines] = [];
    // an array whose elements are silenced takes what comes after it for its own, or ends with the connection
    for (let reply = ""; reply !== CLOSED; replies.push(reply)) {
      reply = await conn.readReply().catch((error: Error) => `${error.message} ${CLOSED}`);
      if (reply.endsWith(CLOSED)) break;
    }
  }
  return found;
});
