/**
 * Elements in order of their scores, and among equal scores of their bytes: a counted B+-tree. An element is an entry of a
 * {@linkcode Dictionary}, known by its address; its key is what is compared. Scores stand beside the addresses, so that a
 * search seldom looks at an element.
 *
 * All nodes are blocks of one size in the arena:
 *
 * ```text
 *   leaf    | count, 0 | next, previous | 62 scores | 62 elements |
 *   inner   | count, level |  38 scores | 38 elements | 38 children | 38 sizes |
 *
 *                      ┌─ inner: first score and element of each child, how many elements are below it
 *             ┌────────┴─────────┐
 *           leaf  ◄──────────►  leaf
 * ```
 *
 * A child's first element is always what its parent says it is: removing an element leaves no trace of it, so its block may
 * be freed. Every node but the root and those at the edges is at least a third full; filled from one end, as with
 * growing scores, they are full.
 *
 * insert, remove, rank, seek: O(log n). An element takes 12 bytes, with its share of unused room 13 when the tree is filled
 * from one end and 18 when at random; a skiplist's node of Redis takes 24 and pointers for 1.3 levels of 16 bytes.
 */
import { type Arena, NONE } from "./arena.ts";
import { HEADER_BYTES, KEY_LENGTH } from "./dictionary.ts";

const NODE_UNITS = 96;
const NODE_BYTES = NODE_UNITS * 8;
/** Words of all nodes. */
const COUNT = 0, LEVEL = 1;
/** Words of leaves: their neighbours. */
const NEXT = 2, PREVIOUS = 3;

const LEAF_ROOM = 62;
/** In units, then in words. */
const LEAF_SCORES = 2, LEAF_ELEMENTS = 2 * (LEAF_SCORES + LEAF_ROOM);

const INNER_ROOM = 38;
const INNER_SCORES = 1, INNER_ELEMENTS = 2 * (INNER_SCORES + INNER_ROOM);
const CHILDREN = INNER_ELEMENTS + INNER_ROOM, SIZES = CHILDREN + INNER_ROOM;

/** What {@linkcode ScoreTree.build} fills: a little room is left, or the first insertions would split every node. */
const BUILT_LEAF = 56, BUILT_INNER = 34;

/** A tree of 2^31 elements in nodes a third full has nine levels. */
const MAX_DEPTH = 16;
/** The way from the root to where the last search ended: nodes, and the slot taken in each. */
const NODES = new Int32Array(MAX_DEPTH), SLOTS = new Int32Array(MAX_DEPTH);
/** Nodes allocated for an insertion before it begins. */
const FRESH: number[] = [];

/** Elements that {@linkcode ScoreTree.takeRun} takes at most. */
export const LONGEST_RUN: number = LEAF_ROOM;

/**
 * What is searched for. Elements are before it when their score is lower; with the same score, or with any when scores do
 * not count, when their bytes are smaller; those equal in all that counts when the bound is behind equal ones.
 */
class Bound {
  byScore = false;
  score = 0;
  /** Null: bytes do not count. */
  bytes: Uint8Array | null = null;
  start = 0;
  end = 0;
  isBehindEqual = false;
}
const BOUND = new Bound();

export class ScoreTree {
  readonly arena: Arena;
  #root = NONE;
  /** Inner nodes on the way to a leaf. */
  #height = 0;
  /** What {@linkcode release} has still to free; null before. */
  #released: number[] | null = null;

  /** Where {@linkcode seek} has ended. */
  leaf: number = NONE;
  slot = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  // ---- Reading ----

  /** How many elements there are. */
  get size(): number {
    return this.#root === NONE ? 0 : this.#sizeOf(this.#root);
  }

  /** The rank of an element that is in the tree. */
  rank(score: number, element: number): number {
    this.#boundAt(score, element);
    BOUND.isBehindEqual = true;
    return this.#search() - 1;
  }

  /** How many elements have a lower score, or, `orEqual`, one that is not higher: the rank of the first that has not. */
  countBelowScore(score: number, orEqual: boolean): number {
    BOUND.byScore = true;
    BOUND.score = score;
    BOUND.bytes = null;
    BOUND.isBehindEqual = orEqual;
    return this.#search();
  }

