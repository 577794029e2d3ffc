/** Requests of an append-only file: what is written is read, in parts of any size, and what is no request is told apart. */
import { assertEquals } from "@std/assert";
import { TypedArgument } from "../../resp/command_batch.ts";
import { Args } from "../../engine/args.ts";
import type { DataFile } from "../../engine/data_files.ts";
import type { PropagatedArgument } from "../../engine/hooks.ts";
import { AofBuffer } from "../../persistence/aof_buffer.ts";
import { type AofFinding, AofReader } from "../../persistence/aof_reader.ts";
import { latin1 } from "../compat/random/reply.ts";
import { Random } from "../resp/_frames.ts";
import { MemoryFiles } from "./_memory_files.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A file that is read in parts of random sizes. */
function fileOf(contents: Uint8Array, random: Random | null = null): DataFile {
  const files = new MemoryFiles();
  files.put("f", contents);
  const file = files.open("f", "read");
  return random === null ? file : { ...file, read: (into) => file.read(into.subarray(0, 1 + random.int(into.length))) };
}

/** All requests of a file, how it ends, and where the last request did. */
function readAll(file: DataFile): { requests: string[][]; end: AofFinding; at: number } {
  const reader = new AofReader(file, 0);
  const args = new Args();
  const requests: string[][] = [];
  for (;;) {
    const end = reader.next();
    if (end !== "request") return { requests, end, at: reader.offset };
    args.reset(reader.batch, 0);
    requests.push(Array.from({ length: args.count }, (_, i) => {
      const text = latin1(args.copy(i));
      return args.isTypedAt(i) ? `typed ${text}` : text;
    }));
  }
}

Deno.test("random requests come back as they were written, whatever parts they are read in", () => {
  const random = new Random(7);
  const buffer = new AofBuffer();
  const expected: string[][] = [];
  for (let i = 0; i < 300; i++) {
    if (random.int(5) === 0) buffer.timestamp(1_700_000_000 + i);
    const args: PropagatedArgument[] = Array.from(
      { length: 1 + random.int(6) },
      () => random.bytes(random.int(random.int(30) === 0 ? 300_000 : 30)),
    );
    if (args.length > 2 && random.int(4) === 0) {
      args[2] = new TypedArgument(bytes("*2\r\n:1\r\n%1\r\n+a\r\n$2\r\n\r\n\r\n"));
    }
    buffer.request(args);
    expected.push(args.map((arg) => arg instanceof TypedArgument ? `typed ${latin1(arg.bytes)}` : latin1(arg)));
  }
  const contents = buffer.bytes.slice(0, buffer.length);
  for (const parts of [null, random]) {
    const { requests, end } = readAll(fileOf(contents, parts));
    assertEquals(end, "end");
    assertEquals(requests.length, expected.length);
    requests.forEach((request, i) => assertEquals(request, expected[i]));
  }
});

Deno.test("a file that ends anywhere has the requests that are whole", () => {
  const parts = [
    "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n",
    "#TS:1700000000\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*1\r\n:1\r\n",
    "*1\r\n$0\r\n\r\n",
  ];
  const all = bytes(parts.join(""));
  const ends = [0, parts[0]!.length, parts[0]!.length + parts[1]!.length, all.length];
  for (let size = 0; size <= all.length; size++) {
    const { requests, end, at } = readAll(fileOf(all.slice(0, size)));
    const whole = ends.filter((at) => at > 0 && at <= size).length;
    assertEquals(requests.length, whole, `${size} bytes`);
    const isWhole = ends.includes(size) || size === parts[0]!.length + "#TS:1700000000\r\n".length;
    assertEquals(end, isWhole ? "end" : "cut", `${size} bytes`);
    if (end === "cut") assertEquals(at >= ends[whole]!, true);
  }
});

Deno.test("what is no request is told apart from one that is not whole", () => {
  const rows: [text: string, finding: AofFinding][] = [
    ["foo", "bad"],
    ["\0\0\0\0", "bad"],
    ["*0\r\n", "bad"],
    ["*-1\r\n", "bad"],
    ["*x\r\n", "bad"],
    ["*1\r\n+a\r\n", "bad"],
    ["*1\r\n:1\r\n", "bad"],
    ["*1\r\n$-1\r\n", "bad"],
    ["*1\r\n$99999999999\r\n", "bad"],
    ["*99999999999\r\n", "bad"],
    ["*3\r\n$3\r\nSET\r\n$1\r\nk\r\nx", "bad"],
    ["*3\r\n$3\r\nSET\r\n$1\r\nk\r\n*x\r\n", "bad"],
    [`*${"1".repeat(2000)}`, "bad"],
    [`#${"x".repeat(2000)}`, "bad"],
    ["*", "cut"],
    ["*1", "cut"],
    ["*1\r\n$", "cut"],
    ["*1\r\n$4\r\nPIN", "cut"],
    ["*1\r\n$4\r\nPING\r", "cut"],
    ["*100000000\r\n", "cut"],
    ["#TS:17", "cut"],
    ["*1\n$4\nPING\r\n", "end"], // lines end at LF
    ["*1x\r\n$4x\r\nPING..", "end"], // digits up to whatever follows
  ];
  for (const [text, finding] of rows) assertEquals(readAll(fileOf(bytes(text))).end, finding, text.slice(0, 40));
});
