/**
 * Replies, written straight into a connection's output buffer. The one place that knows RESP2 from RESP3.
 *
 * A writer holds a buffer only while it has something to send: buffers come from pools that all connections of a
 * process share, so an idle connection costs none and nothing is copied between reply and socket. Their size follows what
 * the connection is sent: one that is answered `+OK` needs no 16 KiB for it.
 */

/** Buffers are of these sizes and the powers of two between; Redis' PROTO_REPLY_MIN_BYTES and PROTO_REPLY_CHUNK_BYTES. */
const LEAST_BYTES = 1024;
const POOLED_BYTES = 16 * 1024;
/** Buffers of each size kept for reuse; beyond it they are left to the garbage collector. */
const POOL_SIZE = 256;
/** Up to here a loop beats `set(subarray())`: about 1.3 ns a byte against 45 (bench/codec_bench.ts). */
const LOOP_COPY_BYTES = 24;

const CR = 0x0d, LF = 0x0a;
const PLUS = 0x2b, MINUS = 0x2d, COLON = 0x3a, DOLLAR = 0x24, STAR = 0x2a, PERCENT = 0x25, TILDE = 0x7e;
const COMMA = 0x2c, HASH = 0x23, EQUALS = 0x3d, PUSH = 0x3e, OPEN = 0x28, UNDERSCORE = 0x5f, SPACE = 0x20;
const UTF8 = new TextEncoder();

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** Free buffers, smallest first. */
const pools: readonly Uint8Array[][] = Array.from({ length: poolOf(POOLED_BYTES) + 1 }, () => []);

/** The pool for buffers of a size that is pooled. */
function poolOf(size: number): number {
  return 31 - Math.clz32(size / LEAST_BYTES);
}

function isPooled(size: number): boolean {
  return size >= LEAST_BYTES && size <= POOLED_BYTES && (size & (size - 1)) === 0;
}

/** The least pooled size that holds so many bytes, which are no more than the largest. */
function pooledSize(bytes: number): number {
  return bytes <= LEAST_BYTES ? LEAST_BYTES : 1 << (32 - Math.clz32(bytes - 1));
}

function pooled(size: number): Uint8Array {
  return pools[poolOf(size)]!.pop() ?? new Uint8Array(size);
}

/** Keeps a whole buffer for reuse. */
function recycle(buffer: Uint8Array): void {
  if (!isPooled(buffer.length)) return;
  const pool = pools[poolOf(buffer.length)]!;
  if (pool.length < POOL_SIZE) pool.push(buffer);
}

export class ReplyWriter {
  /** 2 or 3: what HELLO agreed on. */
  protocol: 2 | 3 = 2;
  /** Replies so far, `bytes[0, length)`. */
  bytes: Uint8Array = NO_BYTES;
  length = 0;
  /** Size of the buffer that it takes when there is something to send; a larger one where more comes at once. */
  bufferBytes: number = POOLED_BYTES;
  /** Most bytes of that buffer in use since the last {@linkcode resetPeak}; at first, all. */
  peakBytes: number = POOLED_BYTES;
  /** The buffer last taken, until it is given back. */
  #taken: Uint8Array = NO_BYTES;
  /** Where messages stand that are no replies, as pairs of start and end, in their order. */
  readonly #kept: number[] = [];

  /**
   * Hands over all that was written; the next reply starts a new buffer. Once the bytes are sent, {@linkcode sent} gives
   * their buffer back.
   */
  take(): Uint8Array {
    if (this.length > this.peakBytes) this.peakBytes = Math.min(this.length, this.bufferBytes);
    const filled = this.bytes.subarray(0, this.length);
    this.#taken = this.bytes;
    this.bytes = NO_BYTES;
    this.length = 0;
    this.#kept.length = 0;
    return filled;
  }

