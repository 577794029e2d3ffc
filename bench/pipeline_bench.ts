/**
 * The way of a request inside the server, sockets left out: what the streams cost, what a command costs, what giving way
 * and looking at the clock cost. (Only a function declared `async` is awaited by `Deno.bench`.)
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/pipeline_bench.ts
 * ```
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { textOf } from "../resp/text.ts";
import { Stage } from "../server/stage.ts";
import { Core } from "./_core.ts";

const UTF8 = new TextEncoder();
const WARM_UP_CHUNKS = 10_000;

/** What benches make goes here, so that it has to be made. */
let sink = 0;

// ---- A chunk through a transform ----

const chunk = new Uint8Array(64);
const transform = (bytes: Uint8Array): number => bytes.length;

Deno.bench({
  name: "no stream, an await all the same",
  group: "chunk",
  fn: async () => void (sink += await Promise.resolve(transform(chunk))),
});

const parcel = {
  error: null as unknown,
  work: () => void (sink += transform(chunk)),
};
const stage = new Stage<typeof parcel>();

/** As the server drives its streams. */
async function throughStage(): Promise<void> {
  await stage.pass(parcel);
}

const transformer: Transformer<Uint8Array, number> = {
  transform: (bytes, controller) => controller.enqueue(transform(bytes)),
};
const plain = new TransformStream<Uint8Array, number>(transformer);
const [plainReader, plainWriter] = [plain.readable.getReader(), plain.writable.getWriter()];

/** The same with the queues a stream has by default. */
async function throughDefaultQueues(): Promise<void> {
  const read = plainReader.read();
  plainWriter.write(chunk);
  sink += (await read).value!;
}

let feed!: ReadableStreamDefaultController<Uint8Array>;
let arrived: () => void = () => {};
const source = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) });
const sunk = new WritableStream<number>({
  write: (length) => {
    sink += length;
    arrived();
  },
});
source.pipeThrough(new TransformStream(transformer)).pipeTo(sunk).catch((error) => {
  throw error; // it lasts as long as the program
});

/** As streams are usually joined. */
async function throughPipes(): Promise<void> {
  const there = new Promise<void>((resolve) => arrived = resolve);
  feed.enqueue(chunk);
  await there;
}

// A slow first turn would have Deno time each iteration by itself. The others are not warmed up: before they run, code
// has seen one kind of stream only, as in a server.
for (let i = 0; i < WARM_UP_CHUNKS; i++) await throughStage();

Deno.bench({ name: "Stage.push()", group: "chunk", baseline: true, fn: async () => await throughStage() });
Deno.bench({ name: "default queues", group: "chunk", fn: async () => await throughDefaultQueues() });
Deno.bench({ name: "pipeThrough() and pipeTo()", group: "chunk", fn: async () => await throughPipes() });

// ---- Commands, from their bytes to the bytes of their replies ----

const KEYS = 100_000;
const BATCHES = 500; // as many different ones, lest every key is in the cache

/** Requests for keys far apart from each other. */
function requests(command: "GET" | "SET", count: number): Uint8Array[] {
  let next = 0;
  return Array.from({ length: BATCHES }, () => {
    let text = "";
    for (let i = 0; i < count; i++) {
      const key = String(next = (next + 61_153) % KEYS).padStart(12, "0");
      text += `*${command === "GET" ? 2 : 3}\r\n$3\r\n${command}\r\n$16\r\nkey:${key}\r\n`;
      if (command === "SET") text += "$3\r\nxyz\r\n";
    }
    return UTF8.encode(text);
  });
}

/** The same with a view for each argument, a string for each key, a `Map`, and an array for each value. */
class Plain {
  readonly #keys: Map<string, Uint8Array> = new Map();

  answer(bytes: Uint8Array): Uint8Array {
    const received = bytes.slice();
    const replies: Uint8Array[] = [];
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
      replies.push(...this.#execute(args));
    }
    return joined(replies);
  }

  #execute([name, key, value]: Uint8Array[]): Uint8Array[] {
    const text = textOf(key!, 0, key!.length);
    switch (textOf(name!, 0, name!.length).toLowerCase()) {
      case "set":
        this.#keys.set(text, value!.slice());
        return [OK];
      case "get": {
        const found = this.#keys.get(text);
        return found === undefined ? [NULL] : [UTF8.encode(`$${found.length}\r\n`), found, CRLF];
      }
      default:
        throw new Error("Cannot execute: GET and SET only");
    }
  }
}

const OK = UTF8.encode("+OK\r\n");
const NULL = UTF8.encode("$-1\r\n");
const CRLF = UTF8.encode("\r\n");

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const core = new Core();
const views = new Plain();

for (const command of ["SET", "GET"] as const) { // SET first: its keys are what GET finds
  for (const count of [1, 64]) {
    const batches = requests(command, count);
    const group = `${count} ${command}`;
    let turn = 0;
    const next = (): Uint8Array => batches[turn = (turn + 1) % BATCHES]!;
    if (command === "SET") {
      for (const batch of batches) {
        core.answer(batch);
        views.answer(batch);
      }
    }

    Deno.bench({
      name: `${group}: decoded, executed, encoded`,
      group,
      baseline: true,
      fn: () => void (sink += core.answer(next())),
    });
    Deno.bench({
      name: `${group}: the same through both streams`,
      group,
      fn: async () => void (sink += await core.answerByStreams(next())),
    });
    Deno.bench({
      name: `${group}: Uint8Array[] and Map`,
      group,
      fn: () => void (sink += views.answer(next()).length),
    });
  }
}

// ---- Giving way, and looking at the clock ----

Deno.bench({
  name: "setImmediate()",
  group: "turn",
  baseline: true,
  fn: async () => await new Promise<void>((resolve) => void setImmediate(resolve)),
});
Deno.bench({
  name: "setTimeout(0)",
  group: "turn",
  fn: async () => await new Promise<void>((resolve) => void setTimeout(resolve, 0)),
});

Deno.bench({ name: "performance.now()", group: "clock", baseline: true, fn: () => void (sink += performance.now()) });
Deno.bench({ name: "Date.now()", group: "clock", fn: () => void (sink += Date.now()) });
