/** CLIENT: names, the list, killing, replies switched off. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ClientConnection, ClientState } from "../../engine/client_state.ts";
import type { Engine } from "../../engine/context.ts";
import { newCaller } from "../_call.ts";

const INVALID_NAME = "-ERR Client names cannot contain spaces, newlines or special characters.\r\n";
const SYNTAX_ERROR = "-ERR syntax error\r\n";

/** Another client of the same server, that notes when it is closed. */
function connect(engine: Engine, id: number, more: Partial<ClientConnection> = {}) {
  const closed: number[] = [];
  const connection: ClientConnection = {
    address: `127.0.0.1:${50_000 + id}`,
    localAddress: "127.0.0.1:6379",
    queryBufferBytes: 10,
    queryBufferFreeBytes: 90,
    inputMemoryBytes: 120,
    pendingOutputBytes: 0,
    isLocal: true,
    flush() {},
    close: () => closed.push(id),
    checkOutput() {},
    trim() {},
    resume() {},
    wake() {},
    ...more,
  };
  const client = new ClientState(id, connection, engine.clock.now());
  engine.clients.set(id, client);
  return { client, closed };
}

/** The fields of each line of a CLIENT LIST in RESP2. */
function list(reply: string): Record<string, string>[] {
  const [, body] = /^\$\d+\r\n(.*)\r\n$/s.exec(reply)!;
  return body!.split("\n").filter((line) => line !== "").map((line) =>
    Object.fromEntries(
      line.split(" ").map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, equals), field.slice(equals + 1)];
      }),
    )
  );
}

Deno.test("CLIENT SETNAME names a connection, and an empty name takes it away", () => {
  const { raw } = newCaller();
  assertEquals(raw("CLIENT", "GETNAME"), "$-1\r\n");
  assertEquals(raw("CLIENT", "SETNAME", "a!~"), "+OK\r\n");
  assertEquals(raw("CLIENT", "GETNAME"), "$3\r\na!~\r\n");
  for (const name of ["a b", "a\n", "ä", "\x7f", " "]) {
    assertEquals(raw("CLIENT", "SETNAME", name), INVALID_NAME, JSON.stringify(name));
  }
  assertEquals(raw("CLIENT", "GETNAME"), "$3\r\na!~\r\n");
  assertEquals(raw("CLIENT", "SETNAME", ""), "+OK\r\n");
  assertEquals(raw("CLIENT", "GETNAME"), "$-1\r\n");
});

Deno.test("CLIENT SETINFO takes the library's name and version, as Redis 7.2 does", () => {
  const { raw } = newCaller();
  assertEquals(raw("CLIENT", "SETINFO", "lib-name", "redis-py(x)"), "+OK\r\n");
  assertEquals(raw("CLIENT", "SETINFO", "LIB-VER", "1.2.3"), "+OK\r\n");
  assertEquals(raw("CLIENT", "SETINFO", "lib-os", "x"), "-ERR Unrecognized option 'lib-os'\r\n");
  assertEquals(
    raw("CLIENT", "SETINFO", "lib-ver", "1 2"),
    "-ERR lib-ver cannot contain spaces, newlines or special characters.\r\n",
  );
  const [info] = list(raw("CLIENT", "INFO"));
  assertEquals([info!["lib-name"], info!["lib-ver"]], ["redis-py(x)", "1.2.3"]);
});

Deno.test("a line of CLIENT LIST has the fields of Redis 7.0.15 and then the library's", () => {
  const { raw } = newCaller();
  const [line] = list(raw("CLIENT", "INFO"));
  assertEquals(
    Object.keys(line!),
    ("id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp obl oll omem " +
      "tot-mem events cmd user redir resp lib-name lib-ver").split(" "),
  );
  for (const [name, value] of Object.entries(line!)) {
    if (["addr", "laddr", "name", "flags", "events", "cmd", "user", "lib-name", "lib-ver"].includes(name)) continue;
    assertMatch(value, /^-?\d+$/, name);
  }
});

