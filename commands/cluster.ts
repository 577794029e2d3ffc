/**
 * CLUSTER and its like. In cluster mode they answer as the one node of a cluster does (`cluster_state.ts`,
 * `cluster_changes.ts`); with it off, as Redis does: not at all, whatever is asked.
 */
import {
  ADMIN,
  CONNECTION,
  FAST,
  type Handler,
  LOADING,
  NO_ASYNC_LOADING,
  NOSCRIPT,
  STALE,
} from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import {
  addSlots,
  addSlotsRange,
  bumpEpoch,
  type ClusterHandler,
  delSlots,
  delSlotsRange,
  failover,
  flushSlots,
  forget,
  meet,
  replicate,
  reset,
  saveConfig,
  setConfigEpoch,
  setSlot,
} from "./cluster_changes.ts";
import {
  countFailureReports,
  countKeysInSlot,
  getKeysInSlot,
  info,
  links,
  myId,
  nodes,
  replicas,
  replyKeySlot,
  shards,
  slots,
} from "./cluster_state.ts";
import { helpRow } from "./help.ts";

/** Those that change what the node knows of the cluster. */
const CHANGES = ADMIN | STALE | NO_ASYNC_LOADING;

const HELP = helpRow("5.0.0");

/** Rows of the commands. */
export const clusterCommands: CommandGroup = {
  asking: {
    arity: 1,
    flags: FAST | CONNECTION,
    usage: "",
    since: "3.0.0",
    complexity: "O(1)",
    summary: "Has the next command served though its hash slot is only being moved here",
    run: inCluster(asking),
  },
  cluster: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "3.0.0",
    complexity: "Depends on subcommand.",
    summary: "Commands about a cluster and its nodes",
    sub: {
      addslots: {
        arity: -3,
        flags: CHANGES,
        usage: "slot:integer [slot:integer ...]",
        since: "3.0.0",
        complexity: "O(N) where N is the total number of hash slot arguments",
        summary: "Gives hash slots to this node",
        run: inCluster(addSlots),
      },
      addslotsrange: {
        arity: -4,
        flags: CHANGES,
        usage: "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]",
        since: "7.0.0",
        complexity: "O(N) where N is the total number of the slots between the start slot and end slot arguments.",
        summary: "Gives ranges of hash slots to this node",
        run: inCluster(addSlotsRange),
      },
      bumpepoch: {
        arity: 2,
        flags: CHANGES,
        usage: "",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Moves the node's configuration epoch on",
        tips: ["nondeterministic_output"],
        run: inCluster(bumpEpoch),
      },
      "count-failure-reports": {
        arity: 3,
        flags: ADMIN | STALE,
        usage: "node-id",
        since: "3.0.0",
        complexity: "O(N) where N is the number of failure reports",
        summary: "Counts the reports of a node's failure",
        tips: ["nondeterministic_output"],
        run: inCluster(countFailureReports),
      },
      countkeysinslot: {
        arity: 3,
        flags: STALE,
        usage: "slot:integer",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Counts the keys in a hash slot",
        run: inCluster(countKeysInSlot),
      },
      delslots: {
        arity: -3,
        flags: CHANGES,
        usage: "slot:integer [slot:integer ...]",
        since: "3.0.0",
        complexity: "O(N) where N is the total number of hash slot arguments",
        summary: "Takes hash slots from this node",
        run: inCluster(delSlots),
      },
      delslotsrange: {
        arity: -4,
        flags: CHANGES,
        usage: "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]",
        since: "7.0.0",
        complexity: "O(N) where N is the total number of the slots between the start slot and end slot arguments.",
        summary: "Takes ranges of hash slots from this node",
        run: inCluster(delSlotsRange),
      },
      failover: {
        arity: -2,
        flags: CHANGES,
        usage: "[FORCE | TAKEOVER]",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Has a replica take its primary's place",
        run: inCluster(failover),
      },
      flushslots: {
        arity: 2,
        flags: CHANGES,
        usage: "",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Takes all hash slots from this node",
        run: inCluster(flushSlots),
      },
      forget: {
        arity: 3,
        flags: CHANGES,
        usage: "node-id",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Removes a node from the table of nodes",
        run: inCluster(forget),
      },
      getkeysinslot: {
        arity: 4,
        flags: STALE,
        usage: "slot:integer count",
        since: "3.0.0",
        complexity: "O(log(N)) where N is the number of requested keys",
        summary: "Answers keys in a hash slot",
        tips: ["nondeterministic_output"],
        run: inCluster(getKeysInSlot),
      },
      help: { ...HELP, run: inCluster((ctx, args) => HELP.run!(ctx, args)) },
      info: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Tells the state of the cluster",
        tips: ["nondeterministic_output"],
        run: inCluster(info),
      },
      keyslot: {
        arity: 3,
        flags: STALE,
        usage: "key:string",
        since: "3.0.0",
        complexity: "O(N) where N is the number of bytes in the key",
        summary: "Answers the hash slot of a key",
        run: inCluster(replyKeySlot),
      },
      links: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "7.0.0",
        complexity: "O(N) where N is the total number of Cluster nodes",
        summary: "Lists the links between this node and the others",
        tips: ["nondeterministic_output"],
        run: inCluster(links),
      },
      meet: {
        arity: -4,
        flags: CHANGES,
        usage: "ip port:integer [cluster_bus_port:integer]",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Has the node join another one's cluster",
        history: [["4.0.0", "Takes the port of the cluster's bus."]],
        run: inCluster(meet),
      },
      myid: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Answers the number of the node",
        run: inCluster(myId),
      },
      nodes: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "3.0.0",
        complexity: "O(N) where N is the total number of Cluster nodes",
        summary: "Lists the nodes, one to a line",
        tips: ["nondeterministic_output"],
        run: inCluster(nodes),
      },
      replicas: {
        arity: 3,
        flags: ADMIN | STALE,
        usage: "node-id",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Lists the replicas of a primary",
        tips: ["nondeterministic_output"],
        run: inCluster(replicas),
      },
      replicate: {
        arity: 3,
        flags: CHANGES,
        usage: "node-id",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Makes the node a replica of another",
        run: inCluster(replicate),
      },
      reset: {
        arity: -2,
        flags: ADMIN | NOSCRIPT | STALE,
        usage: "[HARD | SOFT]",
        since: "3.0.0",
        complexity: "O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect.",
        summary: "Has the node forget the cluster",
        run: inCluster(reset),
      },
      saveconfig: {
        arity: 2,
        flags: CHANGES,
        usage: "",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Writes the node's table to its file",
        run: inCluster(saveConfig),
      },
      "set-config-epoch": {
        arity: 3,
        flags: CHANGES,
        usage: "config-epoch:integer",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Sets the configuration epoch of a new node",
        run: inCluster(setConfigEpoch),
      },
      setslot: {
        arity: -4,
        flags: CHANGES,
        usage: "slot:integer <IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE>",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Says which node a hash slot belongs to, or moves to",
        run: inCluster(setSlot),
      },
      shards: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "7.0.0",
        complexity: "O(N) where N is the total number of cluster nodes",
        summary: "Lists the shards: slots and nodes",
        tips: ["nondeterministic_output"],
        run: inCluster(shards),
      },
      slaves: {
        arity: 3,
        flags: ADMIN | STALE,
        usage: "node-id",
        since: "3.0.0",
        complexity: "O(1)",
        summary: "Lists the replicas of a primary",
        tips: ["nondeterministic_output"],
        deprecated: ["5.0.0", "`CLUSTER REPLICAS`"],
        run: inCluster(replicas),
      },
      slots: {
        arity: 2,
        flags: STALE,
        usage: "",
        since: "3.0.0",
        complexity: "O(N) where N is the total number of Cluster nodes",
        summary: "Lists ranges of hash slots with their nodes",
        tips: ["nondeterministic_output"],
        history: [["4.0.0", "Tells the numbers of nodes."], ["7.0.0", "Tells more about their addresses."]],
        deprecated: ["7.0.0", "`CLUSTER SHARDS`"],
        run: inCluster(slots),
      },
    },
  },
  readonly: {
    arity: 1,
    flags: LOADING | STALE | FAST | CONNECTION,
    usage: "",
    since: "3.0.0",
    complexity: "O(1)",
    summary: "Lets a replica in a cluster be read from",
    run: inCluster(readonly),
  },
  readwrite: {
    arity: 1,
    flags: LOADING | STALE | FAST | CONNECTION,
    usage: "",
    since: "3.0.0",
    complexity: "O(1)",
    summary: "Ends READONLY",
    run: inCluster(readwrite),
  },
};

const NO_CLUSTER = new CommandError("ERR", "This instance has cluster support disabled");

/** A handler that refuses where cluster mode is off. */
function inCluster(run: ClusterHandler): Handler {
  return (ctx, args) => {
    const { cluster } = ctx.engine;
    if (cluster === null) throw NO_CLUSTER;
    run(ctx, args, cluster);
  };
}

/** Nothing is being moved here, so the next command is served like any other. */
function asking(ctx: Context): void {
  ctx.out.ok();
}

/** This node is no replica, so it makes no difference yet; CLIENT LIST tells of it. */
function readonly(ctx: Context): void {
  ctx.client.isReadOnly = true;
  ctx.out.ok();
}

function readwrite(ctx: Context): void {
  ctx.client.isReadOnly = false;
  ctx.out.ok();
}
