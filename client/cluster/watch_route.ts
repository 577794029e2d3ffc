/**
 * Transactions that watch keys in a cluster: they begin anew where the keys are, as long as nothing was executed.
 */
import type { CommandArgument } from "../../resp/encode.ts";
import { RespError } from "../../resp/reply.ts";
import { WATCH } from "../command_table.ts";
import { RedisError } from "../errors.ts";
import { Pending } from "../pending.ts";
import { EXECUTED, TransactionPending } from "../transaction.ts";
import type { CallOptions } from "../vocabulary.ts";
import { watch, type WatchedCommands, type WatchHost, type WatchOptions } from "../watch.ts";
import { crossSlot, SEVERAL, slotOfRequest } from "./fan_out.ts";
import type { ClusterNode } from "./node.ts";
import { Route } from "./route.ts";
import type { Router } from "./router.ts";

/**
 * Runs a transaction on the node that owns its keys.
 *
 * @param router Knows the node.
 * @param keys What to watch.
 * @param body Reads, decides, and commits.
 * @param options How often, and how long.
 * @param host Gives what is sent its deadline, and tells of it.
 * @returns What the body returned.
 * @throws {RedisError} The keys are in several slots.
 */
export async function watchRouted<T>(
  router: Router,
  keys: readonly CommandArgument[],
  body: (tx: WatchedCommands) => Promise<T>,
  options: WatchOptions,
  host: WatchHost,
): Promise<T> {
  const slot = slotOfRequest(WATCH, ["WATCH", ...keys]);
  if (slot === SEVERAL) throw crossSlot(WATCH.name);
  let result: T;
  const pending = new Pending(WATCH.name, undefined);
  host.guard(pending, { ...options, timeoutMs: 0 }); // the time is for each of its commands
  const run = async (node: ClusterNode): Promise<void> => {
    const line = node.watching.acquire(0, { hasStood: true });
    pending.onAbandon = () => node.watching.discard(line);
    let isExecuted = false;
    const watched = (sent: Pending, call: CallOptions | undefined): void => {
      host.guard(sent, call);
      if (!(sent instanceof TransactionPending)) return;
      sent.promise.then((outcome) => isExecuted ||= outcome === EXECUTED, () => {}); // the body hears of it
    };
    let failure: unknown;
    try {
      result = await watch(line, keys, body, options, {
        decode: host.decode,
        guard: watched,
        touched: (info, args) => host.touched(info, args),
        traced: (info, args, batch, run) => host.traced(info, args, batch, run),
      });
      return pending.settle(null, 3, false);
    } catch (error) {
      failure = error;
    } finally {
      node.watching.release(line);
    }
    const refusal = failure instanceof RedisError && failure.cause instanceof RedisError ? failure.cause : failure;
    if (isExecuted) route.giveUp(failure);
    else if (refusal instanceof RedisError && route.refused(new RespError(refusal.message))) return;
    else pending.fail(failure);
  };
  const route = new WatchRoute(router, pending, slot, run);
  router.whenKnown(() => router.issue(route), (reason) => pending.fail(reason), pending);
  await pending.promise;
  return result!;
}

/** The way of a transaction that watches keys. */
class WatchRoute extends Route {
  readonly #run: (node: ClusterNode) => Promise<void>;

  constructor(router: Router, pending: Pending, slot: number, run: (node: ClusterNode) => Promise<void>) {
    super(router, pending, slot);
    this.#run = run;
  }

  override get canAsk(): boolean {
    return false; // it is several commands
  }

  override send(node: ClusterNode): void {
    this.#run(node);
  }

  /** Rejects it for good: what it was to do is done. */
  giveUp(reason: unknown): void {
    this.pending.rescuer = null;
    this.pending.fail(reason);
  }
}
