/**
 * miniredis and a real `redis-server` side by side, with a connection to each, for tests that compare more than
 * `compareTranscript` can.
 *
 * @module
 */
import { Server } from "../server.ts";
import { encodeCommand, RawConnection } from "./_harness.ts";
import { startRedis } from "./_redis.ts";

/** What both servers are started with. */
export interface BothOptions {
  /** Directives of both. */
  readonly config?: Readonly<Record<string, string>>;
  /** Directives of redis-server alone. */
  readonly redisConfig?: Readonly<Record<string, string>>;
  /** What the connections speak; RESP2 without a HELLO by default. */
  readonly protocol?: 2 | 3;
}

/** Both servers, until they are disposed of. */
export interface Both extends AsyncDisposable {
  readonly ours: RawConnection;
  readonly theirs: RawConnection;
}

/**
 * Starts both servers, each on a free port.
 *
 * @param options What they are started with.
 * @returns A connection to each.
 */
export async function startBoth({ config = {}, redisConfig = {}, protocol }: BothOptions = {}): Promise<Both> {
  await using stack = new AsyncDisposableStack();
  const args = Object.entries({ ...config, ...redisConfig }).flatMap(([name, value]) => [`--${name}`, value]);
  const redis = stack.use(await startRedis(...args));
  const server = stack.use(await Server.start({ port: 0, config: { ...config } }));
  const ours = stack.use(await RawConnection.connect(server.port));
  const theirs = stack.use(await RawConnection.connect(redis.port));
  if (protocol !== undefined) { for (const conn of [ours, theirs]) await conn.send("HELLO", String(protocol)); }
  const started = stack.move();
  return { ours, theirs, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/**
 * Has a function use both servers.
 *
 * @param use What is done with the connections, ours first.
 * @param options What the servers are started with.
 */
export async function withBoth(
  use: (ours: RawConnection, theirs: RawConnection) => Promise<void>,
  options: BothOptions = {},
): Promise<void> {
  await using both = await startBoth(options);
  await use(both.ours, both.theirs);
}

/**
 * Sends commands at once.
 *
 * @param conn Where to.
 * @param commands The commands.
 * @returns Their replies.
 */
export async function exchange(
  conn: RawConnection,
  commands: readonly (readonly (string | Uint8Array)[])[],
): Promise<string[]> {
  const sent = conn.write(new Uint8Array(await new Blob(commands.map(encodeCommand)).arrayBuffer()));
  const replies: string[] = [];
  while (replies.length < commands.length) replies.push(await conn.readReply());
  await sent;
  return replies;
}
