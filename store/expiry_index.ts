/**
 * When entries expire: a table from entry address to milliseconds, for the entries that have an expiry only.
 *
 * Extendible hashing: a directory of small open-addressed segments, each of which splits by itself when it fills up. So
 * no insertion ever pays for a rehash of the whole, at ten million keys either; get, set, delete and move are O(1).
 * The active expiry cycle sweeps the segments one after the other.
 */

const SEGMENT_SLOTS = 1024;
const SEGMENT_MASK = SEGMENT_SLOTS - 1;
const SPLIT_AT = 700;
const EMPTY = 0;

interface Segment {
  readonly keys: Int32Array;
  readonly times: Float64Array;
  count: number;
  /** How many of the hash's top bits all entries of this segment share. */
  depth: number;
}

export class ExpiryIndex {
  /** How many entries have an expiry. */
  size = 0;

  #directory: Segment[] = [newSegment(0)];
  /** log2 of the directory's length. */
  #depth = 0;

  /** The expiry of an entry, or -1. */
  get(entry: number): number {
    const hash = hashOf(entry);
    const { keys, times } = this.#segment(hash);
    for (let slot = hash & SEGMENT_MASK;; slot = (slot + 1) & SEGMENT_MASK) {
      const key = keys[slot]!;
      if (key === entry) return times[slot]!;
      if (key === EMPTY) return -1;
    }
  }

  set(entry: number, atMs: number): void {
    const hash = hashOf(entry);
    while (true) {
      const segment = this.#segment(hash);
      const { keys, times } = segment;
      let slot = hash & SEGMENT_MASK;
      while (keys[slot] !== EMPTY && keys[slot] !== entry) slot = (slot + 1) & SEGMENT_MASK;
      if (keys[slot] === EMPTY) {
        if (segment.count >= SPLIT_AT) {
          this.#split(hash);
          continue;
        }
        keys[slot] = entry;
        segment.count++;
        this.size++;
      }
      times[slot] = atMs;
      return;
    }
  }

  delete(entry: number): void {
    const hash = hashOf(entry);
    const segment = this.#segment(hash);
    const { keys, times } = segment;
    let slot = hash & SEGMENT_MASK;
    while (keys[slot] !== entry) {
      if (keys[slot] === EMPTY) return;
      slot = (slot + 1) & SEGMENT_MASK;
    }
    segment.count--;
    this.size--;
    // What follows in the run moves up when its own slot lies at or before the hole: no tombstones.
    for (let next = (slot + 1) & SEGMENT_MASK; keys[next] !== EMPTY; next = (next + 1) & SEGMENT_MASK) {
      const home = hashOf(keys[next]!) & SEGMENT_MASK;
      if (((next - home) & SEGMENT_MASK) < ((next - slot) & SEGMENT_MASK)) continue;
      keys[slot] = keys[next]!;
      times[slot] = times[next]!;
      slot = next;
    }
    keys[slot] = EMPTY;
  }

  /** The entry has got another address. */
  move(from: number, to: number): void {
    const atMs = this.get(from);
    this.delete(from);
    this.set(to, atMs);
  }

  /** How many segments a sweep goes through. */
  get segments(): number {
    return this.#directory.length;
  }

  /** The entries of one segment whose time is before `nowMs`, added to `into`; fewer than 1024. */
  collectDue(index: number, nowMs: number, into: number[]): void {
    const segment = this.#directory[index % this.#directory.length]!;
    if (segment.count === 0) return;
    const { keys, times } = segment;
    for (let slot = 0; slot < SEGMENT_SLOTS; slot++) {
      if (keys[slot] !== EMPTY && times[slot]! < nowMs) into.push(keys[slot]!);
    }
  }

  /** Average of what is left to live, in milliseconds, over a sample (INFO's `avg_ttl`). */
  averageTtl(nowMs: number): number {
    const { keys, times, count } = this.#directory[0]!;
    if (count === 0) return 0;
    let sum = 0;
    for (let slot = 0; slot < SEGMENT_SLOTS; slot++) {
      if (keys[slot] !== EMPTY) sum += Math.max(0, times[slot]! - nowMs);
    }
    return Math.floor(sum / count);
  }

  #segment(hash: number): Segment {
    return this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]!;
  }

  #split(hash: number): void {
    const full = this.#segment(hash);
    if (full.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((segment) => [segment, segment]);
      this.#depth++;
    }
    const depth = full.depth + 1;
    const halves = [newSegment(depth), newSegment(depth)] as const;
    for (let slot = 0; slot < SEGMENT_SLOTS; slot++) {
      const entry = full.keys[slot]!;
      if (entry !== EMPTY) place(halves[(hashOf(entry) >>> (32 - depth)) & 1]!, entry, full.times[slot]!);
    }
    const shared = 1 << (this.#depth - full.depth); // directory slots that point to the full segment
    const first = ((hash >>> (32 - this.#depth)) & ~(shared - 1)) >>> 0;
    for (let i = 0; i < shared; i++) this.#directory[first + i] = halves[i < shared / 2 ? 0 : 1];
  }
}

function newSegment(depth: number): Segment {
  return { keys: new Int32Array(SEGMENT_SLOTS), times: new Float64Array(SEGMENT_SLOTS), count: 0, depth };
}

function place(segment: Segment, entry: number, atMs: number): void {
  let slot = hashOf(entry) & SEGMENT_MASK;
  while (segment.keys[slot] !== EMPTY) slot = (slot + 1) & SEGMENT_MASK;
  segment.keys[slot] = entry;
  segment.times[slot] = atMs;
  segment.count++;
}

/** Top bits choose the segment, low bits the slot: both must be mixed. */
function hashOf(entry: number): number {
  let h = Math.imul(entry ^ (entry >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}
