/**
 * Everything that depends on time, as a row: the commands that it is about, and a script for {@linkcode Timeline.play}. The
 * clock begins at 1700000000000.
 *
 * @module
 */
import { BLOCKING_ROWS, KEY_ROWS } from "../_blocking_rows.ts";

/** Something that depends on time. */
export interface TimeRow {
  /** What the script shows, as a sentence. */
  readonly name: string;
  /** The commands it is about, in lower case, subcommands as `client|list`. */
  readonly of: readonly string[];
  readonly config?: Readonly<Record<string, string>>;
  readonly script: string;
}

// ---- Keys that expire ----

/** Each makes the key `k` expire at the beginning of second 10; there is a key `k` before, without an expiry. */
const EXPIRING: Readonly<Record<string, readonly string[]>> = {
  expire: ["EXPIRE k 10 -> :1", "EXPIRE k 10 NX -> :1", "EXPIRE k 10 LT -> :1"],
  pexpire: ["PEXPIRE k 10000 -> :1"],
  expireat: ["EXPIREAT k 1700000010 -> :1"],
  pexpireat: ["PEXPIREAT k 1700000010000 -> :1"],
  set: [
    "SET k v EX 10 -> +OK",
    "SET k v PX 10000 XX -> +OK",
    "SET k v EXAT 1700000010 -> +OK",
    "SET k v PXAT 1700000010000 GET -> $1 v",
  ],
  setex: ["SETEX k 10 v -> +OK"],
  psetex: ["PSETEX k 10000 v -> +OK"],
  getex: [
    "GETEX k EX 10 -> $1 v",
    "GETEX k PX 10000 -> $1 v",
    "GETEX k EXAT 1700000010 -> $1 v",
    "GETEX k PXAT 1700000010000 -> $1 v",
  ],
};

const EXPIRING_ROWS: readonly TimeRow[] = Object.entries(EXPIRING).flatMap(([name, lines]) =>
  lines.map((line) => ({
    name: `${line.split(" -> ")[0]} lets a key go at its time, to the millisecond`,
    of: [name],
    script: `
      SET k v -> +OK
      ${line}
      PTTL k -> :10000
      PEXPIRETIME k -> :1700000010000
      +9999
      GET k -> $1 v
      DBSIZE -> :1
      +1
      DBSIZE -> :0
      GET k -> $-1
      PTTL k -> :-2
    `,
  }))
);

