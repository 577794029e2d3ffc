/** What clients have sent, for a test to look at afterwards. */
import type { InterceptedCommand, InterceptedConnection, Interceptors } from "../engine/interceptors.ts";
import type { Clock } from "../store/clock.ts";

/**
 * Which commands are recorded: `true` leaves out those about the connection itself (HELLO, AUTH, CLIENT, SELECT, PING …), which
 * clients send by themselves; `"all"` leaves out none.
 *
 * @example Everything, greetings too
 * ```ts
 * import { type RecordedCommands, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * const record: RecordedCommands = "all";
 * await using server = await Server.start({ record });
 * await using client = server.client();
 * await client.get("k");
 * assertEquals([server.commands[0]!.name, server.commands.at(-1)!.name], ["HELLO", "GET"]);
 * ```
 */
export type RecordedCommands = boolean | "all";

/**
 * A command that a client has sent to a {@linkcode Server}, whatever became of it.
 *
 * @example Which commands a program needs
 * ```ts
 * import { type RecordedCommand, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ record: true });
 * await using client = server.client();
 * await client.set("name", "Alice", { ex: 60 });
 * const [command]: readonly RecordedCommand[] = server.commands;
 * assertEquals([command!.name, command!.args], ["SET", ["name", "Alice", "EX", "60"]]);
 * ```
 */
export interface RecordedCommand extends InterceptedCommand {
  /** The connection it came by, as it was then. */
  readonly connection: InterceptedConnection;
  /** When it came, in milliseconds since 1970-01-01 UTC, by the server's clock. */
  readonly atMs: number;
}

/** About the connection: clients send them by themselves. */
const CONNECTION_COMMANDS: ReadonlySet<string> = new Set([
  "AUTH",
  "CLIENT",
  "ECHO",
  "HELLO",
  "PING",
  "QUIT",
  "READONLY",
  "READWRITE",
  "RESET",
  "SELECT",
]);

/** Commands in the order in which they came. */
export class Recorder {
  readonly commands: RecordedCommand[] = [];

  constructor(interceptors: Interceptors, clock: Clock, what: true | "all") {
    interceptors.observe((command, connection) => {
      if (what === true && CONNECTION_COMMANDS.has(command.name.split(" ", 1)[0]!)) return;
      this.commands.push({ ...command, connection, atMs: clock.now() });
    });
  }
}
