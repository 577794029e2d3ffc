/**
 * A server whose clock is moved by hand, several connections to it, and what happens to them as a script:
 *
 * ```text
 * SET k v -> +OK             a command of connection `a`, and its reply
 * worker: BLPOP jobs 5       one of connection `worker`, which is not answered yet
 * +4999                      the clock is moved on by so many milliseconds
 * worker <- nothing          that connection has been sent nothing so far
 * @5000                      the clock is set to so many milliseconds after the beginning
 * worker <- *-1              the next reply to that connection
 * CLIENT INFO ~> idle=0      a reply that has this text in it; so does the next reply with `<~`
 * worker <- closed           the server has closed that connection
 * # a comment
 * ```
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Server, type ServerOptions } from "../../mod.ts";
import { CLOSED, encodeCommand, RawConnection } from "../_harness.ts";

/** When every timeline begins. */
export const START_MS = 1_700_000_000_000;

/** How connections reach the server. */
export type Way = "memory" | "TCP";

/** A reply that has been asked for. */
interface Inbox {
  readonly connection: RawConnection;
  /** The read under way, and its result once there. */
  reading: Promise<void> | null;
  reply: string | null;
}

/** A server and its clients. */
export class Timeline implements AsyncDisposable {
  readonly server: Server;
  readonly #way: Way;
  readonly #inboxes: Map<string, Inbox> = new Map();

  private constructor(server: Server, way: Way) {
    this.server = server;
    this.#way = way;
  }

  static async start(way: Way = "memory", options: ServerOptions = {}): Promise<Timeline> {
    const tcp = way === "TCP" ? { port: 0 } : {};
    const config = { "enable-debug-command": "yes", ...options.config };
    const server = await Server.start({ clock: "manual", seed: 1, ...tcp, ...options, config });
    await server.clock.set(START_MS);
    return new Timeline(server, way);
  }

  /** Milliseconds since the beginning. */
  get atMs(): number {
    return this.server.clock.now() - START_MS;
  }

  /** The connection of this name; made at first. */
  async connection(who: string): Promise<RawConnection> {
    return (await this.#inbox(who)).connection;
  }

  /** Sends a command, its words as they are or cut at spaces, and reads the reply. */
  async send(who: string, line: string | readonly (string | Uint8Array)[]): Promise<string> {
    await this.write(who, line);
    return await this.reply(who);
  }

  /** Sends a command. */
  async write(who: string, line: string | readonly (string | Uint8Array)[]): Promise<void> {
    const words = typeof line === "string" ? line.split(" ") : line;
    await (await this.connection(who)).write(encodeCommand(words));
  }

  /** The next reply to a connection, be it yet to come. */
  async reply(who: string): Promise<string> {
    const inbox = await this.#inbox(who);
    await this.#read(inbox);
    const { reply } = inbox;
    inbox.reply = null;
    return reply!;
  }

  /** Has a connection been sent nothing that has not been read? What it has been, the server's clock has waited for. */
  async isQuiet(who: string): Promise<boolean> {
    const inbox = await this.#inbox(who);
    void this.#read(inbox);
    await this.server.clock.tick(0);
    return inbox.reply === null;
  }

  /** Plays a script; each line that is not as it says fails, with all lines before. */
  async play(script: string): Promise<void> {
    const played: string[] = [];
    for (const line of script.split("\n").map((line) => line.trim())) {
      if (line === "" || line.startsWith("#")) continue;
      played.push(line);
      await this.#step(line, `at ${this.atMs} ms:\n${played.join("\n")}`);
    }
  }

  async #step(line: string, where: string): Promise<void> {
    const [, move, ms] = /^([+@])(\d+)$/.exec(line) ?? [];
    if (move === "+") return await this.server.clock.tick(Number(ms));
    if (move === "@") return await this.server.clock.set(START_MS + Number(ms));
    const [, awaiting, mark, message] = /^(\w+) <([-~]) (.*)$/.exec(line) ?? [];
    if (message === "nothing") return assert(await this.isQuiet(awaiting!), where);
    if (awaiting !== undefined) return compare(await this.reply(awaiting), mark!, message!, where);
    const [, request, relation, wanted] = /^(.*?) *(?:([-~])> (.*))?$/.exec(line)!;
    const [, who = "a", command] = /^(?:(\w+): )?(.*)$/.exec(request!)!;
    await this.write(who, command!);
    if (relation !== undefined) compare(await this.reply(who), relation, wanted!, where);
  }

  async #inbox(who: string): Promise<Inbox> {
    const known = this.#inboxes.get(who);
    if (known !== undefined) return known;
    const connection = await RawConnection.connect(this.#way === "TCP" ? this.server.port : this.server.dial());
    const inbox: Inbox = { connection, reading: null, reply: null };
    this.#inboxes.set(who, inbox);
    return inbox;
  }

  #read(inbox: Inbox): Promise<void> {
    if (inbox.reply !== null) return Promise.resolve();
    return inbox.reading ??= inbox.connection.readReply().then((reply) => {
      inbox.reading = null;
      inbox.reply = reply;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { connection } of this.#inboxes.values()) await connection.close();
    await this.server.close();
    for (const { reading } of this.#inboxes.values()) await reading; // it has ended with the connection
  }
}

/** Is a reply as wanted, or does it have that in it? */
function compare(reply: string, mark: string, wanted: string, where: string): void {
  if (mark === "~") assertStringIncludes(reply, wanted, where);
  else assertEquals(reply, wanted === "closed" ? CLOSED : wanted, where);
}
