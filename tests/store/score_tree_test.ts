import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena, NONE } from "../../store/arena.ts";
import { Dictionary } from "../../store/dictionary.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { sortByScore } from "../../store/score_sort.ts";
import { compareBytes, LONGEST_RUN, ScoreTree } from "../../store/score_tree.ts";
import { Random, shown, wire } from "../resp/_frames.ts";

interface Item {
  readonly member: string;
  readonly element: number;
  score: number;
}

/** A tree with a sorted array beside it, which is what it should be. */
class CheckedTree {
  readonly arena: Arena;
  readonly dictionary: Dictionary;
  readonly tree: ScoreTree;
  readonly items: Item[] = [];

  constructor(arena: Arena = new Arena()) {
    this.arena = arena;
    this.dictionary = new Dictionary(arena, { k0: 1, k1: 2 });
    this.tree = new ScoreTree(arena);
  }

  /** An element, not in the tree as yet. */
  make(member: string): number {
    const bytes = wire(member);
    return this.dictionary.insert(this.dictionary.hash(bytes, 0, bytes.length), bytes, 0, bytes.length, 0);
  }

  insert(member: string, score: number): void {
    const element = this.make(member);
    this.tree.insert(score, element);
    this.#place({ member, element, score });
  }

  #place(item: Item): void {
    this.items.splice(this.countBelow(item), 0, item);
  }

  /** How many items of the model are before this one. */
  countBelow(item: { member: string; score: number }): number {
    let low = 0, high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(this.items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  remove(rank: number): void {
    const [item] = this.items.splice(rank, 1);
    this.tree.remove(item!.score, item!.element);
    this.free(item!.element);
  }

  update(rank: number, score: number): void {
    const [item] = this.items.splice(rank, 1);
    this.tree.update(item!.score, score, item!.element);
    item!.score = score;
    this.#place(item!);
  }

  removeRange(rank: number, count: number): void {
    const run = new Int32Array(LONGEST_RUN);
    while (count > 0) {
      const taken = this.tree.takeRun(rank, count, run);
      assert(taken > 0 && taken <= count);
      const items = this.items.splice(rank, taken);
      assertEquals(Array.from(run.subarray(0, taken)), items.map((item) => item.element));
      for (const item of items) this.free(item.element);
      count -= taken;
    }
  }

  /** An element's block is used again at once: whatever in the tree still led there would show. */
  free(element: number): void {
    this.dictionary.unlink(element);
    this.arena.bytes.fill(0xee, element * 8, element * 8 + this.arena.blockBytes(element));
    this.arena.free(element);
  }

  /** Asserts that both hold the same, walked in both directions. */
  check(): void {
    const { tree, items } = this;
    assertEquals(tree.size, items.length);
    assertEquals(tree.seek(items.length), false);
    assertEquals(tree.seek(-1), false);
    if (items.length === 0) return;
    assert(tree.seek(0));
    let rank = 0;
    for (let leaf = tree.leaf; leaf !== NONE; leaf = tree.nextLeaf(leaf)) {
      for (let slot = 0; slot < tree.leafSize(leaf); slot++, rank++) this.#checkItem(rank, leaf, slot);
    }
    assertEquals(rank, items.length);
    assert(tree.seek(rank - 1));
    for (let leaf = tree.leaf; leaf !== NONE; leaf = tree.previousLeaf(leaf)) {
      for (let slot = tree.leafSize(leaf) - 1; slot >= 0; slot--) this.#checkItem(--rank, leaf, slot);
    }
    assertEquals(rank, 0);
  }

  #checkItem(rank: number, leaf: number, slot: number): void {
    const item = this.items[rank]!;
    if (this.tree.elementAt(leaf, slot) !== item.element || !Object.is(this.tree.scoreAt(leaf, slot), item.score)) {
      assertEquals([this.tree.elementAt(leaf, slot), this.tree.scoreAt(leaf, slot)], [item.element, item.score]);
    }
  }

  checkRank(rank: number): void {
    const item = this.items[rank]!;
    assertEquals(this.tree.rank(item.score, item.element), rank);
    assert(this.tree.seek(rank));
    this.#checkItem(rank, this.tree.leaf, this.tree.slot);
  }

  release(): void {
    while (!this.tree.release(3));
    while (!this.dictionary.release(100));
  }
}

function order(a: { member: string; score: number }, b: { member: string; score: number }): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  const x = wire(a.member), y = wire(b.member);
  return compareBytes(x, 0, x.length, y, 0, y.length);
}

function countBelow(items: readonly Item[], score: number, orEqual: boolean): number {
  return items.filter((item) => item.score < score || (orEqual && item.score === score)).length;
}

