/**
 * The store: databases of byte keys and typed values, in memory outside the JavaScript heap. No I/O, no replies, no
 * clock of its own.
 *
 * Read {@linkcode Database} first, the door to the keys; then `store/dictionary.ts` (the table), `store/arena.ts` (the memory) and
 * `store/expiry_index.ts`.
 */
export { type Clock, SystemClock, type TimerId } from "./store/clock.ts";
export { type Arguments, Database, type Entry, NONE } from "./store/database.ts";
export { StoreMemoryError, WrongTypeError } from "./store/errors.ts";
export type { HashSeed } from "./store/hash.ts";
export { Keyspace, type KeyspaceOptions } from "./store/keyspace.ts";
