/** The list family, compared with redis-server 7.0 where it is installed. Waiting is in tests/commands/list_test.ts. */
import { listCommands } from "../../commands/list.ts";
import { listBlockingCommands } from "../../commands/list_blocking.ts";
import { compareTranscript, type TranscriptLine } from "../_harness.ts";

const SMALL = "RPUSH k a b c a b c a";
const INTEGERS = ["0", "1", "-1", "3", "-3", "7", "-7", "8", "-8", "100", "-100", "9223372036854775807"];
INTEGERS.push("-9223372036854775808", "-9223372036854775807", "9223372036854775808", "x", "", "1.0", " 1", "01", "-0");

/** A list and its surroundings after each of these lines. */
function withState(lines: readonly TranscriptLine[], key = "k"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["LRANGE", key, "0", "-1"], ["LLEN", key], ["TYPE", key]]);
}

/** Lines on a new list each. */
function onNew(lines: readonly TranscriptLine[], list = SMALL): TranscriptLine[] {
  return lines.flatMap((line) => ["DEL k", list, ...withState([line])]);
}

/** `count` elements of different kinds. */
function elements(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    if (i % 5 === 0) return String(i * 7919 - 20_000);
    return i % 31 === 0 ? `long ${i} `.repeat(40) : `element-${i % 40}`;
  });
}

compareTranscript("pushing at both ends, to a key that is there or not", [
  ...withState([
    "LPUSH k a",
    "LPUSH k b c",
    "RPUSH k d",
    "RPUSH k e f g",
    "LPUSHX k x",
    "RPUSHX k y z",
    "LPUSHX k 1 2",
  ]),
  "LPUSHX missing a",
  "RPUSHX missing a b",
  "EXISTS missing",
  "OBJECT ENCODING k",
  "LPUSH k",
  "LPUSH",
  "RPUSHX k",
  ["RPUSH", "binary", "", "\0\r\n", Uint8Array.of(0xff, 0x00, 0x80), "-0", "007", "9223372036854775808"],
  "LRANGE binary 0 -1",
]);

compareTranscript(
  "integers of every width, at their limits",
  [7, 12, 15, 23, 31, 53, 63].flatMap((bits) =>
    [-1n, 1n].flatMap((sign) => [-1n, 0n, 1n].map((more) => ["RPUSH", "k", String(sign * (1n << BigInt(bits)) + more)]))
  ).concat([["LRANGE", "k", "0", "-1"], ["LPOS", "k", "-9223372036854775808"], ["LREM", "k", "0", "128"]]),
);

compareTranscript(
  "LINDEX, LSET and LPOP with counts of all kinds",
  INTEGERS.flatMap((n): TranscriptLine[] => [
    ["LINDEX", "missing", n],
    ["LSET", "missing", n, "v"],
    ["LPOP", "missing", n],
    ["RPOP", "missing", n],
    ...onNew([["LINDEX", "k", n], ["LSET", "k", n, "new"], ["LPOP", "k", n], ["RPOP", "k", n]]),
  ]),
);

compareTranscript("LPOP and RPOP without a count, until nothing is left", [
  SMALL,
  ...Array.from({ length: 5 }, () => withState(["LPOP k", "RPOP k"])).flat(),
  "LPOP k 1 2",
  "RPOP k x y",
  "LPOP",
  "RPOP k 0",
  SMALL,
  "RPOP k 0",
  "LPOP k 2",
  "RPOP k 3",
  "RPOP k 3",
  "RPOP k 3",
  "EXISTS k",
]);

compareTranscript(
  "LRANGE and LTRIM from each index to each",
  INTEGERS.flatMap((start) =>
    INTEGERS.flatMap((stop): TranscriptLine[] => [
      ["LRANGE", "missing", start, stop],
      ["LTRIM", "missing", start, stop],
      ...onNew([["LRANGE", "k", start, stop], ["LTRIM", "k", start, stop]], "RPUSH k a b c d e f g"),
    ])
  ),
);

compareTranscript(
  "LREM with counts of all kinds",
  INTEGERS.flatMap((count) => [
    ["LREM", "missing", count, "a"],
    ...onNew([["LREM", "k", count, "a"], ["LREM", "k", count, "none"]]),
    ...onNew([["LREM", "k", count, "x"]], "RPUSH k x x x"),
  ]),
);

const LPOS_OPTIONS = ["RANK 1", "RANK 2", "RANK -1", "RANK -2", "RANK 9", "RANK 0", "RANK x", "COUNT 0", "COUNT 1"];
LPOS_OPTIONS.push("COUNT 2", "COUNT -1", "COUNT x", "MAXLEN 0", "MAXLEN 1", "MAXLEN 4", "MAXLEN 100", "MAXLEN -1");
LPOS_OPTIONS.push(
  "MAXLEN",
  "RANK -9223372036854775808",
  "RANK -9223372036854775807",
  "RANK 9223372036854775807",
  "NOPE",
);

