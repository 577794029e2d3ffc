/** COMMAND: the table of commands, as clients ask for it. */
import type { Args } from "../engine/args.ts";
import {
  type Command,
  CONNECTION,
  type FoundKey,
  type KeySpec,
  LOADING,
  NO_MANDATORY_KEYS,
  STALE,
} from "../engine/command.ts";
import type { CommandGroup } from "../engine/command_table.ts";
import type { Context } from "../engine/context.ts";
import { CommandError, SYNTAX_ERROR } from "../engine/errors.ts";
import { globMatches } from "../engine/glob.ts";
import { argumentNames } from "./argument_names.ts";
import { helpRow } from "./help.ts";
import { aclCategories, findKeys, flagNames, hasKeys, innerArgs, legacyKeys } from "./table.ts";
import { type Argument, type ArgumentType, parseUsage } from "./usage.ts";

const FLAGS = LOADING | STALE | CONNECTION;

/** The row of COMMAND, a container of subcommands that is a command by itself too. */
export const commandCommands: CommandGroup = {
  command: {
    arity: -1,
    flags: FLAGS,
    usage: "",
    since: "2.8.13",
    complexity: "O(N) where N is the total number of Redis commands",
    summary: "Describes all commands",
    tips: ["nondeterministic_output_order"],
    run: commandAll,
    sub: {
      count: {
        arity: 2,
        flags: FLAGS,
        usage: "",
        since: "2.8.13",
        complexity: "O(1)",
        summary: "Answers how many commands there are",
        run: commandCount,
      },
      docs: {
        arity: -2,
        flags: FLAGS,
        usage: "[command-name [command-name ...]]",
        since: "7.0.0",
        complexity: "O(N) where N is the number of commands to look up",
        summary: "Answers the documentation of the commands named, or of all",
        tips: ["nondeterministic_output_order"],
        run: commandDocs,
      },
      getkeys: {
        arity: -4,
        flags: FLAGS,
        usage: "command arg [arg ...]",
        since: "2.8.13",
        complexity: "O(N) where N is the number of arguments to the command",
        summary: "Answers which arguments of a command are keys",
        run: commandGetkeys,
      },
      getkeysandflags: {
        arity: -4,
        flags: FLAGS,
        usage: "command arg [arg ...]",
        since: "7.0.0",
        complexity: "O(N) where N is the number of arguments to the command",
        summary: "Answers which arguments of a command are keys, and what it does with them",
        run: commandGetkeysandflags,
      },
      help: { ...helpRow("5.0.0"), flags: FLAGS },
      info: {
        arity: -2,
        flags: FLAGS,
        usage: "[command-name [command-name ...]]",
        since: "2.8.13",
        complexity: "O(N) where N is the number of commands to look up",
        summary: "Describes the commands named, or all",
        tips: ["nondeterministic_output_order"],
        history: [["7.0.0", "Without a name it describes all commands."]],
        run: commandInfo,
      },
      list: {
        arity: -2,
        flags: FLAGS,
        usage: "[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]",
        since: "7.0.0",
        complexity: "O(N) where N is the total number of Redis commands",
        summary: "Answers the names of commands",
        tips: ["nondeterministic_output_order"],
        run: commandList,
      },
    },
  },
};

const NO_SUCH_COMMAND = new CommandError("ERR", "Invalid command specified");
const NO_KEYS = new CommandError("ERR", "The command has no key arguments");
const WRONG_COUNT = new CommandError("ERR", "Invalid number of arguments specified for command");
const WRONG_ARGUMENTS = new CommandError("ERR", "Invalid arguments specified for command");

// ---- COMMAND, COMMAND INFO ----

function commandAll(ctx: Context): void {
  ctx.out.array(ctx.engine.table.size);
  for (const command of ctx.engine.table.all()) describe(ctx, command);
}

function commandCount(ctx: Context): void {
  ctx.out.int(ctx.engine.table.size);
}

function commandInfo(ctx: Context, args: Args): void {
  if (args.count === 2) return commandAll(ctx);
  ctx.out.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    const command = named(ctx, args, i);
    if (command === undefined) ctx.out.null();
    else describe(ctx, command);
  }
}

/** The command that an argument names, `config|get` for a subcommand. */
function named(ctx: Context, args: Args, i: number): Command | undefined {
  return ctx.engine.table.get(args.text(i).toLowerCase());
}

