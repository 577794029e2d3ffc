/** Hashes, compared with redis-server 7.0 where it is installed. */
import { hashCommands } from "../../commands/hash.ts";
import { compareTranscript, inAnyOrder, type Tolerance, type TranscriptLine } from "../_harness.ts";

/** Lets the pairs of a map come in another order: a flat array in RESP2. */
const pairsInAnyOrder: Tolerance = (ours, theirs) => {
  const sorted = (reply: string) => {
    const items = reply.slice(reply.search(/[[{]/) + 1, -1).split(", ");
    if (reply.startsWith("%")) return `${reply.split("{")[0]} ${items.toSorted()}`;
    const pairs = items.flatMap((item, i) => i % 2 === 0 ? [`${item}: ${items[i + 1]}`] : []);
    return `${reply.split("[")[0]} ${pairs.toSorted()}`;
  };
  return sorted(ours) === sorted(theirs);
};

/** Lets strings differ, not what they stand in. */
const sameShape: Tolerance = (ours, theirs) => {
  const shape = (reply: string) => reply.replace(/\$\d+ [^,\]]*/g, "$");
  return shape(ours) === shape(theirs);
};

/** What can be seen of a hash after each of these lines. */
function withState(lines: readonly TranscriptLine[], key = "h"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["HGETALL", key], ["OBJECT", "ENCODING", key], ["HLEN", key]]);
}

/** Both encodings: a field too long for a listpack goes first, where there is one. */
const LONG = "l".repeat(65);
const BOTH = [["listpack", []], ["hashtable", [`HSET h ${LONG} long`]]] as const;
const ANY_ORDER = { HGETALL: pairsInAnyOrder, HKEYS: inAnyOrder, HVALS: inAnyOrder, "HSCAN h": inAnyOrder };
const FAR_MS = "33177117420000";

