/**
 * The protocol without a connection: what the choices in `resp/` save, each beside what it was chosen over. An iteration
 * is one command, copy, text or reply, so that the times are those the comments in `resp/` give.
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/codec_bench.ts
 * ```
 *
 * @module
 */
import { ARGC_MASK, type CommandBatch } from "../resp/command_batch.ts";
import { CommandDecoder } from "../resp/command_decoder.ts";
import { INCOMPLETE, ReplyDecoder } from "../resp/reply_decoder.ts";

const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();

/** What benches make goes here, so that it has to be made. */
let sink = 0;

// ---- Requests: offsets, or a Uint8Array for each argument ----

const COMMANDS = 64;
const WARM_UP_BATCHES = 200;
const REQUESTS = UTF8.encode("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$3\r\nxyz\r\n".repeat(COMMANDS));

const decoder = new CommandDecoder();

/** Decodes as a session does: bytes arrive in the decoder's own buffer, which grows with what is read. */
function decodeOffsets(): void {
  for (let at = 0; at < REQUESTS.length;) {
    const room = decoder.room();
    const read = Math.min(room.length, REQUESTS.length - at);
    room.set(read === REQUESTS.length ? REQUESTS : REQUESTS.subarray(at, at + read));
    at += read;
    visit(decoder.decode(room.subarray(0, read)));
  }
}

function visit({ words, size, bytes }: CommandBatch): void {
  for (let at = 0; at < size;) {
    const argc = words[at]! & ARGC_MASK;
    for (let i = 0; i < argc; i++) sink += bytes[words[at + 1 + 2 * i]!]! + words[at + 2 + 2 * i]!;
    at += 1 + 2 * argc;
  }
}

const received = new Uint8Array(REQUESTS.length);

/** The usual parser: as strict about lengths, and each argument a view. */
function decodeViews(): void {
  received.set(REQUESTS);
  const commands: Uint8Array[][] = [];
  let at = 0;
  const length = (): number => {
    let n = 0;
    for (at++; received[at] !== 0x0d; at++) n = n * 10 + received[at]! - 0x30;
    at += 2;
    return n;
  };
  while (at < received.length) {
    const args: Uint8Array[] = [];
    for (let missing = length(); missing > 0; missing--) {
      const size = length();
      args.push(received.subarray(at, at + size));
      at += size + 2;
    }
    commands.push(args);
  }
  for (const args of commands) for (const arg of args) sink += arg[0]! + arg.byteOffset;
}

/** Makes an iteration one command of a batch: every so many do the whole of it, the rest nothing. */
function perCommand(batch: () => void): () => void {
  for (let i = 0; i < WARM_UP_BATCHES; i++) batch(); // a slow first one would have Deno time each iteration by itself
  let done = 0;
  return () => {
    if (done === 0) batch();
    done = (done + 1) % COMMANDS;
  };
}

Deno.bench({
  name: "a request as offsets",
  group: "request",
  baseline: true,
  fn: perCommand(decodeOffsets),
});
Deno.bench({ name: "a request as Uint8Array[]", group: "request", fn: perCommand(decodeViews) });

// ---- Copies of a few bytes ----

const target = new Uint8Array(16 * 1024);
const source = new Uint8Array(64 * 1024);

function copyByLoop(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i++) into[at++] = from[i]!;
}

function copyBySet(into: Uint8Array, at: number, from: Uint8Array, start: number, end: number): void {
  into.set(from.subarray(start, end), at);
}

for (const size of [8, 24, 48, 256]) {
  for (const [how, copy] of [["a loop", copyByLoop], ["set(subarray())", copyBySet]] as const) {
    let at = 0;
    Deno.bench({
      name: `${size} bytes by ${how}`,
      group: `copy ${size} bytes`,
      baseline: copy === copyByLoop,
      fn: () => {
        at = (at + 264) & 8191;
        copy(target, at, source, at, at + size);
      },
    });
  }
}

// ---- Text from bytes ----

const LETTERS = UTF8.encode("The quick brown fox jumps over the lazy dog. ".repeat(8));

for (const size of [8, 32, 64]) {
  const codes: number[] = new Array(size).fill(0);
  Deno.bench({
    name: `${size} bytes by String.fromCharCode`,
    group: `text of ${size} bytes`,
    baseline: true,
    fn: () => {
      let bits = 0;
      for (let i = 0; i < size; i++) bits |= codes[i] = LETTERS[i]!;
      if (bits < 0x80) sink += String.fromCharCode.apply(null, codes).length;
    },
  });
  Deno.bench({
    name: `${size} bytes by TextDecoder`,
    group: `text of ${size} bytes`,
    fn: () => void (sink += TEXT.decode(LETTERS.subarray(0, size)).length),
  });
}

// ---- Bytes from text ----

for (const size of [16, 64, 256]) {
  const text = TEXT.decode(LETTERS.subarray(0, size));
  Deno.bench({
    name: `${size} letters by a loop`,
    group: `bytes of ${size} letters`,
    baseline: true,
    fn: () => {
      let bits = 0;
      for (let i = 0; i < size; i++) bits |= target[i] = text.charCodeAt(i);
      sink += bits;
    },
  });
  Deno.bench({
    name: `${size} letters by encodeInto(subarray())`,
    group: `bytes of ${size} letters`,
    fn: () => void (sink += UTF8.encodeInto(text, target.subarray(8)).written),
  });
}

// ---- Replies ----

const REPLIES: Readonly<Record<string, string>> = {
  "an integer": ":1042\r\n",
  "a bulk string of 3 bytes": "$3\r\nxyz\r\n",
  "a bulk string of 1 KiB": `$1024\r\n${"x".repeat(1024)}\r\n`,
  "an array of 10": `*10\r\n${"$3\r\nxyz\r\n".repeat(10)}`,
};

/** What is simplest: one string, cut at line ends. Wrong for a value that contains one, and blind to a half reply. */
function splitLines(chunk: Uint8Array): void {
  for (const line of TEXT.decode(chunk).split("\r\n")) sink += line.length;
}

for (const [name, reply] of Object.entries(REPLIES)) {
  const chunk = UTF8.encode(reply.repeat(COMMANDS));
  for (const decode of ["string", "bytes"] as const) {
    const replies = new ReplyDecoder({ decode });
    Deno.bench({
      name: `${name} as ${decode === "string" ? "text" : "bytes"}`,
      group: `reply: ${name}`,
      baseline: decode === "string",
      fn: perCommand(() => {
        replies.push(chunk);
        while (replies.next() !== INCOMPLETE) sink++;
      }),
    });
  }
  Deno.bench({ name: `${name} by split()`, group: `reply: ${name}`, fn: perCommand(() => splitLines(chunk)) });
}