Deno.test("CLIENT LIST tells of each connection what it is and does", () => {
  const { raw, engine, clock, client } = newCaller({ protocol: 2 });
  const other = connect(engine, 7, { localAddress: "/tmp/redis.sock:0", pendingOutputBytes: 5000 });
  other.client.out.protocol = 3;
  other.client.db = 4;
  clock.advance(5_500);
  raw("CLIENT", "SETNAME", "me");
  raw("CLIENT", "NO-EVICT", "ON");
  const [mine, theirs] = list(raw("CLIENT", "LIST"));
  assertEquals(mine, {
    ...mine!,
    id: "1",
    addr: "127.0.0.1:50000",
    name: "me",
    age: "5",
    idle: "0",
    flags: "e",
    db: "0",
    "argv-mem": "10",
    omem: "0",
    events: "r",
    cmd: "client|list",
    user: "default",
    resp: "2",
  });
  assertEquals(theirs, {
    ...theirs!,
    id: "7",
    addr: "127.0.0.1:50007",
    laddr: "/tmp/redis.sock:0",
    age: "5",
    idle: "5",
    flags: "U",
    db: "4",
    qbuf: "10",
    "qbuf-free": "90",
    "argv-mem": "0",
    omem: "5000",
    "tot-mem": "5120",
    events: "rw",
    cmd: "NULL",
    resp: "3",
  });
  raw("CLIENT", "NO-EVICT", "OFF");
  assertEquals(list(raw("CLIENT", "INFO"))[0]!.flags, "N");
  raw("NOSUCH");
  assertEquals(client.lastCommand, null);
  raw("GET");
  assertEquals(client.lastCommand?.name, "get", "a command that was refused counts as the last one");
});

Deno.test("CLIENT LIST tells of the arguments that clients keep, and of the replies that wait", () => {
  const { raw, wire, connect } = newCaller();
  const [queuing, waiting] = [connect(), connect()];
  for (const line of ["MULTI", "SET key value", "PING"]) queuing.raw(...line.split(" "));
  waiting.raw("BLPOP", "list", "other", "0");
  const figures = (name: string) => list(raw("CLIENT", "LIST")).map((line) => line[name]);
  assertEquals(figures("argv-mem"), ["10", "0", "15"]);
  assertEquals(figures("multi-mem"), ["0", `${11 + 3 * 8 + 4 + 8}`, "0"]);
  assertEquals(figures("multi"), ["-1", "2", "-1"]);
  assertEquals(figures("flags"), ["N", "x", "b"]);
  queuing.raw("EXEC");
  assertEquals(figures("multi-mem"), ["0", "0", "0"]);
  raw("SET", "large", "x".repeat(50_000));
  const reply = wire("GET large\r\nCLIENT INFO\r\n");
  const [line] = list(reply.slice(reply.indexOf("x\r\n$") + 3));
  assertEquals([line!.rbs, line!.obl, line!.oll], ["16384", "16384", "1"]);
  assertEquals(Number(line!.omem), Number(line!["tot-mem"]) - 16_384 - 10);
  assert(Number(line!.omem) >= 50_000 - 16_384);
});

Deno.test("CLIENT LIST is verbatim text in RESP3", () => {
  const { raw } = newCaller({ protocol: 3 });
  assertMatch(raw("CLIENT", "LIST"), /^=\d+\r\ntxt:id=1 .* resp=3 lib-name= lib-ver=\n\r\n$/);
});

Deno.test("CLIENT LIST can be asked for clients by type and by id", () => {
  const { raw, engine } = newCaller();
  for (const id of [2, 3]) connect(engine, id);
  const ids = (...args: string[]) => list(raw("CLIENT", "LIST", ...args)).map(({ id }) => id);
  assertEquals(ids(), ["1", "2", "3"]);
  assertEquals(ids("TYPE", "NORMAL"), ["1", "2", "3"]);
  for (const type of ["replica", "slave", "master", "pubsub"]) assertEquals(ids("type", type), []);
  assertEquals(ids("ID", "3", "99", "1", "3"), ["3", "1", "3"]);
  assertEquals(raw("CLIENT", "LIST", "TYPE", "odd"), "-ERR Unknown client type 'odd'\r\n");
  assertEquals(raw("CLIENT", "LIST", "ID", "x"), "-ERR Invalid client ID\r\n");
  for (const wrong of [["ID"], ["TYPE"], ["x"], ["TYPE", "normal", "ID", "1"]]) {
    assertEquals(raw("CLIENT", "LIST", ...wrong), SYNTAX_ERROR);
  }
});

Deno.test("CLIENT KILL in its old form closes the client of an address, itself too", () => {
  const { raw, engine, client } = newCaller();
  const { closed } = connect(engine, 2);
  assertEquals(raw("CLIENT", "KILL", "127.0.0.1:1"), "-ERR No such client\r\n");
  assertEquals(raw("CLIENT", "KILL", "127.0.0.1:50002"), "+OK\r\n");
  assertEquals(closed, [2]);
  assertEquals(raw("CLIENT", "KILL", "127.0.0.1:50002"), "-ERR No such client\r\n", "it is gone at once");
  assertEquals(raw("CLIENT", "KILL", "127.0.0.1:50000"), "+OK\r\n");
  assert(client.isClosing, "after its reply");
});

