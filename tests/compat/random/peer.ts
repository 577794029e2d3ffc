/**
 * A server under test, as these tests see it: commands go in by the hundred, each comes back with the bytes of its reply.
 *
 * @module
 */
import { endOfReply } from "./reply.ts";
import type { Command, Word } from "./words.ts";

/** Something that answers commands. */
export interface Peer {
  /** What failures call it. */
  readonly name: string;
  /**
   * Has commands answered, in their order.
   *
   * @param commands The commands.
   * @returns The bytes of each reply; {@linkcode NO_REPLY} from where the connection ended.
   */
  exchange(commands: readonly Command[]): Promise<Uint8Array[]>;
}

/** What stands for a reply when the connection was closed before it, or it did not come in time. */
export const NO_REPLY: Uint8Array = Uint8Array.from("-(no reply)\r\n", (character) => character.charCodeAt(0));

const TIMEOUT_MS = 30_000;
const encoder = new TextEncoder();

/** A server on a port of 127.0.0.1. Connects again when it has to. */
export class PortPeer implements Peer, Disposable {
  readonly name: string;
  readonly #port: number;
  #conn: Deno.TcpConn | null = null;
  #buffer = new Uint8Array(1 << 18);

  constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
  }

  async exchange(commands: readonly Command[]): Promise<Uint8Array[]> {
    if (commands.length === 0) return [];
    const conn = this.#conn ??= await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this[Symbol.dispose]();
    }, TIMEOUT_MS);
    try {
      const [replies] = await Promise.all([this.#receive(conn, commands), send(conn, encodeCommands(commands))]);
      return replies;
    } catch (error) {
      if (!isLate && !isDisconnect(error)) throw error;
      this[Symbol.dispose]();
      return commands.map(() => NO_REPLY);
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#conn?.close();
    this.#conn = null;
  }

  async #receive(conn: Deno.TcpConn, commands: readonly Command[]): Promise<Uint8Array[]> {
    const replies: Uint8Array[] = [];
    let start = 0, filled = 0;
    while (replies.length < commands.length) {
      const end = start < filled ? endOfReply(this.#buffer, start, filled) : -1;
      if (end !== -1) {
        replies.push(this.#buffer.slice(start, end));
        start = end;
        continue;
      }
      if (filled === this.#buffer.length) this.#grow();
      const size = await conn.read(this.#buffer.subarray(filled));
      if (size === null) {
        this[Symbol.dispose]();
        while (replies.length < commands.length) replies.push(NO_REPLY);
        return replies;
      }
      filled += size;
    }
    return replies;
  }

  #grow(): void {
    const buffer = new Uint8Array(2 * this.#buffer.length);
    buffer.set(this.#buffer);
    this.#buffer = buffer;
  }
}

function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

async function send(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

function encodeCommands(commands: readonly Command[]): Uint8Array {
  let bytes = new Uint8Array(1 << 14);
  let at = 0;
  const write = (word: Word) => {
    const most = word.length * 3 + 32;
    if (at + most > bytes.length) {
      const larger = new Uint8Array(2 * (bytes.length + most));
      larger.set(bytes);
      bytes = larger;
    }
    if (typeof word === "string") at += encoder.encodeInto(word, bytes.subarray(at)).written;
    else {
      bytes.set(word, at);
      at += word.length;
    }
  };
  for (const command of commands) {
    write(`*${command.length}\r\n`);
    for (const word of command) {
      write(`$${sizeOf(word)}\r\n`);
      write(word);
      write("\r\n");
    }
  }
  return bytes.subarray(0, at);
}

/** The size of a word in bytes. */
function sizeOf(word: Word): number {
  if (typeof word !== "string") return word.length;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) > 0x7f) return encoder.encode(word).length;
  return word.length;
}
