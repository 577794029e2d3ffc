/** MULTI, EXEC, DISCARD, WATCH, UNWATCH, without a connection. */
import { assertEquals } from "@std/assert";
import { newWaitingServer } from "../_waiting.ts";

/** A server with two clients, each of which takes a line. */
function newServer() {
  const { c, a: other, sendA: sendOther, receivedA: receivedOther, clock, send } = newWaitingServer();
  const heard: string[] = [];
  c.engine.hooks.propagated.add((db, args) =>
    heard.push(`${db}> ${args.map((arg) => new TextDecoder().decode(arg as Uint8Array)).join(" ")}`)
  );
  /** Runs lines as one transaction; the reply to EXEC. */
  const together = (...lines: string[]) => {
    send("MULTI");
    for (const each of lines) assertEquals(send(each), "+QUEUED", each);
    return send("EXEC");
  };
  return { ...c, clock, send, sendOther, receivedOther, other, heard, together };
}

Deno.test("what is queued after MULTI is run by EXEC, each with its reply, and nothing of it before", () => {
  const { send, sendOther, together } = newServer();
  assertEquals([send("MULTI"), send("SET k v"), send("GET k"), sendOther("GET k")], [
    "+OK",
    "+QUEUED",
    "+QUEUED",
    "$-1",
  ]);
  assertEquals([send("EXEC"), sendOther("GET k")], ["*2 +OK $1 v", "$1 v"]);
  assertEquals(together(), "*0");
});

Deno.test("a command that fails within EXEC has its error, and the others run", () => {
  const { together, send } = newServer();
  send("SET k v");
  assertEquals(
    together("INCR n", "LPUSH k x", "INCR n"),
    [
      "*3 :1",
      "-WRONGTYPE Operation against a key holding the wrong kind of value",
      ":2",
    ].join(" "),
  );
});

Deno.test("a command that cannot be queued has EXEC refuse all of them", () => {
  const { send } = newServer();
  for (const wrong of ["NOSUCH x", "GET", "SHUTDOWN", "CONFIG NOSUCH", "DEBUG HELP"]) {
    send("MULTI");
    send("INCR n");
    assertEquals(send(wrong)[0], "-", wrong);
    assertEquals(send("EXEC"), "-EXECABORT Transaction discarded because of previous errors.");
    assertEquals(send("EXISTS n"), ":0");
  }
  send("MULTI");
  assertEquals(send("SHUTDOWN"), "-ERR Command not allowed inside a transaction");
  send("DISCARD");
});

Deno.test("MULTI, WATCH, EXEC and DISCARD are refused where they have no place, and abort nothing", () => {
  const { send } = newServer();
  assertEquals([send("EXEC"), send("DISCARD")], ["-ERR EXEC without MULTI", "-ERR DISCARD without MULTI"]);
  send("MULTI");
  assertEquals(send("MULTI"), "-ERR MULTI calls can not be nested");
  assertEquals(send("WATCH k"), "-ERR WATCH inside MULTI is not allowed");
  send("PING");
  assertEquals(send("EXEC"), "*1 +PONG");
  send("MULTI");
  send("SET k v");
  assertEquals([send("DISCARD"), send("EXISTS k")], ["+OK", ":0"]);
  send("MULTI");
  send("SET k v");
  assertEquals([send("RESET"), send("EXISTS k")], ["+RESET", ":0"]);
});

Deno.test("a watched key that changes keeps EXEC from running, whoever changed it and however", () => {
  const changes = [
    "SET k w",
    "DEL k",
    "EXPIRE k 100",
    "APPEND k x",
    "RENAME k l",
    "COPY l k REPLACE",
    "FLUSHDB",
    "FLUSHALL",
    "SWAPDB 0 1",
    "SORT nums STORE k",
    "LPUSH list x",
    "SADD set x",
  ];
  for (const change of changes) {
    const { send, sendOther, together } = newServer();
    for (const line of ["SET k v", "SET l v", "RPUSH nums 1", "RPUSH list 1", "SADD set 1"]) send(line);
    send("WATCH k list set");
    assertEquals(sendOther(change)[0] === "-", false, change);
    assertEquals(together("SET done 1"), "*-1", change);
    assertEquals(together("SET done 1"), "*1 +OK", "EXEC forgets what was watched");
  }
});

