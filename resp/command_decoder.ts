/**
 * Requests from bytes: the server's side of the protocol, multi-bulk and inline.
 *
 * The decoder owns the read buffer. Whoever reads from a socket asks for {@linkcode CommandDecoder.room}, reads into it
 * and hands the filled part to {@linkcode CommandDecoder.decode}: nothing is copied. Any other chunk is copied in.
 *
 * ```text
 *   0        #start            #pos              #filled            length
 *   | gone   | unfinished command: parsed | not yet | room to read into |
 * ```
 *
 * Where nothing is waiting to be completed, the room is a small window besides the buffer, from which the bytes are copied:
 * a read may be under way for days, and what it reads into can not be given back meanwhile. So a silent connection holds a
 * window and no buffer ({@linkcode CommandDecoder.trim}). Of requests that keep coming in larger pieces than the window,
 * each would take two reads: those are read into the buffer.
 *
 * It stops at any byte and goes on from there: offsets of the arguments it already has stay in the batch's words, a
 * body is taken by its length once all of it is there, and a length line is short, so nothing is scanned twice.
 */
import { CommandBatch, TYPED } from "./command_batch.ts";
import { ProtocolError } from "./errors.ts";
import { READ_BUFFER_BYTES, readBuffers } from "./read_buffers.ts";
import { splitInline } from "./inline.ts";
import { TypedValueScanner } from "./typed_value.ts";

/** What a decoder accepts; checked before memory is taken. May change while it is in use, and be shared. */
export interface CommandLimits {
  /** Longest argument in bytes (`proto-max-bulk-len`). */
  readonly maxBulkBytes: number;
}

const DEFAULT_LIMITS: CommandLimits = { maxBulkBytes: 512 * 1024 * 1024 };

/** Redis' PROTO_INLINE_MAX_SIZE: the longest line, inline command or length. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_ARGUMENTS = 0x7fff_ffff;
const UNAUTHENTICATED_MAX_ARGUMENTS = 10;
const UNAUTHENTICATED_MAX_BULK_BYTES = 16 * 1024;

const WINDOW_BYTES = 1024; // what 10,000 idle connections hold each; enough for sixteen small commands
const BUSY_BUFFER_BYTES = 64 * 1024; // what a busy connection's buffer grows to; larger only for larger commands
/** After so many full windows in turn, reads go to the buffer, until one would have found room in the window. */
const WINDOWS_BEFORE_BUFFER = 8;
/** Less than this is not worth giving back, and buffers up to {@linkcode LARGE_BUFFER_BYTES} stay while they are in use. */
const LEAST_WASTE_BYTES = 4 * 1024;
const LARGE_BUFFER_BYTES = 32 * 1024; // Redis' PROTO_RESIZE_THRESHOLD
const NO_BYTES: Uint8Array = new Uint8Array(0);

const STAR = 0x2a, DOLLAR = 0x24, CR = 0x0d, LF = 0x0a, ZERO = 0x30, MINUS = 0x2d;

/** No length is known yet. */
const UNKNOWN = -1;
/** The line is not complete yet; a multi-bulk length may be as low as -2^63, which reads as {@linkcode NONE}. */
const INCOMPLETE = -2;
const NONE = 0;

/** The limits of a client not yet authenticated were exceeded: the only error that may be taken back. */
export class UnauthenticatedError extends ProtocolError {}

export class CommandDecoder {
  /** Until the client has given its password: at most 10 arguments of at most 16,384 bytes, as in Redis, none typed. */
  isUnauthenticated: boolean;
  readonly #limits: CommandLimits;
  /** The commands of the latest chunk. */
  readonly batch: CommandBatch = new CommandBatch();

  readonly #window: Uint8Array = new Uint8Array(WINDOW_BYTES);
  #buf: Uint8Array = NO_BYTES;
  /** Where the first unfinished command begins. */
  #start = 0;
  #pos = 0;
  #filled = 0;
  /** Arguments of the unfinished command still to come. */
  #missing = 0;
  /** Length of the body being waited for. */
  #size = UNKNOWN;
  /** Words in use, the unfinished command's among them. */
  #used = 0;
  /** Where in words the unfinished command has its argc. */
  #head = 0;
  /** How far the line at #pos has been searched for its end. */
  #searched = 0;
  #typed: TypedValueScanner | null = null;
  #fullWindows = 0;
  /** Is it read into? Then its buffer comes from the shared ones, and must go back to them. */
  #borrows = false;
  /** Is a read into the buffer under way? */
  #isLent = false;
  /** Most bytes held since the last {@linkcode trim}. */
  #peak = 0;

