/** Positions, compared with redis-server 7.0 where it is installed. */
import { assert } from "@std/assert";
import { geoCommands } from "../../commands/geo.ts";
import { exchange, startBoth } from "../_both.ts";
import { compareTranscript, type TranscriptLine } from "../_harness.ts";
import { hasReference } from "../_redis.ts";
import { Random } from "../resp/_frames.ts";

const SICILY = [
  "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
  "GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2",
];

/** What can be seen of a key after each of these lines. */
function withState(lines: readonly TranscriptLine[], key: string): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["ZRANGE", key, "0", "-1", "WITHSCORES"], ["OBJECT", "ENCODING", key]]);
}

compareTranscript("GEOADD with any options, positions and members", [
  ...withState([
    "GEOADD g 13.361389 38.115556 a 15.087269 37.502669 b",
    "GEOADD g 13.361389 38.115556 a 1 1 c",
    "GEOADD g CH 13 38 a 1 1 c",
    "GEOADD g nx ch 2 2 a 2 2 d",
    "GEOADD g XX 3 3 a 3 3 e",
    "GEOADD g XX CH 4 4 a 4 4 e",
    "GEOADD g ch ch xx xx 5 5 a",
    "GEOADD g 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw",
    "GEOADD g 179.9999999 85.0511287 ne -0 -0.0 zero 1e-10 0x10 hex .5 5. point",
    "GEOADD g 1 1 twice 2 2 twice",
    ["GEOADD", "g", "1", "1", "", "1", "1", "two words", "1", "1", "12345", "1", "1", "\r\n\0"],
    "GEOADD g NX XX 1 1 a",
    "GEOADD g XX CH NX 1 1 a",
    "GEOADD g GT 1 1 a",
    "GEOADD g INCR 1 1 a",
    "GEOADD g 1 1 a 2",
    "GEOADD g 1 1 a 2 2",
    "GEOADD g NX NX NX",
    "GEOADD g NX 1 1",
    "GEOADD g 1 NX 1 a",
  ], "g"),
  "GEOADD new XX 1 1 a",
  "GEOADD new NX XX CH",
  "EXISTS new",
]);

compareTranscript(
  "positions that are none, and which error comes first",
  [
    ["180.0001", "0"],
    ["-180.0001", "0"],
    ["0", "85.05112879"],
    ["0", "-85.06"],
    ["200.0078125", "-200.0234375"],
    ["1e20", "1e21"],
    ["-1e22", "1.7976931348623157e308"],
    ["1e-7", "5e-7"],
    ["500", "-1e-9"],
    ["-0", "90"],
    ["500.0000005", "1e-70"],
    ["inf", "-inf"],
    ["nan", "1"],
    ["1", "nan"],
    ["x", "500"],
    ["500", "x"],
    ["", "1"],
    [" 1", "1"],
    ["1", "1e400"],
  ].flatMap(([x, y]): TranscriptLine[] => [
    ["GEOADD", "g", x!, y!, "a"],
    ["GEOADD", "g", "1", "1", "first", x!, y!, "a"],
    ["GEORADIUS", "g", x!, y!, "1", "km"],
    ["GEORADIUS_RO", "g", x!, y!, "-1", "cm", "NOPE"],
    ["GEOSEARCH", "g", "FROMLONLAT", x!, y!, "BYRADIUS", "1", "km"],
    ["EXISTS", "g"],
  ]),
);

compareTranscript("GEOPOS, GEOHASH and GEODIST of members and of none", [
  ...SICILY,
  "GEOADD Sicily 180 85.05112878 ne -180 -85.05112878 sw 180 -85.05112878 se -180 85.05112878 nw 0 0 zero",
  "GEOPOS Sicily Palermo Catania nosuch edge1 ne sw se nw zero",
  "GEOHASH Sicily Palermo Catania nosuch edge1 ne sw se nw zero",
  "GEOPOS Sicily",
  "GEOHASH Sicily",
  "GEOPOS nosuch a b",
  "GEOHASH nosuch a b",
  "GEOPOS nosuch",
  ...["", "m", "KM", "Ft", "mi", "cm", "kms", "k"].flatMap((unit): TranscriptLine[] =>
    [["Palermo", "Catania"], ["Palermo", "Palermo"], ["ne", "sw"], ["ne", "nw"], ["zero", "nosuch"], ["x", "y"]]
      .flatMap(
        ([a, b]): TranscriptLine[] =>
          ["Sicily", "nosuch"].map((key) => ["GEODIST", key, a!, b!, ...(unit === "" ? [] : [unit])]),
      )
  ),
  "GEODIST Sicily Palermo Catania km more",
  "GEODIST Sicily Palermo Catania cm more",
  "GEODIST Sicily Palermo",
]);

