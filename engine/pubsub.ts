/**
 * Publish/subscribe: who listens to which channel, pattern or shard channel, and how messages get to them.
 *
 * Channels are found by the hash of their bytes and patterns are all tried, so publishing costs O(receivers + patterns); no
 * string is made of any. Subscribers get a message in the order in which they subscribed, those of patterns after those of
 * the channel itself.
 *
 * A message is written into the output of its receivers at once, wherever they are: between two replies, or, for the client
 * whose command publishes, in the middle of one. It is sent when the commands under way have ended, for all messages of a
 * pipeline together. It is no reply: CLIENT REPLY OFF does not silence it, nor does an error take it back.
 */
import { PushMessage } from "../resp/push_message.ts";
import type { HashSeed } from "../store/hash.ts";
import { type ClientState, GATE_PUBSUB } from "./client_state.ts";
import { globMatches } from "./glob.ts";
import { type KeyGroup, KeyTable } from "./key_table.ts";
import { Unsent } from "./unsent.ts";

/** Tables of keys tell databases apart; channels do not. */
const NO_DB = 0;

/** A channel or a pattern (`key`), and who listens to it (`members`). */
export type Topic = KeyGroup<ClientState>;

const NOTHING: ReadonlySet<Topic> = new Set();

/** All that clients subscribe to in one way: channels, patterns or shard channels. */
export class Subscriptions {
  readonly #topics: KeyTable<ClientState>;
  readonly #byClient: Map<ClientState, Set<Topic>> = new Map();

  constructor(seed: HashSeed) {
    this.#topics = new KeyTable(seed);
  }

  /** How many channels or patterns somebody listens to. */
  get size(): number {
    return this.#topics.size;
  }

  /** All of those. */
  get topics(): Iterable<Topic> {
    return this.#topics.of(NO_DB);
  }

  /** What a client listens to, in the order in which it subscribed. */
  of(client: ClientState): ReadonlySet<Topic> {
    return this.#byClient.get(client) ?? NOTHING;
  }

  /** The channel or pattern; null when nobody listens to it. */
  find(bytes: Uint8Array, start: number, end: number): Topic | null {
    return this.#topics.find(NO_DB, bytes, start, end);
  }

  /** Once is enough: to do it again changes nothing. */
  add(client: ClientState, bytes: Uint8Array, start: number, end: number): void {
    const topic = this.#topics.findOrAdd(NO_DB, bytes, start, end);
    topic.members.add(client);
    const own = this.#byClient.get(client);
    if (own === undefined) this.#byClient.set(client, new Set([topic]));
    else own.add(topic);
  }

  remove(client: ClientState, topic: Topic): void {
    const own = this.#byClient.get(client);
    if (own === undefined || !own.delete(topic)) return;
    if (own.size === 0) this.#byClient.delete(client);
    this.#topics.leave(topic, client);
  }

  removeAll(client: ClientState): void {
    for (const topic of this.of(client)) this.remove(client, topic);
  }
}

/** An element of a message that is always the same. */
function bulk(text: string): Uint8Array {
  return new TextEncoder().encode(`$${text.length}\r\n${text}\r\n`);
}

const MESSAGE = bulk("message"), PATTERN_MESSAGE = bulk("pmessage"), SHARD_MESSAGE = bulk("smessage");

/** All subscriptions of a server. */
export class PubSub {
  readonly channels: Subscriptions;
  readonly patterns: Subscriptions;
  readonly shardChannels: Subscriptions;
  /** Clients with the gate set: in the mode of subscribers, whose number of subscriptions may be 0 for a moment. */
  readonly clients: Set<ClientState> = new Set();
  readonly #message: PushMessage = new PushMessage();
  readonly #unsent: Unsent = new Unsent();

  constructor(seed: HashSeed) {
    this.channels = new Subscriptions(seed);
    this.patterns = new Subscriptions(seed);
    this.shardChannels = new Subscriptions(seed);
  }

  /** Does anybody listen to a channel or a pattern? */
  get hasListeners(): boolean {
    return this.channels.size + this.patterns.size > 0;
  }

  /** How many channels and patterns a client listens to, as it is told with each subscription. */
  count(client: ClientState): number {
    return this.channels.of(client).size + this.patterns.of(client).size;
  }

  /** A client has subscribed to something: it is a subscriber from now on, and in RESP2 it is restricted to such commands. */
  enter(client: ClientState): void {
    client.gates |= GATE_PUBSUB;
    this.clients.add(client);
  }

  /** A client has unsubscribed from something: with nothing left it is an ordinary client again. */
  leaveIfNone(client: ClientState): void {
    if (this.count(client) + this.shardChannels.of(client).size > 0) return;
    client.gates &= ~GATE_PUBSUB;
    this.clients.delete(client);
  }

  /** Ends all subscriptions of a client without telling it: RESET, or the end of the connection. */
  forget(client: ClientState): void {
    if ((client.gates & GATE_PUBSUB) === 0) return;
    this.channels.removeAll(client);
    this.patterns.removeAll(client);
    this.shardChannels.removeAll(client);
    this.leaveIfNone(client);
  }

  /**
   * Sends `bytes[from, to)` to all who listen to the channel `bytes[start, end)`, or to a pattern that it matches.
   *
   * @returns How often it was sent: a client that listens to both gets it twice.
   */
  publish(bytes: Uint8Array, start: number, end: number, from: number, to: number): number {
    const topic = this.channels.find(bytes, start, end);
    let receivers = topic === null ? 0 : this.#send(MESSAGE, topic, bytes, start, end, from, to);
    if (this.patterns.size === 0) return receivers;
    for (const pattern of this.patterns.topics) {
      if (!globMatches(pattern.key, 0, pattern.key.length, bytes, start, end)) continue;
      const out = this.#message.begin(4);
      out.raw(PATTERN_MESSAGE, 0, PATTERN_MESSAGE.length);
      out.bulkBytes(pattern.key);
      out.bulk(bytes, start, end);
      out.bulk(bytes, from, to);
      receivers += this.#deliver(pattern);
    }
    return receivers;
  }

  /** As {@linkcode publish}, for a shard channel: patterns do not concern it. */
  publishToShard(bytes: Uint8Array, start: number, end: number, from: number, to: number): number {
    const topic = this.shardChannels.find(bytes, start, end);
    return topic === null ? 0 : this.#send(SHARD_MESSAGE, topic, bytes, start, end, from, to);
  }

  #send(
    kind: Uint8Array,
    topic: Topic,
    bytes: Uint8Array,
    start: number,
    end: number,
    from: number,
    to: number,
  ): number {
    const out = this.#message.begin(3);
    out.raw(kind, 0, kind.length);
    out.bulk(bytes, start, end);
    out.bulk(bytes, from, to);
    return this.#deliver(topic);
  }

  /** Gives the message to all members; one whose output is too large by now is gone afterwards. */
  #deliver({ members }: Topic): number {
    let receivers = 0;
    for (const client of members) {
      receivers++;
      if (client.isClosing) continue; // its last reply has been written
      this.#message.sendTo(client.out);
      this.#unsent.add(client);
    }
    this.#message.end();
    return receivers;
  }
}
