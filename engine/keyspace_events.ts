/**
 * Between the store and the rest: what the store notices by itself (keys that expire, that appear, that are missed) is told
 * to the hook points, and its limits follow the directives.
 */
import type { Entry } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import type { KeyCallback, Keyspace } from "../store/keyspace.ts";
import type { Config } from "./config.ts";
import { EVENT_EXPIRED, EVENT_KEY_MISS, EVENT_NEW, type Hooks } from "./hooks.ts";

const ASCII = new TextEncoder();
const DEL = ASCII.encode("DEL"), UNLINK = ASCII.encode("UNLINK");

/** Has the store's limits follow the directives. */
export function connectLimits(keyspace: Keyspace, config: Config): void {
  const { limits, lazy } = keyspace;
  const numbers: [string, (value: number) => void][] = [
    ["hash-max-listpack-entries", (value) => limits.hashEntries = value],
    ["hash-max-listpack-value", (value) => limits.hashValueBytes = value],
    ["list-max-listpack-size", (value) => limits.listSize = value],
    ["set-max-intset-entries", (value) => limits.setIntsetEntries = value],
    ["zset-max-listpack-entries", (value) => limits.sortedSetEntries = value],
    ["zset-max-listpack-value", (value) => limits.sortedSetValueBytes = value],
    ["stream-node-max-bytes", (value) => limits.streamNodeBytes = value],
    ["stream-node-max-entries", (value) => limits.streamNodeEntries = value],
    ["lfu-log-factor", (value) => keyspace.lfuLogFactor = value],
    ["lfu-decay-time", (value) => keyspace.lfuDecayMinutes = value],
  ];
  config.follow(["maxmemory-policy"], () => {
    keyspace.tracksFrequency = config.text("maxmemory-policy").endsWith("-lfu");
    keyspace.setNow(keyspace.now);
  });
  for (const [name, set] of numbers) config.follow([name], () => set(config.number(name)));
  const flags: [string, keyof typeof lazy][] = [
    ["lazyfree-lazy-server-del", "serverDel"],
    ["lazyfree-lazy-user-del", "userDel"],
    ["lazyfree-lazy-user-flush", "userFlush"],
  ];
  for (const [name, flag] of flags) config.follow([name], () => lazy[flag] = config.flag(name));
}

/**
 * Has listeners hear of a keyspace. The store tests one pointer for each key added or missed while nobody listens.
 *
 * @param keyspace What is listened to.
 * @param hooks Where the listeners are.
 * @param config Says how expiry is propagated (`lazyfree-lazy-expire`).
 */
export function connectKeyspace(keyspace: Keyspace, hooks: Hooks, config: Config): void {
  keyspace.onExpired = (db, entry) => tellExpired(db, entry, hooks, config);
  const onAdded: KeyCallback = (db, bytes, start, end) => {
    hooks.keyAdded.tell(db, bytes, start, end, EVENT_NEW, "new");
  };
  hooks.keyAdded.onCount = (count) => keyspace.onAdded = count === 0 ? null : onAdded;
  const onMissed: KeyCallback = (db, bytes, start, end) => {
    hooks.keyMissed.tell(db, bytes, start, end, EVENT_KEY_MISS, "keymiss");
  };
  hooks.keyMissed.onCount = (count) => keyspace.onMissed = count === 0 ? null : onMissed;
}

/** A key expires: a change for whoever watches it, a deletion for whoever repeats our writes. */
function tellExpired(db: Database, entry: Entry, hooks: Hooks, config: Config): void {
  if (hooks.keyTouched.count !== 0) {
    hooks.keyTouched.tell(db, db.bytes, db.keyStart(entry), db.keyEnd(entry), EVENT_EXPIRED, "expired");
  }
  if (hooks.propagated.count !== 0) {
    hooks.propagate(db.index, [config.flag("lazyfree-lazy-expire") ? UNLINK : DEL, db.keyBytes(entry)]);
  }
}
