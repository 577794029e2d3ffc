/**
 * The manifest of an append-only file, which says of what files it consists, in the order in which they are loaded:
 *
 * ```text
 *   file appendonly.aof.2.base.rdb seq 2 type b      all data at one moment; at most one
 *   file appendonly.aof.1.incr.aof seq 1 type h      history: what a rewrite has made superfluous, to be deleted
 *   file appendonly.aof.4.incr.aof seq 4 type i      the writes since then; the last one is being written
 * ```
 *
 * It is replaced as a whole, and that is the moment at which a change of the files takes effect.
 */
import { CommandBatch } from "../resp/command_batch.ts";
import { splitInline } from "../resp/inline.ts";
import { quotedText } from "../engine/quoted_text.ts";

/** What a file of the manifest is, by the letters that stand for it. */
export type AofPartType = "b" | "h" | "i";

/** A file of the manifest. */
export interface AofPart {
  readonly name: string;
  readonly seq: number;
  readonly type: AofPartType;
}

/** A manifest cannot be read; the message is Redis' reason. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  /** The number of the line from 1 and what it says; null where the reason is not in one. */
  readonly line: { readonly number: number; readonly text: string } | null;

  constructor(reason: string, line: { readonly number: number; readonly text: string } | null = null) {
    super(reason);
    this.line = line;
  }
}

const MAX_LINE_BYTES = 1024;
const LF = 0x0a, HASH = 0x23;
const UTF8 = new TextEncoder();
const TEXT = new TextDecoder();
const BAD_FORMAT = "Invalid AOF manifest file format";
/** Characters that no name has without quotes. */
const UNQUOTED = /^[!#-[\]-~]*$/;

export class AofManifest {
  base: AofPart | null = null;
  history: AofPart[] = [];
  increments: AofPart[] = [];
  /** The last numbers that were given. */
  baseSeq = 0;
  incrementSeq = 0;
  /** Is there something in it that is not in the file? */
  isDirty = false;

  /** The files that are loaded, in order. */
  get parts(): AofPart[] {
    return this.base === null ? this.increments : [this.base, ...this.increments];
  }

  copy(): AofManifest {
    return Object.assign(new AofManifest(), this, { history: [...this.history], increments: [...this.increments] });
  }

  /** Makes a new file the base; the one before becomes history. Returns its name. */
  addBase(fileName: string, isRdb: boolean): string {
    if (this.base !== null) this.history.unshift({ ...this.base, type: "h" });
    const seq = ++this.baseSeq;
    this.setBase(`${fileName}.${seq}.base.${isRdb ? "rdb" : "aof"}`, seq);
    return this.base!.name;
  }

  /** Makes a file the base in place of whatever is. */
  setBase(name: string, seq: number): void {
    this.base = { name, seq, type: "b" };
    this.baseSeq = seq;
    this.isDirty = true;
  }

  /** Adds a file to be written from now on. Returns its name. */
  addIncrement(fileName: string): string {
    const seq = ++this.incrementSeq;
    const name = `${fileName}.${seq}.incr.aof`;
    this.increments.push({ name, seq, type: "i" });
    this.isDirty = true;
    return name;
  }

  /** All writes up to now are in the base: their files become history, but for the last `kept`. */
  retireIncrements(kept: number): void {
    const retired = this.increments.splice(0, this.increments.length - kept);
    for (const part of retired.reverse()) this.history.unshift({ ...part, type: "h" });
    this.isDirty = true;
  }

  /** As the file has it. */
  toString(): string {
    return [...this.base === null ? [] : [this.base], ...this.history, ...this.increments]
      .map(({ name, seq, type }) => `file ${nameOf(name)} seq ${seq} type ${type}\n`).join("");
  }

  /**
   * Reads a manifest.
   *
   * @throws {ManifestError} It is none.
   */
  static parse(bytes: Uint8Array): AofManifest {
    if (bytes.length === 0) throw new ManifestError("Found an empty AOF manifest");
    const manifest = new AofManifest();
    let number = 0;
    for (let at = 0; at < bytes.length;) {
      number++;
      const end = bytes.indexOf(LF, at);
      const from = at;
      at = end + 1;
      if (bytes[from] === HASH && end >= 0) continue;
      if (end < 0 || end + 1 - from > MAX_LINE_BYTES) {
        throw new ManifestError("The AOF manifest file contains too long line");
      }
      const text = TEXT.decode(bytes.subarray(from, end)).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
      const problem = manifest.#add(text);
      if (problem !== null) throw new ManifestError(problem, { number, text });
    }
    return manifest;
  }

  /** Takes a line; what is wrong with it, if anything. */
  #add(text: string): string | null {
    const words = wordsOf(text);
    if (words === null || words.length < 6 || words.length % 2 !== 0) return BAD_FORMAT;
    let name = "", seq = 0, type = "";
    for (let i = 0; i < words.length; i += 2) { // further keys may come with later versions
      const key = words[i]!.toLowerCase(), value = words[i + 1]!;
      if (key === "file") {
        if (/[/\\]/.test(value)) return "File can't be a path, just a filename";
        name = value;
      } else if (key === "seq") seq = Number.parseInt(value) || 0;
      else if (key === "type") type = value.slice(0, 1);
    }
    if (name === "" || seq === 0 || type === "") return BAD_FORMAT;
    switch (type) {
      case "b":
        if (this.base !== null) return "Found duplicate base file information";
        this.base = { name, seq, type };
        this.baseSeq = seq;
        return null;
      case "h":
        this.history.push({ name, seq, type });
        return null;
      case "i":
        if (seq <= this.incrementSeq) return "Found a non-monotonic sequence number";
        this.increments.push({ name, seq, type });
        this.incrementSeq = seq;
        return null;
      default:
        return "Unknown AOF file type";
    }
  }
}

function nameOf(name: string): string {
  const bytes = UTF8.encode(name);
  return UNQUOTED.test(name) ? name : quotedText(bytes, 0, bytes.length);
}

/** The words of a line; null where quotes do not close. */
function wordsOf(line: string): string[] | null {
  const bytes = UTF8.encode(line);
  const batch = new CommandBatch();
  const count = splitInline(bytes, 0, bytes.length, batch, 0);
  if (count < 0) return null;
  return Array.from(
    { length: count },
    (_, i) => TEXT.decode(bytes.subarray(batch.words[2 * i]!, batch.words[2 * i + 1]!)),
  );
}
