/**
 * The subscriptions of a cluster's client.
 *
 * Ordinary messages reach every node, so one primary serves all channels and patterns. Shard channels are served by the
 * owner of their slot. Each node that serves some has a connection for nothing else. When it is lost, or the slot has
 * moved, its subscriptions move to whoever serves them now, and their loops go on, behind a gap.
 */
import { slotOfKey } from "../../resp/key_slot.ts";
import type { CommandArguments } from "../command_arguments.ts";
import { ConnectionError, RedisError } from "../errors.ts";
import { Line } from "../line.ts";
import type { GuardCommand } from "../pending.ts";
import { COMMANDS, LiveSubscription, type SubscribeOptions } from "../subscription.ts";
import { Subscriptions } from "../subscriptions.ts";
import type { CallOptions } from "../vocabulary.ts";
import { crossSlot } from "./fan_out.ts";
import type { ClusterNode } from "./node.ts";
import { type ClusterSettings, settingsOf } from "./options.ts";
import { ANY } from "./route.ts";
import type { Router } from "./router.ts";

/** Errors of a node that does not serve a shard channel, or not now. */
const PASSING: ReadonlySet<string> = new Set(["MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN"]);
const NO_LIMIT: CallOptions = {};

/** A connection for messages, and who listens on it. */
interface Ear {
  readonly node: ClusterNode;
  readonly line: Line;
  readonly subscriptions: Subscriptions;
  /** Those that are attached, or about to be: without them the connection is closed. */
  readonly users: Set<LiveSubscription>;
}

/** The subscriptions of a cluster's client. */
export class ClusterListening {
  readonly #router: Router;
  readonly #settings: ClusterSettings;
  readonly #guard: GuardCommand;
  /** By node. */
  readonly #ears = new Map<ClusterNode, Ear>();
  /** Connections that nobody uses any more, until they are closed. */
  readonly #closing = new Set<Promise<void>>();
  /** The slot of each subscription that is being moved, or {@linkcode ANY}. */
  readonly #moving = new Map<LiveSubscription, number>();
  /** Serves all that is no shard channel. */
  #carrier: ClusterNode | null = null;
  /** Ends the waits of those who are being moved. */
  readonly #waits = new Map<ReturnType<typeof setTimeout>, () => void>();
  #isHeld = true;
  #isClosed = false;

  /**
   * @param router Knows who owns what.
   * @param settings How to connect, and how often to try again.
   * @param guard Gives what is sent its deadline and its signal.
   */
  constructor(router: Router, settings: ClusterSettings, guard: GuardCommand) {
    this.#router = router;
    this.#settings = settings;
    this.#guard = guard;
  }

