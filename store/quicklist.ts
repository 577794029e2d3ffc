/**
 * The large form of a list: nodes in the arena, each a listpack of up to `list-max-listpack-size`, or one element too
 * large for a listpack (a plain node). Their order is kept beside, in a {@linkcode NodeRing}.
 *
 * ```text
 *   ring    | address, count | address, 0 | address, count |
 *                  ▼               ▼              ▼
 *   arena      listpack       plain node      listpack
 *
 *   plain node:  | length, 4 | bytes |        its count in the ring is 0, though it holds one element
 *   listpack:    | gap | listpack | room |    the gap is known to the ring
 * ```
 *
 * A gap before a listpack is room at the front: what is pushed or popped there does not move the rest of up to 8 KB.
 *
 * push, and removing at an end: O(1). Everything else first passes nodes by their counts, from the nearer end, then elements
 * within one node. No node is empty, and where elements were inserted or removed in between, neighbours that fit in
 * one node become one.
 *
 * Elements come as `(source, start, end)`, which may stand in the same arena but not in this list. What throws a
 * StoreMemoryError leaves the same elements in the list.
 */
import { Arena } from "./arena.ts";
import type { Element } from "./element.ts";
import { StoreMemoryError } from "./errors.ts";
import type { CollectionLimits } from "./keyspace.ts";
import type { LargeValue } from "./large_value.ts";
import {
  elementAt,
  elementBytes,
  EMPTY_LISTPACK_BYTES,
  findElement,
  firstElement,
  isElement,
  listpackBytes,
  listpackEnd,
  moveHeader,
  nextElement,
  previousElement,
  readElement,
  resizeGap,
  writeElement,
  writeEmptyListpack,
} from "./listpack.ts";
import { NodeRing } from "./node_ring.ts";

/** The limits of a list's nodes. */
export type ListLimits = Pick<CollectionLimits, "listSize" | "listPlainBytes">;

/** Bytes of a node for `list-max-listpack-size` -1 to -5. */
const NODE_BYTES: readonly number[] = [4096, 8192, 16384, 32768, 65536];
/** Bytes of a node that is limited by its elements. */
const COUNTED_NODE_BYTES = 8192;
/** What an element takes beyond its bytes, as Redis estimates it. */
const ELEMENT_OVERHEAD = 8;
/** Bytes of a plain node before its element. */
const PLAIN_HEADER_BYTES = 4;
/** Marks a plain node in the ring. */
const PLAIN = 0;

/** Has a listpack of so many bytes and elements room for an element of `length` bytes? The first one always has. */
export function hasRoom(limits: ListLimits, bytes: number, count: number, length: number): boolean {
  if (length >= limits.listPlainBytes) return false;
  if (count === 0) return true;
  return bytes + length + ELEMENT_OVERHEAD <= nodeBytes(limits) && (limits.listSize < 0 || count < limits.listSize);
}

function nodeBytes({ listSize }: ListLimits): number {
  return listSize < 0 ? NODE_BYTES[Math.min(-listSize, NODE_BYTES.length) - 1]! : COUNTED_NODE_BYTES;
}

/**
 * Takes up to `max` elements that equal the needle out of a listpack, from the one at `p` on, in one pass.
 *
 * @returns How many there were.
 */
export function removeEqualElements(
  bytes: Uint8Array,
  at: number,
  p: number,
  needle: Uint8Array,
  start: number,
  end: number,
  max: number,
): number {
  let removed = 0;
  let to = p, rest = p; // elements up to `to` are where they belong, those from `rest` on have not been looked at
  while (removed < max) {
    const found = findElement(bytes, rest, needle, start, end, 0);
    if (found < 0) break;
    if (to !== rest) bytes.copyWithin(to, rest, found);
    to += found - rest;
    rest = nextElement(bytes, found);
    removed++;
  }
  if (removed > 0) resizeGap(bytes, at, to, rest, 0, -removed);
  return removed;
}

export class Quicklist implements LargeValue {
  readonly arena: Arena;
  /** How many elements there are. */
  length = 0;
  /** Where {@linkcode seek} has come to: a node, and which of its elements. */
  node = 0;
  rank = 0;

