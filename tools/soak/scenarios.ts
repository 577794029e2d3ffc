/**
 * What clients of the soak do: short stories of commands from every family, over few keys, so that they meet. Values are
 * trimmed, deleted or expire, and the data stays as small as it is.
 */
import type { Random } from "../../tests/resp/_frames.ts";

/** Words of a command. */
export type Request = readonly string[];

/** Commands that are sent together; `leaves` says in what state a client is afterwards. */
export interface Story {
  readonly requests: readonly Request[];
  /** `waits`: it may be blocked for as long as it likes. `listens`: it gets messages and can do little else. */
  readonly leaves?: "waits" | "listens";
}

/** Some of what is around: ids of clients, to be killed or woken. */
export interface Surroundings {
  readonly random: Random;
  /** Numbers of connections go up to about this. */
  readonly newestId: number;
  /** How often messages have been sent, for a text that differs. */
  readonly round: number;
}

const KEYS = 24;
/** So many that clients do wait for them. */
const QUEUES = 150;

function line(text: string): Request {
  return text.split(" ");
}

type Teller = (s: Surroundings) => Story;

function together(...texts: string[]): Story {
  return { requests: texts.map(line) };
}

function key(random: Random, type: string): string {
  return `${type}:${random.int(type === "queue" ? QUEUES : KEYS)}`;
}

const strings: Teller = ({ random, round }) => {
  const k = key(random, "string"), other = key(random, "string");
  return together(
    `SET ${k} ${"v".repeat(random.int(200))}. PX ${1 + random.int(2000)}`,
    `MSET ${k} ${round} ${other} ${random.int(100)}`,
    `INCRBY ${k} 7`,
    `APPEND ${other} ${"x".repeat(random.int(20))}`,
    `SETRANGE ${other} ${random.int(2000)} abc`,
    `GETRANGE ${other} 0 -1`,
    `EXPIRE ${other} ${1 + random.int(3)}`,
    `MGET ${k} ${other} none`,
    `GETEX ${k} PX ${1 + random.int(500)}`,
    `SETBIT bits:${random.int(4)} ${random.int(5000)} 1`,
    `PFADD hll:${random.int(4)} ${random.int(1000)}`,
  );
};

const large: Teller = ({ random }) => {
  const k = `large:${random.int(3)}`;
  const members = Array.from({ length: 600 }, () => `m${random.int(5000)}`);
  return {
    requests: [
      ["SET", k, "x".repeat(100_000), "PX", "3000"],
      ["SADD", `${k}:set`, ...members],
      ["HSET", `${k}:hash`, ...members],
      line(`EXPIRE ${k}:set 2`),
      line(`PEXPIRE ${k}:hash ${1 + random.int(1000)}`),
      line(`GET ${k}`),
      line(`SMEMBERS ${k}:set`),
      line(`UNLINK ${k}:hash`),
    ],
  };
};

const lists: Teller = ({ random }) => {
  const k = key(random, "list"), other = key(random, "list");
  return together(
    `RPUSH ${k} a b c ${random.int(1000)}`,
    `LMOVE ${k} ${other} LEFT RIGHT`,
    `LTRIM ${k} 0 99`,
    `LTRIM ${other} 0 99`,
    `LRANGE ${k} 0 -1`,
    `LMPOP 2 ${k} ${other} LEFT COUNT 3`,
    `BLPOP ${k} ${other} 0.01`,
  );
};

const waits: Teller = ({ random }) => {
  const k = key(random, "queue"), other = key(random, "queue");
  const seconds = random.pick(["0", "0.02", "0.2", "5"]);
  const request = random.pick([
    `BLPOP ${k} ${other} ${seconds}`,
    `BRPOP ${k} ${seconds}`,
    `BLMOVE ${k} ${other} LEFT RIGHT ${seconds}`,
    `BLMPOP ${seconds} 2 ${k} ${other} RIGHT`,
    `BZPOPMIN z${k} z${other} ${seconds}`,
    `BZMPOP ${seconds} 1 z${k} MAX`,
    `XREAD BLOCK ${random.pick(["0", "20", "5000"])} STREAMS stream:1 stream:2 $ $`,
    `XREADGROUP GROUP g c${random.int(5)} BLOCK ${random.pick(["0", "20"])} STREAMS stream:1 >`,
  ]);
  return { requests: [line(request)], leaves: "waits" };
};

const feeds: Teller = ({ random }) => {
  const k = key(random, "queue");
  return together(`LPUSH ${k} x`, `ZADD z${k} 1 a 2 b`, `LTRIM ${k} 0 1`, `ZREMRANGEBYRANK z${k} 2 -1`);
};

const sets: Teller = ({ random }) => {
  const [k, z, h] = [key(random, "set"), key(random, "zset"), key(random, "hash")];
  return together(
    `SADD ${k} ${random.int(100)} ${random.int(100)} m${random.int(50)}`,
    `SPOP ${k} 2`,
    `SINTERSTORE ${key(random, "set")} ${k} ${key(random, "set")}`,
    `ZADD ${z} ${random.int(100)} m${random.int(200)} ${random.int(100)} n${random.int(200)}`,
    `ZRANGESTORE ${key(random, "zset")} ${z} 0 50`,
    `ZRANGE ${z} 0 -1 WITHSCORES`,
    `ZPOPMIN ${z}`,
    `HSET ${h} f${random.int(200)} ${random.int(1000)}`,
    `HGETALL ${h}`,
    `HDEL ${h} f${random.int(200)} f${random.int(200)}`,
    `GEOADD geo 13.${random.int(9)} 38.1 p${random.int(50)}`,
    `GEOSEARCH geo FROMLONLAT 13 38 BYRADIUS 100 km`,
  );
};

