/** Publish/subscribe, compared with redis-server 7.0 where it is installed: what several connections are sent, to the byte. */
import { assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { play } from "./_peers.ts";

/** Scripts by what they show. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "subscriptions and their counts": [
    "a: SUBSCRIBE x | SUBSCRIBE x x y | PSUBSCRIBE p* | SSUBSCRIBE s s | PING | PING me",
    "a: UNSUBSCRIBE nope y y | PUNSUBSCRIBE p* p* | SUNSUBSCRIBE s nope | UNSUBSCRIBE | UNSUBSCRIBE | PUNSUBSCRIBE | PING",
    "B: SUBSCRIBE x | PSUBSCRIBE p* | SSUBSCRIBE s | PING | GET none | UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE",
    "B: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE a b",
    "b: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE a b | SUBSCRIBE | PSUBSCRIBE | SSUBSCRIBE | PUBLISH x",
  ],
  "messages to channels, patterns and shard channels": [
    "a: SUBSCRIBE news other",
    "B: SUBSCRIBE news | PSUBSCRIBE n*",
    "c: PSUBSCRIBE [no]* | SSUBSCRIBE news",
    "d: PUBLISH news 1 | PUBLISH other 2 | PUBLISH nothing 3 | PUBLISH q 4 | SPUBLISH news 5 | SPUBLISH other 6",
    "B: PUBLISH news me | PUBLISH none x | GET none",
    "B: MULTI | PUBLISH news 7 | GET none | PUBLISH none 8 | EXEC",
    "a: UNSUBSCRIBE news | RESET | PUBLISH news 9",
    "d: PUBSUB NUMSUB news other | PUBSUB NUMPAT | PUBSUB CHANNELS | PUBSUB CHANNELS n* | PUBSUB CHANNELS x",
    "d: PUBSUB SHARDCHANNELS | PUBSUB SHARDNUMSUB news x | PUBSUB NUMSUB | PUBSUB SHARDNUMSUB | PUBSUB SHARDCHANNELS z*",
  ],
  "what a subscriber may do": [
    "a: SUBSCRIBE x | GET k | get k | CLIENT LIST | client id | MULTI | EXEC | DISCARD | HELLO 3 | AUTH a | NOSUCH | GET | PING a b",
    "a: PUBLISH x 1 | COMMAND COUNT | COMMAND DOCS get | CONFIG NOSUCH | WATCH k | SELECT 3 | ECHO x | QUIT ...",
    "b: PSUBSCRIBE x | SET k v | RESET | SET k v | SSUBSCRIBE y | GET k | SUNSUBSCRIBE | GET k",
    "C: SUBSCRIBE x | SET k w | BLPOP l 0.01 | PING x | PUBLISH x self | RESET | PING",
    "E: SUBSCRIBE x | UNSUBSCRIBE | MULTI | SUBSCRIBE y | SSUBSCRIBE z | GET k | EXEC | PUBLISH y 1",
    "d: MULTI | SUBSCRIBE y q | SSUBSCRIBE z | GET k | EXEC | GET k | UNSUBSCRIBE y q | GET k",
  ],
  "silence": [
    "A: CLIENT REPLY OFF | SUBSCRIBE x | PING | PSUBSCRIBE x* | SSUBSCRIBE x | PUBLISH x 1 | GET none | NOSUCH",
    "b: PUBLISH x 2 | SPUBLISH x 3",
    "A: UNSUBSCRIBE | PUNSUBSCRIBE | SUNSUBSCRIBE | UNSUBSCRIBE | SUBSCRIBE x | CLIENT REPLY ON",
    "A: CLIENT REPLY SKIP | PUBLISH x 4 | PING | CLIENT REPLY SKIP | SUBSCRIBE z | PING",
    "A: CLIENT REPLY OFF | MULTI | PUBLISH x 5 | PING | EXEC | CLIENT REPLY ON | UNSUBSCRIBE x z",
    "c: CLIENT REPLY SKIP | SUBSCRIBE x | PING | CLIENT REPLY SKIP | UNSUBSCRIBE | PING",
  ],
  "clients that wait or go": [
    "A: SUBSCRIBE x | MULTI | PING ...",
    "B: SUBSCRIBE x | BLPOP l 0 ...",
    "c: PUBLISH x 1",
    "c: RPUSH l v",
    "A: EXEC",
    "d: PSUBSCRIBE * | QUIT ...",
    "c: PUBLISH x 2",
    "e: SUBSCRIBE x",
    "c: CLIENT KILL TYPE pubsub SKIPME yes",
    "c: PUBLISH x 3 | PUBSUB NUMSUB x",
  ],
  "errors of PUBSUB": [
    "a: PUBSUB | PUBSUB NOSUCH | PUBSUB CHANNELS a b | PUBSUB NUMPAT a | PUBSUB SHARDCHANNELS a b | PUBSUB HELP a",
    "a: PUBLISH | PUBLISH a | PUBLISH a b c | SPUBLISH a | SSUBSCRIBE | SUNSUBSCRIBE | PUBSUB numsub a | pubsub CHANNELS",
  ],
};

Deno.test({
  name: "what subscribers and publishers are sent is what redis-server 7.0 sends (skipped where it is not installed)",
  ignore: !hasReference,
  fn: async (t) => {
    await using redis = await startRedis();
    await using server = await Server.start({ port: 0 });
    for (const [name, script] of Object.entries(SCRIPTS)) {
      await t.step(name, async () => {
        const [ours, theirs] = [await play(server.port, script), await play(redis.port, script)];
        assertEquals(ours, theirs, "miniredis (actual), redis-server (expected)");
      });
    }
  },
});
