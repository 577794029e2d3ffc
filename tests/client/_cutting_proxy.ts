/**
 * A proxy that cuts connections at a chosen byte, for tests of what a client does then.
 *
 * ```ts
 * await using proxy = await cuttingProxy(redis.port);
 * const cut = proxy.cutNext({ when: "reply", bytes: 3, how: "reset" });
 * // … a client connects to proxy.port, and loses its connection after three bytes of the first reply
 * await cut; // the server has read all it was to get
 * ```
 *
 * It knows nothing of what it carries, and no timer decides anything: bytes are counted, so that the same requests are cut at
 * the same place however they were split on their way.
 *
 * It uses `node:net`, since only there a socket can be closed with a reset.
 *
 * @module
 */
import net from "node:net";
import { Random } from "../resp/_frames.ts";

const HOST = "127.0.0.1";
/** What sockets report when the other side is gone, or was never there. */
const EXPECTED_ERRORS: readonly string[] = ["ECONNRESET", "EPIPE", "ECONNREFUSED", "ECONNABORTED"];

/**
 * How the client sees the end: as an orderly end of both directions, as a reset, or as the end of what it reads while what it
 * writes is still taken (and thrown away).
 */
export type CutManner = "close" | "reset" | "half-close";

/** When a connection is cut. Bytes count from the moment at which the rule was given. */
export type CutRule =
  & { readonly how?: CutManner }
  & (
    /** Before the server is dialled. For the next connection only. */
    | { readonly when: "accept" }
    /**
     * When the client has sent so many bytes. The first `passed` of them (by default all) reach the server, the others never,
     * so a client that does not send them all waits in vain.
     */
    | { readonly when: "request"; readonly bytes: number; readonly passed?: number }
    /** When the client has been sent so many bytes. */
    | { readonly when: "reply"; readonly bytes: number }
  );

/** What had come through when a connection was cut. Both count from the moment at which the rule was given. */
export interface Cut {
  /** Bytes that reached the server. */
  readonly requestBytes: number;
  /** Bytes that were sent to the client. */
  readonly replyBytes: number;
}

/** A running proxy. */
export interface CuttingProxy extends AsyncDisposable {
  /** Its port of 127.0.0.1. */
  readonly port: number;
  /** How many connections it has accepted. */
  readonly connections: number;
  /** How many are open: carried, or half-closed by a rule. */
  readonly open: number;
  /** How many it has cut. */
  readonly cuts: number;
  /** With `record`: what each connection has passed on to the server, one character a byte, in the order of their coming. */
  readonly received: readonly string[];
  /**
   * Cuts the next connection that has no rule yet; several calls are for several connections, in turn.
   *
   * @param rule When and how.
   * @returns What had come through, when the server has closed its side and so has read all it was to get; null where the
   *   connection, or the proxy, ended before the rule was met.
   */
  cutNext(rule: CutRule): Promise<Cut | null>;
  /**
   * Cuts the connections that are open. A rule that one of them has not met yet is replaced.
   *
   * @param rule When and how, for each of them.
   * @returns As of `cutNext`, for each of them.
   */
  cutOpen(rule: CutRule & { readonly when: "request" | "reply" }): Promise<(Cut | null)[]>;
  /**
   * Cuts the connections that are open, at once.
   *
   * @param how How.
   * @returns Settles when the server has closed them as well.
   */
  cutAll(how?: CutManner): Promise<void>;
  /** Listens no more: connections are refused by the system. Those that are open stay. */
  refuse(): void;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
}

/** A rule at work. */
class Armed {
  requestBytes = 0;
  replyBytes = 0;
  /** What the client has sent, whether it was passed on or not. */
  sentBytes = 0;
  readonly #done = Promise.withResolvers<Cut | null>();
  readonly done: Promise<Cut | null> = this.#done.promise;

  constructor(readonly rule: CutRule) {}

  /** How many of the next bytes of the client are passed on. */
  passes(size: number): number {
    if (this.rule.when !== "request") return size;
    const { bytes, passed = bytes } = this.rule;
    return Math.max(0, Math.min(size, Math.min(bytes, passed) - this.sentBytes));
  }

