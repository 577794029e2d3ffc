/**
 * Finds the end of one typed RESP value, the argument of `SET k *2…`, and checks that it is well formed: it is stored
 * as it stands and sent to clients again. Goes on where it stopped when the rest arrives.
 *
 * Numbers must have the form that every client reads: hiredis, and redis-cli with it, gives up on `:+5`, `$05` or an
 * integer of more than 64 bits.
 */
import { ProtocolError } from "./errors.ts";

/** How deep arrays, maps and sets may nest in a stored value. */
export const MAX_TYPED_DEPTH = 128;

/** Redis' PROTO_INLINE_MAX_SIZE: no line of a value is longer. */
const MAX_LINE_BYTES = 64 * 1024;

const CR = 0x0d, LF = 0x0a, COLON = 0x3a;
const TEXT = new TextDecoder();

export class TypedValueScanner {
  readonly #maxBytes: number;
  /** Elements still to come, for each open aggregate. */
  readonly #open: number[] = [];
  /** How far past the beginning of the value it has read whole elements. */
  #done = 0;
  /** How far past the beginning it has searched for the end of a line. */
  #searched = 0;
  /** Bytes of a body being waited for, its CRLF included; 0: none. */
  #body = 0;
  /** Does that body begin with a format and a colon? */
  #isVerbatim = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * @param start Where the value begins, at its type byte; it may move between calls, as long as the bytes move along.
   * @returns Where the value ends, or -1 when it is not all there yet.
   * @throws {ProtocolError} The value is malformed, nests too deep or is too large.
   */
  scan(bytes: Uint8Array, start: number, filled: number): number {
    while (true) {
      if (this.#body > 0) {
        if (start + this.#done + this.#body > filled) return -1;
        if (this.#isVerbatim && bytes[start + this.#done + 3] !== COLON) throw malformed();
        this.#done += this.#body;
        if (bytes[start + this.#done - 2] !== CR || bytes[start + this.#done - 1] !== LF) throw malformed();
        this.#body = 0;
        if (this.#closed()) return start + this.#done;
        continue;
      }
      let i = start + Math.max(this.#done, this.#searched);
      while (i < filled && bytes[i] !== CR) i++;
      this.#searched = i - start;
      if (this.#searched - this.#done > MAX_LINE_BYTES) throw new ProtocolError("too big bulk count string");
      if (i + 1 >= filled) return -1;
      if (bytes[i + 1] !== LF) throw malformed();
      const line = start + this.#done;
      this.#done = i + 2 - start;
      if (this.#element(bytes, line, i) && this.#closed()) return start + this.#done;
    }
  }

  /** Takes the line of one element; true when the element ends with it. */
  #element(bytes: Uint8Array, line: number, end: number): boolean {
    const kind = String.fromCharCode(bytes[line]!);
    switch (kind) {
      case "$":
      case "!":
      case "=": {
        if (kind === "$" && end - line === 3 && bytes[line + 1] === 0x2d && bytes[line + 2] === 0x31) return true; // $-1
        const size = this.#count(bytes, line, end, "invalid bulk length");
        if (kind === "=" && size < 4) throw malformed();
        this.#reserve(size);
        this.#body = size + 2;
        this.#isVerbatim = kind === "=";
        return false;
      }
      case "*":
      case "~":
      case "%": {
        if (kind === "*" && end - line === 3 && bytes[line + 1] === 0x2d && bytes[line + 2] === 0x31) return true; // *-1
        const count = this.#count(bytes, line, end, "invalid multibulk length") * (kind === "%" ? 2 : 1);
        if (count === 0) return true;
        if (this.#open.length === MAX_TYPED_DEPTH) throw new ProtocolError("nesting too deep");
        this.#reserve(count * 3); // the shortest element, a null, takes three bytes
        this.#open.push(count);
        return false;
      }
      case "_":
        if (end !== line + 1) throw malformed();
        return true;
      case "#":
        if (end !== line + 2 || (bytes[line + 1] !== 0x74 && bytes[line + 1] !== 0x66)) throw malformed();
        return true;
      case ":":
      case "(":
      case ",":
        if (!isNumber(kind, TEXT.decode(bytes.subarray(line + 1, end)))) throw malformed();
        this.#reserve(0);
        return true;
      case "+":
      case "-":
        if (bytes.subarray(line, end).includes(LF)) throw malformed();
        this.#reserve(0);
        return true;
      default:
        throw new ProtocolError(`expected '$', got '${kind}'`);
    }
  }

  #count(bytes: Uint8Array, line: number, end: number, invalid: string): number {
    if (end === line + 1 || end - line > 11) throw new ProtocolError(invalid);
    if (bytes[line + 1] === 0x30 && end > line + 2) throw new ProtocolError(invalid); // as Redis: no leading zeros
    let n = 0;
    for (let i = line + 1; i < end; i++) {
      const digit = bytes[i]! - 0x30;
      if (digit < 0 || digit > 9) throw new ProtocolError(invalid);
      n = n * 10 + digit;
    }
    return n;
  }

  #reserve(bytes: number): void {
    if (this.#done + bytes > this.#maxBytes) throw new ProtocolError("invalid bulk length");
  }

  /** An element has ended; true when the whole value has. */
  #closed(): boolean {
    const open = this.#open;
    while (open.length > 0) {
      if (--open[open.length - 1]! > 0) return false;
      open.pop();
    }
    return true;
  }
}

const INTEGER = /^(0|-?[1-9]\d*)$/;
const DOUBLE = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|-?inf|nan)$/;

function isNumber(kind: ":" | "(" | ",", text: string): boolean {
  if (kind === ",") return DOUBLE.test(text);
  if (!INTEGER.test(text)) return false;
  if (kind === "(" || text.length < 19) return true;
  return text.length <= 20 && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function malformed(): ProtocolError {
  return new ProtocolError("invalid typed value");
}