function describe(ctx: Context, command: Command): void {
  const { out } = ctx;
  const { first, last, step } = legacyKeys(command);
  out.array(10);
  out.bulkText(command.name);
  out.int(command.arity);
  replyStatuses(ctx, flagNames(command));
  out.int(first);
  out.int(last);
  out.int(step);
  replyStatuses(ctx, aclCategories(command).map((category) => `@${category}`));
  replyTexts(ctx, command.spec.tips ?? []);
  const specs = command.spec.keys ?? [];
  out.set(specs.length);
  for (const spec of specs) replyKeySpec(ctx, spec);
  if (command.sub === null) out.set(0); // an array where there are some, and a set where there are none, as in Redis
  else {
    out.array(command.sub.size);
    for (const sub of command.sub.values()) describe(ctx, sub);
  }
}

function replyStatuses(ctx: Context, names: readonly string[]): void {
  ctx.out.set(names.length);
  for (const name of names) ctx.out.simple(name);
}

function replyTexts(ctx: Context, texts: readonly string[]): void {
  ctx.out.set(texts.length);
  for (const text of texts) ctx.out.bulkText(text);
}

function replyKeySpec(ctx: Context, { flags, begin, find, notes }: KeySpec): void {
  const { out } = ctx;
  out.map(notes === undefined ? 3 : 4);
  if (notes !== undefined) {
    out.bulkText("notes");
    out.bulkText(notes);
  }
  out.bulkText("flags");
  replyStatuses(ctx, flags.split(" "));
  out.bulkText("begin_search");
  if (begin === "unknown") replySearch(ctx, begin, {});
  else if (typeof begin === "number") replySearch(ctx, "index", { index: begin });
  else replySearch(ctx, "keyword", { keyword: begin.keyword, startfrom: begin.from });
  out.bulkText("find_keys");
  if (find === "unknown") replySearch(ctx, find, {});
  else if ("last" in find) replySearch(ctx, "range", { lastkey: find.last, keystep: find.step, limit: find.limit });
  else replySearch(ctx, "keynum", { keynumidx: find.keynum, firstkey: find.first, keystep: find.step });
}

function replySearch(ctx: Context, type: string, spec: Readonly<Record<string, string | number>>): void {
  const { out } = ctx;
  out.map(2);
  out.bulkText("type");
  out.bulkText(type);
  out.bulkText("spec");
  const fields = Object.entries(spec);
  out.map(fields.length);
  for (const [name, value] of fields) {
    out.bulkText(name);
    if (typeof value === "number") out.int(value);
    else out.bulkText(value);
  }
}

// ---- COMMAND LIST ----

function commandList(ctx: Context, args: Args): void {
  const matches = listFilter(args);
  const mark = ctx.out.openArray();
  let count = 0;
  const add = (command: Command): void => {
    if (matches(command)) {
      ctx.out.bulkText(command.name);
      count++;
    }
    command.sub?.forEach(add);
  };
  for (const command of ctx.engine.table.all()) add(command);
  ctx.out.closeArray(mark, count);
}

function listFilter(args: Args): (command: Command) => boolean {
  if (args.count === 2) return () => true;
  if (args.count !== 5 || !args.is(2, "FILTERBY")) throw SYNTAX_ERROR;
  if (args.is(3, "MODULE")) return () => false; // there are no modules
  if (args.is(3, "ACLCAT")) {
    const category = args.text(4).toLowerCase();
    return (command) => aclCategories(command).includes(category);
  }
  if (!args.is(3, "PATTERN")) throw SYNTAX_ERROR;
  const pattern = args.copy(4);
  return ({ name }) => {
    const text = new TextEncoder().encode(name);
    return globMatches(pattern, 0, pattern.length, text, 0, text.length, true);
  };
}

// ---- COMMAND DOCS ----

function commandDocs(ctx: Context, args: Args): void {
  const commands = args.count === 2
    ? [...ctx.engine.table.all()]
    : Array.from({ length: args.count - 2 }, (_, i) => named(ctx, args, i + 2)).filter((found) => found !== undefined);
  ctx.out.map(commands.length);
  for (const command of commands) replyDocs(ctx, command);
}

