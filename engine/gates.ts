/**
 * What must be fulfilled before a command is run, in Redis' order. Dispatch asks for it only where something is special about
 * the client, the command or the server: one integer test for each command otherwise.
 */
import type { Args } from "./args.ts";
import { requiresPassword } from "./auth.ts";
import { type ClientState, GATE_AUTH, GATE_MONITOR, GATE_PUBSUB } from "./client_state.ts";
import {
  type Command,
  IMMEDIATE,
  MAY_REPLICATE,
  NO_AUTH,
  NO_MULTI,
  PROTECTED,
  READONLY,
  SLOTS_CHECKED,
  WRITE,
} from "./command.ts";
import type { Engine } from "./context.ts";
import { CommandError, MONITOR_ONLY, NOT_AUTHENTICATED, NOT_IN_TRANSACTION } from "./errors.ts";
import { SERVER_GUARDED, SERVER_LIMITED, SERVER_OVERTRACKED, SERVER_PAUSED } from "./server_gates.ts";

/** Commands that are looked at twice whoever sends them; the latter flag is there in cluster mode only. */
export const GATED = PROTECTED | SLOTS_CHECKED;

/** Commands that who watches commands may not run, being a replica of sorts. */
const TOUCHES_KEYS = WRITE | READONLY | MAY_REPLICATE;

/** What a subscriber may do in RESP2, where it could not tell messages from other replies. */
const SUBSCRIBER_COMMANDS: ReadonlySet<string> = new Set([
  "ping",
  "subscribe",
  "psubscribe",
  "ssubscribe",
  "unsubscribe",
  "punsubscribe",
  "sunsubscribe",
  "quit",
  "reset",
]);

/**
 * Has a command pass the gates.
 *
 * @param mayWait May its client be postponed? Else no pause holds it.
 * @returns Whether it may be run now; else it has been queued and answered, or its client postponed.
 * @throws {CommandError} It may not be run.
 */
export function passGates(
  engine: Engine,
  client: ClientState,
  command: Command,
  args: Args,
  mayWait: boolean,
): boolean {
  const { config, gates, pause } = engine;
  if ((command.flags & PROTECTED) !== 0 && !config.allows(guardOf(command), client.connection.isLocal)) {
    throw notAllowed(command);
  }
  // a password taken away again is no longer asked for
  if ((client.gates & GATE_AUTH) !== 0 && (command.flags & NO_AUTH) === 0 && requiresPassword(config)) {
    throw NOT_AUTHENTICATED;
  }
  const isQueued = client.transaction !== null && (command.flags & IMMEDIATE) === 0;
  if (isQueued && (command.flags & NO_MULTI) !== 0) throw NOT_IN_TRANSACTION;
  if ((command.flags & SLOTS_CHECKED) !== 0) engine.cluster!.checkSlots(client, command, args);
  if (gates.has(SERVER_LIMITED)) engine.eviction.admit(client, command);
  if (gates.has(SERVER_OVERTRACKED)) engine.tracking.enforceLimit();
  if (gates.has(SERVER_GUARDED)) engine.writeGuard.admit(client, command);
  if ((client.gates & GATE_PUBSUB) !== 0 && client.out.protocol === 2 && !SUBSCRIBER_COMMANDS.has(command.name)) {
    throw notForSubscribers(command);
  }
  const isMonitor = (client.gates & GATE_MONITOR) !== 0;
  if (isMonitor && (command.flags & TOUCHES_KEYS) !== 0) throw MONITOR_ONLY;
  if (gates.has(SERVER_PAUSED) && mayWait && !isMonitor && pause.holds(client, command)) {
    pause.postpone(client);
    return false;
  }
  if (!isQueued) return true;
  if (args.isTyped) client.sendsTyped = true;
  client.transaction!.queue(command, args, client);
  client.out.simple("QUEUED");
  return false;
}

function notForSubscribers(command: Command): CommandError {
  return new CommandError(
    "ERR",
    `Can't execute '${command.name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET ` +
      "are allowed in this context",
  );
}

/** Its name, of a subcommand its container's. */
function containerOf({ name }: Command): string {
  const bar = name.indexOf("|");
  return bar < 0 ? name : name.slice(0, bar);
}

/** The directive that says who may run a protected command. */
function guardOf(command: Command): string {
  return `enable-${containerOf(command)}-command`;
}

function notAllowed(command: Command): CommandError {
  return new CommandError(
    "ERR",
    `${containerOf(command).toUpperCase()} command not allowed. If the ${guardOf(command)} option is set to "local", ` +
      "you can run it from a local connection, otherwise you need to set this option in the configuration file, " +
      "and then restart the server.",
  );
}