  readonly #limits: ListLimits;
  readonly #nodes: NodeRing = new NodeRing();

  constructor(arena: Arena, limits: ListLimits) {
    this.arena = arena;
    this.#limits = limits;
  }

  // ---- Nodes ----

  /** How many nodes there are: what Redis counts when it decides about freeing. */
  get size(): number {
    return this.#nodes.length;
  }

  get tableBytes(): number {
    return this.#nodes.tableBytes;
  }

  /** Bytes of the ring and all nodes, estimated from the first so many of these. */
  memoryBytes(samples: number): number {
    const seen = Math.min(samples, this.size);
    let bytes = 0;
    for (let n = 0; n < seen; n++) bytes += this.arena.blockBytes(this.#nodes.address(n));
    return this.tableBytes + (seen === 0 ? 0 : Math.round(bytes / seen * this.size));
  }

  /** Is the node a single element instead of a listpack? */
  isPlain(n: number): boolean {
    return this.#nodes.count(n) === PLAIN;
  }

  /** How many elements the node has. */
  count(n: number): number {
    return this.#nodes.count(n) || 1;
  }

  /** Where the node's listpack, or its only element, begins in the arena. */
  start(n: number): number {
    const at = this.#nodes.address(n) * 8;
    return this.isPlain(n) ? at + PLAIN_HEADER_BYTES : at + this.#nodes.gap(n);
  }

  end(n: number): number {
    return this.#nodes.address(n) * 8 + this.#nodes.gap(n) + this.#usedBytes(n);
  }

  /** Bytes of a node's listpack, or of a plain node. */
  #usedBytes(n: number): number {
    const address = this.#nodes.address(n);
    return this.isPlain(n)
      ? PLAIN_HEADER_BYTES + (this.arena.words[address * 2]! >>> 0)
      : listpackBytes(this.arena.bytes, address * 8 + this.#nodes.gap(n));
  }

  #hasRoom(n: number, length: number): boolean {
    return !this.isPlain(n) && hasRoom(this.#limits, this.#usedBytes(n), this.count(n), length);
  }

  // ---- Reading ----

  /** Sets {@linkcode node} and {@linkcode rank} to the element at an index, which must be there. */
  seek(index: number): void {
    const nodes = this.#nodes;
    let n: number;
    if (index < this.length - index) {
      n = 0;
      for (let count = this.count(n); index >= count; count = this.count(++n)) index -= count;
    } else {
      n = nodes.length - 1;
      let left = this.length - index; // counted from the end, 1 for the last
      for (let count = this.count(n); left > count; count = this.count(--n)) left -= count;
      index = this.count(n) - left;
    }
    this.node = n;
    this.rank = index;
  }

  /** Where the element that was sought begins in the arena: in its listpack, or the bytes of a plain node. */
  get position(): number {
    const start = this.start(this.node);
    return this.isPlain(this.node) ? start : elementAt(this.arena.bytes, start, this.rank);
  }

  /** Is `needle[start, end)` the element at position `p` of node `n`? */
  #equals(n: number, p: number, needle: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this.arena;
    if (!this.isPlain(n)) return isElement(bytes, p, needle, start, end);
    if (this.end(n) - p !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[p++] !== needle[i]) return false;
    return true;
  }

  // ---- Adding ----

