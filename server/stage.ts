/**
 * The two TransformStreams that bytes pass on their way through a server: requests in, replies out.
 *
 * All connections share them. What arrives in the same turn of the event loop, on however many connections, is one chunk: a
 * stream costs half a microsecond a chunk, and busy connections pay that together. A connection that waits holds no
 * stream at all (4.6 KB).
 *
 * They are driven by hand, one chunk in and one chunk out: `pipeTo` costs several promises a chunk and halves the speed
 * (ARCHITECTURE.md, "The pipeline").
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import type { CommandDecoder } from "../resp/command_decoder.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

/** Never reached, a chunk being taken at once: spares the streams the promises of backpressure, a third of their time. */
const QUEUE: QueuingStrategy = { highWaterMark: 16 };

/** What a connection passes through a stage: it knows its own work. */
export interface Parcel {
  /** Does the work; called within the transform. What it throws is kept in {@linkcode error}. */
  work(): void;
  /** What the work has thrown; it concerns this connection and no other. */
  error: unknown;
}

/** A TransformStream of parcels, grouped by when they came. */
export class Stage<T extends Parcel> {
  readonly #writer: WritableStreamDefaultWriter<T[]>;
  readonly #reader: ReadableStreamDefaultReader<T[]>;
  /** Parcels of this turn. */
  #gathered: T[] = [];
  /** Resolves when they have passed. */
  #passing: Promise<unknown> | null = null;

  constructor() {
    const stream = new TransformStream<T[], T[]>({ transform }, QUEUE, QUEUE);
    this.#writer = stream.writable.getWriter();
    this.#reader = stream.readable.getReader();
  }

  /** Passes a parcel through, together with all others of this turn; its work has been done when the promise resolves. */
  pass(parcel: T): Promise<unknown> {
    this.#gathered.push(parcel);
    return this.#passing ??= this.#pass();
  }

  async #pass(): Promise<void> {
    await null; // all that goes on with bytes from the same turn comes along
    const group = this.#gathered;
    this.#gathered = [];
    this.#passing = null;
    const read = this.#reader.read(); // before the write, so that the chunk never waits in a queue
    this.#writer.write(group);
    await read;
  }
}

/** An error must not leave it: it would end the stream for all connections. */
function transform<T extends Parcel>(group: T[], controller: TransformStreamDefaultController<T[]>): void {
  for (let i = 0; i < group.length; i++) {
    const parcel = group[i]!;
    try {
      parcel.work();
    } catch (error) {
      parcel.error = error;
    }
  }
  controller.enqueue(group);
}

/** Bytes that a connection has read, and the commands complete with them, borrowed from its decoder. */
export class Requests implements Parcel {
  readonly #decoder: CommandDecoder;
  bytes: Uint8Array = NO_BYTES;
  batch: CommandBatch;
  error: unknown = null;

  constructor(decoder: CommandDecoder) {
    this.#decoder = decoder;
    this.batch = decoder.batch;
  }

  work(): void {
    this.batch = this.#decoder.decode(this.bytes);
    this.bytes = NO_BYTES;
  }
}

/** What commands have written for a connection, and the bytes that go on the wire. */
export class Replies implements Parcel {
  readonly #out: ReplyWriter;
  bytes: Uint8Array = NO_BYTES;
  /** How many of the bytes have not been taken by the socket yet. */
  left = 0;
  error: unknown = null;

  constructor(out: ReplyWriter) {
    this.#out = out;
  }

  work(): void {
    this.bytes = this.#out.take();
    this.left = this.bytes.length;
  }

  /** The bytes still to be written. */
  get rest(): Uint8Array {
    const { bytes, left } = this;
    return left === bytes.length ? bytes : bytes.subarray(bytes.length - left);
  }

  /** The socket has taken so many. */
  took(count: number): void {
    this.left -= count;
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Both stages of a server. */
export class Pipeline {
  readonly requests: Stage<Requests> = new Stage();
  readonly replies: Stage<Replies> = new Stage();
}