const ANY_SCORES =
  "0 -0 0.5 -0.5 1 -1 1.5e9 -123456789 4503599627370495 4503599627370496 9007199254740992 9007199254740994 1e17 -1e17 " +
  "9223372036854775807 -9223372036854775808 1e19 18446744073709551615 18446744073709549568 1e20 1e300 -1e300 inf -inf";

compareTranscript("any sorted set has positions", [
  ["ZADD", "z", ...ANY_SCORES.split(" ").flatMap((score, i) => [score, `m${i}`])],
  ["GEOPOS", "z", ...ANY_SCORES.split(" ").map((_, i) => `m${i}`)],
  ["GEOHASH", "z", ...ANY_SCORES.split(" ").map((_, i) => `m${i}`)],
  ...ANY_SCORES.split(" ").flatMap((_, i): TranscriptLine[] => [
    `GEODIST z m0 m${i}`,
    `GEOSEARCH z FROMMEMBER m${i} BYRADIUS 1 km WITHHASH WITHDIST WITHCOORD`,
    `GEOSEARCH z FROMMEMBER m${i} BYBOX inf inf mi WITHHASH`,
    `GEOSEARCHSTORE stored z FROMMEMBER m${i} BYRADIUS 30000 km`,
    "ZRANGE stored 0 -1 WITHSCORES",
  ]),
]);

compareTranscript("GEOSEARCH with every option", [
  ...SICILY,
  ...["BYRADIUS 200 km", "BYRADIUS 0 m", "BYBOX 400 400 km", "BYBOX 1e6 1e5 ft", "BYRADIUS 1e9 mi", "BYBOX 0 0 m"]
    .flatMap((shape) =>
      ["FROMLONLAT 15 37", "FROMMEMBER Palermo"].flatMap((center) =>
        [
          "",
          "ASC",
          "desc",
          "COUNT 2",
          "COUNT 2 ANY",
          "ANY COUNT 1 DESC",
          "ANY ASC COUNT 3",
          "ASC DESC",
          "DESC COUNT 100",
          "WITHCOORD",
          "withdist ASC",
          "WITHHASH",
          "WITHCOORD WITHDIST WITHHASH ASC COUNT 9223372036854775807",
          "WITHHASH WITHHASH WITHDIST DESC COUNT 1 COUNT 3",
        ].flatMap((options): TranscriptLine[] => [
          `GEOSEARCH Sicily ${center} ${shape} ${options}`.trimEnd(),
          `GEOSEARCH nosuch ${shape} ${options} ${center}`.replaceAll("  ", " "),
        ])
      )
    ),
]);

const AREA = "FROMLONLAT 15 37 BYRADIUS 200 km";

