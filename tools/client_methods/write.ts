/**
 * Writes `client/commands.ts` and `client/command_methods.ts`.
 */
import { exampleOf } from "./examples.ts";
import { constantOf, convertOf, type Method, type Overload } from "./method.ts";
import type { Row } from "./rows.ts";

const GENERATED =
  "Written by tools/client_methods.ts from the table of commands (`deno task methods`): not to be edited.";
/** Replaced commands whose rows do not say so: Redis says it in its documentation only. */
const REPLACED: Readonly<Record<string, string>> = {
  PSETEX: "`SET` with the `px` option",
  SETEX: "`SET` with the `ex` option",
  SETNX: "`SET` with the `nx` option",
};
/** Types of replies that a `Reply` may be cast to at once. */
const PLAIN_TYPE = /^(?:[^A-Z]|Record|Uint8Array|Reply\b|"OK"|"NOKEY"|StreamEntry|ScoredMember)*$/;
const ARGUMENT_TYPES = ["BitfieldOperation", "BitfieldRead", "CommandArguments", "GeoUnit", "Pairs", "PendingRange"];
const REPLY_TYPES = [
  "AclUser",
  "ClientTrackingInfo",
  "ClusterLink",
  "ClusterShard",
  "ClusterSlots",
  "CommandDescription",
  "CommandDocs",
  "FullStreamInfo",
  "FunctionLibrary",
  "FunctionStats",
  "GeoReply",
  "LatencyHistogram",
  "LcsMatch",
  "LcsMatches",
  "LcsMatchWithLength",
  "RoleReply",
  "ScoredMember",
  "SlowlogEntry",
  "StreamConsumerInfo",
  "StreamEntry",
  "StreamGroupInfo",
  "StreamInfo",
];

/** The text of `client/commands.ts`, not formatted. */
export function writeCommands(methods: readonly Method[]): string {
  const body = [
    ...methods.filter(({ optionsType }) => optionsType !== null).map(optionsInterface),
    doc([
      "The commands of Redis as methods of a client.",
      "",
      "Arguments are given in the order in which they travel, and what is optional as an object. All strings in replies are",
      "text; {@linkcode Vocabulary.send} gives bytes. Integers beyond `Number.MAX_SAFE_INTEGER` arrive as `bigint`, whatever",
      "the type says. A server may be too old for a command, or lack it: then it answers an error, and the promise rejects",
      "with a {@linkcode RedisError}.",
      "",
      "@example Replies have types of their own",
      "```ts",
      'import { Server } from "@x/miniredis";',
      'import { assertEquals } from "@std/assert";',
      "",
      "await using server = await Server.start();",
      "await using client = server.client();",
      'await client.hset("user:1", { name: "Alice", visits: 41 });',
      'assertEquals(await client.hincrby("user:1", "visits", 1), 42);',
      'assertEquals(await client.hgetall("user:1"), { name: "Alice", visits: "42" });',
      'await client.zadd("scores", { alice: 2.5, bob: 1 });',
      'assertEquals(await client.zrange("scores", 0, -1), ["bob", "alice"]); // string[]',
      'assertEquals(await client.zrange("scores", 0, 0, { withscores: true }), [["bob", 1]]); // [string, number][]',
      "```",
      "",
      "@example Streams",
      "```ts",
      'import { Server } from "@x/miniredis";',
      'import { assertEquals } from "@std/assert";',
      "",
      "await using server = await Server.start();",
      "await using client = server.client();",
      'const id = await client.xadd("news", "*", { title: "Hello" }, { maxlen: 1_000, approximate: true });',
      'const streams = await client.xread({ news: "0" }, { count: 10 });',
      'assertEquals(streams, { news: [[id, [["title", "Hello"]]]] });',
      "```",
    ]),
    "export interface Commands extends Vocabulary {",
    ...methods.map((method) =>
      method.overloads.map((each) => `${fullDoc(method, each)}\n${declaration(method, each)};`).join("\n")
    ),
    "}",
  ].join("\n\n");
  return [
    `/**\n * The typed methods of a client: their signatures and their documentation.\n *\n * ${GENERATED}\n */`,
    'import type { CommandArgument } from "../resp/encode.ts";',
    'import type { Reply } from "../resp/reply.ts";',
    importTypes(ARGUMENT_TYPES, "./command_arguments.ts", body),
    importTypes(REPLY_TYPES, "./command_replies.ts", body),
    'import type { CallOptions, Vocabulary } from "./vocabulary.ts";',
    "",
    `export type { ${[...ARGUMENT_TYPES, "BitfieldEncoding"].sort().join(", ")} } from "./command_arguments.ts";`,
    'export type * from "./command_replies.ts";',
    "",
    body,
    "",
  ].join("\n");
}