  /** What was taken last is not needed any more: others may have its buffer. */
  sent(): void {
    recycle(this.#taken);
    this.#taken = NO_BYTES;
  }

  /**
   * Fits the size of its buffers to what they were needed for, by Redis' rules: down to what was in use where that is less
   * than half, up to twice as much where all was.
   *
   * @returns Whether buffers are larger from now on (1), smaller (-1) or as they were (0).
   */
  resize(): -1 | 0 | 1 {
    const { bufferBytes, peakBytes } = this;
    if (bufferBytes > LEAST_BYTES && peakBytes < bufferBytes / 2) {
      this.bufferBytes = pooledSize(peakBytes + 1);
      return -1;
    }
    if (bufferBytes === POOLED_BYTES || peakBytes < bufferBytes) return 0;
    this.bufferBytes = bufferBytes * 2;
    return 1;
  }

  /** Measures what is in use from now on. */
  resetPeak(): void {
    this.peakBytes = Math.min(this.length, this.bufferBytes);
  }

  /**
   * Forgets everything written since `length` was `mark`, but for messages (see {@linkcode keep}). With nothing left, it
   * holds no buffer any more.
   */
  cut(mark: number): void {
    this.length = this.#kept.length === 0 ? mark : this.#closeRanks(mark);
    if (this.length > 0) return;
    recycle(this.bytes);
    this.bytes = NO_BYTES;
  }

  /** Says that what was written since `length` was `mark` is a message, no reply: {@linkcode cut} does not take it away. */
  keep(mark: number): void {
    const kept = this.#kept, last = kept.length - 1;
    if (last > 0 && kept[last] === mark) kept[last] = this.length;
    else kept.push(mark, this.length);
  }

  /** Moves the messages written since `mark` to there; returns where they end. */
  #closeRanks(mark: number): number {
    const kept = this.#kept;
    let end = mark, before = kept.length;
    while (before > 0 && kept[before - 1]! > mark) before -= 2;
    for (let i = before; i < kept.length; i += 2) {
      const start = Math.max(kept[i]!, mark);
      if (start !== end) this.bytes.copyWithin(end, start, kept[i + 1]!);
      end += kept[i + 1]! - start;
    }
    if (before < kept.length) {
      kept[before] = Math.min(kept[before]!, mark);
      kept[before + 1] = end;
      kept.length = before + 2;
    }
    return end;
  }