compareTranscript("options that are wrong, alone or together, and which error comes first", [
  ...SICILY,
  "SET text x",
  ...["Sicily", "nosuch", "text"].flatMap((key) =>
    [
      "FROMLONLAT 15 37 BYRADIUS 200",
      "FROMLONLAT 15 37 BYRADIUS 200 km BYRADIUS",
      "FROMLONLAT 15 37 BYRADIUS 200 km FROMLONLAT 1",
      "FROMLONLAT 15 37 BYBOX 200 200 km BYBOX 1 1",
      "FROMLONLAT 15 37 BYBOX 200 200 km BYRADIUS 1 km",
      "FROMLONLAT 15 37 BYRADIUS 1 km BYBOX 200 200 km",
      "FROMLONLAT 15 37 FROMMEMBER Palermo BYRADIUS 1 km",
      "FROMMEMBER Palermo FROMLONLAT 15 37 BYRADIUS 1 km",
      "FROMMEMBER nobody FROMMEMBER Palermo BYRADIUS 1 km",
      "FROMMEMBER Palermo FROMMEMBER nobody BYRADIUS 1 km",
      "FROMMEMBER Palermo BYRADIUS 1 km FROMMEMBER",
      "FROMMEMBER Palermo FROMMEMBER Catania BYRADIUS 1 km BYRADIUS 2 m",
      "FROMLONLAT 15 37 FROMLONLAT 13.361389 38.115556 BYBOX 1 1 m BYBOX 2 2 km",
      "BYRADIUS 200 km ASC WITHDIST",
      "FROMLONLAT 15 37 ASC WITHDIST",
      "ASC DESC WITHDIST WITHHASH COUNT 1",
      `${AREA} ANY`,
      `${AREA} COUNT`,
      `${AREA} COUNT 0`,
      `${AREA} COUNT -5`,
      `${AREA} COUNT x`,
      `${AREA} COUNT 9223372036854775808`,
      `${AREA} COUNT 1 2`,
      `${AREA} STORE k`,
      `${AREA} STOREDIST k`,
      `${AREA} STOREDIST`,
      `${AREA} WITHDIST STOREDIST`,
      `${AREA} NOPE`,
      "FROMLONLAT 15 37 BYRADIUS x km",
      "FROMLONLAT 15 37 BYRADIUS -1 km",
      "FROMLONLAT 15 37 BYRADIUS -1 cm",
      "FROMLONLAT 15 37 BYRADIUS 1 cm",
      "FROMLONLAT 15 37 BYRADIUS nan km",
      "FROMLONLAT 15 37 BYBOX x 1 km",
      "FROMLONLAT 15 37 BYBOX 1 x km",
      "FROMLONLAT 15 37 BYBOX x -1 cm",
      "FROMLONLAT 15 37 BYBOX -1 1 cm",
      "FROMLONLAT 15 37 BYBOX 1 -1 km",
      "FROMLONLAT 15 37 BYBOX 1 1 cm",
      "FROMLONLAT 15 37 BYBOX inf inf km",
      "FROMLONLAT 15 37 BYRADIUS inf mi COUNT 1",
      "FROMLONLAT 15 37 BYRADIUS -0 km",
      "FROMLONLAT 500 37 BYRADIUS -1 km",
    ].flatMap((options): TranscriptLine[] => [
      `GEOSEARCH ${key} ${options}`,
      `gEoSearch ${key} ${options} NOPE`,
      `GEOSEARCHSTORE k ${key} ${options}`,
      `GeosearchStore k ${key} ${options} WITHHASH`,
    ])
  ),
  ...["Sicily", "nosuch", "text"].flatMap((key) =>
    [
      "200 km",
      "200 km ANY",
      "200 km COUNT 0",
      "200 km WITHDIST STORE k",
      "200 km STORE k WITHHASH NOPE",
      "200 km STORE",
      "200 km STOREDIST",
      "200 km STOREDIST k STORE",
      "200 km BYRADIUS 1 km",
      "200 km FROMMEMBER Palermo",
      "200 km FROMLONLAT 1 1",
      "x km",
      "-1 cm",
      "1 cm NOPE",
      "200 km NOPE",
    ].flatMap((options): TranscriptLine[] => [
      `GEORADIUS ${key} 15 37 ${options}`,
      `GEORADIUS_RO ${key} 15 37 ${options}`,
      `GEORADIUSBYMEMBER ${key} Palermo ${options}`,
      `GEORADIUSBYMEMBER ${key} nobody ${options}`,
      `GEORADIUSBYMEMBER_RO ${key} Palermo ${options}`,
    ])
  ),
]);

