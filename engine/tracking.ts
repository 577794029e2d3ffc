/**
 * Client-side caching (CLIENT TRACKING): clients that keep values in a cache of their own are told when these change.
 *
 * A client is told of the keys that it has read ({@linkcode TrackedKeys}), or, in BCAST mode, of all keys with certain
 * prefixes ({@linkcode TrackedPrefixes}); on its own connection, or on that of another client that it redirects to. The
 * former come one by one, as keys change; but what the client's own command changes is told after its reply, or after that
 * of EXEC. The latter come together, after the replies to the commands under way.
 *
 * Rules are those of Redis 7.0.15, with four exceptions. The null that stands for all keys is written as the receiver's
 * protocol has it; Redis writes it as that of the client which redirects has it, and a RESP2 connection cannot read `_`.
 * Prefixes that overlap are an error wherever they stand; Redis answers twice when the first of them is not. When the last
 * client that has ever tracked is gone, so are the keys. And what a client that waits takes from a list is a change for those
 * who have read it since it was put there, within that transaction; Redis leaves them with what they have read.
 *
 * While no such client is connected, nothing listens at the hook points; dispatch asks each client and server once per
 * command whether anything is special about them, and this is one of those things.
 */
import type { Keyspace } from "../store/keyspace.ts";
import { StoreMemoryError } from "../store/errors.ts";
import type { Args } from "./args.ts";
import { type ClientState, GATE_TRACKING } from "./client_state.ts";
import { type Command, PUBSUB, READONLY } from "./command.ts";
import { findKeys } from "./command_keys.ts";
import type { Config } from "./config.ts";
import {
  type CommandListener,
  type DatabaseListener,
  EVENT_EVICTED,
  EVENT_EXPIRED,
  type Hooks,
  isSeenAsChange,
  type KeyListener,
} from "./hooks.ts";
import { InvalidationMessage } from "./invalidation_message.ts";
import { SERVER_OVERTRACKED, type ServerGates } from "./server_gates.ts";
import { TrackedKeys } from "./tracked_keys.ts";
import { type ChangedKey, TrackedPrefixes } from "./tracked_prefixes.ts";
import { Unsent } from "./unsent.ts";

/** Keys beyond `tracking-table-max-keys` that are given up at once, and by how many more each time that is not enough. */
const LIMIT_STEP = 100;
/** What happens to a list when a client that has waited for it is served. */
const TAKING_EVENTS: ReadonlySet<string> = new Set(["lpop", "rpop", "del"]);

/** What CLIENT TRACKING ON asks for. */
export interface TrackingOptions {
  /** Id of the client that is told in its place; 0: it is told itself. */
  readonly redirect: number;
  readonly isBroadcast: boolean;
  readonly isOptIn: boolean;
  readonly isOptOut: boolean;
  readonly isNoLoop: boolean;
  /** Of BCAST, one character per byte; none: all keys. */
  readonly prefixes: readonly string[];
}

/** How a client tracks. It stays when tracking is turned off: keys read before are told of when it is turned on again. */
export class TrackingState implements TrackingOptions {
  isOn = false;
  isBroadcast = false;
  isOptIn = false;
  isOptOut = false;
  isNoLoop = false;
  /** CLIENT CACHING, for the next command or transaction. */
  isCachingGiven = false;
  /** The client it redirects to was not there any more. */
  isRedirectBroken = false;
  redirect = 0;
  prefixes: readonly string[] = [];

  /** Are keys that it reads noted? */
  get tracksReads(): boolean {
    if (!this.isOn || this.isBroadcast) return false;
    return this.isOptIn ? this.isCachingGiven : !(this.isOptOut && this.isCachingGiven);
  }
}

/** What tracking has to do with. */
export interface TrackingParts {
  readonly keyspace: Keyspace;
  readonly hooks: Hooks;
  readonly config: Config;
  readonly clients: ReadonlyMap<number, ClientState>;
  readonly gates: ServerGates;
  /** What noted keys may take; by default all that an arena reaches. */
  readonly maxBytes?: number;
}

