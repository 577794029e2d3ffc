/** CLIENT: what the server knows of its connections, and what may be asked of them. */
import type { Args } from "../engine/args.ts";
import { DEFAULT_USER } from "../engine/auth.ts";
import { type ClientState, GATE_MONITOR, GATE_PUBSUB, GATE_REPLY } from "../engine/client_state.ts";
import { ADMIN, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { clientPauseRow, clientUnpauseRow } from "./client_pause.ts";
import {
  clientCachingRow,
  clientGetredirRow,
  clientTrackinginfoRow,
  clientTrackingRow,
  redirectOf,
} from "./client_tracking.ts";
import { helpRow } from "./help.ts";

const ORDINARY = NOSCRIPT | LOADING | STALE;

/** The row of CLIENT, a container of subcommands. */
export const clientCommands: CommandGroup = {
  client: {
    arity: -2,
    flags: 0,
    usage: "",
    since: "2.4.0",
    complexity: "Depends on subcommand.",
    summary: "Commands about client connections",
    group: "connection",
    sub: {
      caching: clientCachingRow,
      getname: {
        arity: 2,
        flags: ORDINARY,
        usage: "",
        since: "2.6.9",
        complexity: "O(1)",
        summary: "Answers the name of the connection",
        run: clientGetname,
      },
      getredir: clientGetredirRow,
      help: helpRow("5.0.0"),
      id: {
        arity: 2,
        flags: ORDINARY,
        usage: "",
        since: "5.0.0",
        complexity: "O(1)",
        summary: "Answers the number of the connection, never used twice",
        run: clientId,
      },
      info: {
        arity: 2,
        flags: ORDINARY,
        usage: "",
        since: "6.2.0",
        complexity: "O(1)",
        summary: "Describes this connection, as CLIENT LIST does all",
        tips: ["nondeterministic_output"],
        run: clientInfo,
      },
      kill: {
        arity: -3,
        flags: ADMIN | ORDINARY,
        usage:
          "<ip:port | <ID client-id | TYPE <NORMAL | MASTER | SLAVE | REPLICA | PUBSUB> | USER username | ADDR ip:port | LADDR ip:port | SKIPME yes/no> [...]>",
        since: "2.4.0",
        complexity: "O(N) where N is the number of client connections",
        summary: "Closes connections, chosen by address, number, type or user",
        history: [
          ["2.8.12", "Takes filters."],
          ["2.8.12", "Takes `ID`."],
          ["3.2.0", "Takes `TYPE master`."],
          ["5.0.0", "Takes `TYPE replica`, which `slave` still means too."],
          ["6.2.0", "Takes `LADDR`."],
        ],
        run: clientKill,
      },
      list: {
        arity: -2,
        flags: ADMIN | ORDINARY,
        usage: "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id [client-id ...]]",
        since: "2.4.0",
        complexity: "O(N) where N is the number of client connections",
        summary: "Describes all connections, one to a line",
        tips: ["nondeterministic_output"],
        history: [
          ["2.8.12", "Tells `id`."],
          ["5.0.0", "Takes `TYPE`."],
          ["6.0.0", "Tells `user`."],
          ["6.2.0", "Tells `argv-mem`, `tot-mem`, `laddr` and `redir`, and takes `ID`."],
          ["7.0.0", "Tells `resp`, `multi-mem`, `rbs` and `rbp`."],
          ["7.0.3", "Tells `ssub`."],
        ],
        run: clientList,
      },
      "no-evict": {
        arity: 3,
        flags: ADMIN | ORDINARY,
        usage: "<ON | OFF>",
        since: "7.0.0",
        complexity: "O(1)",
        summary: "Keeps this connection from being closed for the memory that clients take",
        run: clientNoEvict,
      },
      pause: clientPauseRow,
      reply: {
        arity: 3,
        flags: ORDINARY,
        usage: "<ON | OFF | SKIP>",
        since: "3.2.0",
        complexity: "O(1)",
        summary: "Says whether commands are replied to",
        run: clientReply,
      },
      setinfo: {
        arity: 4,
        flags: ORDINARY,
        usage: "<LIB-NAME libname | LIB-VER libver>",
        since: "7.2.0",
        complexity: "O(1)",
        summary: "Tells which library is behind the connection",
        tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
        run: clientSetinfo,
      },
      setname: {
        arity: 3,
        flags: ORDINARY,
        usage: "connection-name",
        since: "2.6.9",
        complexity: "O(1)",
        summary: "Names the connection",
        run: clientSetname,
      },
      tracking: clientTrackingRow,
      trackinginfo: clientTrackinginfoRow,
      unblock: {
        arity: -3,
        flags: ADMIN | ORDINARY,
        usage: "client-id [TIMEOUT | ERROR]",
        since: "5.0.0",
        complexity: "O(log N) where N is the number of client connections",
        summary: "Ends the waiting of a client that a command has blocked",
        run: clientUnblock,
      },
      unpause: clientUnpauseRow,
    },
  },
};

const INVALID_NAME = new CommandError("ERR", "Client names cannot contain spaces, newlines or special characters.");
const INVALID_CLIENT_ID = new CommandError("ERR", "Invalid client ID");
const CLIENT_ID_TOO_SMALL = new CommandError("ERR", "client-id should be greater than 0");
const NO_SUCH_CLIENT = new CommandError("ERR", "No such client");

/** What a client is to the server. */
type ClientType = "normal" | "master" | "replica" | "pubsub";

const CLIENT_TYPES: ReadonlyMap<string, ClientType> = new Map([
  ["normal", "normal"],
  ["master", "master"],
  ["replica", "replica"],
  ["slave", "replica"],
  ["pubsub", "pubsub"],
]);

/**
 * Names a client; the empty name takes its name away.
 *
 * @throws {CommandError} When the name would break CLIENT LIST, whose fields end at spaces.
 */
export function setClientName(client: ClientState, name: string): void {
  if (!isPlain(name)) throw INVALID_NAME;
  client.name = name;
}

function isPlain(text: string): boolean {
  return /^[!-~]*$/.test(text);
}

function clientSetname(ctx: Context, args: Args): void {
  setClientName(ctx.client, args.text(2));
  ctx.out.ok();
}

function clientGetname(ctx: Context): void {
  if (ctx.client.name === "") ctx.out.null();
  else ctx.out.bulkText(ctx.client.name);
}

function clientSetinfo(ctx: Context, args: Args): void {
  const isName = args.is(2, "LIB-NAME");
  if (!isName && !args.is(2, "LIB-VER")) throw new CommandError("ERR", `Unrecognized option '${args.quoted(2)}'`);
  const value = args.text(3);
  if (!isPlain(value)) {
    throw new CommandError("ERR", `${args.quoted(2)} cannot contain spaces, newlines or special characters.`);
  }
  if (isName) ctx.client.libraryName = value;
  else ctx.client.libraryVersion = value;
  ctx.out.ok();
}

function clientId(ctx: Context): void {
  ctx.out.int(ctx.client.id);
}

function clientInfo(ctx: Context, args: Args): void {
  ctx.out.verbatim("txt", describe(ctx, args, ctx.client));
}

function clientList(ctx: Context, args: Args): void {
  const { clients } = ctx.engine;
  let listed: Iterable<ClientState>;
  if (args.count === 2) listed = clients.values();
  else if (args.count === 4 && args.is(2, "TYPE")) {
    const type = clientTypeNamed(args.text(3));
    listed = clients.values().filter((client) => clientType(client) === type);
  } else if (args.count > 3 && args.is(2, "ID")) {
    const ids = Array.from({ length: args.count - 3 }, (_, i) => args.int(i + 3, INVALID_CLIENT_ID));
    listed = ids.map((id) => clients.get(id)).filter((client) => client !== undefined);
  } else throw SYNTAX_ERROR;
  let lines = "";
  for (const client of listed) lines += describe(ctx, args, client);
  ctx.out.verbatim("txt", lines);
}

function clientTypeNamed(name: string): ClientType {
  const type = CLIENT_TYPES.get(name.toLowerCase());
  if (type === undefined) throw new CommandError("ERR", `Unknown client type '${name}'`);
  return type;
}

function clientType(client: ClientState): ClientType {
  return (client.gates & GATE_PUBSUB) !== 0 ? "pubsub" : "normal";
}

/**
 * The line of CLIENT LIST: the fields of Redis 7.0.15, then the two that 7.2 added, since today's clients set them.
 * A connection has no descriptor that could be told, so `fd` is -1, as it is in Redis where there is none. `rbs` is the size
 * of the buffer that its replies go into, which it holds while there are any; `tot-mem` counts what it holds now.
 */
function describe(ctx: Context, args: Args, client: ClientState): string {
  const { connection, out } = client;
  const { pubsub, clientMemory } = ctx.engine;
  const now = ctx.engine.clock.now();
  const inFlightBytes = Math.max(0, connection.pendingOutputBytes - out.length);
  const ownBytes = client === ctx.client ? ownArgumentBytes(ctx, args) : 0;
  const queuedBytes = client.transaction?.argumentBytes ?? 0;
  // What no longer fits into a buffer of the usual size, and what the socket has not taken, is Redis' list of replies.
  const grownBytes = Math.max(0, out.bytes.length - out.bufferBytes);
  const fields: readonly (readonly [string, string | number])[] = [
    ["id", client.id],
    ["addr", connection.address],
    ["laddr", connection.localAddress],
    ["fd", -1],
    ["name", client.name],
    ["age", seconds(now - client.createdAtMs)],
    ["idle", seconds(now - client.lastInteractionMs)],
    ["flags", clientFlags(ctx, client)],
    ["db", client.db],
    ["sub", pubsub.channels.of(client).size],
    ["psub", pubsub.patterns.of(client).size],
    ["ssub", pubsub.shardChannels.of(client).size],
    ["multi", client.transaction?.commands.length ?? -1],
    ["qbuf", connection.queryBufferBytes],
    ["qbuf-free", connection.queryBufferFreeBytes],
    ["argv-mem", ownBytes + ctx.engine.blocking.argumentBytes(client)],
    ["multi-mem", queuedBytes],
    ["rbs", out.bufferBytes],
    ["rbp", out.peakBytes],
    ["obl", Math.min(out.length, out.bufferBytes)],
    ["oll", (inFlightBytes > 0 ? 1 : 0) + (grownBytes > 0 ? 1 : 0)],
    ["omem", inFlightBytes + grownBytes],
    ["tot-mem", clientMemory.bytesOf(client) + ownBytes],
    ["events", inFlightBytes > 0 ? "rw" : "r"],
    ["cmd", client.lastCommand?.name ?? "NULL"],
    ["user", client.user],
    ["redir", redirectOf(client)],
    ["resp", out.protocol],
    ["lib-name", client.libraryName],
    ["lib-ver", client.libraryVersion],
  ];
  return `${fields.map(([name, value]) => `${name}=${value}`).join(" ")}\n`;
}

/** In a transaction it is EXEC that is being run, as in Redis. */
function ownArgumentBytes({ client }: Context, args: Args): number {
  return client.transaction === null ? args.totalBytes : "exec".length;
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

/** In Redis' order; `N` where there is nothing to tell. */
function clientFlags({ engine }: Context, client: ClientState): string {
  let flags = "";
  if ((client.gates & GATE_MONITOR) !== 0) flags += "O";
  if (clientType(client) === "pubsub") flags += "P";
  if (client.transaction !== null) flags += "x";
  if (client.isPostponed || engine.blocking.isBlocked(client)) flags += "b";
  if (client.tracking?.isOn) flags += "t";
  if (client.tracking?.isRedirectBroken) flags += "R";
  if (client.tracking?.isBroadcast) flags += "B";
  if (client.hasDirtyWatch) flags += "d";
  if (client.isClosing) flags += "c";
  if (client.connection.localAddress.startsWith("/")) flags += "U";
  if (client.isReadOnly) flags += "r";
  if (client.isNoEvict) flags += "e";
  return flags || "N";
}

const UNBLOCK_REASON = new CommandError("ERR", "CLIENT UNBLOCK reason should be TIMEOUT or ERROR");

function clientUnblock(ctx: Context, args: Args): void {
  let asError = false;
  if (args.count > 4) {
    const name = args.quoted(1, 128);
    throw new CommandError("ERR", `unknown subcommand or wrong number of arguments for '${name}'. Try CLIENT HELP.`);
  }
  if (args.count === 4) {
    asError = args.is(3, "ERROR");
    if (!asError && !args.is(3, "TIMEOUT")) throw UNBLOCK_REASON;
  }
  const client = ctx.engine.clients.get(args.int(2));
  ctx.out.int(client !== undefined && ctx.engine.blocking.unblock(client, asError) ? 1 : 0);
}

/** Which clients CLIENT KILL means; what is not set does not matter. */
interface KillFilter {
  id?: number;
  type?: ClientType;
  user?: string;
  address?: string;
  localAddress?: string;
  skipsSelf: boolean;
}

function clientKill(ctx: Context, args: Args): void {
  const isOldForm = args.count === 3;
  const filter = isOldForm ? { address: args.text(2), skipsSelf: false } : readKillFilter(args);
  const found = ctx.engine.clients.values().filter((client) =>
    isMeant(client, filter) && !(client === ctx.client && filter.skipsSelf)
  ).toArray();
  if (isOldForm && found.length === 0) throw NO_SUCH_CLIENT;
  if (isOldForm) ctx.out.ok();
  else ctx.out.int(found.length);
  for (const client of found) {
    if (client === ctx.client) client.closeAfterReply();
    else {
      client.connection.close();
      ctx.engine.clients.delete(client.id); // gone for whoever asks next, though its session has yet to end
    }
  }
}

function readKillFilter(args: Args): KillFilter {
  const filter: KillFilter = { skipsSelf: true };
  for (let i = 2; i < args.count; i += 2) {
    const value = i + 1;
    if (value >= args.count) throw SYNTAX_ERROR;
    if (args.is(i, "ID")) {
      filter.id = args.int(value, CLIENT_ID_TOO_SMALL);
      if (filter.id < 1) throw CLIENT_ID_TOO_SMALL;
    } else if (args.is(i, "TYPE")) filter.type = clientTypeNamed(args.text(value));
    else if (args.is(i, "ADDR")) filter.address = args.text(value);
    else if (args.is(i, "LADDR")) filter.localAddress = args.text(value);
    else if (args.is(i, "USER")) {
      filter.user = args.text(value);
      if (filter.user !== DEFAULT_USER) throw new CommandError("ERR", `No such user '${filter.user}'`);
    } else if (args.is(i, "SKIPME") && args.is(value, "YES")) filter.skipsSelf = true;
    else if (args.is(i, "SKIPME") && args.is(value, "NO")) filter.skipsSelf = false;
    else throw SYNTAX_ERROR;
  }
  return filter;
}

function isMeant(client: ClientState, filter: KillFilter): boolean {
  const { id, type, user, address, localAddress } = filter;
  return (id === undefined || client.id === id) &&
    (type === undefined || clientType(client) === type) &&
    (user === undefined || client.user === user) &&
    (address === undefined || client.connection.address === address) &&
    (localAddress === undefined || client.connection.localAddress === localAddress);
}

function clientReply(ctx: Context, args: Args): void {
  const { client } = ctx;
  if (args.is(2, "ON")) {
    client.isReplyOff = false;
    if (client.skipReplies === 1) client.skipReplies = 0; // but not the next one, asked for in the same transaction
    if (client.skipReplies === 0) client.gates &= ~GATE_REPLY;
    ctx.out.ok();
  } else if (args.is(2, "OFF")) {
    client.isReplyOff = true;
    client.gates |= GATE_REPLY;
  } else if (args.is(2, "SKIP")) {
    if (client.isReplyOff) return;
    client.skipReplies = 2; // this command and the next
    client.gates |= GATE_REPLY;
  } else throw SYNTAX_ERROR;
}

function clientNoEvict(ctx: Context, args: Args): void {
  if (args.is(2, "ON")) ctx.client.isNoEvict = true;
  else if (args.is(2, "OFF")) ctx.client.isNoEvict = false;
  else throw SYNTAX_ERROR;
  ctx.engine.clientMemory.recount();
  ctx.out.ok();
}
