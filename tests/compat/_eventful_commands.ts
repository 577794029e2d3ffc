/**
 * Commands of all types that change keys, or look for some in vain, and a connection to send them by.
 *
 * @module
 */
import { latin1 } from "./random/reply.ts";

/** Commands by type, each line sent together; each type begins with empty databases. */
export const COMMANDS: Readonly<Record<string, string>> = {
  strings: `
    SET k v
    SET k w
    SET k x EX 100
    SET k x PX 100000 GET
    SET k y KEEPTTL
    SET k y NX
    SET none y XX
    SETNX k v
    SETNX k2 v
    SETNX k v
    SETEX k 100 v
    PSETEX k 100000 v
    GETSET k w
    GETSET new w
    GETDEL k
    GETDEL k
    GETEX new EX 100
    GETEX new PERSIST
    GETEX new PERSIST
    GETEX new PXAT 1
    GETEX new
    GET none
    MGET none k none2
    MSET a 1 b 2 a 3
    MSETNX a 1 c 2
    MSETNX c 1 d 2
    APPEND a 1
    APPEND e 1
    APPEND e x
    STRLEN none
    SETRANGE f 3 x
    SETRANGE f 0 y
    SETRANGE none 0 ""
    GETRANGE none 0 1
    INCR n
    DECR n
    INCRBY n 5
    DECRBY n 5
    INCRBYFLOAT n 1.5
    INCR f
    LCS a b
    LCS none none2
    SUBSTR none 0 1
    GET a
    LPUSH a x
    TYPE none
    EXISTS none none
    TOUCH none a
  `,
  bitmaps: `
    SETBIT b 7 1
    SETBIT b 7 1
    GETBIT none 1
    BITCOUNT none
    BITPOS none 1
    BITOP OR dst b none
    BITOP AND dst none none2
    BITOP AND dst none none2
    BITFIELD b SET u8 0 1 GET u8 8
    BITFIELD f INCRBY u8 0 1
    BITFIELD f OVERFLOW FAIL INCRBY u8 0 255
    BITFIELD none GET u8 0
    BITFIELD_RO none GET u8 0
    PFADD h a b
    PFADD h a
    PFADD h2
    PFADD h2
    PFCOUNT h
    PFCOUNT none
    PFCOUNT none h
    PFMERGE d h h2
    PFMERGE d none
    PFMERGE d2 none
  `,
  keys: `
    SET a 1
    SET b 2 EX 100
    LPUSH l 1
    DEL none
    DEL a none b
    SET a 1
    UNLINK a l
    SET a 1
    EXPIRE a 100
    EXPIRE none 100
    EXPIRE a 200 NX
    PEXPIRE a 100000
    EXPIREAT a 33177117420
    PEXPIREAT a 33177117420000
    PERSIST a
    PERSIST a
    PERSIST none
    EXPIRE a -1
    SET a 1
    EXPIREAT a 1
    TTL none
    PTTL none
    EXPIRETIME none
    OBJECT ENCODING none
    OBJECT FREQ none
    SET a 1
    RENAME a b
    RENAME none b
    SET a 2
    RENAME a b
    RENAMENX b b
    RENAMENX b c
    SET b 1
    RENAMENX b c
    COPY c d
    COPY c d
    COPY c d REPLACE
    COPY none d
    COPY c c2 DB 3
    MOVE c 1
    MOVE c 1
    SET c x
    MOVE c 1
    SELECT 1
    SET c y
    SELECT 0
    DUMP none
    RESTORE r 0 \\x00
    SWAPDB 0 1
    SWAPDB 0 1
    FLUSHDB
    SET a 1
    FLUSHALL
    RANDOMKEY
    KEYS *
    SCAN 0
  `,
  lists: `
    LPUSH l a b
    RPUSH l c d
    LPUSHX l x
    RPUSHX l x
    LPUSHX none x
    RPUSHX none x
    LINSERT l BEFORE a y
    LINSERT l AFTER nope y
    LINSERT none AFTER nope y
    LSET l 0 z
    LSET none 0 z
    LSET l 99 z
    LREM l 0 x
    LREM l 0 nope
    LREM none 0 nope
    LTRIM l 1 -1
    LTRIM l 0 -1
    LTRIM none 0 1
    LINDEX none 0
    LINDEX l 0
    LLEN none
    LRANGE none 0 -1
    LPOS none a
    LPOP l
    RPOP l
    LPOP l 2
    RPOP l 0
    LPOP none
    LPOP none 2
    RPUSH l a b c d e f
    LMOVE l m LEFT RIGHT
    LMOVE l l LEFT RIGHT
    LMOVE none l LEFT LEFT
    RPOPLPUSH l m
    RPOPLPUSH none m
    LMPOP 2 none l LEFT COUNT 2
    LMPOP 1 none LEFT
    LMPOP 1 l RIGHT COUNT 10
    RPUSH l a
    LMOVE l m2 LEFT LEFT
    LMOVE m2 m2 LEFT LEFT
    RPUSH l a
    LREM l 0 a
    RPUSH l a
    LTRIM l 5 6
    RPUSH l a
    LPOP l
    RPUSH l a b
    LPOP l 5
    BLPOP m 0
    BRPOP none m 0
    BLPOP none 0.01
    RPUSH m x
    BLMOVE m m3 LEFT LEFT 0
    BRPOPLPUSH m3 m4 0
    BLMPOP 0 1 m4 LEFT
    SORT none
    RPUSH s 3 1 2
    SORT s STORE d
    SORT none STORE d
    SORT none STORE d
    SORT s BY w_* GET v_*
    SORT_RO none
    GET s
    SADD s x
  `,
  hashes: `
    HSET h a 1 b 2
    HSET h a 1
    HMSET h c 3
    HSETNX h a 1
    HSETNX h d 1
    HINCRBY h a 1
    HINCRBYFLOAT h a 1.5
    HINCRBY h2 a 1
    HINCRBY h2 a x
    HDEL h a none
    HDEL h none
    HDEL none a
    HGET none a
    HGET h none
    HMGET none a b
    HGETALL none
    HKEYS none
    HVALS none
    HLEN none
    HEXISTS none a
    HSTRLEN none a
    HRANDFIELD none
    HRANDFIELD none 2
    HSCAN none 0
    HDEL h b c d
    HDEL h2 a
  `,
  sets: `
    SADD s a b c
    SADD s a
    SREM s a nope
    SREM s nope
    SREM none nope
    SMOVE s t b
    SMOVE s t nope
    SMOVE none t nope
    SMOVE s s c
    SADD t c
    SMOVE s t c
    SCARD none
    SISMEMBER none a
    SMISMEMBER none a
    SMEMBERS none
    SRANDMEMBER none
    SRANDMEMBER none 2
    SPOP none
    SPOP none 2
    SPOP t 0
    SADD u x
    SPOP u
    SADD one x
    SPOP one 5
    SADD u x
    SPOP u 1
    SADD u x
    SREM u x
    SADD a 1 2 3
    SADD b 2 3 4
    SINTER a b none
    SINTER none a
    SINTERCARD 2 a none
    SUNION none a
    SDIFF none a
    SDIFF a none
    SINTERSTORE d a b
    SINTERSTORE d a none
    SINTERSTORE d a none
    SUNIONSTORE d a b
    SUNIONSTORE d none none
    SDIFFSTORE d a b
    SDIFFSTORE d a a
    SSCAN none 0
    GET a
    SINTER a str
    LPUSH a x
  `,
  "sorted sets": `
    ZADD z 1 a 2 b 3 c
    ZADD z 1 a
    ZADD z XX 1 nope
    ZADD none XX 1 nope
    ZADD z INCR 1 a
    ZADD z XX INCR 1 nope
    ZADD z CH 5 a
    ZINCRBY z 1 a
    ZREM z a nope
    ZREM z nope
    ZREM none nope
    ZSCORE none a
    ZMSCORE none a
    ZRANK none a
    ZREVRANK none a
    ZCARD none
    ZCOUNT none 0 1
    ZLEXCOUNT none - +
    ZRANGE none 0 -1
    ZRANGEBYSCORE none 0 1
    ZRANGEBYLEX none - +
    ZREVRANGE none 0 1
    ZRANDMEMBER none
    ZRANDMEMBER none 2
    ZPOPMIN none
    ZPOPMAX none 2
    ZPOPMIN z
    ZPOPMAX z 5
    ZADD z 1 a 2 b 3 c 4 d 5 e
    ZRANGESTORE d z 0 1
    ZRANGESTORE d z 8 9
    ZRANGESTORE d z 8 9
    ZRANGESTORE d none 8 9
    ZREMRANGEBYRANK z 0 0
    ZREMRANGEBYRANK z 8 9
    ZREMRANGEBYRANK none 8 9
    ZREMRANGEBYSCORE z 2 2
    ZREMRANGEBYLEX z [c [c
    ZREMRANGEBYSCORE z -inf +inf
    ZADD z 1 a 2 b 3 c 4 d 5 e
    ZADD y 1 a 2 x
    ZUNION 2 z none
    ZUNION 2 none none
    ZINTER 2 z none
    ZINTER 2 none z
    ZDIFF 2 none z
    ZDIFF 2 z none
    ZINTERCARD 2 none z
    ZUNIONSTORE d 2 z y
    ZINTERSTORE d 2 z y
    ZDIFFSTORE d 2 z y
    ZDIFFSTORE d 2 z z
    ZUNIONSTORE d 1 none
    ZUNIONSTORE d 2 none none
    ZMPOP 2 none z MIN COUNT 2
    ZMPOP 1 none MIN
    ZMPOP 1 y MAX COUNT 5
    ZADD y 1 a
    BZPOPMIN y 0
    BZPOPMAX none z 0
    BZPOPMAX none 0.01
    BZMPOP 0 1 z MIN COUNT 10
    ZSCAN none 0
    ZADD z 1 a
    ZREM z a
    GEOADD g 13.361389 38.115556 p 15.087269 37.502669 c
    GEOADD g 13.361389 38.115556 p
    GEOADD none XX 13.361389 38.115556 p
    GEODIST none p c
    GEOHASH none p
    GEOPOS none p
    GEOSEARCH none FROMLONLAT 15 37 BYRADIUS 200 km
    GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC
    GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km
    GEOSEARCHSTORE d g FROMLONLAT 100 37 BYRADIUS 200 km
    GEOSEARCHSTORE d none FROMLONLAT 100 37 BYRADIUS 200 km
    GEORADIUS g 15 37 200 km STORE d
    GEORADIUS none 15 37 200 km STORE d
    GEORADIUS none 15 37 200 km STORE d
    GEORADIUSBYMEMBER g p 200 km STOREDIST d
  `,
  "keys that have expired": `
    DEBUG SET-ACTIVE-EXPIRE 0
    SET a v PX 1
    SET b v PX 1
    RPUSH l x
    PEXPIRE l 1
    SADD s x
    PEXPIRE s 1
    SET c v PX 1
    SET d v PX 1
    SET e v PX 1
    SET f v PX 1
    SET g v PX 1
    SET h v PX 1
    SET i v PX 1
    DEBUG SLEEP 0.01
    GET a
    SET b w
    RPUSH l y
    SINTERSTORE dst s none
    MGET c d
    EXISTS e
    DEL f
    INCR g
    RENAME h h2
    SUNION i g
    DEBUG SET-ACTIVE-EXPIRE 1
  `,
  transactions: `
    MULTI ; SET a 1 ; LPUSH l 1 ; LPOP l ; LPUSH a 1 ; GET none ; EXEC
    WATCH a ; SET a 2 ; MULTI ; SET a 3 ; EXEC
  `,
};

/** One server, and what it says on one connection. */
export class Talker implements Disposable {
  readonly #conn: Deno.TcpConn;
  #text = "";
  readonly #buffer: Uint8Array = new Uint8Array(1 << 16);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to a port of this machine. */
  static async connect(port: number): Promise<Talker> {
    return new Talker(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** All that arrives from a command to the end of its reply: messages may be anywhere, inside the reply too. */
  async says(line: string): Promise<string> {
    const mark = "the end of it";
    for (const command of line.split(" ; ")) {
      await this.#write(command.split(" ").map((word) => word.replace(/^""$/, "")));
    }
    await this.#write(["ECHO", mark]);
    const end = `$${mark.length}\r\n${mark}\r\n`;
    let at: number;
    while ((at = this.#text.indexOf(end)) < 0) {
      const size = await this.#conn.read(this.#buffer);
      if (size === null) return `${this.#text}(closed)`;
      this.#text += latin1(this.#buffer.subarray(0, size));
    }
    const said = this.#text.slice(0, at);
    this.#text = this.#text.slice(at + end.length);
    return said;
  }

  async #write(words: readonly string[]): Promise<void> {
    const text = words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
    const bytes = new TextEncoder().encode(`*${words.length}\r\n${text}`);
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}