export class Tracking {
  readonly #parts: TrackingParts;
  readonly #keys: TrackedKeys;
  readonly #prefixes: TrackedPrefixes = new TrackedPrefixes();
  readonly #message: InvalidationMessage = new InvalidationMessage();
  readonly #unsent: Unsent = new Unsent();
  /** Clients that track, or have done so. */
  readonly #known: Set<ClientState> = new Set();
  /** The client whose command is being run; null outside of commands. Set by dispatch. */
  current: ClientState | null = null;
  /** Is it a command that has waited, and is being served now? */
  isServing = false;
  /** What `current` will be told when its command has ended; null: that all keys have changed. */
  readonly #pending: (Uint8Array | null)[] = [];
  /** How many clients track. */
  clientCount = 0;
  #maxKeys = 0;
  /** How often in succession it was not enough to give up as many keys as was meant. */
  #timesOver = 0;
  /** Commands that have one run of keys: its first index, last index (negative: from the end) and step. */
  readonly #ranges: Map<Command, readonly [first: number, last: number, step: number] | null> = new Map();
  #isListening = false;
  readonly #onTouched: KeyListener;
  readonly #onChange: DatabaseListener;
  readonly #onCommand: CommandListener;

  constructor(parts: TrackingParts) {
    this.#parts = parts;
    const { keyspace, clients, config } = parts;
    this.#keys = new TrackedKeys(keyspace.seed, (id) => clients.has(id), parts.maxBytes);
    this.#onTouched = (_db, bytes, start, end, eventClass, event) => {
      if (!isSeenAsChange(eventClass, event)) return;
      if (this.#prefixes.size > 0) {
        const by = eventClass === EVENT_EXPIRED || eventClass === EVENT_EVICTED ? null : this.current;
        this.#prefixes.collect(bytes, start, end, by, this.isServing && TAKING_EVENTS.has(event));
      }
      const ids = this.#keys.take(bytes, start, end);
      if (ids === null) return;
      this.#checkLimit();
      // keys are evicted before the command, not by it: that is told first
      this.#invalidate(bytes.slice(start, end), ids, eventClass !== EVENT_EVICTED);
      if (this.clientCount === 0) this.#listen();
    };
    this.#onChange = (change) => {
      if (change === "flush") this.#invalidateAll(true); // SWAPDB tells nobody, in Redis neither
    };
    this.#onCommand = (client, command, args) => {
      const isReading = (command.flags & (READONLY | PUBSUB)) === READONLY && command.group !== "scripting";
      if (isReading) this.rememberKeys(client, command, args);
    };
    config.follow(["tracking-table-max-keys"], () => {
      this.#maxKeys = config.number("tracking-table-max-keys");
      this.#checkLimit();
    });
  }

  /** How many keys are noted, for how many clients in sum, and how many prefixes: INFO. */
  get keyCount(): number {
    return this.#keys.size;
  }

  get itemCount(): number {
    return this.#keys.items;
  }

  get prefixCount(): number {
    return this.#prefixes.size;
  }

  // ---- Clients ----

  /** CLIENT TRACKING ON. Prefixes are added to those there are. */
  turnOn(client: ClientState, options: TrackingOptions): void {
    this.#known.add(client);
    client.gates |= GATE_TRACKING;
    const state = client.tracking ??= new TrackingState();
    if (!state.isOn) this.clientCount++;
    state.isOn = true;
    this.#listen();
    state.isRedirectBroken = false;
    state.redirect = options.redirect;
    state.isBroadcast = options.isBroadcast;
    state.isOptIn = options.isOptIn;
    state.isOptOut = options.isOptOut;
    state.isNoLoop = options.isNoLoop;
    if (state.isBroadcast) this.#addPrefixes(client, state, options.prefixes.length === 0 ? [""] : options.prefixes);
    this.#checkLimit();
  }

  #addPrefixes(client: ClientState, state: TrackingState, texts: readonly string[]): void {
    for (const text of texts) this.#prefixes.add(client, text);
    state.prefixes = [...new Set([...state.prefixes, ...texts])].sort();
  }

  /** CLIENT TRACKING OFF, or RESET. Keys that were noted stay so. */
  turnOff(client: ClientState): void {
    const state = client.tracking;
    if (state === null || !state.isOn) return;
    if (state.isBroadcast) this.#prefixes.removeAll(client);
    state.isOn =
      state.isBroadcast =
      state.isOptIn =
      state.isOptOut =
      state.isNoLoop =
        false;
    state.isCachingGiven = state.isRedirectBroken = false;
    state.prefixes = [];
    this.clientCount--;
    this.#listen();
    this.#checkLimit();
  }

  /** A client's connection has ended. */
  forget(client: ClientState): void {
    this.turnOff(client);
    if (!this.#known.delete(client) || this.#known.size > 0) return;
    this.#keys.clear();
    this.#listen();
  }

  /** Listens while somebody tracks, and as long as there are keys that somebody has read who may track again. */
  #listen(): void {
    const isWanted = this.clientCount > 0 || this.#keys.size > 0;
    if (isWanted === this.#isListening) return;
    this.#isListening = isWanted;
    const { keyTouched, databaseChanges, commandRan } = this.#parts.hooks;
    const change = isWanted ? "add" : "remove";
    keyTouched[change](this.#onTouched);
    databaseChanges[change](this.#onChange);
    commandRan[change](this.#onCommand);
  }

  // ---- What clients read ----

  /** Notes the keys of a command, where the client tracks what it reads and CLIENT CACHING has it so. */
  rememberKeys(client: ClientState, command: Command, args: Args): void {
    if (client.tracking === null || !client.tracking.tracksReads) return;
    const range = this.#rangeOf(command);
    try {
      if (range === null) {
        for (const { index } of findKeys(command, args) ?? []) this.#note(client, args, index);
      } else {
        const last = range[1] < 0 ? args.count + range[1] : range[1];
        for (let i = range[0]; i <= last; i += range[2]) this.#note(client, args, i);
      }
    } catch (error) {
      if (!(error instanceof StoreMemoryError)) throw error;
      this.#invalidateAll(true); // what cannot be noted may not be kept either
    }
    this.#checkLimit();
  }

  #note(client: ClientState, args: Args, i: number): void {
    this.#keys.add(args.bytes, args.start(i), args.end(i), client.id);
  }

  /** Where the keys of a command are when its row says so in the simplest way, which it does for those called most. */
  #rangeOf(command: Command): readonly [first: number, last: number, step: number] | null {
    let range = this.#ranges.get(command);
    if (range === undefined) {
      range = simpleRange(command);
      this.#ranges.set(command, range);
    }
    return range;
  }

  /** A command of a client with the gate set has ended, or a transaction; called by dispatch. */
  commandEnded(client: ClientState, command: Command | null): void {
    if (this.#pending.length > 0) this.#tellPending(client);
    const state = client.tracking!;
    // CLIENT CACHING holds for the next command; Redis does not tell one subcommand of CLIENT from another here
    const isForNext = client.transaction !== null || command?.name.startsWith("client|");
    if (state.isCachingGiven && !isForNext) state.isCachingGiven = false;
    if (!state.isOn) client.gates &= ~GATE_TRACKING;
  }

  // ---- What changes ----

  /** Tells those who have read a key. */
  #invalidate(key: Uint8Array, ids: Iterable<number>, isDuringCommand: boolean): void {
    this.#message.begin([key]);
    for (const id of ids) {
      const client = this.#parts.clients.get(id);
      const state = client?.tracking;
      if (client === undefined || !state || !state.isOn || state.isBroadcast) continue;
      if (client !== this.current) this.#tell(client);
      else if (state.isNoLoop) continue;
      else if (isDuringCommand) this.#pending.push(key);
      else this.#tell(client);
    }
    this.#message.end();
  }

  /** Tells all clients that all keys have changed, and forgets these. */
  #invalidateAll(isDuringCommand: boolean): void {
    this.#message.begin(null);
    for (const client of this.#known) {
      if (!client.tracking!.isOn) continue;
      if (client === this.current && isDuringCommand) this.#pending.push(null);
      else this.#tell(client);
    }
    this.#message.end();
    this.#keys.clear();
    this.#listen();
    this.#checkLimit();
  }

  /** Tells a client what its command has changed. */
  #tellPending(client: ClientState): void {
    for (const key of this.#pending.splice(0)) {
      this.#message.begin(key === null ? null : [key]);
      this.#tell(client);
      this.#message.end();
    }
  }

  /** Is there anything that {@linkcode broadcast} would tell? */
  get hasChanges(): boolean {
    return this.#prefixes.hasChanges;
  }

  /** Tells clients in BCAST mode what has changed since the last time; called when commands under way have ended. */
  broadcast(): void {
    this.#prefixes.drain((clients, changed) => {
      const authors = new Set(changed.map(({ by }) => by));
      this.#message.begin(changed.map(({ key }) => key));
      for (const client of clients) if (!isLoop(client, authors)) this.#tell(client);
      this.#message.end();
      for (const client of clients) if (isLoop(client, authors)) this.#tellOthers(client, changed);
    });
  }

  /** Tells a client of what it has not changed itself. */
  #tellOthers(client: ClientState, changed: readonly ChangedKey[]): void {
    const keys = changed.filter(({ by }) => by !== client).map(({ key }) => key);
    if (keys.length === 0) return;
    this.#message.begin(keys);
    this.#tell(client);
    this.#message.end();
  }

  /** Is there a client of this id that can be redirected to? */
  isConnected(id: number): boolean {
    return this.#parts.clients.get(id)?.isGone === false;
  }

  /** Gives the message to a client, or to the one it redirects to. */
  #tell(client: ClientState): void {
    const { redirect } = client.tracking!;
    const receiver = redirect === 0 ? client : this.#parts.clients.get(redirect);
    if (receiver === undefined || receiver.isGone) this.#tellBroken(client);
    else if (!receiver.isClosing && this.#message.sendTo(receiver, redirect !== 0)) this.#unsent.add(receiver);
  }

  /** The client that it redirects to is gone. */
  #tellBroken(client: ClientState): void {
    const { out } = client;
    const state = client.tracking!;
    state.isRedirectBroken = true;
    if (out.protocol === 2 || client.isClosing) return;
    const mark = out.length;
    out.push(2);
    out.bulkText("tracking-redir-broken");
    out.int(state.redirect);
    out.keep(mark);
    this.#unsent.add(client);
  }

  // ---- The limit ----

  #checkLimit(): void {
    const isOver = this.clientCount > 0 && this.#maxKeys > 0 && this.#keys.size > this.#maxKeys;
    this.#parts.gates.set(SERVER_OVERTRACKED, isOver);
    if (!isOver) this.#timesOver = 0;
  }

  /** Are more keys noted than `tracking-table-max-keys` allows? Dispatch then calls {@linkcode enforceLimit}. */
  get #isOverLimit(): boolean {
    return this.#parts.gates.has(SERVER_OVERTRACKED);
  }

  /**
   * Gives up keys beyond `tracking-table-max-keys`, telling those who have read them as if they had changed; each time that
   * it takes more than was meant, more. Called before commands and periodically.
   */
  enforceLimit(): void {
    for (let effort = LIMIT_STEP * (this.#timesOver + 1); this.#isOverLimit && effort > 0; effort--) {
      const { key, ids } = this.#keys.takeRandom(this.#parts.keyspace.random)!;
      this.#invalidate(key, ids, false);
      this.#checkLimit();
    }
    if (this.#isOverLimit) this.#timesOver++;
  }

  /** What is to be done now and then; a batch that gave way to others may never be gone on with. */
  turn(): void {
    if (this.#isOverLimit) this.enforceLimit();
    if (this.hasChanges) this.broadcast();
  }
}

/** May a client have changed some of these keys itself, and not want to be told of them? */
function isLoop(client: ClientState, authors: ReadonlySet<ClientState | null>): boolean {
  return client.tracking!.isNoLoop && authors.has(client);
}

function simpleRange({ spec: { keys = [], keyPositions } }: Command): readonly [number, number, number] | null {
  const [only] = keys;
  if (only === undefined || keys.length > 1 || keyPositions !== undefined) return null;
  const { begin, find, flags } = only;
  if (typeof begin !== "number" || find === "unknown" || !("last" in find) || find.limit > 1) return null;
  if (flags.includes("not_key") || flags.includes("incomplete")) return null;
  return [begin, find.last < 0 ? find.last : begin + find.last, find.step];
}