Deno.test("CLIENT KILL with filters closes whom all of them mean, and counts them", () => {
  const { raw, engine, client } = newCaller();
  const others = [2, 3, 4].map((id) => connect(engine, id, id === 4 ? { localAddress: "127.0.0.1:7000" } : {}));
  const closed = () => others.flatMap((other) => other.closed);
  const kill = (...args: string[]) => raw("CLIENT", "KILL", ...args);
  assertEquals(kill("ID", "2", "LADDR", "127.0.0.1:7000"), ":0\r\n");
  assertEquals(kill("LADDR", "127.0.0.1:7000"), ":1\r\n");
  assertEquals(closed(), [4]);
  assertEquals(kill("ID", "2", "ADDR", "127.0.0.1:50002", "USER", "default", "TYPE", "normal"), ":1\r\n");
  assertEquals(kill("TYPE", "pubsub"), ":0\r\n");
  assertEquals(kill("ID", "1"), ":0\r\n", "itself is skipped");
  assertEquals(kill("SKIPME", "yes", "TYPE", "normal"), ":1\r\n");
  assertEquals(closed(), [2, 3, 4]);
  assert(!client.isClosing);
  assertEquals(kill("ID", "1", "SKIPME", "NO"), ":1\r\n");
  assert(client.isClosing);
});

Deno.test("CLIENT KILL refuses filters it does not know, before it closes anyone", () => {
  const { raw, engine } = newCaller();
  const { closed } = connect(engine, 2);
  const kill = (...args: string[]) => raw("CLIENT", "KILL", ...args);
  for (const id of ["0", "-1", "x", ""]) {
    assertEquals(kill("ID", id), "-ERR client-id should be greater than 0\r\n");
  }
  assertEquals(kill("TYPE", "odd"), "-ERR Unknown client type 'odd'\r\n");
  assertEquals(kill("USER", "odd"), "-ERR No such user 'odd'\r\n");
  for (const wrong of [["ID", "2", "SKIPME"], ["ID", "2", "SKIPME", "maybe"], ["ID", "2", "x", "y"]]) {
    assertEquals(kill(...wrong), SYNTAX_ERROR);
  }
  assertEquals(closed, []);
});

Deno.test("CLIENT REPLY OFF silences everything, errors too, until ON", () => {
  const { wire } = newCaller();
  assertEquals(wire("CLIENT REPLY OFF\r\nPING\r\nNOSUCH\r\nCLIENT REPLY SKIP\r\nPING\r\n"), "");
  assertEquals(wire("PING\r\nCLIENT REPLY ON\r\nPING\r\n"), "+OK\r\n+PONG\r\n");
});

Deno.test("CLIENT REPLY SKIP silences the next command only", () => {
  const { wire } = newCaller();
  assertEquals(wire("CLIENT REPLY SKIP\r\nPING\r\nECHO a\r\n"), "$1\r\na\r\n");
  assertEquals(wire("CLIENT REPLY SKIP\r\nCLIENT REPLY SKIP\r\nPING\r\nECHO b\r\n"), "$1\r\nb\r\n");
  assertEquals(wire("CLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\n"), "+OK\r\n", "ON is not the one that is skipped");
  assertEquals(wire("CLIENT REPLY SKIP\r\nNOSUCH\r\nPING\r\n"), "+PONG\r\n");
  assertEquals(wire("CLIENT REPLY maybe\r\n"), SYNTAX_ERROR);
  assertEquals(wire("CLIENT REPLY SKIP\r\nSET k v\r\nGET k\r\n"), "$1\r\nv\r\n", "what is skipped is done");
});

Deno.test("CLIENT HELP lists every subcommand", () => {
  const { raw, engine } = newCaller();
  const help = raw("CLIENT", "HELP");
  assert(help.includes("+CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n"));
  for (const name of engine.table.get("client")!.sub!.keys()) assert(help.includes(`\r\n+${name.toUpperCase()}`), name);
  assertEquals(Number(/^\*(\d+)\r\n/.exec(help)![1]), help.split("\r\n").length - 2, "one line to an element");
});

Deno.test("a subcommand that is none, or has the wrong arguments, is refused in Redis' words", () => {
  const { raw } = newCaller();
  assertEquals(raw("CLIENT"), "-ERR wrong number of arguments for 'client' command\r\n");
  assertEquals(raw("Client", "NoSuch", "x"), "-ERR unknown subcommand 'NoSuch'. Try CLIENT HELP.\r\n");
  assertEquals(raw("CLIENT", "Id", "x"), "-ERR wrong number of arguments for 'client|id' command\r\n");
});
