/** The types that callers see: `deno check` is the test, the one below only says so. */
import { type Client, CommandMethods, type Commands } from "../../client.ts";
import type {
  GeoPlace,
  GeoReply,
  LcsMatch,
  LcsMatches,
  LcsMatchWithLength,
  ScoredMember,
  StreamEntry,
} from "../../client.ts";
import type { FullStreamInfo, StreamInfo } from "../../client.ts";
import type { Monitor, Script, Subscription, ZrangeOptions } from "../../client.ts";
import { assert } from "@std/assert";
import type { Reply } from "../../resp/reply.ts";

/** Are two types the same, and not only assignable? */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Fails to compile where the type of the promise's value is another. */
function is<Expected>(): <Actual>(
  promise: Promise<Actual>,
  ...same: Equal<Actual, Expected> extends true ? [] : [not: Expected, but: Actual]
) => void {
  return () => {};
}

/** Its types are what is tested. */
export function check(c: Commands, flag: boolean, options: ZrangeOptions): void {
  // ---- Replies ----
  is<string | null>()(c.hget("h", "f"));
  is<(string | null)[]>()(c.hmget("h", "f", "g"));
  is<Record<string, string>>()(c.hgetall("h"));
  is<number>()(c.hset("h", "f", 1, "g", 2n));
  is<number>()(c.hset("h", { f: 1, g: new Uint8Array() }, { timeoutMs: 5 }));
  is<number>()(c.hset("h", new Map([["f", 1]])));
  is<number>()(c.hset("h", [["f", 1], ["g", "x"]]));
  is<number>()(c.incr("n"));
  is<string>()(c.incrbyfloat("n", 0.1));
  is<"OK">()(c.rename("a", "b"));
  is<Uint8Array | null>()(c.dump("k"));
  is<number>()(c.expire("k", 5, { nx: true }));
  is<string[]>()(c.smembers("s"));
  is<[seconds: number, microseconds: number]>()(c.time());

  // ---- With and without an option ----
  is<string[]>()(c.zrange("z", 0, -1));
  is<string[]>()(c.zrange("z", 0, -1, { rev: true }));
  is<string[]>()(c.zrange("z", 0, -1, { withscores: false }));
  is<ScoredMember[]>()(c.zrange("z", 0, -1, { rev: true, withscores: true }));
  is<string[] | ScoredMember[]>()(c.zrange("z", 0, -1, { withscores: flag }));
  is<string[] | ScoredMember[]>()(c.zrange("z", 0, -1, options));
  is<number>()(c.zadd("z", { a: 1 }));
  is<number>()(c.zadd("z", { a: "+inf" }, { ch: true }));
  is<number | null>()(c.zadd("z", { a: 1 }, { incr: true }));
  is<number | null>()(c.zrank("z", "a"));
  is<[rank: number, score: number] | null>()(c.zrank("z", "a", { withscore: true }));
  is<(string | null)[]>()(c.sort("l", { get: ["#"] }));
  is<number>()(c.sort("l", { store: "d" }));
  is<string>()(c.lcs("a", "b"));
  is<number>()(c.lcs("a", "b", { len: true }));
  is<LcsMatches<LcsMatch>>()(c.lcs("a", "b", { idx: true }));
  is<LcsMatches<LcsMatchWithLength>>()(c.lcs("a", "b", { idx: true, withmatchlen: true }));
  is<number | null>()(c.lpos("l", "e"));
  is<number[]>()(c.lpos("l", "e", { count: 0 }));
  is<StreamInfo>()(c.xinfoStream("x"));
  is<FullStreamInfo>()(c.xinfoStream("x", { full: true }));

  // ---- With and without a count ----
  is<string | null>()(c.spop("s"));
  is<string | null>()(c.spop("s", undefined, { timeoutMs: 5 }));
  is<string[]>()(c.spop("s", 3));
  is<string | null>()(c.lpop("l"));
  is<string[] | null>()(c.lpop("l", 3));
  is<string | null>()(c.hrandfield("h"));
  is<string[]>()(c.hrandfield("h", 2));
  is<[field: string, value: string][]>()(c.hrandfield("h", 2, { withvalues: true }));
  is<ScoredMember | null>()(c.zpopmin("z"));
  is<ScoredMember[]>()(c.zpopmin("z", 2));

  // ---- Streams ----
  is<string>()(c.xadd("x", "*", { f: 1 }));
  is<string | null>()(c.xadd("x", "*", { f: 1 }, { nomkstream: true }));
  is<StreamEntry[]>()(c.xrange("x", "-", "+"));
  is<Record<string, StreamEntry[]> | null>()(c.xread({ x: "$" }, { block: 0 }));
  is<StreamEntry[]>()(c.xclaim("x", "g", "c", 0, ["1-1"]));
  is<string[]>()(c.xclaim("x", "g", "c", 0, ["1-1"], { justid: true }));

  // ---- Places ----
  const near = { byradius: [1, "km"], frommember: "m" } as const;
  is<string[]>()(c.geosearch("g", near));
  is<{ member: string; distance: number }[]>()(plain(c.geosearch("g", { ...near, withdist: true })));
  is<{ member: string; distance: number; hash: number; coordinates: [longitude: number, latitude: number] }[]>()(
    plain(c.geosearch("g", { ...near, withdist: true, withhash: true, withcoord: true })),
  );
  is<{ member: string; distance: number; hash?: number }[]>()(
    plain(c.geosearch("g", { ...near, withdist: true, withhash: flag })),
  );
  is<(string | GeoPlace<{ withdist: boolean }>)[]>()(
    plainGeo(c.geosearch("g", { byradius: [1, "m"], withdist: flag })),
  );
  is<number>()(c.georadius("g", 1, 1, 1, "m", { store: "d" }));
  is<string[]>()(c.georadius("g", 1, 1, 1, "m"));
  is<string[]>()(c.georadius("g", 1, 1, 1, "m", { count: 1 }));
  is<{ member: string; distance: number }[]>()(plain(c.georadius("g", 1, 1, 1, "m", { withdist: true })));
  is<string[]>()(c.georadiusRo("g", 1, 1, 1, "m"));

  // ---- What is refused ----
  // @ts-expect-error: a signal is no field
  c.hset("h", "f", { timeoutMs: 5 });
  // @ts-expect-error: there is no such option
  c.zrange("z", 0, -1, { nx: true });
  // @ts-expect-error: a unit of length
  c.geodist("g", "a", "b", "cm");
  // @ts-expect-error: an end of a list
  c.lmove("a", "b", "left", "MIDDLE");
  // @ts-expect-error: a number of seconds
  c.expire("k", "5");
  // @ts-expect-error: where to search
  c.geosearch("g");
  // @ts-expect-error: a bit
  c.setbit("b", 1, 2);
}

