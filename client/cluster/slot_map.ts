/**
 * What nodes tell of their cluster: the reply to CLUSTER SLOTS, and the redirections MOVED and ASK.
 *
 * ```text
 *   [[0, 5460, ["10.0.0.1", 7000, id], ["10.0.0.2", 7003, id]], [5461, …], …]     range, primary, replicas
 *   MOVED 3999 10.0.0.1:7000
 * ```
 *
 * A node that does not know its own address leaves the host empty: it is that by which it was asked.
 */
import { SLOTS } from "../../resp/key_slot.ts";
import type { Reply } from "../../resp/reply.ts";

/** Where a node is. */
export interface NodeAddress {
  /** Name or IP address. */
  readonly hostname: string;
  readonly port: number;
}

/** A node as CLUSTER SLOTS tells of it. */
export interface ToldNode extends NodeAddress {
  /** Its id in the cluster; empty where the server does not tell. */
  readonly id: string;
}

/** Slots one after the other with the same owner. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  readonly primary: ToldNode;
  readonly replicas: readonly ToldNode[];
}

/** Where a node sends a command instead. */
export interface Redirection extends NodeAddress {
  readonly slot: number;
}

/** What nodes say for a host that they do not know. */
const UNKNOWN_HOST = "?";

/** An address as text. */
export function addressOf(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Reads `host:port`, `[::1]:port` and, as nodes write it, `::1:port`; null for what is none. */
export function parseAddress(text: string): NodeAddress | null {
  const colon = text.lastIndexOf(":"), port = text.slice(colon + 1);
  if (colon < 0 || !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return null;
  return { hostname: text.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(port) };
}

/**
 * Reads the reply to CLUSTER SLOTS.
 *
 * @param reply The reply.
 * @param askedHost By which host the node was asked.
 * @returns The ranges; those without a primary that can be reached are left out.
 */
export function readSlots(reply: Reply, askedHost: string): SlotRange[] {
  const ranges: SlotRange[] = [];
  if (!Array.isArray(reply)) return ranges;
  for (const item of reply) {
    if (!Array.isArray(item)) continue;
    const [first, last, ...nodes] = item;
    const [primary = null, ...replicas] = nodes.map((node) => readNode(node, askedHost));
    if (!isSlot(first) || !isSlot(last) || primary === null) continue;
    ranges.push({ first, last, primary, replicas: replicas.filter((replica) => replica !== null) });
  }
  return ranges;
}

/**
 * Reads `MOVED slot host:port` or `ASK slot host:port`.
 *
 * @param message The error.
 * @param askedHost The host of the node that says so.
 * @returns The slot, and where it is; null where that is not known.
 */
export function readRedirection(message: string, askedHost: string): Redirection | null {
  const [, slot, address = ""] = message.split(" ");
  const parsed = parseAddress(address);
  if (parsed === null || parsed.hostname === UNKNOWN_HOST || !isSlot(Number(slot))) return null;
  return { slot: Number(slot), hostname: parsed.hostname || askedHost, port: parsed.port };
}

function readNode(node: Reply, askedHost: string): ToldNode | null {
  if (!Array.isArray(node)) return null;
  const [host = null, port, id] = node;
  if (host === UNKNOWN_HOST || typeof port !== "number" || (host !== null && typeof host !== "string")) return null;
  return { hostname: host || askedHost, port, id: typeof id === "string" ? id : "" };
}

function isSlot(n: unknown): n is number {
  return Number.isInteger(n) && (n as number) >= 0 && (n as number) < SLOTS;
}
