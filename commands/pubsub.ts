/** Publish/subscribe: SUBSCRIBE and PUBLISH, their forms for patterns and shard channels, and PUBSUB to look at them. */
import type { Args } from "../engine/args.ts";
import {
  FAST,
  type KeySpec,
  LOADING,
  MAY_REPLICATE,
  NOSCRIPT,
  PUBSUB as PUBSUB_FLAG,
  STALE,
} from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { globMatches } from "../engine/glob.ts";
import type { Subscriptions } from "../engine/pubsub.ts";
import { helpRow } from "./help.ts";

const OF_PUBSUB = PUBSUB_FLAG | LOADING | STALE;
const OF_SUBSCRIBERS = OF_PUBSUB | NOSCRIPT;
const OF_PUBLISHERS = OF_PUBSUB | FAST | MAY_REPLICATE;

/** Shard channels belong to slots, as keys do: up to the `last` argument, counted from the first or from the end. */
function shardChannels(last: number): readonly KeySpec[] {
  return [{ flags: "not_key", begin: 1, find: { last, step: 1, limit: 0 } }];
}

/** Rows of the commands. */
export const pubsubCommands: CommandGroup = {
  subscribe: {
    arity: -2,
    flags: OF_SUBSCRIBERS,
    usage: "channel [channel ...]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of channels to subscribe to.",
    summary: "Has the connection receive what is published to channels",
    run: subscribe,
  },
  unsubscribe: {
    arity: -1,
    flags: OF_SUBSCRIBERS,
    usage: "[channel [channel ...]]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of clients already subscribed to a channel.",
    summary: "Ends subscriptions to channels, to all of them when none is named",
    run: unsubscribe,
  },
  psubscribe: {
    arity: -2,
    flags: OF_SUBSCRIBERS,
    usage: "pattern [pattern ...]",
    since: "2.0.0",
    complexity: "O(N) where N is the number of patterns the client is already subscribed to.",
    summary: "Has the connection receive what is published to channels that match patterns",
    run: psubscribe,
  },
  punsubscribe: {
    arity: -1,
    flags: OF_SUBSCRIBERS,
    usage: "[pattern [pattern ...]]",
    since: "2.0.0",
    complexity:
      "O(N+M) where N is the number of patterns the client is already subscribed and M is the number of total patterns subscribed in the system (by any client).",
    summary: "Ends subscriptions to patterns, to all of them when none is named",
    run: punsubscribe,
  },
  ssubscribe: {
    arity: -2,
    flags: OF_SUBSCRIBERS,
    keys: shardChannels(-1),
    usage: "shardchannel [shardchannel ...]",
    since: "7.0.0",
    complexity: "O(N) where N is the number of shard channels to subscribe to.",
    summary: "Has the connection receive what is published to shard channels",
    run: ssubscribe,
  },
  sunsubscribe: {
    arity: -1,
    flags: OF_SUBSCRIBERS,
    keys: shardChannels(-1),
    usage: "[shardchannel [shardchannel ...]]",
    since: "7.0.0",
    complexity: "O(N) where N is the number of clients already subscribed to a shard channel.",
    summary: "Ends subscriptions to shard channels, to all of them when none is named",
    run: sunsubscribe,
  },
  publish: {
    arity: 3,
    flags: OF_PUBLISHERS,
    usage: "channel message",
    since: "2.0.0",
    complexity:
      "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).",
    summary: "Sends a message to all who subscribe to a channel",
    run: publish,
  },
  spublish: {
    arity: 3,
    flags: OF_PUBLISHERS,
    keys: shardChannels(0),
    usage: "shardchannel message",
    since: "7.0.0",
    complexity: "O(N) where N is the number of clients subscribed to the receiving shard channel.",
    summary: "Sends a message to all who subscribe to a shard channel",
    run: spublish,
  },
  pubsub: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.8.0",
    complexity: "Depends on subcommand.",
    summary: "Commands about channels and who subscribes to them",
    sub: {
      channels: {
        arity: -2,
        flags: OF_PUBSUB,
        usage: "[pattern]",
        since: "2.8.0",
        complexity:
          "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)",
        summary: "Lists channels that somebody subscribes to",
        run: (ctx, args) => replyChannels(ctx, args, ctx.engine.pubsub.channels),
      },
      help: helpRow("6.2.0"),
      numpat: {
        arity: 2,
        flags: OF_PUBSUB,
        usage: "",
        since: "2.8.0",
        complexity: "O(1)",
        summary: "Counts the patterns that somebody subscribes to",
        run: (ctx) => ctx.out.int(ctx.engine.pubsub.patterns.size),
      },
      numsub: {
        arity: -2,
        flags: OF_PUBSUB,
        usage: "[channel [channel ...]]",
        since: "2.8.0",
        complexity: "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
        summary: "Counts the subscribers of each channel",
        run: (ctx, args) => replySubscribers(ctx, args, ctx.engine.pubsub.channels),
      },
      shardchannels: {
        arity: -2,
        flags: OF_PUBSUB,
        usage: "[pattern]",
        since: "7.0.0",
        complexity:
          "O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).",
        summary: "Lists shard channels that somebody subscribes to",
        run: (ctx, args) => replyChannels(ctx, args, ctx.engine.pubsub.shardChannels),
      },
      shardnumsub: {
        arity: -2,
        flags: OF_PUBSUB,
        usage: "[shardchannel [shardchannel ...]]",
        since: "7.0.0",
        complexity: "O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels",
        summary: "Counts the subscribers of each shard channel",
        run: (ctx, args) => replySubscribers(ctx, args, ctx.engine.pubsub.shardChannels),
      },
    },
  },
};

