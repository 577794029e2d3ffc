/** Streams, compared with redis-server 7.0 where it is installed. Groups are in stream_group_test.ts. */
import { streamCommands } from "../../commands/stream.ts";
import { streamInfoCommands } from "../../commands/stream_info.ts";
import { compareTranscript, numbersWithin, type TranscriptLine } from "../_harness.ts";

const MAX = "18446744073709551615";
/** Texts that are, or nearly are, ids. */
const IDS = ["0", "0-0", "0-1", "1", "1-1", "2-2", "5-*", "-", "+", "(1", "(1-1", "(-", "(+", "((1", "*", "$", ">", ""];
IDS.push(MAX, `${MAX}-${MAX}`, `${MAX}-0`, `(${MAX}-${MAX}`, "(0-0", `0-${MAX}`, "18446744073709551616", `1-${MAX}0`);
IDS.push("x", "1-x", "1-", "-1", "1--1", "1--0", "1--01", "+1-1", " 1-1", "1- 1", "01-01", "1-1-1", "1.5", "(", "1-1 ");
IDS.push("9223372036854775807-9223372036854775808", "9".repeat(127), `1-${"0".repeat(126)}`, "1-1\0x");

/** A stream and its surroundings after each of these lines. */
function withState(lines: readonly TranscriptLine[], key = "s"): TranscriptLine[] {
  return lines.flatMap((line) => [line, ["XRANGE", key, "-", "+"], ["XINFO", "STREAM", key]]);
}

const FIVE: readonly TranscriptLine[] = ["1-1", "1-2", "2-1", "3-0", "5-5"].map((id, i) => `XADD s ${id} f v${i}`);

compareTranscript("XADD with ids of all kinds", [
  ...IDS.flatMap((id): TranscriptLine[] =>
    /[*]/.test(id) ? [] : [["XADD", "s", id, "f", "v"], ["DEL", "new"], ["XADD", "new", id, "f", "v"], "EXISTS new"]
  ),
  "XINFO STREAM s",
  "XADD t 5-* a b",
  "XADD t 5-* a b",
  `XADD t 6-${MAX} a b`,
  "XADD t 6-* a b",
  "XADD t 7-* a b",
  "XADD t 0-* a b",
  "XADD u 0-* a b",
  `XADD t ${MAX}-* a b`,
  `XADD t ${MAX}-${MAX} a b`,
  "XADD t * a b",
  `XADD t ${MAX}-* a b`,
  "XADD t 1 a b",
  ...withState([], "t"),
]);

compareTranscript("XADD with wrong arguments", [
  "XADD",
  "XADD s * a",
  "XADD s * a b c",
  "XADD s 1-1",
  "XADD s MAXLEN 1-1 a b",
  "XADD s NOMKSTREAM 1-1 a b",
  "EXISTS s",
  "XADD s nomkstream * a",
  "XADD s MAXLEN",
  "XADD s MAXLEN ~ 1-1 a b",
  "XADD s MAXLEN x 1-1 a b",
  "XADD s MAXLEN -1 1-1 a b",
  "XADD s MINID x 1-1 a b",
  "XADD s MINID - 1-1 a b",
  "XADD s MAXLEN 5 MINID 1 1-1 a b",
  "XADD s MINID 5 MAXLEN 1 1-1 a b",
  "XADD s MAXLEN 5 MAXLEN 1 1-1 a b",
  "XADD s LIMIT 5 1-1 a b",
  "XADD s LIMIT 0 1-1 a b",
  "XADD s MAXLEN 5 LIMIT 5 1-1 a b",
  "XADD s MAXLEN = 5 LIMIT 5 1-1 a b",
  "XADD s MAXLEN ~ 5 LIMIT -5 1-1 a b",
  "XADD s MAXLEN ~ 5 LIMIT x 1-1 a b",
  "XADD s MAXLEN ~ 5 LIMIT",
  "XADD s MAXLEN ~ 5 LIMIT 10 1-1 a b",
  "XADD s NOMKSTREAM MAXLEN = 5 1-2 a b",
  "XRANGE s - +",
  "SET k v",
  "XADD k * a b",
  "XADD k NOMKSTREAM * a b",
  "XADD k 0-0 a b",
  "XLEN k",
  "XRANGE k - +",
  "XDEL k 1",
  "XDEL k x",
  "XTRIM k MAXLEN 1",
  "XSETID k 1-1",
  "XREAD STREAMS k 0",
  "XINFO STREAM k",
]);

compareTranscript("XRANGE and XREVRANGE from each id to each", [
  ...FIVE,
  ...["-", "+", "0", "1", "1-1", "1-2", "(1-1", "2", "(2", "4", "(5-5", "5-5", "9", "x", "(-"].flatMap((from, _, all) =>
    all.flatMap((to): TranscriptLine[] => [["XRANGE", "s", from, to], ["XREVRANGE", "s", to, from]])
  ),
  ...IDS.flatMap((id): TranscriptLine[] => [
    ["XRANGE", "s", id, "+"],
    ["XRANGE", "s", "-", id],
    ["XREVRANGE", "s", id, "-"],
    ["XREVRANGE", "missing", "+", id],
  ]),
]);