compareTranscript(
  "storing replaces the key, whatever it was, and deletes it where nothing is found",
  [
    ...SICILY,
    ...withState([
      "SET k text EX 1000",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYBOX 400 400 km",
      "TTL k",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYBOX 400 400 km COUNT 2 ANY",
      "GEOSEARCHSTORE k Sicily FROMMEMBER Palermo BYRADIUS 0 km storedist STOREDIST",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 0 0 BYRADIUS 1 km",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 0 0 BYRADIUS 1 km",
      "GEORADIUS Sicily 15 37 200 km STORE k",
      "GEORADIUS Sicily 15 37 100 km STOREDIST k STORE k",
      "GEORADIUS Sicily 15 37 200 km STORE other STORE k",
      "EXISTS other",
      "GEORADIUSBYMEMBER Sicily Palermo 200 km DESC COUNT 1 STORE k",
      "GEORADIUSBYMEMBER nosuch Palermo x cm STORE k",
      "GEORADIUSBYMEMBER nosuch Palermo x cm STORE k",
      "GEORADIUS Sicily 15 37 200 km STORE k",
      "GEORADIUS nosuch 15 37 200 km STORE k",
      "RPUSH k list",
      "GEORADIUS Sicily 15 37 200 km STORE k",
      "GEOSEARCHSTORE k k FROMMEMBER Catania BYRADIUS 100 km",
      "GEOSEARCHSTORE k k FROMMEMBER Catania BYRADIUS 100 km STOREDIST",
      "CONFIG SET zset-max-listpack-entries 1",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYRADIUS 200 km",
      "CONFIG SET zset-max-listpack-entries 128",
      ["GEOADD", "Sicily", "15", "37", "l".repeat(65)],
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYRADIUS 1 m",
      "GEOSEARCHSTORE k Sicily FROMLONLAT 15 37 BYRADIUS 0 m",
    ], "k"),
  ],
);

compareTranscript(
  "keys are found where they stand",
  [
    "GEOADD k 1 1 a",
    "GEORADIUS k 1 2 3 m",
    "GEORADIUS k 1 2 3 m STORE s",
    "GEORADIUS k 1 2 3 m STORE s STOREDIST d STORE t",
    "GEORADIUS k 1 2 3 m STORE",
    "GEORADIUS store STORE STOREDIST STORE STORE storedist d",
    "GEORADIUSBYMEMBER k m 3 m STORE s",
    "GEORADIUSBYMEMBER k store 3 m COUNT storedist STORE",
    "GEORADIUS_RO k 1 2 3 m STORE s",
    "GEORADIUSBYMEMBER_RO k m 3 m STORE s",
    "GEOSEARCH k FROMMEMBER m BYRADIUS 1 m",
    "GEOSEARCHSTORE d k FROMMEMBER m BYRADIUS 1 m STOREDIST",
    "GEODIST k a b",
  ].flatMap((line) => [`COMMAND GETKEYS ${line}`, `COMMAND GETKEYSANDFLAGS ${line}`]),
);

compareTranscript(
  "every command of the group with too few arguments, on no key and on one of another type",
  [
    "SET text x",
    ...Object.keys(geoCommands).flatMap((name): TranscriptLine[] =>
      Array.from({ length: 9 }, (_, i) => ["text", "1", "1", "1", "m", "ASC", "DESC", "ASC"].slice(0, i)).flatMap(
        (rest): TranscriptLine[] => [[name, ...rest], [name, "nosuch", ...rest.slice(1)]],
      )
    ),
    "EXISTS nosuch",
  ],
);

// ---- Random searches ----

const SEARCHES = 3_000;
/** Commands sent at once. */
const CHUNK = 200;
const UNITS = ["m", "km", "ft", "mi"];

/** A number of `[-max, max)`, seldom one at the end. */
function coordinate(random: Random, max: number): number {
  if (random.int(40) === 0) return random.pick([-max, max]);
  return (random.int(2 ** 32) / 2 ** 31 - 1) * max;
}

/** Somewhere on the map; often near a pole, the antimeridian or the equator. */
function position(random: Random): [longitude: string, latitude: string] {
  const x = coordinate(random, 180), y = coordinate(random, 85.05112878);
  const edge = () => random.pick([-1, 1]) * (180 - random.int(1_000_000) / 1e6);
  switch (random.int(6)) {
    case 0:
      return [String(x), String(random.pick([-1, 1]) * (85 - random.int(1_000_000) / 1e5))];
    case 1:
      return [String(edge()), String(y)];
    case 2:
      return [String(edge()), String(y / 100)];
    default:
      return [String(x), String(y)];
  }
}

