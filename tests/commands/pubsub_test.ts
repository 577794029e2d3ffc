/** SUBSCRIBE, PUBLISH and the like, and keyspace notifications, in a server without sockets. */
import { assert, assertEquals } from "@std/assert";
import { Config } from "../../engine/config.ts";
import { GATE_PUBSUB } from "../../engine/client_state.ts";
import type { PropagatedArgument } from "../../engine/hooks.ts";
import { type Caller, newCaller } from "../_call.ts";

/** A push or an array, of bulk strings and integers. */
function message(protocol: 2 | 3, ...parts: (string | number)[]): string {
  const shown = parts.map((part) => typeof part === "number" ? `:${part}\r\n` : `$${part.length}\r\n${part}\r\n`);
  return `${protocol === 3 ? ">" : "*"}${parts.length}\r\n${shown.join("")}`;
}

function send(caller: Caller, line: string): string {
  return caller.raw(...line.split(" "));
}

const NOT_NOW = " are allowed in this context\r\n";

for (const protocol of [2, 3] as const) {
  const told = (...parts: (string | number)[]) => message(protocol, ...parts);

  Deno.test(`each subscription is told with the number of all, patterns too (RESP${protocol})`, () => {
    const caller = newCaller({ protocol });
    assertEquals(
      send(caller, "SUBSCRIBE a b a"),
      told("subscribe", "a", 1) + told("subscribe", "b", 2) + told("subscribe", "a", 2),
    );
    assertEquals(send(caller, "PSUBSCRIBE a*"), told("psubscribe", "a*", 3));
    assertEquals(send(caller, "SSUBSCRIBE a"), told("ssubscribe", "a", 1), "shard channels are counted by themselves");
    assertEquals(send(caller, "UNSUBSCRIBE b nope"), told("unsubscribe", "b", 2) + told("unsubscribe", "nope", 2));
    assertEquals(send(caller, "PUNSUBSCRIBE"), told("punsubscribe", "a*", 1));
    assertEquals(send(caller, "UNSUBSCRIBE"), told("unsubscribe", "a", 0));
    assert((caller.client.gates & GATE_PUBSUB) !== 0);
    assertEquals(send(caller, "SUNSUBSCRIBE"), told("sunsubscribe", "a", 0));
    assertEquals(caller.client.gates & GATE_PUBSUB, 0);
    const nothing = protocol === 3 ? "_\r\n" : "$-1\r\n";
    for (const name of ["unsubscribe", "punsubscribe", "sunsubscribe"]) {
      const expected = told(name, "?", 0).replace("$1\r\n?\r\n", nothing);
      assertEquals(send(caller, name), expected);
    }
  });

  Deno.test(`a message goes to all who listen to its channel, then to patterns, once for each (RESP${protocol})`, () => {
    const { connect, ...publisher } = newCaller();
    const one = connect(protocol), two = connect(protocol), shard = connect(protocol);
    send(one, "SUBSCRIBE news other");
    send(two, "PSUBSCRIBE n?ws *");
    send(two, "SUBSCRIBE news");
    send(shard, "SSUBSCRIBE news");
    assertEquals(send(publisher, "PUBLISH news hi"), ":4\r\n");
    assertEquals(one.received(), told("message", "news", "hi"));
    assertEquals(
      two.received(),
      told("message", "news", "hi") + told("pmessage", "n?ws", "news", "hi") + told("pmessage", "*", "news", "hi"),
    );
    assertEquals(send(publisher, "SPUBLISH news hi"), ":1\r\n");
    assertEquals([one.received(), two.received(), shard.received()], ["", "", told("smessage", "news", "hi")]);
    assertEquals(send(publisher, "PUBLISH nobody hi"), ":1\r\n");
    assertEquals(send(publisher, "SPUBLISH nobody hi"), ":0\r\n");
    assertEquals(publisher.raw("PUBLISH", "other", Uint8Array.of(0, 255)), ":2\r\n");
    assertEquals(one.received(), told("message", "other", "\0\xff"));
  });
}

