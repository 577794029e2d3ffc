/**
 * The mixed load, as a process of its own: nine GETs for each SET in random order, of values of 100 bytes under random
 * keys that are all there. Its arguments are the port, the connections, the pipeline depth and the number of keys; for each
 * number on standard input it sends that many commands and tells the rate, per second, in one line.
 *
 * redis-benchmark sends one command only. Two of it at once, 45 connections with GET and 5 with SET, would be the simpler
 * thing, but no pipeline would ever hold both commands, and servers that gain from runs of one command would be flattered;
 * also, three busy processes do not fit on two cores.
 *
 * @module
 */
import { seededRandom } from "./_random.ts";
import { Sockets } from "./_sockets.ts";
import { DIGITS, writeDigits } from "./_wire.ts";

/** Bytes of a value; what `mixed` is filled with has to agree. */
export const VALUE_BYTES = 100;
const COMMANDS_A_SET = 10;
const BATCHES = 100; // on the tape: so many differ in where their SETs stand
const BUFFER_BYTES = 256 * 1024;
const DOLLAR = "$".charCodeAt(0), PLUS = "+".charCodeAt(0);
const GET_REPLY_BYTES = `$${VALUE_BYTES}\r\n`.length + VALUE_BYTES + "\r\n".length;
const SET_REPLY_BYTES = "+OK\r\n".length;

const KEY = `key:${"0".repeat(DIGITS)}`;
const GET = `*2\r\n$3\r\nGET\r\n$${KEY.length}\r\n${KEY}\r\n`;
const SET = `*3\r\n$3\r\nSET\r\n$${KEY.length}\r\n${KEY}\r\n$${VALUE_BYTES}\r\n${"y".repeat(VALUE_BYTES)}\r\n`;
const DIGITS_FROM = GET.indexOf(KEY) + KEY.length - DIGITS; // the same in both

/**
 * Requests are bytes made in advance, a tape of batches that is sent over and over; only the digits of the keys are
 * written anew. Replies are told apart by their first byte and skipped by their known length.
 */
class Generator {
  readonly #random = seededRandom();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #sockets: Sockets;
  readonly #depth: number;
  readonly #keys: number;
  readonly #tape: Uint8Array<ArrayBuffer>;
  /** Where on the tape each command starts, and where the last one ends. */
  readonly #starts: Uint32Array;
  #nextCommand = 0;
  /** By connection: replies that have not begun, and what is left of one that has. */
  readonly #due: Uint32Array;
  readonly #rest: Uint32Array;

  constructor(port: number, clients: number, depth: number, keys: number) {
    this.#sockets = new Sockets(port, clients, this.#buffer);
    this.#depth = depth;
    this.#keys = keys;
    this.#due = new Uint32Array(clients);
    this.#rest = new Uint32Array(clients);
    const commands = this.#shuffled(Array.from({ length: BATCHES * depth }, (_, i) => i % COMMANDS_A_SET ? GET : SET));
    this.#tape = new TextEncoder().encode(commands.join(""));
    this.#starts = new Uint32Array(commands.length + 1);
    for (let i = 0; i < commands.length; i++) this.#starts[i + 1] = this.#starts[i]! + commands[i]!.length;
  }

  #shuffled(list: string[]): string[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(this.#random() * (i + 1));
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }

  /** Sends so many commands, or a few more to make the last batch whole, and returns the rate per second. */
  run(commands: number): number {
    const batches = Math.ceil(commands / this.#depth);
    const count = this.#sockets.count;
    let unsent = batches, unanswered = batches;
    const started = performance.now();
    for (let i = 0; i < count && unsent > 0; i++, unsent--) this.#send(i);
    while (unanswered > 0) {
      this.#sockets.wait();
      for (let i = 0; i < count; i++) {
        const size = this.#sockets.receive(i);
        if (size === 0 || !this.#isAnswered(i, size)) continue;
        unanswered--;
        if (unsent === 0) continue;
        unsent--;
        this.#send(i);
      }
    }
    return batches * this.#depth * 1_000 / (performance.now() - started);
  }

  #send(i: number): void {
    const first = this.#nextCommand, end = first + this.#depth;
    for (let c = first; c < end; c++) {
      writeDigits(this.#tape, this.#starts[c]! + DIGITS_FROM, Math.floor(this.#random() * this.#keys));
    }
    this.#due[i] = this.#depth;
    this.#sockets.send(i, this.#tape, this.#starts[first]!, this.#starts[end]!);
    this.#nextCommand = end === BATCHES * this.#depth ? 0 : end;
  }

  /** Whether all replies to the batch of this connection are in, now that the buffer holds so many bytes more of them. */
  #isAnswered(i: number, size: number): boolean {
    let pos = this.#rest[i]!, due = this.#due[i]!;
    for (; pos < size; due--) {
      const kind = this.#buffer[pos];
      if (kind === DOLLAR) pos += GET_REPLY_BYTES;
      else if (kind === PLUS) pos += SET_REPLY_BYTES;
      else throw new Error(`Unexpected reply: ${new TextDecoder().decode(this.#buffer.subarray(pos, pos + 80))}`);
    }
    this.#rest[i] = pos - size;
    this.#due[i] = due;
    return due === 0 && pos === size;
  }
}

if (import.meta.main) {
  const [port, clients, depth, keys] = Deno.args.map(Number);
  const generator = new Generator(port!, clients!, depth!, keys!);
  console.log("ready");
  // whoever asks waits for the answer, so a chunk is a line
  for await (const line of Deno.stdin.readable) console.log(generator.run(Number(new TextDecoder().decode(line))));
}
