/**
 * Sorted sets without a server: what a change and a look cost in the large form, by size, and in the packed one. An iteration
 * is one operation on a random member.
 *
 * ```sh
 * deno bench -A --import-map=npm.json bench/sorted_set_bench.ts
 * ```
 *
 * @module
 */
import type { Arguments, Database } from "../store/database.ts";
import { Keyspace } from "../store/keyspace.ts";
import { SortedSetBuilder } from "../store/sorted_set_builder.ts";
import { SortedSetValue } from "../store/sorted_set_value.ts";
import { seededRandom } from "./_random.ts";

const KEY_BYTES = 16;
/** More members than any cache holds would take long to make. */
const SIZES = [100, 10_000, 1_000_000];

/** What benches make goes here, so that it has to be made. */
let sink = 0;

/** `member:000000042` and so on, one behind the other. */
function membersOf(count: number): Uint8Array {
  const members = new Uint8Array(count * KEY_BYTES);
  const text = new TextEncoder();
  for (let i = 0; i < count; i++) {
    text.encodeInto(`member:${String(i).padStart(9, "0")}`, members.subarray(i * KEY_BYTES));
  }
  return members;
}

const KEY: Arguments = {
  bytes: new TextEncoder().encode("key"),
  isHashed: false,
  keyHash: 0,
  start: () => 0,
  end: () => 3,
};

function newDatabase(): Database {
  return new Keyspace({ databases: 1, random: seededRandom() }).databases[0]!;
}

function filled(members: Uint8Array, scores: Float64Array): SortedSetValue {
  const db = newDatabase(), builder = new SortedSetBuilder(db, scores.length);
  for (let i = 0; i < scores.length; i++) builder.set(members, i * KEY_BYTES, (i + 1) * KEY_BYTES, scores[i]!);
  return new SortedSetValue().open(db, builder.store(KEY, 1));
}

for (const size of SIZES) {
  const group = `${size} members`;
  const random = seededRandom();
  const members = membersOf(size);
  const scores = Float64Array.from({ length: size }, () => Math.floor(random() * 1e9));
  const set = filled(members, scores);
  const pick = (): number => Math.floor(random() * size) * KEY_BYTES;

  Deno.bench({
    name: "score (ZSCORE)",
    group,
    baseline: true,
    fn() {
      const at = pick();
      sink += set.score(members, at, at + KEY_BYTES);
    },
  });

  Deno.bench({
    name: "rank (ZRANK)",
    group,
    fn() {
      const at = pick();
      sink += set.rank(members, at, at + KEY_BYTES);
    },
  });

  Deno.bench({
    name: "set to another score (ZADD)",
    group,
    fn() {
      const at = pick();
      sink += set.set(members, at, at + KEY_BYTES, Math.floor(random() * 1e9));
    },
  });

  Deno.bench({
    name: "set to a score a little higher (ZINCRBY)",
    group,
    fn() {
      const at = pick();
      sink += set.set(members, at, at + KEY_BYTES, set.score(members, at, at + KEY_BYTES) + 1);
    },
  });

  Deno.bench({
    name: "remove and add (ZREM, ZADD)",
    group,
    fn() {
      const at = pick();
      set.remove(members, at, at + KEY_BYTES);
      sink += set.set(members, at, at + KEY_BYTES, Math.floor(random() * 1e9));
    },
  });

  Deno.bench({
    name: "ten members from a rank (ZRANGE)",
    group,
    fn() {
      let left = 10;
      for (let more = set.seek(Math.floor(random() * size)); more && left > 0; more = set.next(), left--) {
        sink += set.member.start + set.currentScore;
      }
    },
  });

  Deno.bench({
    name: "first rank of a score (ZRANGEBYSCORE)",
    group,
    fn() {
      sink += set.firstRankByScore(random() * 1e9, false);
    },
  });
}

const BUILT = 100_000;
const MEMBERS = membersOf(BUILT);
const RANDOM = seededRandom();
const SCORES = Float64Array.from({ length: BUILT }, () => RANDOM());
const WALKED = filled(MEMBERS, SCORES);

Deno.bench("100,000 members built at once (ZUNIONSTORE)", { group: "building", baseline: true }, () => {
  sink += filled(MEMBERS, SCORES).size;
});

Deno.bench("100,000 members added one by one", { group: "building" }, () => {
  const db = newDatabase(), set = new SortedSetValue();
  set.create(db, KEY, 1);
  for (let i = 0; i < BUILT; i++) set.set(MEMBERS, i * KEY_BYTES, (i + 1) * KEY_BYTES, SCORES[i]!);
  sink += set.size;
});

Deno.bench("100,000 members walked through", { group: "building" }, () => {
  let length = 0;
  for (let more = WALKED.seek(0); more; more = WALKED.next()) length += WALKED.member.length;
  sink += length;
});