const KEY_ROWS_OF_TIME: readonly TimeRow[] = [
  {
    name: "TTL, PTTL, EXPIRETIME and PEXPIRETIME tell what is left, and until when",
    of: ["ttl", "pttl", "expiretime", "pexpiretime"],
    script: `
      SET k v PX 10499 -> +OK
      TTL k -> :10
      EXPIRETIME k -> :1700000010
      +8999
      TTL k -> :2
      PTTL k -> :1500
      EXPIRETIME k -> :1700000010
      PEXPIRETIME k -> :1700000010499
      +1001
      TTL k -> :0
      PTTL k -> :499
      +499
      TTL k -> :-2
      EXPIRETIME k -> :-2
      PEXPIRETIME k -> :-2
    `,
  },
  {
    name: "PERSIST, GETEX PERSIST and SET keep a key from expiring, SET KEEPTTL and changes do not",
    of: ["persist", "getex", "set"],
    script: `
      MSET a 1 b 1 c 1 d 1 e 1 -> +OK
      EXPIRE a 1 -> :1
      EXPIRE b 1 -> :1
      EXPIRE c 1 -> :1
      EXPIRE d 1 -> :1
      EXPIRE e 1 -> :1
      PERSIST a -> :1
      GETEX b PERSIST -> $1 1
      SET c 2 -> +OK
      SET d 2 KEEPTTL -> +OK
      INCR e -> :2
      +1000
      MGET a b c d e -> *5[$1 1, $1 1, $1 2, $-1, $-1]
      INCR e -> :1
      +1000
      GET e -> $1 1
    `,
  },
  {
    name: "EXPIRE GT and LT go by what is left",
    of: ["expire"],
    script: `
      SET k v EX 10 -> +OK
      +6000
      EXPIRE k 4 GT -> :0
      EXPIRE k 5 GT -> :1
      EXPIRE k 5 LT -> :0
      +4999
      EXPIRE k 1 LT -> :0
      EXPIRE k 0 LT -> :1
      EXISTS k -> :0
    `,
  },
  {
    name: "a key takes its expiry along, and leaves none behind: RENAME, RENAMENX, COPY, MOVE, SWAPDB",
    of: ["rename", "renamenx", "copy", "move", "swapdb"],
    script: `
      SET k v PX 1000 -> +OK
      SET l v PX 2000 -> +OK
      RENAME k l -> +OK
      RENAMENX l m -> :1
      COPY m n -> :1
      COPY m o DB 1 -> :1
      MOVE n 2 -> :1
      SET k v -> +OK
      +999
      SWAPDB 1 3 -> +OK
      DBSIZE -> :2
      +1
      DBSIZE -> :1
      SELECT 2 -> +OK
      DBSIZE -> :0
      SELECT 3 -> +OK
      DBSIZE -> :0
    `,
  },
  {
    name: "keys of every type expire",
    of: [],
    script: `
      SET string 1 -> +OK
      RPUSH list a -> :1
      SADD set a -> :1
      HSET hash a 1 -> :1
      ZADD zset 1 a -> :1
      XADD stream 1-1 a 1 -> $3 1-1
      PFADD hll a -> :1
      EXPIRE string 1 -> :1
      EXPIRE list 1 -> :1
      EXPIRE set 1 -> :1
      EXPIRE hash 1 -> :1
      EXPIRE zset 1 -> :1
      EXPIRE stream 1 -> :1
      EXPIRE hll 1 -> :1
      +999
      DBSIZE -> :7
      +1
      DBSIZE -> :0
      LLEN list -> :0
      PFCOUNT hll -> :0
    `,
  },
  {
    name: "keys that have expired are seen by nobody, though nothing deletes them: DEBUG SET-ACTIVE-EXPIRE 0",
    of: ["debug", "keys", "scan", "randomkey", "dbsize", "exists", "del"],
    config: { "notify-keyspace-events": "Ex" },
    script: `
      s: SUBSCRIBE __keyevent@0__:expired ~> subscribe
      DEBUG SET-ACTIVE-EXPIRE 0 -> +OK
      MSET a 1 b 1 c 1 stays 1 -> +OK
      EXPIRE a 1 -> :1
      EXPIRE b 1 -> :1
      EXPIRE c 1 -> :1
      +5000
      s <- nothing
      DBSIZE -> :4
      KEYS * -> *1[$5 stays]
      GET a -> $-1
      s <- *3[$7 message, $22 __keyevent@0__:expired, $1 a]
      EXISTS a b -> :0
      DEL b -> :0
      s <- *3[$7 message, $22 __keyevent@0__:expired, $1 b]
      RANDOMKEY -> $5 stays
      SCAN 0 -> *2[$1 0, *1[$5 stays]]
      s <- *3[$7 message, $22 __keyevent@0__:expired, $1 c]
      DBSIZE -> :1
      SET d 1 PX 1 -> +OK
      DEBUG SET-ACTIVE-EXPIRE 1 -> +OK
      +1
      s <- *3[$7 message, $22 __keyevent@0__:expired, $1 d]
    `,
  },
  {
    name: "DEBUG PAUSE-CRON leaves expired keys to those who ask for them, and idle clients alone",
    of: ["debug"],
    config: { timeout: "10" },
    script: `
      idle: PING -> +PONG
      SET k 1 PX 1 -> +OK
      DEBUG PAUSE-CRON 1 -> +OK
      +20000
      DBSIZE -> :1
      idle: GET k -> $-1
      DBSIZE -> :0
      DEBUG PAUSE-CRON 0 -> +OK
      +10000
      PING -> +PONG
      +1
      idle <- closed
    `,
  },
];

// ---- What tells the time ----

