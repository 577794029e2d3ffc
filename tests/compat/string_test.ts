/** The string family, compared with redis-server 7.0 where it is installed. */
import { stringCommands } from "../../commands/string.ts";
import { compareTranscript, numbersWithin, type TranscriptLine, type TranscriptOptions } from "../_harness.ts";

/** TTLs may differ by the time between two servers' answers. */
const TTLS: TranscriptOptions = { tolerate: { PTTL: numbersWithin(5_000) } };

/** Every key of interest after each of these lines: its value, encoding and expiry. */
function withState(lines: readonly TranscriptLine[], key = "k"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["GET", key], ["OBJECT", "ENCODING", key], ["PTTL", key]]);
}

/** `count` bytes of text that does not repeat soon. */
function longText(count: number, step: number): string {
  return Array.from({ length: count }, (_, i) => String.fromCharCode(97 + ((i * step + (i >> 4)) % 26))).join("");
}

const FAR_S = "33177117420", FAR_MS = "33177117420000";
const LIMITS = ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809"];
const INTEGERS = [...LIMITS, "0", "-0", "00", "01", "-01", "+1", "1 ", " 1", "", "-", "1.0", "1e3", "x", "0x10", "1\0"];
INTEGERS.push("2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740993", "18446744073709551616");

const SET_OPTIONS = ["NX", "XX", "GET", "KEEPTTL", "EX 100", "PX 100000", `EXAT ${FAR_S}`, `PXAT ${FAR_MS}`, "PERSIST"];
SET_OPTIONS.push("EX", "PXAT", "EX 0", "PX -1", "EX x", "NOPE");

compareTranscript(
  "SET with every pair of options, on a missing key and on one with an expiry",
  SET_OPTIONS.flatMap((first) =>
    ["", ...SET_OPTIONS].flatMap((second) => {
      const line = `SET k new ${first} ${second}`.trimEnd();
      return ["DEL k", ...withState([line]), `SET k old PXAT ${FAR_MS}`, ...withState([line])];
    })
  ),
  TTLS,
);

compareTranscript(
  "GETEX with every pair of options",
  ["PERSIST", "EX 100", "PX 100000", `EXAT ${FAR_S}`, `PXAT ${FAR_MS}`, "EXAT 1", "NX", "KEEPTTL", "EX", "PX 0"]
    .flatMap(
      (first, _, all) =>
        ["", ...all].flatMap((second) => {
          const line = `GETEX k ${first} ${second}`.trimEnd();
          return ["DEL k", line, "SET k old EX 1000", ...withState([line]), "SET k old", ...withState([line])];
        }),
    ),
  TTLS,
);

compareTranscript(
  "expiry times at their limits",
  ["0", "-1", "1", "9223372036854775", "9223372036854776", "9223370336854775", ...LIMITS, "01", "1.5", "", "x"].flatMap(
    (time) => [
      "SET k old",
      ["SET", "k", "new", "EX", time],
      ["SETEX", "k", time, "new"],
      ["GETEX", "k", "EX", time],
      ["GETEX", "missing", "EX", time],
      ["PSETEX", "k", time, "new"],
      ["SET", "k", "new", "PX", time],
      "SET j old",
      ["GETEX", "j", "EXAT", time],
      "GET j",
      ["SET", "j", "new", "PXAT", time],
    ],
  ),
);

compareTranscript("a moment in the past deletes", [
  "SET k v PXAT 1",
  "EXISTS k",
  "SET k v EXAT 1 GET",
  "GET k",
  "SET k v",
  "SET k w PXAT 1 XX GET",
  "GET k",
  "SET k v",
  "GETEX k PXAT 1",
  "EXISTS k",
  "SET k v EXAT 1",
  "SETNX k w",
  "GET k",
  "SET k 5 PXAT 1",
  "INCR k",
  "TTL k",
  "SET k 5 PXAT 1",
  "APPEND k 6",
  "TTL k",
  "SET k 5 PXAT 1",
  "SET k w KEEPTTL",
  "TTL k",
  "SET k 5 PXAT 1",
  "MSETNX k 1 l 2",
  "TTL k",
]);

