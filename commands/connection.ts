/** Commands about the connection itself: AUTH, ECHO, HELLO, PING, QUIT, RESET, SELECT. CLIENT has a file of its own. */
import type { Args } from "../engine/args.ts";
import { authenticate, DEFAULT_USER, requiresPassword, resetAuthentication } from "../engine/auth.ts";
import { GATE_MONITOR, GATE_PUBSUB, GATE_REPLY } from "../engine/client_state.ts";
import { ALLOW_BUSY, FAST, IMMEDIATE, LOADING, NO_AUTH, NOSCRIPT, STALE } from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, notInCluster, SYNTAX_ERROR, wrongArity } from "../engine/errors.ts";
import { endTransaction } from "../engine/transaction.ts";
import { VERSION } from "../engine/version.ts";
import { setClientName } from "./client.ts";
import { databaseIndex, int32 } from "./database.ts";

/** What a connection may do before it has authenticated. */
const OPEN = NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY;

/** Rows of the commands. */
export const connectionCommands: CommandGroup = {
  auth: {
    arity: -2,
    flags: OPEN,
    usage: "[username] password",
    since: "1.0.0",
    complexity: "O(N) where N is the number of passwords defined for the user",
    summary: "Proves who the client is",
    history: [["6.0.0", "Takes a username too."]],
    secrets: (args) => Array.from({ length: Math.min(args.count, 3) - 1 }, (_, i) => i + 1),
    run: auth,
  },
  echo: {
    arity: 2,
    flags: LOADING | STALE | FAST,
    usage: "message",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Answers its argument",
    run: echo,
  },
  hello: {
    arity: -1,
    flags: OPEN,
    usage: "[protover [AUTH username password] [SETNAME clientname]]",
    since: "6.0.0",
    complexity: "O(1)",
    summary: "Agrees on a protocol and tells what the server is",
    history: [["6.2.0", "Without arguments it tells about the connection as it is."]],
    secrets: helloSecrets,
    run: hello,
  },
  ping: {
    arity: -1,
    flags: FAST,
    usage: "[message]",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Answers PONG, or its argument",
    tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
    run: ping,
  },
  quit: {
    arity: -1,
    flags: OPEN | IMMEDIATE,
    usage: "",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Closes the connection",
    run: quit,
  },
  reset: {
    arity: 1,
    flags: OPEN | IMMEDIATE,
    usage: "",
    since: "6.2.0",
    complexity: "O(1)",
    summary: "Puts the connection back to where a new one stands",
    run: reset,
  },
  select: {
    arity: 2,
    flags: LOADING | STALE | FAST,
    usage: "index",
    since: "1.0.0",
    complexity: "O(1)",
    summary: "Chooses the database that the connection works on",
    run: select,
  },
};

const WRONG_PASSWORD = new CommandError("WRONGPASS", "invalid username-password pair or user is disabled.");
const NO_PASSWORD_SET = new CommandError(
  "ERR",
  "AUTH <password> called without any password configured for the default user. " +
    "Are you sure your configuration is correct?",
);
const INVALID_PROTOCOL_VERSION = new CommandError("ERR", "Protocol version is not an integer or out of range");
const UNSUPPORTED_PROTOCOL = new CommandError("NOPROTO", "unsupported protocol version");
const HELLO_UNAUTHENTICATED = new CommandError(
  "NOAUTH",
  "HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> " +
    "option can be used to authenticate the client and select the RESP protocol version at the same time",
);

function auth(ctx: Context, args: Args): void {
  if (args.count > 3) throw SYNTAX_ERROR;
  if (args.count === 2 && !requiresPassword(ctx.engine.config)) throw NO_PASSWORD_SET;
  const user = args.count === 2 ? DEFAULT_USER : args.text(1);
  logIn(ctx, args, user, args.count - 1);
  ctx.out.ok();
}

function logIn(ctx: Context, args: Args, user: string, password: number): void {
  const bytes = args.bytes.subarray(args.start(password), args.end(password));
  if (!authenticate(ctx.client, ctx.engine.config, user, bytes)) throw WRONG_PASSWORD;
}