const streams: Teller = ({ random }) => {
  const k = `stream:${1 + random.int(3)}`, consumer = `c${random.int(5)}`;
  return together(
    `XADD ${k} MAXLEN ~ 200 * field ${random.int(1000)}`,
    `XGROUP CREATE ${k} g $ MKSTREAM`,
    `XREADGROUP GROUP g ${consumer} COUNT 5 STREAMS ${k} >`,
    `XAUTOCLAIM ${k} g ${consumer} 0 0 COUNT 5`,
    `XACK ${k} g 0-1`,
    `XTRIM ${k} MAXLEN 150`,
    `XPENDING ${k} g - + 10`,
    ...random.int(20) === 0 ? [`XGROUP DESTROY ${k} g`] : [],
    ...random.int(50) === 0 ? [`DEL ${k}`] : [],
  );
};

const transactions: Teller = ({ random }) => {
  const k = key(random, "string");
  return together(
    `WATCH ${k} ${key(random, "string")} ${key(random, "list")}`,
    `GET ${k}`,
    "MULTI",
    `SET ${k} 1`,
    `RPUSH ${key(random, "queue")} from-exec`,
    random.pick(["INCR none", "NOSUCH", "BLPOP none 0", `DEL ${k}`]),
    random.pick(["EXEC", "EXEC", "DISCARD"]),
    `WATCH ${k}`,
    "UNWATCH",
    "DEL none",
  );
};

/** Left in the middle: its end is that of the connection. */
const unfinished: Teller = ({ random }) => ({
  requests: [`WATCH ${key(random, "string")}`, "MULTI", "SET string:1 1", "GET string:2"].map(line),
  leaves: "listens",
});

const publishes: Teller = ({ random, round }) =>
  together(
    `PUBLISH channel:${random.int(5)} message-${round}`,
    `SPUBLISH shard:${random.int(3)} message-${round}`,
    "PUBSUB CHANNELS",
    "PUBSUB NUMPAT",
  );

const subscribes: Teller = ({ random }) => {
  const requests = [
    `SUBSCRIBE channel:${random.int(5)} channel:${random.int(5)} own:${random.int(1000)}`,
    `PSUBSCRIBE channel:* p${random.int(10)}*`,
    `SSUBSCRIBE shard:${random.int(3)}`,
    random.pick(["SUBSCRIBE __keyevent@0__:expired", "PSUBSCRIBE __keyspace@0__:list:*", "PING"]),
    random.pick(["UNSUBSCRIBE", "PUNSUBSCRIBE p*", "SUNSUBSCRIBE", "PING"]),
  ];
  return { requests: requests.map(line), leaves: "listens" };
};

const caches: Teller = ({ random }) => {
  const mode = random.pick(["ON", "ON OPTIN", "ON BCAST PREFIX string: PREFIX list:", "ON NOLOOP"]);
  return together(
    "HELLO 3",
    `CLIENT TRACKING ${mode}`,
    `GET ${key(random, "string")}`,
    `LRANGE ${key(random, "list")} 0 -1`,
    ...random.int(2) === 0 ? ["CLIENT TRACKING OFF"] : [],
    "HELLO 2",
  );
};

const looks: Teller = ({ random }) =>
  together(
    `SCAN 0 MATCH *:${random.int(9)} COUNT 100`,
    `HSCAN ${key(random, "hash")} 0`,
    "DBSIZE",
    "RANDOMKEY",
    "INFO",
    "CLIENT LIST",
    "SLOWLOG GET 3",
    `OBJECT ENCODING ${key(random, "zset")}`,
    `MEMORY USAGE ${key(random, "list")}`,
    "COMMAND COUNT",
  );

const databases: Teller = ({ random }) =>
  together(
    `SELECT ${random.int(3)}`,
    `SET ${key(random, "string")} x PX 500`,
    `COPY ${key(random, "list")} ${key(random, "list")} DB ${random.int(3)}`,
    ...random.int(30) === 0 ? ["SWAPDB 1 2"] : [],
    ...random.int(60) === 0 ? ["FLUSHDB ASYNC"] : [],
    "SELECT 0",
  );

const monitors: Teller = () => ({ requests: [["MONITOR"]], leaves: "listens" });

const manages: Teller = ({ random, newestId }) => {
  const id = Math.max(2, newestId - random.int(300)); // number 1 asks for the figures
  return together(random.pick([
    `CLIENT KILL ID ${id}`,
    `CLIENT UNBLOCK ${id}`,
    `CLIENT UNBLOCK ${id} ERROR`,
    `CLIENT PAUSE ${1 + random.int(5)} ${random.pick(["WRITE", "ALL"])}`,
    "CLIENT UNPAUSE",
    `CLIENT NO-EVICT ON`,
    "RESET",
  ]));
};

/** As often as they stand here. */
const TELLERS: readonly Teller[] = [
  ...[strings, strings, strings, large, lists, lists, waits, waits, waits, feeds, feeds, feeds, sets, sets, streams],
  ...[streams, transactions, transactions, unfinished, publishes, publishes, subscribes, subscribes, caches, looks],
  ...[databases, monitors, manages, manages],
];

/** A story at random. */
export function tell(surroundings: Surroundings): Story {
  return surroundings.random.pick(TELLERS)(surroundings);
}