/** Lengths of a centimeter to twice round the world, in meters; mostly such that something is found. */
function length(random: Random): number {
  return 10 ** (random.int(4) === 0 ? random.int(1000) / 100 - 2 : 5 + random.int(240) / 100);
}

function randomSearch(random: Random, key: string, members: number): string[] {
  const unit = random.int(4);
  const measure = () => String(length(random) / [1, 1000, 0.3048, 1609.34][unit]!);
  const center = random.int(3) === 0 ? ["FROMMEMBER", `m${random.int(members)}`] : ["FROMLONLAT", ...position(random)];
  const shape = random.int(2) === 0 ? ["BYRADIUS", measure()] : ["BYBOX", measure(), measure()];
  const limits = [
    ...random.pick([[], ["ASC"], ["DESC"]]),
    ...random.pick([[], ["COUNT", String(1 + random.int(30))], ["COUNT", String(1 + random.int(300)), "ANY"]]),
  ];
  const area = [...center, ...shape, UNITS[unit]!, ...limits];
  if (random.int(8) === 0) return ["GEOSEARCHSTORE", "stored", key, ...area];
  return ["GEOSEARCH", key, ...area, ...random.pick([[], ["WITHDIST"], ["WITHHASH", "WITHCOORD", "WITHDIST"]])];
}

/**
 * The same but for the last digit of distances: sines of C libraries err in the last bit at times, which in one of a million
 * distances shows as far up as the fourth decimal.
 */
function isSame(ours: string, theirs: string): boolean {
  if (ours === theirs) return true;
  const distance = /(?<=[ ])\d+\.\d{4}(?![\d])/g;
  const mine = ours.match(distance) ?? [], others = theirs.match(distance) ?? [];
  return ours.replace(distance, "d") === theirs.replace(distance, "d") &&
    mine.every((text, i) => Math.abs(Number(text) - Number(others[i])) < 0.00015);
}

/** Where two replies, which may be long, begin to differ. */
function difference(command: string, ours: string, theirs: string): string {
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  const part = (reply: string) => reply.slice(Math.max(0, at - 100), at + 100);
  return `${command}\nminiredis:    …${part(ours)}…\nredis-server: …${part(theirs)}…`;
}

for (const [encoding, members] of [["listpack", 128], ["skiplist", 1_000]] as const) {
  Deno.test({
    name: `${SEARCHES} random searches of a ${encoding} find what redis-server 7.0 finds (skipped without it)`,
    ignore: !hasReference,
    fn: async () => {
      await using both = await startBoth();
      const { ours, theirs } = both;
      const random = new Random(members);
      const compare = async (commands: readonly string[][]) => {
        const mine = await exchange(ours, commands), others = await exchange(theirs, commands);
        for (let i = 0; i < commands.length; i++) {
          if (!isSame(mine[i]!, others[i]!)) throw new Error(difference(commands[i]!.join(" "), mine[i]!, others[i]!));
        }
        return mine;
      };
      const ids = Array.from({ length: members }, (_, i) => `m${i}`);
      await compare(ids.map((id) => ["GEOADD", "k", ...position(random), id]));
      await compare([["OBJECT", "ENCODING", "k"], ["ZRANGE", "k", "0", "-1", "WITHSCORES"]]);
      await compare([["GEOPOS", "k", ...ids], ["GEOHASH", "k", ...ids]]);
      await compare(ids.map((id) => ["GEODIST", "k", id, random.pick(ids), random.pick(UNITS)]));
      let found = 0;
      for (let done = 0; done < SEARCHES; done += CHUNK) {
        const searches = Array.from({ length: CHUNK }, () => randomSearch(random, "k", members));
        const commands = searches.flatMap((search) =>
          search[0] === "GEOSEARCHSTORE" ? [search, ["ZRANGE", "stored", "0", "-1", "WITHSCORES"]] : [search]
        );
        found += (await compare(commands)).filter((reply) => reply.startsWith("*") && reply !== "*0[]").length;
      }
      assert(found > SEARCHES / 2, "most find something");
    },
  });
}