const TELLING_ROWS: readonly TimeRow[] = [
  {
    name: "TIME is the clock's, to the millisecond",
    of: ["time"],
    script: `
      TIME -> *2[$10 1700000000, $1 0]
      +1234
      TIME -> *2[$10 1700000001, $6 234000]
      @86400000
      TIME -> *2[$10 1700086400, $1 0]
      @0
      TIME -> *2[$10 1700000000, $1 0]
    `,
  },
  {
    name: "XADD makes ids of the time, which never go back",
    of: ["xadd"],
    script: `
      XADD s * f v -> $15 1700000000000-0
      XADD s * f v -> $15 1700000000000-1
      +7
      XADD s * f v -> $15 1700000000007-0
      XADD s 1700000000007-* f v -> $15 1700000000007-1
      @0
      XADD s * f v -> $15 1700000000007-2
      +8
      XADD s * f v -> $15 1700000000008-0
      XADD s MINID = 1700000000008 * f v -> $15 1700000000008-1
      XLEN s -> :2
    `,
  },
  {
    name: "pending entries have been idle since they were delivered: XPENDING, XCLAIM, XAUTOCLAIM, XINFO",
    of: ["xreadgroup", "xpending", "xclaim", "xautoclaim", "xinfo|consumers", "xinfo|stream", "xgroup|createconsumer"],
    script: `
      XADD s 1-0 f v -> $3 1-0
      XADD s 2-0 f v -> $3 2-0
      XGROUP CREATE s g 0 -> +OK
      XREADGROUP GROUP g one COUNT 1 STREAMS s > ~> $3 1-0
      +1000
      XREADGROUP GROUP g one COUNT 1 STREAMS s > ~> $3 2-0
      +500
      XPENDING s g - + 10 -> *2[*4[$3 1-0, $3 one, :1500, :1], *4[$3 2-0, $3 one, :500, :1]]
      XPENDING s g IDLE 501 - + 10 -> *1[*4[$3 1-0, $3 one, :1500, :1]]
      XCLAIM s g two 1501 1-0 2-0 -> *0[]
      XCLAIM s g two 1500 1-0 2-0 JUSTID -> *1[$3 1-0]
      XPENDING s g - + 10 two -> *1[*4[$3 1-0, $3 two, :0, :1]]
      XAUTOCLAIM s g two 501 0 JUSTID -> *3[$3 0-0, *0[], *0[]]
      +1
      XAUTOCLAIM s g two 501 0 JUSTID -> *3[$3 0-0, *1[$3 2-0], *0[]]
      XCLAIM s g one 0 1-0 IDLE 9000 JUSTID -> *1[$3 1-0]
      XCLAIM s g one 0 2-0 TIME 1700000000000 JUSTID -> *1[$3 2-0]
      XPENDING s g - + 10 -> *2[*4[$3 1-0, $3 one, :9000, :1], *4[$3 2-0, $3 one, :1501, :1]]
      XGROUP CREATECONSUMER s g three -> :1
      +250
      XINFO CONSUMERS s g ~> *6[$4 name, $5 three, $7 pending, :0, $4 idle, :250]
      XINFO CONSUMERS s g ~> *6[$4 name, $3 two, $7 pending, :0, $4 idle, :250]
      XINFO STREAM s FULL ~> $9 seen-time, :1700000001501
      XINFO STREAM s FULL ~> *4[$3 2-0, $3 one, :1700000000000, :1]
    `,
  },
  {
    name: "OBJECT IDLETIME counts whole seconds since a key was used, and TOUCH is a use",
    of: ["object|idletime", "touch"],
    script: `
      SET k v -> +OK
      +1999
      OBJECT IDLETIME k -> :1
      +58001
      OBJECT IDLETIME k -> :60
      OBJECT ENCODING k -> $6 embstr
      DEBUG OBJECT k ~> lru_seconds_idle:60
      OBJECT IDLETIME k -> :60
      TOUCH k -> :1
      OBJECT IDLETIME k -> :0
      +2592000000
      OBJECT IDLETIME k -> :2592000
      GET k -> $1 v
      OBJECT IDLETIME k -> :0
    `,
  },
  {
    name: "OBJECT FREQ loses one for every lfu-decay-time minutes without use",
    of: ["object|freq"],
    config: { "maxmemory-policy": "allkeys-lfu", "lfu-decay-time": "2" },
    script: `
      SET k v -> +OK
      OBJECT FREQ k -> :5
      +119999
      OBJECT FREQ k -> :4
      +360001
      OBJECT FREQ k -> :1
      +6000000
      OBJECT FREQ k -> :0
      GET k -> $1 v
      OBJECT FREQ k -> :1
      CONFIG SET lfu-decay-time 0 -> +OK
      +6000000
      OBJECT FREQ k -> :1
    `,
  },
  {
    name: "CLIENT LIST and CLIENT INFO tell for how long a client has been there, and silent",
    of: ["client|list", "client|info"],
    script: `
      a: CLIENT ID -> :1
      +5500
      other: PING -> +PONG
      +3500
      a: CLIENT INFO ~> age=9 idle=0
      other: CLIENT LIST ID 1 ~> age=9 idle=0
      +60000
      a: CLIENT LIST ID 2 ~> age=63 idle=60
    `,
  },
  {
    name: "INFO tells of the time, and what keys have left",
    of: ["info"],
    script: `
      SET k v PX 100000 -> +OK
      INFO server ~> server_time_usec:1700000000000000
      +50000
      INFO keyspace ~> avg_ttl=50000
      INFO server ~> server_time_usec:1700000050000000
      @90000000000
      INFO server ~> server_time_usec:1790000000000000
      INFO server ~> lru_clock:${1_790_000_000 & 0xffffff}
      INFO stats ~> expired_keys:1
    `,
  },
  {
    name: "SLOWLOG and MONITOR tell when a command ran",
    of: ["slowlog|get", "monitor"],
    config: { "slowlog-log-slower-than": "0" },
    script: `
      m: MONITOR -> +OK
      +12345
      SET k v -> +OK
      m <~ +1700000012.345000 [0 
      +100000
      SLOWLOG GET 1 ~> :1700000012
    `,
  },
  {
    name: "LATENCY tells when something took long, and how long ago that is",
    of: ["latency|history", "latency|latest", "latency|graph", "latency|doctor", "debug"],
    script: `
      +5000
      CONFIG SET latency-monitor-threshold 1 -> +OK
      DEBUG SLEEP 0.002 -> +OK
      CONFIG SET latency-monitor-threshold 0 -> +OK
      TIME -> *2[$10 1700000005, $1 0]
      LATENCY HISTORY command ~> *1[*2[:1700000005, :
      LATENCY LATEST ~> *4[$7 command, :1700000005, :
      +7200000
      LATENCY GRAPH command ~> \\n2\\nh\\n
      LATENCY DOCTOR ~> period 7200.00 sec
    `,
  },
];

