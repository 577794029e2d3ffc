/**
 * One connection: reads requests, has them executed, sends replies.
 *
 * ```text
 *   transport ─ read ─► request stage ─► batch ─► dispatch ─► client.out ─► reply stage ─ write ─► transport
 * ```
 *
 * Reading never waits for writing: replies collect in `client.out` while one write is in flight. When more than 1 MiB
 * of them is waiting, execution pauses, not reading: a peer that sends 200,000 requests before it reads its
 * first reply is served, and memory holds its requests rather than their replies. Where a limit is set for its output
 * (`client-output-buffer-limit`, `maxmemory-clients`), execution does not pause and the client is dropped at the limit, as
 * in Redis.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { CommandDecoder, UnauthenticatedError } from "../resp/command_decoder.ts";
import { type ClientConnection, ClientState, GATE_AUTH, GATE_REPLY } from "../engine/client_state.ts";
import { reportBug } from "../engine/bugs.ts";
import type { Engine } from "../engine/context.ts";
import { CUT_MS, type Dispatcher } from "../engine/dispatch.ts";
import { Backlog } from "./backlog.ts";
import { forgetClient } from "./forget_client.ts";
import { type Pipeline, Replies, Requests } from "./stage.ts";
import type { Transport } from "./transport.ts";
import type { Turns } from "./turns.ts";

/** Execution pauses while more than this is waiting to be sent. */
const PAUSE_OUTPUT_BYTES = 1024 * 1024;
/** After a write of more, others have their turn: a socket that is read fast takes the next one at once, and so on. */
const LARGE_WRITE_BYTES = 256 * 1024;

export class Session implements ClientConnection {
  readonly client: ClientState;
  readonly #engine: Engine;
  readonly #dispatcher: Dispatcher;
  readonly #turns: Turns;
  readonly #pipeline: Pipeline;
  readonly #transport: Transport;
  readonly #decoder: CommandDecoder;
  readonly #requests: Requests;
  readonly #replies: Replies;

  #batch: CommandBatch;
  /** The word of the batch to go on from. */
  #at = 0;
  /** Is what is in `client.out` being written, or about to be? */
  #isSending = false;
  #isEnded = false;
  /** Bytes read while execution waits; null when it has not had to wait lately. */
  #backlog: Backlog | null = null;
  /** A read into the backlog, under way; `#arrived` is its result once there. */
  #isReading = false;
  #arrived: number | null | undefined = undefined;
  #readError: unknown = null;
  /** Resolves the promise that the session waits on. */
  #wake: (() => void) | null = null;

  constructor(
    engine: Engine,
    dispatcher: Dispatcher,
    { turns, pipeline }: { readonly turns: Turns; readonly pipeline: Pipeline },
    transport: Transport,
    id: number,
  ) {
    this.#engine = engine;
    this.#dispatcher = dispatcher;
    this.#turns = turns;
    this.#pipeline = pipeline;
    this.#transport = transport;
    this.client = new ClientState(id, this, engine.clock.now());
    const needsPassword = engine.config.get("requirepass") !== "";
    if (needsPassword) {
      this.client.isAuthenticated = false;
      this.client.gates |= GATE_AUTH;
    }
    this.#decoder = new CommandDecoder(engine.inputLimits, needsPassword);
    this.#requests = new Requests(this.#decoder);
    this.#replies = new Replies(this.client.out);
    this.#batch = this.#decoder.batch;
  }

  // ---- What a client's connection can be asked for ----

  get address(): string {
    return this.#transport.address;
  }

  get localAddress(): string {
    return this.#transport.localAddress;
  }

  get isLocal(): boolean {
    return this.#transport.isLocal;
  }

  get queryBufferBytes(): number {
    return this.#decoder.heldBytes + (this.#backlog?.length ?? 0);
  }

