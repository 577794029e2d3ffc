/** Commands on positions, without sockets: what replies alone do not show, too (changes, events, propagation, expiry). */
import { assertEquals } from "@std/assert";
import { newKeysCaller } from "./_keys.ts";

const SICILY = "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania";

/** With the two cities that Redis' documentation knows. */
function newSicily(protocol: 2 | 3 = 2) {
  const caller = newKeysCaller(protocol);
  assertEquals(caller.send(SICILY), ":2");
  return caller;
}

/** A reply without the lengths of its strings. */
function short(reply: string): string {
  return reply.replaceAll(/\$\d+ /g, "");
}

for (const protocol of [2, 3] as const) {
  const isThird = protocol === 3;

  Deno.test(`GEOADD adds and moves, and counts as its options say (RESP${protocol})`, () => {
    const { send } = newSicily(protocol);
    assertEquals(send("GEOADD Sicily 13.361389 38.115556 Palermo"), ":0");
    assertEquals(send("GEOADD Sicily CH 13.5 38.115556 Palermo 14 37 Enna"), ":2");
    assertEquals(send("GEOADD Sicily NX CH 1 1 Palermo 2 2 Siracusa"), ":1");
    assertEquals(send("GEOADD Sicily ch xx 13.361389 38.115556 Palermo 3 3 Ragusa"), ":1");
    assertEquals(send("GEOADD nowhere XX 1 1 a"), ":0");
    assertEquals(send("EXISTS nowhere"), ":0");
    assertEquals(short(send("ZSCORE Sicily Palermo")), isThird ? ",3479099956230698" : "3479099956230698");
    assertEquals(send("ZCARD Sicily"), ":4");
    for (const wrong of ["NX XX 1 1 a", "1 1 a 2", "GT 1 1 a", "NX CH nx", "INCR 1 1 a"]) {
      assertEquals(send(`GEOADD Sicily ${wrong}`), "-ERR syntax error", wrong);
    }
  });

  Deno.test(`GEOPOS, GEOHASH and GEODIST tell of members, and of those missing in their own ways (RESP${protocol})`, () => {
    const { send } = newSicily(protocol);
    const [x, y] = ["13.36138933897018433", "38.11555639549629859"];
    const position = isThird ? `*2 ,${x} ,${y}` : `*2 ${x} ${y}`;
    assertEquals(short(send("GEOPOS Sicily Palermo no")), `*2 ${position} ${isThird ? "_" : "*-1"}`);
    assertEquals(
      short(send("GEOHASH Sicily Palermo no Catania")),
      `*3 sqc8b49rny0 ${isThird ? "_" : "$-1"} sqdtr74hyu0`,
    );
    for (const command of ["GEOPOS", "GEOHASH"]) {
      assertEquals(send(`${command} Sicily`), "*0");
      assertEquals(send(`${command} nowhere a`).startsWith("*1 "), true);
    }
    assertEquals(send("GEODIST Sicily Palermo Catania"), "$11 166274.1516");
    assertEquals(send("GEODIST Sicily Palermo Catania km"), "$8 166.2742");
    assertEquals(send("GEODIST Sicily Catania Palermo MI"), "$8 103.3182");
    assertEquals(send("GEODIST Sicily Palermo Palermo Ft"), "$6 0.0000");
    const nil = isThird ? "_" : "$-1";
    assertEquals([send("GEODIST Sicily Palermo no"), send("GEODIST nowhere a b km")], [nil, nil]);
    assertEquals(send("GEODIST nowhere a b cm"), "-ERR unsupported unit provided. please use M, KM, FT, MI");
    assertEquals(send("GEODIST nowhere a b cm more"), "-ERR syntax error");
  });

  Deno.test(`GEOSEARCH shows what it is asked for, each in its place (RESP${protocol})`, () => {
    const { send } = newSicily(protocol);
    send("GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2");
    const search = (rest: string) => short(send(`GEOSEARCH Sicily FROMLONLAT 15 37 ${rest}`));
    assertEquals(search("BYRADIUS 200 km ASC"), "*2 Catania Palermo");
    assertEquals(search("BYBOX 400 400 km DESC"), "*4 edge1 edge2 Palermo Catania");
    assertEquals(search("bybox 400 400 KM asc count 3"), "*3 Catania Palermo edge2");
    assertEquals(search("BYRADIUS 200 km COUNT 1"), "*1 Catania");
    assertEquals(search("BYRADIUS 200 km COUNT 1 ANY").split(" ")[0], "*1");
    const position = isThird
      ? "*2 ,15.08726745843887329 ,37.50266842333162032"
      : "*2 15.08726745843887329 37.50266842333162032";
    assertEquals(
      search("BYRADIUS 100 km WITHCOORD WITHHASH WITHDIST"),
      `*1 *4 Catania 56.4413 :3479447370796909 ${position}`,
    );
    assertEquals(search("BYRADIUS 1 km"), "*0");
    assertEquals(short(send("GEOSEARCH Sicily FROMMEMBER Catania BYRADIUS 1 m WITHDIST")), "*1 *2 Catania 0.0000");
    assertEquals(short(send("GEORADIUS Sicily 15 37 200 km WITHHASH ASC")).split(" ")[2], "Catania");
    assertEquals(short(send("GEORADIUSBYMEMBER_RO Sicily Palermo 200 km DESC")), "*3 Catania edge1 Palermo");
  });

  Deno.test(`a hash is shown without a fraction, and exactly on the edges of the map (RESP${protocol})`, () => {
    const { send } = newKeysCaller(protocol);
    send("ZADD k 0.5 half -0 zero");
    send("GEOADD k 180 85.05112878 edge");
    assertEquals(short(send("GEORADIUS k -180 -85.05112878 1 m WITHHASH")), "*2 *2 zero :0 *2 half :0");
    assertEquals(short(send("GEORADIUS k 180 85.05112878 1 m WITHHASH")), "*1 *2 edge :13510798882111488");
  });
}