  /** Adds an element at the head or the tail. */
  push(source: Uint8Array, start: number, end: number, atTail: boolean): void {
    const last = this.#nodes.length - 1;
    const n = atTail ? last : 0;
    if (last >= 0 && this.#pushInto(n, source, start, end, atTail)) return;
    this.#insertNode(atTail ? last + 1 : 0, source, start, end);
    if (last >= 0) this.#fit(atTail ? last : 1); // the node before is full: it need not grow again
  }

  /** Adds an element at an end of a node, if it has room for it. The way of nearly every push, so it reads all but once. */
  #pushInto(n: number, source: Uint8Array, start: number, end: number, atTail: boolean): boolean {
    const nodes = this.#nodes, { arena } = this;
    const count = nodes.count(n);
    if (count === PLAIN) return false;
    const address = nodes.address(n), gap = nodes.gap(n);
    let at = address * 8 + gap;
    const used = listpackBytes(arena.bytes, at);
    if (!hasRoom(this.#limits, used, count, end - start)) return false;
    const added = elementBytes(source, start, end);
    if (atTail ? gap + used + added > arena.blockBytes(address) : gap < added) {
      if (atTail) this.#reserve(n, added);
      else this.#reserveFront(n, added);
      at = nodes.address(n) * 8 + nodes.gap(n);
      source = arena.renewed(source);
    }
    const { bytes } = arena;
    if (atTail) {
      const last = at + used - 1;
      resizeGap(bytes, at, last, last, added, 1);
      writeElement(bytes, last, source, start, end);
    } else {
      writeElement(bytes, firstElement(moveHeader(bytes, at, added, 1)), source, start, end);
      nodes.setGap(n, nodes.gap(n) - added);
    }
    nodes.setCount(n, count + 1);
    this.length++;
    return true;
  }

  /** Inserts an element before the one at an index, which may be the end. */
  insert(index: number, source: Uint8Array, start: number, end: number): void {
    if (index === 0 || index === this.length) return this.push(source, start, end, index > 0);
    const length = end - start;
    this.seek(index);
    const { node: n, rank } = this;
    if (this.#hasRoom(n, length)) {
      const at = this.start(n);
      return this.#insertAt(n, elementAt(this.arena.bytes, at, rank) - at, source, start, end);
    }
    if (rank === 0) { // between two nodes
      if (!this.#pushInto(n - 1, source, start, end, true)) this.#insertNode(n, source, start, end);
      return;
    }
    this.#split(n, rank);
    source = this.arena.renewed(source);
    const isIn = this.#pushInto(n, source, start, end, true) || this.#pushInto(n + 1, source, start, end, false);
    if (!isIn) this.#insertNode(n + 1, source, start, end);
    for (let k = n + 2; k >= n - 1; k--) this.#mergeNext(k);
  }

  /** Puts an element in place of the one at an index. */
  replace(index: number, source: Uint8Array, start: number, end: number): void {
    this.seek(index);
    const { node: n, rank } = this;
    const nodes = this.#nodes, { bytes } = this.arena;
    if (this.count(n) === 1) {
      const had = nodes.address(n);
      this.#writeNode(n, source, start, end);
      return this.arena.free(had);
    }
    const at = this.start(n), p = elementAt(bytes, at, rank), next = nextElement(bytes, p);
    const used = listpackBytes(bytes, at), added = elementBytes(source, start, end), growth = added - (next - p);
    const mayNotFit = growth > 0 || end - start >= this.#limits.listPlainBytes;
    if (mayNotFit && !hasRoom(this.#limits, used - (next - p), this.count(n) - 1, end - start)) {
      this.insert(index, source, start, end);
      return this.remove(index + 1, 1);
    }
    if (growth > 0) this.#reserve(n, growth);
    const moved = this.start(n), from = moved + p - at, into = this.arena.bytes;
    resizeGap(into, moved, from, from + next - p, added, 0);
    writeElement(into, from, this.arena.renewed(source), start, end);
    if (growth < 0) this.#shrink(n);
  }

  /** Adds a whole listpack of `count` elements as a node at the tail: how lists come out of files. */
  appendListpack(source: Uint8Array, start: number, end: number, count: number): void {
    const block = this.arena.allocate(end - start);
    copyBytes(this.arena.renewed(source), start, end, this.arena.bytes, block * 8);
    this.#nodes.insert(this.#nodes.length, block, count);
    this.length += count;
  }

  /** Adds an element as a plain node at the tail, whatever its size. */
  appendPlain(source: Uint8Array, start: number, end: number): void {
    this.#nodes.insert(this.#nodes.length, this.#newPlain(source, start, end), PLAIN);
    this.length++;
  }

  #insertNode(n: number, source: Uint8Array, start: number, end: number): void {
    const nodes = this.#nodes;
    nodes.insert(n, 0, PLAIN);
    try {
      this.#writeNode(n, source, start, end);
    } catch (error) {
      nodes.remove(n, n + 1);
      throw error;
    }
    this.length++;
  }

  /** Makes node `n` a new block with a single element. */
  #writeNode(n: number, source: Uint8Array, start: number, end: number): void {
    if (end - start >= this.#limits.listPlainBytes) {
      return this.#nodes.set(n, this.#newPlain(source, start, end), PLAIN);
    }
    const added = elementBytes(source, start, end);
    const block = this.arena.allocate(EMPTY_LISTPACK_BYTES + added);
    const { bytes } = this.arena, at = block * 8, p = firstElement(at);
    writeEmptyListpack(bytes, at);
    resizeGap(bytes, at, p, p, added, 1);
    writeElement(bytes, p, this.arena.renewed(source), start, end);
    this.#nodes.set(n, block, 1);
  }

  #newPlain(source: Uint8Array, start: number, end: number): number {
    const { arena } = this;
    const block = arena.allocate(PLAIN_HEADER_BYTES + end - start);
    arena.words[block * 2] = end - start;
    copyBytes(arena.renewed(source), start, end, arena.bytes, block * 8 + PLAIN_HEADER_BYTES);
    return block;
  }

  /** Puts an element at a byte offset of a listpack. */
  #insertAt(n: number, offset: number, source: Uint8Array, start: number, end: number): void {
    const added = elementBytes(source, start, end);
    this.#reserve(n, added);
    const at = this.start(n), { bytes } = this.arena;
    resizeGap(bytes, at, at + offset, at + offset, added, 1);
    writeElement(bytes, at + offset, this.arena.renewed(source), start, end);
    this.#nodes.setCount(n, this.count(n) + 1);
    this.length++;
  }

