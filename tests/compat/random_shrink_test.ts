/** What random tests report: a difference is found, and made as small as it gets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Server } from "../../server.ts";
import type { Pair } from "./random/contents.ts";
import { isSameReply } from "./random/normalise.ts";
import { type Peer, PortPeer } from "./random/peer.ts";
import { endOfReply, parseReplies, printReply } from "./random/reply.ts";
import { makePair, makeRound, printFailure, runRound, shrinkRound } from "./random/rounds.ts";
import { shrink } from "./random/shrink.ts";
import type { Command } from "./random/words.ts";

const SEED = 1;

/** A server that gets what `change` makes of each command. */
function liar(peer: Peer, change: (command: Command) => Command): Peer {
  return { name: "a liar", exchange: (commands) => peer.exchange(commands.map(change)) };
}

/** The first round that two servers of ours answer differently, one of them behind a liar; shrunk and printed. */
async function firstFailure(change: (command: Command) => Command): Promise<string> {
  await using server = await Server.start({ port: 0 });
  await using other = await Server.start({ port: 0 });
  using ours = new PortPeer("ours", server.port);
  using theirs = new PortPeer("theirs", other.port);
  const pair: Pair = await makePair(liar(ours, change), theirs);
  for (let number = 0;; number++) {
    const round = makeRound(SEED, number, ["string", "generic"], pair.commands);
    const difference = await runRound(pair, round);
    if (difference !== null) return printFailure(pair, SEED, await shrinkRound(pair, round, difference));
  }
}

Deno.test("a wrong reply is shrunk to the one command it takes", async () => {
  const failure = await firstFailure((command) => command[0] === "STRLEN" ? ["EXISTS", ...command.slice(1)] : command);
  assertMatch(
    failure,
    /^STRLEN differs \(seed 1, round \d+, RESP[23]\)\n> FLUSHALL\n> \S+ \S+( \S+)*\n> STRLEN \S+\na liar: :1\ntheirs: :\d+$/,
  );
});

Deno.test("a wrong value that no reply shows is found in the contents", async () => {
  const failure = await firstFailure((command) => {
    return command[0] === "MSET" ? ["MSET", ...command.slice(1, -1), "wrong"] : command;
  });
  const commands = failure.split("\n").filter((line) => line.startsWith("> "));
  assertMatch(commands.at(-2)!, /^> MSET \S+ \S+$/);
  assertEquals(commands.length, 3, failure); // FLUSHALL, MSET, and the command that shows it
});

Deno.test("rounds without a difference have none", async () => {
  await using server = await Server.start({ port: 0 });
  await using other = await Server.start({ port: 0 });
  using ours = new PortPeer("ours", server.port);
  using theirs = new PortPeer("theirs", other.port);
  const pair = await makePair(ours, theirs);
  for (let number = 0; number < 4; number++) {
    assertEquals(await runRound(pair, makeRound(SEED, number, ["string", "generic"], pair.commands)), null);
  }
});

Deno.test("the same seed makes the same rounds", () => {
  const known = new Set(["SET", "LPUSH", "HSET", "ZADD"]);
  const make = (seed: number) => makeRound(seed, 5, ["string", "list", "hash", "sorted-set"], known).commands;
  assertEquals(make(3), make(3));
  assert(make(3).some((command, i) => String(command) !== String(make(4)[i])));
});

Deno.test("shrink() keeps what a failure takes, in its order", async () => {
  const items = Array.from({ length: 200 }, (_, i) => i);
  const culprits = [3, 77, 78, 199];
  let tries = 0;
  const left = await shrink(items, (some) => {
    tries++;
    return Promise.resolve(culprits.every((culprit) => some.includes(culprit)));
  });
  assertEquals(left, culprits);
  assert(tries < 200, `${tries} tries`);
});

Deno.test("shrink() leaves nothing where nothing is needed", async () => {
  assertEquals(await shrink([1, 2, 3], () => Promise.resolve(true)), []);
  assertEquals(await shrink([1, 2, 3], () => Promise.resolve(false)), [1, 2, 3]);
});

