/**
 * One node of a cluster as the client has it: a connection for all commands, and those beside it. None is opened before it
 * is used.
 */
import type { ConnectionError } from "../errors.ts";
import { Line, type LineUser } from "../line.ts";
import type { Settings } from "../options.ts";
import { SideLines } from "../side_lines.ts";
import { addressOf, type NodeAddress } from "./slot_map.ts";

/** A node and the connections to it. */
export class ClusterNode implements NodeAddress {
  readonly hostname: string;
  readonly port: number;
  /** Host and port. */
  readonly address: string;
  /** Its id in the cluster; empty until a map tells. */
  id = "";
  /** For all commands that do not block. */
  readonly line: Line;
  /** For commands that block. */
  readonly blocking: SideLines;
  /** For transactions that watch keys. */
  readonly watching: SideLines;

  /**
   * Makes a node. Nothing is sent yet.
   *
   * @param address Where it is.
   * @param settings How to connect there.
   * @param isHeld Whether connections keep the process alive.
   * @param onLost Hears that the connection could not be made, or was lost.
   */
  constructor({ hostname, port }: NodeAddress, settings: Settings, isHeld: boolean, onLost: () => void) {
    this.hostname = hostname;
    this.port = port;
    this.address = addressOf(hostname, port);
    this.line = new Line(settings, new Watcher(onLost), { isHeld });
    this.blocking = new SideLines(settings, false, isHeld);
    this.watching = new SideLines(settings, true, isHeld);
  }

  /** Waits for the replies to all that was sent, then lets go. */
  async close(): Promise<void> {
    await Promise.all([this.line.close(), this.blocking.close(), this.watching.close()]);
  }

  /** Lets go at once. */
  drop(why: string): void {
    this.line.drop(why);
    this.blocking.drop(why);
    this.watching.drop(why);
  }

  /** Whether connections keep the process alive. */
  hold(isHeld: boolean): void {
    this.line.hold(isHeld);
    this.blocking.hold(isHeld);
    this.watching.hold(isHeld);
  }
}

class Watcher implements LineUser {
  readonly #onLost: () => void;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  replay(): null {
    return null;
  }

  greeted(): void {}

  pushed(): void {}

  lost(_reason: ConnectionError): void {
    this.#onLost();
  }

  gaveUp(): void {}
}
