/** 64 clients at once, as many as the original server took, each doing everything the vocabulary has. */
import { assert, assertEquals } from "@std/assert";
import { Client } from "../../client.ts";
import type { StructuredValue } from "../../resp/encode.ts";
import type { Reply } from "../../resp/reply.ts";
import { Random } from "../resp/_frames.ts";
import { startQuiet } from "./_servers.ts";

const CLIENTS = 64;
const ROUNDS = 60;
const KEYS = 8;

/** What a client's own keys must hold, by a naive model of its commands. */
class Model {
  readonly #client: Client;
  readonly #prefix: string;
  readonly #random: Random;
  readonly #values: Map<string, StructuredValue> = new Map();
  replies = 0;

  constructor(client: Client, name: string, seed: number) {
    this.#client = client;
    this.#prefix = name;
    this.#random = new Random(seed);
  }

  get size(): number {
    return this.#values.size;
  }

  /** Some commands at once, and a check of every reply to them. */
  async round(): Promise<void> {
    const replies: Promise<unknown>[] = [];
    const expected: unknown[] = [];
    for (let i = 1 + this.#random.int(8); i > 0; i--) {
      const [reply, wanted] = this.#command();
      replies.push(reply);
      expected.push(wanted);
    }
    assertEquals(await Promise.all(replies), expected);
    this.replies += replies.length;
  }

  /** Checks all keys at once. */
  async check(): Promise<void> {
    const keys = Array.from({ length: KEYS }, (_, i) => `${this.#prefix}:${i}`);
    assertEquals(await this.#client.mget(...keys), keys.map((key) => this.#read(key)));
  }

  #command(): [reply: Promise<unknown>, expected: unknown] {
    const key = this.#key();
    switch (this.#random.int(8)) {
      case 0:
      case 1: {
        const value = this.#value();
        this.#values.set(key, value);
        return [this.#client.set(key, value), 1];
      }
      case 2:
        return [this.#client.get(key), this.#read(key)];
      case 3: {
        const keys = [...new Set([key, this.#key(), this.#key()])];
        const existing = keys.filter((each) => this.#values.delete(each)).length;
        return [this.#client.delete(...keys), existing];
      }
      case 4: {
        const pairs: StructuredValue[] = [];
        for (let i = 0; i < 3; i++) {
          const [each, value] = [this.#key(), this.#value()];
          pairs.push(each, value);
          this.#values.set(each, value);
        }
        return [this.#client.mset(...pairs), 3];
      }
      case 5: {
        const keys = [key, this.#key(), `${this.#prefix}:none`, key];
        return [this.#client.mget(...keys), keys.map((each) => this.#read(each))];
      }
      case 6: {
        const isNew = !this.#values.has(key);
        if (isNew) this.#values.set(key, "new");
        return [this.#client.set(key, "new", { nx: true }), isNew ? 1 : 0];
      }
      default:
        return [this.#client.send(["EXISTS", key, key]), this.#values.has(key) ? 2 : 0];
    }
  }

  /** What flush() must answer, and what is left after it: nothing. */
  flushed(): number {
    const { size } = this;
    this.#values.clear();
    return size;
  }

  #key(): string {
    return `${this.#prefix}:${this.#random.int(KEYS)}`;
  }

  #value(): StructuredValue {
    switch (this.#random.int(5)) {
      case 0:
        return [this.#prefix, this.#random.int(100), { x: null }];
      case 1:
        return this.#random.text(200);
      case 2:
        return `${this.#prefix}\r\n`.repeat(this.#random.int(200));
      case 3:
        return { [this.#prefix]: [true, this.#random.text(8)] };
      default:
        return String(this.#random.int(1_000_000));
    }
  }

  #read(key: string): Reply {
    return (this.#values.get(key) ?? null) as Reply;
  }
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`64 clients at once set, get and delete keys of their own and get the right answers (${way})`, async () => {
    await using quiet = await startQuiet(way === "TCP" ? { port: 0 } : {});
    await using clients = new AsyncDisposableStack();
    const models = Array.from({ length: CLIENTS }, (_, i) => {
      const client = way === "TCP" ? new Client(quiet.server.url) : quiet.server.client();
      return new Model(clients.use(client), `client ${i}`, i);
    });
    await Promise.all(models.map(async (model) => {
      for (let i = 0; i < ROUNDS; i++) await model.round();
      await model.check();
    }));
    const total = models.reduce((sum, model) => sum + model.size, 0);
    const last = clients.use(way === "TCP" ? new Client(quiet.server.url) : quiet.server.client());
    assertEquals(await last.send(["DBSIZE"]), total);
    assertEquals(await last.flush(), total);
    assert(models.every((model) => model.replies > ROUNDS));
  });
}

Deno.test("clients that flush at once count each key once, and only those of their database", async () => {
  await using quiet = await startQuiet();
  await using clients = new AsyncDisposableStack();
  const users = Array.from({ length: CLIENTS }, (_, i) => {
    const client = clients.use(new Client({ url: quiet.server.url, db: i % 16 }));
    return { client, model: new Model(client, `client ${i}`, i) };
  });
  // the first of each database has it to itself
  await Promise.all(
    users.slice(0, 16).map(async ({ client, model }) => {
      for (let i = 0; i < ROUNDS; i++) {
        await model.round();
        if (i % 10 === 9) assertEquals(await client.flush(), model.flushed());
      }
    }),
  );
  // then four share each database: together they delete every key once
  for (let i = 0; i < 20; i++) {
    const counts = await Promise.all(users.map(async ({ client }, n) => {
      await client.mset(`${n}:a`, "1", `${n}:b`, [2], `${n}:c`, "3");
      return await client.flush();
    }));
    assertEquals(counts.reduce((sum, count) => sum + count), 3 * CLIENTS);
  }
});
