/**
 * CLUSTER subcommands that tell of the cluster: of one node, which owns every slot. Formats and the order of fields are those
 * of Redis 7.0.15.
 */
import type { Args } from "../engine/args.ts";
import type { Cluster, NodeAddress } from "../engine/cluster.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import { keySlot, SLOTS } from "../resp/key_slot.ts";
import { requireThisNode } from "./cluster_changes.ts";

const INVALID_SLOT = new CommandError("ERR", "Invalid slot");
const INVALID_SLOT_OR_COUNT = new CommandError("ERR", "Invalid slot or number of keys");

/** Numbers of the first and the last slot. */
const FIRST_SLOT = 0, LAST_SLOT = SLOTS - 1;

/** What `cluster-preferred-endpoint-type` has clients told to connect to. */
function endpointType({ engine }: Context): string {
  return engine.config.text("cluster-preferred-endpoint-type");
}

function addressFor({ engine, client }: Context, cluster: Cluster): NodeAddress {
  return cluster.addressFor(client, engine.tcpPort);
}

// ---- Nodes and their slots ----

/** `[[first slot, last slot, [endpoint, port, id, {further names}]]]` */
export function slots(ctx: Context, _args: Args, cluster: Cluster): void {
  const { out } = ctx;
  const { ip, port, hostname } = addressFor(ctx, cluster);
  const type = endpointType(ctx);
  out.array(1);
  out.array(3);
  out.int(FIRST_SLOT);
  out.int(LAST_SLOT);
  out.array(4);
  if (type === "ip") out.bulkText(ip);
  else if (type === "hostname") out.bulkText(hostname || "?");
  else out.null();
  out.int(port);
  out.bulkText(cluster.nodeId);
  const others: (readonly [string, string])[] = [];
  if (type !== "ip") others.push(["ip", ip]);
  if (type !== "hostname" && hostname !== "") others.push(["hostname", hostname]);
  out.map(others.length);
  for (const [name, value] of others) {
    out.bulkText(name);
    out.bulkText(value);
  }
}

export function shards(ctx: Context, _args: Args, cluster: Cluster): void {
  const { out } = ctx;
  const { ip, port, hostname } = addressFor(ctx, cluster);
  const type = endpointType(ctx);
  const endpoint = type === "ip" ? ip : type === "hostname" ? hostname || "?" : "";
  const fields: (readonly [string, string | number])[] = [["id", cluster.nodeId]];
  if (port !== 0) fields.push(["port", port]);
  fields.push(["ip", ip], ["endpoint", endpoint]);
  if (hostname !== "") fields.push(["hostname", hostname]);
  fields.push(["role", "master"], ["replication-offset", 0], ["health", "online"]);
  out.array(1);
  out.map(2);
  out.bulkText("slots");
  out.array(2);
  out.int(FIRST_SLOT);
  out.int(LAST_SLOT);
  out.bulkText("nodes");
  out.array(1);
  out.map(fields.length);
  for (const [name, value] of fields) {
    out.bulkText(name);
    if (typeof value === "number") out.int(value);
    else out.bulkText(value);
  }
}

/** `id ip:port@bus-port[,hostname] flags - ping pong epoch connected slots` */
export function nodes(ctx: Context, _args: Args, cluster: Cluster): void {
  const { ip, port, busPort, hostname } = addressFor(ctx, cluster);
  const address = `${ip}:${port}@${busPort}${hostname === "" ? "" : `,${hostname}`}`;
  const flags = ctx.engine.config.flag("cluster-replica-no-failover") ? "myself,master,nofailover" : "myself,master";
  ctx.out.verbatim(
    "txt",
    `${cluster.nodeId} ${address} ${flags} - 0 0 ${cluster.configEpoch} connected ${FIRST_SLOT}-${LAST_SLOT}\n`,
  );
}

export function myId(ctx: Context, _args: Args, cluster: Cluster): void {
  ctx.out.bulkText(cluster.nodeId);
}

export function info(ctx: Context, _args: Args, cluster: Cluster): void {
  const fields: readonly (readonly [string, string | number | bigint])[] = [
    ["cluster_state", "ok"],
    ["cluster_slots_assigned", SLOTS],
    ["cluster_slots_ok", SLOTS],
    ["cluster_slots_pfail", 0],
    ["cluster_slots_fail", 0],
    ["cluster_known_nodes", 1],
    ["cluster_size", 1],
    ["cluster_current_epoch", cluster.currentEpoch],
    ["cluster_my_epoch", cluster.configEpoch],
    ["cluster_stats_messages_sent", 0],
    ["cluster_stats_messages_received", 0],
    ["total_cluster_links_buffer_limit_exceeded", 0],
  ];
  ctx.out.verbatim("txt", fields.map(([name, value]) => `${name}:${value}\r\n`).join(""));
}

/** It has no links: there is nobody at their other end. */
export function links(ctx: Context): void {
  ctx.out.array(0);
}

/** It has no replicas. */
export function replicas(ctx: Context, args: Args, cluster: Cluster): void {
  requireThisNode(args, 2, cluster);
  ctx.out.array(0);
}

/** Nobody is there who could report it. */
export function countFailureReports(ctx: Context, args: Args, cluster: Cluster): void {
  requireThisNode(args, 2, cluster);
  ctx.out.int(0);
}

// ---- Keys ----

export function replyKeySlot(ctx: Context, args: Args): void {
  ctx.out.int(keySlot(args.bytes, args.start(2), args.end(2)));
}

export function countKeysInSlot(ctx: Context, args: Args): void {
  const slot = args.int(2);
  if (!isSlot(slot)) throw INVALID_SLOT;
  ctx.out.int(ctx.db.inSlot(slot).size);
}

/** Expired keys not yet deleted are among them, as in Redis. */
export function getKeysInSlot(ctx: Context, args: Args): void {
  const { db, out } = ctx;
  const slot = args.int(2), wanted = args.int(3);
  if (!isSlot(slot) || wanted < 0) throw INVALID_SLOT_OR_COUNT;
  const entries = db.inSlot(slot);
  let left = Math.min(wanted, entries.size);
  out.array(left);
  for (const entry of entries) {
    if (left-- === 0) break;
    out.bulk(db.bytes, db.keyStart(entry), db.keyEnd(entry));
  }
}

function isSlot(slot: number): boolean {
  return slot >= 0 && slot < SLOTS;
}