// ---- Clients that wait, and are waited for ----

const BLOCKING_COMMANDS_ROWS: readonly TimeRow[] = BLOCKING_ROWS.map((row) => ({
  name: `${row.name.toUpperCase()} gives up at its time, and not before`,
  of: [row.name],
  script: `
    ${KEY_ROWS.find(({ name }) => name === row.name)?.prepare?.("k").concat(" -> +OK") ?? ""}
    waiting: ${row.line("k", 5000)}
    late: ${row.line("k", 5001)}
    +4999
    INFO clients ~> blocked_clients:2
    waiting <- nothing
    +1
    waiting <- ${row.timeout ?? "*-1"}
    late <- nothing
    waiting: TIME -> *2[$10 1700000005, $1 0]
    +1
    late <- ${row.timeout ?? "*-1"}
    INFO clients ~> blocked_clients:0
    waiting: ${row.line("k", 1)}
    +1
    waiting <- ${row.timeout ?? "*-1"}
  `,
}));

const CLIENT_ROWS: readonly TimeRow[] = [
  {
    name: "a client that is unblocked, or served, is not given up later",
    of: ["client|unblock"],
    script: `
      waiting: CLIENT ID -> :1
      waiting: BLPOP q 5
      +1000
      CLIENT UNBLOCK 1 TIMEOUT -> :1
      waiting <- *-1
      waiting: BLPOP q 5
      +1000
      RPUSH q x -> :1
      waiting <- *2[$1 q, $1 x]
      +10000
      waiting <- nothing
    `,
  },
  {
    name: "a client that waits for entries of a group is told when the stream expires",
    of: ["xreadgroup", "pexpire"],
    script: `
      XGROUP CREATE s g $ MKSTREAM -> +OK
      PEXPIRE s 1000 -> :1
      waiting: XREADGROUP GROUP g me BLOCK 0 STREAMS s >
      +999
      waiting <- nothing
      +1
      waiting <- -UNBLOCKED the stream key no longer exists
      waiting: TIME -> *2[$10 1700000001, $1 0]
    `,
  },
  {
    name: "CLIENT PAUSE holds commands back until its time, and the longest one counts",
    of: ["client|pause"],
    script: `
      CLIENT PAUSE 1000 ALL -> +OK
      held: GET k
      +999
      held <- nothing
      +1
      held <- $-1
      held: TIME -> *2[$10 1700000001, $1 0]
      CLIENT PAUSE 1000 -> +OK
      held: TIME
      +2000
      held <- *2[$10 1700000002, $1 0]
    `,
  },
  {
    name: "CLIENT PAUSE WRITE holds back writes and expiry; keys whose time has come are not seen meanwhile",
    of: ["client|pause", "client|unpause"],
    config: { "notify-keyspace-events": "Ex" },
    script: `
      s: SUBSCRIBE __keyevent@0__:expired ~> subscribe
      SET k v PX 500 -> +OK
      CLIENT PAUSE 1000 WRITE -> +OK
      w: SET k w KEEPTTL
      +500
      GET k -> $-1
      DBSIZE -> :1
      s <- nothing
      CLIENT PAUSE 100 WRITE -> +OK
      +499
      w <- nothing
      +1
      w <- +OK
      s <- *3[$7 message, $22 __keyevent@0__:expired, $1 k]
      PTTL k -> :-1
      CLIENT PAUSE 100000 WRITE -> +OK
      w: SET k x
      +1
      CLIENT UNPAUSE -> +OK
      w <- +OK
      +100000
      w <- nothing
    `,
  },
  {
    name: "timeout closes clients that are silent for longer, but none that wait or listen",
    of: ["subscribe", "blpop"],
    config: { timeout: "10" },
    script: `
      idle: PING -> +PONG
      busy: PING -> +PONG
      listening: SUBSCRIBE news ~> subscribe
      waiting: BLPOP q 0
      waited: BLPOP q 15
      +5000
      busy: PING -> +PONG
      +5000
      idle <- nothing
      +1
      idle <- closed
      busy: PING -> +PONG
      +9999
      busy <- nothing
      waited <- *-1
      +2
      busy <- closed
      +4998
      waited <- nothing
      +1
      waited <- closed
      @100000
      listening: PING -> *2[$4 pong, $0 ]
      waiting <- nothing
    `,
  },
];

