/**
 * Memory for keys and values outside the JavaScript heap, addressed in units of 8 bytes, so that a 31-bit address reaches
 * 16 GiB and a million keys are no objects at all.
 *
 * It is a memory of WebAssembly, the one kind that grows in place and is accessed like any typed array: each access to a
 * resizable `ArrayBuffer` asks for its length first, and takes twice as long (bench/arena_bench.ts). Growing replaces the
 * views, and those of before are empty then. So **an allocation ends the life of `bytes`, `words` and `doubles`** that
 * somebody has taken from the arena before it; {@linkcode Arena.isRestless} finds those who forget.
 *
 * Allocation is in size classes, after tcmalloc: the buffer is cut in pages of 8 KiB, consecutive pages form a span, and
 * a span holds blocks of one class. A span whose blocks are all free gives its pages back, to become a span of any
 * other class, so memory once used for values of one size serves values of every size later.
 *
 * ```text
 *   page      0        1        2        3        4        5
 *          | null  | span of class 5 (40 B) | free pages      | large block
 *                    ▲ a freed block's first word links to the next free block of its span
 * ```
 *
 * allocate and free: O(1). Blocks up to 32 KiB waste at most a quarter; larger ones are rounded up to whole pages.
 */
import { StoreMemoryError } from "./errors.ts";

/** Address of no block. */
export const NONE = 0;

const PAGE_SHIFT = 10;
const PAGE_UNITS = 1 << PAGE_SHIFT;
const PAGE_BYTES = PAGE_UNITS * 8;
/** 31-bit addresses of 8-byte units. */
const MAX_BYTES = 2 ** 31 * 8;
/** WebAssembly grows by pages of its own, of 64 KiB. */
const GROWN_PAGES = 8;
/** What has not been touched takes no memory, so steps may be large; each may lead to a garbage collection. */
const SMALLEST_STEP_PAGES = 128;
const LARGEST_STEP_PAGES = 8192;

/** Classes of 1 to 64 units, one each; then four for every doubling up to 32 KiB. */
const EXACT_CLASSES = 64;
const LARGEST_CLASS_UNITS = 4096;
/** Block size of each class in units; class 0 is not used. */
const CLASS_UNITS: Int32Array = classSizes();
/** Pages of a span of each class. */
const CLASS_PAGES: Uint8Array = spanSizes();
/** Runs of free pages up to this length have a list each; longer ones share the last. */
const RUN_LISTS = 64;

const FREE_RUN = 0xff, LARGE = 0xfe;

export class Arena {
  /** For tests: every allocation replaces the views, not only one that has to grow. */
  static isRestless = false;

  /** All bytes, until the next allocation. */
  bytes: Uint8Array = new Uint8Array(NO_BUFFER);
  /** The same memory as 32-bit words: the word of a unit `u` is `2 * u`. */
  words: Int32Array = new Int32Array(NO_BUFFER);
  /** The same memory as doubles: a unit is one. */
  doubles: Float64Array = new Float64Array(NO_BUFFER);
  /** Bytes in blocks now allocated. */
  usedBytes = 0;

  #memory: WebAssembly.Memory | null = null;
  readonly #maxBytes: number;
  /** Pages in the memory, page 0 included, which holds nothing so that no block has address 0. */
  #pages = 0;
  /** Pages ever handed out: beyond it the memory is untouched. */
  #top = 1;

  // One element a page, good at the first page of a span or run (runs also mark their last page).
  #kind: Uint8Array = new Uint8Array(64);
  #length: Int32Array = new Int32Array(64);
  #live: Int32Array = new Int32Array(64);
  #free: Int32Array = new Int32Array(64);
  #bump: Int32Array = new Int32Array(64);
  #next: Int32Array = new Int32Array(64);
  #previous: Int32Array = new Int32Array(64);
  /** First page of the span that a page belongs to. */
  #span: Int32Array = new Int32Array(64);

  /** First span of each class that has room; 0: none. */
  readonly #roomy: Int32Array = new Int32Array(CLASS_UNITS.length);
  /** First free run of each length. */
  readonly #runs: Int32Array = new Int32Array(RUN_LISTS + 1);

