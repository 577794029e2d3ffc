/**
 * What a primary without replicas answers about replication: ROLE, REPLICAOF, FAILOVER, WAIT. There are no replicas, so WAIT
 * counts none, whatever it waits for.
 */
import type { Args } from "../engine/args.ts";
import { blockingMilliseconds } from "../engine/blocking.ts";
import { ADMIN, CONNECTION, FAST, LOADING, NO_ASYNC_LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";

const REPLICAOF = {
  arity: 3,
  flags: ADMIN | NOSCRIPT | STALE | NO_ASYNC_LOADING,
  usage: "<host port:integer | NO ONE>",
  complexity: "O(1)",
  summary: "Makes the server a primary: that of another one's replicas it cannot be yet",
  run: replicaof,
} as const;

/** Rows of the commands about the server's role. */
export const replicationCommands: CommandGroup = {
  failover: {
    arity: -1,
    flags: ADMIN | NOSCRIPT | STALE,
    usage: "[TO host port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds]",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Hands the role of the primary to a replica",
    run: failover,
  },
  replicaof: { ...REPLICAOF, since: "5.0.0" },
  role: {
    arity: 1,
    flags: NOSCRIPT | LOADING | STALE | FAST,
    categories: ["admin", "dangerous"],
    usage: "",
    since: "2.8.12",
    complexity: "O(1)",
    summary: "Tells the server's role: primary, with its offset and its replicas",
    run: role,
  },
  slaveof: { ...REPLICAOF, since: "1.0.0", deprecated: ["5.0.0", "`REPLICAOF`"] },
};

/** WAIT, which is among the generic commands. */
export const waitCommands: CommandGroup = {
  wait: {
    arity: 3,
    flags: NOSCRIPT | CONNECTION,
    isOutsideGroup: true,
    usage: "numreplicas:integer timeout",
    since: "3.0.0",
    complexity: "O(1)",
    summary: "Waits until so many replicas have what this connection wrote",
    tips: ["request_policy:all_shards", "response_policy:agg_min"],
    run: wait,
  },
};

const NO_FAILOVER = new CommandError("ERR", "No failover in progress.");
const NO_REPLICAS = new CommandError("ERR", "FAILOVER requires connected replicas.");
const NO_TIMEOUT = new CommandError("ERR", "FAILOVER timeout must be greater than 0");
const INVALID_PORT = new CommandError("ERR", "Invalid master port");
const NO_REPLICATION = new CommandError("ERR", "REPLICAOF is not supported yet, only REPLICAOF NO ONE is");
const MAX_PORT = 65_535;
const REPLICAOF_IN_CLUSTER = new CommandError("ERR", "REPLICAOF not allowed in cluster mode.");
const FAILOVER_IN_CLUSTER = new CommandError(
  "ERR",
  "FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.",
);

function role({ out }: Context): void {
  out.array(3);
  out.bulkText("master");
  out.int(0);
  out.array(0);
}

function replicaof(ctx: Context, args: Args): void {
  if (ctx.engine.cluster !== null) throw REPLICAOF_IN_CLUSTER;
  if (!args.is(1, "NO") || !args.is(2, "ONE")) {
    const port = args.int(2, INVALID_PORT);
    throw port < 0 || port > MAX_PORT ? INVALID_PORT : NO_REPLICATION;
  }
  ctx.out.ok(); // which it is already
}

/** Its arguments are checked first, as in Redis; then there is nobody to hand over to. */
function failover(ctx: Context, args: Args): void {
  if (ctx.engine.cluster !== null) throw FAILOVER_IN_CLUSTER;
  if (args.count === 2 && args.is(1, "ABORT")) throw NO_FAILOVER;
  let hasTimeout = false, hasTarget = false, isForced = false;
  args.from(1);
  while (args.more()) {
    const left = args.count - args.at;
    if (!hasTimeout && left > 1 && args.option("TIMEOUT")) {
      hasTimeout = true;
      if (args.nextInt() <= 0) throw NO_TIMEOUT;
    } else if (!hasTarget && left > 2 && args.option("TO")) {
      hasTarget = true;
      args.nextIndex();
      args.nextInt();
    } else if (!isForced && args.option("FORCE")) isForced = true;
    else throw SYNTAX_ERROR;
  }
  throw NO_REPLICAS;
}

function wait(ctx: Context, args: Args): void {
  const replicas = args.int(1);
  const timeoutMs = blockingMilliseconds(args, 2);
  if (replicas <= 0) return ctx.out.int(0);
  ctx.block(args, { first: 1, last: 0, type: 0, timeoutMs, replyTimeout: (out) => out.int(0) });
}
