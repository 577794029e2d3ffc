/**
 * A call of every typed method, in an order that works on an empty server, and what it answers: in RESP2 and in RESP3, from
 * this server and from Redis.
 */
import type { Client } from "../../client.ts";
import type { Commands } from "../../client/commands.ts";

/** A call, and what its reply is like: a value, or a value with functions in it that say whether a part is right. */
export type Call = readonly [call: (c: Client) => Promise<unknown>, expected: unknown];

/** Any text. */
export const text = (value: unknown): boolean => typeof value === "string";
/** Any number. */
export const number = (value: unknown): boolean => typeof value === "number";

/** An array of items that are all alike. */
export function listOf(expected: unknown): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every((item) => isLike(item, expected));
}

/** A plain object that has at least these properties. */
export function having(expected: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  return (value) => isPlain(value) && Object.keys(expected).every((key) => isLike(value[key], expected[key]));
}

/** A plain object whose values are all alike. */
export function mapOf(expected: unknown): (value: unknown) => boolean {
  return (value) => isPlain(value) && Object.values(value).every((item) => isLike(item, expected));
}

/** One or the other. */
export function either(...expected: unknown[]): (value: unknown) => boolean {
  return (value) => expected.some((each) => isLike(value, each));
}

/** Is a reply as expected? */
export function isLike(value: unknown, expected: unknown): boolean {
  if (typeof expected === "function") return expected(value) === true;
  if (Array.isArray(expected)) {
    return Array.isArray(value) && value.length === expected.length &&
      expected.every((item, i) => isLike(value[i], item));
  }
  if (isPlain(expected)) {
    return isPlain(value) && Object.keys(value).length === Object.keys(expected).length &&
      Object.keys(expected).every((key) => Object.hasOwn(value, key) && isLike(value[key], expected[key]));
  }
  return Object.is(value, expected);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const LIBRARY = "#!lua name=mylib\nredis.register_function{function_name='echo', " +
  "callback=function(keys, args) return args[1] end, flags={'no-writes'}}";
const PALERMO = [13.361389338970184, 38.1155563954963] as const;
const bytes = (value: unknown): boolean => value instanceof Uint8Array && value.length > 0;
const keySpecification = { flags: listOf(text), begin_search: { type: "index", spec: { index: 1 } } };
const description = [text, number, listOf(text), number, number, number, listOf(text), listOf(text)];

/** Calls that this server and Redis answer alike. */
export const SHARED_CALLS: readonly Call[] = [
  // ---- Strings ----
  [(c) => c.append("s", "abc"), 3],
  [(c) => c.strlen("s"), 3],
  [(c) => c.getrange("s", 1, -1), "bc"],
  [(c) => c.substr("s", 0, 1), "ab"],
  [(c) => c.setrange("s", 3, "de"), 5],
  [(c) => c.getset("s", "f"), "abcde"],
  [(c) => c.getex("s", { ex: 100 }), "f"],
  [(c) => c.getdel("s"), "f"],
  [(c) => c.getdel("s"), null],
  [(c) => c.incr("n"), 1],
  [(c) => c.incrby("n", 10n), 11],
  [(c) => c.decr("n"), 10],
  [(c) => c.decrby("n", 7), 3],
  [(c) => c.incrbyfloat("n", 0.5), "3.5"],
  [(c) => c.setnx("n", 1), 0],
  [(c) => c.setex("e", 100, "x"), "OK"],
  [(c) => c.psetex("e", 100_000, "x"), "OK"],
  [(c) => c.msetnx({ m1: "ohmytext", m2: "mynewtext" }), 1],
  [(c) => c.msetnx("m1", "x", "m3", "y"), 0],
  [(c) => c.lcs("m1", "m2"), "mytext"],
  [(c) => c.lcs("m1", "m2", { len: true }), 6],
  [(c) => c.lcs("m1", "m2", { idx: true }), { matches: [[[4, 7], [5, 8]], [[2, 3], [0, 1]]], len: 6 }],
  [
    (c) => c.lcs("m1", "m2", { idx: true, withmatchlen: true, minmatchlen: 4 }),
    { matches: [[[4, 7], [5, 8], 4]], len: 6 },
  ],

  // ---- Bitmaps ----
  [(c) => c.setbit("b", 7, 1), 0],
  [(c) => c.getbit("b", 7), 1],
  [(c) => c.bitcount("b"), 1],
  [(c) => c.bitcount("b", { start: 0, end: 6, bit: true }), 0],
  [(c) => c.bitpos("b", 1), 7],
  [(c) => c.bitpos("b", 0, { start: 1 }), -1],
  [(c) => c.bitop("NOT", "b2", "b"), 1],
  [(c) => c.bitfield("b", [["INCRBY", "u8", 0, 1], ["OVERFLOW", "FAIL"], ["SET", "u8", 0, 300], ["GET", "i4", "#1"]]), [
    2,
    null,
    2,
  ]],
  [(c) => c.bitfieldRo("b", [["GET", "u8", 0]]), [2]],

  // ---- Keys ----
  [(c) => c.copy("n", "n2", { replace: true }), 1],
  [(c) => c.exists("n", "n", "none"), 2],
  [(c) => c.touch("n", "none"), 1],
  [(c) => c.type("n"), "string"],
  [(c) => c.keys("n*"), listOf(text)],
  [(c) => c.randomkey(), text],
  [(c) => c.rename("n2", "n3"), "OK"],
  [(c) => c.renamenx("n3", "n"), 0],
  [(c) => c.dump("n"), bytes],
  [(c) => c.dump("none"), null],
  [async (c) => c.restore("n4", 0, (await c.dump("n"))!, { replace: true }), "OK"],
  [(c) => c.expire("n4", 100), 1],
  [(c) => c.expire("n4", 50, { gt: true }), 0],
  [(c) => c.pexpire("n4", 100_000), 1],
  [(c) => c.expireat("n4", 4_000_000_000), 1],
  [(c) => c.expiretime("n4"), 4_000_000_000],
  [(c) => c.pexpireat("n4", 4_000_000_000_001), 1],
  [(c) => c.pexpiretime("n4"), 4_000_000_000_001],
  [(c) => c.ttl("n4"), number],
  [(c) => c.pttl("none"), -2],
  [(c) => c.persist("n4"), 1],
  [(c) => c.move("n4", 1), 1],
  [(c) => c.objectEncoding("m1"), "embstr"],
  [(c) => c.objectEncoding("none"), null],
  [(c) => c.objectIdletime("m1"), number],
  [(c) => c.objectRefcount("m1"), 1],
  [(c) => c.configSet({ "maxmemory-policy": "allkeys-lfu" }), "OK"],
  [(c) => c.objectFreq("m1"), number],
  [(c) => c.configSet("maxmemory-policy", "noeviction"), "OK"],
  [(c) => c.unlink("n3", "none"), 1],
  [(c) => c.del("n", "none"), 1],
  [(c) => c.rpush("sorted", "3", "1", "2"), 3],
  [(c) => c.sort("sorted", { desc: true, limit: [0, 2] }), ["3", "2"]],
  [(c) => c.sort("sorted", { by: "w_*", get: ["#", "v_*"] }), ["1", null, "2", null, "3", null]],
  [(c) => c.sort("sorted", { store: "stored" }), 3],
  [(c) => c.sortRo("sorted", { alpha: true }), ["1", "2", "3"]],
  [(c) => c.wait(0, 1), 0],

  // ---- Hashes ----
  [(c) => c.hset("h", "f", "v", "g", 2), 2],
  [(c) => c.hset("h", { g: 3, __proto__x: 4 }), 1],
  [(c) => c.hset("h", new Map([["g", 5]])), 0],
  [(c) => c.hset("h", [["g", 5], ["k", Uint8Array.of(65)]], { timeoutMs: 10_000 }), 1],
  [(c) => c.hmset("h2", { f: 1 }), "OK"],
  [(c) => c.hmset("h2", "f", 1), "OK"],
  [(c) => c.hsetnx("h", "f", "w"), 0],
  [(c) => c.hget("h", "f"), "v"],
  [(c) => c.hget("h", "none"), null],
  [(c) => c.hmget("h", "f", "none"), ["v", null]],
  [(c) => c.hgetall("h2"), { f: "1" }],
  [(c) => c.hgetall("none"), {}],
  [(c) => c.hkeys("h2"), ["f"]],
  [(c) => c.hvals("h2"), ["1"]],
  [(c) => c.hlen("h"), 4],
  [(c) => c.hstrlen("h", "f"), 1],
  [(c) => c.hexists("h", "f"), 1],
  [(c) => c.hincrby("h", "g", 5), 10],
  [(c) => c.hincrbyfloat("h", "g", "0.25"), "10.25"],
  [(c) => c.hrandfield("h2"), "f"],
  [(c) => c.hrandfield("none"), null],
  [(c) => c.hrandfield("h2", 2), ["f"]],
  [(c) => c.hrandfield("h2", -2, { withvalues: true }), [["f", "1"], ["f", "1"]]],
  [(c) => c.hdel("h", "f", "none"), 1],

  // ---- HyperLogLog ----
  [(c) => c.pfadd("p", "a", "b"), 1],
  [(c) => c.pfcount("p"), 2],
  [(c) => c.pfmerge("p2", "p"), "OK"],

  // ---- Lists ----
  [(c) => c.lpush("l", "b", "a"), 2],
  [(c) => c.rpush("l", "c"), 3],
  [(c) => c.lpushx("none", "x"), 0],
  [(c) => c.rpushx("l", "d"), 4],
  [(c) => c.linsert("l", "BEFORE", "b", "x"), 5],
  [(c) => c.llen("l"), 5],
  [(c) => c.lindex("l", -1), "d"],
  [(c) => c.lset("l", 0, "A"), "OK"],
  [(c) => c.lpos("l", "x"), 1],
  [(c) => c.lpos("l", "none"), null],
  [(c) => c.lpos("l", "x", { count: 0 }), [1]],
  [(c) => c.lrange("l", 0, -1), ["A", "x", "b", "c", "d"]],
  [(c) => c.lrem("l", 0, "x"), 1],
  [(c) => c.ltrim("l", 0, 2), "OK"],
  [(c) => c.lmove("l", "l2", "LEFT", "RIGHT"), "A"],
  [(c) => c.rpoplpush("l", "l2"), "c"],
  [(c) => c.lmpop(["none", "l2"], "LEFT"), ["l2", ["c"]]],
  [(c) => c.lmpop("none", "LEFT"), null],
  [(c) => c.blmpop(0.01, ["l2"], "RIGHT", { count: 2 }), ["l2", ["A"]]],
  [(c) => c.blmpop(0.01, "none", "RIGHT"), null],
  [(c) => c.rpush("l", 1, 2, 3, 4, 5, 6, 7, 8), 9],
  [(c) => c.lpop("l"), "b"],
  [(c) => c.lpop("none"), null],
  [(c) => c.lpop("l", 2), ["1", "2"]],
  [(c) => c.lpop("none", 2), null],
  [(c) => c.rpop("l"), "8"],
  [(c) => c.rpop("l", 1), ["7"]],
  [(c) => c.blpop("l", 0), ["l", "3"]],
  [(c) => c.blpop(["none"], 0.01), null],
  [(c) => c.brpop(["none", "l"], 0), ["l", "6"]],
  [(c) => c.brpoplpush("l", "l3", 0), "5"],
  [(c) => c.brpoplpush("none", "l3", 0.01), null],
  [(c) => c.blmove("l", "l3", "LEFT", "LEFT", 0), "4"],
  [(c) => c.blmove("none", "l3", "LEFT", "LEFT", 0.01), null],

  // ---- Sets ----
  [(c) => c.sadd("t", "a", "b", "c"), 3],
  [(c) => c.sadd("t2", "b"), 1],
  [(c) => c.scard("t"), 3],
  [(c) => c.sismember("t", "a"), 1],
  [(c) => c.smismember("t", "a", "x"), [1, 0]],
  [(c) => c.smembers("t2"), ["b"]],
  [(c) => c.smembers("none"), []],
  [(c) => c.sinter("t", "t2"), ["b"]],
  [(c) => c.sintercard(["t", "t2"], { limit: 1 }), 1],
  [(c) => c.sunion("t2", "none"), ["b"]],
  [(c) => c.sdiff("t2", "none"), ["b"]],
  [(c) => c.sinterstore("t3", "t", "t2"), 1],
  [(c) => c.sunionstore("t3", "t", "t2"), 3],
  [(c) => c.sdiffstore("t3", "t", "t2"), 2],
  [(c) => c.smove("t", "t2", "a"), 1],
  [(c) => c.srem("t", "c"), 1],
  [(c) => c.srandmember("t"), "b"],
  [(c) => c.srandmember("none"), null],
  [(c) => c.srandmember("t", -2), ["b", "b"]],
  [(c) => c.spop("t"), "b"],
  [(c) => c.spop("t"), null],
  [(c) => c.spop("t3", 5), listOf(text)],
  [(c) => c.spop("none", 5), []],

  // ---- Sorted sets ----
  [(c) => c.zadd("z", { a: 1, b: 2.5, c: Infinity }), 3],
  [(c) => c.zadd("z", [["a", "1.25"]], { ch: true, xx: true }), 1],
  [(c) => c.zadd("z", new Map([["a", 1]]), { incr: true }), 2.25],
  [(c) => c.zadd("z", { a: 1 }, { incr: true, nx: true }), null],
  [(c) => c.zincrby("z", 0.75, "a"), 3],
  [(c) => c.zcard("z"), 3],
  [(c) => c.zscore("z", "c"), Infinity],
  [(c) => c.zscore("z", "none"), null],
  [(c) => c.zmscore("z", "a", "none"), [3, null]],
  [(c) => c.zrank("z", "a"), 1],
  [(c) => c.zrevrank("z", "none"), null],
  [(c) => c.zcount("z", "-inf", 3), 2],
  [(c) => c.zlexcount("z", "-", "+"), 3],
  [(c) => c.zrange("z", 0, -1), ["b", "a", "c"]],
  [(c) => c.zrange("z", "(2.5", "+inf", { byscore: true, limit: [0, 1], withscores: true }), [["a", 3]]],
  [(c) => c.zrevrange("z", 0, 0), ["c"]],
  [(c) => c.zrevrange("z", 0, 0, { withscores: true }), [["c", Infinity]]],
  [(c) => c.zrangebyscore("z", 0, 2.5), ["b"]],
  [(c) => c.zrangebyscore("z", 0, 2.5, { withscores: true }), [["b", 2.5]]],
  [(c) => c.zrevrangebyscore("z", 2.5, 0), ["b"]],
  [(c) => c.zrevrangebyscore("z", 2.5, 0, { withscores: true }), [["b", 2.5]]],
  [(c) => c.zadd("y", { a: 0, b: 0 }), 2],
  [(c) => c.zrangebylex("y", "-", "(b"), ["a"]],
  [(c) => c.zrevrangebylex("y", "+", "-", { limit: [0, 1] }), ["b"]],
  [(c) => c.zrangestore("x", "z", 0, -1), 3],
  [(c) => c.zremrangebyrank("x", 0, 0), 1],
  [(c) => c.zremrangebyscore("x", 0, 3), 1],
  [(c) => c.zremrangebylex("x", "-", "+"), 1],
  [(c) => c.zunion(["y", "none"]), ["a", "b"]],
  [(c) => c.zunion(["y", "y"], { weights: [1, 2], aggregate: "MAX", withscores: true }), [["a", 0], ["b", 0]]],
  [(c) => c.zinter(["y", "z"]), ["b", "a"]],
  [(c) => c.zinter(["y", "z"], { withscores: true }), [["b", 2.5], ["a", 3]]],
  [(c) => c.zdiff(["z", "y"]), ["c"]],
  [(c) => c.zdiff(["z", "y"], { withscores: true }), [["c", Infinity]]],
  [(c) => c.zunionstore("x", ["y", "z"], { aggregate: "SUM" }), 3],
  [(c) => c.zinterstore("x", ["y", "z"], { weights: [2, 2] }), 2],
  [(c) => c.zdiffstore("x", ["z", "y"]), 1],
  [(c) => c.zintercard(["y", "z"], { limit: 1 }), 1],
  [(c) => c.zrandmember("x"), "c"],
  [(c) => c.zrandmember("none"), null],
  [(c) => c.zrandmember("x", 2), ["c"]],
  [(c) => c.zrandmember("x", -2, { withscores: true }), [["c", Infinity], ["c", Infinity]]],
  [(c) => c.zpopmin("z"), ["b", 2.5]],
  [(c) => c.zpopmin("none"), null],
  [(c) => c.zpopmin("none", 2), []],
  [(c) => c.zpopmax("z", 2), [["c", Infinity], ["a", 3]]],
  [(c) => c.zpopmax("none"), null],
  [(c) => c.zmpop(["none", "x"], "MIN"), ["x", [["c", Infinity]]]],
  [(c) => c.zmpop("none", "MAX", { count: 2 }), null],
  [(c) => c.zrem("y", "b"), 1],
  [(c) => c.bzpopmin(["none", "y"], 0), ["y", "a", 0]],
  [(c) => c.bzpopmax("none", 0.01), null],
  [(c) => c.zadd("y", { a: 1.5 }), 1],
  [(c) => c.bzpopmax("y", 0), ["y", "a", 1.5]],
  [(c) => c.zadd("y", { a: 1.5 }), 1],
  [(c) => c.bzmpop(0, ["none", "y"], "MAX"), ["y", [["a", 1.5]]]],
  [(c) => c.bzmpop(0.01, "none", "MAX"), null],

  // ---- Geo ----
  [(c) => c.geoadd("g", { Palermo: [13.361389, 38.115556], Catania: [15.087269, 37.502669] }), 2],
  [(c) => c.geodist("g", "Palermo", "Catania", "km"), 166.2742],
  [(c) => c.geodist("g", "Palermo", "none"), null],
  [(c) => c.geohash("g", "Palermo", "none"), ["sqc8b49rny0", null]],
  [(c) => c.geopos("g", "Palermo", "none"), [PALERMO, null]],
  [(c) => c.geosearch("g", { fromlonlat: [15, 37], byradius: [200, "km"], asc: true }), ["Catania", "Palermo"]],
  [
    (c) => c.geosearch("g", { frommember: "Palermo", bybox: [400, 400, "km"], desc: true, count: 1, withdist: true }),
    [{ member: "Catania", distance: 166.2742 }],
  ],
  [
    (c) =>
      c.geosearch("g", { frommember: "Palermo", byradius: [1, "m"], withcoord: true, withdist: true, withhash: true }),
    [{ member: "Palermo", distance: 0, hash: 3479099956230698, coordinates: PALERMO }],
  ],
  [(c) => c.geosearchstore("g2", "g", { fromlonlat: [15, 37], byradius: [200, "km"], storedist: true }), 2],
  [(c) => c.georadius("g", 15, 37, 200, "km"), listOf(text)],
  [(c) => c.georadius("g", 15, 37, 100, "km", { withdist: true }), [{ member: "Catania", distance: 56.4413 }]],
  [(c) => c.georadius("g", 15, 37, 200, "km", { store: "g3" }), 2],
  [(c) => c.georadiusRo("g", 15, 37, 100, "km"), ["Catania"]],
  [(c) => c.georadiusbymember("g", "Palermo", 1, "km", { withcoord: true }), [
    { member: "Palermo", coordinates: PALERMO },
  ]],
  [(c) => c.georadiusbymember("g", "Palermo", 1, "km", { storedist: "g3" }), 1],
  [(c) => c.georadiusbymemberRo("g", "Palermo", 1, "km"), ["Palermo"]],

  // ---- Streams ----
  [(c) => c.xadd("x1", "1-1", { f: "v", g: 2 }), "1-1"],
  [(c) => c.xadd("x1", "1-2", [["f", "v"], ["f", "w"]]), "1-2"],
  [(c) => c.xadd("none", "*", { f: 1 }, { nomkstream: true }), null],
  [(c) => c.xadd("x1", "1-3", { f: 1 }, { maxlen: 100, approximate: true, limit: 0 }), "1-3"],
  [(c) => c.xlen("x1"), 3],
  [(c) => c.xrange("x1", "-", "+", { count: 2 }), [
    ["1-1", [["f", "v"], ["g", "2"]]],
    ["1-2", [["f", "v"], ["f", "w"]]],
  ]],
  [(c) => c.xrange("none", "-", "+"), []],
  [(c) => c.xrevrange("x1", "+", "-", { count: 1 }), [["1-3", [["f", "1"]]]]],
  [(c) => c.xread({ x1: "1-2", none: "0" }), { x1: [["1-3", [["f", "1"]]]] }],
  [(c) => c.xread([["x1", "$"]], { block: 5 }), null],
  [(c) => c.xgroupCreate("x1", "grp", "0"), "OK"],
  [(c) => c.xgroupCreate("x4", "grp", "$", { mkstream: true }), "OK"],
  [(c) => c.xgroupCreateconsumer("x1", "grp", "joe"), 1],
  [(c) => c.xgroupSetid("x1", "grp", "0"), "OK"],
  [(c) => c.xreadgroup("grp", "joe", { x1: ">" }, { count: 2 }), {
    x1: [["1-1", [["f", "v"], ["g", "2"]]], ["1-2", [["f", "v"], ["f", "w"]]]],
  }],
  [(c) => c.xpending("x1", "grp"), [2, "1-1", "1-2", [["joe", "2"]]]],
  [(c) => c.xpending("x4", "grp"), [0, null, null, null]],
  [(c) => c.xpending("x1", "grp", { start: "-", end: "+", count: 1, consumer: "joe" }), [["1-1", "joe", number, 1]]],
  [(c) => c.xclaim("x1", "grp", "jim", 0, ["1-1"]), [["1-1", [["f", "v"], ["g", "2"]]]]],
  [(c) => c.xclaim("x1", "grp", "jim", 0, "1-1", { justid: true }), ["1-1"]],
  [(c) => c.xautoclaim("x1", "grp", "jim", 0, "0", { count: 1 }), ["1-2", [["1-1", [["f", "v"], ["g", "2"]]]], []]],
  [(c) => c.xautoclaim("x1", "grp", "jim", 0, "1-2", { justid: true }), ["0-0", ["1-2"], []]],
  [(c) => c.xack("x1", "grp", "1-1"), 1],
  [
    (c) => c.xinfoStream("x1"),
    having({
      length: 3,
      groups: 1,
      "last-generated-id": "1-3",
      "first-entry": ["1-1", [["f", "v"], ["g", "2"]]],
      "last-entry": ["1-3", [["f", "1"]]],
    }),
  ],
  [(c) => c.xinfoStream("x4"), having({ length: 0, "first-entry": null })],
  [
    (c) => c.xinfoStream("x1", { full: true, count: 1 }),
    having({
      length: 3,
      entries: [["1-1", [["f", "v"], ["g", "2"]]]],
      groups: [having({
        name: "grp",
        "pel-count": 1,
        pending: [["1-2", "jim", number, number]],
        consumers: [
          having({ name: "jim", pending: [["1-2", number, number]] }),
          having({ name: "joe", pending: [], "seen-time": number }),
        ],
      })],
    }),
  ],
  [(c) => c.xinfoGroups("x1"), [
    { name: "grp", consumers: 2, pending: 1, "last-delivered-id": "1-2", "entries-read": 2, lag: 1 },
  ]],
  [(c) => c.xinfoConsumers("x1", "grp"), [
    { name: "jim", pending: 1, idle: number },
    { name: "joe", pending: 0, idle: number },
  ]],
  [(c) => c.xdel("x1", "1-2"), 1],
  [(c) => c.xreadgroup("grp", "jim", { x1: "0" }), { x1: [["1-2", null]] }],
  [(c) => c.xgroupDelconsumer("x1", "grp", "jim"), 1],
  [(c) => c.xgroupDestroy("x1", "grp"), 1],
  [(c) => c.xsetid("x1", "2-0", { entriesadded: 9, maxdeletedid: "1-2" }), "OK"],
  [(c) => c.xtrim("x1", { minid: "1-3" }), 1],

  // ---- Connections and messages ----
  [(c) => c.ping(), "PONG"],
  [(c) => c.ping("hi"), "hi"],
  [(c) => c.echo("hi"), "hi"],
  [(c) => c.clientSetname("me"), "OK"],
  [(c) => c.clientGetname(), "me"],
  [(c) => c.clientId(), number],
  [(c) => c.clientInfo(), text],
  [(c) => c.clientList({ type: "NORMAL" }), text],
  [async (c) => c.clientList({ id: [await c.clientId(), 999_999] }), text],
  [(c) => c.clientKill({ id: 999_999 }), 0],
  [(c) => c.clientNoEvict("OFF"), "OK"],
  [(c) => c.clientPause(1, { write: true }), "OK"],
  [(c) => c.clientUnpause(), "OK"],
  [(c) => c.clientUnblock(999_999), 0],
  [(c) => c.clientGetredir(), -1],
  [(c) => c.clientTrackinginfo(), { flags: ["off"], redirect: -1, prefixes: [] }],
  [(c) => c.publish("ch", "hi"), 0],
  [(c) => c.spublish("ch", "hi"), 0],
  [(c) => c.pubsubChannels("x*"), []],
  [(c) => c.pubsubNumpat(), 0],
  [(c) => c.pubsubNumsub("a", "b"), { a: 0, b: 0 }],
  [(c) => c.pubsubShardchannels(), []],
  [(c) => c.pubsubShardnumsub("a"), { a: 0 }],

  // ---- Server ----
  [(c) => c.command(), listOf((row: unknown) => Array.isArray(row) && isLike(row.slice(0, 8), description))],
  [(c) => c.commandCount(), number],
  [(c) => c.commandDocs("get"), {
    get: having({ summary: text, since: "1.0.0", arguments: [having({ name: "key" })] }),
  }],
  [
    (c) => c.commandDocs("config"),
    {
      config: having({ subcommands: having({ "config|get": having({ arguments: listOf(having({ name: text })) }) }) }),
    },
  ],
  [
    (c) => c.commandDocs("set"),
    having({ set: having({ history: listOf([text, text]), arguments: listOf(mapOf(any)) }) }),
  ],
  [(c) => c.commandGetkeys("mset", "a", 1, "b", 2), ["a", "b"]],
  [(c) => c.commandGetkeysandflags("get", "a"), [["a", ["RO", "access"]]]],
  [(c) => c.commandInfo("get", "none"), [
    [...description, [having({ ...keySpecification, find_keys: { type: "range", spec: mapOf(number) } })], []],
    null,
  ]],
  [(c) => c.commandInfo("xgroup"), [
    [...description, [], listOf((row: unknown) => Array.isArray(row) && listOf(mapOf(any))(row[8]))],
  ]],
  [(c) => c.commandList({ filterby: ["PATTERN", "hget*"] }), listOf(text)],
  [(c) => c.configGet("maxmemory", "maxmemory-policy"), { maxmemory: "0", "maxmemory-policy": "noeviction" }],
  [(c) => c.configResetstat(), "OK"],
  [(c) => c.dbsize(), number],
  [(c) => c.info("server", "clients"), text],
  [(c) => c.lastsave(), number],
  [(c) => c.latencyDoctor(), text],
  [(c) => c.latencyHistogram("get", "ping"), mapOf({ calls: number, histogram_usec: mapOf(number) })],
  [(c) => c.latencyHistory("command"), []],
  [(c) => c.latencyLatest(), []],
  [(c) => c.latencyReset("command"), 0],
  [(c) => c.lolwut({ version: 5 }), text],
  [(c) => c.memoryDoctor(), text],
  [(c) => c.memoryMallocStats(), text],
  [(c) => c.memoryPurge(), "OK"],
  [(c) => c.memoryStats(), having({ "keys.count": number, "db.0": mapOf(number), fragmentation: number })],
  [(c) => c.memoryUsage("m1", { samples: 0 }), number],
  [(c) => c.moduleList(), []],
  [(c) => c.replicaof("NO", "ONE"), text],
  [(c) => c.slaveof("NO", "ONE"), text],
  [(c) => c.role(), ["master", number, []]],
  [(c) => c.configSet({ "slowlog-log-slower-than": 0 }), "OK"],
  [(c) => c.slowlogGet(1), [[number, number, number, listOf(text), text, "me"]]],
  [(c) => c.slowlogLen(), number],
  [(c) => c.slowlogReset(), "OK"],
  [(c) => c.swapdb(0, 1), "OK"],
  [(c) => c.time(), [number, number]],
  [(c) => c.flushdb({ sync: true }), "OK"],
  [(c) => c.flushall({ async: true }), "OK"],
];

function any(): boolean {
  return true;
}

/** Calls for Redis alone: of commands that only it has. */
export const REDIS_CALLS: readonly Call[] = [
  [(c) => c.eval("return {KEYS[1], ARGV[1], false}", "k", ["a", "b"]), ["k", "a", null]],
  [(c) => c.eval("return 1", []), 1],
  [(c) => c.evalRo("return #KEYS", ["k", "l"], 1), 2],
  [(c) => c.scriptLoad("return ARGV[1]"), "098e0f0d1448c0a81dafe820f66d460eb09263da"],
  [(c) => c.evalsha("098e0f0d1448c0a81dafe820f66d460eb09263da", [], ["x"]), "x"],
  [(c) => c.evalshaRo("098e0f0d1448c0a81dafe820f66d460eb09263da", [], ["x"]), "x"],
  [(c) => c.scriptExists("098e0f0d1448c0a81dafe820f66d460eb09263da", "0"), [1, 0]],
  [(c) => c.scriptFlush({ sync: true }), "OK"],
  [(c) => c.functionLoad(LIBRARY), "mylib"],
  [(c) => c.functionLoad(LIBRARY, { replace: true }), "mylib"],
  [(c) => c.fcall("echo", "k", ["a"]), "a"],
  [(c) => c.fcallRo("echo", [], "a"), "a"],
  [(c) => c.functionList({ libraryname: "my*", withcode: true }), [
    {
      library_name: "mylib",
      engine: "LUA",
      functions: [{ name: "echo", description: null, flags: ["no-writes"] }],
      library_code: LIBRARY,
    },
  ]],
  [(c) => c.functionStats(), { running_script: null, engines: { LUA: { libraries_count: 1, functions_count: 1 } } }],
  [(c) => c.functionDump(), bytes],
  [async (c) => c.functionRestore((await c.functionDump())!, { replace: true }), "OK"],
  [(c) => c.functionDelete("mylib"), "OK"],
  [(c) => c.functionFlush({ async: true }), "OK"],
  [(c) => c.aclWhoami(), "default"],
  [(c) => c.aclUsers(), ["default"]],
  [(c) => c.aclList(), listOf(text)],
  [(c) => c.aclCat(), listOf(text)],
  [(c) => c.aclCat("hash"), listOf(text)],
  [(c) => c.aclSetuser("joe", "on", ">secret", "~k*", "+get", "(+set ~x*)"), "OK"],
  [
    (c) => c.aclGetuser("joe"),
    having({ flags: ["on"], commands: text, keys: "~k*", selectors: [having({ keys: "~x*", commands: text })] }),
  ],
  [(c) => c.aclGetuser("none"), null],
  [(c) => c.aclDryrun("joe", "get", "k"), "OK"],
  [(c) => c.aclDryrun("joe", "set", "k", "v"), text],
  [(c) => c.aclGenpass(), text],
  [(c) => c.aclGenpass(8), text],
  [(c) => c.send(["AUTH", "joe", "wrong"]).catch(() => "refused"), "refused"],
  [(c) => c.aclLog(1), [having({ reason: "auth", "age-seconds": number, count: number })]],
  [(c) => c.aclDeluser("joe", "none"), 1],
  [(c) => c.migrate("127.0.0.1", 1, "none", 0, 10, { copy: true }), "NOKEY"],
  [(c) => c.migrate("127.0.0.1", 1, ["none", "nil"], 0, 10), "NOKEY"],
];

/** Calls for a server in cluster mode that is alone. */
export const CLUSTER_CALLS: readonly Call[] = [
  [(c) => c.clusterInfo(), text],
  [(c) => c.clusterMyid(), text],
  [(c) => c.clusterNodes(), text],
  [(c) => c.clusterSlots(), listOf((item: unknown) => Array.isArray(item) && isLike(item[2], [any, number, text, {}]))],
  [
    (c) => c.clusterShards(),
    [{
      slots: listOf(number),
      nodes: [having({ id: text, role: "master", health: "online", "replication-offset": number })],
    }],
  ],
  [(c) => c.clusterLinks(), []],
  [(c) => c.clusterKeyslot("foo"), 12182],
  [(c) => c.clusterCountkeysinslot(0), 0],
  [(c) => c.clusterGetkeysinslot(0, 10), []],
  [async (c) => c.clusterReplicas(await c.clusterMyid()), []],
  [async (c) => c.clusterSlaves(await c.clusterMyid()), []],
  [async (c) => c.clusterCountFailureReports(await c.clusterMyid()), 0],
  [(c) => c.clusterSetslot(5, "STABLE"), "OK"],
];

/** Calls for Redis in cluster mode alone: this server is a cluster by itself, and stays one. */
export const REDIS_CLUSTER_CALLS: readonly Call[] = [
  [(c) => c.clusterAddslots(0, 1), "OK"],
  [(c) => c.clusterAddslotsrange([[2, 100], [200, 300]]), "OK"],
  [(c) => c.clusterDelslots(1), "OK"],
  [(c) => c.clusterDelslotsrange([[200, 250]]), "OK"],
  [(c) => c.clusterSetConfigEpoch(7), "OK"],
  [(c) => c.clusterBumpepoch(), text],
  [async (c) => c.clusterSetslot(5, "NODE", await c.clusterMyid()), "OK"],
  [(c) => c.clusterSaveconfig(), "OK"],
  ...CLUSTER_CALLS,
  [(c) => c.clusterFlushslots(), "OK"],
  [(c) => c.clusterReset({ soft: true }), "OK"],
];

/** Methods that are only looked at: what they send. The commands are missing, or would change more than a test may. */
export const SENT: readonly (readonly [call: (c: Commands) => unknown, sent: readonly unknown[]])[] = [
  [(c) => c.hexpire("h", 10, "f"), ["HEXPIRE", "h", 10, "FIELDS", 1, "f"]],
  [(c) => c.hpexpire("h", 10, ["f", "g"], { nx: true }), ["HPEXPIRE", "h", 10, "NX", "FIELDS", 2, "f", "g"]],
  [(c) => c.hexpireat("h", 10, ["f"], { gt: true }), ["HEXPIREAT", "h", 10, "GT", "FIELDS", 1, "f"]],
  [(c) => c.hpexpireat("h", 10, ["f"]), ["HPEXPIREAT", "h", 10, "FIELDS", 1, "f"]],
  [(c) => c.httl("h", ["f"]), ["HTTL", "h", "FIELDS", 1, "f"]],
  [(c) => c.hpttl("h", ["f"]), ["HPTTL", "h", "FIELDS", 1, "f"]],
  [(c) => c.hexpiretime("h", ["f"]), ["HEXPIRETIME", "h", "FIELDS", 1, "f"]],
  [(c) => c.hpexpiretime("h", ["f"]), ["HPEXPIRETIME", "h", "FIELDS", 1, "f"]],
  [(c) => c.hpersist("h", ["f"]), ["HPERSIST", "h", "FIELDS", 1, "f"]],
  [(c) => c.hgetdel("h", "f"), ["HGETDEL", "h", "FIELDS", 1, "f"]],
  [(c) => c.hgetex("h", ["f"], { ex: 10 }), ["HGETEX", "h", "EX", 10, "FIELDS", 1, "f"]],
  [
    (c) => c.hsetex("h", { f: 1, g: "2" }, { fnx: true, px: 5 }),
    ["HSETEX", "h", "FNX", "PX", 5, "FIELDS", 2, "f", 1, "g", "2"],
  ],
  [(c) => c.migrate("host", 1, "k", 0, 10, { auth2: ["u", "p"] }), [
    "MIGRATE",
    "host",
    1,
    "k",
    0,
    10,
    "AUTH2",
    "u",
    "p",
  ]],
  [
    (c) => c.migrate("host", 1, ["k", "l"], 0, 10, { copy: true, auth: "p" }),
    ["MIGRATE", "host", 1, "", 0, 10, "COPY", "AUTH", "p", "KEYS", "k", "l"],
  ],
  [(c) => c.scriptKill(), ["SCRIPT", "KILL"]],
  [(c) => c.functionKill(), ["FUNCTION", "KILL"]],
  [(c) => c.aclLoad(), ["ACL", "LOAD"]],
  [(c) => c.aclSave(), ["ACL", "SAVE"]],
  [(c) => c.bgrewriteaof(), ["BGREWRITEAOF"]],
  [(c) => c.bgsave({ schedule: true }), ["BGSAVE", "SCHEDULE"]],
  [(c) => c.save(), ["SAVE"]],
  [(c) => c.configRewrite(), ["CONFIG", "REWRITE"]],
  [(c) => c.clientSetinfo("LIB-NAME", "x"), ["CLIENT", "SETINFO", "LIB-NAME", "x"]],
  [(c) => c.clusterFailover({ takeover: true }), ["CLUSTER", "FAILOVER", "TAKEOVER"]],
  [(c) => c.clusterForget("id"), ["CLUSTER", "FORGET", "id"]],
  [(c) => c.clusterMeet("::1", 7000), ["CLUSTER", "MEET", "::1", 7000]],
  [(c) => c.clusterReplicate("id"), ["CLUSTER", "REPLICATE", "id"]],
  [(c) => c.failover({ to: ["host", 1], force: true, timeout: 5 }), [
    "FAILOVER",
    "TO",
    "host",
    1,
    "FORCE",
    "TIMEOUT",
    5,
  ]],
  [(c) => c.latencyGraph("command"), ["LATENCY", "GRAPH", "command"]],
  [(c) => c.moduleLoad("/m.so", "a", "b"), ["MODULE", "LOAD", "/m.so", "a", "b"]],
  [
    (c) => c.moduleLoadex("/m.so", { config: { p: 1 }, args: ["a"] }),
    ["MODULE", "LOADEX", "/m.so", "CONFIG", "p", 1, "ARGS", "a"],
  ],
  [(c) => c.moduleUnload("m"), ["MODULE", "UNLOAD", "m"]],
  [(c) => c.xadd("k", "*", { f: 1 }, { maxlen: 9, approximate: true, nomkstream: true }), [
    "XADD",
    "k",
    "NOMKSTREAM",
    "MAXLEN",
    "~",
    9,
    "*",
    "f",
    1,
  ]],
  [(c) => c.xreadgroup("g", "c", { a: ">", b: "0" }, { count: 1, block: 0, noack: true }), [
    ...["XREADGROUP", "GROUP", "g", "c", "COUNT", 1, "BLOCK", 0, "NOACK", "STREAMS", "a", "b", ">", "0"],
  ]],
  [(c) => c.xpending("k", "g", { idle: 5, start: "-", end: "+", count: 1 }), [
    ...["XPENDING", "k", "g", "IDLE", 5, "-", "+", 1],
  ]],
  [(c) => c.restore("k", 0, Uint8Array.of(1), { absttl: true, freq: 3 }), [
    ...["RESTORE", "k", 0, Uint8Array.of(1), "ABSTTL", "FREQ", 3],
  ]],
  [(c) => c.zadd("k", { a: 1, b: 2 }, { gt: true, ch: true }), ["ZADD", "k", "GT", "CH", 1, "a", 2, "b"]],
  [(c) => c.zrank("z", "a", { withscore: true }), ["ZRANK", "z", "a", "WITHSCORE"]],
  [(c) => c.sort("k", { get: ["#", "v_*"], limit: [0, 1] }), ["SORT", "k", "LIMIT", 0, 1, "GET", "#", "GET", "v_*"]],
];