  // ---- Removing ----

  /** Points at the element at an end, one being there. */
  readEnd(atTail: boolean, into: Element): void {
    const n = atTail ? this.#nodes.length - 1 : 0;
    const { bytes } = this.arena, at = this.start(n);
    if (this.isPlain(n)) into.point(bytes, at, this.end(n));
    else readElement(bytes, atTail ? previousElement(bytes, at, listpackEnd(bytes, at)) : firstElement(at), into);
  }

  /** Removes the element at an end, one being there. */
  pop(atTail: boolean): void {
    const nodes = this.#nodes, { bytes } = this.arena;
    const n = atTail ? nodes.length - 1 : 0;
    const count = nodes.count(n);
    this.length--;
    if (count <= 1) { // or the only one of a plain node
      this.arena.free(nodes.address(n));
      return nodes.remove(n, n + 1);
    }
    const at = this.start(n), first = firstElement(at);
    if (atTail) {
      const last = listpackEnd(bytes, at);
      resizeGap(bytes, at, previousElement(bytes, at, last), last, 0, -1);
    } else {
      const removed = nextElement(bytes, first) - first;
      moveHeader(bytes, at, -removed, -1);
      nodes.setGap(n, nodes.gap(n) + removed);
    }
    nodes.setCount(n, count - 1);
    this.#shrink(n);
    this.#mergeNext(atTail ? n - 1 : 0);
  }

  /** Removes `count` elements, at least one, from an index on; they must be there. */
  remove(index: number, count: number): void {
    this.seek(index);
    const nodes = this.#nodes;
    let n = this.node, left = count;
    if (this.rank > 0) {
      const cut = Math.min(left, this.count(n) - this.rank);
      this.#cut(n++, this.rank, cut);
      left -= cut;
    }
    const first = n;
    while (left > 0 && this.count(n) <= left) {
      left -= this.count(n);
      this.arena.free(nodes.address(n++));
    }
    nodes.remove(first, n);
    if (left > 0) this.#cut(first, 0, left);
    this.length -= count;
    for (let k = first; k >= first - 2; k--) this.#mergeNext(k);
  }

