/**
 * When entries expire: a table from entry address to milliseconds, for the entries that have an expiry only.
 *
 * Extendible hashing: a directory of small open-addressed segments. One that fills up grows, and when it is as large as
 * segments become, splits by itself; one that empties shrinks and joins its other half again.
 *
 * ```text
 *   directory, by the hash's top bits     00 ──► segment of depth 2     keys  | address |  -  | address | ...
 *                                         01 ──► segment of depth 2     times |   ms    |  -  |   ms    | ...
 *                                         10 ─┬► segment of depth 1     earliest: no time in it is before this one
 *                                         11 ─┘
 * ```
 *
 * No insertion ever pays for a rehash of the whole, at ten million keys either; get, set, delete and move are O(1), and
 * memory follows the number of entries, down as well as up. The active expiry cycle looks only into segments in which
 * something may be due.
 */

const SMALLEST_SLOTS = 16;
const LARGEST_SLOTS = 1024;
/** Two halves with fewer entries than this together join. */
const JOIN_BELOW = 256;
const BYTES_PER_SLOT = 12;
const EMPTY = 0;

class Segment {
  keys: Int32Array;
  times: Float64Array;
  /** Number of slots minus one; their number is a power of two. */
  mask: number;
  count = 0;
  /** How many of the hash's top bits all entries of this segment share. */
  depth: number;
  /** No time in the segment is before this one. */
  earliest = Infinity;

  constructor(depth: number, slots: number) {
    this.depth = depth;
    this.mask = slots - 1;
    this.keys = new Int32Array(slots);
    this.times = new Float64Array(slots);
  }

  /** Adds an entry that is not there yet; there is room. */
  add(entry: number, atMs: number): void {
    const { keys, mask } = this;
    let slot = hashOf(entry) & mask;
    while (keys[slot] !== EMPTY) slot = (slot + 1) & mask;
    keys[slot] = entry;
    this.times[slot] = atMs;
    this.count++;
    if (atMs < this.earliest) this.earliest = atMs;
  }

  /** Adds all entries of another segment. */
  addAll(other: Segment): void {
    const { keys, times } = other;
    for (let slot = 0; slot < keys.length; slot++) if (keys[slot] !== EMPTY) this.add(keys[slot]!, times[slot]!);
  }

  /** Is it as full as open addressing likes? */
  get isFull(): boolean {
    return this.count * 3 >= this.keys.length * 2;
  }

  resize(slots: number): void {
    const resized = new Segment(this.depth, slots);
    resized.addAll(this);
    this.keys = resized.keys;
    this.times = resized.times;
    this.mask = resized.mask;
    this.earliest = resized.earliest;
  }
}

export class ExpiryIndex {
  /** How many entries have an expiry. */
  size = 0;
  /** Bytes of the tables. */
  tableBytes = SMALLEST_SLOTS * BYTES_PER_SLOT;

  #directory: Segment[] = [new Segment(0, SMALLEST_SLOTS)];
  /** log2 of the directory's length. */
  #depth = 0;
  /** How many segments have that depth. */
  #deepest = 1;

