/**
 * CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR: rows among CLIENT's subcommands. What tracking is stands in
 * engine/tracking.ts.
 */
import type { Args } from "../engine/args.ts";
import type { ClientState } from "../engine/client_state.ts";
import { type CommandSpec, LOADING, NOSCRIPT, STALE } from "../engine/command.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { byteText, prefixesOverlap } from "../engine/tracked_prefixes.ts";
import type { TrackingOptions } from "../engine/tracking.ts";

const FLAGS = NOSCRIPT | LOADING | STALE;

export const clientCachingRow: CommandSpec = {
  arity: 3,
  flags: FLAGS,
  usage: "<YES | NO>",
  since: "6.0.0",
  complexity: "O(1)",
  summary: "Says whether the keys that the next command reads are tracked",
  run: clientCaching,
};

export const clientGetredirRow: CommandSpec = {
  arity: 2,
  flags: FLAGS,
  usage: "",
  since: "6.0.0",
  complexity: "O(1)",
  summary: "Answers which client is told of changes in place of this one",
  run: (ctx) => ctx.out.int(redirectOf(ctx.client)),
};

export const clientTrackingRow: CommandSpec = {
  arity: -3,
  flags: FLAGS,
  usage: "<ON | OFF> [REDIRECT client-id] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
  since: "6.0.0",
  complexity: "O(1). Some options may introduce additional complexity.",
  summary: "Has the server tell of changes to keys that the client may have in its cache",
  run: clientTracking,
};

export const clientTrackinginfoRow: CommandSpec = {
  arity: 2,
  flags: FLAGS,
  usage: "",
  since: "6.2.0",
  complexity: "O(1)",
  summary: "Tells how this connection tracks keys",
  run: clientTrackinginfo,
};

const SECOND_REDIRECT = new CommandError("ERR", "A client can only redirect to a single other client");
const NO_SUCH_REDIRECT = new CommandError("ERR", "The client ID you want redirect to does not exist");
const PREFIX_WITHOUT_BCAST = new CommandError("ERR", "PREFIX option requires BCAST mode to be enabled");
const BCAST_SWITCHED = new CommandError(
  "ERR",
  "You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a " +
    "different mode.",
);
const OPT_WITH_BCAST = new CommandError("ERR", "OPTIN and OPTOUT are not compatible with BCAST");
const OPTIN_AND_OPTOUT = new CommandError("ERR", "You can't specify both OPTIN mode and OPTOUT mode");
const OPT_SWITCHED = new CommandError(
  "ERR",
  "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a " +
    "different mode.",
);
const CACHING_WITHOUT_TRACKING = new CommandError(
  "ERR",
  "CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
);
const CACHING_YES_WITHOUT_OPTIN = new CommandError(
  "ERR",
  "CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
);
const CACHING_NO_WITHOUT_OPTOUT = new CommandError(
  "ERR",
  "CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
);

/** The client that is told of changes in place of this one; 0: none, it is told itself, -1: it does not track. */
export function redirectOf({ tracking }: ClientState): number {
  return tracking?.isOn ? tracking.redirect : -1;
}

/** Options are read first, whatever it is to do, and a mistake in them is found first. */
function clientTracking(ctx: Context, args: Args): void {
  const options = readOptions(ctx, args);
  if (args.is(2, "ON")) {
    checkOptions(ctx.client, options);
    ctx.engine.tracking.turnOn(ctx.client, options);
  } else if (args.is(2, "OFF")) ctx.engine.tracking.turnOff(ctx.client);
  else throw SYNTAX_ERROR;
  ctx.out.ok();
}

