/** Looking inside a running server, beside the original: shapes, errors, orders. */
import { compareTranscript, sameType, type Tolerance } from "../_harness.ts";

/** Lets numbers and addresses differ, nothing else. */
const shape: Tolerance = (ours, theirs) => plain(ours) === plain(theirs);

function plain(reply: string): string {
  return reply.replace(/\$\d+ 127\.0\.0\.1:\d+/g, "address").replace(/(?<=[: ])-?\d+(\.\d+)?/g, "n");
}

compareTranscript("SLOWLOG has the original's entries and errors", [
  "SLOWLOG RESET",
  "SLOWLOG GET",
  "CONFIG SET slowlog-log-slower-than 0",
  "CLIENT SETNAME me",
  ["SET", "k", "x".repeat(129)],
  ["SADD", "s", ...Array.from({ length: 40 }, (_, i) => `${i}`)],
  "AUTH a b",
  "CONFIG SET masterauth secret",
  "CONFIG SET masterauth ",
  "SLOWLOG LEN",
  "SLOWLOG GET 7",
  "CONFIG SET slowlog-log-slower-than 10000",
  "SLOWLOG GET 0",
  "SLOWLOG GET -2",
  "SLOWLOG GET x",
  "SLOWLOG GET 1 2",
  "SLOWLOG LEN x",
  "SLOWLOG RESET x",
  "SLOWLOG NOSUCH",
  "SLOWLOG",
  "SLOWLOG RESET",
], { tolerate: { "SLOWLOG GET": shape } });

compareTranscript("SAVE, BGSAVE and LASTSAVE have the original's errors, and SAVE no place in a transaction", [
  "SAVE x",
  "BGSAVE x",
  "BGSAVE SCHEDULE x",
  "LASTSAVE x",
  "LASTSAVE",
  "MULTI",
  "SET k v",
  "SAVE",
  "EXEC",
  "GET k",
  "DEBUG RELOAD x",
  "DEBUG RELOAD MERGE x",
], { tolerate: { "LASTSAVE": shape } });

compareTranscript("LATENCY has the original's replies and errors", [
  "LATENCY RESET",
  "LATENCY LATEST",
  "LATENCY HISTORY command",
  "LATENCY HISTORY",
  "LATENCY GRAPH command",
  "LATENCY RESET command other",
  "LATENCY DOCTOR",
  "LATENCY DOCTOR x",
  "LATENCY NOSUCH",
  "LATENCY",
  "CONFIG RESETSTAT",
  "LATENCY HISTOGRAM nosuch",
  "CONFIG SET latency-tracking-info-percentiles ",
  "CONFIG SET latency-tracking-info-percentiles 50 latency-tracking-info-percentiles 60",
  "CONFIG SET latency-tracking-info-percentiles 101",
  ["CONFIG", "SET", "latency-tracking-info-percentiles", "50 99 99.9"],
  "CONFIG GET latency-*",
], { tolerate: { "LATENCY DOCTOR": sameType, "CONFIG GET": sameType } });

compareTranscript("CLIENT PAUSE and UNPAUSE", [
  "CLIENT PAUSE 0",
  "CLIENT PAUSE x",
  "CLIENT PAUSE -1",
  "CLIENT PAUSE x WRITE",
  "CLIENT PAUSE 1 READ",
  "CLIENT PAUSE 1 WRITE x",
  "CLIENT PAUSE",
  "CLIENT UNPAUSE x",
  "CLIENT UNPAUSE",
  "CLIENT PAUSE 100000 WRITE",
  "GET k",
  "SET k",
  "MULTI",
  "GET k",
  "EXEC",
  "CLIENT UNPAUSE",
  "SET k v",
]);

compareTranscript("a primary without replicas", [
  "ROLE",
  "ROLE x",
  "REPLICAOF NO ONE",
  "SLAVEOF no one",
  "REPLICAOF localhost x",
  "REPLICAOF localhost 65536",
  "REPLICAOF localhost",
  "FAILOVER",
  "FAILOVER ABORT",
  "FAILOVER ABORT x",
  "FAILOVER TIMEOUT",
  "FAILOVER TIMEOUT 0",
  "FAILOVER TIMEOUT x",
  "FAILOVER TO localhost",
  "FAILOVER TO localhost x",
  "FAILOVER TO localhost 6379 FORCE TIMEOUT 5",
  "FAILOVER FORCE FORCE",
  "WAIT 0 0",
  "WAIT 1 10",
  "WAIT -1 0",
  "WAIT x 0",
  "WAIT 1 x",
  "WAIT 1 -1",
  "WAIT 1",
  "MULTI",
  "WAIT 1 0",
  "MONITOR",
  "EXEC",
]);

compareTranscript("MEMORY and LOLWUT", [
  "MEMORY PURGE",
  "MEMORY PURGE x",
  "MEMORY DOCTOR",
  "MEMORY MALLOC-STATS",
  "MEMORY NOSUCH",
  "MEMORY",
  "LOLWUT",
  "LOLWUT 5",
  "LOLWUT VERSION",
  "LOLWUT VERSION x",
  "LOLWUT VERSION 5 x",
  "LOLWUT VERSION 5 10 2 2",
], { tolerate: { "MEMORY DOCTOR": sameType, "MEMORY MALLOC-STATS": sameType, "LOLWUT VERSION 5 10": sameType } });

compareTranscript("CONFIG SET of several directives sets all or none", [
  "CONFIG SET timeout 10 tcp-keepalive 20",
  "CONFIG GET timeout tcp-keepalive",
  "CONFIG SET timeout 30 tcp-keepalive x",
  "CONFIG SET timeout x tcp-keepalive y",
  "CONFIG SET timeout 30 nosuch 1",
  "CONFIG SET timeout 30 port",
  "CONFIG SET timeout 30 Timeout 40",
  "CONFIG SET timeout 30 databases 4",
  "CONFIG SET timeout 30 latency-tracking maybe slowlog-max-len -1",
  "CONFIG GET timeout",
  "CONFIG SET timeout 0 tcp-keepalive 300",
  "CONFIG RESETSTAT x",
  "CONFIG REWRITE",
  "CONFIG REWRITE x",
], { tolerate: { "CONFIG GET timeout tcp-keepalive": (ours, theirs) => ours.length === theirs.length } });

compareTranscript("CLUSTER and its like where there is no cluster", [
  "CLUSTER INFO",
  "CLUSTER HELP",
  "CLUSTER SLOTS",
  "CLUSTER SLOTS x",
  "CLUSTER KEYSLOT k",
  "CLUSTER KEYSLOT",
  "CLUSTER SETSLOT 1 STABLE",
  "CLUSTER NOSUCH",
  "CLUSTER",
  "READONLY",
  "READWRITE",
  "ASKING",
  "ASKING x",
]);
