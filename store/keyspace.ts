/** All databases of a server, and what they share: the clock's reading, the hash seed, the counters. */
import type { Arena } from "./arena.ts";
import type { Entry } from "./database.ts";
import { Database } from "./database.ts";
import type { HashSeed } from "./hash.ts";
import type { Snapshot } from "./snapshot.ts";
import { freshUse } from "./use_frequency.ts";

/** How a keyspace is made. */
export interface KeyspaceOptions {
  /** How many databases; Redis' default is 16. */
  databases: number;
  /** Numbers from 0 up to 1; decides the hash seed and every random choice. */
  random: () => number;
  /** Most bytes that keys and values of one database may take; without it 16 GiB, which is what addresses reach. */
  arenaBytes?: number;
}

/** Directives of Redis by their short names. */
export interface CollectionLimits {
  /** `hash-max-listpack-entries` and `-value`. */
  hashEntries: number;
  hashValueBytes: number;
  /** `list-max-listpack-size`: elements of a node, or, from -1 to -5, 4 to 64 KiB. */
  listSize: number;
  /** Elements of a list that have so many bytes are nodes of their own; only DEBUG QUICKLIST-PACKED-THRESHOLD changes it. */
  listPlainBytes: number;
  /** `set-max-intset-entries`. */
  setIntsetEntries: number;
  /** `zset-max-listpack-entries` and `-value`. */
  sortedSetEntries: number;
  sortedSetValueBytes: number;
  /** `stream-node-max-bytes` and `-entries`: when a stream goes on in a new node; 0: no limit. */
  streamNodeBytes: number;
  streamNodeEntries: number;
}

/** Which deletions leave the freeing of large values for later. */
export interface LazyFreeing {
  /** Values that commands overwrite. */
  serverDel: boolean;
  /** DEL. */
  userDel: boolean;
  /** FLUSHALL and FLUSHDB. */
  userFlush: boolean;
}

/** Is told about the key `bytes[start, end)`. */
export type KeyCallback = (db: Database, bytes: Uint8Array, start: number, end: number) => void;

export class Keyspace {
  readonly databases: readonly Database[];
  readonly random: () => number;
  readonly seed: HashSeed;
  readonly arenaBytes: number | undefined;

  /** The time that decides about expiry, in milliseconds; the server sets it before each batch of commands. */
  now = 0;
  /** What entries remember of their last use, 24 bits: `now` in seconds, or see {@linkcode tracksFrequency}. */
  lruClock = 0;
  /**
   * Set under an LFU `maxmemory-policy`: entries then remember how often they are used, minutes in the upper 16 bits and a
   * logarithmic counter in the lower 8.
   */
  tracksFrequency = false;
  /** `lfu-log-factor`: how much harder it gets to count further; `lfu-decay-time`: minutes until a counter loses one. */
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;
  /** Set while nothing may expire (a test's DEBUG, a replica that waits for its primary's word). */
  expiryPaused = false;
  /** Set while keys whose time has come are not found any more, but stay (CLIENT PAUSE). */
  keepsExpired = false;
  /** Are expired keys deleted though nobody asks for them? DEBUG SET-ACTIVE-EXPIRE turns it off. */
  expiresActively = true;

  // What the owner wants to be told of. None may change the keyspace, throw, or keep the bytes.
  /** A key is being deleted because its time has come; it is still there. */
  onExpired: ((db: Database, entry: Entry) => void) | null = null;
  /** `bytes[start, end)` is a key now that was none; its value may not be there yet. Called for every one added. */
  onAdded: KeyCallback | null = null;
  /** `bytes[start, end)` was to be read and is no key. Called for every read that finds nothing. */
  onMissed: KeyCallback | null = null;

  /** Reads that found their key, reads that did not, keys that expired: INFO's `keyspace_hits` and so on. */
  hits = 0;
  misses = 0;
  expired = 0;

  /** When collections change from their packed to their large form; the server sets it from its directives. */
  readonly limits: CollectionLimits = {
    hashEntries: 512,
    hashValueBytes: 64,
    listSize: -2,
    listPlainBytes: 2 ** 30,
    setIntsetEntries: 512,
    sortedSetEntries: 128,
    sortedSetValueBytes: 64,
    streamNodeBytes: 4096,
    streamNodeEntries: 100,
  };
  /** What is freed later than deleted, beyond UNLINK and expiry: `lazyfree-lazy-*`. */
  readonly lazy: LazyFreeing = { serverDel: false, userDel: false, userFlush: false };
  /** Large values deleted whose memory is still to be freed, and those freed since: INFO's `lazyfree_pending_objects` … */
  detached = 0;
  lazyFreed = 0;

  /** The snapshot under way: there is one at a time. */
  snapshot: Snapshot | null = null;

  /** Arenas that nothing is in any more; their memory is given back in steps. */
  readonly #retired: Arena[] = [];

  constructor(options: KeyspaceOptions) {
    this.random = options.random;
    this.seed = { k0: (options.random() * 2 ** 32) | 0, k1: (options.random() * 2 ** 32) | 0 };
    this.arenaBytes = options.arenaBytes;
    this.databases = Array.from({ length: options.databases }, (_, index) => new Database(this, index));
  }

  setNow(nowMs: number): void {
    this.now = nowMs;
    const seconds = Math.floor(nowMs / 1000);
    this.lruClock = this.tracksFrequency ? freshUse(Math.floor(seconds / 60)) : seconds & 0xffffff;
  }

  /** Takes an arena that is not used any more. */
  retire(arena: Arena): void {
    arena.reset();
    this.#retired.push(arena);
  }

  /** Gives some of the memory of retired arenas back (0.5 ms); returns whether there is more. */
  release(): boolean {
    const arena = this.#retired.at(-1);
    if (arena !== undefined && !arena.trim()) this.#retired.pop();
    return this.#retired.length > 0;
  }

  /** Frees up to about so many blocks of values deleted before; returns whether there is more. */
  releaseDetached(blocks: number): boolean {
    let left = blocks;
    for (let i = 0; this.detached > 0 && left > 0; i++) left = this.databases[i]!.releaseDetached(left);
    return this.detached > 0;
  }

  /** Exchanges the contents of two databases: clients that selected one see the other's keys. */
  swap(a: number, b: number): void {
    const databases = this.databases as Database[];
    const first = databases[a]!, second = databases[b]!;
    databases[a] = second;
    databases[b] = first;
    second.index = a;
    first.index = b;
  }
}
