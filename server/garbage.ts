/**
 * Memory that databases have let go of goes back to the machine: it does so when the engine collects garbage, which an idle
 * server never has a reason for. A collection takes about 10 ms and 0.1 ms for each MiB freed, so it waits until nobody is
 * likely to want the memory again, and is only made where there is much to free.
 */
import type { Keyspace } from "../store/keyspace.ts";

/** An empty database keeps its memory for so long: most are filled again at once. */
const SPARE_MS = 2_000;
/** Less than this is not worth a collection, and an empty database may keep so much. */
const LEAST_BYTES = 16 * 1024 * 1024;

/** Looks after the memory of empty databases. */
export class SpareMemory {
  readonly #keyspace: Keyspace;
  readonly #collect: () => void;
  /** When each database was first seen to be empty. */
  readonly #sinceMs: Float64Array;

  /** @param collect Collects garbage. */
  constructor(keyspace: Keyspace, collect: () => void) {
    this.#keyspace = keyspace;
    this.#collect = collect;
    this.#sinceMs = new Float64Array(keyspace.databases.length);
  }

  /** Looks at all databases. */
  turn(): void {
    const { databases, now } = this.#keyspace;
    for (let i = 0; i < databases.length; i++) {
      const db = databases[i]!;
      if (db.spareBytes <= LEAST_BYTES) this.#sinceMs[i] = 0;
      else if (this.#sinceMs[i] === 0) this.#sinceMs[i] = now;
      else if (now - this.#sinceMs[i]! >= SPARE_MS) db.dropMemory();
    }
    if (this.#keyspace.garbageBytes < LEAST_BYTES) return;
    this.#keyspace.garbageBytes = 0;
    this.#collect();
  }
}

let collection: (() => void) | null = null;

/** Has the engine collect garbage. There is no function for it, but one that V8 hands out where it is asked to. */
export async function collectGarbage(): Promise<void> {
  if (collection === null) {
    const [v8, vm] = await Promise.all([import("node:v8"), import("node:vm")]);
    v8.setFlagsFromString("--expose-gc");
    collection = vm.runInNewContext("gc") as () => void;
  }
  collection();
}
