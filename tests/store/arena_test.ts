import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena, NONE } from "../../store/arena.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { Random } from "../resp/_frames.ts";

const PAGE = 8192;

/** Sizes as a keyspace has them: many small ones, some of any class, now and then a large one. */
function randomSize(random: Random): number {
  const kind = random.int(100);
  if (kind < 60) return random.int(100);
  if (kind < 90) return random.int(2_000);
  if (kind < 98) return random.int(33_000);
  return random.int(300_000);
}

/** Live blocks, each filled with a mark of its own. */
class Blocks {
  readonly arena: Arena;
  readonly live: { address: number; bytes: number; mark: number }[] = [];
  #mark = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  allocate(size: number): number {
    const address = this.arena.allocate(size);
    const bytes = this.arena.blockBytes(address);
    assert(address !== NONE && bytes >= size, `a block of ${bytes} for ${size}`);
    const mark = this.#mark++;
    this.arena.words.fill(mark, address * 2, address * 2 + bytes / 4);
    this.live.push({ address, bytes, mark });
    return address;
  }

  /** Frees a block after looking whether anyone else has written into it. */
  free(index: number): void {
    const { address, bytes, mark } = this.live[index]!;
    this.live[index] = this.live.at(-1)!;
    this.live.pop();
    const words = this.arena.words.subarray(address * 2, address * 2 + bytes / 4);
    assert(words.every((word) => word === mark), `the block at ${address} was written over`);
    this.arena.free(address);
  }

  freeAll(): void {
    while (this.live.length > 0) this.free(this.live.length - 1);
  }

  get bytes(): number {
    return this.live.reduce((sum, block) => sum + block.bytes, 0);
  }
}

Deno.test("a block has the size that unitsFor() foretells, and wastes at most a quarter", () => {
  const arena = new Arena();
  for (let bytes = 0; bytes <= 40_000; bytes += bytes < 1_000 ? 1 : 61) {
    const address = arena.allocate(bytes);
    const block = arena.blockBytes(address);
    assertEquals(block, Arena.unitsFor(bytes) * 8, `${bytes} bytes`);
    assert(
      block >= bytes && block <= Math.max(8, bytes <= 512 ? bytes + 7 : bytes * 1.25 + 8),
      `${block} for ${bytes}`,
    );
    arena.free(address);
  }
  for (const bytes of [32_769, 100_000, 1_000_001]) {
    assertEquals(Arena.unitsFor(bytes) * 8, Math.ceil(bytes / PAGE) * PAGE);
    assertEquals(arena.blockBytes(arena.allocate(bytes)), Arena.unitsFor(bytes) * 8);
  }
});

for (const seed of [1, 2, 3]) {
  Deno.test(`blocks never overlap and are counted, over 40,000 random steps (seed ${seed})`, () => {
    const random = new Random(seed);
    const blocks = new Blocks(new Arena());
    for (let i = 0; i < 40_000; i++) {
      const target = 300 + 290 * Math.sin(i / 3_000); // the number of blocks rises and falls
      if (blocks.live.length < target || random.int(3) === 0) blocks.allocate(randomSize(random));
      else blocks.free(random.int(blocks.live.length));
      if (i % 1_000 === 0) assertEquals(blocks.arena.usedBytes, blocks.bytes);
    }
    blocks.freeAll();
    assertEquals(blocks.arena.usedBytes, 0);
  });
}

Deno.test("a long random run stays within a small multiple of what is in use", () => {
  const random = new Random(4);
  const arena = new Arena();
  const live: number[] = [];
  let most = 0;
  for (let i = 0; i < 600_000; i++) {
    // what sizes are asked for changes over time: memory has to go from class to class
    const size = 8 + random.int(64 << (Math.floor(i / 50_000) % 8));
    if (live.length < 2_000) live.push(arena.allocate(size));
    else {
      const at = random.int(live.length);
      arena.free(live[at]!);
      live[at] = arena.allocate(size);
    }
    most = Math.max(most, arena.usedBytes);
  }
  assert(arena.capacityBytes < 2.5 * most, `${arena.capacityBytes} bytes for ${most}`);
});