function echo(ctx: Context, args: Args): void {
  ctx.out.bulk(args.bytes, args.start(1), args.end(1));
}

/** Options take effect one by one: of `HELLO 3 AUTH … SETNAME "a b"` the first is done when the second fails. */
function hello(ctx: Context, args: Args): void {
  const { client, out } = ctx;
  let protocol: 2 | 3 = out.protocol;
  if (args.count >= 2) {
    const version = args.int(1, INVALID_PROTOCOL_VERSION);
    if (version !== 2 && version !== 3) throw UNSUPPORTED_PROTOCOL;
    protocol = version;
  }
  args.from(2);
  while (args.more()) {
    if (args.is(args.at, "AUTH") && args.at + 2 < args.count) {
      logIn(ctx, args, args.text(args.at + 1), args.at + 2);
      args.at += 3;
    } else if (args.is(args.at, "SETNAME") && args.at + 1 < args.count) {
      setClientName(client, args.text(args.at + 1));
      args.at += 2;
    } else throw new CommandError("ERR", `Syntax error in HELLO option '${args.quoted(args.at)}'`);
  }
  if (!client.isAuthenticated) throw HELLO_UNAUTHENTICATED;
  out.protocol = protocol;
  out.map(8);
  out.bulkText("server");
  out.bulkText("redis");
  out.bulkText("version");
  out.bulkText(ctx.engine.redisVersion);
  out.bulkText("proto");
  out.int(protocol);
  out.bulkText("id");
  out.int(client.id);
  out.bulkText("mode");
  out.bulkText(ctx.engine.cluster === null ? "standalone" : "cluster");
  out.bulkText("role");
  out.bulkText("master");
  out.bulkText("modules");
  out.array(0);
  out.bulkText("miniredis"); // tells our client that structured values may be sent
  out.bulkText(VERSION);
}

/** User and password behind AUTH; options after one that is none have not been read. */
function helloSecrets(args: Args): number[] {
  const secrets: number[] = [];
  for (let i = 2; i < args.count;) {
    if (args.is(i, "AUTH") && i + 2 < args.count) {
      secrets.push(i + 1, i + 2);
      i += 3;
    } else if (args.is(i, "SETNAME") && i + 1 < args.count) i += 2;
    else break;
  }
  return secrets;
}

function ping(ctx: Context, args: Args): void {
  if (args.count > 2) throw wrongArity("ping");
  if ((ctx.client.gates & GATE_PUBSUB) !== 0 && ctx.out.protocol === 2) pingSubscriber(ctx, args);
  else if (args.count === 1) ctx.out.simple("PONG");
  else ctx.out.bulk(args.bytes, args.start(1), args.end(1));
}

/** A subscriber in RESP2 gets nothing but messages. */
function pingSubscriber({ out }: Context, args: Args): void {
  out.array(2);
  out.bulkText("pong");
  if (args.count === 1) out.bulkText("");
  else out.bulk(args.bytes, args.start(1), args.end(1));
}

function quit(ctx: Context): void {
  ctx.out.ok();
  ctx.client.closeAfterReply();
}

/** The library's name stays: it still is the one behind the connection. */
function reset(ctx: Context): void {
  const { client } = ctx;
  endTransaction(client, ctx.engine.watches);
  ctx.engine.monitors.remove(client);
  client.gates &= ~GATE_MONITOR;
  ctx.engine.pubsub.forget(client);
  ctx.engine.tracking.turnOff(client);
  ctx.selectDb(0);
  ctx.out.protocol = 2;
  client.sendsTyped = false;
  client.name = "";
  client.isReadOnly = false;
  resetAuthentication(client, ctx.engine.config);
  client.isReplyOff = false;
  if (client.skipReplies === 0) client.gates &= ~GATE_REPLY; // CLIENT REPLY SKIP holds for this reply too
  ctx.out.simple("RESET");
}

const SELECT_IN_CLUSTER = notInCluster("SELECT is");

function select(ctx: Context, args: Args): void {
  if (ctx.engine.cluster !== null && int32(args, 1) !== 0) throw SELECT_IN_CLUSTER;
  ctx.selectDb(databaseIndex(ctx, args, 1));
  ctx.out.ok();
}