  constructor(limits: CommandLimits = DEFAULT_LIMITS, isUnauthenticated = false) {
    this.#limits = limits;
    this.isUnauthenticated = isUnauthenticated;
  }

  /** All bytes held, those of the batch just decoded among them. */
  get heldBytes(): number {
    return this.#filled;
  }

  /** Bytes held that belong to no complete command yet. */
  get pendingBytes(): number {
    return this.#filled - this.#start;
  }

  /** Size of the read buffer in bytes; 0 while there is none. The window is not part of it. */
  get capacity(): number {
    return this.#buf.length;
  }

  /** Bytes that it has for what comes in: the buffer and the window. */
  get memoryBytes(): number {
    return this.#buf.length + WINDOW_BYTES;
  }

  /**
   * Where the next bytes should be read to. Ends the life of the batch before. Who asks for it calls {@linkcode release} in
   * the end.
   */
  room(): Uint8Array {
    this.#borrows = true;
    this.#tidy();
    if (this.#filled === 0) {
      if (this.#fullWindows < WINDOWS_BEFORE_BUFFER) return this.#window;
      if (this.#buf.length === 0) this.#move(READ_BUFFER_BYTES);
      this.#isLent = true;
      return this.#buf;
    }
    this.#isLent = true;
    const end = this.#size === UNKNOWN ? Infinity : this.#pos + this.#size + 2; // a body that fits needs no growth
    if (end > this.#buf.length && this.#buf.length - this.#filled < this.#buf.length >> 2) this.#move(this.#wanted());
    return this.#buf.subarray(this.#filled);
  }

  /**
   * Takes a chunk and returns all commands complete with it; the batch is the same object every time.
   * After an error, which stands in `batch.error`, further chunks give empty batches.
   */
  decode(chunk: Uint8Array): CommandBatch {
    const batch = this.batch;
    if (chunk.buffer !== this.#buf.buffer) this.#copyIn(chunk);
    else this.#noteRead(chunk);
    this.#filled += chunk.length;
    if (this.#filled > this.#peak) this.#peak = this.#filled;
    this.#isLent = false;
    batch.bytes = this.#buf;
    if (batch.error === null) {
      try {
        while (this.#pos < this.#filled && this.#command()) { /* counts itself */ }
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        batch.error = error;
      }
    } else {
      this.#start = this.#pos = this.#filled; // what follows an error is not read
    }
    batch.size = this.#head;
    return batch;
  }

  /**
   * Gives back what the buffer has too much of, by Redis' rules: all of it when the connection has been silent for long,
   * else what is beyond twice the most that was held since the last call, of a large buffer. To be called now and then, not
   * while a batch is being executed.
   */
  trim(isSilent: boolean): void {
    const { length } = this.#buf;
    const body = Math.max(0, this.#size);
    if (isSilent && this.#used === 0) this.batch.release();
    if (!this.#isLent && length - this.#filled > LEAST_WASTE_BYTES) {
      if (isSilent) this.#move(this.#filled);
      else if (length > LARGE_BUFFER_BYTES && length / 2 > this.#peak) {
        const least = Math.max(this.#peak, body, READ_BUFFER_BYTES);
        if (least < length) this.#move(least); // a body may be announced that is larger than the buffer
      }
    }
    this.#peak = Math.max(this.#filled, body);
  }

  /** Gives the buffer back, the connection having ended; not while it is read into. */
  release(): void {
    this.#start = this.#pos = this.#filled = 0;
    this.#move(0);
  }

  /**
   * Goes on where an {@linkcode UnauthenticatedError} stopped, the client having authenticated meanwhile. The commands
   * of the batch so far must have been executed.
   */
  resume(): CommandBatch {
    this.batch.error = null;
    this.isUnauthenticated = false;
    this.#tidy();
    return this.decode(this.#buf.subarray(0, 0));
  }

  /** Reads one command; false until more bytes come. */
  #command(): boolean {
    const batch = this.batch;
    const buf = this.#buf;
    if (this.#missing === 0) {
      if (buf[this.#pos] !== STAR) return this.#inline();
      const argc = this.#length(STAR, MAX_ARGUMENTS, "invalid multibulk length", "too big mbulk count string");
      if (argc === INCOMPLETE) return false;
      if (argc <= 0) { // Redis lets `*0` and `*-1` pass as empty requests
        this.#start = this.#pos;
        return true;
      }
      if (this.isUnauthenticated && argc > UNAUTHENTICATED_MAX_ARGUMENTS) {
        this.#pos = this.#start;
        throw new UnauthenticatedError("unauthenticated multibulk length");
      }
      this.#missing = argc;
      batch.reserve(this.#used, 1);
      batch.words[this.#used++] = argc;
    }
    if (this.#size === UNKNOWN && this.#typed === null) this.#shortArguments();
    let words = batch.words;
    while (this.#missing > 0) {
      if (this.#size === UNKNOWN) {
        if (this.#pos === this.#filled) return false;
        if (this.#typed !== null || (buf[this.#pos] !== DOLLAR && this.#lineEnds() && this.#mayBeTyped())) {
          if (!this.#typedArgument()) return false;
          words = batch.words;
          continue;
        }
        const size = this.#length(
          DOLLAR,
          this.#limits.maxBulkBytes,
          "invalid bulk length",
          "too big bulk count string",
        );
        if (size === INCOMPLETE) return false;
        if (this.isUnauthenticated && size > UNAUTHENTICATED_MAX_BULK_BYTES) {
          this.#restart();
          throw new UnauthenticatedError("unauthenticated bulk length");
        }
        this.#size = size;
      }
      const end = this.#pos + this.#size;
      if (end + 2 > this.#filled) return false;
      const used = this.#used;
      if (used + 2 > words.length) {
        batch.reserve(used, 2); // grows as arguments arrive: a peer may announce a million and send none
        words = batch.words;
      }
      words[used] = this.#pos;
      words[used + 1] = end;
      this.#used = used + 2;
      this.#pos = end + 2; // the CRLF after a body is counted, not checked, as in Redis
      this.#size = UNKNOWN;
      this.#missing--;
    }
    this.#finish();
    return true;
  }

  /**
   * Takes arguments of less than 100 bytes for as long as they are all there. Most are: without fields and calls they take
   * half the time (bench/codec_bench.ts). Whatever is odd about one is left to the others to find out.
   */
  #shortArguments(): void {
    const { batch } = this;
    const buf = this.#buf, filled = this.#filled, longest = this.#limits.maxBulkBytes;
    let { words } = batch, pos = this.#pos, used = this.#used, missing = this.#missing;
    for (; missing > 0 && pos + 5 < filled && buf[pos] === DOLLAR; missing--) {
      let size = buf[pos + 1]! - ZERO, start = pos + 4;
      if (size < 0 || size > 9) break;
      if (buf[pos + 2] !== CR) {
        const digit = buf[pos + 2]! - ZERO;
        if (size === 0 || digit < 0 || digit > 9 || buf[pos + 3] !== CR) break;
        size = size * 10 + digit;
        start++;
      }
      const end = start + size;
      if (end + 2 > filled || size > longest) break;
      if (used + 2 > words.length) {
        batch.reserve(used, 2);
        ({ words } = batch);
      }
      words[used] = start;
      words[used + 1] = end;
      used += 2;
      pos = end + 2;
    }
    this.#pos = pos;
    this.#used = used;
    this.#missing = missing;
    this.#searched = 0;
  }

  #finish(): void {
    this.batch.count++;
    this.#head = this.#used;
    this.#start = this.#pos;
  }

  /** Reads `<type><number>CRLF`; moves #pos only once the whole line is here. */
  #length(type: number, max: number, invalid: string, tooLong: string): number {
    const buf = this.#buf, from = this.#pos, filled = this.#filled;
    let i = from + 1, n = 0;
    for (; i < filled; i++) { // the common case: digits, CR
      const digit = buf[i]! - ZERO;
      if (digit < 0 || digit > 9) break;
      n = n * 10 + digit;
    }
    if (i < filled && buf[i] === CR && i > from + 1 && (i - from === 2 || buf[from + 1] !== ZERO)) {
      if (i + 1 >= filled) return INCOMPLETE; // CR and LF may arrive apart
      if (buf[from] !== type) throw expectedBulk(buf[from]!);
      if (n > max) throw new ProtocolError(invalid);
      this.#pos = i + 2;
      this.#searched = 0;
      return n;
    }
    return this.#oddLength(type, invalid, tooLong);
  }

  /** The rest: lines not whole yet, negative numbers, nonsense. */
  #oddLength(type: number, invalid: string, tooLong: string): number {
    const buf = this.#buf, from = this.#pos;
    if (!this.#lineEnds()) {
      if (this.#filled - from > MAX_LINE_BYTES) throw new ProtocolError(tooLong);
      return INCOMPLETE;
    }
    if (buf[from] !== type) throw expectedBulk(buf[from]!);
    const end = buf.indexOf(CR, from);
    const isNegative = type === STAR && buf[from + 1] === MINUS && end - from >= 3 && end - from <= 21;
    for (let i = from + 2; isNegative && i < end; i++) {
      const digit = buf[i]! - ZERO;
      if (digit < (i === from + 2 ? 1 : 0) || digit > 9) throw new ProtocolError(invalid);
    }
    if (!isNegative) throw new ProtocolError(invalid);
    this.#pos = end + 2;
    this.#searched = 0;
    return NONE;
  }

  /** Is the line at #pos whole, its CR and the byte after it there? Remembers how far it has searched. */
  #lineEnds(): boolean {
    const buf = this.#buf, filled = this.#filled;
    let i = Math.max(this.#pos, this.#searched);
    while (i < filled && buf[i] !== CR) i++;
    this.#searched = i;
    return i + 1 < filled;
  }

  #inline(): boolean {
    const buf = this.#buf;
    let end = Math.max(this.#pos, this.#searched);
    while (end < this.#filled && buf[end] !== LF) end++;
    this.#searched = end;
    if (end === this.#filled) {
      if (end - this.#pos > MAX_LINE_BYTES) throw new ProtocolError("too big inline request");
      return false;
    }
    const from = this.#pos;
    const lineEnd = end > from && buf[end - 1] === CR ? end - 1 : end;
    this.#pos = end + 1;
    this.#searched = 0;
    this.batch.reserve(this.#used, 1);
    const argc = splitInline(buf, from, lineEnd, this.batch, this.#used + 1);
    if (argc < 0) throw new ProtocolError("unbalanced quotes in request");
    if (argc === 0) {
      this.#start = this.#pos;
      return true;
    }
    this.batch.words[this.#used] = argc;
    this.#used += 1 + 2 * argc;
    this.#finish();
    return true;
  }

  /** Only the values of SET and MSET may be typed; any other argument that is no bulk string is Redis' error. */
  #mayBeTyped(): boolean {
    const words = this.batch.words, buf = this.#buf;
    const index = (this.#used - this.#head - 1) / 2;
    if (index < 2) return false;
    const start = words[this.#head + 1]!;
    const length = words[this.#head + 2]! - start;
    const isSet = length === 3 && index === 2 && isName(buf, start, "set");
    const isMset = length === 4 && index % 2 === 0 && isName(buf, start, "mset");
    if (!isSet && !isMset) return false;
    if (this.isUnauthenticated) { // it could be of any size
      this.#restart();
      throw new UnauthenticatedError("unauthenticated typed value");
    }
    this.#typed = new TypedValueScanner(this.#limits.maxBulkBytes);
    return true;
  }

  #typedArgument(): boolean {
    const end = this.#typed!.scan(this.#buf, this.#pos, this.#filled);
    if (end < 0) return false;
    this.#typed = null;
    const batch = this.batch;
    batch.reserve(this.#used, 2);
    batch.words[this.#head]! |= TYPED;
    batch.words[this.#used++] = this.#pos;
    batch.words[this.#used++] = -end;
    this.#pos = end;
    this.#searched = 0;
    this.#missing--;
    return true;
  }

  /** Forgets what was parsed of the unfinished command; its bytes stay. */
  #restart(): void {
    this.#pos = this.#start;
    this.#used = this.#head;
    this.#missing = 0;
    this.#size = UNKNOWN;
    this.#searched = 0;
  }

  /** Drops the finished commands, and moves the unfinished one to the front when that is cheap or needed. */
  #tidy(): void {
    const batch = this.batch;
    if (this.#head > 0) {
      if (this.#used > this.#head) batch.words.copyWithin(0, this.#head, this.#used);
      this.#used -= this.#head;
      this.#head = 0;
    }
    batch.count = batch.size = 0;
    if (this.#used === 0 && batch.words.length > this.#buf.length >> 2) batch.release(); // not above what bytes take
    const start = this.#start;
    if (start === 0) return;
    if (start < this.#filled) {
      this.#buf.copyWithin(0, start, this.#filled);
      for (let i = 1; i < this.#used; i += 2) {
        batch.words[i]! -= start;
        const end = batch.words[i + 1]!;
        batch.words[i + 1] = end < 0 ? end + start : end - start;
      }
    }
    this.#start = 0;
    this.#pos -= start;
    this.#filled -= start;
    this.#searched = Math.max(0, this.#searched - start);
    if (this.#filled === 0 && this.#buf.length > BUSY_BUFFER_BYTES) this.#buf = new Uint8Array(BUSY_BUFFER_BYTES);
  }

  /** What the buffer should hold next: the body being waited for, but never far beyond what has arrived. */
  #wanted(): number {
    const body = this.#size === UNKNOWN ? 0 : this.#pos + this.#size + 2;
    const { length } = this.#buf;
    const more = length < BUSY_BUFFER_BYTES
      ? Math.max(READ_BUFFER_BYTES, Math.min(length * 4, BUSY_BUFFER_BYTES))
      : length * 2;
    return Math.max(length + 1, body > this.#filled ? Math.min(body, more) : more);
  }

  /** Moves what is held to a buffer of another size, and a batch that waits to be executed along with it. */
  #move(capacity: number): void {
    const { batch } = this;
    const old = this.#buf;
    if (capacity === 0) this.#buf = NO_BYTES;
    else this.#buf = capacity === READ_BUFFER_BYTES && this.#borrows ? readBuffers.take() : new Uint8Array(capacity);
    if (this.#filled > 0) this.#buf.set(old.subarray(0, this.#filled));
    if (batch.bytes === old) batch.bytes = this.#buf;
    readBuffers.give(old);
  }

  #copyIn(chunk: Uint8Array): void {
    this.#tidy();
    if (chunk.buffer === this.#window.buffer) {
      if (chunk.length === WINDOW_BYTES) this.#fullWindows++;
      else this.#fullWindows = 0;
    }
    const needed = this.#filled + chunk.length;
    const { length } = this.#buf;
    if (needed > length || length < READ_BUFFER_BYTES) this.#move(Math.max(needed, length * 2, READ_BUFFER_BYTES));
    this.#buf.set(chunk, this.#filled);
  }

  /** A read that fills the buffer makes the next one larger; one that begins with little goes to the window again. */
  #noteRead(chunk: Uint8Array): void {
    const capacity = this.#buf.length;
    if (this.#filled === 0 && chunk.length <= WINDOW_BYTES) this.#fullWindows = 0;
    if (this.#filled + chunk.length === capacity && capacity < BUSY_BUFFER_BYTES) {
      this.#filled += chunk.length;
      this.#move(Math.min(capacity * 4, BUSY_BUFFER_BYTES));
      this.#filled -= chunk.length;
    }
  }
}

function expectedBulk(got: number): ProtocolError {
  return new ProtocolError(`expected '$', got '${String.fromCharCode(got)}'`);
}

/** Compares a name without regard to case; `name` is lower-case ASCII of the same length. */
function isName(bytes: Uint8Array, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if ((bytes[start + i]! | 0x20) !== name.charCodeAt(i)) return false;
  return true;
}