Deno.test("memory freed by one size serves every other", () => {
  const sizes = [8, 40, 512, 520, 3_000, 9_000, 20_000, 28_672, 32_768, 50_000, 1_000_000];
  const total = 8_000_000;
  for (const first of sizes) {
    const arena = new Arena();
    const live: number[] = [];
    while (arena.usedBytes < total) live.push(arena.allocate(first));
    const capacity = arena.capacityBytes;
    for (let i = 0; i < live.length; i += 2) arena.free(live[i]!); // in no friendly order
    for (let i = 1; i < live.length; i += 2) arena.free(live[i]!);
    for (const second of sizes) {
      live.length = 0;
      while (arena.usedBytes + second * 1.25 + PAGE < total) live.push(arena.allocate(second));
      assert(arena.capacityBytes < capacity * 1.2 + 1_100_000, `${first}, then ${second}: ${arena.capacityBytes}`);
      live.forEach((address) => arena.free(address));
      assertEquals(arena.usedBytes, 0);
    }
  }
});

Deno.test("neighbouring free pages become one run, in whatever order they are freed", () => {
  for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
    const arena = new Arena();
    const three = [5, 70, 6].map((pages) => arena.allocate(pages * PAGE));
    arena.allocate(10 * PAGE); // keeps the run from falling back to what was never handed out
    const capacity = arena.capacityBytes;
    for (const i of order) arena.free(three[i]!);
    assertEquals(arena.allocate(81 * PAGE), three[0], `${order}`);
    assertEquals(arena.capacityBytes, capacity);
  }
});

Deno.test("a large block takes the front of a longer run, and the rest stays to be had", () => {
  const arena = new Arena();
  const long = arena.allocate(200 * PAGE);
  arena.allocate(5 * PAGE);
  const capacity = arena.capacityBytes;
  arena.free(long);
  const [a, b] = [arena.allocate(120 * PAGE), arena.allocate(80 * PAGE)];
  assertEquals([a, b, arena.capacityBytes], [long, long + 120 * PAGE / 8, capacity]);
});

Deno.test("what is free at the end counts as never used", () => {
  const arena = new Arena();
  arena.allocate(100_000);
  const capacity = arena.capacityBytes;
  const blocks = [10, 100, 5].map((pages) => arena.allocate(pages * PAGE));
  assert(arena.capacityBytes > capacity);
  for (const block of blocks) arena.free(block);
  assertEquals(arena.capacityBytes, capacity);
});

Deno.test("growing keeps what is there, and ends the life of the views of before", () => {
  const arena = new Arena();
  const address = arena.allocate(100);
  const { bytes } = arena;
  bytes[address * 8] = 42;
  for (let i = 0; i < 40; i++) arena.allocate(1_000_000);
  assertEquals([bytes.length, arena.bytes[address * 8], arena.words[address * 2]], [0, 42, 42]);
  assert(arena.bytes.length > 40_000_000);
  assertEquals([arena.words.length, arena.doubles.length], [arena.bytes.length / 4, arena.bytes.length / 8]);
});

Deno.test("a restless arena ends the life of views at every allocation", () => {
  Arena.isRestless = true;
  try {
    const arena = new Arena();
    arena.allocate(8);
    const { words } = arena;
    arena.allocate(8);
    assertEquals(words.length, 0);
  } finally {
    Arena.isRestless = false;
  }
});