function readOptions(ctx: Context, args: Args): TrackingOptions {
  let redirect = 0, isBroadcast = false, isOptIn = false, isOptOut = false, isNoLoop = false;
  const prefixes: string[] = [];
  args.from(3);
  while (args.more()) {
    if (args.option("REDIRECT")) {
      const i = args.nextIndex();
      if (redirect !== 0) throw SECOND_REDIRECT;
      redirect = args.int(i);
      if (!ctx.engine.tracking.isConnected(redirect)) throw NO_SUCH_REDIRECT;
    } else if (args.option("BCAST")) isBroadcast = true;
    else if (args.option("OPTIN")) isOptIn = true;
    else if (args.option("OPTOUT")) isOptOut = true;
    else if (args.option("NOLOOP")) isNoLoop = true;
    else if (args.option("PREFIX")) {
      const i = args.nextIndex();
      prefixes.push(byteText(args.bytes, args.start(i), args.end(i)));
    } else throw SYNTAX_ERROR;
  }
  return { redirect, isBroadcast, isOptIn, isOptOut, isNoLoop, prefixes };
}

/** @throws {CommandError} The options do not go together, or not with what the client tracks already. */
function checkOptions({ tracking: now }: ClientState, options: TrackingOptions): void {
  const { isBroadcast, isOptIn, isOptOut, prefixes } = options;
  if (!isBroadcast && prefixes.length > 0) throw PREFIX_WITHOUT_BCAST;
  if (now?.isOn && now.isBroadcast !== isBroadcast) throw BCAST_SWITCHED;
  if (isBroadcast && (isOptIn || isOptOut)) throw OPT_WITH_BCAST;
  if (isOptIn && isOptOut) throw OPTIN_AND_OPTOUT;
  if ((isOptIn && now?.isOptOut) || (isOptOut && now?.isOptIn)) throw OPT_SWITCHED;
  for (const [i, prefix] of prefixes.entries()) {
    const existing = now?.prefixes.find((other) => prefixesOverlap(prefix, other));
    if (existing !== undefined) throw overlap(prefix, "an existing", existing);
    const provided = prefixes.slice(i + 1).find((other) => prefixesOverlap(prefix, other));
    if (provided !== undefined) throw overlap(prefix, "another provided", provided);
  }
}

function overlap(prefix: string, which: string, other: string): CommandError {
  return new CommandError(
    "ERR",
    `Prefix '${untilZero(prefix)}' overlaps with ${which} prefix '${untilZero(other)}'. ` +
      "Prefixes for a single client must not overlap.",
  );
}

/** What C prints of a string. */
function untilZero(text: string): string {
  return text.split("\0", 1)[0]!;
}

function clientCaching(ctx: Context, args: Args): void {
  const state = ctx.client.tracking;
  if (!state?.isOn) throw CACHING_WITHOUT_TRACKING;
  if (args.is(2, "YES")) {
    if (!state.isOptIn) throw CACHING_YES_WITHOUT_OPTIN;
  } else if (args.is(2, "NO")) {
    if (!state.isOptOut) throw CACHING_NO_WITHOUT_OPTOUT;
  } else throw SYNTAX_ERROR;
  state.isCachingGiven = true;
  ctx.out.ok();
}

function clientTrackinginfo(ctx: Context): void {
  const { out, client } = ctx;
  const flags = trackingFlags(client);
  const prefixes = client.tracking?.prefixes ?? [];
  out.map(3);
  out.bulkText("flags");
  out.set(flags.length);
  for (const flag of flags) out.bulkText(flag);
  out.bulkText("redirect");
  out.int(redirectOf(client));
  out.bulkText("prefixes");
  out.array(prefixes.length);
  for (const prefix of prefixes) out.bulkBytes(Uint8Array.from(prefix, (char) => char.charCodeAt(0)));
}

function trackingFlags({ tracking }: ClientState): string[] {
  if (!tracking?.isOn) return ["off"];
  const flags = ["on"];
  if (tracking.isBroadcast) flags.push("bcast");
  if (tracking.isOptIn) flags.push("optin", ...tracking.isCachingGiven ? ["caching-yes"] : []);
  if (tracking.isOptOut) flags.push("optout", ...tracking.isCachingGiven ? ["caching-no"] : []);
  if (tracking.isNoLoop) flags.push("noloop");
  if (tracking.isRedirectBroken) flags.push("broken_redirect");
  return flags;
}
