/** HELLO, AUTH, SELECT, RESET, CLIENT, and requests that are none, compared with the original. */
import { assert, assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { CLOSED, compareTranscript, RawConnection, sameType, type Tolerance } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";

/** The map of HELLO with what must differ taken out: the id, and the field that is ours. */
const helloMap: Tolerance = (ours, theirs) => {
  const common = (reply: string) =>
    reply.replace(/(,? ?\$9 miniredis[:,] \$\d+ [\d.]+)/, "").replace(/(\$2 id[:,]) :\d+/, "$1 :0")
      .replace(/^[*%]\d+/, "");
  return common(ours) === common(theirs);
};

compareTranscript("HELLO tells of the server and switches the protocol", [
  "HELLO",
  "HELLO 3",
  "PING",
  "HELLO",
  "GET nosuch",
  "HELLO 2",
  "GET nosuch",
  "HELLO 3 SETNAME me",
  "CLIENT GETNAME",
  "HELLO 2 AUTH default anything SETNAME you",
  "CLIENT GETNAME",
], { tolerate: { HELLO: helloMap } });

compareTranscript("HELLO refuses what it does not understand", [
  "HELLO 1",
  "HELLO 4",
  "HELLO x",
  "HELLO 3 AUTH",
  "HELLO 3 AUTH a",
  "HELLO 3 AUTH a b",
  "HELLO 3 SETNAME",
  ["HELLO", "3", "SETNAME", "a b"],
  "HELLO 3 setname a nosuch",
  "CLIENT GETNAME",
  "HELLO 9223372036854775808",
  "GET nosuch",
]);

compareTranscript("AUTH without a password", ["AUTH", "AUTH x", "AUTH default x", "AUTH other x", "AUTH a b c"]);

compareTranscript("a password is asked for and taken", [
  "CONFIG SET requirepass secret",
  "PING",
  "RESET",
  "PING",
  "GET",
  "NOSUCH a",
  "CLIENT",
  "CLIENT NOSUCH",
  "HELLO",
  "HELLO 3",
  "HELLO 2 SETNAME a",
  "HELLO 2 AUTH default wrong",
  "AUTH wrong",
  "AUTH other secret",
  "DEBUG SLEEP 0",
  "PING",
  "AUTH default secret",
  "PING",
  "RESET",
  "AUTH secret",
  "CONFIG SET requirepass",
  ["CONFIG", "SET", "requirepass", ""],
  "PING",
]);

compareTranscript("SELECT takes the number of a database", [
  "SET k 0",
  "SELECT 1",
  "GET k",
  "SELECT 15",
  "SELECT 16",
  "SELECT -1",
  "SELECT 2147483648",
  "SELECT -2147483649",
  "SELECT 99999999999999999999",
  "SELECT 01",
  "SELECT x",
  "SELECT",
  "SELECT 0",
  "GET k",
]);

compareTranscript("PING, ECHO and RESET", [
  "PING",
  "PING hello",
  "PING a b",
  ["ECHO", ""],
  "ECHO a b",
  ["ECHO", Uint8Array.of(0, 255, 13, 10)],
  "SELECT 3",
  "CLIENT SETNAME me",
  "RESET",
  "CLIENT GETNAME",
  "RESET x",
]);

compareTranscript("QUIT answers and closes", ["QUIT"]);
compareTranscript("QUIT ignores its arguments", ["QUIT now please"]);

compareTranscript("requests that are no commands are quoted", [
  "NOSUCH",
  "nosuch a b c",
  ["no such", "it's", ""],
  ["NO\r\nSUCH", "a\nb"],
  ["x".repeat(130), "y".repeat(100), "z".repeat(100), "more"],
  ["x", "y".repeat(128), "z"],
  ["x", "y".repeat(122), "z", "more"],
  ["x", ...Array.from({ length: 50 }, (_, i) => `${i}`)],
  ["nö", "sücht"],
  ["", "a"],
  "config|get maxmemory",
  "GET",
  "GET a b",
  "SET",
  "get",
]);

compareTranscript("containers answer for their subcommands", [
  "CLIENT",
  "CLIENT NOSUCH",
  "client nosuch a b",
  ["CLIENT", "y".repeat(130)],
  "CLIENT ID x",
  "CLIENT setname",
  "CLIENT SETNAME a b",
  "CLIENT KILL",
  "CLIENT REPLY",
  "CONFIG",
  "CONFIG NOSUCH x",
  "CONFIG GET",
  "CONFIG SET x",
  "COMMAND NOSUCH",
  "COMMAND COUNT x",
  "COMMAND GETKEYS",
  "OBJECT",
  "OBJECT NOSUCH x",
  "OBJECT ENCODING",
  "DEBUG",
  "DEBUG HELP",
]);

compareTranscript("names of connections", [
  "CLIENT GETNAME",
  "CLIENT SETNAME a",
  "CLIENT GETNAME",
  ["CLIENT", "SETNAME", "a b"],
  ["CLIENT", "SETNAME", "ä"],
  ["CLIENT", "SETNAME", ""],
  "CLIENT GETNAME",
  "CLIENT ID",
  "CLIENT NO-EVICT on",
  "CLIENT NO-EVICT OFF",
  "CLIENT NO-EVICT maybe",
], { tolerate: { "CLIENT ID": sameType } });

/** The names of the fields of the lines of CLIENT LIST, without the two at the end that Redis has since 7.2. */
const sameFields: Tolerance = (ours, theirs) => {
  const names = (
    reply: string,
  ) => [...reply.replaceAll(/ lib-name=\S* lib-ver=[^\\ ]*/g, "").matchAll(/ ?([a-z-]+)=/g)];
  const names7 = (reply: string) => names(reply).map(([, name]) => name).join();
  return ours[0] === theirs[0] && names7(ours) === names7(theirs);
};

compareTranscript("CLIENT LIST and CLIENT INFO have the fields of the original", [
  "CLIENT LIST",
  "CLIENT INFO",
  "CLIENT LIST TYPE normal",
  "CLIENT LIST TYPE replica",
  "CLIENT LIST TYPE pubsub",
  "CLIENT LIST ID 987654321",
], { tolerate: { "CLIENT LIST": sameFields, "CLIENT INFO": sameFields } });

compareTranscript("CLIENT LIST and CLIENT KILL refuse what they do not understand", [
  "CLIENT LIST TYPE",
  "CLIENT LIST TYPE odd",
  "CLIENT LIST ID",
  "CLIENT LIST ID x",
  "CLIENT LIST ID 1 x",
  "CLIENT LIST TYPE normal ID 1",
  "CLIENT LIST nosuch",
  "CLIENT KILL 127.0.0.1:1",
  "CLIENT KILL ID 0",
  "CLIENT KILL ID x",
  "CLIENT KILL ID 987654321",
  "CLIENT KILL TYPE odd",
  "CLIENT KILL TYPE pubsub",
  "CLIENT KILL USER odd",
  "CLIENT KILL ADDR 127.0.0.1:1",
  "CLIENT KILL LADDR 127.0.0.1:1 SKIPME no",
  "CLIENT KILL ADDR a SKIPME maybe",
  "CLIENT KILL ADDR a b c",
  "CLIENT KILL ADDR a LADDR",
  "CLIENT REPLY maybe",
]);

compareTranscript("INFO of one section that has nothing to tell", [
  "INFO nosuch",
  "INFO cluster",
  "INFO commandstats x",
], {
  tolerate: { "INFO commandstats": sameType },
});

compareTranscript("SHUTDOWN refuses what it does not understand", [
  "SHUTDOWN nosuch",
  "SHUTDOWN SAVE NOSAVE",
  "SHUTDOWN ABORT NOW",
  "SHUTDOWN ABORT",
]);

compareTranscript("TIME is a pair of seconds and microseconds", ["TIME x", "TIME"], {
  tolerate: {
    TIME: (ours, theirs) => [ours, theirs].every((reply) => /^\*2\[\$10 \d{10}, \$\d \d{1,6}\]$/.test(reply)),
  },
});

compareTranscript("HTTP is no Redis command but the end of the connection", ["PING", "POST /"]);
compareTranscript("a header line of HTTP likewise", ["Host: example.com"]);

/** The figures of INFO without times, in the order of their names. */
const sameFigures: Tolerance = (ours, theirs) => {
  const figures = (reply: string) =>
    reply.replace(/^[$=]\d+ /, "").replaceAll(/usec=\d+,usec_per_call=[\d.]+/g, "usec").split("\\r\\n").toSorted()
      .join();
  return ours[0] === theirs[0] && figures(ours) === figures(theirs);
};

compareTranscript("calls, refusals and failures are counted as by the original", [
  "SET k v",
  "SET",
  "GET k",
  "INCR k",
  "GET a b",
  "NOSUCH",
  "CLIENT ID",
  "CLIENT ID x",
  "CLIENT NOSUCH",
  "CLIENT",
  "CONFIG GET port",
  "PING a b",
  "HELLO 9",
  "AUTH a b",
  "DEBUG SLEEP 0",
  "SELECT 99",
  "COMMAND COUNT",
  "INFO commandstats",
  "INFO errorstats",
  "CONFIG RESETSTAT",
  "INFO commandstats",
  "INFO errorstats",
], { tolerate: { INFO: sameFigures, "CLIENT ID": sameType, "CONFIG GET port": sameType, "COMMAND COUNT": sameType } });

/** Requests sent at once; the replies are told from each other by what they are. */
const SILENCED = [
  "CLIENT REPLY OFF\r\nPING\r\nNOSUCH\r\nCLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nECHO 1",
  "CLIENT REPLY SKIP\r\nPING\r\nECHO 2",
  "CLIENT REPLY SKIP\r\nCLIENT REPLY SKIP\r\nPING\r\nECHO 3",
  "CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nECHO 4",
  "CLIENT REPLY SKIP\r\nNOSUCH\r\nECHO 5",
  "CLIENT REPLY SKIP\r\nRESET\r\nECHO 6",
  "CLIENT REPLY SKIP\r\nCLIENT REPLY OFF\r\nECHO 7\r\nCLIENT REPLY ON",
  "CLIENT REPLY OFF\r\nRESET\r\nECHO 8",
  "CLIENT REPLY SKIP\r\nQUIT",
];

Deno.test({
  name: "replies switched off are those of redis-server 7.0 (skipped where it is not installed)",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    await using server = await Server.start({ port: 0 });
    const repliesOf = async (port: number) => {
      await using conn = await RawConnection.connect(port);
      await conn.write(SILENCED.map((requests) => `${requests}\r\n`).join(""));
      const replies: string[] = [];
      for (let reply = ""; reply !== CLOSED; replies.push(reply)) reply = await conn.readReply();
      return replies;
    };
    const expected = await repliesOf(redis.port);
    assert(expected.length > 8);
    assertEquals(await repliesOf(server.port), expected);
  },
});

Deno.test({
  name:
    "a client that is killed sees its connection end, on both servers (skipped where redis-server is not installed)",
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis();
    await using server = await Server.start({ port: 0 });
    for (const { port } of [redis, server]) {
      await using killer = await RawConnection.connect(port);
      await using victim = await RawConnection.connect(port);
      await using bystander = await RawConnection.connect(port);
      const id = (await victim.send("CLIENT", "ID")).slice(1);
      await bystander.send("PING");
      assertEquals(await killer.send("CLIENT", "KILL", "ID", id), ":1");
      assert(!(await killer.send("CLIENT", "LIST")).includes(`id=${id} `));
      assertEquals(await victim.readReply(), CLOSED);
      assertEquals(await killer.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"), ":2");
      assertEquals(await killer.readReply(), CLOSED);
      assertEquals(await bystander.readReply(), CLOSED);
    }
  },
});