Deno.test("an arena that is full says so, changes nothing and goes on with what is freed", () => {
  for (const size of [24, 700, 30_000, 100_000]) {
    const blocks = new Blocks(new Arena(2_000_000));
    assertThrows(() => {
      while (true) blocks.allocate(size);
    }, StoreMemoryError);
    assert(blocks.arena.capacityBytes <= 2_000_000);
    assert(blocks.bytes > 1_700_000, `${blocks.bytes} bytes of 2,000,000 in blocks of ${size}`);
    const used = blocks.arena.usedBytes;
    assertThrows(() => blocks.arena.allocate(size), StoreMemoryError);
    assertThrows(() => blocks.arena.allocate(5_000_000), StoreMemoryError);
    assertEquals(blocks.arena.usedBytes, used);
    blocks.free(blocks.live.length >> 1);
    blocks.allocate(size);
    assertEquals(blocks.arena.usedBytes, used);
    blocks.freeAll(); // looks into each of them
  }
});

Deno.test("memory that cannot grow is out of memory for that block only, whatever it is that fails", () => {
  const arena = new Arena();
  const blocks = new Blocks(arena);
  for (let i = 0; i < 100; i++) blocks.allocate(5_000);
  const { grow } = WebAssembly.Memory.prototype;
  const real = globalThis.Int32Array;
  const fail = () => {
    throw new RangeError("no memory");
  };
  for (const what of ["tables", "memory"] as const) {
    if (what === "memory") WebAssembly.Memory.prototype.grow = fail;
    else globalThis.Int32Array = new Proxy(real, { construct: fail });
    try {
      const { usedBytes, capacityBytes } = arena;
      for (let i = 0; i < 3; i++) assertThrows(() => arena.allocate(50_000_000), StoreMemoryError);
      assertEquals([arena.usedBytes, arena.capacityBytes], [usedBytes, capacityBytes]);
    } finally {
      WebAssembly.Memory.prototype.grow = grow;
      globalThis.Int32Array = real;
    }
  }
  for (let i = 0; i < 1_000; i++) blocks.allocate(50_000);
  blocks.freeAll();
});

Deno.test("where a large step is refused, the memory grows by what is needed", () => {
  const arena = new Arena();
  const { grow } = WebAssembly.Memory.prototype;
  arena.allocate(1_000_000);
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, delta: number): number {
    if (delta > 20) throw new RangeError("no memory");
    return grow.call(this, delta);
  };
  try {
    for (let i = 0; i < 30; i++) arena.allocate(1_000_000);
    assertThrows(() => arena.allocate(2_000_000), StoreMemoryError);
  } finally {
    WebAssembly.Memory.prototype.grow = grow;
  }
});

Deno.test("memory without a block in it can be let go of, and is made anew", () => {
  const arena = new Arena();
  assertEquals([arena.spareBytes, arena.dropMemory()], [0, 0]);
  const blocks = new Blocks(arena);
  for (let i = 0; i < 400; i++) blocks.allocate(randomSize(new Random(i)));
  assertEquals([arena.spareBytes, arena.dropMemory()], [0, 0]);
  blocks.freeAll();
  const { spareBytes } = arena;
  assert(spareBytes > 1_000_000);
  assertEquals([arena.dropMemory(), arena.spareBytes, arena.bytes.length], [spareBytes, 0, 0]);
  for (let i = 0; i < 400; i++) blocks.allocate(randomSize(new Random(i)));
  blocks.freeAll();
});

Deno.test("an arena that was reset hands its pages out as a new one does", () => {
  const random = new Random(8);
  const arena = new Arena();
  for (let round = 0; round < 30; round++) {
    const blocks = new Blocks(arena);
    for (let i = 0; i < 2_000; i++) {
      if (random.int(3) === 0 && blocks.live.length > 0) blocks.free(random.int(blocks.live.length));
      else blocks.allocate(randomSize(random));
    }
    if (round % 2 === 0) blocks.freeAll();
    arena.reset();
    assertEquals([arena.usedBytes, arena.isUnused], [0, true]);
    if (round % 3 === 0) {
      arena.dropMemory();
      assertEquals(arena.bytes.length, 0);
    }
  }
});