compareTranscript("LPOS with every pair of options, and some of three", [
  SMALL,
  ...LPOS_OPTIONS.flatMap((first) =>
    ["", ...LPOS_OPTIONS].flatMap((second) => {
      const lines = ["k a", "k c", "k none", "missing a"].map((what) => `LPOS ${what} ${first} ${second}`.trimEnd());
      const third = second === ""
        ? []
        : ["MAXLEN 5", "COUNT 0"].map((option) => `LPOS k a ${first} ${second} ${option}`);
      return [...lines, ...third];
    })
  ),
  "LPOS k",
  "LPOS k a",
  "LPOS k none",
  "LPOS missing a",
  "lpos k a rank -1 count 2 maxlen 3",
]);

compareTranscript("LINSERT before and after, where the pivot is and is not", [
  ...onNew([
    "LINSERT k BEFORE a x",
    "LINSERT k AFTER a x",
    "linsert k after c x",
    "LINSERT k before none x",
    "LINSERT k beside a x",
  ]),
  "LINSERT missing BEFORE a x",
  "LINSERT missing beside a x",
  "EXISTS missing",
  "LINSERT k BEFORE a",
  ...onNew(["LINSERT k AFTER 10 11", "LINSERT k BEFORE 10 9"], "RPUSH k 10"),
]);

const ENDS = ["LEFT", "RIGHT", "left", "Right", "UP", ""];
compareTranscript(
  "LMOVE and RPOPLPUSH, between keys and within one, of one element and of several",
  ENDS.flatMap((from) =>
    ENDS.flatMap((to): TranscriptLine[] => [
      ["LMOVE", "missing", "k", from, to],
      ...["RPUSH k a b c", "RPUSH k only", "RPUSH k 77 b"].flatMap((list) => [
        "DEL k",
        list,
        ...withState([["LMOVE", "k", "k", from, to]]),
        "DEL j",
        ...withState([["LMOVE", "k", "j", from, to]]),
        ...withState([["LMOVE", "k", "j", from, to]], "j"),
      ]),
    ])
  ).concat([
    "RPUSH r 1 2 3",
    ...withState(["RPOPLPUSH r r", "RPOPLPUSH r s", "RPOPLPUSH r s", "RPOPLPUSH r s", "RPOPLPUSH r s"], "s"),
    "EXISTS r",
    "RPOPLPUSH s",
    "LMOVE a b LEFT",
  ]),
);

compareTranscript("LMPOP, its numbers of keys, ends and counts", [
  SMALL,
  "RPUSH other 1 2 3",
  ...["0", "-1", "x", "", "3", "9223372036854775807", "1"].flatMap((n) => [
    ["LMPOP", n, "missing", "LEFT"],
    ["LMPOP", n, "missing", "LEFT", "COUNT", "0"],
    ["LMPOP", n, "missing", "k", "LEFT"],
    ["BLMPOP", "0.01", n, "k", "NOPE"],
    ["BLMPOP", "x", n, "k", "LEFT", "COUNT", "-1"],
    ["BLMPOP", "-1", n, "k", "LEFT"],
  ]),
  "LMPOP 2 missing k LEFT",
  "LMPOP 2 missing k RIGHT COUNT 2",
  "LMPOP 2 missing k right count 100",
  "EXISTS k",
  "LMPOP 3 missing k other LEFT COUNT 1",
  "LMPOP 3 missing k other LEFT COUNT 1 COUNT 2",
  "LMPOP 1 other LEFT COUNT",
  "LMPOP 1 other LEFT COUNT x",
  "LMPOP 1 other LEFT COUNT 0",
  "LMPOP 1 other LEFT COUNT -1",
  "LMPOP 1 other LEFT NOPE 1",
  "LMPOP 1 other UP",
  "LMPOP 1 other",
  "LRANGE other 0 -1",
  "LMPOP 1 missing LEFT",
]);

compareTranscript("blocking commands, where they need not wait or their time is over at once", [
  ...["BLPOP missing 0.01", "BRPOP missing a b 0.001", "BRPOPLPUSH missing k .01", "BLMOVE missing k LEFT LEFT 0.01"],
  "BLMPOP 0.01 2 missing a RIGHT COUNT 3",
  ...onNew(["BLPOP missing k 0", "BRPOP k missing 0", "BLMPOP 0 2 missing k LEFT", "BLMPOP 1 1 k RIGHT COUNT 20"]),
  ...onNew(["BLMOVE k k LEFT RIGHT 0", "BLMOVE k j RIGHT LEFT 0", "BRPOPLPUSH k j 0", "BRPOPLPUSH k k 1.5"]),
  ...["x", "-1", "-0.5", "", "nan", "inf", "1e1000", "9223372036854775807", "0x1p-9", "1e-3", "0.0000001"].flatMap((
    timeout,
  ): TranscriptLine[] => [
    "DEL k",
    "RPUSH k a b c d e f",
    ["BLPOP", "k", timeout],
    ["BRPOP", "missing", "k", timeout],
    ["BRPOPLPUSH", "k", "j", timeout],
    ["BLMOVE", "k", "j", "LEFT", "RIGHT", timeout],
    ["BLMOVE", "k", "j", "LEFT", "NOPE", timeout],
    ["BLMPOP", timeout, "1", "k", "LEFT"],
  ]),
  "BLPOP k",
  "BLMOVE k j LEFT RIGHT",
  "BRPOPLPUSH k j",
  "BLMPOP 0 1 k",
  "LRANGE j 0 -1",
]);