Deno.test("a subscriber in RESP2 may do little else, and its PING has the shape of a message", () => {
  const { connect } = newCaller();
  for (const subscription of ["SUBSCRIBE c", "PSUBSCRIBE c", "SSUBSCRIBE c"]) {
    const caller = connect();
    send(caller, subscription);
    const refused = (name: string) =>
      `-ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET${NOT_NOW}`;
    for (const line of ["GET k", "client LIST", "MULTI", "HELLO 3", "PUBLISH c x", "config get x"]) {
      const name = line.startsWith("c") ? line.toLowerCase().split(" ").slice(0, 2).join("|") : line.split(" ")[0]!;
      assertEquals(send(caller, line), refused(name.toLowerCase()));
    }
    assertEquals(send(caller, "EXEC"), refused("exec").replace("ERR", "EXECABORT Transaction discarded because of:"));
    assertEquals(send(caller, "GET"), "-ERR wrong number of arguments for 'get' command\r\n");
    assertEquals(send(caller, "PING"), "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
    assertEquals(send(caller, "PING x"), "*2\r\n$4\r\npong\r\n$1\r\nx\r\n");
    assertEquals(send(caller, "RESET"), "+RESET\r\n");
    assertEquals(send(caller, "GET k"), "$-1\r\n");
    assertEquals(send(caller, "PING"), "+PONG\r\n");
    send(caller, subscription);
    assertEquals(send(caller, "QUIT"), "+OK\r\n");
  }
});

Deno.test("in RESP3 a subscriber is as free as any client, until it goes back to RESP2", () => {
  const caller = newCaller({ protocol: 3 });
  send(caller, "SUBSCRIBE c");
  assertEquals(send(caller, "GET k"), "_\r\n");
  assertEquals(send(caller, "PING"), "+PONG\r\n");
  assertEquals(send(caller, "PUBLISH c me"), message(3, "message", "c", "me") + ":1\r\n");
  assert(send(caller, "HELLO 2").startsWith("*"));
  assert(send(caller, "GET k").endsWith(NOT_NOW));
});

Deno.test("CLIENT REPLY OFF and SKIP do not silence messages, nor what tells of subscriptions", () => {
  const { connect, ...publisher } = newCaller();
  const caller = connect(3);
  send(caller, "CLIENT REPLY OFF");
  assertEquals(send(caller, "SUBSCRIBE c"), message(3, "subscribe", "c", 1));
  assertEquals(send(caller, "PING"), "");
  send(publisher, "PUBLISH c hi");
  assertEquals(caller.received(), message(3, "message", "c", "hi"));
  assertEquals(send(caller, "PUBLISH c me"), message(3, "message", "c", "me"), "the number is a reply");
  caller.wire("MULTI\r\nPUBLISH c one\r\nGET k\r\nPUBLISH c two\r\n");
  assertEquals(send(caller, "EXEC"), message(3, "message", "c", "one") + message(3, "message", "c", "two"));
  assertEquals(send(caller, "CLIENT REPLY ON"), "+OK\r\n");
  assertEquals(
    caller.wire("CLIENT REPLY SKIP\r\nPUBLISH c x\r\nPING\r\n"),
    `${message(3, "message", "c", "x")}+PONG\r\n`,
  );
});

Deno.test("a message to oneself survives the error that takes a reply back", () => {
  const caller = newCaller({ protocol: 3, config: configOf({ "notify-keyspace-events": "Ex" }) });
  send(caller, "SADD set x");
  send(caller, "SET string v");
  send(caller, "SADD old x");
  send(caller, "PEXPIRE old 1");
  send(caller, "PSUBSCRIBE *");
  caller.clock.advance(5);
  const event = message(3, "pmessage", "*", "__keyevent@0__:expired", "old");
  assertEquals(
    send(caller, "SUNIONSTORE to old string set"),
    `${event}-WRONGTYPE Operation against a key holding the wrong kind of value\r\n`,
  );
});

Deno.test("in a transaction SUBSCRIBE replies as usual, SSUBSCRIBE is refused", () => {
  const caller = newCaller();
  caller.wire("MULTI\r\nSUBSCRIBE a b\r\nSSUBSCRIBE c\r\nSET k v\r\n");
  assertEquals(
    send(caller, "EXEC"),
    "*3\r\n" + message(2, "subscribe", "a", 1) + message(2, "subscribe", "b", 2) +
      "-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n+OK\r\n",
  );
  assert(send(caller, "GET k").endsWith(NOT_NOW));
});

Deno.test("a message reaches a client inside MULTI, and one that is blocked", () => {
  const { connect, ...publisher } = newCaller();
  const queueing = connect(3), blocked = connect(3);
  for (const caller of [queueing, blocked]) send(caller, "SUBSCRIBE c");
  send(queueing, "MULTI");
  send(queueing, "PING");
  send(blocked, "BLPOP list 0");
  assertEquals(send(publisher, "PUBLISH c hi"), ":2\r\n");
  for (const caller of [queueing, blocked]) assertEquals(caller.received(), message(3, "message", "c", "hi"));
  send(publisher, "RPUSH list x");
  assertEquals(blocked.received(), "*2\r\n$4\r\nlist\r\n$1\r\nx\r\n");
  assertEquals(send(queueing, "EXEC"), "*1\r\n+PONG\r\n");
});

Deno.test("a client that has said QUIT counts as a receiver and gets nothing", () => {
  const { connect, ...publisher } = newCaller();
  const caller = connect();
  send(caller, "SUBSCRIBE c");
  send(caller, "QUIT");
  assertEquals(send(publisher, "PUBLISH c hi"), ":1\r\n");
  assertEquals(caller.received(), "");
});

Deno.test("PUBSUB tells of channels, patterns and their subscribers", () => {
  const { connect, ...caller } = newCaller();
  const one = connect(), two = connect();
  send(one, "SUBSCRIBE foo bar");
  send(two, "SUBSCRIBE foo");
  for (const each of [one, two]) send(each, "PSUBSCRIBE f*");
  send(two, "SSUBSCRIBE shard");
  assertEquals(send(caller, "PUBSUB CHANNELS"), "*2\r\n$3\r\nfoo\r\n$3\r\nbar\r\n");
  assertEquals(send(caller, "PUBSUB CHANNELS f*"), "*1\r\n$3\r\nfoo\r\n");
  assertEquals(send(caller, "PUBSUB CHANNELS x*"), "*0\r\n");
  assertEquals(
    send(caller, "PUBSUB NUMSUB foo bar shard"),
    "*6\r\n$3\r\nfoo\r\n:2\r\n$3\r\nbar\r\n:1\r\n$5\r\nshard\r\n:0\r\n",
  );
  assertEquals(send(caller, "PUBSUB NUMSUB"), "*0\r\n");
  assertEquals(send(caller, "PUBSUB NUMPAT"), ":1\r\n", "patterns, not subscriptions");
  assertEquals(send(caller, "PUBSUB SHARDCHANNELS"), "*1\r\n$5\r\nshard\r\n");
  assertEquals(send(caller, "PUBSUB SHARDNUMSUB shard foo"), "*4\r\n$5\r\nshard\r\n:1\r\n$3\r\nfoo\r\n:0\r\n");
  assertEquals(
    send(caller, "PUBSUB CHANNELS a b"),
    "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.\r\n",
  );
  assert(send(caller, "PUBSUB HELP").includes("+NUMPAT\r\n"));
  const info = send(caller, "INFO stats");
  for (const line of ["pubsub_channels:2", "pubsub_patterns:1", "pubsubshard_channels:1"]) assert(info.includes(line));
  for (const each of [one, two]) send(each, "RESET");
  assertEquals(send(caller, "PUBSUB NUMSUB foo"), "*2\r\n$3\r\nfoo\r\n:0\r\n");
  assertEquals(send(caller, "PUBSUB NUMPAT"), ":0\r\n");
});

Deno.test("CLIENT LIST and KILL know subscribers", () => {
  const { connect, ...caller } = newCaller();
  const subscriber = connect();
  send(subscriber, "SUBSCRIBE a b");
  send(subscriber, "PSUBSCRIBE c");
  send(subscriber, "SSUBSCRIBE d e f");
  const line = send(caller, "CLIENT LIST TYPE pubsub");
  assert(
    line.includes(`id=${subscriber.client.id} `) && line.includes(" flags=P ") &&
      line.includes(" sub=2 psub=1 ssub=3 "),
  );
  assertEquals(send(caller, "CLIENT LIST TYPE normal").includes(`id=${subscriber.client.id} `), false);
  assertEquals(send(caller, "CLIENT KILL TYPE pubsub"), ":1\r\n");
});

Deno.test("PUBLISH is propagated to replicas alone, and as a part of its transaction", () => {
  const caller = newCaller();
  const propagated: string[] = [];
  caller.engine.hooks.propagated.add((_, args: readonly PropagatedArgument[], isForReplicasOnly) => {
    const words = args.map((arg) => new TextDecoder().decode(arg as Uint8Array));
    propagated.push(`${isForReplicasOnly ? "replicas: " : ""}${words.join(" ")}`);
  });
  send(caller, "PUBLISH c x");
  send(caller, "SPUBLISH c y");
  send(caller, "SET k v");
  assertEquals(propagated.splice(0), ["replicas: PUBLISH c x", "replicas: SPUBLISH c y", "SET k v"]);
  caller.wire("MULTI\r\nSET k w\r\nPUBLISH c z\r\nEXEC\r\n");
  assertEquals(propagated, ["MULTI", "SET k w", "replicas: PUBLISH c z", "EXEC"]);
});

function configOf(directives: Record<string, string>): Config {
  const config = new Config();
  config.set(Object.entries(directives), "start");
  return config;
}

/** What a subscriber to everything is told of some commands. */
function eventsOf(letters: string, ...lines: string[]): string[] {
  const { connect, ...caller } = newCaller({ config: configOf({ "notify-keyspace-events": letters }) });
  const listener = connect();
  send(listener, "PSUBSCRIBE *");
  for (const line of lines) send(caller, line);
  const all = listener.received().split("*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n").slice(1);
  return all.map((text) => text.replace(/^\$\d+\r\n(.*)\r\n\$\d+\r\n(.*)\r\n$/, "$1 $2"));
}

Deno.test("notify-keyspace-events says which classes of events are told, and on which channels", () => {
  const lines = ["SET s v EX 100", "LPUSH l x", "SADD e x", "HSET h f v", "ZADD z 1 x", "DEL s", "GET none"];
  const byEvent = ["set s", "expire s", "lpush l", "sadd e", "hset h", "zadd z", "del s"];
  const shown = (events: readonly string[]) => events.map((event) => `__keyevent@0__:${event}`);
  assertEquals(eventsOf("EA", ...lines), shown(byEvent));
  assertEquals(eventsOf("A", ...lines), [], "neither K nor E");
  assertEquals(eventsOf("KE", ...lines), [], "no class");
  assertEquals(eventsOf("Eg", ...lines), shown(["expire s", "del s"]));
  assertEquals(eventsOf("E$", ...lines), shown(["set s"]));
  assertEquals(eventsOf("Els", ...lines), shown(["lpush l", "sadd e"]));
  assertEquals(eventsOf("Ehz", ...lines), shown(["hset h", "zadd z"]));
  assertEquals(eventsOf("Em", ...lines), shown(["keymiss none"]));
  assertEquals(eventsOf("En", ...lines), shown(["new s", "new l", "new e", "new h", "new z"]));
  assertEquals(eventsOf("EAn", "SET s v"), shown(["new s", "set s"]), "though CONFIG GET does not show the n");
  assertEquals(eventsOf("KEl", "LPUSH l x"), ["__keyspace@0__:l lpush", "__keyevent@0__:lpush l"]);
  assertEquals(eventsOf("K$", "SELECT 12", "SET k v"), ["__keyspace@12__:k set"]);
});

Deno.test("CONFIG SET notify-keyspace-events is followed, and shown as Redis does", () => {
  const { connect, engine, ...caller } = newCaller();
  const listener = connect();
  send(listener, "PSUBSCRIBE *");
  const { keyTouched, keyAdded, keyMissed } = engine.hooks;
  const counts = () => [keyTouched.count, keyAdded.count, keyMissed.count];
  assertEquals(counts(), [0, 0, 0], "nobody listens while it is empty");
  for (
    const [given, shown] of [["gKE", "gKE"], ["ng$lshzxetdK", "AK"], ["EKAm", "AKEm"], ["mE", "Em"], ["nK", "nK"], [
      "Kx$",
      "$xK",
    ]]
  ) {
    caller.raw("CONFIG", "SET", "notify-keyspace-events", given!);
    const [, value] = caller.raw("CONFIG", "GET", "notify-keyspace-events").split(/\r\n\$\d+\r\n/).slice(1);
    assertEquals(value, `${shown}\r\n`, given!);
  }
  assertEquals(counts(), [1, 0, 0]);
  caller.raw("CONFIG", "SET", "notify-keyspace-events", "KAmn");
  assertEquals(counts(), [1, 1, 1]);
  caller.raw("CONFIG", "SET", "notify-keyspace-events", "");
  assertEquals(counts(), [0, 0, 0]);
  caller.raw("SET", "k", "v");
  assertEquals(listener.received(), "");
});

Deno.test("keys of any length and bytes are told of", () => {
  const { connect, ...caller } = newCaller({ config: configOf({ "notify-keyspace-events": "KE$" }) });
  const listener = connect(3);
  send(listener, "PSUBSCRIBE *");
  for (const key of ["", "\0\xff\r\n", "x".repeat(300), "y".repeat(200_000), "z"]) {
    caller.raw("SET", Uint8Array.from(key, (c) => c.charCodeAt(0)), "v");
    assertEquals(
      listener.received(),
      message(3, "pmessage", "*", `__keyspace@0__:${key}`, "set") +
        message(3, "pmessage", "*", "__keyevent@0__:set", key),
    );
  }
});