  /** @param maxBytes What the memory may grow to; by default all that addresses reach, 16 GiB. */
  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = Math.min(Math.floor(maxBytes / PAGE_BYTES) * PAGE_BYTES, MAX_BYTES);
  }

  /** Bytes up to the last block, free ones included. */
  get capacityBytes(): number {
    return this.#top * PAGE_BYTES;
  }

  /** Has no page been used, since the beginning or {@linkcode reset}? */
  get isUnused(): boolean {
    return this.#top === 1;
  }

  /** Bytes of memory that it holds without having any block: {@linkcode dropMemory} would let go of them. */
  get spareBytes(): number {
    return this.usedBytes === 0 ? this.bytes.length : 0;
  }

  /** Units that a block for `bytes` really has: a value may grow to that in place. */
  static unitsFor(bytes: number): number {
    const units = (bytes + 7) >>> 3;
    if (units <= EXACT_CLASSES) return units === 0 ? 1 : units;
    if (units <= LARGEST_CLASS_UNITS) return CLASS_UNITS[classOf(units)]!;
    return Math.ceil(units / PAGE_UNITS) * PAGE_UNITS;
  }

  /**
   * Makes a block of at least `bytes`; its content is undefined.
   *
   * @throws {StoreMemoryError} The memory cannot grow; nothing has changed.
   */
  allocate(bytes: number): number {
    const units = (bytes + 7) >>> 3;
    if (Arena.isRestless) this.#renewViews();
    if (units > LARGEST_CLASS_UNITS) return this.#allocateLarge(units);
    const kind = units <= EXACT_CLASSES ? (units === 0 ? 1 : units) : classOf(units);
    const span = this.#roomy[kind]! || this.#newSpan(kind);
    const size = CLASS_UNITS[kind]!;
    let address = this.#free[span]!;
    if (address !== NONE) {
      this.#free[span] = this.words[address * 2]!;
    } else {
      address = this.#bump[span]!;
      this.#bump[span] = address + size;
    }
    this.#live[span]!++;
    if (this.#free[span] === NONE && this.#isSpent(span, size)) this.#unlist(span, kind);
    this.usedBytes += size * 8;
    return address;
  }

  /**
   * Bytes to be stored, after an allocation: those given, or, had they been in this arena, where they are now. A view whose
   * life has ended is empty.
   */
  renewed(source: Uint8Array): Uint8Array {
    return source.length === 0 ? this.bytes : source;
  }

  /** Gives a block back. */
  free(address: number): void {
    const span = this.#span[address >>> PAGE_SHIFT]!;
    const kind = this.#kind[span]!;
    if (kind === LARGE) {
      const pages = this.#length[span]!;
      this.usedBytes -= pages * PAGE_BYTES;
      this.#freeRun(span, pages);
      return;
    }
    const size = CLASS_UNITS[kind]!;
    this.usedBytes -= size * 8;
    const wasFull = this.#free[span] === NONE && this.#isSpent(span, size);
    this.words[address * 2] = this.#free[span]!;
    this.#free[span] = address;
    const live = --this.#live[span]!;
    if (wasFull) this.#list(span, kind); // a span of a single block may be full and empty by turns
    if (live === 0 && (this.#roomy[kind] !== span || this.#next[span] !== 0)) {
      this.#unlist(span, kind); // the last roomy span of a class is kept, so that one block going and coming costs nothing
      this.#freeRun(span, this.#length[span]!);
    }
  }

  /** Bytes of the block at `address`. */
  blockBytes(address: number): number {
    const span = this.#span[address >>> PAGE_SHIFT]!;
    const kind = this.#kind[span]!;
    return kind === LARGE ? this.#length[span]! * PAGE_BYTES : CLASS_UNITS[kind]! * 8;
  }

  /** Forgets all blocks at once; the memory stays. Takes time in proportion to the pages it had. */
  reset(): void {
    this.#top = 1;
    this.usedBytes = 0;
    this.#kind.fill(0); // marks of free runs must not be taken for new ones
    this.#roomy.fill(0);
    this.#runs.fill(0);
  }

  /**
   * Lets go of the memory, if no block is in it. WebAssembly's memory cannot shrink: it is freed when garbage is collected.
   *
   * @returns How many bytes have been let go.
   */
  dropMemory(): number {
    if (this.usedBytes > 0 || this.#memory === null) return 0;
    const bytes = this.bytes.length;
    this.reset();
    this.#memory = null;
    this.#pages = 0;
    this.#setViews(NO_BUFFER);
    return bytes;
  }

  /** Has every block of the span been handed out at least once? */
  #isSpent(span: number, size: number): boolean {
    return this.#bump[span]! + size > (span + this.#length[span]!) * PAGE_UNITS;
  }

  #newSpan(kind: number): number {
    const pages = CLASS_PAGES[kind]!;
    const span = this.#takeRun(pages);
    this.#kind[span] = kind;
    this.#length[span] = pages;
    this.#live[span] = 0;
    this.#free[span] = NONE;
    this.#bump[span] = span * PAGE_UNITS;
    for (let page = span; page < span + pages; page++) this.#span[page] = span;
    this.#list(span, kind);
    return span;
  }

  #allocateLarge(units: number): number {
    const pages = Math.ceil(units / PAGE_UNITS);
    const span = this.#takeRun(pages);
    this.#kind[span] = LARGE;
    this.#length[span] = pages;
    this.#span[span] = span;
    this.usedBytes += pages * PAGE_BYTES;
    return span * PAGE_UNITS;
  }

  /** Puts a span in front of the list of those of its class that have room. */
  #list(span: number, kind: number): void {
    const head = this.#roomy[kind]!;
    this.#next[span] = head;
    this.#previous[span] = 0;
    if (head !== 0) this.#previous[head] = span;
    this.#roomy[kind] = span;
  }

  #unlist(span: number, kind: number): void {
    const next = this.#next[span]!, previous = this.#previous[span]!;
    if (previous === 0) this.#roomy[kind] = next;
    else this.#next[previous] = next;
    if (next !== 0) this.#previous[next] = previous;
    this.#next[span] = this.#previous[span] = 0;
  }

  /** Takes consecutive free pages, the first run that is long enough, or grows the buffer. */
  #takeRun(pages: number): number {
    for (let list = Math.min(pages, RUN_LISTS); list <= RUN_LISTS; list++) {
      for (let run = this.#runs[list]!; run !== 0; run = this.#next[run]!) {
        const length = this.#length[run]!;
        if (length < pages) continue; // only in the last list
        this.#unlistRun(run, length);
        if (length > pages) this.#listRun(run + pages, length - pages);
        return run;
      }
    }
    const run = this.#top;
    if (run + pages > this.#pages) this.#grow(run + pages);
    this.#top = run + pages;
    return run;
  }

  /** Gives pages back, joined with free neighbours. */
  #freeRun(first: number, pages: number): void {
    const after = first + pages;
    if (after < this.#top && this.#kind[after] === FREE_RUN) {
      const length = this.#length[after]!;
      this.#unlistRun(after, length);
      pages += length;
    }
    if (first > 1 && this.#kind[first - 1] === FREE_RUN) {
      const length = this.#length[first - 1]!;
      first -= length;
      this.#unlistRun(first, length);
      pages += length;
    }
    if (first + pages === this.#top) this.#top = first;
    else this.#listRun(first, pages);
  }

  #listRun(run: number, pages: number): void {
    const last = run + pages - 1;
    this.#kind[run] = this.#kind[last] = FREE_RUN;
    this.#length[run] = this.#length[last] = pages;
    const list = Math.min(pages, RUN_LISTS);
    const head = this.#runs[list]!;
    this.#next[run] = head;
    this.#previous[run] = 0;
    if (head !== 0) this.#previous[head] = run;
    this.#runs[list] = run;
  }

  #unlistRun(run: number, pages: number): void {
    this.#kind[run] = this.#kind[run + pages - 1] = 0;
    const next = this.#next[run]!, previous = this.#previous[run]!;
    if (previous === 0) this.#runs[Math.min(pages, RUN_LISTS)] = next;
    else this.#next[previous] = next;
    if (next !== 0) this.#previous[next] = previous;
  }

  #grow(pages: number): void {
    const mostPages = this.#maxBytes / PAGE_BYTES;
    if (pages > mostPages) throw new StoreMemoryError("the arena is full");
    const step = Math.min(Math.max(this.#pages >> 1, SMALLEST_STEP_PAGES), LARGEST_STEP_PAGES);
    if (!this.#growTo(Math.min(Math.max(pages, this.#pages + step), mostPages)) && !this.#growTo(pages)) {
      throw new StoreMemoryError("the arena cannot grow");
    }
  }

  #growTo(pages: number): boolean {
    const had = this.bytes.length / PAGE_BYTES;
    const size = Math.ceil(pages / GROWN_PAGES) * GROWN_PAGES;
    try {
      if (size > this.#kind.length) this.#growTables(Math.max(size, this.#kind.length * 2));
      this.#memory ??= reserveMemory(this.#maxBytes);
      this.#memory.grow(BigInt((size - had) / GROWN_PAGES) as never); // of 64 bits: its type knows numbers only
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return false;
    }
    this.#pages = Math.min(size, this.#maxBytes / PAGE_BYTES);
    this.#setViews(this.#memory.buffer as ArrayBuffer);
    return true;
  }

  #renewViews(): void {
    if (this.#memory === null) return;
    this.#memory.grow(0n as never);
    this.#setViews(this.#memory.buffer as ArrayBuffer);
  }

  #setViews(buffer: ArrayBuffer): void {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
  }

  #growTables(pages: number): void {
    this.#length = grown(this.#length, pages);
    this.#live = grown(this.#live, pages);
    this.#free = grown(this.#free, pages);
    this.#bump = grown(this.#bump, pages);
    this.#next = grown(this.#next, pages);
    this.#previous = grown(this.#previous, pages);
    this.#span = grown(this.#span, pages);
    const kind = new Uint8Array(pages);
    kind.set(this.#kind);
    this.#kind = kind; // last: its length is what all of them have at least
  }
}

