/**
 * Who is the best of the day, of the week, of all time: sorted sets with the best result of each player, from which ranks, pages and
 * neighbours are read. The board of a week is put together from those of its days, which expire when no week needs them any more.
 *
 * Try it: `deno run -A --import-map=npm.json examples/leaderboard.ts`, with a server at REDIS_URL or 127.0.0.1:6379.
 */
import { Client, type Commands } from "../mod.ts"; // "@x/miniredis" in a program of your own

/** A line of a board. Players with the same score stand in the reverse order of their names. */
export interface Place {
  /** 1 for the best. */
  readonly rank: number;
  readonly player: string;
  readonly score: number;
}

const DAYS_OF_WEEK = 7;
const DAY_SECONDS = 24 * 60 * 60;
/** A board of a week is put together anew after so long. */
const WEEK_IS_FRESH_SECONDS = 60;

/** The boards of a game. */
export class Leaderboard {
  readonly #client: Client;
  readonly #game: string;

  constructor(client: Client, game: string) {
    this.#client = client;
    this.#game = game;
  }

  /** The board of all time. */
  get allTime(): Board {
    return new Board(this.#client, this.#key("all"));
  }

  /** The board of today, by the server's clock in UTC. */
  async today(): Promise<Board> {
    return new Board(this.#client, this.#dayKey(await unixSeconds(this.#client)));
  }

  /** The board of today and the six days before. What happens now may be missing from it for a minute. */
  async week(): Promise<Board> {
    const key = this.#key("week"), now = await unixSeconds(this.#client);
    if (await this.#client.exists(key) === 0) {
      const days = Array.from({ length: DAYS_OF_WEEK }, (_, i) => this.#dayKey(now - i * DAY_SECONDS));
      await this.#client.transaction((t) => [
        t.zunionstore(key, days, { aggregate: "MAX" }),
        t.expire(key, WEEK_IS_FRESH_SECONDS),
      ]);
    }
    return new Board(this.#client, key);
  }

  /** Notes a result; true where it is this player's best of all time. */
  async add(player: string, score: number): Promise<boolean> {
    const day = this.#dayKey(await unixSeconds(this.#client));
    const [isBest] = await this.#client.transaction((t) => [
      t.zadd(this.#key("all"), { [player]: score }, { gt: true, ch: true }),
      t.zadd(day, { [player]: score }, { gt: true }),
      t.expire(day, DAYS_OF_WEEK * DAY_SECONDS), // it is part of seven weeks' boards, the last one in six days
    ]);
    return isBest === 1;
  }

  /** Takes a player off the boards. */
  async remove(player: string): Promise<void> {
    const keys = [this.#key("all"), this.#key("week")];
    const now = await unixSeconds(this.#client);
    for (let i = 0; i < DAYS_OF_WEEK; i++) keys.push(this.#dayKey(now - i * DAY_SECONDS));
    await this.#client.pipeline((p) => keys.map((key) => p.zrem(key, player)));
  }

  #key(which: string): string {
    return `board:${this.#game}:${which}`;
  }

  #dayKey(seconds: number): string {
    return this.#key(new Date(seconds * 1000).toISOString().slice(0, "2030-01-01".length));
  }
}

/** One board. */
export class Board {
  readonly #client: Client;
  readonly #key: string;

  constructor(client: Client, key: string) {
    this.#client = client;
    this.#key = key;
  }

  /** How many players there are. */
  async size(): Promise<number> {
    return await this.#client.zcard(this.#key);
  }

  /** The place of a player; null where there is no such player. */
  async find(player: string): Promise<Place | null> {
    const [rank, score] = await this.#client.transaction((t) => [
      t.zrevrank(this.#key, player),
      t.zscore(this.#key, player),
    ]);
    return rank === null || score === null ? null : { rank: rank + 1, player, score };
  }

  /** A page of the board; the first has number 0. */
  async page(number: number, size: number): Promise<Place[]> {
    return await this.#range(number * size, (number + 1) * size - 1);
  }

  /** A player and so many on either side; empty where there is no such player. */
  async around(player: string, neighbours: number): Promise<Place[]> {
    const rank = await this.#client.zrevrank(this.#key, player);
    return rank === null ? [] : await this.#range(Math.max(0, rank - neighbours), rank + neighbours);
  }

  async #range(start: number, stop: number): Promise<Place[]> {
    const members = await this.#client.zrange(this.#key, start, stop, { rev: true, withscores: true });
    return members.map(([player, score], i) => ({ rank: start + i + 1, player, score }));
  }
}

async function unixSeconds(commands: Commands): Promise<number> {
  const [seconds] = await commands.time();
  return seconds;
}

if (import.meta.main) {
  await using client = new Client();
  const boards = new Leaderboard(client, "example");
  for (const player of ["alice", "bob", "carol", "dave"]) await boards.add(player, Math.floor(Math.random() * 1000));
  console.table(await (await boards.week()).page(0, 10));
  console.log("beside carol:", await boards.allTime.around("carol", 1));
}
