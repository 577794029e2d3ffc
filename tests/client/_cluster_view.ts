/**
 * What the nodes of a Redis Cluster say about it, and whether all of them say the same.
 *
 * @module
 */

/** A node as another one sees it: a line of CLUSTER NODES. */
export interface SeenNode {
  readonly id: string;
  readonly port: number;
  readonly isPrimary: boolean;
  /** Of a replica: whose. */
  readonly primaryId: string | null;
  /** Connected, and neither failing nor just met. */
  readonly isWell: boolean;
  /** The slots it owns, as pairs of the first and the last one. */
  readonly slots: readonly (readonly [first: number, last: number])[];
}

/** What one node says. */
export interface View {
  readonly id: string;
  readonly port: number;
  /** `ok` or `fail`. */
  readonly state: string;
  readonly nodes: readonly SeenNode[];
  /** Of a replica: `up` or `down`; empty for a primary. */
  readonly link: string;
  /** Of a primary: how many replicas it streams to. */
  readonly replicas: number;
}

/** What is not yet as it should be, and with which node. */
export interface Fault {
  readonly port: number;
  readonly reason: string;
}

/**
 * Reads what a node says.
 *
 * @param id The node's id.
 * @param port Its port.
 * @param nodes Its reply to CLUSTER NODES.
 * @param info Its reply to CLUSTER INFO.
 * @param replication Its reply to INFO replication.
 * @returns The view.
 */
export function readView(id: string, port: number, nodes: string, info: string, replication: string): View {
  return {
    id,
    port,
    state: /^cluster_state:(\w+)/m.exec(info)?.[1] ?? "unknown",
    nodes: nodes.trimEnd().split("\n").map(readLine),
    link: /^master_link_status:(\w+)/m.exec(replication)?.[1] ?? "",
    replicas: replication.match(/^slave\d+:.*state=online/gm)?.length ?? 0,
  };
}

function readLine(line: string): SeenNode {
  const [id, address, flagList, primaryId, , , , link, ...slots] = line.trim().split(" ");
  const flags = flagList!.split(",").filter((flag) => flag !== "myself");
  return {
    id: id!,
    port: Number(/:(\d+)@/.exec(address!)?.[1]),
    isPrimary: flags.includes("master"),
    primaryId: primaryId === "-" ? null : primaryId!,
    isWell: link === "connected" && (flags.join() === "master" || flags.join() === "slave"),
    slots: slots.filter((range) => !range.startsWith("[")).map((range) => { // in brackets: on its way
      const [first, last = first] = range.split("-").map(Number);
      return [first!, last!] as const;
    }),
  };
}

/**
 * Looks for what keeps a cluster from being settled: every node says that all is well, they agree on who owns what and who
 * replicates whom, and every replica is being streamed to.
 *
 * @param views What each running node says.
 * @returns The first fault; null where there is none.
 */
export function faultOf(views: readonly View[]): Fault | null {
  const running = new Set(views.map((view) => view.id));
  const [first] = views;
  for (const view of views) {
    const { port } = view;
    if (view.state !== "ok") return { port, reason: `its cluster_state is ${view.state}` };
    for (const id of running) {
      if (!view.nodes.some((node) => node.id === id && node.isWell)) return { port, reason: `it misses ${id}` };
    }
    for (const node of view.nodes) {
      if (!running.has(node.id) && node.slots.length > 0) return { port, reason: `it waits for ${node.id}` };
    }
    if (picture(view, running) !== picture(first!, running)) {
      return { port, reason: `it sees not what ${first!.port} sees` };
    }
    const replicas = view.nodes.filter((node) => running.has(node.id) && node.primaryId === view.id).length;
    const isPrimary = view.nodes.some((node) => node.id === view.id && node.isPrimary);
    if (!isPrimary && view.link !== "up") return { port, reason: "it has no link to its primary" };
    if (isPrimary && view.replicas !== replicas) {
      return { port, reason: `it streams to ${view.replicas} replicas, not to ${replicas}` };
    }
  }
  return null;
}

/** What has to look the same from every node. */
function picture(view: View, running: ReadonlySet<string>): string {
  const lines = view.nodes.filter((node) => running.has(node.id))
    .map(({ id, isPrimary, primaryId, slots }) => `${id} ${isPrimary} ${primaryId} ${slots.join(" ")}`);
  return lines.sort().join("\n");
}

/**
 * The owner of a slot.
 *
 * @param view Who is asked.
 * @param slot The slot.
 * @returns The primary's id; null where nobody owns it.
 */
export function ownerOf(view: View, slot: number): string | null {
  const owns = (node: SeenNode) => node.slots.some(([first, last]) => first <= slot && slot <= last);
  return view.nodes.find(owns)?.id ?? null;
}
