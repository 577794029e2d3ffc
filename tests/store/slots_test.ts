/** Hash slots of keys, and the index of a database by them. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { NONE } from "../../store/database.ts";
import { keySlot, SLOTS } from "../../resp/key_slot.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { copyEntry, renameEntry } from "../../store/moving_keys.ts";
import { Snapshot } from "../../store/snapshot.ts";
import { Random } from "../resp/_frames.ts";
import { args, latin1, newDatabase } from "./_database.ts";

function slotOf(key: string): number {
  const bytes = latin1(`<{${key}}>`);
  return keySlot(bytes, 2, 2 + key.length);
}

/** The checksum bit by bit, without a table. */
function naiveSlot(text: string): number {
  let crc = 0;
  for (const byte of latin1(text)) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOut = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (isOut === 1 ? 0x1021 : 0);
    }
  }
  return crc % SLOTS;
}

Deno.test("keySlot() is CRC16 of the key, of its hash tag where it has one", () => {
  assertEquals(slotOf("123456789"), 0x31c3);
  assertEquals(slotOf("foo"), 12182);
  assertEquals(slotOf(""), 0);
  const random = new Random(7);
  for (let i = 0; i < 2_000; i++) {
    const text = Array.from({ length: random.int(30) }, () => String.fromCharCode(random.int(256))).join("")
      .replaceAll(/[{}]/g, "");
    assertEquals(slotOf(text), naiveSlot(text));
    assertEquals(slotOf(`a${text}{tag}${text}{other}`), naiveSlot("tag"));
  }
});

Deno.test("keySlot() takes the first { and the first } behind it, with something between", () => {
  const rows: [key: string, hashed: string][] = [
    ["{user1000}.following", "user1000"],
    ["foo{}{bar}", "foo{}{bar}"],
    ["foo{{bar}}zap", "{bar"],
    ["foo{bar}{zap}", "bar"],
    ["}{a}", "a"],
    ["{a", "{a"],
    ["a}", "a}"],
    ["{", "{"],
    ["{}", "{}"],
    ["x{a}", "a"],
  ];
  for (const [key, hashed] of rows) assertEquals(slotOf(key), naiveSlot(hashed), key);
});

Deno.test("a database lists the keys of a slot, however they come, move and go", () => {
  const random = new Random(11);
  const draw = () => random.int(2 ** 32) / 2 ** 32;
  const keyspace = new Keyspace({ databases: 1, random: draw, hasSlots: true });
  const db = keyspace.databases[0]!;
  keyspace.setNow(1_000);
  const model = new Set<string>();
  // few slots of many keys, and many of few
  const newKey = () => random.int(2) === 0 ? `{t${random.int(3)}}${random.int(60)}` : `k${random.int(60)}`;
  const check = () => {
    const found: string[] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      for (const entry of db.inSlot(slot)) {
        const key = String.fromCharCode(...db.keyBytes(entry));
        assertEquals(slotOf(key), slot);
        found.push(key);
      }
    }
    assertEquals(found.sort(), [...model].sort());
  };
  for (let step = 0; step < 20_000; step++) {
    const key = newKey();
    const at = args("command", key);
    const entry = db.peek(at, 1);
    if (entry === NONE) model.delete(key); // it may have expired just now
    const choice = random.int(12);
    if (choice < 5) {
      const text = latin1("v".repeat(random.int(8) === 0 ? random.int(3_000) : random.int(40)));
      db.setString(at, 1, text, 0, text.length);
      model.add(key);
    } else if (choice < 7 && entry !== NONE) db.resizeText(entry, random.int(2_000));
    else if (choice === 7 && db.delete(at, 1)) model.delete(key);
    else if (choice === 8 && entry !== NONE) {
      const other = newKey();
      if (other !== key) {
        renameEntry(db, entry, args("command", other), 1);
        model.delete(key);
        model.add(other);
      }
    } else if (choice === 9 && entry !== NONE) {
      const other = newKey();
      if (other !== key) {
        copyEntry(db, entry, db, args("command", other), 1);
        model.add(other);
      }
    } else if (choice === 10 && entry !== NONE) db.setExpire(entry, keyspace.now + 1 + random.int(20));
    else if (step % 4_000 === 3_999) {
      db.clear();
      model.clear();
    }
    keyspace.setNow(keyspace.now + random.int(2));
    if (step % 500 === 499) {
      while (db.sweep());
      for (const known of model) if (db.peek(args("command", known), 1) === NONE) model.delete(known);
      check();
    }
  }
  assert(model.size > 20);
  assertEquals(db.usedBytes, db.arena.usedBytes + db.keys.tableBytes + db.expiryIndex.tableBytes + 40 * db.size);
});

Deno.test("a database emptied under a snapshot takes its slots along", () => {
  const keyspace = new Keyspace({ databases: 1, random: () => 0.5, hasSlots: true });
  const db = keyspace.databases[0]!;
  for (let i = 0; i < 40; i++) db.setInt(args("command", `{t}${i}`), 1, i);
  const slot = slotOf("{t}");
  let visited = 0;
  const snapshot = new Snapshot(keyspace, () => visited++);
  db.clear();
  assertEquals(db.inSlot(slot).size, 0);
  const entry = db.setInt(args("command", "{t}new"), 1, 1);
  db.delete(args("command", "{t}other"), 1);
  assertEquals([...db.inSlot(slot)], [entry]);
  while (!snapshot.step(0));
  assertEquals([visited, db.inSlot(slot).size], [40, 1]);
});

Deno.test("a database without slots keeps no index, and says so", () => {
  assertThrows(() => newDatabase().inSlot(0), TypeError, "no slots");
});
