/**
 * Commands for more than one node: cut into parts, and their replies joined.
 *
 * ```text
 *   MGET a b c   ──►   MGET a c │ MGET b            by slots; values back into the order of the keys
 *   DBSIZE       ──►   one for each primary         by Redis' command tips: agg_sum, all_succeeded …
 * ```
 *
 * All parts are waited for, whatever becomes of some: the first that failed, in order, rejects the whole.
 */
import type { CommandArgument, StructuredValue } from "../../resp/encode.ts";
import { slotOfKey } from "../../resp/key_slot.ts";
import type { Reply } from "../../resp/reply.ts";
import { UNKNOWN } from "../command_info.ts";
import type { CommandInfo } from "../command_info.ts";
import { RedisError } from "../errors.ts";
import { type Convert, Pending } from "../pending.ts";
import { ANY } from "./route.ts";

/** In place of a slot: the keys are in several. */
export const SEVERAL = -2;

/** Makes one reply of what the parts came to. */
export type Join = (outcomes: readonly PromiseSettledResult<Reply>[]) => Reply;

/** A command for one slot, out of one for several. */
export interface SlotPart {
  readonly slot: number;
  readonly args: StructuredValue[];
  /** Which keys of the whole these are, counted from 0. */
  readonly keys: number[];
}

/** A part of a command. It is given up together with the whole. */
export class PartPending extends Pending {
  readonly #whole: Pending;

  /**
   * @param whole What the part is of.
   * @param convert What becomes of the reply to it; null: nothing.
   */
  constructor(whole: Pending, convert: Convert | null = null) {
    super(whole.command, whole.decode, convert);
    this.#whole = whole;
  }

  override get isGuarded(): boolean {
    return this.#whole.isGuarded;
  }
}

/** In Redis' words, though nothing was sent. */
export function crossSlot(command: string): RedisError {
  return new RedisError("CROSSSLOT Keys in request don't hash to the same slot", command);
}

/** The slot of a request: that of all its keys, {@linkcode ANY} without keys, or {@linkcode SEVERAL}. */
export function slotOfRequest(info: CommandInfo, args: readonly StructuredValue[]): number {
  if (info.hasOneKey || (info.flags & UNKNOWN) !== 0) {
    return args.length > 1 ? slotOfKey(args[1] as CommandArgument) : ANY;
  }
  const first = info.firstKey(args);
  if (first === 0) return ANY;
  const slot = slotOfKey(args[first] as CommandArgument);
  for (const i of info.keyIndexes(args)) if (slotOfKey(args[i] as CommandArgument) !== slot) return SEVERAL;
  return slot;
}

/** Cuts a command with keys in several slots; null where that would not be the same command any more. */
export function splitBySlot(info: CommandInfo, args: readonly StructuredValue[]): SlotPart[] | null {
  const { request, response, keyStep } = info;
  const canBeJoined = response === null || response === "agg_sum" || response === "all_succeeded";
  if (request !== "multi_shard" || !canBeJoined || keyStep === 0) return null;
  const first = info.firstKey(args);
  const parts = new Map<number, SlotPart>();
  info.keyIndexes(args).forEach((index, key) => {
    const slot = slotOfKey(args[index] as CommandArgument);
    let part = parts.get(slot);
    if (part === undefined) parts.set(slot, part = { slot, args: args.slice(0, first), keys: [] });
    part.args.push(...args.slice(index, index + keyStep)); // a key, and its value
    part.keys.push(key);
  });
  return [...parts.values()];
}

/** Joins the replies to parts by slot. */
export function joinSlots(info: CommandInfo, parts: readonly SlotPart[]): Join {
  if (info.response !== null) return joinNodes(info);
  return (outcomes) => {
    const values: Reply[] = [];
    outcomes.map(valueOf).forEach((reply, i) => {
      if (Array.isArray(reply)) parts[i]!.keys.forEach((key, j) => values[key] = reply[j] ?? null);
    });
    return values;
  };
}

/** Joins the replies of several nodes to the same command. */
export function joinNodes(info: CommandInfo): Join {
  return JOINS.get(info.response ?? "") ?? together;
}

/** Settles the whole when all parts have been answered. */
export function settleWith(whole: Pending, parts: readonly Pending[], join: Join): void {
  whole.onAbandon = () => {
    for (const part of parts) part.abandon(undefined); // the whole has told why
  };
  Promise.allSettled(parts.map(({ promise }) => promise)).then((outcomes) => {
    let reply: Reply;
    try {
      reply = join(outcomes);
    } catch (error) {
      return whole.fail(error);
    }
    whole.settle(reply, 3, false);
  });
}

const JOINS: ReadonlyMap<string, Join> = new Map<string, Join>([
  ["agg_sum", (outcomes) => aggregate(outcomes, (a, b) => a + b)],
  ["agg_min", (outcomes) => aggregate(outcomes, Math.min)],
  ["agg_max", (outcomes) => aggregate(outcomes, Math.max)],
  ["agg_logical_and", (outcomes) => aggregate(outcomes, Math.min)],
  ["agg_logical_or", (outcomes) => aggregate(outcomes, Math.max)],
  ["all_succeeded", (outcomes) => outcomes.map(valueOf)[0] ?? null],
  ["one_succeeded", (outcomes) => valueOf(outcomes.find(({ status }) => status === "fulfilled") ?? outcomes[0]!)],
]);

/** Numbers become one, and so do those at the same place of arrays. */
function aggregate(outcomes: readonly PromiseSettledResult<Reply>[], join: (a: number, b: number) => number): Reply {
  const [first = null, ...others] = outcomes.map(valueOf);
  if (!Array.isArray(first)) return others.reduce<number>((a, b) => join(a, Number(b)), Number(first));
  const at = (reply: Reply, i: number): number => Number(Array.isArray(reply) ? reply[i] : reply);
  return first.map((item, i) => others.reduce<number>((a, b) => join(a, at(b, i)), Number(item)));
}

/** Lists become one; of other replies any that is not null is as good as the others. */
function together(outcomes: readonly PromiseSettledResult<Reply>[]): Reply {
  const replies = outcomes.map(valueOf);
  if (replies.every((reply) => Array.isArray(reply))) return replies.flat(1) as Reply[];
  const present = replies.filter((reply) => reply !== null);
  return present[Math.floor(Math.random() * present.length)] ?? null;
}

function valueOf(outcome: PromiseSettledResult<Reply>): Reply {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}