compareTranscript("COUNT", [
  ...FIVE,
  ...["0", "1", "3", "5", "9", "-1", "x", "9223372036854775807", "9223372036854775808"].flatMap((count) => [
    `XRANGE s - + COUNT ${count}`,
    `XREVRANGE s + - COUNT ${count}`,
    `XRANGE missing - + COUNT ${count}`,
    `XREAD COUNT ${count} STREAMS s 0`,
    `XREAD COUNT ${count} STREAMS s missing s 0 0 1-2`,
  ]),
  "XRANGE s - + COUNT",
  "XRANGE s - + NOPE 1",
  "XRANGE s - + COUNT 1 COUNT 2",
  "XRANGE s - +",
]);

compareTranscript("fields of all kinds, in nodes of few entries", [
  "CONFIG SET stream-node-max-entries 4",
  ...Array.from({ length: 30 }, (_, i): TranscriptLine => {
    const fields = [["a", `v${i}`], ["a", String(i * 1000)], ["a", "x", "b", "y"], ["", ""], [
      "a",
      "1",
      "a",
      "2",
    ]][i % 5]!;
    return ["XADD", "s", `${i * i + 1}-${30 - i}`, ...fields];
  }),
  ["XADD", "s", "99999-1", Uint8Array.of(0, 255, 13, 10), "\0", "9223372036854775808", "-9223372036854775808"],
  ["XADD", "s", "99999-2", "long".repeat(30), "long".repeat(2000)],
  ["XADD", "s", "99999-3", "f", "v"],
  ...withState(["XDEL s 1-30", "XDEL s 10-27 26-25 26-25 50-23", "XDEL s 17-26 99999-3", "XDEL s 5 6 7"]),
  "XREVRANGE s + - COUNT 20",
  "DEBUG DIGEST-VALUE s",
  "CONFIG SET stream-node-max-entries 100",
]);

compareTranscript("ids far apart in one node", [
  `XADD s 1-${MAX} f v`,
  "XADD s 2-0 f v",
  "XADD s 4294967296-4294967295 f v",
  "XADD s 4294967297-4294967296 f v",
  "XADD s 9223372036854775808-1 f v",
  `XADD s ${MAX}-9223372036854775808 f v`,
  ...withState([`XDEL s ${MAX}-9223372036854775808`, `XADD s ${MAX}-${MAX} f v`]),
  "XREVRANGE s + -",
  "XINFO STREAM s FULL",
]);

const TRIMS = ["0", "1", "4", "5", "11", "12", "13", "19", "20", "21"];
compareTranscript(
  "XTRIM and XADD, exactly and by nodes",
  [
    "CONFIG SET stream-node-max-entries 4",
    ...TRIMS.flatMap((to) =>
      ["MAXLEN", "MAXLEN =", "MAXLEN ~", "MINID", "MINID =", "MINID ~"].flatMap((how): TranscriptLine[] => [
        "DEL s",
        ...Array.from({ length: 20 }, (_, i) => `XADD s ${i + 1} f v`),
        "XDEL s 2 7 12",
        ...withState([`XTRIM s ${how} ${to}`, `XADD s ${how} ${to} 50 f v`]),
      ])
    ),
    "XTRIM s MAXLEN ~ 0 LIMIT 3",
    "XTRIM s MAXLEN ~ 0 LIMIT 4",
    "XTRIM s MAXLEN ~ 0 LIMIT 0",
    "XTRIM s MAXLEN 0",
    "XTRIM s",
    "XTRIM s MAXLEN",
    "XTRIM s 1 2",
    "XTRIM s MAXLEN 1 1-1",
    "XTRIM s LIMIT 5 MAXLEN ~ 1",
    "XTRIM s LIMIT 5",
    "XTRIM s NOMKSTREAM MAXLEN 5",
    "XTRIM missing MAXLEN 5",
    "XINFO STREAM s",
    "CONFIG SET stream-node-max-entries 100",
  ],
);

compareTranscript("a node without valid entries", [
  "XADD s 1 f v",
  "XADD s 2 f v",
  "XADD s 3 f v",
  ...withState([
    "XDEL s 3",
    "XTRIM s MINID 3",
    "XTRIM s MINID = 2",
    "XADD s 4 f v",
    "XTRIM s MAXLEN 0",
    "XADD s 9 f v",
  ]),
]);

compareTranscript("limits of nodes", [
  ...["stream-node-max-bytes 100", "stream-node-max-bytes 0", "stream-node-max-entries 0", "stream-node-max-entries 1"]
    .flatMap((setting): TranscriptLine[] => [
      `CONFIG SET ${setting}`,
      "DEL s",
      ...Array.from({ length: 40 }, (_, i) => `XADD s ${i + 1} field-${i % 2} some-value-${i}`),
      "XINFO STREAM s",
      "XTRIM s MAXLEN ~ 20",
      "XLEN s",
      "CONFIG SET stream-node-max-bytes 4096 stream-node-max-entries 100",
    ]),
]);

