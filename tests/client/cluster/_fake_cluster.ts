/**
 * Nodes that say of their cluster what a test has them say, and answer commands as it likes. They read and write RESP by
 * themselves, without resp/.
 *
 * ```ts
 * await using cluster = fakeCluster(2);
 * const [a, b] = cluster.nodes;
 * a.answer = ([name]) => name === "GET" ? moved("k", b) : OK;
 * ```
 *
 * @module
 */
import { GREETING } from "../_fake_server.ts";

const HOST = "127.0.0.1";
const SLOTS = 16_384;
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder("latin1");

/** A reply. */
export const OK = "+OK\r\n";

/** An error reply. */
export function error(text: string): string {
  return `-${text}\r\n`;
}

/** An integer. */
export function integer(n: number): string {
  return `:${n}\r\n`;
}

/** A bulk string, or null. */
export function bulk(text: string | null): string {
  return text === null ? "_\r\n" : `$${UTF8.encode(text).length}\r\n${text}\r\n`;
}

/** An array of encoded replies. */
export function array(...items: string[]): string {
  return `*${items.length}\r\n${items.join("")}`;
}

/**
 * What a node answers to a command: a reply, or the end of the connection (undefined), or nothing (null). Then it says
 * nothing more on this connection: a reply is for the oldest command.
 */
export type Answer = (command: string[], peer: FakeConnection) => string | null | undefined | Promise<string | null>;

/** A connection to a fake node. */
export interface FakeConnection {
  /** Which connection to the node it is, from 0. */
  readonly index: number;
  /** Sends something out of turn. */
  send(text: string): Promise<void>;
}

/** One range of CLUSTER SLOTS. */
export function range(first: number, last: number, ...nodes: { host?: string | null; port: number }[]): string {
  const told = nodes.map(({ host = HOST, port }) => array(bulk(host), integer(port), bulk(`id-${port}`)));
  return array(integer(first), integer(last), ...told);
}

/** A node. */
export class FakeNode {
  readonly port: number;
  /** What it answers to all but HELLO and CLUSTER SLOTS. */
  answer: Answer = () => OK;
  /** What it answers to CLUSTER SLOTS. */
  slots: () => string | null | Promise<string | null>;
  /** What it answers to HELLO. */
  greeting = GREETING;
  /** The commands it got, as words with spaces between, without HELLO and CLUSTER SLOTS. */
  readonly got: string[] = [];
  /** How often it was asked for the slots. */
  asked = 0;
  /** Connections that were made. */
  connections = 0;
  #listener: Deno.TcpListener | null;
  readonly #open = new Set<Deno.TcpConn>();
  readonly #running = new Set<Promise<void>>();

  /** @param slots What it answers to CLUSTER SLOTS. */
  constructor(slots: () => string) {
    this.slots = slots;
    this.#listener = Deno.listen({ hostname: HOST, port: 0 });
    this.port = this.#listener.addr.port;
    this.#track(this.#accept(this.#listener));
  }

  /** How many connections are open. */
  get open(): number {
    return this.#open.size;
  }

  /** Listens again, after {@linkcode stop}. */
  async start(): Promise<void> {
    await this.ended();
    this.#listener = Deno.listen({ hostname: HOST, port: this.port });
    this.#track(this.#accept(this.#listener));
  }

  /** Cuts all connections. */
  cut(): void {
    for (const conn of this.#open) conn.close();
    this.#open.clear();
  }

  /** Cuts all connections, and takes no new ones. */
  stop(): void {
    this.#listener?.close();
    this.#listener = null;
    this.cut();
  }

  /** Waits until all connections have been closed. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #track(running: Promise<void>): void {
    const tracked = running.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const conn of listener) {
      conn.setNoDelay();
      this.#open.add(conn);
      this.#track(this.#serve(conn, this.connections++));
    }
  }

  async #serve(conn: Deno.TcpConn, index: number): Promise<void> {
    const peer: FakeConnection = { index, send: (text) => write(conn, text) };
    const buffer = new Uint8Array(64 * 1024);
    let text = "", isSilent = false;
    try {
      for (let size; (size = await conn.read(buffer)) !== null;) {
        text += TEXT.decode(buffer.subarray(0, size));
        for (let parsed; (parsed = parse(text)) !== null;) {
          text = text.slice(parsed.end);
          const reply = await this.#reply(parsed.command, peer);
          if (reply === undefined) this.#close(conn);
          isSilent ||= reply === null;
          if (typeof reply === "string" && !isSilent) await peer.send(reply);
        }
      }
    } catch (error) {
      if (this.#open.has(conn) && !(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    this.#close(conn);
  }

  #close(conn: Deno.TcpConn): void {
    if (this.#open.delete(conn)) conn.close();
  }

  #reply(command: string[], peer: FakeConnection): ReturnType<Answer> {
    if (command[0] === "HELLO") return this.greeting;
    if (command[0] === "CLUSTER") {
      this.asked++;
      return this.slots();
    }
    this.got.push(command.join(" "));
    return this.answer(command, peer);
  }
}

/** Some nodes. */
export interface FakeCluster extends AsyncDisposable {
  /** The nodes. */
  readonly nodes: FakeNode[];
  /** How often they were asked for the slots, all together. */
  readonly asked: number;
}

/**
 * Starts nodes that share the slots evenly, in order.
 *
 * @param count How many.
 * @returns The nodes; disposing of them waits for the client to have closed its connections.
 */
export function fakeCluster(count: number): FakeCluster {
  const nodes: FakeNode[] = [];
  const share = (i: number): number => Math.ceil(i * SLOTS / count);
  const slots = (): string => array(...nodes.map((node, i) => range(share(i), share(i + 1) - 1, node)));
  while (nodes.length < count) nodes.push(new FakeNode(slots));
  return {
    nodes,
    get asked() {
      return nodes.reduce((sum, { asked }) => sum + asked, 0);
    },
    async [Symbol.asyncDispose]() {
      for (const node of nodes) node.stop();
      await Promise.all(nodes.map((node) => node.ended()));
    },
  };
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function write(conn: Deno.TcpConn, text: string): Promise<void> {
  const bytes = UTF8.encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Takes a request off the beginning of a text; null while it is not complete. */
function parse(text: string): { command: string[]; end: number } | null {
  let at = 0;
  const line = (): string | null => {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return null;
    const found = text.slice(at, end);
    at = end + 2;
    return found;
  };
  const count = line();
  if (count === null) return null;
  const command: string[] = [];
  while (command.length < Number(count.slice(1))) {
    const size = line();
    if (size === null || text.length < at + Number(size.slice(1)) + 2) return null;
    command.push(text.slice(at, at + Number(size.slice(1))));
    at += Number(size.slice(1)) + 2;
  }
  return { command, end: at };
}