for (const [encoding, first] of BOTH) {
  const options = encoding === "listpack" ? {} : { tolerate: ANY_ORDER };

  compareTranscript(
    `setting, getting and deleting fields of a ${encoding}`,
    [
      ...first,
      ...withState([
        "HSET h a 1",
        "HSET h a 2 b 3",
        "HSET h a 1 a 2 a 3",
        "HMSET h c 1 a x",
        "HSETNX h a y",
        "HSETNX h d y",
        ["HSET", "h", "", ""],
        ["HSET", "h", "two words", "\r\n\0"],
        "HDEL h nosuch",
        "HDEL h a nosuch a",
        "HSET h 1 2 -1 -2 01 02 9223372036854775807 -9223372036854775808 9223372036854775808 1e3",
      ]),
      "HGET h b",
      "HGET h a",
      "HGET h 01",
      ["HGET", "h", ""],
      "HMGET h b a c 1 -1 9223372036854775808",
      "HMGET h nosuch",
      "HEXISTS h b",
      "HEXISTS h a",
      "HSTRLEN h b",
      "HSTRLEN h 9223372036854775807",
      "HSTRLEN h -1",
      "HSTRLEN h nosuch",
      ["HSTRLEN", "h", ""],
      "HKEYS h",
      "HVALS h",
      `PEXPIREAT h ${FAR_MS}`,
      "HSET h b 4",
      "HINCRBY h b 4",
      "HDEL h b",
      "PEXPIRETIME h",
      "COPY h copied",
      "HSET copied c changed",
      "HGET h c",
      "HLEN copied",
      "RENAME copied h",
      "HGET h c",
      [
        "HDEL",
        "h",
        "c",
        "d",
        "",
        "two words",
        "1",
        "-1",
        "01",
        "9223372036854775807",
        "9223372036854775808",
        LONG,
        "x",
      ],
      "EXISTS h",
      "TTL h",
      "HSET h a 1",
      "TTL h",
      "HDEL h b",
      "HDEL h a b a",
      "TYPE h",
    ],
    options,
  );

  const integers = ["0", "1", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "2147483648"];
  const otherIntegers = ["", "x", "1.0", " 1", "1 ", "01", "-0", "+1", "9223372036854775808", "1e3", "nan"];
  compareTranscript(
    `HINCRBY of any integer by any other, in a ${encoding}`,
    [
      ...first,
      ...[...integers, ...otherIntegers].flatMap((held) =>
        [...integers, ...otherIntegers].flatMap((by) => [
          ["HSET", "h", "n", held],
          ["HINCRBY", "h", "n", by],
          ["HGET", "h", "n"],
        ])
      ),
      ...withState(["HINCRBY h new 5", "HINCRBY h new -10"]),
    ],
    options,
  );

  const floats = [
    "0",
    "0.1",
    "-1.5",
    "3.0e3",
    "1e17",
    "12345678901234567.125",
    "0x10",
    "9223372036854775807",
    "1e4000",
  ];
  const otherFloats = ["inf", "-Infinity", "nan", "", " 1", "1 ", "x", "1e5000", "1e-5000", ".5", "5.", "+1", "1\0"];
  compareTranscript(
    `HINCRBYFLOAT of any float by any other, in a ${encoding}`,
    [
      ...[...floats, ...otherFloats].flatMap((held) =>
        [...floats, ...otherFloats].flatMap((by) => [
          "DEL h", // a long sum makes it large
          ...first,
          ["HSET", "h", "n", held],
          ["HINCRBYFLOAT", "h", "n", by],
          ["HGET", "h", "n"],
        ])
      ),
      "DEL h",
      ...first,
      ...withState(["HINCRBYFLOAT h new 5.0", "HINCRBYFLOAT h new -10.25", "HINCRBYFLOAT h new 5.25"]),
    ],
    options,
  );

  const fields = Array.from({ length: 12 }, (_, i) => `f${i} ${i}`).join(" ");
  compareTranscript(
    `HRANDFIELD of a ${encoding}: how much of what`,
    [
      ...first,
      `HSET h ${fields}`,
      "HRANDFIELD h",
      ...["0", "1", "-1", "3", "-3", "5", "12", "13", "14", "100", "-100", "-1500"].flatMap((
        count,
      ) => [`HRANDFIELD h ${count}`, `HRANDFIELD h ${count} WITHVALUES`, `HRANDFIELD nosuch ${count} withvalues`]),
      "HRANDFIELD h 9223372036854775807",
      "HRANDFIELD h 4611686018427387903 WITHVALUES",
      "HRANDFIELD h 4611686018427387904 WITHVALUES",
      "HRANDFIELD h -4611686018427387904 WITHVALUES",
      "HRANDFIELD h 9223372036854775807 WITHVALUES",
      "HRANDFIELD h -9223372036854775808",
      "HRANDFIELD h -9223372036854775808 WITHVALUES",
      "HRANDFIELD h -9223372036854775808 NOPE",
      "HRANDFIELD h 9223372036854775808",
      "HRANDFIELD h x",
      "HRANDFIELD h 1.5",
      "HRANDFIELD h x NOPE",
      "HRANDFIELD h 1 NOPE",
      "HRANDFIELD h 1 WITHVALUES WITHVALUES",
      "HRANDFIELD h 9223372036854775807 WITHVALUES WITHVALUES",
      "HRANDFIELD h WITHVALUES",
    ],
    { tolerate: { HRANDFIELD: sameShape } },
  );

  compareTranscript(
    `HSCAN of a ${encoding}`,
    [
      ...first,
      `HSET h ${fields} 10 ten -5 five`,
      ["HSET", "h", "", "empty"],
      "HSCAN h 0 COUNT 1000",
      "HSCAN h 0 MATCH f1* COUNT 1000",
      "HSCAN h 0 match * count 1000",
      "HSCAN h 0 MATCH 1? COUNT 1000",
      "HSCAN h 0 MATCH -* COUNT 1000",
      "HSCAN h 0 MATCH f1 MATCH f2 COUNT 1 COUNT 1000",
      "HSCAN h 0 MATCH ten COUNT 1000",
      ["HSCAN", "h", "0", "MATCH", "", "COUNT", "1000"],
      ["HSCAN", "h", "", "COUNT", "1000"],
    ],
    { tolerate: { "HSCAN h": scannedInAnyOrder } },
  );
}

/** The pairs within `*2[$1 0, *4[…]]` in any order. */
function scannedInAnyOrder(ours: string, theirs: string): boolean {
  const inner = (reply: string) => reply.slice(reply.indexOf("*", 1), -1);
  return ours.startsWith("*2[$1 0, ") && theirs.startsWith("*2[$1 0, ") && pairsInAnyOrder(inner(ours), inner(theirs));
}

compareTranscript("HSCAN takes cursors and options in Redis' order and refuses the rest in its words", [
  "HSET h a 1 b 2",
  "SET s text",
  ...["h", "nosuch", "s"].flatMap((key) => [
    ...["0", "5", "-1", "+1", "007", "18446744073709551615", "18446744073709551616", "x", "1x", " 1", "1.5"].map((
      cursor,
    ) => ["HSCAN", key, cursor]),
    `HSCAN ${key} 0 COUNT 0`,
    `HSCAN ${key} 0 COUNT -1`,
    `HSCAN ${key} 0 COUNT x`,
    `HSCAN ${key} 0 COUNT 9223372036854775808`,
    `HSCAN ${key} 0 COUNT 9223372036854775807`,
    `HSCAN ${key} 0 COUNT`,
    `HSCAN ${key} 0 MATCH`,
    `HSCAN ${key} 0 MATCH a COUNT`,
    `HSCAN ${key} 0 TYPE hash`,
    `HSCAN ${key} 0 NOPE`,
    `HSCAN ${key} 0 COUNT x NOPE`,
    `HSCAN ${key} x COUNT x`,
  ]),
]);