Deno.test("what changes nothing, another key or another database leaves EXEC alone", () => {
  for (
    const harmless of ["GET k", "SET other v", "DEL nosuch", "SREM set nosuch", "SELECT 1", "EXISTS k", "SETNX k w"]
  ) {
    const { send, sendOther, together } = newServer();
    send("SET k v");
    send("SADD set 1");
    send("WATCH k set nosuch");
    sendOther(harmless);
    if (harmless === "SELECT 1") {
      sendOther("SET k w");
      sendOther("FLUSHDB");
    }
    assertEquals(together("PING"), "*1 +PONG", harmless);
  }
});

Deno.test("UNWATCH, DISCARD and EXEC forget the keys, and nobody listens when none is watched", () => {
  const { send, sendOther, together, engine } = newServer();
  for (const forget of ["UNWATCH", "DISCARD"]) {
    send("WATCH k k l");
    assertEquals([engine.watches.count, engine.hooks.keyTouched.count], [2, 1]);
    if (forget === "DISCARD") send("MULTI");
    sendOther("SET k v");
    assertEquals(send(forget), "+OK");
    assertEquals([engine.watches.count, engine.hooks.keyTouched.count, engine.hooks.databaseChanges.count], [0, 0, 0]);
    assertEquals(together("PING"), "*1 +PONG");
  }
});

Deno.test("a watched key that expires counts as changed; one that had expired before does not", () => {
  const { send, sendOther, together, clock, engine } = newServer();
  engine.keyspace.expiresActively = false;
  send("SET k v PX 10");
  send("WATCH k");
  clock.advance(11);
  assertEquals(together("PING"), "*-1", "nobody has come upon it");
  send("SET k v PX 10");
  clock.advance(11);
  send("WATCH k");
  assertEquals(together("PING"), "*1 +PONG", "it was gone already");
  send("SET k v PX 10");
  clock.advance(11);
  send("WATCH k");
  sendOther("GET k"); // which deletes it
  assertEquals(together("PING"), "*1 +PONG", "as gone as before");
  send("SET k v PX 10");
  clock.advance(11);
  send("WATCH k");
  sendOther("SET k w");
  assertEquals(together("PING"), "*-1", "it is there again");
});

Deno.test("SWAPDB and FLUSHALL change a watched key only where it was or comes to be", () => {
  const { send, sendOther, together } = newServer();
  send("WATCH k");
  sendOther("SWAPDB 0 1");
  sendOther("FLUSHALL");
  assertEquals(together("PING"), "*1 +PONG");
  sendOther("SELECT 1");
  sendOther("SET k v");
  send("WATCH k");
  sendOther("SWAPDB 0 1");
  assertEquals(together("PING"), "*-1");
});

Deno.test("blocking commands in a transaction do not wait, and who waits is served after EXEC", () => {
  const { send, sendOther, receivedOther: received, together } = newServer();
  assertEquals(
    together("BLPOP list 0", "RPUSH list a b", "BLPOP list 0", "BLMOVE none list LEFT LEFT 0"),
    [
      "*4 *-1",
      ":2",
      "*2 $4 list $1 a",
      "$-1",
    ].join(" "),
  );
  send("DEL list");
  sendOther("BLPOP list 0");
  assertEquals(together("RPUSH list a", "DEL list"), "*2 :1 :1");
  assertEquals(received(), "", "the list has come and gone");
  assertEquals(together("RPUSH list a", "RPUSH list b", "LPOP list"), "*3 :1 :2 $1 a");
  assertEquals(received(), "*2 $4 list $1 b");
});

