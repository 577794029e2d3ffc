/**
 * The client beside ioredis and node-redis: all in this process, on one redis-server, in turn. ioredis runs twice, as it comes
 * and with its option `enableAutoPipelining`, which is faster for some loads and slower for others.
 *
 * 1. 100,000 GETs of different keys at once, by `Promise.all`.
 * 2. 50 loops, each of which sends a GET when the one before is answered.
 * 3. Values of 1 MB, SET and GET, one after the other and 8 at a time.
 *
 * Each round takes a load on all of them, beginning with another one each time. The ratio is that to the fastest of the others
 * in the same round; figures are medians of all rounds.
 *
 * @module
 */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { Client } from "../client.ts";
import { positive, readOptions } from "./_options.ts";
import { median, REFERENCE, requireRedis } from "./_servers.ts";
import { isMet, type Target } from "./_targets.ts";
import { fill } from "./_wire.ts";

const LOOPS = 50;
const LARGE_BYTES = 1_000_000;
const LARGE_AT_ONCE = 8;
const WARM_UP_SHARE = 0.2;
const COLUMNS = { load: 34, client: 16, ratio: 9 };

/** What the loads need of a client. */
export interface Subject {
  /** What the table calls it. */
  readonly name: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Something to do with a client, so many times. */
export interface Load {
  readonly name: string;
  readonly count: number;
  readonly target: Target;
  /** Settles when all is answered. */
  run(subject: Subject, count: number): Promise<void>;
}

/** A line of the table. */
export interface ClientFigure {
  readonly load: string;
  /** Median of requests per second, by the client's name; the client under test comes first. */
  readonly perSecond: Readonly<Record<string, number>>;
  /** Median of the ratios to the fastest of the others. */
  readonly ratio: number;
  readonly target: Target;
}

/**
 * The loads.
 *
 * @param requests GETs in one go.
 * @param large Values of 1 MB.
 * @returns All of them, in the order of the table.
 */
export function loads(requests: number, large: number): Load[] {
  // made before time is taken, and flat: the first to use a joined string would pay for its joining
  const keys = Array.from({ length: requests }, (_, i) => JSON.parse(`"key:${`${i}`.padStart(12, "0")}"`) as string);
  const value = "x".repeat(LARGE_BYTES);
  return [
    {
      name: "GETs at once, by Promise.all",
      count: requests,
      target: { atLeast: 1.3 },
      run: async (subject, count) => {
        const replies = await Promise.all(keys.slice(0, count).map((key) => subject.get(key)));
        if (replies.some((reply) => reply !== "xyz")) throw new Error(`${subject.name}: a GET has another reply`);
      },
    },
    {
      name: `GETs in ${LOOPS} loops`,
      count: requests,
      target: { atLeast: 1.2 },
      run: (subject, count) =>
        inLoops(LOOPS, count, async (i) => {
          if (await subject.get(keys[i]!) !== "xyz") throw new Error(`${subject.name}: a GET has another reply`);
        }),
    },
    ...[1, LARGE_AT_ONCE].flatMap((atOnce): Load[] => {
      const manner = atOnce === 1 ? "one after the other" : `${atOnce} at a time`;
      const target = { atLeast: 1 };
      return [
        {
          name: `SETs of 1 MB, ${manner}`,
          count: large,
          target,
          run: (subject, count) => inLoops(atOnce, count, (i) => subject.set(`large:${i % LARGE_AT_ONCE}`, value)),
        },
        {
          name: `GETs of 1 MB, ${manner}`,
          count: large,
          target,
          run: (subject, count) =>
            inLoops(atOnce, count, async (i) => {
              const reply = await subject.get(`large:${i % LARGE_AT_ONCE}`);
              if (typeof reply !== "string" || reply.length !== LARGE_BYTES) {
                throw new Error(`${subject.name}: a GET of 1 MB has another reply`);
              }
            }),
        },
      ];
    }),
  ];
}

/** Does something `count` times, by so many loops. */
async function inLoops(loops: number, count: number, step: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: loops }, async () => {
    while (next < count) await step(next++);
  }));
}