compareTranscript(
  "integers, as values and as steps",
  INTEGERS.flatMap((text) => [
    ...withState([["SET", "k", text], "INCR k"]),
    ["SET", "k", text],
    "DECR k",
    ["INCRBY", "k", text],
    ["DECRBY", "k", text],
    ["INCRBY", "new", text],
    ["DECRBY", "new", text],
    ["GET", "new"],
    ["STRLEN", "k"],
    "DEL new",
    ["DECRBY", "new", text],
    ["OBJECT", "ENCODING", "new"],
  ]),
);

const FLOATS = [...INTEGERS, "0.1", "-0.1", "+0.1", ".5", "5.", ".", "1e5", "1E-5", "1e", "1e400", "1e-400", "1e4932"];
FLOATS.push(
  "1e5000",
  "1e-5000",
  "inf",
  "-inf",
  "+Infinity",
  "nan",
  "0x1p3",
  "0x.8",
  "0x",
  "3.0",
  "5.0e3",
  "1,5",
  "\t1",
);
FLOATS.push("0.00000000000000000499", "0.000000000000000006", "3.14159265358979323846", "99999999999999999.99");

compareTranscript(
  "floats, as values and as steps",
  FLOATS.flatMap((text) => [
    ...withState([["SET", "k", text], "INCRBYFLOAT k 1.1"]),
    "SET k 10.5 EX 1000",
    ...withState([["INCRBYFLOAT", "k", text]]),
    "SET k -3",
    ["INCRBYFLOAT", "k", text],
    ["INCRBYFLOAT", "new", text],
    "OBJECT ENCODING new",
    "DEL new",
  ]),
  TTLS,
);

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

compareTranscript("values are any bytes of any length", [
  ...withState([
    ["SET", "k", ""],
    ["SET", "k", BYTES],
    ["APPEND", "k", BYTES],
    ["SETRANGE", "k", "250", BYTES],
    ["SET", "k", longText(44, 7)],
    ["SET", "k", longText(45, 7)],
    ["SET", "k", longText(1024, 7)],
    ["SET", "k", longText(1025, 7)],
    ["SET", "k", longText(100_000, 7)],
    ["APPEND", "k", longText(70_000, 5)],
    ["SET", "k", "1"],
    ["APPEND", "k", ""],
    ["APPEND", "k", "2"],
    ["APPEND", "k", longText(50, 3)],
    ["GETSET", "k", "77"],
    ["MSET", "k", "078"],
    ["GETDEL", "k"],
    ["APPEND", "k", ""],
    ["GETDEL", "k"],
    ["APPEND", "k", "12"],
    ["SETRANGE", "k", "1", "3"],
  ]),
  ["SET", BYTES, BYTES],
  ["GET", BYTES],
  ["SET", "", "empty key"],
  ["GET", ""],
  ["STRLEN", BYTES],
]);

const OFFSETS = [...LIMITS, "0", "1", "2", "4", "5", "6", "100", "-1", "-2", "-5", "-6", "-100", "01", "x"];

compareTranscript(
  "GETRANGE between any two offsets",
  ["SET k Hello", "SET n -1234", ["SET", "empty", ""], ["SET", "b", BYTES]].concat(
    OFFSETS.flatMap((start) =>
      OFFSETS.flatMap((end) => ["k", "n", "empty", "missing", "b"].map((key) => ["GETRANGE", key, start, end]))
    ),
    OFFSETS.map((start) => ["SUBSTR", "k", start, "-1"]),
  ),
);

compareTranscript(
  "SETRANGE at any offset",
  ["0", "1", "5", "6", "1000", "5000", "536870911", "536870912", "-1", ...LIMITS, "x", "", "01"].flatMap((offset) =>
    ["", "!", "??"].flatMap((text) => [
      // the longest string allowed takes half a gigabyte, so it is left out
      ...(offset === "536870911" && text === "!" ? [] : [
        "DEL k",
        ...withState([["SETRANGE", "k", offset, text]]),
        "SET k Hello EX 1000",
        ...withState([["SETRANGE", "k", offset, text]]),
        "SET k 12345",
        ...withState([["SETRANGE", "k", offset, text]]),
      ]),
    ])
  ),
  TTLS,
);