const SCORES: Record<string, (random: Random) => number> = {
  "many different scores": (random) => random.int(2 ** 30) / 7 - 2 ** 26,
  "few different scores": (random) => random.pick([-Infinity, -1.5, -0, 0, 1, 1, 1e300, Infinity]),
  "one score": () => 42,
};

for (const [kind, scoreOf] of Object.entries(SCORES)) {
  Deno.test(`a tree with ${kind} is a sorted array, whatever is done to it`, () => {
    const random = new Random(kind.length);
    const checked = new CheckedTree();
    let made = 0;
    for (let phase = 0; phase < 12; phase++) {
      const grows = phase % 3 !== 2; // two thirds of the time it becomes larger, then smaller again
      for (let step = 0; step < 1500; step++) {
        const { items } = checked;
        const what = random.int(10);
        if (items.length === 0 || what < (grows ? 6 : 2)) {
          checked.insert(`${random.int(1000)}:${made++}`, scoreOf(random));
        } else if (what < 7) checked.remove(random.int(items.length));
        else if (what < 9) {
          const rank = random.int(items.length);
          const near = items[Math.min(rank + random.int(3), items.length - 1)]!.score;
          const score = random.int(2) === 0 ? near : scoreOf(random);
          if (score !== items[rank]!.score) checked.update(rank, score);
        } else checked.checkRank(random.int(items.length));
      }
      checked.check();
      for (let i = 0; i < 20; i++) {
        const score = scoreOf(random), orEqual = random.int(2) === 0;
        assertEquals(checked.tree.countBelowScore(score, orEqual), countBelow(checked.items, score, orEqual));
      }
      const { length } = checked.items;
      const rank = random.int(length);
      checked.removeRange(rank, random.int(Math.min(length - rank, 400)));
      checked.check();
    }
    checked.removeRange(0, checked.items.length);
    checked.check();
    checked.release();
    assertEquals(checked.arena.usedBytes, 0);
  });
}

Deno.test("a tree with one score finds members by their bytes", () => {
  const random = new Random(3);
  const checked = new CheckedTree();
  for (let i = 0; i < 3000; i++) checked.insert(`${random.text(6)}${i}`, 0);
  for (let i = 0; i < 3000; i++) {
    const member = random.int(2) === 0 ? random.pick(checked.items).member : random.text(3);
    const below = checked.countBelow({ member, score: 0 });
    const isThere = checked.items[below]?.member === member;
    const bytes = wire(`<${member}>`);
    assertEquals(checked.tree.countBelowBytes(bytes, 1, bytes.length - 1, false), below);
    assertEquals(checked.tree.countBelowBytes(bytes, 1, bytes.length - 1, true), below + (isThere ? 1 : 0));
  }
  checked.release();
});

Deno.test("a tree filled from one end has full nodes", () => {
  for (const direction of [1, -1]) {
    const checked = new CheckedTree();
    for (let i = 0; i < 20_000; i++) checked.insert(`${i}`, i * direction);
    checked.check();
    const own = checked.arena.usedBytes - 20_000 * 24; // an entry for up to 8 bytes of member takes 24
    assert(own / 20_000 < 13.5, `${own / 20_000} bytes an element`);
    checked.release();
  }
});

Deno.test("a tree filled at random, then thinned out, stays small", () => {
  const random = new Random(11);
  const checked = new CheckedTree();
  for (let i = 0; i < 20_000; i++) checked.insert(`${i}`, random.int(1e9));
  const perElement = (): number => (checked.arena.usedBytes - checked.items.length * 24) / checked.items.length;
  assert(perElement() < 19, `${perElement()} bytes an element`);
  while (checked.items.length > 2000) checked.remove(random.int(checked.items.length));
  checked.check();
  assert(perElement() < 32, `${perElement()} bytes an element`);
  checked.release();
});

for (const count of [0, 1, 2, 56, 57, 112, 113, 1903, 1904, 1905, 5000, 70_000]) {
  Deno.test(`a tree is built from ${count} sorted elements, and goes on from there`, () => {
    const random = new Random(count);
    const checked = new CheckedTree();
    const scores = new Float64Array(count), elements = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const member = `${i}`.padStart(6, "0");
      scores[i] = i >> 1;
      elements[i] = checked.make(member);
      checked.items.push({ member, element: elements[i]!, score: scores[i]! });
    }
    checked.tree.build(scores, elements, count);
    checked.check();
    for (let i = 0; i < Math.min(count, 100); i++) checked.checkRank(random.int(count));
    for (let i = 0; i < 300; i++) checked.insert(`x${i}`, random.int(count + 1));
    for (let i = 0; i < 200; i++) checked.remove(random.int(checked.items.length));
    checked.check();
    checked.release();
    assertEquals(checked.arena.usedBytes, 0);
  });
}

