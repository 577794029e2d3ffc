/**
 * What a client listens to besides the replies to its commands, and on which connection: messages on its first line where
 * that speaks RESP3, on a line of their own where it speaks RESP2; each monitor on one of its own.
 */
import type { CommandArguments } from "./command_arguments.ts";
import { ConnectionError, RedisError } from "./errors.ts";
import { Line } from "./line.ts";
import { LiveMonitor, type Monitor, type MonitorOptions } from "./monitor.ts";
import type { Settings } from "./options.ts";
import { type GuardCommand, Pending } from "./pending.ts";
import { LiveSubscription, type SubscribeOptions } from "./subscription.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { CallOptions } from "./vocabulary.ts";

/** The subscriptions and monitors of one client. */
export class Listening {
  /** Those on the first line; hears of it as its user. */
  readonly onMain: Subscriptions;
  readonly #settings: Settings;
  readonly #main: () => Line;
  readonly #guard: GuardCommand;
  /** For RESP2, made when it is needed. */
  #side: { readonly line: Line; readonly subscriptions: Subscriptions } | null = null;
  readonly #monitors = new Set<LiveMonitor>();
  #isHeld = true;
  #isClosed = false;

  /**
   * @param settings Where to.
   * @param main The client's first line; asked when it is needed, since the line is made with its user.
   * @param guard Gives a command its deadline and its signal.
   */
  constructor(settings: Settings, main: () => Line, guard: GuardCommand) {
    this.#settings = settings;
    this.#main = main;
    this.#guard = guard;
    this.onMain = new Subscriptions(main, guard);
  }

  /** As {@linkcode Client.subscribe}. */
  async subscribe(channels: CommandArguments, options: SubscribeOptions): Promise<LiveSubscription> {
    const subscription = new LiveSubscription(channels, options);
    const known = this.#settings.protocol === 2 ? 2 : this.#main().protocol;
    const protocol = known ?? await this.#learnProtocol(options); // waits only if it must: commands keep their order
    this.#checkOpen();
    const subscriptions = protocol === 3 ? this.onMain : this.#onSide();
    subscription.onEnd = () => subscriptions.detach(subscription);
    await subscriptions.attach(subscription, options);
    subscription.begin();
    if (this.#isClosed) subscription.end();
    return subscription;
  }

  /** As {@linkcode Client.monitor}. */
  async monitor(options: MonitorOptions): Promise<Monitor> {
    this.#checkOpen();
    const line = this.#newLine(null, { isSingle: true });
    const monitor = new LiveMonitor(line, options, (ended) => this.#monitors.delete(ended));
    this.#monitors.add(monitor);
    await monitor.begin((pending) => this.#guard(pending, options));
    return monitor;
  }

  /** Ends all subscriptions and monitors, and lets go of their connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.onMain.close();
    this.#side?.subscriptions.close();
    await Promise.all([this.#side?.line.close(), ...[...this.#monitors].map((monitor) => monitor.close())]);
  }

  /** The same at once. */
  drop(why: string): void {
    this.#isClosed = true;
    this.onMain.close();
    this.#side?.subscriptions.close();
    this.#side?.line.drop(why);
    for (const monitor of [...this.#monitors]) monitor.close(); // never rejects
  }

  /** Whether connections keep the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#side?.line.hold(isHeld);
    for (const monitor of this.#monitors) monitor.hold(isHeld);
  }

  /** What the first line speaks: known when the server has been greeted, which any command brings about. */
  async #learnProtocol(options: CallOptions): Promise<2 | 3> {
    const main = this.#main(), pending = new Pending("PING", undefined);
    this.#guard(pending, options);
    if (!pending.isAbandoned) main.request(pending, ["PING"], false);
    try {
      await pending.promise;
    } catch (error) {
      if (!(error instanceof RedisError)) throw error; // even a refusal comes after the greeting
    }
    return main.protocol!;
  }

  #onSide(): Subscriptions {
    if (this.#side !== null) return this.#side.subscriptions;
    const subscriptions: Subscriptions = new Subscriptions(() => line, this.#guard);
    const line: Line = this.#newLine(subscriptions, { isSubscriber: true });
    this.#side = { line, subscriptions };
    return subscriptions;
  }

  #newLine(user: Subscriptions | null, options: { isSubscriber?: boolean; isSingle?: boolean }): Line {
    const settings = { ...this.#settings, db: 0 }; // both are about the whole server
    if (settings.target.kind === "transport") {
      const why = options.isSubscriber ? "messages in RESP2 need one of their own" : "a monitor needs one of its own";
      throw new TypeError(
        `Cannot open another connection: ${why}, but the client was given one; give a function instead`,
      );
    }
    return new Line(settings, user, { ...options, isHeld: this.#isHeld, hasStood: this.#main().hasStood });
  }

  #checkOpen(): void {
    if (!this.#isClosed) return;
    throw new ConnectionError(`Cannot send to ${this.#settings.address}: the client is closed`);
  }
}