function wire(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

Deno.test("replies end where they end, whatever is missing", () => {
  const reply = wire("%2\r\n$2\r\n\r\n\r\n*2\r\n:1\r\n*-1\r\n+a\r\n~1\r\n$-1\r\n");
  for (let size = 0; size < reply.length; size++) {
    assertEquals(endOfReply(reply.slice(0, size), 0, size), -1, `${size}`);
  }
  assertEquals(endOfReply(wire("+x\r\n+y\r\n"), 0, 8), 4);
  assertEquals(endOfReply(reply, 0, reply.length), reply.length);
  assertEquals(printReply(parseReplies(reply)[0]!), '%[$"\\r\\n", *[:1, *-1], +a, ~[$-1]]');
});

Deno.test("replies are compared as far as Redis settles them", () => {
  const same = (command: string, ours: string, theirs: string) =>
    isSameReply(command.split(" "), wire(ours), wire(theirs));
  const [ab, ba, aa] = ["*2\r\n+a\r\n+b\r\n", "*2\r\n+b\r\n+a\r\n", "*2\r\n+a\r\n+a\r\n"];
  assert(same("SMEMBERS k", ab, ba));
  assert(!same("SMEMBERS k", ab, aa));
  assert(!same("SMEMBERS k", ab, ba.replace("*", "~")));
  assert(!same("LRANGE k 0 -1", ab, ba));
  const [abcd, cdab, adcb] = [
    "*4\r\n+a\r\n+b\r\n+c\r\n+d\r\n",
    "*4\r\n+c\r\n+d\r\n+a\r\n+b\r\n",
    "*4\r\n+a\r\n+d\r\n+c\r\n+b\r\n",
  ];
  assert(same("HGETALL k", abcd, cdab));
  assert(!same("HGETALL k", abcd, adcb));
  assert(same("SRANDMEMBER k 2", ab, "*2\r\n+c\r\n+d\r\n"));
  assert(!same("SRANDMEMBER k 2", ab, aa));
  assert(same("SRANDMEMBER k -2", ab, aa));
  assert(!same("SRANDMEMBER one_set -2", ab, aa));
  assert(same("SPOP k", "$1\r\na\r\n", "$1\r\nb\r\n"));
  assert(!same("SPOP k", "$1\r\na\r\n", "$-1\r\n"));
  assert(same("TTL k", ":100\r\n", ":99\r\n"));
  assert(!same("TTL k", ":100\r\n", ":-1\r\n"));
  assert(!same("GET k", ":100\r\n", ":99\r\n"));
  assert(!same("DUMP k", "$1\r\na\r\n", "$-1\r\n"));
  assert(same("SORT k BY w_* ALPHA GET w_* GET #", abcd.replace("+c", "+a"), "*4\r\n+a\r\n+d\r\n+a\r\n+b\r\n"));
  assert(!same("SORT k BY w_* ALPHA GET w_* GET #", abcd, cdab));
  assert(!same("SORT k BY w_*", ab, ba));
  const [near, nearer, far] = ["$6\r\n1.2345\r\n", "$6\r\n1.2346\r\n", "$6\r\n1.2347\r\n"];
  assert(same("GEODIST k a b", near, nearer));
  assert(!same("GEODIST k a b", near, far));
  assert(!same("GET k", near, nearer));
  const scored = (score: string) => `*2\r\n$1\r\na\r\n$${score.length}\r\n${score}\r\n`;
  assert(same("ZRANGE dist0 0 -1 WITHSCORES", scored("166274.15156960033"), scored("166274.15156960036")));
  assert(!same("ZRANGE dist0 0 -1 WITHSCORES", scored("166274.15156960033"), scored("166274.15157")));
  assert(!same("ZRANGE zset0 0 -1 WITHSCORES", scored("166274.15156960033"), scored("166274.15156960036")));
});