  /** As {@linkcode Client.subscribe}. */
  async subscribe(channels: CommandArguments, options: SubscribeOptions): Promise<LiveSubscription> {
    const subscription = new LiveSubscription(channels, options);
    const slot = slotOf(subscription);
    await new Promise<void>((resolve, reject) => this.#router.whenKnown(resolve, reject));
    await this.#attach(subscription, slot, options);
    subscription.begin();
    if (this.#isClosed) subscription.end();
    return subscription;
  }

  /** Ends all subscriptions, and lets go of their connections. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all([...[...this.#ears.values()].map(({ line }) => line.close()), ...this.#closing]);
  }

  /** The same at once. */
  drop(why: string): void {
    this.#end();
    for (const { line } of this.#ears.values()) line.drop(why);
  }

  /** Whether connections, and waiting for them, keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const { line } of this.#ears.values()) line.hold(isHeld);
    for (const timer of this.#waits.keys()) isHeld ? Deno.refTimer(timer) : Deno.unrefTimer(timer);
  }

  #end(): void {
    this.#isClosed = true;
    for (const { subscriptions } of this.#ears.values()) subscriptions.close();
    for (const subscription of this.#moving.keys()) subscription.end();
    for (const [timer, resume] of this.#waits) {
      clearTimeout(timer);
      resume();
    }
    this.#waits.clear();
  }

  /** Subscribes wherever that is to be done now, and tries again while the cluster changes. */
  async #attach(subscription: LiveSubscription, slot: number, options: CallOptions): Promise<void> {
    for (let attempt = 1;; attempt++) {
      this.#checkOpen();
      const ear = this.#earFor(slot);
      ear?.users.add(subscription);
      subscription.onEnd = () => ear === undefined ? Promise.resolve() : this.#leave(ear, subscription);
      try {
        if (ear === undefined) throw new RedisError("CLUSTERDOWN Hash slot not served", COMMANDS.shard[0]);
        await ear.subscriptions.attach(subscription, options);
        return;
      } catch (error) {
        if (ear !== undefined) this.#forget(ear, subscription);
        if (!await this.#mayGoOn(error, attempt, options)) throw error;
      }
    }
  }

  /** The server no longer serves a subscription where it was: it moves. */
  async #move(ear: Ear, subscription: LiveSubscription, reason: Error): Promise<void> {
    if (this.#isClosed || (reason instanceof RedisError && !PASSING.has(reason.code))) return subscription.fail(reason);
    const isLost = !ear.line.isReady; // a lost connection has counted its gap
    subscription.onEnd = () => Promise.resolve();
    ear.subscriptions.detach(subscription).catch(() => {}); // whether or not the server still hears of it
    this.#forget(ear, subscription);
    if (isLost && this.#carrier === ear.node) this.#carrier = null;
    if (!isLost) subscription.gap();
    const slot = slotOf(subscription);
    this.#moving.set(subscription, slot);
    try {
      await this.#router.refresh().catch(() => {}); // trying to subscribe will tell
      await this.#attach(subscription, slot, NO_LIMIT);
      if (subscription.isOver) await subscription.onEnd(); // it has ended meanwhile
    } catch (error) {
      subscription.fail(error);
    } finally {
      this.#moving.delete(subscription);
    }
  }

  /** Whether it is of use to try again; if so, waits for that. */
  async #mayGoOn(error: unknown, attempt: number, { signal }: CallOptions): Promise<boolean> {
    const { retry } = this.#settings;
    const isPassing = error instanceof ConnectionError || (error instanceof RedisError && PASSING.has(error.code));
    if (!isPassing || this.#isClosed || retry === null || attempt > retry.attempts || signal?.aborted) return false;
    this.#carrier = null;
    const waitMs = Math.min(retry.maxMs, retry.minMs * 2 ** (attempt - 1)) *
      (1 + retry.jitter * (2 * Math.random() - 1));
    await this.#wait(waitMs);
    await this.#router.refresh().catch(() => {}); // the next attempt will tell
    return !this.#isClosed && !signal?.aborted;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waits.delete(timer);
        resolve();
      }, ms);
      if (!this.#isHeld) Deno.unrefTimer(timer);
      this.#waits.set(timer, resolve);
    });
  }

  async #leave(ear: Ear, subscription: LiveSubscription): Promise<void> {
    try {
      await ear.subscriptions.detach(subscription);
    } finally {
      this.#forget(ear, subscription);
    }
  }

  /** Closes a connection that nobody listens on any more. */
  #forget(ear: Ear, subscription: LiveSubscription): void {
    if (!ear.users.delete(subscription) || ear.users.size > 0 || this.#isClosed) return;
    if (this.#ears.get(ear.node) !== ear) return;
    this.#ears.delete(ear.node);
    if (this.#carrier === ear.node) this.#carrier = null;
    const closing = ear.line.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #earFor(slot: number): Ear | undefined {
    const node = slot === ANY ? this.#carrierNow() : this.#router.ownerOf(slot);
    if (node === undefined) return undefined;
    const known = this.#ears.get(node);
    if (known !== undefined && !known.line.isOver) return known;
    const onDropped = (subscription: LiveSubscription, reason: Error): void =>
      void this.#move(ear, subscription, reason);
    const subscriptions: Subscriptions = new Subscriptions(() => line, this.#guard, onDropped);
    const line: Line = new Line(settingsOf(this.#settings, node), subscriptions, {
      isSubscriber: true,
      isHeld: this.#isHeld,
      hasStood: true,
    });
    const ear: Ear = { node, line, subscriptions, users: new Set() };
    this.#ears.set(node, ear);
    return ear;
  }

  /** One primary for all, while it is one. */
  #carrierNow(): ClusterNode | undefined {
    const { primaries } = this.#router;
    if (this.#carrier === null || !primaries.includes(this.#carrier)) {
      this.#carrier = primaries[Math.floor(Math.random() * primaries.length)] ?? null;
    }
    return this.#carrier ?? undefined;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ConnectionError("Cannot send to the cluster: the client is closed");
  }
}

/** The slot of shard channels, {@linkcode ANY} of others. */
function slotOf({ wanted }: LiveSubscription): number {
  const slots = new Set(wanted.flatMap(({ kind, names }) => kind === "shard" ? names.map(slotOfKey) : []));
  if (slots.size > 1) throw crossSlot(COMMANDS.shard[0]);
  return [...slots][0] ?? ANY;
}