const ARGUMENTS: Readonly<Record<string, string>> = {
  hset: "f v",
  hmset: "f v",
  hsetnx: "f v",
  hget: "f",
  hmget: "f g",
  hgetall: "",
  hkeys: "",
  hvals: "",
  hlen: "",
  hstrlen: "f",
  hexists: "f",
  hdel: "f g",
  hincrby: "f 5",
  hincrbyfloat: "f 5",
  hrandfield: "",
  hscan: "0",
};

compareTranscript("every command of the group on no key, on one of another type, and with too few or many arguments", [
  "SET s text",
  ...Object.keys(hashCommands).flatMap((name) => {
    const rest = ARGUMENTS[name]!.split(" ").filter((word) => word !== "");
    return [
      [name, "h", ...rest],
      ["HGETALL", "h"],
      ["DEL", "h"],
      [name, "s", ...rest],
      [name],
      [name, "h"],
      [name, "h", "x"],
      [name, "h", "x", "1"],
      [name, "h", "x", "1", "y"],
      [name, "h", "x", "1", "y", "2"],
      ["DEL", "h"],
    ];
  }),
  "HRANDFIELD s 5",
  "HRANDFIELD s 5 WITHVALUES",
  "HRANDFIELD s 0",
  "HRANDFIELD s x",
  "HINCRBY s f x",
  "HINCRBYFLOAT s f x",
  "HINCRBYFLOAT s f inf",
  "HSET s f v g",
], { tolerate: { hrandfield: sameShape } });

compareTranscript(
  "a hash becomes large by the length of a field or value, or by their number",
  [
    ...withState([
      ["HSET", "h", LONG.slice(1), LONG.slice(1)],
      ["HSET", "h", "f", LONG],
      "DEL h",
      ["HSET", "h", "a", "1", LONG, "v"],
      ["HDEL", "h", LONG],
      "DEL h",
      ["HMSET", "h", "f", LONG],
      "DEL h",
      "HSET h f v",
      ["HSETNX", "h", "f", LONG],
      ["HSETNX", "h", "g", LONG],
      "DEL h",
      ["HINCRBY", "h", LONG, "1"],
      "DEL h",
      ["HINCRBYFLOAT", "h", LONG, "1.5"],
      "DEL h",
      "HSET h f 1",
      "HINCRBYFLOAT h f 1e70",
      "DEL h",
      "CONFIG SET hash-max-listpack-entries 3",
      "HSET h a 1 b 2 c 3",
      "HSET h c 4",
      "HSET h d 4",
      "HDEL h a b c",
      "DEL h",
      "HSET h a 1 b 2 c 3 a 4",
      "CONFIG SET hash-max-listpack-entries 2",
      "HDEL h nosuch",
      "HSETNX h a 5",
      "HSET h a 5",
      "DEL h",
      "CONFIG SET hash-max-ziplist-entries 0",
      "HSET h a 1",
      "CONFIG SET hash-max-listpack-entries 512",
      "DEL h",
      "CONFIG SET hash-max-listpack-value 2",
      "HSET h abc 1",
      "DEL h",
      "HSET h ab 12",
      "HINCRBY h ab 99",
      "CONFIG SET hash-max-ziplist-value 64",
    ]),
    ["HSET", "many", ...Array.from({ length: 512 }, (_, i) => [`f${i}`, "v"]).flat()],
    "OBJECT ENCODING many",
    "HSET many f0 w f511 w",
    "OBJECT ENCODING many",
    "HGET many f511",
    "HSET many f512 v",
    "OBJECT ENCODING many",
    "HLEN many",
    "HMGET many f0 f1 f256 f512 f513",
  ],
  { tolerate: ANY_ORDER },
);

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

compareTranscript("fields and values of any bytes and lengths come back as they were", [
  ["HSET", "h", BYTES, BYTES],
  ["HGET", "h", BYTES],
  ["HSET", "h", BYTES.subarray(0, 60), BYTES.subarray(200)],
  ["HGET", "h", BYTES.subarray(0, 60)],
  ...[0, 1, 63, 64, 65, 4095, 4096, 20_000, 100_000].flatMap((length): TranscriptLine[] => [
    ["HSET", "h", "f", "v".repeat(length)],
    ["HGET", "h", "f"],
    ["HSTRLEN", "h", "f"],
    ["HSET", "h", "n".repeat(length), "v"],
    ["HGET", "h", "n".repeat(length)],
  ]),
  "HLEN h",
]);
