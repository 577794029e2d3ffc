/**
 * Prefixes of keys that clients want to hear of whatever they have read: the BCAST mode of client-side caching.
 *
 * Keys that change are collected with each prefix that they begin with, and told all together when the commands under way
 * have ended. A change costs O(prefixes). As in Redis, prefixes and the keys of a message come in the order of their bytes.
 * Prefixes and keys are strings of one character per byte here: few clients ask for such messages, and strings sort.
 */
import type { ClientState } from "./client_state.ts";

/** A key that has changed. */
export interface ChangedKey {
  readonly key: Uint8Array;
  /** Who changed it last; null: nobody, it has expired or was evicted. */
  readonly by: ClientState | null;
}

/** A prefix, and who wants to hear of it. */
interface Prefix {
  readonly text: string;
  readonly clients: Set<ClientState>;
  /** What has changed since it was told last, by the text of the key. */
  changed: Map<string, ChangedKey>;
}

/** A text of one character per byte. */
export function byteText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** Is there a key that begins with both? */
export function prefixesOverlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

export class TrackedPrefixes {
  /** Sorted by their texts. */
  #prefixes: readonly Prefix[] = [];
  /** Is there anything to be told? */
  hasChanges = false;

  /** How many different ones there are. */
  get size(): number {
    return this.#prefixes.length;
  }

  /** A client wants to hear of keys with this prefix. */
  add(client: ClientState, text: string): void {
    const prefix = this.#prefixes.find((other) => other.text === text);
    if (prefix !== undefined) prefix.clients.add(client);
    else {
      const added = { text, clients: new Set([client]), changed: new Map() };
      this.#prefixes = [...this.#prefixes, added].sort((a, b) => a.text < b.text ? -1 : 1);
    }
  }

  /** A client wants to hear of nothing any more. */
  removeAll(client: ClientState): void {
    for (const { clients } of this.#prefixes) clients.delete(client);
    this.#prefixes = this.#prefixes.filter(({ clients }) => clients.size > 0);
  }

  /**
   * The key `bytes[start, end)` has changed. With `isTaking` it was by somebody who took what another has put there just
   * before; it stays a change of that one.
   */
  collect(bytes: Uint8Array, start: number, end: number, by: ClientState | null, isTaking: boolean): void {
    let text: string | null = null, changed: ChangedKey | null = null;
    for (const prefix of this.#prefixes) {
      if (!beginsWith(bytes, start, end, prefix.text)) continue;
      text ??= byteText(bytes, start, end);
      this.hasChanges = true;
      if (isTaking && prefix.changed.has(text)) continue;
      changed ??= { key: bytes.slice(start, end), by };
      prefix.changed.set(text, changed);
    }
  }

  /** Tells of all that has changed, prefix by prefix, and forgets it. */
  drain(tell: (clients: ReadonlySet<ClientState>, changed: readonly ChangedKey[]) => void): void {
    this.hasChanges = false;
    for (const prefix of this.#prefixes) {
      const { changed } = prefix;
      if (changed.size === 0) continue;
      prefix.changed = new Map();
      tell(prefix.clients, [...changed].sort(([a], [b]) => a < b ? -1 : 1).map(([, change]) => change));
    }
  }
}

function beginsWith(bytes: Uint8Array, start: number, end: number, prefix: string): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix.charCodeAt(i)) return false;
  return true;
}