  get queryBufferFreeBytes(): number {
    return Math.max(0, this.#decoder.capacity - this.#decoder.heldBytes);
  }

  get inputMemoryBytes(): number {
    return this.#decoder.memoryBytes + (this.#backlog?.length ?? 0);
  }

  get pendingOutputBytes(): number {
    return this.#replies.left + this.client.out.length;
  }

  flush(): void {
    if (!this.#isSending && this.client.out.length > 0 && !this.#engine.isSuspended) this.#send();
    this.checkOutput();
    this.#noteMemory();
  }

  /** For `maxmemory-clients`: it may take more or less than before. */
  #noteMemory(): void {
    const { clientMemory } = this.#engine;
    if (clientMemory.mode !== 0 && !this.#isEnded) clientMemory.note(this.client);
  }

  checkOutput(): void {
    const limits = this.#engine.outputLimits;
    if (!limits.isLimited(this.client) || this.#isEnded) return;
    if (!limits.isOver(this.client, this.pendingOutputBytes, this.#engine.keyspace.now)) return;
    this.#engine.statistics.outputBufferLimitDisconnections++;
    this.#engine.log.log(
      "warning",
      `Client id=${this.client.id} addr=${this.address} closed for overcoming of output buffer limits.`,
    );
    this.close();
  }

  trim(isSilent: boolean): void {
    this.#decoder.trim(isSilent);
    this.#noteMemory();
  }

  close(): void {
    this.#isEnded = true;
    this.#forget();
    this.client.isHalted = true;
    this.#transport.close();
    this.#wake?.();
  }

  resume(): void {
    this.client.isHalted = this.client.isClosing;
    this.#closeWhenSent();
    this.#wake?.();
  }

  /** Ends the connection of a client that has had its last reply; it may be waiting for a request. */
  #closeWhenSent(): void {
    if (this.client.isClosing && !this.#isEnded && this.pendingOutputBytes === 0) this.close();
  }

  wake(): void {
    this.flush();
    this.#wake?.();
  }

  #forget(): void {
    forgetClient(this.#engine, this.client);
  }

  // ---- The life of a connection ----

  /** Serves the connection until either side ends it. Does not throw: what goes wrong ends this session only. */
  async run(): Promise<void> {
    try {
      await this.#serve();
    } catch (error) {
      this.#surface(error);
    } finally {
      this.#isEnded = true;
      this.#forget();
      this.#transport.close();
      this.#decoder.release();
    }
  }

  async #serve(): Promise<void> {
    const { client } = this;
    while (!this.#isEnded) {
      if (this.#at < this.#batch.size && this.#mayExecute()) {
        const { busyMs } = this.#dispatcher;
        if (busyMs > CUT_MS) {
          await this.#turns.take(busyMs);
          if (this.#isEnded || !this.#mayExecute()) continue;
        }
        this.#execute(); // who has waited for a turn has it, however busy others have been since
        continue;
      }
      if (client.isClosing) return await this.#drained();
      if (this.#at >= this.#batch.size) {
        if (this.#batch.error !== null) {
          this.#refuse();
          continue;
        }
        const requests = this.#requests;
        if (this.#backlog !== null && this.#backlog.length > 0) requests.bytes = this.#backlog.take();
        else if (this.#isReading || this.#arrived !== undefined) {
          await this.#readAside();
          continue;
        } else {
          this.#backlog = null;
          const room = this.#decoder.room();
          let read: number | null;
          try {
            read = await this.#transport.read(room);
          } catch (error) {
            return this.#lost("Reading from client", error);
          }
          if (read === null) return await this.#drained();
          requests.bytes = read === room.length ? room : room.subarray(0, read);
          this.#note(read);
        }
        await this.#pipeline.requests.pass(requests);
        if (requests.error !== null) throw requests.error;
        this.#took(requests.batch);
        continue;
      }
      await this.#readAside();
    }
  }

  /** Counts bytes that were read. */
  #note(count: number): void {
    const { statistics } = this.#engine;
    statistics.reads++;
    statistics.inputBytes += count;
  }

  /** Begins with a batch. */
  #took(batch: CommandBatch): void {
    this.#batch = batch;
    this.#at = 0;
    if (this.queryBufferBytes > this.#engine.inputLimits.maxQueryBytes) this.#dropForInput();
    if (batch.count === 0) this.#noteMemory(); // else when its commands have been executed
  }

  #execute(): void {
    this.#at = this.#dispatcher.execute(this.client, this.#batch, this.#at);
    this.flush();
  }

  #mayExecute(): boolean {
    if (this.client.isHalted || this.#engine.isSuspended) return false;
    const { outputLimits, clientMemory } = this.#engine;
    return this.pendingOutputBytes <= PAUSE_OUTPUT_BYTES || outputLimits.isLimited(this.client) ||
      clientMemory.mode !== 0;
  }

  /**
   * Reads into the backlog until something else is possible: execution goes on, or the bytes can be decoded. The read
   * goes on when execution does, hence a buffer of its own.
   */
  async #readAside(): Promise<void> {
    const backlog = this.#backlog ??= new Backlog();
    if (!this.#isReading && this.#arrived === undefined) {
      this.#isReading = true;
      this.#transport.read(backlog.room()).then(
        (read) => this.#readEnded(read),
        (error) => {
          this.#readError = error;
          this.#readEnded(null);
        },
      );
    }
    if (this.#arrived === undefined) {
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
    if (this.#arrived === undefined) return;
    const read = this.#arrived;
    if (read === null) {
      if (this.#readError !== null) return this.#lost("Reading from client", this.#readError);
      if (this.#at < this.#batch.size && !this.client.isHalted) return await this.#outputMoved(); // replies are owed
      return await this.#drained();
    }
    this.#arrived = undefined;
    this.#note(read);
    backlog.add(read);
    this.#noteMemory();
    if (this.queryBufferBytes > this.#engine.inputLimits.maxQueryBytes) this.#dropForInput();
  }

  #readEnded(read: number | null): void {
    this.#isReading = false;
    this.#arrived = read;
    this.#wake?.();
  }

  /** The peer has ended its requests, and those it sent wait for room: waits for the next write to end, or to begin. */
  async #outputMoved(): Promise<void> {
    if (this.#isSending || this.#engine.isSuspended) await new Promise<void>((resolve) => this.#wake = resolve);
    this.#wake = null;
  }

  /** Ends the session once all replies are sent; it waits for nothing else any more. */
  async #drained(): Promise<void> {
    this.#forget();
    this.flush();
    while (!this.#isEnded && this.pendingOutputBytes > 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#isEnded = true;
  }

  /** Answers malformed input, the commands before it having been answered. */
  #refuse(): void {
    const error = this.#batch.error!;
    if (error instanceof UnauthenticatedError && this.client.isAuthenticated) { // AUTH was among the commands before
      this.#batch = this.#decoder.resume();
      this.#at = 0;
      return;
    }
    this.#engine.log.log("verbose", `Protocol error (${error.message}) from client ${this.client.id} ${this.address}`);
    this.#engine.statistics.countError("ERR");
    if ((this.client.gates & GATE_REPLY) === 0) this.client.out.error(`ERR Protocol error: ${error.message}`);
    this.client.closeAfterReply();
  }

  // ---- Output ----

  /** Writes what is there, and what comes meanwhile, one write at a time. */
  async #send(): Promise<void> {
    const { out } = this.client;
    const { statistics } = this.#engine;
    const replies = this.#replies;
    this.#isSending = true;
    try {
      while (out.length > 0 && !this.#isEnded && !this.#engine.isSuspended) {
        await this.#pipeline.replies.pass(replies);
        if (replies.error !== null) throw replies.error;
        const { length } = replies.bytes;
        while (replies.left > 0) { // a large buffer may be taken in parts
          let written: number;
          try {
            written = await this.#transport.write(replies.rest);
          } catch (error) {
            return this.#lost("Error writing to client", error);
          }
          replies.took(written);
          statistics.writes++;
          statistics.outputBytes += written;
        }
        this.#noteMemory();
        out.sent();
        if (length > LARGE_WRITE_BYTES) await this.#turns.take();
        this.#closeWhenSent();
        this.#wake?.();
      }
    } catch (error) {
      this.#surface(error);
      this.close();
    } finally {
      this.#isSending = false;
    }
  }

  // ---- Ends ----

  #dropForInput(): void {
    this.#engine.statistics.queryBufferLimitDisconnections++;
    this.#engine.log.log(
      "warning",
      `Closing client that reached max query buffer length: id=${this.client.id} addr=${this.address}`,
    );
    this.close();
  }

  /** The connection has failed, or the peer has gone. */
  #lost(what: string, error: unknown): void {
    if (!this.#isEnded && !isDisconnect(error)) this.#engine.log.log("verbose", `${what}: ${error}`);
    this.close();
  }

  /** A bug: it goes to the log with its stack. */
  #surface(error: unknown): void {
    if (this.#isEnded) return;
    reportBug(this.#engine, `Unexpected error in the session of client ${this.client.id}`, error);
  }
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.UnexpectedEof ||
    error instanceof Deno.errors.TimedOut || error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.NotConnected;
}