  /** The expiry of an entry, or -1. */
  get(entry: number): number {
    const hash = hashOf(entry);
    const { keys, times, mask } = this.#segment(hash);
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const key = keys[slot]!;
      if (key === entry) return times[slot]!;
      if (key === EMPTY) return -1;
    }
  }

  set(entry: number, atMs: number): void {
    const hash = hashOf(entry);
    let segment = this.#segment(hash);
    const { keys, mask } = segment;
    let slot = hash & mask;
    while (keys[slot] !== EMPTY && keys[slot] !== entry) slot = (slot + 1) & mask;
    if (keys[slot] === entry) {
      segment.times[slot] = atMs;
      if (atMs < segment.earliest) segment.earliest = atMs;
      return;
    }
    while (segment.isFull) segment = this.#makeRoom(hash, segment);
    segment.add(entry, atMs);
    this.size++;
  }

  delete(entry: number): void {
    const hash = hashOf(entry);
    const segment = this.#segment(hash);
    const { keys, times, mask } = segment;
    let slot = hash & mask;
    while (keys[slot] !== entry) {
      if (keys[slot] === EMPTY) return;
      slot = (slot + 1) & mask;
    }
    // What follows in the run moves up when its own slot lies at or before the hole: no tombstones.
    for (let next = (slot + 1) & mask; keys[next] !== EMPTY; next = (next + 1) & mask) {
      const home = hashOf(keys[next]!) & mask;
      if (((next - home) & mask) < ((next - slot) & mask)) continue;
      keys[slot] = keys[next]!;
      times[slot] = times[next]!;
      slot = next;
    }
    keys[slot] = EMPTY;
    this.size--;
    segment.count--;
    if (segment.count * 8 < keys.length) this.#makeSmaller(hash, segment);
  }

  /** The entry has got another address. */
  move(from: number, to: number): void {
    const atMs = this.get(from);
    this.delete(from);
    this.set(to, atMs);
  }

  /** How many parts a sweep goes through. */
  get parts(): number {
    return this.#directory.length;
  }

  /** The first part from `from` on, all of them in turn, in which an entry may have a time up to `nowMs`; -1: none. */
  nextDue(from: number, nowMs: number): number {
    const directory = this.#directory, last = directory.length - 1;
    for (let i = 0; i <= last; i++) {
      const part = (from + i) & last;
      if (directory[part]!.earliest <= nowMs) return part;
    }
    return -1;
  }

  /** No entry has a time before this one; `Infinity`: there is none. */
  get earliestMs(): number {
    return this.#directory.reduce((earliest, segment) => Math.min(earliest, segment.earliest), Infinity);
  }

  /** The entries of one part whose time is not after `nowMs`, added to `into`; fewer than 1024. */
  collectDue(part: number, nowMs: number, into: number[]): void {
    const segment = this.#directory[part]!;
    const { keys, times } = segment;
    let earliest = Infinity;
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === EMPTY) continue;
      const atMs = times[slot]!;
      if (atMs <= nowMs) into.push(keys[slot]!);
      if (atMs < earliest) earliest = atMs;
    }
    segment.earliest = earliest;
  }

  /** Average of what is left to live, in milliseconds, over a sample (INFO's `avg_ttl`). */
  averageTtl(nowMs: number): number {
    const { keys, times, count } = this.#directory[0]!;
    if (count === 0) return 0;
    let sum = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] !== EMPTY) sum += Math.max(0, times[slot]! - nowMs);
    }
    return Math.floor(sum / count);
  }

  /** Any entry, each as likely as any other; there must be one. `random` gives 0 up to 1. */
  randomEntry(random: () => number): number {
    const directory = this.#directory;
    // a segment that many directory slots share comes up as often as all of its halves would; and one with fewer slots
    // than others has places that are always empty, or its entries would come up more often
    const places = directory.length === 1 ? directory[0]!.keys.length : LARGEST_SLOTS;
    while (true) {
      const choice = Math.floor(random() * directory.length * places);
      const entry = directory[Math.floor(choice / places)]!.keys[choice % places] ?? EMPTY;
      if (entry !== EMPTY) return entry;
    }
  }

  /** All entries, in no order. */
  *entries(): Generator<number> {
    for (const { keys } of new Set(this.#directory)) for (const key of keys) if (key !== EMPTY) yield key;
  }

  #segment(hash: number): Segment {
    return this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]!;
  }

  /** Enlarges a full segment or splits it in two; returns the one that `hash` belongs to now. */
  #makeRoom(hash: number, segment: Segment): Segment {
    if (segment.keys.length < LARGEST_SLOTS) {
      this.#resize(segment, segment.keys.length * 2);
      return segment;
    }
    if (segment.depth === this.#depth) this.#doubleDirectory();
    const depth = segment.depth + 1;
    const halves = [new Segment(depth, LARGEST_SLOTS), new Segment(depth, LARGEST_SLOTS)] as const;
    const { keys, times } = segment;
    for (let slot = 0; slot < keys.length; slot++) {
      const entry = keys[slot]!;
      if (entry !== EMPTY) halves[(hashOf(entry) >>> (32 - depth)) & 1]!.add(entry, times[slot]!);
    }
    this.tableBytes += LARGEST_SLOTS * BYTES_PER_SLOT;
    if (depth === this.#depth) this.#deepest += 2;
    const shared = 1 << (this.#depth - depth); // directory slots that point to each half
    const first = this.#firstSlot(hash, segment.depth);
    this.#directory.fill(halves[0], first, first + shared).fill(halves[1], first + shared, first + 2 * shared);
    return this.#segment(hash);
  }

  /** Shrinks a segment that is nearly empty, or joins it with its other half. */
  #makeSmaller(hash: number, segment: Segment): void {
    if (segment.depth > 0) {
      const shared = 1 << (this.#depth - segment.depth);
      const first = this.#firstSlot(hash, segment.depth - 1);
      const halves = [this.#directory[first]!, this.#directory[first + shared]!] as const;
      if (halves[0].depth === halves[1].depth && halves[0].count + halves[1].count < JOIN_BELOW) {
        return this.#join(halves[0], halves[1], first, 2 * shared);
      }
    }
    if (segment.keys.length > SMALLEST_SLOTS) this.#resize(segment, segment.keys.length / 2);
  }

  #join(segment: Segment, other: Segment, first: number, shared: number): void {
    if (segment.depth === this.#depth) this.#deepest -= 2;
    this.tableBytes -= other.keys.length * BYTES_PER_SLOT;
    let slots = segment.keys.length;
    while (slots < (segment.count + other.count) * 2) slots *= 2;
    if (slots > segment.keys.length) this.#resize(segment, slots);
    segment.addAll(other);
    segment.depth--;
    this.#directory.fill(segment, first, first + shared);
    while (this.#deepest === 0) this.#halveDirectory();
  }

  #resize(segment: Segment, slots: number): void {
    this.tableBytes += (slots - segment.keys.length) * BYTES_PER_SLOT;
    segment.resize(slots);
  }

  /** The first directory slot of the segment of this depth that `hash` belongs to. */
  #firstSlot(hash: number, depth: number): number {
    return depth === 0 ? 0 : (hash >>> (32 - depth)) << (this.#depth - depth);
  }

  #doubleDirectory(): void {
    const doubled: Segment[] = [];
    for (const segment of this.#directory) doubled.push(segment, segment);
    this.#directory = doubled;
    this.#depth++;
    this.#deepest = 0;
  }

  #halveDirectory(): void {
    this.#directory = this.#directory.filter((_, i) => i % 2 === 0);
    this.#depth--;
    const isDeepest = (segment: Segment) => segment.depth === this.#depth;
    this.#deepest = this.#directory.filter(isDeepest).length;
  }
}

/** Top bits choose the segment, low bits the slot: both must be mixed. */
function hashOf(entry: number): number {
  let h = Math.imul(entry ^ (entry >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}
