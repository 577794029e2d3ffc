/** MULTI, EXEC, DISCARD, WATCH, UNWATCH. Queueing itself is a gate of dispatch. */
import type { Args } from "../engine/args.ts";
import { GATE_MULTI } from "../engine/client_state.ts";
import { allKeys, ALLOW_BUSY, FAST, IMMEDIATE, LOADING, NOSCRIPT, SKIP_SLOWLOG, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { endTransaction, Transaction } from "../engine/transaction.ts";

const ALWAYS = NOSCRIPT | LOADING | STALE;

/** Rows of the commands on transactions. */
export const transactionCommands: CommandGroup = {
  multi: {
    arity: 1,
    flags: ALWAYS | FAST | ALLOW_BUSY | IMMEDIATE,
    usage: "",
    since: "1.2.0",
    complexity: "O(1)",
    summary: "Begins a transaction: commands are queued from here on",
    run: multi,
  },
  exec: {
    arity: 1,
    flags: ALWAYS | SKIP_SLOWLOG | IMMEDIATE,
    usage: "",
    since: "1.2.0",
    complexity: "Depends on commands in the transaction",
    summary: "Runs the commands queued since MULTI, with nothing between them",
    run: exec,
  },
  discard: {
    arity: 1,
    flags: ALWAYS | FAST | ALLOW_BUSY | IMMEDIATE,
    usage: "",
    since: "2.0.0",
    complexity: "O(N), when N is the number of queued commands",
    summary: "Forgets the commands queued since MULTI",
    run: discard,
  },
  watch: {
    arity: -2,
    flags: ALWAYS | FAST | ALLOW_BUSY | IMMEDIATE,
    keys: allKeys("RO"),
    usage: "key [key ...]",
    since: "2.2.0",
    complexity: "O(1) for every key.",
    summary: "Has the next EXEC run only if none of these keys changes before it",
    run: watch,
  },
  unwatch: {
    arity: 1,
    flags: ALWAYS | FAST | ALLOW_BUSY,
    usage: "",
    since: "2.2.0",
    complexity: "O(1)",
    summary: "Forgets the keys being watched",
    run: unwatch,
  },
};

const NESTED_MULTI = new CommandError("ERR", "MULTI calls can not be nested");
const EXEC_WITHOUT_MULTI = new CommandError("ERR", "EXEC without MULTI");
const DISCARD_WITHOUT_MULTI = new CommandError("ERR", "DISCARD without MULTI");
const WATCH_INSIDE_MULTI = new CommandError("ERR", "WATCH inside MULTI is not allowed");
const EXEC_ABORT = new CommandError("EXECABORT", "Transaction discarded because of previous errors.");

function multi(ctx: Context): void {
  const { client } = ctx;
  if (client.transaction !== null) throw NESTED_MULTI;
  client.transaction = new Transaction();
  client.gates |= GATE_MULTI;
  ctx.out.ok();
}

/** Keys may expire unnoticed: one that is watched and has done so counts as changed. */
function exec(ctx: Context): void {
  const { client, out } = ctx;
  const { watches } = ctx.engine;
  const { transaction } = client;
  if (transaction === null) throw EXEC_WITHOUT_MULTI;
  try {
    if (transaction.isAborted) throw EXEC_ABORT;
    if (client.hasDirtyWatch || watches.hasExpired(client)) return out.nullArray();
    watches.unwatch(client); // its own commands are not what it watches for
    ctx.runTogether(transaction.commands);
  } finally {
    endTransaction(client, watches);
  }
}

function discard(ctx: Context): void {
  if (ctx.client.transaction === null) throw DISCARD_WITHOUT_MULTI;
  endTransaction(ctx.client, ctx.engine.watches);
  ctx.out.ok();
}

function watch(ctx: Context, args: Args): void {
  const { client } = ctx;
  if (client.transaction !== null) throw WATCH_INSIDE_MULTI;
  if (!client.hasDirtyWatch) {
    for (let i = 1; i < args.count; i++) ctx.engine.watches.watch(client, args.bytes, args.start(i), args.end(i));
  }
  ctx.out.ok();
}

/** In a transaction it is queued like any other command, and changes nothing then: EXEC has forgotten the keys before. */
function unwatch(ctx: Context): void {
  ctx.engine.watches.unwatch(ctx.client);
  ctx.client.hasDirtyWatch = false;
  ctx.out.ok();
}