Deno.test("GEOADD counts each change, tells of one event, and is propagated as a ZADD when it changed something", () => {
  const { changes, heard, send } = newSicily();
  assertEquals(changes("GEOADD k 1 1 a 2 2 b"), 2);
  assertEquals(changes("GEOADD k 1 1 a 3 3 b"), 1);
  assertEquals(changes("GEOADD k 1 1 a 3 3 b"), 0);
  assertEquals(changes("GEOADD k NX 2 2 a"), 0);
  assertEquals(heard("GEOADD new CH 13.361389 38.115556 Palermo -180 -85.05112878 corner"), {
    events: ["0: zadd new"],
    writes: ["0: ZADD new CH 3479099956230698 Palermo 0 corner"],
  });
  assertEquals(heard("GEOADD new 13.361389 38.115556 Palermo"), { events: [], writes: [] });
  assertEquals(heard("GEOADD new xx 1 1 nobody"), { events: [], writes: [] });
  assertEquals(send("GEOADD new 1 1 a 181 2 b"), "-ERR invalid longitude,latitude pair 181.000000,2.000000");
  assertEquals(send("ZSCORE new a"), "$-1"); // all positions are read before the first is stored
});

Deno.test("what is stored takes the place of the key, its time to live too, and counts as many changes", () => {
  const { changes, heard, send } = newSicily();
  const store = "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYRADIUS 200 km";
  send("SET k text EX 100");
  assertEquals(changes(store), 2);
  assertEquals([send("TTL k"), send("TYPE k"), send("OBJECT ENCODING k")], [":-1", "+zset", "$8 listpack"]);
  assertEquals(short(send("ZRANGE k 0 -1 WITHSCORES")), "*4 Palermo 3479099956230698 Catania 3479447370796909");
  assertEquals(heard(store), { events: ["0: geosearchstore k"], writes: [`0: ${store}`] });
  assertEquals(heard(store.replace("200 km", "1 m")), {
    events: ["0: del k"],
    writes: [`0: ${store.replace("200 km", "1 m")}`],
  });
  assertEquals(heard(store.replace("200 km", "1 m")), { events: [], writes: [] });
  assertEquals(send("EXISTS k"), ":0");
  const radius = "GEORADIUS Sicily 15 37 200 km STOREDIST k";
  assertEquals(heard(radius), { events: ["0: georadiusstore k"], writes: [`0: ${radius}`] });
  assertEquals(short(send("ZRANGE k 0 -1")), "*2 Catania Palermo");
  assertEquals(Number(short(send("ZSCORE k Catania"))).toFixed(8), "56.44125787");
  assertEquals(heard("GEORADIUSBYMEMBER nowhere a 1 m STORE k"), {
    events: ["0: del k"],
    writes: ["0: GEORADIUSBYMEMBER nowhere a 1 m STORE k"],
  });
});

Deno.test("a search may be stored in the key it searches", () => {
  const { send } = newSicily();
  assertEquals(send("GEOSEARCHSTORE Sicily Sicily FROMMEMBER Palermo BYBOX 1 1 km STOREDIST"), ":1");
  assertEquals(short(send("ZRANGE Sicily 0 -1 WITHSCORES")), "*2 Palermo 0");
});

for (const count of [100, 5_000]) {
  Deno.test(`a search of ${count} members finds what a look at each of them finds`, () => {
    const { send, strings } = newKeysCaller();
    for (let i = 0; i < count; i++) send(`GEOADD k ${(i * 77) % 360 - 179.5} ${(i * 31) % 160 - 79.5} m${i}`);
    assertEquals(send("OBJECT ENCODING k"), count > 128 ? "$8 skiplist" : "$8 listpack");
    send("GEOADD k 10 20 center");
    const near = strings(send("ZRANGE k 0 -1")).filter((member) =>
      Number(short(send(`GEODIST k center ${member} km`))) <= 3_000
    );
    const found = strings(send("GEOSEARCH k FROMMEMBER center BYRADIUS 3000 km"));
    assertEquals(found.toSorted(), near.toSorted());
    assertEquals(strings(send("GEOSEARCH k FROMMEMBER center BYRADIUS 3000 km COUNT 1")), ["center"]);
    assertEquals(send(`GEOSEARCHSTORE stored k FROMMEMBER center BYRADIUS 3000 km`), `:${near.length}`);
    const stored = strings(send("ZRANGE stored 0 -1"));
    assertEquals(stored.toSorted(), near.toSorted());
    assertEquals(strings(send("GEOPOS stored center")), strings(send("GEOPOS k center")));
  });
}
