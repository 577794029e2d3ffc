/**
 * CLUSTER subcommands that change what a node knows of its cluster. A node that is alone and owns every slot refuses most of
 * them as Redis does, after the same checks in the same order. What Redis would do here and this server cannot (give slots
 * up, meet other nodes, write a file) is refused in words of our own.
 */
import { isIP } from "node:net";
import type { Args } from "../engine/args.ts";
import type { Cluster } from "../engine/cluster.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR, wrongArity, wrongSubcommand } from "../engine/errors.ts";
import { SLOTS } from "../resp/key_slot.ts";

/** A handler of cluster mode. */
export type ClusterHandler = (ctx: Context, args: Args, cluster: Cluster) => void;

const MAX_PORT = 65_535n;
const BUS_PORT_DISTANCE = 10_000n;

const INVALID_SLOT = new CommandError("ERR", "Invalid or out of range slot");
const DB_NOT_EMPTY = new CommandError("ERR", "DB must be empty to perform CLUSTER FLUSHSLOTS.");
const KEYS_ARE_LEFT = new CommandError("ERR", "CLUSTER RESET can't be called with master nodes containing keys");
const NO_REPLICA = new CommandError("ERR", "You should send CLUSTER FAILOVER to a replica");
const OWN_NODE = new CommandError("ERR", "I tried hard but I can't forget myself...");
const OWN_PRIMARY = new CommandError("ERR", "Can't replicate myself");
const INVALID_SETSLOT = new CommandError(
  "ERR",
  "Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP",
);
const HAS_EPOCH = new CommandError("ERR", "Node config epoch is already non-zero");

// Ours.
const KEEPS_SLOTS = new CommandError("ERR", "not supported: this node is a cluster by itself and owns all hash slots");
const MEETS_NOBODY = new CommandError(
  "ERR",
  "not supported: this node is a cluster by itself and joins no other nodes",
);
const NO_FILE = new CommandError("ERR", "error saving the cluster node config: not supported, no such file is written");

// ---- Slots ----

/** Every slot has its owner. */
export function addSlots(_ctx: Context, args: Args): void {
  for (let i = 2; i < args.count; i++) slotAt(args, i);
  throw alreadyBusy(slotAt(args, 2));
}

export function addSlotsRange(_ctx: Context, args: Args): void {
  checkPairs(args, "cluster|addslotsrange");
  throw alreadyBusy(rangeAt(args, 2).first);
}

export function delSlots(_ctx: Context, args: Args): void {
  for (let i = 2; i < args.count; i++) slotAt(args, i);
  const seen = new Set<number>();
  for (let i = 2; i < args.count; i++) addOnce(seen, slotAt(args, i));
  throw KEEPS_SLOTS;
}

export function delSlotsRange(_ctx: Context, args: Args): void {
  checkPairs(args, "cluster|delslotsrange");
  const seen = new Set<number>();
  for (let i = 2; i < args.count; i += 2) {
    const { first, last } = rangeAt(args, i);
    for (let slot = first; slot <= last; slot++) addOnce(seen, slot);
  }
  throw KEEPS_SLOTS;
}

export function flushSlots(ctx: Context): void {
  throw ctx.db.size > 0 ? DB_NOT_EMPTY : KEEPS_SLOTS;
}

/** What leaves the owner of a slot as it is succeeds, as in Redis. */
export function setSlot(ctx: Context, args: Args, cluster: Cluster): void {
  const slot = slotAt(args, 2);
  const hasNode = args.count === 5;
  if (hasNode && args.is(3, "MIGRATING")) {
    if (!isThisNode(args, 4, cluster)) throw new CommandError("ERR", `I don't know about node ${args.quoted(4)}`);
    throw MEETS_NOBODY; // there is no node to migrate it to but this one
  }
  if (hasNode && args.is(3, "IMPORTING")) {
    throw new CommandError("ERR", `I'm already the owner of hash slot ${slot}`);
  }
  if (hasNode && args.is(3, "NODE")) requireThisNode(args, 4, cluster);
  else if (args.count !== 4 || !args.is(3, "STABLE")) throw INVALID_SETSLOT;
  ctx.out.ok();
}