Deno.test("a tree without memory for a split is what it was", () => {
  for (let pages = 9; pages < 30; pages++) { // the arena is full at another moment each time
    const checked = new CheckedTree(new Arena(pages * 8192));
    const random = new Random(pages);
    const spare: number[] = [];
    let refused = 0;
    for (let i = 0; i < 2000 && refused < 20; i++) {
      let element: number;
      try {
        element = checked.make(`${i}`);
      } catch (error) {
        assert(error instanceof StoreMemoryError);
        break;
      }
      const score = random.int(1000), used = checked.arena.usedBytes;
      try {
        checked.tree.insert(score, element);
        checked.items.splice(checked.countBelow({ member: `${i}`, score }), 0, { member: `${i}`, element, score });
      } catch (error) {
        assert(error instanceof StoreMemoryError);
        assertEquals(checked.arena.usedBytes, used);
        spare.push(element);
        refused++;
      }
    }
    checked.check();
    assert(checked.items.length > 0);
    for (let i = 0; i < 200; i++) { // what moves an element may be refused too
      const rank = random.int(checked.items.length), item = checked.items[rank]!, score = random.int(1000) + 0.5;
      try {
        checked.tree.update(item.score, score, item.element);
      } catch (error) {
        assert(error instanceof StoreMemoryError);
        continue;
      }
      checked.items.splice(rank, 1);
      item.score = score;
      checked.items.splice(checked.countBelow(item), 0, item);
    }
    checked.check();
    checked.removeRange(0, checked.items.length);
    for (const element of spare) checked.free(element);
    checked.release();
    assertEquals(checked.arena.usedBytes, 0);
  }
});

Deno.test("building without memory leaves the tree empty and the arena as it was", () => {
  const checked = new CheckedTree(new Arena(8192 * 40));
  const count = 4000;
  const scores = new Float64Array(count), elements = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    scores[i] = i;
    elements[i] = checked.make(`${i}`);
  }
  const fillers: number[] = [];
  assertThrows(() => {
    while (true) fillers.push(checked.arena.allocate(8192 * 2));
  }, StoreMemoryError);
  const used = checked.arena.usedBytes;
  assertThrows(() => checked.tree.build(scores, elements, count), StoreMemoryError);
  assertEquals(checked.arena.usedBytes, used);
  assertEquals(checked.tree.size, 0);
});

Deno.test("elements are sorted by score, then by bytes", () => {
  const random = new Random(5);
  for (const count of [0, 1, 2, 11, 12, 13, 24, 25, 100, 1000, 5000]) {
    for (const isOrdered of [false, true]) {
      const checked = new CheckedTree();
      const items = Array.from({ length: count }, (_, i) => {
        const member = `${random.text(3)}${i}`;
        return { member, element: checked.make(member), score: random.pick([1, 2, 3, -Infinity, random.int(1000)]) };
      });
      if (isOrdered) items.sort(order);
      const scores = Float64Array.from([...items.map((item) => item.score), 0]); // longer than what is sorted
      const elements = Int32Array.from([...items.map((item) => item.element), 0]);
      sortByScore(checked.arena, scores, elements, count);
      items.sort(order);
      assertEquals(Array.from(elements), [...items.map((item) => item.element), 0]);
      assertEquals(Array.from(scores), [...items.map((item) => item.score), 0]);
    }
  }
});

Deno.test("bytes compare as memcmp does, a prefix first", () => {
  const ordered = ["", "\0", "\0\0", "a", "a\0", "aa", "ab", "b", "\x7f", "\x80", "\xff", "\xff\xff"];
  for (const [i, a] of ordered.entries()) {
    for (const [k, b] of ordered.entries()) {
      const x = wire(`<${a}`), y = wire(b);
      assertEquals(Math.sign(compareBytes(x, 1, x.length, y, 0, y.length)), Math.sign(i - k), shown(x) + shown(y));
    }
  }
});

Deno.test("what memory a tree takes is estimated from any number of leaves, however empty the first one is", () => {
  const checked = new CheckedTree();
  const size = 62 * 40 + 1; // growing at the front, the first leaf has one element
  for (let i = 0; i < size; i++) checked.insert(`m${i}`, -i);
  const all = checked.tree.memoryBytes(Infinity);
  assert(all >= size * 12 && all < size * 15, `${all}`);
  assertEquals(checked.tree.memoryBytes(0), 0);
  for (const samples of [1, 2, 3, 10]) {
    const estimate = checked.tree.memoryBytes(samples);
    assert(estimate >= all && estimate <= all * 3.5, `${samples} leaves: ${estimate}, in truth ${all}`);
  }
});
