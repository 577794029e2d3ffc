/**
 * A server within the test, closed at the end of its scope, whose parts can be looked at.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Config } from "../engine/config.ts";
import { Host } from "../server/host.ts";
import type { TimerClock } from "./_clock.ts";
import { RawConnection } from "./_harness.ts";

/** How a connection reaches the server. */
export type Way = "TCP" | "memory";

/** A host with whatever a test needs of it: it listens once its port is asked for. */
export class TestHost implements AsyncDisposable {
  readonly host: Host;
  /** What it has logged, `level: text`. */
  readonly lines: string[] = [];
  #port = 0;
  #control: Promise<RawConnection> | null = null;

  constructor(directives: Record<string, string> = {}, clock?: TimerClock) {
    const config = new Config();
    config.set(Object.entries(directives), "start");
    const log = { log: (level: string, text: string) => void this.lines.push(`${level}: ${text}`) };
    this.host = new Host({ config, log, seed: 1, ...(clock === undefined ? {} : { clock }) });
  }

  /** A port of 127.0.0.1. */
  get port(): number {
    if (this.#port === 0) this.#port = this.host.listen("127.0.0.1", 0).port;
    return this.#port;
  }

  open(way: Way): Promise<RawConnection> {
    return RawConnection.connect(way === "TCP" ? this.port : this.host.dial());
  }

  /** A connection for whatever the test does besides; it never waits. */
  get control(): Promise<RawConnection> {
    return this.#control ??= this.open("memory");
  }

  /** Sends a command there. */
  async send(...words: string[]): Promise<string> {
    return await (await this.control).send(...words);
  }

  /** Sends a command there whose words are cut at spaces. */
  line(command: string): Promise<string> {
    return this.send(...command.split(" "));
  }

  /** Resolves when so many clients wait; each look at it gives all connections their turn. */
  blocked(count: number): Promise<void> {
    return this.#until(() => this.host.engine.blocking.count === count);
  }

  /** Resolves when so many clients are subscribers. */
  subscribers(count: number): Promise<void> {
    return this.#until(() => this.host.engine.pubsub.clients.size === count);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) assertEquals(await this.send("PING"), "+PONG");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#control !== null) await (await this.#control).close();
    await this.host.close();
  }
}