compareTranscript("several keys at once", [
  "MSET a 1 b 2 a 3",
  "MGET a b c a",
  "MSETNX c 1 a 2",
  "MSETNX c 1 d 2 c 3",
  "MGET c d",
  "MSET a",
  "MSET a 1 b",
  "MSETNX a 1 b",
  "MGET",
  "MSET a 1 a",
  "SET a 1 EX 1000",
  "MSET a 2",
  "TTL a",
  "SETNX a 1",
  "SETNX new 1",
]);

compareTranscript("wrong numbers of arguments", [
  "SET k",
  "SET",
  "GET",
  "GET a b",
  "GETSET a",
  "GETDEL a b",
  "GETEX",
  "SETNX a",
  "SETEX a 1",
  "PSETEX a 1 b c",
  "APPEND a",
  "STRLEN",
  "GETRANGE a 1",
  "SUBSTR a",
  "SETRANGE a 1",
  "INCR",
  "INCR a b",
  "INCRBY a",
  "DECRBY a",
  "INCRBYFLOAT a",
  "LCS a",
]);

const LCS_OPTIONS = ["LEN", "IDX", "WITHMATCHLEN", "MINMATCHLEN", "MINMATCHLEN 2", "MINMATCHLEN -1", "MINMATCHLEN x"];
LCS_OPTIONS.push("MINMATCHLEN 9223372036854775807", "nope", "");

compareTranscript("LCS with every pair of options", [
  "MSET a ohmytext b mynewtext",
  ...LCS_OPTIONS.flatMap((first) => LCS_OPTIONS.map((second) => `LCS a b ${first} ${second}`.trim().split(/ +/))),
]);

compareTranscript("LCS of all sorts of strings", [
  ["MSET", "a", "ohmytext", "b", "mynewtext", "n", "12345", "m", "-1x3y5", "e", "", "x", "xxxxxxxx", "y", "xyxyxyx"],
  ["MSET", "bytes", BYTES, "half", BYTES.subarray(64, 192), "back", BYTES.toReversed()],
  ["MSET", "l1", longText(400, 7), "l2", longText(300, 11), "l3", longText(500, 7).slice(37)],
  ...["a", "b", "n", "m", "e", "x", "y", "bytes", "half", "back", "l1", "l2", "l3", "missing"].flatMap((
    first,
    _,
    all,
  ) =>
    all.flatMap((second) => [
      `LCS ${first} ${second}`,
      `LCS ${first} ${second} LEN`,
      `LCS ${first} ${second} IDX WITHMATCHLEN`,
      `LCS ${first} ${second} IDX MINMATCHLEN 3`,
    ])
  ),
  ["SET", "long", longText(40_000, 7)],
  "LCS long long",
  "STRALGO LCS KEYS a b",
]);

compareTranscript("limits follow proto-max-bulk-len", [
  "CONFIG SET proto-max-bulk-len 1mb",
  "SETRANGE k 1048575 x",
  "STRLEN k",
  "SETRANGE k 1048576 x",
  "APPEND k x",
  ["APPEND", "k", ""],
  "SETRANGE new 1048576 x",
  "EXISTS new",
  ["MSET", "a", longText(511, 7), "b", longText(512, 7)],
  "LCS a a LEN",
  "LCS a b LEN",
  "CONFIG SET proto-max-bulk-len 512mb",
]);

compareTranscript("COMMAND INFO tells the same of each row", [
  ["COMMAND", "INFO", ...Object.keys(stringCommands)],
  ["COMMAND", "GETKEYS", "MSET", "a", "1", "b", "2"],
  ["COMMAND", "GETKEYS", "LCS", "a", "b", "LEN"],
]);