compareTranscript("XSETID", [
  "XSETID missing 1-1",
  "XSETID missing x",
  ...FIVE,
  ...withState([
    "XSETID s 5-4",
    "XSETID s 5-5",
    "XSETID s 7",
    "XSETID s 8 ENTRIESADDED 4",
    "XSETID s 8 ENTRIESADDED 5",
    "XSETID s 8 ENTRIESADDED 9223372036854775807",
    "XSETID s 8 ENTRIESADDED -1",
    "XSETID s 8 ENTRIESADDED x",
    "XSETID s 8 MAXDELETEDID 9",
    "XSETID s 8 MAXDELETEDID 3-3",
    "XSETID s 8 MAXDELETEDID 0-0",
    "XSETID s 8 MAXDELETEDID 2 ENTRIESADDED 50",
    "XSETID s 8 ENTRIESADDED",
    "XSETID s 8 9",
    "XSETID s 8 9 10",
    "XSETID s -",
    "XADD s 8-* f v",
  ]),
  "XTRIM s MAXLEN 0",
  "XSETID s 1-1 ENTRIESADDED 0",
  "XINFO STREAM s",
]);

compareTranscript("XREAD", [
  ...FIVE,
  "XADD t 1 a b",
  ...IDS.flatMap((
    id,
  ): TranscriptLine[] => [["XREAD", "STREAMS", "s", id], ["XREAD", "BLOCK", "1", "STREAMS", "t", id]]),
  "XREAD STREAMS s t 0 0",
  "XREAD STREAMS s t missing 1-2 $ 0",
  "XREAD STREAMS missing missing 0 0",
  "XREAD STREAMS s",
  "XREAD STREAMS s t 0",
  "XREAD COUNT 1 STREAMS",
  "XREAD COUNT 1 s 0",
  "XREAD NOPE STREAMS s 0",
  "XREAD COUNT x STREAMS s 0",
  "XREAD BLOCK x STREAMS s 0",
  "XREAD BLOCK -1 STREAMS s 0",
  "XREAD BLOCK 1.5 STREAMS s 0",
  "XREAD GROUP g c STREAMS s 0",
  "XREAD NOACK STREAMS s 0",
  "XREAD BLOCK STREAMS s 0",
  "XREAD count 2 block 0 streams s 0",
  "XSETID s 9",
  "XREAD STREAMS s 5-5",
  "XREAD BLOCK 1 STREAMS s 5-5",
  "MULTI",
  "XREAD BLOCK 0 STREAMS s $",
  "EXEC",
]);

compareTranscript("as a value among others", [
  ...FIVE,
  "XDEL s 1-2",
  "TYPE s",
  "OBJECT ENCODING s",
  "COPY s copy",
  ...withState([], "copy"),
  "XADD copy 9 a b",
  "XLEN s",
  "RENAME copy moved",
  "XINFO STREAM moved FULL",
  "MOVE moved 1",
  "SELECT 1",
  "XINFO STREAM moved",
  "SELECT 0",
  "SCAN 0 TYPE stream",
  "DEBUG DIGEST-VALUE s moved",
  "APPEND s x",
  "LPUSH s x",
  "SORT s",
  "EXPIRE s 100",
  "XADD s 10 a b",
  "TTL s",
]);

compareTranscript("XINFO", [
  "XINFO",
  "XINFO NOPE",
  "XINFO STREAM",
  "XINFO STREAM missing",
  "XINFO STREAM missing NOPE",
  "XINFO GROUPS missing",
  "XINFO CONSUMERS missing g",
  "XADD s 1-1 a b",
  "XINFO STREAM s NOPE",
  "XINFO STREAM s FULL COUNT",
  "XINFO STREAM s FULL NOPE 1",
  "XINFO STREAM s FULL COUNT x",
  "XINFO STREAM s FULL COUNT 1 2",
  "XINFO GROUPS s",
  "XINFO GROUPS s x",
  "XINFO CONSUMERS s g",
  "XINFO HELP x",
  ...Array.from({ length: 15 }, (_, i) => `XADD s ${i + 2} a b`),
  ...["0", "1", "-1", "100"].map((count) => `XINFO STREAM s FULL COUNT ${count}`),
  "XINFO STREAM s FULL",
  "XTRIM s MAXLEN 0",
  "XINFO STREAM s",
  "XINFO STREAM s FULL",
]);

compareTranscript(
  "ids made of the time",
  [
    "XADD s * f v",
    "XADD s * f v",
    "XLEN s",
  ],
  { tolerate: { "XADD": (ours, theirs) => ours.length === theirs.length && /^\$\d+ \d{13}-\d$/.test(ours) } },
);

compareTranscript(
  "wrong numbers of arguments",
  Object.entries({ ...streamCommands, ...streamInfoCommands }).flatMap(([name, { arity }]) => {
    const least = Math.abs(arity);
    return [[name, ..."a".repeat(Math.max(least - 2, 0))], ...arity > 0 ? [[name, ..."a".repeat(least)]] : []];
  }),
  { tolerate: { "PTTL": numbersWithin(1) } },
);