const NO_BUFFER: ArrayBuffer = new ArrayBuffer(0);

/** Address space for the most an arena may become; less where the machine has less. */
function reserveMemory(maxBytes: number): WebAssembly.Memory {
  for (let max = Math.ceil(maxBytes / (GROWN_PAGES * PAGE_BYTES));; max = Math.ceil(max / 2)) {
    try {
      const limits = { address: "i64", initial: 0n, maximum: BigInt(max) };
      return new WebAssembly.Memory(limits as unknown as WebAssembly.MemoryDescriptor); // newer than its type
    } catch (error) {
      if (!(error instanceof RangeError) || max === 1) throw error;
    }
  }
}

function grown(table: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(table);
  return larger;
}

/** The smallest class above EXACT_CLASSES that holds `units`. */
function classOf(units: number): number {
  const doubling = 31 - Math.clz32(units - 1); // 64 < units: doubling >= 6
  const quarter = ((units - 1) >>> (doubling - 2)) & 3;
  return EXACT_CLASSES + (doubling - 6) * 4 + quarter + 1;
}

function classSizes(): Int32Array {
  const sizes = [0];
  for (let units = 1; units <= EXACT_CLASSES; units++) sizes.push(units);
  for (let doubling = EXACT_CLASSES; doubling < LARGEST_CLASS_UNITS; doubling *= 2) {
    for (let quarter = 1; quarter <= 4; quarter++) sizes.push(doubling + (doubling / 4) * quarter);
  }
  return Int32Array.from(sizes);
}

/** Spans are long enough that their unused tail is at most an eighth. */
function spanSizes(): Uint8Array {
  return Uint8Array.from(CLASS_UNITS, (units) => {
    let pages = 2;
    while (units > 0 && (pages * PAGE_UNITS) % units > (pages * PAGE_UNITS) / 8) pages *= 2;
    return pages;
  });
}