/** Arguments for each command, with the key of another type. */
const ON_STRING: Readonly<Record<string, string>> = {
  lpush: "s a",
  rpush: "s a",
  lpushx: "s a",
  rpushx: "s a",
  linsert: "s BEFORE a b",
  llen: "s",
  lindex: "s x",
  lset: "s x a",
  lpop: "s",
  rpop: "s 2",
  lrange: "s 0 -1",
  ltrim: "s 0 -1",
  lpos: "s a",
  lrem: "s 0 a",
  rpoplpush: "s k",
  lmove: "s k LEFT LEFT",
  lmpop: "2 missing s LEFT",
  blpop: "missing s k 0",
  brpop: "s 0",
  brpoplpush: "s k 0",
  blmove: "s k LEFT LEFT 0",
  blmpop: "0 2 s k LEFT",
};

compareTranscript("every command on a key of another type, and on too few arguments", [
  "SET s text",
  "RPUSH k a",
  ...Object.keys({ ...listCommands, ...listBlockingCommands }).flatMap((name): TranscriptLine[] => [
    [name, ...ON_STRING[name]!.split(" ")],
    [name],
    [name, "s"],
  ]),
  "LMOVE k s LEFT LEFT",
  "RPOPLPUSH k s",
  "BLMOVE k s LEFT LEFT 0",
  "BRPOPLPUSH k s 0",
  "LMOVE missing s LEFT LEFT",
  "RPOPLPUSH s s",
  "LPOP s 0",
  "LPOP s -1",
  "LPOP s x",
  "LRANGE s x 0",
  "LTRIM s 0 x",
  "LREM s x a",
  "LPOS s a RANK 0",
  "LINSERT s beside a b",
  "SET k text",
  "RPUSH k a",
]);

for (const size of ["-2", "-1", "4", "1"]) {
  compareTranscript(`a list of a thousand elements with list-max-listpack-size ${size}`, [
    `CONFIG SET list-max-listpack-size ${size}`,
    ["RPUSH", "k", ...elements(1000)],
    "LRANGE k 0 -1",
    "LRANGE k 500 600",
    "LRANGE k -20 -10",
    "LINDEX k 333",
    "LINDEX k -333",
    "LPOS k element-7 RANK 5 COUNT 6",
    "LPOS k element-7 RANK -5 COUNT 6 MAXLEN 700",
    ["LSET", "k", "500", "x".repeat(9000)],
    "LSET k 501 1",
    "LINSERT k BEFORE element-39 here",
    "LINSERT k AFTER here there",
    "LREM k -7 element-11",
    "LREM k 7 element-12",
    "LRANGE k 0 -1",
    "LMOVE k k LEFT RIGHT",
    "LMOVE k j RIGHT LEFT",
    "LPOP k 150",
    "RPOP k 150",
    "COPY k copy",
    "LREM k 0 element-13",
    "LTRIM k 100 -100",
    "LRANGE k 0 -1",
    "LRANGE copy 0 -1",
    "LMPOP 1 k RIGHT COUNT 400",
    "LTRIM k 5 1",
    "EXISTS k",
    "RENAME copy k",
    "LLEN k",
    "CONFIG SET list-max-listpack-size -2",
  ]);
}

compareTranscript("an expired list is no list", [
  "RPUSH k a b",
  "PEXPIREAT k 1",
  "LRANGE k 0 -1",
  "RPUSH k a",
  "PEXPIREAT k 33177117420000",
  "RPUSH k b",
  "LPOP k",
  "PEXPIRETIME k",
  "LPOP k",
  "RPUSH k a",
  "PTTL k",
]);

compareTranscript("the keys of each command", [
  "COMMAND GETKEYS LMPOP 2 a b LEFT COUNT 3",
  "COMMAND GETKEYS LMPOP 3 a b LEFT",
  "COMMAND GETKEYS LMPOP 0 a b LEFT",
  "COMMAND GETKEYS BLMPOP 0 2 a b LEFT",
  "COMMAND GETKEYSANDFLAGS BLMPOP 0 1 a LEFT",
  "COMMAND GETKEYS BLPOP a b 0",
  "COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT",
]);