function slotAt(args: Args, i: number): number {
  const slot = args.int(i, INVALID_SLOT);
  if (slot < 0 || slot >= SLOTS) throw INVALID_SLOT;
  return slot;
}

function checkPairs(args: Args, name: string): void {
  if (args.count % 2 === 1) throw wrongArity(name);
}

function rangeAt(args: Args, i: number): { first: number; last: number } {
  const first = slotAt(args, i), last = slotAt(args, i + 1);
  if (first > last) {
    throw new CommandError("ERR", `start slot number ${first} is greater than end slot number ${last}`);
  }
  return { first, last };
}

function alreadyBusy(slot: number): CommandError {
  return new CommandError("ERR", `Slot ${slot} is already busy`);
}

function addOnce(seen: Set<number>, slot: number): void {
  if (seen.has(slot)) throw new CommandError("ERR", `Slot ${slot} specified multiple times`);
  seen.add(slot);
}

// ---- Nodes ----

/** Is an argument the id of this node, the only one there is? */
function isThisNode(args: Args, i: number, cluster: Cluster): boolean {
  return args.text(i) === cluster.nodeId;
}

/** Refuses the id of any node but this one. */
export function requireThisNode(args: Args, i: number, cluster: Cluster): void {
  if (!isThisNode(args, i, cluster)) throw new CommandError("ERR", `Unknown node ${args.quoted(i)}`);
}

export function meet(_ctx: Context, args: Args): void {
  if (args.count > 5) throw wrongSubcommand("cluster", args.quoted(1, 128));
  const port = args.bigint(3, new CommandError("ERR", `Invalid TCP base port specified: ${args.quoted(3)}`));
  const busPort = args.count === 5
    ? args.bigint(4, new CommandError("ERR", `Invalid TCP bus port specified: ${args.quoted(4)}`))
    : port + BUS_PORT_DISTANCE;
  if (isIP(args.text(2)) === 0 || !isPort(port) || !isPort(busPort)) {
    throw new CommandError("ERR", `Invalid node address specified: ${args.quoted(2)}:${args.quoted(3)}`);
  }
  throw MEETS_NOBODY;
}

function isPort(port: bigint): boolean {
  return port > 0n && port <= MAX_PORT;
}

export function forget(_ctx: Context, args: Args, cluster: Cluster): void {
  requireThisNode(args, 2, cluster);
  throw OWN_NODE;
}

export function replicate(_ctx: Context, args: Args, cluster: Cluster): void {
  requireThisNode(args, 2, cluster);
  throw OWN_PRIMARY;
}

export function failover(_ctx: Context, args: Args): void {
  if (args.count > 3) throw wrongSubcommand("cluster", args.quoted(1, 128));
  if (args.count === 3 && !args.is(2, "FORCE") && !args.is(2, "TAKEOVER")) throw SYNTAX_ERROR;
  throw NO_REPLICA;
}

export function reset(ctx: Context, args: Args): void {
  if (args.count > 3) throw wrongSubcommand("cluster", args.quoted(1, 128));
  if (args.count === 3 && !args.is(2, "HARD") && !args.is(2, "SOFT")) throw SYNTAX_ERROR;
  throw ctx.db.size > 0 ? KEYS_ARE_LEFT : KEEPS_SLOTS;
}

// ---- The node's configuration ----

export function bumpEpoch(ctx: Context, _args: Args, cluster: Cluster): void {
  const word = cluster.bumpEpoch() ? "BUMPED" : "STILL";
  ctx.out.simple(`${word} ${cluster.configEpoch}`);
}

export function setConfigEpoch(ctx: Context, args: Args, cluster: Cluster): void {
  const epoch = args.bigint(2);
  if (epoch < 0n) throw new CommandError("ERR", `Invalid config epoch specified: ${epoch}`);
  if (cluster.configEpoch !== 0n) throw HAS_EPOCH;
  cluster.setConfigEpoch(epoch);
  ctx.out.ok();
}

export function saveConfig(): void {
  throw NO_FILE;
}