  /**
   * Takes bytes over that make up a whole message, where nothing else is waiting. Others may have the same bytes: they are
   * not written to, since a buffer without room is exchanged for another one before anything is added.
   */
  share(message: Uint8Array): void {
    if (isPooled(message.length)) return this.raw(message, 0, message.length); // or it would be taken for one of a pool
    this.bytes = message;
    this.length = message.length;
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more > this.bytes.length) this.#grow(more);
  }

  #grow(more: number): void {
    const needed = this.length + more;
    if (this.bytes.length === 0) {
      this.bytes = needed <= this.bufferBytes ? pooled(this.bufferBytes) : this.#larger(needed);
      return;
    }
    const grown = this.#larger(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    recycle(this.bytes);
    this.bytes = grown;
  }

  #larger(needed: number): Uint8Array {
    return needed > POOLED_BYTES ? new Uint8Array(needed) : pooled(pooledSize(needed));
  }

  ok(): void {
    this.reserve(5);
    const bytes = this.bytes, at = this.length;
    bytes[at] = PLUS;
    bytes[at + 1] = 0x4f;
    bytes[at + 2] = 0x4b;
    bytes[at + 3] = CR;
    bytes[at + 4] = LF;
    this.length = at + 5;
  }

  /** A status: ASCII without line breaks. */
  simple(text: string): void {
    this.#line(PLUS, text);
  }

  /**
   * An error: its code, a space and the text. Line breaks become spaces, as in Redis. Characters below U+0100 are bytes, as
   * errors quote what a peer has sent; a text with any other is written in UTF-8.
   */
  error(text: string): void {
    const at = this.length;
    if (isLatin1(text)) {
      this.reserve(text.length + 3);
      this.bytes[this.length++] = MINUS;
      this.#ascii(text); // stores the lower eight bits, which is all there are
      this.#crlf();
    } else this.#utf8Line(MINUS, text);
    const bytes = this.bytes;
    for (let i = at; i < this.length - 2; i++) if (bytes[i] === CR || bytes[i] === LF) bytes[i] = SPACE;
  }

  int(n: number): void {
    this.#header(COLON, n);
  }

  bigint(n: bigint): void {
    this.#line(COLON, n.toString());
  }

  /** A bulk string copied from `from[start, end)`. */
  bulk(from: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size + 16);
    if (size > LOOP_COPY_BYTES) {
      this.#header(DOLLAR, size);
      this.#copy(from, start, end);
      return this.#crlf();
    }
    // most are short, and arrays have many of them: written without a call; the length has two digits at most
    const bytes = this.bytes;
    let at = this.length;
    bytes[at++] = DOLLAR;
    if (size > 9) bytes[at++] = 0x30 + (size / 10 | 0);
    bytes[at] = 0x30 + size % 10;
    bytes[at + 1] = CR;
    bytes[at + 2] = LF;
    at += 3;
    for (let i = start; i < end; i++) bytes[at++] = from[i]!;
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.length = at + 2;
  }

  /** A whole array of bytes as a bulk string. */
  bulkBytes(from: Uint8Array): void {
    this.bulk(from, 0, from.length);
  }

  /** A bulk string of text, in UTF-8. */
  bulkText(text: string): void {
    if (isAscii(text)) {
      this.reserve(text.length + 16);
      this.#header(DOLLAR, text.length);
      this.#ascii(text);
      this.#crlf();
    } else this.bulkBytes(UTF8.encode(text));
  }

  /** A bulk string holding the decimal form of an integer. */
  bulkInt(n: number): void {
    this.reserve(40);
    let size = n < 0 ? 2 : 1;
    for (let rest = n < 0 ? -n : n; rest >= 10; rest = Math.floor(rest / 10)) size++;
    this.#header(DOLLAR, size);
    this.#decimal(n);
    this.#crlf();
  }

  /** `$-1` in RESP2, `_` in RESP3. */
  null(): void {
    if (this.protocol === 3) this.#null3();
    else this.#header(DOLLAR, -1);
  }

  /** Where Redis answers a null array: `*-1` in RESP2, `_` in RESP3. */
  nullArray(): void {
    if (this.protocol === 3) this.#null3();
    else this.#header(STAR, -1);
  }

  array(count: number): void {
    this.#header(STAR, count);
  }

  /** A map of `count` pairs: a flat array in RESP2. */
  map(count: number): void {
    if (this.protocol === 3) this.#header(PERCENT, count);
    else this.#header(STAR, count * 2);
  }

  /** A set: an array in RESP2. */
  set(count: number): void {
    this.#header(this.protocol === 3 ? TILDE : STAR, count);
  }

  /** An out-of-band message: an array in RESP2. */
  push(count: number): void {
    this.#header(this.protocol === 3 ? PUSH : STAR, count);
  }

  /** Where an array's length is known only after its elements: returns the mark that {@linkcode closeArray} takes. */
  openArray(): number {
    return this.length;
  }

  /** Puts the header of an array of `count` elements before what was written since `mark`. */
  closeArray(mark: number, count: number): void {
    this.#insertHeader(mark, STAR, count);
  }

  /** As {@linkcode closeArray}, for a set. */
  closeSet(mark: number, count: number): void {
    this.#insertHeader(mark, this.protocol === 3 ? TILDE : STAR, count);
  }

  /** As {@linkcode closeArray}, for a map of `count` pairs. */
  closeMap(mark: number, count: number): void {
    if (this.protocol === 3) this.#insertHeader(mark, PERCENT, count);
    else this.#insertHeader(mark, STAR, count * 2);
  }

  /** Begins a pair of {@linkcode closePairs}. */
  pair(): void {
    if (this.protocol === 2) this.#header(STAR, 2);
  }

  /** As {@linkcode closeMap}, but in RESP2 an array of pairs, each an array begun by {@linkcode pair}. */
  closePairs(mark: number, count: number): void {
    this.#insertHeader(mark, this.protocol === 3 ? PERCENT : STAR, count);
  }

  /** A boolean: `#t`/`#f`, or 1/0 in RESP2. */
  bool(value: boolean): void {
    if (this.protocol === 3) this.#line(HASH, value ? "t" : "f");
    else this.int(value ? 1 : 0);
  }

  /** A double from its text (see `formatDouble` of the engine): `,` in RESP3, a bulk string in RESP2. */
  double(text: string): void {
    if (this.protocol === 3) this.#line(COMMA, text);
    else this.bulkText(text);
  }

  /** A big number: `(` in RESP3, a bulk string in RESP2. */
  bigNumber(digits: string): void {
    if (this.protocol === 3) this.#line(OPEN, digits);
    else this.bulkText(digits);
  }

  /** Text with a three-letter format (`txt`, `mkd`): `=` in RESP3, a bulk string in RESP2. */
  verbatim(format: string, text: string): void {
    if (this.protocol === 2) return this.bulkText(text);
    const body = UTF8.encode(text);
    this.reserve(body.length + 24);
    this.#header(EQUALS, body.length + 4);
    this.#ascii(`${format}:`);
    this.#copy(body, 0, body.length);
    this.#crlf();
  }

  /** Bytes that are a reply already. */
  raw(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.#copy(from, start, end);
  }

  #null3(): void {
    this.reserve(3);
    this.bytes[this.length++] = UNDERSCORE;
    this.#crlf();
  }

  #line(type: number, text: string): void {
    if (!isAscii(text)) return this.#utf8Line(type, text);
    this.reserve(text.length + 3);
    this.bytes[this.length++] = type;
    this.#ascii(text);
    this.#crlf();
  }

  #utf8Line(type: number, text: string): void {
    const body = UTF8.encode(text);
    this.reserve(body.length + 3);
    this.bytes[this.length++] = type;
    this.#copy(body, 0, body.length);
    this.#crlf();
  }

  #header(type: number, n: number): void {
    this.reserve(26);
    this.bytes[this.length++] = type;
    this.#decimal(n);
    this.#crlf();
  }

  #insertHeader(mark: number, type: number, n: number): void {
    const end = this.length;
    this.#header(type, n);
    const size = this.length - end;
    const header = this.bytes.slice(end, this.length);
    this.bytes.copyWithin(mark + size, mark, end);
    this.bytes.set(header, mark);
    if (this.#kept.length > 0) this.#shiftKept(mark, size);
  }

  /** Something was put in at `mark`: the messages behind have moved. */
  #shiftKept(mark: number, size: number): void {
    const old = this.#kept.splice(0);
    for (let i = 0; i < old.length; i += 2) {
      const start = old[i]!, end = old[i + 1]!;
      if (end <= mark) this.#kept.push(start, end);
      else if (start >= mark) this.#kept.push(start + size, end + size);
      else this.#kept.push(start, mark, mark + size, end + size);
    }
  }

  /** Digits without a string; there is room for them. */
  #decimal(n: number): void {
    const bytes = this.bytes;
    let at = this.length;
    if (n < 0) {
      bytes[at++] = MINUS;
      n = -n;
    }
    if (n < 10) {
      bytes[at] = 0x30 + n;
      this.length = at + 1;
      return;
    }
    if (n > 0x7fff_ffff) return this.#largeDecimal(n, at);
    let size = 2;
    for (let limit = 100; n >= limit; limit *= 10) size++;
    let i = at + size;
    let rest = n | 0;
    while (i > at) {
      const tenth = (rest / 10) | 0;
      bytes[--i] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.length = at + size;
  }

  #largeDecimal(n: number, at: number): void {
    const digits = n < 1e21 ? String(n) : BigInt(n).toString();
    this.length = at;
    this.#ascii(digits);
  }

  #ascii(text: string): void {
    const bytes = this.bytes, at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.length = at + text.length;
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    const bytes = this.bytes;
    let at = this.length;
    if (end - start <= LOOP_COPY_BYTES) {
      for (let i = start; i < end; i++) bytes[at++] = from[i]!;
      this.length = at;
    } else {
      bytes.set(from.subarray(start, end), at);
      this.length = at + end - start;
    }
  }

  #crlf(): void {
    const bytes = this.bytes, at = this.length;
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.length = at + 2;
  }
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