  /**
   * Removes up to `max` elements that equal the needle, the first or the last ones.
   *
   * @returns How many there were.
   */
  removeEqual(needle: Uint8Array, start: number, end: number, max: number, fromTail: boolean): number {
    const nodes = this.#nodes;
    this.node = 0;
    let p = -1; // where to begin in that node: -1 for its first element
    if (fromTail) p = this.#findBackwards(needle, start, end, max);
    let n = this.node, kept = n, removed = 0;
    for (; n < nodes.length && removed < max; n++, p = -1) {
      const at = this.start(n), { bytes } = this.arena;
      const isPlain = this.isPlain(n), count = this.count(n);
      needle = this.arena.renewed(needle);
      const found = isPlain
        ? (this.#equals(n, at, needle, start, end) ? 1 : 0)
        : removeEqualElements(bytes, at, p < 0 ? firstElement(at) : p, needle, start, end, max - removed);
      removed += found;
      if (found === count) {
        this.arena.free(nodes.address(n));
        continue;
      }
      nodes.set(kept, nodes.address(n), isPlain ? PLAIN : count - found, nodes.gap(n));
      if (found > 0) this.#fit(kept);
      if (kept === 0 || !this.#absorb(kept - 1, kept)) kept++;
    }
    nodes.remove(kept, n);
    this.length -= removed;
    this.#mergeNext(kept - 1);
    return removed;
  }

  /** Finds the last `max` elements that equal the needle: sets {@linkcode node}, and returns the position of the first. */
  #findBackwards(needle: Uint8Array, start: number, end: number, max: number): number {
    const { bytes } = this.arena;
    let left = max;
    for (let n = this.#nodes.length - 1; n >= 0; n--) {
      const at = this.start(n);
      for (
        let p = this.isPlain(n) ? at : previousElement(bytes, at, listpackEnd(bytes, at));
        p >= 0;
        p = this.isPlain(n) ? -1 : previousElement(bytes, at, p)
      ) {
        if (!this.#equals(n, p, needle, start, end) || --left > 0) continue;
        this.node = n;
        return p;
      }
    }
    return -1;
  }

  /** Takes some, but not all, of a listpack's elements out. */
  #cut(n: number, rank: number, count: number): void {
    const at = this.start(n), { bytes } = this.arena;
    const from = elementAt(bytes, at, rank);
    const to = rank + count === this.count(n) ? listpackEnd(bytes, at) : elementAt(bytes, at, rank + count);
    resizeGap(bytes, at, from, to, 0, -count);
    this.#nodes.setCount(n, this.count(n) - count);
    this.#shrink(n);
  }

  // ---- Nodes split, merged, and made to fit ----

  /** Moves the elements of a listpack from the one at `rank` on to a new node after it. */
  #split(n: number, rank: number): void {
    const { arena } = this;
    const at = this.start(n), p = elementAt(arena.bytes, at, rank), last = listpackEnd(arena.bytes, at);
    const count = this.count(n) - rank;
    const block = arena.allocate(EMPTY_LISTPACK_BYTES + last - p);
    const { bytes } = arena;
    writeEmptyListpack(bytes, block * 8);
    appendElements(bytes, block * 8, p, last, count);
    this.#nodes.insert(n + 1, block, count);
    this.#cut(n, rank, count);
  }

  /** Makes a node and the next one, if there are such, one node where they fit in one. */
  #mergeNext(n: number): void {
    if (n >= 0 && n + 1 < this.#nodes.length && this.#absorb(n, n + 1)) this.#nodes.remove(n + 1, n + 2);
  }

