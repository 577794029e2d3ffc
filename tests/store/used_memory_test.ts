/** What a keyspace says of its memory, at any time, without looking at everything. */
import { assert, assertEquals } from "@std/assert";
import { Dictionary } from "../../store/dictionary.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { type LargeValue, LargeValues } from "../../store/large_value.ts";
import { SET } from "../../store/types.ts";
import { Random } from "../resp/_frames.ts";
import { args, latin1 } from "./_database.ts";

/** A large value of nothing but a table. */
class Table implements LargeValue {
  readonly size = 0;
  /** How often it was asked. */
  looks = 0;
  #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get tableBytes(): number {
    this.looks++;
    return this.#bytes;
  }

  set tableBytes(bytes: number) {
    this.#bytes = bytes;
  }

  memoryBytes(): number {
    return 0;
  }

  copyTo(): LargeValue {
    throw new Error("Cannot copy a test's table");
  }

  release(): boolean {
    return true;
  }
}

Deno.test("the tables of large values are counted as they change, come and go", () => {
  const random = new Random(3);
  const values = new LargeValues();
  const model = new Map<number, number>();
  for (let i = 0; i < 20_000; i++) {
    const bytes = random.int(1_000);
    const known = [...model.keys()];
    const number = known[random.int(Math.max(1, known.length))];
    switch (number === undefined ? 0 : random.int(model.size > 30 ? 5 : 4)) {
      case 0:
      case 1: {
        const added = values.add(new Table(bytes));
        assert(!model.has(added));
        model.set(added, bytes);
        break;
      }
      case 2:
        (values.get(number!) as Table).tableBytes = bytes;
        model.set(number!, bytes);
        break;
      default:
        values.remove(number!);
        model.delete(number!);
    }
    if (random.int(3) > 0) continue;
    assertEquals(values.tableBytes, model.values().reduce((sum, each) => sum + each, 0));
  }
});

Deno.test("only large values that were handed out since are looked at again", () => {
  const values = new LargeValues();
  const tables = Array.from({ length: 100 }, () => new Table(8));
  const numbers = tables.map((table) => values.add(table));
  const looks = () => tables.reduce((sum, table) => sum + table.looks, 0);
  assertEquals([values.tableBytes, looks()], [800, 100]);
  assertEquals([values.tableBytes, looks()], [800, 100]);
  for (let i = 0; i < 10; i++) values.get(numbers[5]!);
  values.get(numbers[7]!);
  assertEquals([values.tableBytes, looks()], [800, 102]);
});

Deno.test("a keyspace uses what its databases use, whichever have been used, cleared and exchanged", () => {
  const random = new Random(9);
  const keyspace = new Keyspace({ databases: 5, random: () => random.int(2 ** 32) / 2 ** 32 });
  const empty = keyspace.usedBytes;
  assert(empty > 0 && empty < 10_000);
  for (let i = 0; i < 3_000; i++) {
    const db = keyspace.databases[random.int(5)]!;
    const key = args(`key:${random.int(200)}`);
    switch (random.int(i % 100 === 0 ? 8 : 6)) {
      case 0:
        db.delete(key, 0, random.int(2) === 0);
        break;
      case 1: {
        const members = new Dictionary(db.arena, keyspace.seed);
        for (let m = 0; m < 100; m++) members.insert(m, latin1(`${m}`), 0, `${m}`.length, 0);
        db.setLarge(key, 0, SET, members);
        break;
      }
      case 2:
        keyspace.releaseDetached(500);
        break;
      case 6:
        db.clear();
        break;
      case 7:
        keyspace.swap(random.int(5), random.int(5));
        break;
      default:
        db.setExpire(db.setString(key, 0, new Uint8Array(300), 0, random.int(300)), i);
    }
    assertEquals(keyspace.usedBytes, keyspace.databases.reduce((sum, { usedBytes }) => sum + usedBytes, 0));
  }
  for (const db of keyspace.databases) db.clear();
  assertEquals(keyspace.usedBytes, empty);
});

Deno.test("below its limit a keyspace lets tables grow, and beyond it only those that must", () => {
  const random = new Random(2);
  const keyspace = new Keyspace({ databases: 2, random: () => random.int(2 ** 32) / 2 ** 32 });
  const [db] = keyspace.databases;
  /** Adds keys, and tells for how many buckets there is a table then. */
  const buckets = (from: number, to: number) => {
    for (let i = from; i < to; i++) db!.setInt(args(`key:${i}`), 0, i);
    while (db!.isResizing) db!.advanceResize(100);
    return db!.keys.tables[0]!.mask + 1;
  };
  assertEquals(buckets(0, 8 * 64), 64);
  assertEquals(buckets(8 * 64, 8 * 64 + 1), 128, "eight entries for each bucket");
  keyspace.limitBytes = keyspace.usedBytes + 100;
  assertEquals(buckets(8 * 64 + 1, 13 * 128), 128, "up to thirteen where memory is short");
  assertEquals(buckets(13 * 128, 13 * 128 + 1), 256);
  for (let i = 0; i < 13 * 128; i++) assertEquals(db!.intValue(db!.peek(args(`key:${i}`), 0)), i);
});
