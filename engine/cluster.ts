/**
 * Cluster mode (`cluster-enabled yes`): this server is a cluster of one node that owns every hash slot, as a redis-server 7.0
 * is that was given all of them. There are no other nodes and no bus between them; what would need them is refused.
 *
 * Here are what the node knows of itself and the one gate of cluster mode: the keys of a request, or of all commands that
 * EXEC is about to run, must be in one slot. Dispatch asks for commands that may have several keys only, and the flag by
 * which it knows them (`SLOTS_CHECKED`) is set in cluster mode alone: with it off, nothing is tested.
 */
import { keySlot } from "../resp/key_slot.ts";
import { Args } from "./args.ts";
import type { ClientState } from "./client_state.ts";
import type { Command } from "./command.ts";
import { slotKeys } from "./command_keys.ts";
import { byteStringToBytes, type Config } from "./config.ts";
import { CROSS_SLOT } from "./errors.ts";

/** The port of the cluster's bus is so much above that of the server. */
const BUS_PORT_DISTANCE = 10_000;
const MAX_PORT = 65_535;
/** Longer announced addresses are cut, as in Redis. */
const MAX_IP_LENGTH = 45;
const NO_SLOT = -1;

/** What is told of a node's address. */
export interface NodeAddress {
  /** Empty: not known. */
  readonly ip: string;
  /** 0: it listens on no TCP port. */
  readonly port: number;
  readonly busPort: number;
  /** Empty: it has none. */
  readonly hostname: string;
}

export class Cluster {
  /** 40 hexadecimal digits, new at each start. */
  readonly nodeId: string;
  /** The epoch of the node's configuration, and the latest one it has heard of. */
  configEpoch = 0n;
  currentEpoch = 0n;
  readonly #config: Config;
  readonly #queuedArgs: Args = new Args();

  constructor(config: Config, nodeId: string) {
    this.#config = config;
    this.nodeId = nodeId;
  }

  /** Moves the node to an epoch that no other has; false when it is in the latest one already. */
  bumpEpoch(): boolean {
    if (this.configEpoch !== 0n && this.configEpoch === this.currentEpoch) return false;
    this.configEpoch = ++this.currentEpoch;
    return true;
  }

  /** Sets the epoch of a node that is in none yet. */
  setConfigEpoch(epoch: bigint): void {
    this.configEpoch = epoch;
    if (this.currentEpoch < epoch) this.currentEpoch = epoch;
  }

  /**
   * Where a client is told to find the node. Without `cluster-announce-ip` this is the address that the client has connected
   * to: a node of Redis learns its own in that way from the first node that meets it, and has none before.
   */
  addressFor(client: ClientState, tcpPort: number): NodeAddress {
    const config = this.#config;
    const announcedIp = config.text("cluster-announce-ip");
    const bus = config.number("cluster-port") || tcpPort + BUS_PORT_DISTANCE;
    return {
      ip: announcedIp === "" ? localIp(client) : textOf(announcedIp.slice(0, MAX_IP_LENGTH)),
      port: config.number("cluster-announce-port") || tcpPort,
      busPort: config.number("cluster-announce-bus-port") || (tcpPort === 0 || bus > MAX_PORT ? 0 : bus),
      hostname: textOf(config.text("cluster-announce-hostname")),
    };
  }

  /** @throws {CommandError} The keys of the request are in several slots. */
  checkSlots(client: ClientState, command: Command, args: Args): void {
    if (command.name !== "exec") {
      this.#slotWith(NO_SLOT, command, args);
      return;
    }
    let slot = NO_SLOT;
    try {
      for (const queued of client.transaction?.commands ?? []) {
        this.#queuedArgs.reset(queued.batch, 0);
        slot = this.#slotWith(slot, queued.command, this.#queuedArgs);
      }
    } finally {
      this.#queuedArgs.release();
    }
  }

  /** The slot of the keys of a request, which must be `slot` if there is one before. */
  #slotWith(slot: number, command: Command, args: Args): number {
    for (const i of slotKeys(command, args)) {
      const found = keySlot(args.bytes, args.start(i), args.end(i));
      if (slot !== NO_SLOT && found !== slot) throw CROSS_SLOT;
      slot = found;
    }
    return slot;
  }
}

/** The address a client has connected to, without the port; none in memory or on a unix socket. */
function localIp({ connection: { localAddress } }: ClientState): string {
  const [, ip = ""] = /^\[?([\d.]+|[\da-f.:]*:[\da-f.:]*)(?:%\w+)?\]?:\d+$/.exec(localAddress) ?? [];
  return ip.replace(/^::ffff:(?=[\d.]+$)/, ""); // IPv4 on a listener for both
}

/** The text of a directive. */
function textOf(value: string): string {
  return new TextDecoder().decode(byteStringToBytes(value));
}
