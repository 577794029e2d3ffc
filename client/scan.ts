/**
 * SCAN and its like as async iterables: a page for each round trip, and the next only when it is asked for.
 */
import type { CommandArgument } from "../resp/encode.ts";
import type { Decode } from "../resp/reply_decoder.ts";
import type { Reply } from "../resp/reply.ts";
import { asText } from "./argument_text.ts";
import type { CommandInfo } from "./command_info.ts";
import { ProtocolError } from "../resp/errors.ts";
import type { SendOptions, Vocabulary } from "./vocabulary.ts";

/**
 * What a scan gives: text by default, or bytes. It can be used once, and is disposed of by leaving the loop.
 *
 * @example The first few
 * ```ts
 * import { type Scan, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * async function first<T>(scan: Scan<T>, count: number): Promise<T[]> {
 *   const found: T[] = [];
 *   for await (const each of scan) if (found.push(each) === count) break;
 *   return found;
 * }
 * await client.sadd("letters", "a", "b", "c");
 * assertEquals((await first(client.sscan("letters"), 2)).length, 2);
 * ```
 */
export type Scan<T> = AsyncGenerator<T, void, undefined>;

/**
 * What HSCAN, SSCAN and ZSCAN give, and how. Signal and deadline are those of each page.
 *
 * @example Fields by a pattern
 * ```ts
 * import { type ScanOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.hset("user:1", { name: "Alice", visits: 41 });
 * const options: ScanOptions = { match: "n*", count: 100 };
 * assertEquals(await Array.fromAsync(client.hscan("user:1", options)), [["name", "Alice"]]);
 * ```
 */
export interface ScanOptions extends SendOptions {
  /** Only what matches this pattern. Those that do not are read and left out by the server. */
  match?: CommandArgument;
  /** About how many the server is to look at for each page; by default 10. */
  count?: number;
  /** Names and values as text (by default, whatever the client's options say) or as bytes. */
  decode?: Decode;
}

/**
 * What SCAN gives, and how.
 *
 * @example Lists only
 * ```ts
 * import { type KeyScanOptions, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.set("name", "Alice");
 * await client.rpush("tasks", "a");
 * const options: KeyScanOptions = { type: "list" };
 * assertEquals(await Array.fromAsync(client.scan(options)), ["tasks"]);
 * ```
 */
export interface KeyScanOptions extends ScanOptions {
  /** Only keys of this type: `string`, `list`, `set`, `zset`, `hash`, `stream`. */
  type?: string;
}

/**
 * Options of a scan that wants bytes.
 *
 * @example Members that are no text
 * ```ts
 * import { type BytesScan, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start();
 * await using client = server.client();
 * await client.sadd("ids", Uint8Array.of(0, 255));
 * const options: BytesScan = { decode: "bytes" };
 * assertEquals(await Array.fromAsync(client.sscan("ids", options)), [Uint8Array.of(0, 255)]);
 * ```
 */
export interface BytesScan {
  /** Names and values are given as bytes. */
  decode: "bytes";
}

/** Text or bytes. */
type Text = string | Uint8Array;

/**
 * Goes through all pages of a scan.
 *
 * @param commands Who sends.
 * @param info The command.
 * @param start Its name, and its key where it has one.
 * @param options What to give, and how.
 * @returns The elements of the pages.
 */
export async function* scanPages(
  commands: Pick<Vocabulary, "execute">,
  info: CommandInfo,
  start: readonly CommandArgument[],
  options: KeyScanOptions,
): Scan<Text> {
  const rest: CommandArgument[] = [];
  if (options.match !== undefined) rest.push("MATCH", options.match);
  if (options.count !== undefined) rest.push("COUNT", options.count);
  if (options.type !== undefined) rest.push("TYPE", options.type);
  let cursor: CommandArgument = 0;
  do {
    const reply: Reply = await commands.execute(
      info,
      [...start, cursor, ...rest],
      options.decode ?? "string",
      options,
      null,
    );
    if (!Array.isArray(reply) || reply.length !== 2 || !Array.isArray(reply[1])) {
      throw new ProtocolError(`${info.name} was not answered by a page`);
    }
    cursor = asText(reply[0]); // may be beyond 2^53
    yield* reply[1] as Text[];
  } while (cursor !== "0");
}

/** The same for elements that come in pairs. */
export async function* scanPairs<V>(pages: Scan<Text>, valueOf: (value: Text) => V): Scan<[Text, V]> {
  let first: Text | null = null;
  for await (const item of pages) {
    if (first === null) first = item;
    else {
      yield [first, valueOf(item)];
      first = null;
    }
  }
}
