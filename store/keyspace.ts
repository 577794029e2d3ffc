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
  /** Are keys to be found by their hash slots (cluster mode)? See {@linkcode Database.inSlot}. */
  hasSlots?: boolean;
}

/** {@linkcode CollectionLimits.listPlainBytes}, unless somebody says otherwise. */
export const LIST_PLAIN_BYTES: number = 2 ** 30;

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
  readonly hasSlots: boolean;

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
    listPlainBytes: LIST_PLAIN_BYTES,
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

  /** What {@linkcode usedBytes} should not exceed (`maxmemory`); the store only keeps its tables from growing beyond it. */
  limitBytes = Infinity;
  /** Would Redis share the objects of small integers? Not while it may evict by their last use. */
  sharesIntegers = true;

  /** Databases that have had keys since they were last cleared: all others take the same few bytes. */
  readonly #inUse: Database[] = [];
  readonly #unusedBytes: number;
  /** The snapshot under way: there is one at a time. */
  snapshot: Snapshot | null = null;

  /** Bytes that arenas have let go of, which stay memory of the process until garbage is collected. */
  garbageBytes = 0;

  constructor(options: KeyspaceOptions) {
    this.random = options.random;
    this.seed = { k0: (options.random() * 2 ** 32) | 0, k1: (options.random() * 2 ** 32) | 0 };
    this.arenaBytes = options.arenaBytes;
    this.hasSlots = options.hasSlots ?? false;
    this.databases = Array.from({ length: options.databases }, (_, index) => new Database(this, index));
    this.#unusedBytes = this.databases[0]!.usedBytes;
  }

  /**
   * Bytes that keys and values take, with their tables; what `maxmemory` limits. Takes a constant time for each database in
   * use. Values deleted whose memory is still to be freed ({@linkcode detached}) count until then.
   */
  get usedBytes(): number {
    const inUse = this.#inUse;
    let bytes = (this.databases.length - inUse.length) * this.#unusedBytes;
    for (let i = 0; i < inUse.length; i++) bytes += inUse[i]!.usedBytes;
    return bytes;
  }

  /** May something take so many bytes more that could also do without? */
  mayTake(bytes: number): boolean {
    return this.limitBytes === Infinity || this.usedBytes + bytes <= this.limitBytes;
  }

  /** The database has got a key. */
  use(db: Database): void {
    db.isInUse = true;
    this.#inUse.push(db);
  }

  /** The database is being cleared. */
  disuse(db: Database): void {
    if (db.isInUse) this.#inUse.splice(this.#inUse.indexOf(db), 1);
    db.isInUse = false;
  }

  setNow(nowMs: number): void {
    this.now = nowMs;
    const seconds = Math.floor(nowMs / 1000);
    this.lruClock = this.tracksFrequency ? freshUse(Math.floor(seconds / 60)) : seconds & 0xffffff;
  }

  /** Takes an arena that is not used any more. */
  retire(arena: Arena): void {
    arena.reset();
    this.garbageBytes += arena.dropMemory();
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