const LIMIT_ROWS: readonly TimeRow[] = [
  {
    name: "client-output-buffer-limit drops whoever leaves too much unread for longer than the soft limit's seconds",
    of: ["get"],
    config: { "client-output-buffer-limit": "normal 0 1000000 10" },
    script: `
      SETRANGE big 20000000 x -> :20000001
      slow: GET big
      slow: GET big
      +10000
      INFO stats ~> client_output_buffer_limit_disconnections:0
      CLIENT LIST ~> id=2
      +1
      INFO stats ~> client_output_buffer_limit_disconnections:1
      INFO clients ~> connected_clients:1
    `,
  },
  {
    name: "INFO tells for how long memory has been beyond maxmemory",
    of: ["info"],
    script: `
      SET k v -> +OK
      CONFIG SET maxmemory 1 -> +OK
      SET k v ~> -OOM
      +5000
      INFO stats ~> current_eviction_exceeded_time:5000
      CONFIG SET maxmemory 0 -> +OK
      SET k v -> +OK
      +5000
      INFO stats ~> total_eviction_exceeded_time:5000
    `,
  },
];

// ---- Others who are told ----

const TOLD_ROWS: readonly TimeRow[] = [
  {
    name: "expired events come in the order of time, whatever the database, at the time itself",
    of: ["subscribe", "psubscribe"],
    config: { "notify-keyspace-events": "KEx" },
    script: `
      s: PSUBSCRIBE __key*__:* ~> psubscribe
      SET late v PX 300 -> +OK
      SET early v PX 100 -> +OK
      SELECT 9 -> +OK
      SET middle v PX 200 -> +OK
      +1000
      s <- *4[$8 pmessage, $10 __key*__:*, $20 __keyspace@0__:early, $7 expired]
      s <- *4[$8 pmessage, $10 __key*__:*, $22 __keyevent@0__:expired, $5 early]
      s <- *4[$8 pmessage, $10 __key*__:*, $21 __keyspace@9__:middle, $7 expired]
      s <- *4[$8 pmessage, $10 __key*__:*, $22 __keyevent@9__:expired, $6 middle]
      s <- *4[$8 pmessage, $10 __key*__:*, $19 __keyspace@0__:late, $7 expired]
      s <- *4[$8 pmessage, $10 __key*__:*, $22 __keyevent@0__:expired, $4 late]
    `,
  },
  {
    name: "a client that has read a key is told when it expires, and one with a prefix",
    of: ["client|tracking"],
    script: `
      t: HELLO 3 ~> proto
      b: HELLO 3 ~> proto
      t: CLIENT TRACKING ON -> +OK
      b: CLIENT TRACKING ON BCAST PREFIX user: -> +OK
      SET user:1 v PX 1000 -> +OK
      b <- >2[$10 invalidate, *1[$6 user:1]]
      t: GET user:1 -> $1 v
      +999
      t <- nothing
      b <- nothing
      +1
      t <- >2[$10 invalidate, *1[$6 user:1]]
      b <- >2[$10 invalidate, *1[$6 user:1]]
    `,
  },
  {
    name: "a key that is watched and expires spoils the transaction, unless it had expired before",
    of: ["watch", "exec", "multi"],
    script: `
      SET k v PX 1000 -> +OK
      w: WATCH k -> +OK
      w: MULTI -> +OK
      w: GET k -> +QUEUED
      +1000
      w: EXEC -> *-1
      w: WATCH k -> +OK
      w: MULTI -> +OK
      w: GET k -> +QUEUED
      +1000
      w: EXEC -> *1[$-1]
    `,
  },
  {
    name: "a key that expires behind a WATCH that began when it had expired already spoils nothing",
    of: ["watch"],
    script: `
      DEBUG SET-ACTIVE-EXPIRE 0 -> +OK
      SET k v PX 1000 -> +OK
      +1000
      w: WATCH k -> +OK
      w: MULTI -> +OK
      w: TIME -> +QUEUED
      w: GET k -> +QUEUED
      GET k -> $-1
      +1000
      w: EXEC -> *2[*2[$10 1700000002, $1 0], $-1]
    `,
  },
  {
    name: "a transaction runs at one time, that of its EXEC",
    of: ["exec", "multi"],
    script: `
      SET k v PX 1000 -> +OK
      MULTI -> +OK
      TIME -> +QUEUED
      GET k -> +QUEUED
      SET l v PX 100 -> +QUEUED
      XADD s * f v -> +QUEUED
      +1000
      EXEC -> *4[*2[$10 1700000001, $1 0], $-1, +OK, $15 1700000001000-0]
      PTTL l -> :100
    `,
  },
];

/** All rows. */
export const TIME_ROWS: readonly TimeRow[] = [
  ...EXPIRING_ROWS,
  ...KEY_ROWS_OF_TIME,
  ...TELLING_ROWS,
  ...BLOCKING_COMMANDS_ROWS,
  ...CLIENT_ROWS,
  ...LIMIT_ROWS,
  ...TOLD_ROWS,
];
