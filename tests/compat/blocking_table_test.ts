/**
 * Every command that waits, in every situation that it may get into, over real connections: on redis-server 7.0, which shows
 * that the table of `tests/_blocking_rows.ts` says what it does, and on miniredis behind a port.
 */
import { assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { BLOCKING_ROWS } from "../_blocking_rows.ts";
import { cellsOf, type WaitingParty, type Who } from "../_blocking_situations.ts";
import { encodeCommand, RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";

const SETTLE_MS = 5_000;

/** A connection, and how many of its commands have no reply yet. */
interface Client {
  readonly connection: RawConnection;
  owed: number;
  replies: string[];
}

/**
 * A server behind a port. Each step is over when as many clients are blocked there as are without a reply here, which the
 * server is asked until it is so: nothing depends on time.
 */
class PortParty implements WaitingParty, AsyncDisposable {
  readonly protocol: 2 | 3;
  readonly #clients: Map<Who, Client> = new Map();
  readonly #asker: RawConnection;

  private constructor(protocol: 2 | 3, asker: RawConnection) {
    this.protocol = protocol;
    this.#asker = asker;
  }

  static async connect(port: number, protocol: 2 | 3): Promise<PortParty> {
    const party = new PortParty(protocol, await RawConnection.connect(port));
    assertEquals(await party.#asker.send("FLUSHALL"), "+OK");
    for (const who of ["a", "b", "c"] as const) {
      const connection = await RawConnection.connect(port);
      party.#clients.set(who, { connection, owed: 0, replies: [] });
      await connection.send("HELLO", String(protocol), "SETNAME", who);
    }
    return party;
  }

  async send(who: Who, line: string): Promise<string> {
    const client = this.#clients.get(who)!;
    client.owed++;
    client.connection.readReply().then((reply) => {
      client.owed--;
      client.replies.push(reply);
    }, () => {}); // it has been disconnected
    await client.connection.write(encodeCommand(line.split(" ")));
    return await this.received(who);
  }

  async received(who: Who): Promise<string> {
    await this.#settle();
    return this.#clients.get(who)?.replies.splice(0).join("\n") ?? "";
  }

  async waiting(): Promise<number> {
    await this.#settle();
    return await this.#blocked();
  }

  async timeOut(who: Who): Promise<string> {
    const client = this.#clients.get(who)!;
    while (client.owed > 0) await this.#settle();
    return await this.received(who);
  }

  async disconnect(who: Who): Promise<void> {
    await this.#clients.get(who)!.connection.close();
    this.#clients.delete(who);
    await this.#settle();
  }

  async assertNothingLeft(): Promise<void> {
    assertEquals(await this.waiting(), 0);
  }

  async #blocked(): Promise<number> {
    return Number(/blocked_clients:(\d+)/.exec(await this.#asker.send("INFO", "clients"))![1]);
  }

  async #settle(): Promise<void> {
    for (const began = performance.now(); performance.now() - began < SETTLE_MS;) {
      const blocked = await this.#blocked();
      if (blocked === this.#clients.values().reduce((sum, { owed }) => sum + owed, 0)) return;
    }
    throw new Error("There are not as many blocked clients as there are clients without a reply");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { connection } of this.#clients.values()) await connection.close();
    await this.#asker.close();
  }
}

async function playAll(port: number, t: Deno.TestContext): Promise<void> {
  for (const row of BLOCKING_ROWS) {
    for (const { name, play } of cellsOf(row)) {
      for (const protocol of [2, 3] as const) {
        await t.step(`${name} (RESP${protocol})`, async () => {
          await using party = await PortParty.connect(port, protocol);
          await play(party);
        });
      }
    }
  }
}

Deno.test({
  name: "redis-server 7.0 does what the table of blocking commands says (skipped where it is not installed)",
  ignore: !hasReference,
  fn: async (t) => {
    await using redis = await startRedis();
    await playAll(redis.port, t);
  },
});

Deno.test("miniredis does what the table of blocking commands says, over connections", async (t) => {
  await using server = await Server.start({ port: 0 });
  await playAll(server.port, t);
});