  /** As {@linkcode countBelowScore} for bytes, in a tree in which all scores are equal. */
  countBelowBytes(bytes: Uint8Array, start: number, end: number, orEqual: boolean): number {
    BOUND.byScore = false;
    BOUND.bytes = bytes;
    BOUND.start = start;
    BOUND.end = end;
    BOUND.isBehindEqual = orEqual;
    return this.#search();
  }

  /** Finds {@linkcode leaf} and {@linkcode slot} of the element of this rank; false when there is none. */
  seek(rank: number): boolean {
    if (rank < 0 || rank >= this.size) return false;
    this.slot = this.#descend(rank);
    this.leaf = NODES[this.#height]!;
    return true;
  }

  /** Elements in a leaf. */
  leafSize(leaf: number): number {
    return this.arena.words[leaf * 2 + COUNT]!;
  }

  /** The leaf behind this one, or NONE. */
  nextLeaf(leaf: number): number {
    return this.arena.words[leaf * 2 + NEXT]!;
  }

  /** The leaf before this one, or NONE. */
  previousLeaf(leaf: number): number {
    return this.arena.words[leaf * 2 + PREVIOUS]!;
  }

  scoreAt(leaf: number, slot: number): number {
    return this.arena.doubles[leaf + LEAF_SCORES + slot]!;
  }

  elementAt(leaf: number, slot: number): number {
    return this.arena.words[leaf * 2 + LEAF_ELEMENTS + slot]!;
  }

  // ---- Searching ----

  #boundAt(score: number, element: number): void {
    const start = element * 8 + HEADER_BYTES;
    BOUND.byScore = true;
    BOUND.score = score;
    BOUND.bytes = this.arena.bytes;
    BOUND.start = start;
    BOUND.end = start + this.arena.words[element * 2 + KEY_LENGTH]!;
    BOUND.isBehindEqual = false;
  }

