/** CLIENT PAUSE and UNPAUSE: what waits, for how long, and what becomes of keys meanwhile. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { TimerClock } from "../_clock.ts";
import { newCaller } from "../_call.ts";

function newPaused() {
  const caller = newCaller({ clock: new TimerClock() });
  const other = caller.connect();
  const send = (line: string) => caller.raw(...line.split(" "));
  const sendOther = (line: string) => other.raw(...line.split(" "));
  const blocked = () => /blocked_clients:(\d+)/.exec(send("INFO clients"))![1];
  return { ...caller, send, sendOther, blocked, receivedOther: other.received, other };
}

Deno.test("CLIENT PAUSE WRITE has writes wait, and nothing else", () => {
  const { send, sendOther, receivedOther, blocked } = newPaused();
  send("SET k 1");
  send("PFADD hll x");
  assertEquals(send("CLIENT PAUSE 1000 write"), "+OK\r\n");
  assertEquals([sendOther("GET k"), sendOther("PING"), sendOther("SET k")].map((reply) => reply.slice(0, 4)), [
    "$1\r\n",
    "+PON",
    "-ERR",
  ]);
  assertEquals([sendOther("INCR k"), blocked(), send("GET k")], ["", "1", "$1\r\n1\r\n"]);
  assertMatch(send("CLIENT LIST"), /id=2 .* flags=b .* cmd=incr /);
  assertEquals([send("CLIENT UNPAUSE"), receivedOther(), blocked()], ["+OK\r\n", ":2\r\n", "0"]);
  send("CLIENT PAUSE 1000 WRITE");
  assertEquals(sendOther("PFCOUNT hll"), "", "which may change how a value is kept");
  send("CLIENT UNPAUSE");
  assertEquals(receivedOther(), ":1\r\n");
});

Deno.test("CLIENT PAUSE has everything wait until its time is over, in the order it came", () => {
  const { send, connect, clock, engine } = newPaused();
  const clients = Array.from({ length: 3 }, () => connect());
  send("CLIENT PAUSE 50");
  clients.forEach((client, i) => assertEquals(client.raw("RPUSH", "order", `${i}`), ""));
  assertEquals([engine.pause.count, send("PING")], [3, ""]);
  clock.advance(49);
  assertEquals(clients.map((client) => client.received()), ["", "", ""]);
  clock.advance(1);
  assertEquals(clients.map((client) => client.received()), [":1\r\n", ":2\r\n", ":3\r\n"]);
  assertEquals([engine.pause.count, clock.delays], [0, []]);
});

Deno.test("a batch goes on with the command that had to wait", () => {
  const { send, other, receivedOther } = newPaused();
  send("CLIENT PAUSE 1000 WRITE");
  assertEquals(
    other.wire("PING\r\nGET k\r\nSET k v\r\nGET k\r\nCLIENT REPLY SKIP\r\nPING\r\nPING x\r\n"),
    "+PONG\r\n$-1\r\n",
  );
  send("CLIENT UNPAUSE");
  assertEquals(receivedOther(), "+OK\r\n$1\r\nv\r\n$1\r\nx\r\n");
});

Deno.test("a pause becomes no shorter and no less strict by another one", () => {
  const { send, sendOther, receivedOther, clock } = newPaused();
  send("CLIENT PAUSE 100 WRITE");
  send("CLIENT PAUSE 10 WRITE");
  assertEquals(sendOther("SET k v"), "");
  clock.advance(99);
  assertEquals(receivedOther(), "");
  clock.advance(1);
  assertEquals(receivedOther(), "+OK\r\n");
  send("CLIENT PAUSE 10 WRITE");
  send("CLIENT PAUSE 100 ALL");
  assertEquals(sendOther("PING"), "");
  clock.advance(100);
  assertEquals(receivedOther(), "+PONG\r\n");
  assertEquals([send("CLIENT PAUSE 0"), send("PING")], ["+OK\r\n", "+PONG\r\n"]);
});

Deno.test("EXEC waits if one of its commands writes; a pause begun in a transaction holds after it", () => {
  const { send, sendOther, receivedOther } = newPaused();
  for (const line of ["MULTI", "SET k v"]) sendOther(line);
  for (const line of ["MULTI", "SET a 1", "CLIENT PAUSE 1000 WRITE", "SET b 2"]) send(line);
  assertEquals(send("EXEC"), "*3\r\n+OK\r\n+OK\r\n+OK\r\n");
  assertEquals(sendOther("EXEC"), "");
  send("CLIENT UNPAUSE");
  assertEquals(receivedOther(), "*1\r\n+OK\r\n");
  for (const line of ["MULTI", "GET k", "CLIENT ID"]) sendOther(line);
  send("CLIENT PAUSE 1000 WRITE");
  assertEquals(sendOther("EXEC"), "*2\r\n$1\r\nv\r\n:2\r\n");
});

Deno.test("keys that expire in a pause are not found, but stay until it is over", () => {
  const { send, clock, engine } = newPaused();
  for (const line of ["SET k v PX 10", "SET l v PX 10", "SET m v PX 10"]) send(line);
  send("CLIENT PAUSE 1000 WRITE");
  clock.advance(20);
  assertEquals([send("GET k"), send("EXISTS l"), send("RANDOMKEY"), send("DBSIZE")], [
    "$-1\r\n",
    ":0\r\n",
    "$-1\r\n",
    ":3\r\n",
  ]);
  assertEquals([engine.keyspace.databases[0]!.sweep(), engine.keyspace.expired], [false, 0]);
  send("CLIENT UNPAUSE");
  assertEquals([send("GET k"), send("DBSIZE"), engine.keyspace.expired], ["$-1\r\n", ":2\r\n", 1]);
  assert(engine.keyspace.databases[0]!.sweep());
  assertEquals(engine.keyspace.expired, 3);
});

Deno.test("a transaction that was begun before may write to keys that expired in its pause", () => {
  const { send, clock } = newPaused();
  for (const line of ["SET k v PX 10", "SET l v PX 10", "SET n 1"]) send(line);
  for (const line of ["MULTI", "CLIENT PAUSE 1000 WRITE", "APPEND k new", "RENAME n l", "DBSIZE"]) send(line);
  clock.advance(20);
  assertEquals(send("EXEC"), "*4\r\n+OK\r\n:3\r\n+OK\r\n:2\r\n");
  assertEquals([send("GET k"), send("GET l")], ["$3\r\nnew\r\n", "$1\r\n1\r\n"]);
});

Deno.test("a connection that ends is forgotten", () => {
  const { send, sendOther, other, engine } = newPaused();
  send("CLIENT PAUSE 1000 WRITE");
  sendOther("SET k v");
  engine.pause.forget(other.client);
  send("CLIENT UNPAUSE");
  assertEquals([engine.pause.count, other.client.isHalted, send("GET k")], [0, true, "$-1\r\n"]);
});

Deno.test("CLIENT PAUSE refuses what is wrong in Redis' words", () => {
  const { send } = newPaused();
  assertEquals(["x", "-1", "1 READ", "x READ", "1 ALL x"].map((rest) => send(`CLIENT PAUSE ${rest}`)), [
    "-ERR timeout is not an integer or out of range\r\n",
    "-ERR timeout is negative\r\n",
    "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n",
    "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n",
    "-ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.\r\n",
  ]);
});