  /**
   * Moves the elements of node `from` to the end of node `n` if they fit there, and frees its block; its place in the ring is
   * the caller's to remove. A merged node has room left, lest the next insertion splits it again.
   */
  #absorb(n: number, from: number): boolean {
    if (this.isPlain(n) || this.isPlain(from)) return false;
    const limits = this.#limits;
    const count = this.count(n) + this.count(from);
    const used = this.#usedBytes(n) + this.#usedBytes(from) - EMPTY_LISTPACK_BYTES;
    const most = nodeBytes(limits);
    if (used > most - (most >> 3) || (limits.listSize >= 0 && count > limits.listSize)) return false;
    const room = this.arena.blockBytes(this.#nodes.address(n)) - this.#nodes.gap(n);
    if (used > room && !this.#tryMove(n, used)) return false;
    const { bytes } = this.arena;
    appendElements(bytes, this.start(n), firstElement(this.start(from)), this.end(from) - 1, this.count(from));
    this.#nodes.setCount(n, count);
    this.arena.free(this.#nodes.address(from));
    return true;
  }

  /** Sees to it that a listpack can get `added` bytes longer, at its end. */
  #reserve(n: number, added: number): void {
    const used = this.#usedBytes(n), wanted = used + added;
    const block = this.arena.blockBytes(this.#nodes.address(n));
    if (this.#nodes.gap(n) + wanted <= block) return;
    if (wanted <= block) this.#slide(n, spared(block - wanted));
    else this.#move(n, this.#grown(used, wanted));
  }

  /** The same at its front. */
  #reserveFront(n: number, added: number): void {
    const used = this.#usedBytes(n), wanted = used + added;
    if (this.#nodes.gap(n) >= added) return;
    if (wanted > this.arena.blockBytes(this.#nodes.address(n))) this.#move(n, this.#grown(used, wanted));
    const block = this.arena.blockBytes(this.#nodes.address(n));
    this.#slide(n, block - used - spared(block - wanted));
  }

  #grown(used: number, wanted: number): number {
    return Math.max(wanted, Math.min(2 * used, nodeBytes(this.#limits)));
  }

  /** Moves a listpack within its block. */
  #slide(n: number, gap: number): void {
    const from = this.start(n);
    this.arena.bytes.copyWithin(this.#nodes.address(n) * 8 + gap, from, from + this.#usedBytes(n));
    this.#nodes.setGap(n, gap);
  }

  /** Gives unused room back: of a node at an end, which will change again, only when it is most of its block. */
  #shrink(n: number): void {
    if (n > 0 && n < this.#nodes.length - 1) return this.#fit(n);
    const used = this.#usedBytes(n);
    if (used * 3 < this.arena.blockBytes(this.#nodes.address(n))) this.#tryMove(n, used + (used >> 1));
  }

  /** Gives unused room back, if it is worth moving. */
  #fit(n: number): void {
    const used = this.#usedBytes(n);
    const unused = this.arena.blockBytes(this.#nodes.address(n)) - Arena.unitsFor(used) * 8;
    if (unused > used >> 3) this.#tryMove(n, used);
  }

  /** As {@linkcode #move}; false where there is no memory for it. */
  #tryMove(n: number, bytes: number): boolean {
    try {
      this.#move(n, bytes);
      return true;
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      return false;
    }
  }

  /** Moves a node to a block of another size. */
  #move(n: number, bytes: number): void {
    const { arena } = this;
    const had = this.#nodes.address(n), from = had * 8 + this.#nodes.gap(n);
    const used = this.#usedBytes(n);
    const block = arena.allocate(bytes);
    arena.bytes.copyWithin(block * 8, from, from + used);
    arena.free(had);
    this.#nodes.set(n, block, this.#nodes.count(n));
  }

  // ---- As a whole ----

  copyTo(arena: Arena): Quicklist {
    const copy = new Quicklist(arena, this.#limits);
    try {
      for (let n = 0; n < this.#nodes.length; n++) {
        const { bytes } = this.arena;
        if (this.isPlain(n)) copy.appendPlain(bytes, this.start(n), this.end(n));
        else copy.appendListpack(bytes, this.start(n), this.end(n), this.count(n));
      }
    } catch (error) {
      while (!copy.release(copy.size));
      throw error;
    }
    return copy;
  }

  release(blocks: number): boolean {
    const nodes = this.#nodes;
    const first = Math.max(0, nodes.length - blocks);
    for (let n = first; n < nodes.length; n++) this.arena.free(nodes.address(n));
    nodes.remove(first, nodes.length);
    return first === 0;
  }
}

/** Of so many free bytes of a block those that stay at the other end, should elements be added there next. */
function spared(free: number): number {
  return free >> 3;
}

/** Appends `bytes[from, to)`, elements of another listpack, to the listpack at `at`; there must be room. */
function appendElements(bytes: Uint8Array, at: number, from: number, to: number, count: number): void {
  const last = listpackEnd(bytes, at);
  resizeGap(bytes, at, last, last, to - from, count);
  bytes.copyWithin(last, from, to);
}

function copyBytes(source: Uint8Array, start: number, end: number, into: Uint8Array, to: number): void {
  if (source === into) into.copyWithin(to, start, end);
  else into.set(source.subarray(start, end), to);
}
