/**
 * Keyspace notifications: what happens to keys, published to whoever subscribes (`notify-keyspace-events`).
 *
 * An event `del` of the key `k` in database 0 is the message `del` on the channel `__keyspace@0__:k` and the message `k` on
 * `__keyevent@0__:del`. While the directive is empty, nothing listens at the hook points, and events cost what they cost
 * without it: one integer test.
 */
import type { Database } from "../store/database.ts";
import type { Config } from "./config.ts";
import {
  EVENT_EVICTED,
  EVENT_EXPIRED,
  EVENT_GENERIC,
  EVENT_HASH,
  EVENT_KEY_MISS,
  EVENT_LIST,
  EVENT_NEW,
  EVENT_SET,
  EVENT_SORTED_SET,
  EVENT_STREAM,
  EVENT_STRING,
  type Hooks,
  type KeyListener,
  type Listeners,
} from "./hooks.ts";
import type { PubSub } from "./pubsub.ts";

/** The classes that `A` stands for. Modules (`d`) have none of theirs here. */
const ALL_CLASSES = "g$lshzxet";

/** Letters of the directive that are classes of events. */
const CLASSES: Readonly<Record<string, number>> = {
  g: EVENT_GENERIC,
  $: EVENT_STRING,
  l: EVENT_LIST,
  s: EVENT_SET,
  h: EVENT_HASH,
  z: EVENT_SORTED_SET,
  x: EVENT_EXPIRED,
  e: EVENT_EVICTED,
  t: EVENT_STREAM,
  m: EVENT_KEY_MISS,
  n: EVENT_NEW,
};

const ASCII = new TextEncoder();
const KEYSPACE = ASCII.encode("__keyspace@"), KEYEVENT = ASCII.encode("__keyevent@"), AFTER_DB = ASCII.encode("__:");
const MAX_DB_DIGITS = 10;
const FIRST_BYTES = 256;
/** A long key does not leave its room behind. */
const MOST_BYTES_KEPT = 64 * 1024;

/** Has what happens to keys published, as far as the directive asks for it. */
export function connectNotifications(hooks: Hooks, pubsub: PubSub, config: Config): void {
  const notifier = new Notifier(hooks, pubsub);
  config.follow(["notify-keyspace-events"], () => notifier.follow(config.text("notify-keyspace-events")));
}

class Notifier {
  readonly #hooks: Hooks;
  readonly #pubsub: PubSub;
  readonly #onKey: KeyListener;
  /** Classes to tell of, as bits of EVENT_*. */
  #classes = 0;
  #tellsByKey = false;
  #tellsByEvent = false;
  /** The channel being published to, and the message behind it. */
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;

  constructor(hooks: Hooks, pubsub: PubSub) {
    this.#hooks = hooks;
    this.#pubsub = pubsub;
    this.#onKey = (db, bytes, start, end, eventClass, event) => {
      if ((this.#classes & eventClass) !== 0 && pubsub.hasListeners) this.#publish(db, bytes, start, end, event);
    };
  }

  /** Listens to what the letters ask for, and to nothing else. */
  follow(letters: string): void {
    this.#tellsByKey = letters.includes("K");
    this.#tellsByEvent = letters.includes("E");
    this.#classes = 0;
    if (this.#tellsByKey || this.#tellsByEvent) {
      for (const letter of letters.replace("A", ALL_CLASSES)) this.#classes |= CLASSES[letter] ?? 0;
    }
    const { keyTouched, keyAdded, keyMissed } = this.#hooks;
    this.#listen(keyTouched, (this.#classes & ~(EVENT_NEW | EVENT_KEY_MISS)) !== 0);
    this.#listen(keyAdded, (this.#classes & EVENT_NEW) !== 0);
    this.#listen(keyMissed, (this.#classes & EVENT_KEY_MISS) !== 0);
  }

  #listen(hook: Listeners<Parameters<KeyListener>>, isWanted: boolean): void {
    hook.remove(this.#onKey);
    if (isWanted) hook.add(this.#onKey);
  }

  #publish(db: Database, bytes: Uint8Array, start: number, end: number, event: string): void {
    if (this.#tellsByKey) {
      this.#begin(KEYSPACE, db.index, end - start + event.length);
      this.#add(bytes, start, end);
      const channelEnd = this.#length;
      this.#addText(event);
      this.#pubsub.publish(this.#bytes, 0, channelEnd, channelEnd, this.#length);
    }
    if (this.#tellsByEvent) {
      this.#begin(KEYEVENT, db.index, end - start + event.length);
      this.#addText(event);
      const channelEnd = this.#length;
      this.#add(bytes, start, end);
      this.#pubsub.publish(this.#bytes, 0, channelEnd, channelEnd, this.#length);
    }
    if (this.#bytes.length > MOST_BYTES_KEPT) this.#bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Begins a channel; `more` bytes will follow. */
  #begin(prefix: Uint8Array, dbIndex: number, more: number): void {
    const needed = prefix.length + MAX_DB_DIGITS + AFTER_DB.length + more;
    if (needed > this.#bytes.length) this.#bytes = new Uint8Array(2 * needed);
    this.#length = 0;
    this.#add(prefix, 0, prefix.length);
    this.#addText(String(dbIndex));
    this.#add(AFTER_DB, 0, AFTER_DB.length);
  }

  #add(bytes: Uint8Array, start: number, end: number): void {
    const own = this.#bytes;
    let at = this.#length;
    for (let i = start; i < end; i++) own[at++] = bytes[i]!;
    this.#length = at;
  }

  /** Names of events and numbers: ASCII. */
  #addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }
}
