/**
 * MULTI … EXEC: the commands that a client has queued, and the keys that clients watch.
 *
 * Commands are checked when they are queued (their names, their numbers of arguments, the gates), and run one after the
 * other by EXEC, with nothing between them. A client that watches keys and finds one of them changed gets no EXEC. Rules and
 * words are those of Redis 7.0.15; some are about keys that had expired, but were still there, when they were watched.
 */
import type { CommandBatch } from "../resp/command_batch.ts";
import { batchOf } from "../resp/command_batch.ts";
import type { Database } from "../store/database.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import { GATE_MULTI } from "./client_state.ts";
import type { Command } from "./command.ts";
import {
  ALL_DATABASES,
  type DatabaseListener,
  EVENT_EXPIRED,
  type Hooks,
  isSeenAsChange,
  type KeyListener,
} from "./hooks.ts";
import { type KeyGroup, KeyTable } from "./key_table.ts";

/** A command to be run by EXEC. */
export interface QueuedCommand {
  readonly command: Command;
  /** Its arguments, copied. */
  readonly batch: CommandBatch;
}

/** What a client has queued since MULTI. */
export class Transaction {
  readonly commands: QueuedCommand[] = [];
  /** Bytes of their arguments and of the two words that each has in its batch. */
  argumentBytes = 0;
  /** A command could not be queued: EXEC will refuse. */
  isAborted = false;

  /** Queues a command; not where EXEC will not run it anyway. */
  queue(command: Command, args: Args, client: ClientState): void {
    if (this.isAborted || client.hasDirtyWatch) return;
    this.argumentBytes += args.totalBytes + 8 * args.count;
    this.commands.push({ command, batch: batchOf(Array.from({ length: args.count }, (_, i) => args.own(i))) });
  }
}

/** A key that a client watches. */
interface Watch {
  readonly client: ClientState;
  /** It had expired already when it was watched: that it goes is no change. */
  hadExpired: boolean;
}

/** All watched keys of a server. */
export class Watches {
  readonly #keyspace: Keyspace;
  readonly #hooks: Hooks;
  readonly #byKey: KeyTable<Watch>;
  readonly #byClient: Map<ClientState, Map<KeyGroup<Watch>, Watch>> = new Map();
  // listened with only while somebody watches
  readonly #onTouched: KeyListener;
  readonly #onChange: DatabaseListener;

  constructor(keyspace: Keyspace, hooks: Hooks) {
    this.#keyspace = keyspace;
    this.#hooks = hooks;
    this.#byKey = new KeyTable(keyspace.seed);
    this.#onTouched = (db, bytes, start, end, eventClass, event) => {
      if (!isSeenAsChange(eventClass, event)) return;
      const group = this.#byKey.find(db.index, bytes, start, end);
      if (group !== null) this.#touch(group, db, eventClass === EVENT_EXPIRED);
    };
    this.#onChange = (change, first, second) => {
      if (change === "swap") {
        this.#replaceAll(first, second);
        this.#replaceAll(second, first);
      } else if (first === ALL_DATABASES) { for (const { index } of keyspace.databases) this.#replaceAll(index, null); }
      else this.#replaceAll(first, null);
    };
  }

  /** How many keys are watched, each by how many clients. */
  get count(): number {
    return this.#byClient.values().reduce((sum, watches) => sum + watches.size, 0);
  }

  /** How many keys a client watches. */
  countOf(client: ClientState): number {
    return this.#byClient.get(client)?.size ?? 0;
  }

  /** How many different ones. */
  get keyCount(): number {
    return this.#byKey.size;
  }

  /** Has a client watch a key of its database; once is enough. */
  watch(client: ClientState, bytes: Uint8Array, start: number, end: number): void {
    if (this.#byClient.size === 0) {
      this.#hooks.keyTouched.add(this.#onTouched);
      this.#hooks.databaseChanges.add(this.#onChange);
    }
    let watches = this.#byClient.get(client);
    if (watches === undefined) this.#byClient.set(client, watches = new Map());
    const group = this.#byKey.findOrAdd(client.db, bytes, start, end);
    if (watches.has(group)) return;
    const watch = { client, hadExpired: this.#database(client.db).isExpiredKey(bytes, start, end) };
    watches.set(group, watch);
    group.members.add(watch);
  }

  /** Forgets what a client watches; whether something has changed is for the caller to forget. */
  unwatch(client: ClientState): void {
    const watches = this.#byClient.get(client);
    if (watches === undefined) return;
    this.#byClient.delete(client);
    for (const [group, watch] of watches) this.#byKey.leave(group, watch);
    if (this.#byClient.size > 0) return;
    this.#hooks.keyTouched.remove(this.#onTouched);
    this.#hooks.databaseChanges.remove(this.#onChange);
  }

  /** Has a key that the client watches expired since, though nobody has come upon it yet? */
  hasExpired(client: ClientState): boolean {
    for (const [{ db, key }, { hadExpired }] of this.#byClient.get(client) ?? []) {
      if (!hadExpired && this.#database(db).isExpiredKey(key, 0, key.length)) return true;
    }
    return false;
  }

  #database(index: number): Database {
    return this.#keyspace.databases[index]!;
  }

  /** A watched key changes, or is about to be deleted because it `hasExpired`. */
  #touch({ key, members }: KeyGroup<Watch>, db: Database, hasExpired: boolean): void {
    for (const watch of [...members]) {
      if (!watch.hadExpired) this.#makeDirty(watch.client);
      else if (hasExpired || !db.hasKey(key, 0, key.length)) watch.hadExpired = false;
    }
  }

  /** All keys of a database are about to go, and those of another, if any, to take their place. */
  #replaceAll(index: number, replacement: number | null): void {
    const from = this.#database(index), to = replacement === null ? null : this.#database(replacement);
    for (const { key, members } of [...this.#byKey.of(index)]) {
      const isThere = from.hasKey(key, 0, key.length), willBe = to !== null && to.hasKey(key, 0, key.length);
      if (!isThere && !willBe) continue;
      const willHaveExpired = willBe && to.isExpiredKey(key, 0, key.length);
      for (const watch of [...members]) {
        if (watch.hadExpired && willHaveExpired) continue;
        if (watch.hadExpired && !willBe) watch.hadExpired = false;
        else if (!watch.hadExpired && !isThere && willHaveExpired) watch.hadExpired = true;
        else this.#makeDirty(watch.client);
      }
    }
  }

  /** EXEC will not run: there is nothing more to watch for. */
  #makeDirty(client: ClientState): void {
    client.hasDirtyWatch = true;
    this.unwatch(client);
  }
}

/** Leaves MULTI, if the client is in it, and forgets what it watches. */
export function endTransaction(client: ClientState, watches: Watches): void {
  client.transaction = null;
  client.gates &= ~GATE_MULTI;
  client.hasDirtyWatch = false;
  watches.unwatch(client);
}