Deno.test("a transaction is propagated as one, when it changes more than one thing", () => {
  const { heard, together } = newServer();
  together("SET a 1", "GET a", "SELECT 2", "SET b 2", "PING");
  assertEquals(heard.splice(0), ["0> MULTI", "0> SET a 1", "2> SET b 2", "2> EXEC"]);
  together("SET a 1", "GET a");
  assertEquals(heard.splice(0), ["2> SET a 1"]);
  together("GET a");
  assertEquals(heard.splice(0), []);
});

Deno.test("a key that expires within a transaction is propagated in its place", () => {
  const { send, clock, heard, together } = newServer();
  send("SET k stays");
  send("SELECT 1");
  send("SET k goes PX 10");
  clock.advance(11);
  heard.splice(0);
  together("SWAPDB 0 1", "SELECT 0", "GET k");
  assertEquals(heard, ["1> MULTI", "1> SWAPDB 0 1", "0> DEL k", "0> EXEC"]);
});

Deno.test("a client that kills itself in a transaction has no replies to what comes after, though it is run", () => {
  const { send, sendOther, client, together } = newServer();
  assertEquals(together("SET k 1", "CLIENT KILL TYPE normal SKIPME no", "SET k 2", "GET k"), "*4 +OK :3");
  assertEquals([client.isClosing, sendOther("GET k")], [true, "$1 2"]);
  assertEquals(send("PING"), "+PONG", "the session would not have run it");
});

Deno.test("while EXEC runs, its client is still shown in the transaction", () => {
  const { send, together } = newServer();
  const line = together("CLIENT INFO", "PING");
  assertEquals([" flags=x ", " multi=2 ", " cmd=exec "].filter((field) => !line.includes(field)), []);
  assertEquals(send("CLIENT INFO").includes(" multi=-1 "), true);
});

Deno.test("CLIENT LIST shows who is in a transaction, and whose watched key has changed", () => {
  const { send, sendOther, client } = newServer();
  send("WATCH k");
  send("MULTI");
  send("PING");
  sendOther("SET k v");
  const line = sendOther(`CLIENT LIST ID ${client.id}`);
  assertEquals([line.includes(" flags=xd "), line.includes(" multi=1 ")], [true, true]);
});

Deno.test("commands of a transaction are counted where they run, not where they are queued", () => {
  const { send, together, engine } = newServer();
  together("SET a 1", "SET b 2");
  assertEquals(engine.table.get("set")!.calls, 2);
  send("MULTI");
  send("SET c 3");
  send("DISCARD");
  assertEquals(engine.table.get("set")!.calls, 2);
});

Deno.test("CLIENT REPLY OFF silences QUEUED as well, and the replies of EXEC", () => {
  const { wire } = newServer();
  assertEquals(
    wire("CLIENT REPLY OFF\r\nMULTI\r\nSET a 1\r\nEXEC\r\nCLIENT REPLY ON\r\nGET a\r\n"),
    "+OK\r\n$1\r\n1\r\n",
  );
});

Deno.test("CLIENT REPLY within a transaction is about the replies that come after it", () => {
  const { wire } = newServer();
  assertEquals(
    wire("MULTI\r\nGET a\r\nCLIENT REPLY OFF\r\nGET a\r\nEXEC\r\nPING\r\n"),
    [
      "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n",
      "*3\r\n$-1\r\n",
    ].join(""),
  );
  assertEquals(wire("MULTI\r\nGET a\r\nCLIENT REPLY ON\r\nGET a\r\nEXEC\r\n"), "+OK\r\n$-1\r\n");
  assertEquals(
    wire("MULTI\r\nGET a\r\nCLIENT REPLY SKIP\r\nGET a\r\nEXEC\r\nPING\r\nPING\r\n"),
    "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$-1\r\n$-1\r\n+PONG\r\n",
  );
});