/** The properties of intersections as one type. */
function plain<T>(promise: Promise<T[]>): Promise<{ [K in keyof T]: T[K] }[]> {
  return promise;
}

function plainGeo<O>(promise: Promise<GeoReply<O>[]>): Promise<GeoReply<O>[]> {
  return promise;
}

/** The same, for what is more than one command. */
export function checkStreams(c: Client, script: Script): void {
  is<IteratorResult<string, void>>()(c.scan({ match: "a*", type: "hash" }).next());
  is<IteratorResult<Uint8Array, void>>()(c.scan({ decode: "bytes" }).next());
  is<IteratorResult<[field: string, value: string], void>>()(c.hscan("h").next());
  is<IteratorResult<[field: Uint8Array, value: Uint8Array], void>>()(c.hscan("h", { decode: "bytes" }).next());
  is<IteratorResult<string, void>>()(c.sscan("s", { count: 5 }).next());
  is<IteratorResult<[member: string, score: number], void>>()(c.zscan("z").next());
  is<IteratorResult<[member: Uint8Array, score: number], void>>()(c.zscan("z", { decode: "bytes" }).next());
  is<Reply>()(c.run(script, ["k"], [1], { decode: "bytes" }));
  is<Subscription>()(c.subscribe("a", { patterns: ["b*"], buffer: 5 }));
  is<Subscription<Uint8Array>>()(c.subscribe(["a"], { decode: "bytes" }));
  is<Monitor>()(c.monitor({ buffer: 5 }));
}

/** Whoever has the methods may be used as any other. */
export const commandsOf: readonly [(c: Client) => Commands, (c: CommandMethods) => Commands] = [(c) => c, (c) => c];

/** Answers null to everything. */
class Counting extends CommandMethods {
  requests = 0;

  override execute(): Promise<Reply> {
    this.requests++;
    return Promise.resolve(null);
  }
}

Deno.test("Types of replies follow the options that are given (deno check reads this file)", () => {
  const counting = new Counting();
  check(counting, true, {});
  assert(counting.requests > 60, `${counting.requests}`);
});