const NOT_BY_EXEC = new CommandError("ERR", "SSUBSCRIBE isn't allowed for a DENY BLOCKING client");

function subscribe(ctx: Context, args: Args): void {
  const { pubsub } = ctx.engine;
  subscribeTo(ctx, args, pubsub.channels, "subscribe", () => pubsub.count(ctx.client));
}

function psubscribe(ctx: Context, args: Args): void {
  const { pubsub } = ctx.engine;
  subscribeTo(ctx, args, pubsub.patterns, "psubscribe", () => pubsub.count(ctx.client));
}

/** SUBSCRIBE and PSUBSCRIBE may be run by EXEC, for old programs' sake; in Redis this one may not. */
function ssubscribe(ctx: Context, args: Args): void {
  if (!ctx.mayBlock) throw NOT_BY_EXEC;
  const { shardChannels } = ctx.engine.pubsub;
  subscribeTo(ctx, args, shardChannels, "ssubscribe", () => shardChannels.of(ctx.client).size);
}

/** Each subscription is told by a message of its own, one that the client has already as well. */
function subscribeTo(ctx: Context, args: Args, topics: Subscriptions, kind: string, count: () => number): void {
  for (let i = 1; i < args.count; i++) {
    topics.add(ctx.client, args.bytes, args.start(i), args.end(i));
    tell(ctx, kind, args.bytes, args.start(i), args.end(i), count());
  }
  ctx.engine.pubsub.enter(ctx.client);
}

function unsubscribe(ctx: Context, args: Args): void {
  const { pubsub } = ctx.engine;
  unsubscribeFrom(ctx, args, pubsub.channels, "unsubscribe", () => pubsub.count(ctx.client));
}

function punsubscribe(ctx: Context, args: Args): void {
  const { pubsub } = ctx.engine;
  unsubscribeFrom(ctx, args, pubsub.patterns, "punsubscribe", () => pubsub.count(ctx.client));
}

function sunsubscribe(ctx: Context, args: Args): void {
  const { shardChannels } = ctx.engine.pubsub;
  unsubscribeFrom(ctx, args, shardChannels, "sunsubscribe", () => shardChannels.of(ctx.client).size);
}

/** What the client has not subscribed to is told of as well; all of nothing as one message without a channel. */
function unsubscribeFrom(ctx: Context, args: Args, topics: Subscriptions, kind: string, count: () => number): void {
  const { client, engine } = ctx;
  for (let i = 1; i < args.count; i++) {
    const topic = topics.find(args.bytes, args.start(i), args.end(i));
    if (topic !== null) topics.remove(client, topic);
    tell(ctx, kind, args.bytes, args.start(i), args.end(i), count());
  }
  if (args.count === 1) {
    const all = topics.of(client);
    if (all.size === 0) tell(ctx, kind, null, 0, 0, count());
    for (const topic of all) {
      topics.remove(client, topic);
      tell(ctx, kind, topic.key, 0, topic.key.length, count());
    }
  }
  engine.pubsub.leaveIfNone(client);
}

/** A message about a subscription: no reply, since CLIENT REPLY OFF does not silence it. */
function tell({ out }: Context, kind: string, bytes: Uint8Array | null, start: number, end: number, count: number) {
  const mark = out.length;
  out.push(3);
  out.bulkText(kind);
  if (bytes === null) out.null();
  else out.bulk(bytes, start, end);
  out.int(count);
  out.keep(mark);
}

function publish(ctx: Context, args: Args): void {
  const { bytes } = args;
  const receivers = ctx.engine.pubsub.publish(bytes, args.start(1), args.end(1), args.start(2), args.end(2));
  ctx.propagateToReplicas();
  ctx.out.int(receivers);
}

function spublish(ctx: Context, args: Args): void {
  const { bytes } = args;
  const receivers = ctx.engine.pubsub.publishToShard(bytes, args.start(1), args.end(1), args.start(2), args.end(2));
  ctx.propagateToReplicas();
  ctx.out.int(receivers);
}

function replyChannels(ctx: Context, args: Args, channels: Subscriptions): void {
  if (args.count > 3) throw tooMany(args);
  const mark = ctx.out.openArray();
  let count = 0;
  for (const { key } of channels.topics) {
    if (args.count === 3 && !globMatches(args.bytes, args.start(2), args.end(2), key, 0, key.length)) continue;
    ctx.out.bulkBytes(key);
    count++;
  }
  ctx.out.closeArray(mark, count);
}

function tooMany(args: Args): CommandError {
  return new CommandError(
    "ERR",
    `unknown subcommand or wrong number of arguments for '${args.quoted(1, 128)}'. Try PUBSUB HELP.`,
  );
}

function replySubscribers(ctx: Context, args: Args, channels: Subscriptions): void {
  ctx.out.array((args.count - 2) * 2);
  for (let i = 2; i < args.count; i++) {
    ctx.out.bulk(args.bytes, args.start(i), args.end(i));
    ctx.out.int(channels.find(args.bytes, args.start(i), args.end(i))?.members.size ?? 0);
  }
}