  #isBefore(score: number, element: number): boolean {
    if (BOUND.byScore && score !== BOUND.score) return score < BOUND.score;
    if (BOUND.bytes === null) return BOUND.isBehindEqual;
    const start = element * 8 + HEADER_BYTES;
    const end = start + this.arena.words[element * 2 + KEY_LENGTH]!;
    const order = compareBytes(this.arena.bytes, start, end, BOUND.bytes, BOUND.start, BOUND.end);
    return order === 0 ? BOUND.isBehindEqual : order < 0;
  }

  /** The way to the bound: nodes and slots, the last one being how many of the leaf's elements are before it. */
  #search(): number {
    if (this.#root === NONE) return 0;
    const { words } = this.arena;
    let node = this.#root, before = 0;
    for (let depth = 0; depth < this.#height; depth++) {
      // the last child whose first element is before the bound
      const slot = Math.max(this.#countBefore(node + INNER_SCORES, node * 2 + INNER_ELEMENTS, words[node * 2]!) - 1, 0);
      NODES[depth] = node;
      SLOTS[depth] = slot;
      const sizes = node * 2 + SIZES;
      for (let k = 0; k < slot; k++) before += words[sizes + k]!;
      node = words[node * 2 + CHILDREN + slot]!;
    }
    const slot = this.#countBefore(node + LEAF_SCORES, node * 2 + LEAF_ELEMENTS, words[node * 2]!);
    NODES[this.#height] = node;
    SLOTS[this.#height] = slot;
    return before + slot;
  }

  #countBefore(scores: number, elements: number, count: number): number {
    const { doubles, words } = this.arena;
    let low = 0, high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(doubles[scores + middle]!, words[elements + middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The way to a rank, which must be in the tree; returns the slot in the leaf. */
  #descend(rank: number): number {
    const { words } = this.arena;
    let node = this.#root;
    for (let depth = 0; depth < this.#height; depth++) {
      const sizes = node * 2 + SIZES;
      let slot = 0;
      while (rank >= words[sizes + slot]!) rank -= words[sizes + slot++]!;
      NODES[depth] = node;
      SLOTS[depth] = slot;
      node = words[node * 2 + CHILDREN + slot]!;
    }
    NODES[this.#height] = node;
    SLOTS[this.#height] = rank;
    return rank;
  }

  // ---- Inserting ----

  /**
   * Adds an element that is not there yet, at least not with this score.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  insert(score: number, element: number): void {
    if (this.#root === NONE) this.#root = this.#newLeaf();
    this.#boundAt(score, element);
    this.#search();
    const height = this.#height;
    this.#allocateFor(height);
    const { words, doubles } = this.arena;
    const path = NODES[height]!;
    let leaf = path, slot = SLOTS[height]!;
    const isFirst = slot === 0; // then the leaf is the first of all, as a search ends at an element before the bound
    const isAppended = slot === words[leaf * 2]! && words[leaf * 2 + NEXT] === NONE;
    let added = NONE;
    if (words[leaf * 2] === LEAF_ROOM) {
      const kept = isAppended ? LEAF_ROOM : isFirst ? 0 : LEAF_ROOM >> 1;
      added = this.#splitLeaf(leaf, kept);
      if (slot > kept || isAppended) {
        leaf = added;
        slot -= kept;
      }
    }
    const count = words[leaf * 2]!;
    this.#moveInLeaf(leaf, slot, leaf, slot + 1, count - slot);
    doubles[leaf + LEAF_SCORES + slot] = score;
    words[leaf * 2 + LEAF_ELEMENTS + slot] = element;
    words[leaf * 2] = count + 1;
    let child = path;
    for (let depth = height - 1; depth >= 0; depth--) {
      const parent = NODES[depth]!, at = SLOTS[depth]!;
      if (added === NONE) {
        words[parent * 2 + SIZES + at]!++;
        if (isFirst) this.#copyFirst(parent, at, child);
      } else {
        this.#describe(parent, at, child);
        added = this.#addChild(parent, at + 1, added, isAppended, isFirst);
      }
      child = parent;
    }
    if (added !== NONE) this.#addRoot(child, added);
  }

  /** Allocates the nodes that an insertion at the end of the path will need. */
  #allocateFor(height: number): void {
    const { words } = this.arena;
    if (words[NODES[height]! * 2]! < LEAF_ROOM) return;
    let needed = 1, depth = height - 1;
    while (depth >= 0 && words[NODES[depth]! * 2] === INNER_ROOM) {
      needed++;
      depth--;
    }
    if (depth < 0) needed++; // a new root
    try {
      while (needed-- > 0) FRESH.push(this.arena.allocate(NODE_BYTES));
    } catch (error) {
      for (const node of FRESH) this.arena.free(node);
      FRESH.length = 0;
      throw error;
    }
  }

  #newLeaf(): number {
    const leaf = this.arena.allocate(NODE_BYTES);
    const { words } = this.arena;
    words[leaf * 2 + COUNT] = 0;
    words[leaf * 2 + LEVEL] = 0;
    words[leaf * 2 + NEXT] = NONE;
    words[leaf * 2 + PREVIOUS] = NONE;
    return leaf;
  }

  /** Moves all but the first `kept` elements to a new leaf behind this one. */
  #splitLeaf(leaf: number, kept: number): number {
    const { words } = this.arena;
    const added = FRESH.pop()!, next = words[leaf * 2 + NEXT]!;
    const moved = words[leaf * 2]! - kept;
    this.#moveInLeaf(leaf, kept, added, 0, moved);
    words[leaf * 2] = kept;
    words[added * 2 + COUNT] = moved;
    words[added * 2 + LEVEL] = 0;
    words[added * 2 + NEXT] = next;
    words[added * 2 + PREVIOUS] = leaf;
    words[leaf * 2 + NEXT] = added;
    if (next !== NONE) words[next * 2 + PREVIOUS] = added;
    return added;
  }

  /** Adds a child at slot `at`; returns the new node behind this one when it had to be split, else NONE. */
  #addChild(parent: number, at: number, child: number, isAppended: boolean, isFirst: boolean): number {
    const { words } = this.arena;
    let added = NONE;
    if (words[parent * 2] === INNER_ROOM) {
      const kept = isAppended ? INNER_ROOM : isFirst ? 1 : INNER_ROOM >> 1;
      added = FRESH.pop()!;
      this.#moveInInner(parent, kept, added, 0, INNER_ROOM - kept);
      words[parent * 2] = kept;
      words[added * 2 + COUNT] = INNER_ROOM - kept;
      words[added * 2 + LEVEL] = words[parent * 2 + LEVEL]!;
      if (at > kept || isAppended) {
        parent = added;
        at -= kept;
      }
    }
    const count = words[parent * 2]!;
    this.#moveInInner(parent, at, parent, at + 1, count - at);
    words[parent * 2] = count + 1;
    words[parent * 2 + CHILDREN + at] = child;
    this.#describe(parent, at, child);
    return added;
  }

  #addRoot(first: number, second: number): void {
    const { words } = this.arena;
    const root = FRESH.pop()!;
    words[root * 2 + COUNT] = 2;
    words[root * 2 + LEVEL] = words[first * 2 + LEVEL]! + 1;
    words[root * 2 + CHILDREN] = first;
    words[root * 2 + CHILDREN + 1] = second;
    this.#describe(root, 0, first);
    this.#describe(root, 1, second);
    this.#root = root;
    this.#height++;
  }

  // ---- Removing ----

  /** Takes out an element that is in the tree with this score. */
  remove(score: number, element: number): void {
    this.#boundAt(score, element);
    BOUND.isBehindEqual = true;
    this.#search();
    this.#removeFromLeaf(SLOTS[this.#height]! - 1, 1);
  }

  /**
   * Takes out up to `limit` elements from `rank` on, as many as are in one leaf; their addresses are written to `into`.
   *
   * @returns How many; 0 when there is nothing at that rank.
   */
  takeRun(rank: number, limit: number, into: Int32Array): number {
    if (limit <= 0 || !this.seek(rank)) return 0;
    const { leaf, slot } = this;
    const taken = Math.min(limit, this.leafSize(leaf) - slot);
    for (let i = 0; i < taken; i++) into[i] = this.elementAt(leaf, slot + i);
    this.#removeFromLeaf(slot, taken);
    return taken;
  }

  /**
   * Gives an element another score.
   *
   * @throws {StoreMemoryError} Nothing has changed.
   */
  update(from: number, to: number, element: number): void {
    this.#boundAt(from, element);
    BOUND.isBehindEqual = true;
    this.#search();
    const leaf = NODES[this.#height]!, slot = SLOTS[this.#height]! - 1;
    if (this.#staysAt(leaf, slot, to, element)) {
      this.arena.doubles[leaf + LEAF_SCORES + slot] = to;
      return;
    }
    this.insert(to, element); // first what may fail
    this.remove(from, element);
  }

  /** Would an element with this score be where it is? Does not look beyond the leaf. */
  #staysAt(leaf: number, slot: number, score: number, element: number): boolean {
    const last = this.leafSize(leaf) - 1;
    if (slot === 0 || (slot === last && this.nextLeaf(leaf) !== NONE)) return false;
    this.#boundAt(score, element);
    return this.#isBefore(this.scoreAt(leaf, slot - 1), this.elementAt(leaf, slot - 1)) &&
      (slot === last || !this.#isBefore(this.scoreAt(leaf, slot + 1), this.elementAt(leaf, slot + 1)));
  }

  /** Removes elements of the leaf at the end of the path. */
  #removeFromLeaf(slot: number, removed: number): void {
    const { words } = this.arena;
    const leaf = NODES[this.#height]!;
    const count = words[leaf * 2]!;
    this.#moveInLeaf(leaf, slot + removed, leaf, slot, count - slot - removed);
    words[leaf * 2] = count - removed;
    let isFirst = slot === 0, child = leaf;
    for (let depth = this.#height - 1; depth >= 0; depth--) {
      const parent = NODES[depth]!, at = SLOTS[depth]!;
      words[parent * 2 + SIZES + at]! -= removed;
      const left = words[child * 2]!;
      if (isFirst && left > 0) this.#copyFirst(parent, at, child);
      if (left * 3 < roomOf(words[child * 2 + LEVEL]!)) this.#fill(parent, at);
      isFirst &&= at === 0;
      child = parent;
    }
    this.#lowerRoot();
  }

  /** Sees to a child that has become too small: it is dropped, joined with a neighbour, or gets some of its. */
  #fill(parent: number, at: number): void {
    const { words } = this.arena;
    const child = words[parent * 2 + CHILDREN + at]!;
    if (words[child * 2] === 0) return this.#dropChild(parent, at);
    if (words[parent * 2] === 1) return; // no neighbour; the parent itself is too small and will get one
    const l = at + 1 < words[parent * 2]! ? at : at - 1;
    const left = words[parent * 2 + CHILDREN + l]!, right = words[parent * 2 + CHILDREN + l + 1]!;
    const inLeft = words[left * 2]!, inRight = words[right * 2]!, total = inLeft + inRight;
    const level = words[left * 2 + LEVEL]!;
    if (total <= roomOf(level) * 0.75) { // not to the brim, or the next insertion would split it again
      this.#move(level, right, 0, left, inLeft, inRight);
      words[left * 2] = total;
      words[right * 2] = 0;
      this.#dropChild(parent, l + 1);
    } else {
      const half = total >> 1;
      if (half > inLeft) {
        this.#move(level, right, 0, left, inLeft, half - inLeft);
        this.#move(level, right, half - inLeft, right, 0, total - half);
      } else {
        this.#move(level, right, 0, right, inLeft - half, inRight);
        this.#move(level, left, half, right, 0, inLeft - half);
      }
      words[left * 2] = half;
      words[right * 2] = total - half;
      this.#describe(parent, l + 1, right);
    }
    this.#describe(parent, l, left);
  }

  /** Frees an empty child. */
  #dropChild(parent: number, at: number): void {
    const { words } = this.arena;
    const child = words[parent * 2 + CHILDREN + at]!;
    if (words[child * 2 + LEVEL] === 0) {
      const next = words[child * 2 + NEXT]!, previous = words[child * 2 + PREVIOUS]!;
      if (next !== NONE) words[next * 2 + PREVIOUS] = previous;
      if (previous !== NONE) words[previous * 2 + NEXT] = next;
    }
    this.arena.free(child);
    const count = words[parent * 2]!;
    this.#moveInInner(parent, at + 1, parent, at, count - at - 1);
    words[parent * 2] = count - 1;
  }

  /** A root with one child is not needed, one without any not either. */
  #lowerRoot(): void {
    const { words } = this.arena;
    while (this.#height > 0 && words[this.#root * 2] === 1) {
      const root = this.#root;
      this.#root = words[root * 2 + CHILDREN]!;
      this.#height--;
      this.arena.free(root);
    }
    if (words[this.#root * 2] === 0) {
      this.arena.free(this.#root);
      this.#root = NONE;
      this.#height = 0;
    }
  }

  // ---- Nodes ----

  #sizeOf(node: number): number {
    const { words } = this.arena;
    if (words[node * 2 + LEVEL] === 0) return words[node * 2]!;
    const sizes = node * 2 + SIZES;
    let size = 0;
    for (let k = words[node * 2]! - 1; k >= 0; k--) size += words[sizes + k]!;
    return size;
  }

  /** Notes a child's size and first element in its parent. */
  #describe(parent: number, at: number, child: number): void {
    this.arena.words[parent * 2 + SIZES + at] = this.#sizeOf(child);
    this.#copyFirst(parent, at, child);
  }

  #copyFirst(parent: number, at: number, child: number): void {
    const { words, doubles } = this.arena;
    const isLeaf = words[child * 2 + LEVEL] === 0;
    doubles[parent + INNER_SCORES + at] = doubles[child + (isLeaf ? LEAF_SCORES : INNER_SCORES)]!;
    words[parent * 2 + INNER_ELEMENTS + at] = words[child * 2 + (isLeaf ? LEAF_ELEMENTS : INNER_ELEMENTS)]!;
  }

  #move(level: number, from: number, fromSlot: number, to: number, toSlot: number, count: number): void {
    if (level === 0) this.#moveInLeaf(from, fromSlot, to, toSlot, count);
    else this.#moveInInner(from, fromSlot, to, toSlot, count);
  }

  #moveInLeaf(from: number, fromSlot: number, to: number, toSlot: number, count: number): void {
    if (count <= 0) return;
    const { words, doubles } = this.arena;
    const scores = from + LEAF_SCORES + fromSlot, elements = from * 2 + LEAF_ELEMENTS + fromSlot;
    doubles.copyWithin(to + LEAF_SCORES + toSlot, scores, scores + count);
    words.copyWithin(to * 2 + LEAF_ELEMENTS + toSlot, elements, elements + count);
  }

  #moveInInner(from: number, fromSlot: number, to: number, toSlot: number, count: number): void {
    if (count <= 0) return;
    const { words, doubles } = this.arena;
    const scores = from + INNER_SCORES + fromSlot;
    doubles.copyWithin(to + INNER_SCORES + toSlot, scores, scores + count);
    for (let part = INNER_ELEMENTS; part <= SIZES; part += INNER_ROOM) {
      const source = from * 2 + part + fromSlot;
      words.copyWithin(to * 2 + part + toSlot, source, source + count);
    }
  }

  // ---- As a whole ----

  /**
   * Fills an empty tree with `count` elements in their order. O(count)
   *
   * @throws {StoreMemoryError} The tree is still empty.
   */
  build(scores: Float64Array, elements: Int32Array, count: number): void {
    if (count === 0) return;
    const made: number[] = [];
    try {
      let level = this.#buildLeaves(scores, elements, count, made);
      let height = 0;
      while (level.length > 1) level = this.#buildInner(level, ++height, made);
      this.#root = level[0]!;
      this.#height = height;
    } catch (error) {
      for (const node of made) this.arena.free(node);
      throw error;
    }
  }

  #buildLeaves(scores: Float64Array, elements: Int32Array, count: number, made: number[]): number[] {
    const leaves: number[] = [];
    const parts = Math.ceil(count / BUILT_LEAF);
    for (let part = 0, from = 0; part < parts; part++) {
      const to = Math.floor((count * (part + 1)) / parts);
      const leaf = this.#newLeaf(), previous = leaves.at(-1) ?? NONE;
      made.push(leaf);
      leaves.push(leaf);
      const { words, doubles } = this.arena;
      words[leaf * 2 + PREVIOUS] = previous;
      if (previous !== NONE) words[previous * 2 + NEXT] = leaf;
      words[leaf * 2] = to - from;
      for (let slot = 0; from < to; slot++, from++) {
        doubles[leaf + LEAF_SCORES + slot] = scores[from]!;
        words[leaf * 2 + LEAF_ELEMENTS + slot] = elements[from]!;
      }
    }
    return leaves;
  }

  #buildInner(children: readonly number[], height: number, made: number[]): number[] {
    const nodes: number[] = [];
    const parts = Math.ceil(children.length / BUILT_INNER);
    for (let part = 0, from = 0; part < parts; part++) {
      const to = Math.floor((children.length * (part + 1)) / parts);
      const node = this.arena.allocate(NODE_BYTES);
      made.push(node);
      nodes.push(node);
      const { words } = this.arena;
      words[node * 2 + COUNT] = to - from;
      words[node * 2 + LEVEL] = height;
      for (let slot = 0; from < to; slot++, from++) {
        words[node * 2 + CHILDREN + slot] = children[from]!;
        this.#describe(node, slot, children[from]!);
      }
    }
    return nodes;
  }

  /** Bytes of all nodes, estimated from the first so many leaves; the nodes above them are as full, it is supposed. */
  memoryBytes(samples: number): number {
    if (this.#root === NONE) return 0;
    let seen = 0, elements = 0;
    for (let leaf = this.#firstLeaf(); leaf !== NONE && seen < samples; leaf = this.nextLeaf(leaf), seen++) {
      elements += this.leafSize(leaf);
    }
    if (seen === 0) return 0;
    const filled = Math.max(elements / seen / LEAF_ROOM, 1 / 3); // the first leaf alone may be emptier than any other
    let nodes = 0, level = Math.ceil(this.size / (filled * LEAF_ROOM));
    for (; level > 1; level = Math.ceil(level / (filled * INNER_ROOM))) nodes += level;
    return (nodes + 1) * NODE_BYTES;
  }

  #firstLeaf(): number {
    let node = this.#root;
    for (let level = this.#height; level > 0; level--) node = this.arena.words[node * 2 + CHILDREN]!;
    return node;
  }

  /** Frees about `nodes` nodes; true when none is left. The elements are their owner's, and may be gone. */
  release(nodes: number): boolean {
    const pending = this.#released ??= this.#root === NONE ? [] : [this.#root];
    this.#root = NONE;
    const { words } = this.arena;
    while (nodes-- > 0 && pending.length > 0) {
      const node = pending.pop()!;
      if (words[node * 2 + LEVEL]! > 0) {
        const children = node * 2 + CHILDREN;
        for (let k = words[node * 2]! - 1; k >= 0; k--) pending.push(words[children + k]!);
      }
      this.arena.free(node);
    }
    return pending.length === 0;
  }
}

function roomOf(level: number): number {
  return level === 0 ? LEAF_ROOM : INNER_ROOM;
}

/** As memcmp, the shorter of two that begin alike first: below 0, 0 or above 0. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shared; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