  get isMet(): boolean {
    if (this.rule.when === "request") return this.sentBytes >= this.rule.bytes;
    return this.rule.when === "reply" && this.replyBytes >= this.rule.bytes;
  }

  end(isCut: boolean): void {
    this.#done.resolve(isCut ? { requestBytes: this.requestBytes, replyBytes: this.replyBytes } : null);
  }
}

/** What a connection tells the proxy. */
interface LinkEvents {
  cut(): void;
  closed(link: Link): void;
  failed(error: Error): void;
}

/** One connection: the socket of the client, and one to the server. */
class Link {
  readonly closed: Promise<void>;
  readonly received: Uint8Array[] = [];
  isCut = false;
  readonly #client: net.Socket;
  readonly #server: net.Socket;
  readonly #isRecorded: boolean;
  readonly #events: LinkEvents;
  #armed: Armed | null = null;

  constructor(client: net.Socket, server: net.Socket, isRecorded: boolean, events: LinkEvents) {
    this.#client = client;
    this.#server = server;
    this.#isRecorded = isRecorded;
    this.#events = events;
    this.closed = Promise.all([closeOf(client, events), closeOf(server, events)]).then(() => {
      this.#armed?.end(false);
      events.closed(this);
    });
    client.setNoDelay();
    server.setNoDelay();
    client.on("data", (chunk: Uint8Array) => this.#fromClient(chunk));
    server.on("data", (chunk: Uint8Array) => this.#fromServer(chunk));
    client.on("end", () => server.end());
    server.on("end", () => client.end());
    client.on("drain", () => server.resume());
    server.on("drain", () => client.resume());
    // a side that ends by an error has no "end"; a cut leaves the server alone until it has read everything
    client.on("close", () => this.isCut || server.destroy());
    server.on("close", () => this.isCut || client.destroySoon());
  }

  arm(armed: Armed): void {
    this.#armed?.end(false);
    this.#armed = armed;
    if (armed.isMet) this.cut(armed.rule.how);
  }

  cut(how: CutManner = "close"): void {
    if (this.isCut) return;
    this.isCut = true;
    this.#events.cut();
    const armed = this.#armed;
    this.#armed = null;
    this.#server.on("close", () => armed?.end(true));
    if (this.#server.closed) armed?.end(true);
    this.#server.end();
    this.#server.resume(); // what it still answers goes nowhere
    this.#client.resume();
    // what the client is to get before is on its way first
    if (how === "half-close") this.#client.end();
    else if (how === "close") this.#client.destroySoon();
    else if (this.#client.writableLength === 0) this.#client.resetAndDestroy();
    else this.#client.write("", () => this.#client.resetAndDestroy());
  }

  destroy(): Promise<void> {
    this.#client.destroy();
    this.#server.destroy();
    return this.closed;
  }

  #fromClient(chunk: Uint8Array): void {
    if (this.isCut) return;
    const armed = this.#armed;
    const part = armed === null ? chunk : chunk.subarray(0, armed.passes(chunk.length));
    if (part.length > 0) {
      if (this.#isRecorded) this.received.push(part);
      if (!this.#server.write(part)) this.#client.pause();
    }
    if (armed === null) return;
    armed.requestBytes += part.length;
    armed.sentBytes += chunk.length;
    if (armed.isMet) this.cut(armed.rule.how);
  }

  #fromServer(chunk: Uint8Array): void {
    if (this.isCut) return;
    const armed = this.#armed;
    const left = armed?.rule.when === "reply" ? armed.rule.bytes - armed.replyBytes : chunk.length;
    const part = chunk.subarray(0, left);
    if (!this.#client.write(part)) this.#server.pause();
    if (armed === null) return;
    armed.replyBytes += part.length;
    if (armed.isMet) this.cut(armed.rule.how);
  }
}

class Proxy implements CuttingProxy {
  port = 0;
  connections = 0;
  cuts = 0;
  readonly #targetPort: number;
  readonly #isRecorded: boolean;
  readonly #rules: Armed[] = [];
  readonly #open = new Set<Link>();
  readonly #received: Uint8Array[][] = [];
  #listener: net.Server | null = null;
  #error: Error | null = null;

  constructor(targetPort: number, isRecorded: boolean) {
    this.#targetPort = targetPort;
    this.#isRecorded = isRecorded;
  }

  get open(): number {
    return this.#open.size;
  }

  get received(): readonly string[] {
    const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return this.#received.map((chunks) => chunks.map(latin1).join(""));
  }

  cutNext(rule: CutRule): Promise<Cut | null> {
    const armed = new Armed(rule);
    this.#rules.push(armed);
    return armed.done;
  }

  cutOpen(rule: CutRule & { readonly when: "request" | "reply" }): Promise<(Cut | null)[]> {
    return Promise.all(Array.from(this.#uncut(), (link) => {
      const armed = new Armed(rule);
      link.arm(armed);
      return armed.done;
    }));
  }

  async cutAll(how: CutManner = "close"): Promise<void> {
    await this.cutOpen({ when: "reply", bytes: 0, how });
  }

  refuse(): void {
    this.#listener?.close(); // its event "close" would wait for the connections
    this.#listener = null;
  }

  accept(): Promise<void> {
    if (this.#listener !== null) return Promise.resolve();
    const listener = net.createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#listener = listener;
    return new Promise((resolve, reject) => {
      listener.on("error", reject);
      listener.listen(this.port, HOST, () => {
        this.port = (listener.address() as net.AddressInfo).port;
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const armed of this.#rules.splice(0)) armed.end(false);
    this.refuse();
    while (this.#open.size > 0) { // one may just have been accepted
      await Promise.all(Array.from(this.#open, (link) => link.destroy()));
    }
    if (this.#error !== null) throw this.#error;
  }

  /** Without those that are only waiting for their sockets to close. */
  #uncut(): Link[] {
    return [...this.#open].filter((link) => !link.isCut);
  }

  #accept(client: net.Socket): void {
    this.connections++;
    const armed = this.#rules.shift();
    // a socket that never connects is the server of a connection that is cut at once
    const isCarried = armed?.rule.when !== "accept";
    const server = isCarried
      ? net.connect({ host: HOST, port: this.#targetPort, allowHalfOpen: true })
      : new net.Socket();
    const link = new Link(client, server, this.#isRecorded, {
      cut: () => this.cuts++,
      closed: (link) => this.#open.delete(link),
      failed: (error) => this.#error ??= isExpected(error) ? null : error,
    });
    this.#open.add(link);
    this.#received.push(link.received);
    if (armed !== undefined) link.arm(armed);
    if (isCarried) return;
    link.cut(armed!.rule.how);
    server.destroy();
  }
}

/**
 * Starts a proxy on a free port of 127.0.0.1.
 *
 * @param targetPort The server's port on 127.0.0.1. It is dialled anew for each connection.
 * @param options `record`: whether to keep what is passed on to the server.
 * @returns The proxy. Disposing of it closes all its connections, and throws what went wrong beyond lost connections.
 */
export async function cuttingProxy(targetPort: number, options: { record?: boolean } = {}): Promise<CuttingProxy> {
  const proxy = new Proxy(targetPort, options.record ?? false);
  await proxy.accept();
  return proxy;
}

/**
 * Makes rules at random, the same ones for the same seed: all moments and all manners, each as often. None holds bytes back
 * (`passed`), so whoever waits in vain for a reply has no rule to blame.
 *
 * @param seed Any integer.
 * @param maxBytes The largest number of bytes after which a connection is cut.
 * @returns A function that gives one rule after the other.
 */
export function randomRules(seed: number, maxBytes: number): () => CutRule {
  const random = new Random(seed);
  return () => {
    const how = random.pick(["close", "reset", "half-close"] as const);
    const bytes = random.int(maxBytes + 1);
    const when = random.pick(["accept", "request", "reply"] as const);
    return when === "accept" ? { when, how } : { when, bytes, how };
  };
}

function isExpected(error: Error): boolean {
  return "code" in error && EXPECTED_ERRORS.includes(String(error.code));
}

function closeOf(socket: net.Socket, events: LinkEvents): Promise<void> {
  socket.on("error", (error: Error) => events.failed(error));
  return new Promise((resolve) => socket.on("close", () => resolve()));
}