/** A command's name, and the map of what is said about it. */
function replyDocs(ctx: Context, command: Command): void {
  const { out } = ctx;
  const { summary, since, complexity, deprecated, isInternal, history, usage, keys = [] } = command.spec;
  const list = parseUsage(usage);
  out.bulkText(command.name);
  const mark = out.openArray();
  let count = 0;
  const field = (name: string, text?: string): void => {
    count++;
    out.bulkText(name);
    if (text !== undefined) out.bulkText(text);
  };
  field("summary", summary);
  field("since", since);
  field("group", command.group);
  if (complexity !== "") field("complexity", complexity);
  const docFlags = [...deprecated === undefined ? [] : ["deprecated"], ...isInternal === true ? ["syscmd"] : []];
  if (docFlags.length > 0) {
    field("doc_flags");
    replyStatuses(ctx, docFlags);
  }
  if (deprecated !== undefined) {
    field("deprecated_since", deprecated[0]);
    field("replaced_by", deprecated[1]);
  }
  if (history !== undefined) {
    field("history");
    out.set(history.length);
    for (const change of history) {
      out.array(2);
      for (const text of change) out.bulkText(text);
    }
  }
  if (list.length > 0) {
    field("arguments");
    const ofPatterns = keys.findIndex(({ begin }) => begin === "unknown");
    replyArguments(ctx, list, { next: 0, count: keys.length, ofPatterns }, argumentNames(command.name));
  }
  if (command.sub !== null) {
    field("subcommands");
    out.map(command.sub.size);
    for (const sub of command.sub.values()) replyDocs(ctx, sub);
  }
  out.closeMap(mark, count);
}

/** Which key spec the next argument that is a key belongs to. */
interface KeySpecCursor {
  next: number;
  readonly count: number;
  /** The spec of keys that are made from patterns (SORT); -1: there are none. */
  readonly ofPatterns: number;
}

/** The key spec that an argument belongs to, -1: to none. One spec may cover several arguments: `key1 key2`. */
function keySpecOf(type: ArgumentType, specs: KeySpecCursor): number {
  if (type === "pattern") return specs.ofPatterns;
  if (type !== "key" || specs.count === 0) return -1;
  if (specs.next === specs.ofPatterns) specs.next++;
  return Math.min(specs.next++, specs.count - 1);
}

function replyArguments(
  ctx: Context,
  list: readonly Argument[],
  specs: KeySpecCursor,
  nameOf: (derived: string) => string,
): void {
  const { out } = ctx;
  out.array(list.length);
  for (const { name, type, token, isOptional, isMultiple, repeatsToken, parts } of list) {
    const flags = [
      ...(isOptional ? ["optional"] : []),
      ...(isMultiple ? ["multiple"] : []),
      ...(repeatsToken ? ["multiple_token"] : []),
    ];
    const keySpec = keySpecOf(type, specs);
    const isGroup = type === "oneof" || type === "block";
    out.map(2 + [keySpec >= 0, token !== null, flags.length > 0, isGroup].filter(Boolean).length);
    out.bulkText("name");
    out.bulkText(isGroup || type === "pure-token" ? nameOf(name) : name);
    out.bulkText("type");
    out.bulkText(type);
    if (keySpec >= 0) {
      out.bulkText("key_spec_index");
      out.int(keySpec);
    }
    if (token !== null) {
      out.bulkText("token");
      out.bulkText(token);
    }
    if (flags.length > 0) {
      out.bulkText("flags");
      replyStatuses(ctx, flags);
    }
    if (isGroup) {
      out.bulkText("arguments");
      replyArguments(ctx, parts, specs, nameOf);
    }
  }
}

// ---- COMMAND GETKEYS ----

function commandGetkeys(ctx: Context, args: Args): void {
  const keys = keysOfRequest(ctx, args);
  ctx.out.array(keys.length);
  for (const { index } of keys) ctx.out.bulk(args.bytes, args.start(index), args.end(index));
}

function commandGetkeysandflags(ctx: Context, args: Args): void {
  const keys = keysOfRequest(ctx, args);
  ctx.out.array(keys.length);
  for (const { index, flags } of keys) {
    ctx.out.array(2);
    ctx.out.bulk(args.bytes, args.start(index), args.end(index));
    replyStatuses(ctx, flags === "" ? [] : flags.split(" "));
  }
}

/** The keys of the request behind `COMMAND GETKEYS`, as indexes of all arguments. */
function keysOfRequest(ctx: Context, args: Args): FoundKey[] {
  const inner = innerArgs(args, 2);
  const command = ctx.engine.table.resolve(inner);
  if (command === null) throw NO_SUCH_COMMAND;
  if (!hasKeys(command)) throw NO_KEYS;
  if (!command.accepts(inner.count)) throw WRONG_COUNT;
  const keys = findKeys(command, inner) ?? [];
  if (keys.length === 0 && (command.flags & NO_MANDATORY_KEYS) === 0) throw WRONG_ARGUMENTS;
  return keys.map(({ index, flags }) => ({ index: index + 2, flags }));
}