/**
 * Takes one load on all clients.
 *
 * @param load What to do.
 * @param subjects The client under test, then the others.
 * @param rounds How often.
 * @param now The time in milliseconds.
 * @returns The line of the table.
 */
export async function compare(
  load: Load,
  subjects: readonly Subject[],
  rounds: number,
  now: () => number = () => performance.now(),
): Promise<ClientFigure> {
  const rates: number[][] = []; // of each round
  for (const subject of subjects) await load.run(subject, Math.ceil(load.count * WARM_UP_SHARE));
  for (let round = 0; round < rounds; round++) {
    const row = subjects.map(() => 0);
    for (let i = 0; i < subjects.length; i++) {
      const index = (round + i) % subjects.length;
      row[index] = await perSecond(load, subjects[index]!, now);
    }
    rates.push(row);
  }
  return {
    load: load.name,
    perSecond: Object.fromEntries(subjects.map(({ name }, i) => [name, median(rates.map((row) => row[i]!))])),
    ratio: median(rates.map(([ours, ...others]) => ours! / Math.max(...others))),
    target: load.target,
  };
}

async function perSecond(load: Load, subject: Subject, now: () => number): Promise<number> {
  // where the task allows it: nobody pays for what the one before has left
  (globalThis as { gc?: () => void }).gc?.();
  const began = now();
  await load.run(subject, load.count);
  return load.count / ((now() - began) / 1_000);
}

/**
 * Connects all clients.
 *
 * @param port The server's port on 127.0.0.1.
 * @returns The client under test, then the others.
 */
export async function subjects(port: number): Promise<Subject[]> {
  const ours = new Client({ port });
  const nodeRedis = createClient({ socket: { host: "127.0.0.1", port } });
  await nodeRedis.connect();
  return [
    {
      name: "Client",
      get: (key) => ours.get(key),
      set: (key, value) => ours.set(key, value),
      close: () => ours.close(),
    },
    ioredis(port, false),
    ioredis(port, true),
    {
      name: "redis",
      get: (key) => nodeRedis.get(key),
      set: (key, value) => nodeRedis.set(key, value),
      close: () => nodeRedis.close(),
    },
  ];
}

function ioredis(port: number, enableAutoPipelining: boolean): Subject {
  const client = new Redis({ host: "127.0.0.1", port, enableAutoPipelining });
  return {
    name: enableAutoPipelining ? "ioredis, auto" : "ioredis",
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    close: () => client.quit(),
  };
}

/** A line of the table. */
export function clientLine({ load, perSecond, ratio, target }: ClientFigure): string {
  const rates = Object.values(perSecond).map((rate) => `${rate.toFixed(0)}/s`);
  const mark = isMet(ratio, target) ? "" : "  ✗ missed";
  return line(load, rates, ratio.toFixed(2), `≥ ${target.atLeast!.toFixed(1)}`) + mark;
}

function line(load: string, clients: readonly string[], ratio: string, wanted: string): string {
  const columns = clients.map((text) => text.padStart(COLUMNS.client)).join("");
  return load.padEnd(COLUMNS.load) + columns + ratio.padStart(COLUMNS.ratio) + wanted.padStart(COLUMNS.ratio);
}

async function main(): Promise<void> {
  const options = readOptions("Compares the client with ioredis and node-redis, on one redis-server.", {
    requests: ["100000", "GETs of small values in a run"],
    large: ["200", "values of 1 MB in a run"],
    rounds: ["5", "runs of each client"],
    json: ["", "write the figures to this file"],
  });
  const counts = [positive("requests", options.requests), positive("large", options.large)] as const;
  const rounds = positive("rounds", options.rounds);
  requireRedis();
  await using server = await REFERENCE.start();
  await fill(server.port, counts[0]);
  const clients = await subjects(server.port);
  const figures: ClientFigure[] = [];
  try {
    console.log(line("", clients.map((client) => client.name), "ratio", "wanted"));
    for (const load of loads(...counts)) {
      const figure = await compare(load, clients, rounds);
      figures.push(figure);
      console.log(clientLine(figure));
    }
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
  if (options.json !== "") await Deno.writeTextFile(options.json, JSON.stringify(figures, null, 1) + "\n");
}

if (import.meta.main) await main();