/** The text of `client/command_methods.ts`, not formatted. */
export function writeMethods(methods: readonly Method[]): string {
  const body = [
    doc([
      "The typed methods, over one function that sends.",
      "",
      "All that has the methods of a client extends it: the client itself, and what records a pipeline or a transaction.",
      "",
      "@example Counts the commands that go through it",
      "```ts",
      'import { type Client, CommandMethods, type Reply, Server } from "@x/miniredis";',
      'import { assertEquals } from "@std/assert";',
      "",
      "class Counting extends CommandMethods {",
      "  readonly #client: Client;",
      "  count = 0;",
      "",
      "  constructor(client: Client) {",
      "    super();",
      "    this.#client = client;",
      "  }",
      "",
      '  override execute(...call: Parameters<CommandMethods["execute"]>): Promise<Reply> {',
      "    this.count++;",
      "    return this.#client.execute(...call);",
      "  }",
      "}",
      "",
      "await using server = await Server.start();",
      "await using client = server.client();",
      "const counting = new Counting(client);",
      'assertEquals(await counting.incr("visits"), 1);',
      'assertEquals(await counting.hset("user:1", { name: "Alice" }), 1);',
      "assertEquals(counting.count, 2);",
      "```",
    ]),
    "export abstract class CommandMethods extends Vocabulary implements Commands {",
    methods.map(implementation).join("\n\n"),
    "}",
  ].join("\n");
  const helpers = [...new Set(body.match(/\bpush[A-Z]\w+(?=\()/g))].sort();
  const converts = [
    "autoclaimed",
    "counts",
    "emptyToNull",
    "fullStreamInfo",
    "geoPlaces",
    "latencyHistograms",
    "streamEntries",
  ]
    .concat(["streamInfo", "streamsOfEntries", "toNumber", "toNumbers"])
    .filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  const options = methods.flatMap(({ optionsType }) => optionsType ?? []);
  return [
    `/**\n * The typed methods of a client, implemented.\n *\n * ${GENERATED}\n */`,
    'import type { CommandArgument } from "../resp/encode.ts";',
    'import type { Reply } from "../resp/reply.ts";',
    importTypes(ARGUMENT_TYPES, "./command_arguments.ts", body),
    `import { ${helpers.join(", ")} } from "./command_arguments.ts";`,
    importTypes(REPLY_TYPES, "./command_replies.ts", body),
    `import * as table from "./command_table.ts";`,
    `import type { Commands, ${options.join(", ")} } from "./commands.ts";`,
    `import { ${converts.join(", ")} } from "./reply_converts.ts";`,
    'import { type CallOptions, Vocabulary } from "./vocabulary.ts";',
    "",
    body,
    "",
  ].join("\n");
}

// ---- Signatures and documentation ----

function optionsInterface({ row, signature, optionsType }: Method): string {
  return [
    doc([`Options of {@linkcode Commands.${row.method}}.`, "", ...exampleOf(row.method)]),
    `export interface ${optionsType} extends CallOptions {`,
    ...signature.options.map(({ name, type, text }) => `${doc([text])}\n${name}?: ${type};`),
    "}",
  ].join("\n");
}

function declaration({ row }: Method, { parameters, generics, reply }: Overload): string {
  return `${row.method}${generics}(${parameters}): Promise<${reply.type}>`;
}

function fullDoc(method: Method, { parameters, reply }: Overload): string {
  const { row, signature } = method;
  const { spec } = row;
  const facts = [
    `Since Redis ${spec.since}.`,
    ...(spec.complexity === "" ? [] : [`Complexity: ${ended(spec.complexity)}`]),
  ];
  const lines = [`${row.name}: ${ended(lowered(spec.summary))}`, "", facts.join(" "), ""];
  for (const { name, text } of signature.parameters) {
    if (new RegExp(`(?:^|[ .])${name}\\??: (?!undefined)`).test(parameters)) lines.push(`@param ${name} ${text}`);
  }
  if (/\boptions\??: /.test(parameters)) {
    lines.push(
      `@param options ${
        signature.options.length > 0 ? "What may be left out, and how long to wait." : "How long to wait."
      }`,
    );
  }
  lines.push(`@returns ${reply.text}`);
  const replacement = replacedBy(row);
  if (replacement !== null) lines.push(`@deprecated ${replacement}`);
  return doc(lines);
}

function replacedBy({ name, spec }: Row): string | null {
  if (spec.deprecated !== undefined) {
    return `Since Redis ${spec.deprecated[0]}: use ${spec.deprecated[1].replaceAll("`!", "`")}.`;
  }
  const replacement = REPLACED[name];
  return replacement === undefined ? null : `Use ${replacement}.`;
}

function ended(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

function lowered(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

function doc(lines: readonly string[]): string {
  if (lines.length === 1) return `/** ${lines[0]} */`;
  return `/**\n${lines.map((line) => line === "" ? " *" : ` * ${line}`).join("\n")}\n */`;
}

// ---- Bodies ----

function implementation(method: Method): string {
  const { row, note, signature, overloads } = method;
  const [first] = overloads;
  const short = doc([`${row.name}: ${ended(lowered(row.spec.summary))}`, "", "@inheritDoc"]);
  const head = overloads.length === 1
    ? `${short}\n${declaration(method, first!)} {`
    : `${overloads.map((each) => `${short}\n${declaration(method, each)};`).join("\n")}\n${general(method)} {`;
  const options = hasOptions(method) ? "options" : "undefined";
  const decode = note.bytes ? '"bytes"' : '"string"';
  const send = (args: string) =>
    `this.execute(table.${constantOf(row.name)}, ${args}, ${decode}, ${options}, ${convertOf(method)})`;
  const cast = castOf(method);
  const items = `[${signature.head.join(", ")}]`;
  if (signature.statements.length === 0) return `${head}\nreturn ${send(items)}${cast};\n}`;
  return [
    head,
    `const args: CommandArgument[] = ${items};`,
    ...signature.statements,
    `return ${send("args")}${cast};`,
    "}",
  ].join("\n");
}

function hasOptions({ signature }: Method): boolean {
  return !signature.parameters.some(({ isRest }) => isRest);
}

/** The signature that all overloads fit into. */
function general({ row, note, signature, optionsType }: Method): string {
  if (signature.isFlat) {
    const before = signature.parameters.slice(0, -1).map(({ name, type }) => `${name}: ${type}, `).join("");
    return `${row.method}(${before}...values: unknown[]): Promise<${note.type}>`;
  }
  const parameters = signature.parameters.map(({ name, type, isOptional }) =>
    `${name}${isOptional ? "?" : ""}: ${type}`
  );
  parameters.push(`options${note.needsOptions ? "" : "?"}: ${optionsType ?? "CallOptions"}`);
  return `${row.method}(${parameters.join(", ")}): Promise<unknown>`;
}

function castOf({ note, overloads, signature }: Method): string {
  if (overloads.length > 1 && !signature.isFlat) return "";
  if (note.type === "Reply") return "";
  return PLAIN_TYPE.test(note.type) ? ` as Promise<${note.type}>` : ` as Promise<unknown> as Promise<${note.type}>`;
}

function importTypes(names: readonly string[], from: string, body: string): string {
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return used.length === 0 ? "" : `import type { ${used.join(", ")} } from "${from}";`;
}
