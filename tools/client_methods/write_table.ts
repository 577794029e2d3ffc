/**
 * Writes `client/command_table.ts`: what the client knows of every command, methods or not.
 */
import { ADMIN, BLOCKING, type KeySpec, READONLY, WRITE } from "../../engine/command.ts";
import { constantOf } from "./method.ts";
import { changesConnection, isContainer, type Row } from "./rows.ts";

/** Where blocking commands say how long: the index of the argument or the word before it, and milliseconds in a unit. */
const TIMEOUTS: Readonly<Record<string, readonly [at: number | string, unitMs: number]>> = {
  BLMOVE: [-1, 1_000],
  BLMPOP: [1, 1_000],
  BLPOP: [-1, 1_000],
  BRPOP: [-1, 1_000],
  BRPOPLPUSH: [-1, 1_000],
  BZMPOP: [1, 1_000],
  BZPOPMAX: [-1, 1_000],
  BZPOPMIN: [-1, 1_000],
  XREAD: ["BLOCK", 1],
  XREADGROUP: ["BLOCK", 1],
};

/**
 * Replies that depend on more than the values at the keys, though the tips do not say so; that matter as side effects; or
 * that change without Redis telling those who track the key: XREADGROUP, XACK and XGROUP change what XINFO says.
 */
const NOT_CACHEABLE = new Set(["MEMORY USAGE", "SORT_RO", "TOUCH", "XINFO GROUPS", "XINFO STREAM"]);

/** SORT's destination, which Redis' key specifications do not tell: the key behind STORE. */
const SORT_DESTINATION: KeySpec = {
  flags: "OW",
  begin: { keyword: "STORE", from: 2 },
  find: { last: 0, step: 1, limit: 0 },
};

/** The text of the file, not formatted. */
export function writeTable(rows: readonly Row[]): string {
  const instances = rows.map((row) =>
    `/** ${row.name}. */\nexport const ${constantOf(row.name)}: CommandInfo = ${instance(row)};`
  );
  const subcommands = rows.filter(({ words }) => words.length === 2);
  const containers = [...new Set(subcommands.map(({ words }) => words[0]!))];
  const whole = rows.filter(({ words }) => words.length === 1);
  const body = instances.join("\n");
  const flags = ["ADMIN", "BLOCKS", "CACHEABLE", "CONNECTION", "READS", "WRITES"].filter((flag) => body.includes(flag));
  return [
    "/**",
    " * What a client knows of every command.",
    " *",
    " * Written by tools/client_methods.ts from the table of commands (`deno task methods`): not to be edited.",
    " */",
    `import { ${
      ["ALL_KEYS", "CommandInfo", "NO_KEYS", "ONE_KEY", ...flags].sort(byName).join(", ")
    } } from "./command_info.ts";`,
    "",
    body,
    "",
    "const COMMANDS: ReadonlyMap<string, CommandInfo> = new Map([",
    ...whole.map(({ name }) => `[${JSON.stringify(name)}, ${constantOf(name)}],`),
    "]);",
    "",
    "const SUBCOMMANDS: ReadonlyMap<string, ReadonlyMap<string, CommandInfo>> = new Map([",
    ...containers.map((container) => {
      const items = subcommands.filter(({ words }) => words[0] === container);
      return `[${JSON.stringify(container)}, new Map([${
        items.map(({ words, name }) => `[${JSON.stringify(words[1])}, ${constantOf(name)}]`).join(", ")
      }])],`;
    }),
    "]);",
    "",
    "/**",
    " * Finds what is known of a command.",
    " *",
    " * @param name Its name, in upper case.",
    " * @param subcommand The first argument, in upper case; it is looked at where the command has subcommands.",
    " * @returns What is known; undefined for a command, or a subcommand, that is not.",
    " */",
    "export function commandInfo(name: string, subcommand?: string): CommandInfo | undefined {",
    "  const subcommands = subcommand === undefined ? undefined : SUBCOMMANDS.get(name);",
    "  return subcommands === undefined ? COMMANDS.get(name) : subcommands.get(subcommand!);",
    "}",
    "",
    "/** Does it have subcommands? */",
    "export function hasSubcommands(name: string): boolean {",
    "  return SUBCOMMANDS.has(name);",
    "}",
    "",
    "/** All that is known. */",
    "export function allCommandInfos(): CommandInfo[] {",
    "  return [...COMMANDS.values(), ...[...SUBCOMMANDS.values()].flatMap((infos) => [...infos.values()])];",
    "}",
    "",
  ].join("\n");
}

function instance(row: Row): string {
  const { name, spec } = row;
  const tips = spec.tips ?? [];
  const isChannel = (key: KeySpec) => key.flags.split(" ").includes("not_key");
  const known = (spec.keys ?? []).filter(({ begin }) => begin !== "unknown");
  if (name === "SORT") known.push(SORT_DESTINATION);
  const keys = known.filter((key) => !isChannel(key));
  const channels = known.filter(isChannel);
  const flags: string[] = [];
  if ((spec.flags & READONLY) !== 0) flags.push("READS");
  if ((spec.flags & WRITE) !== 0) flags.push("WRITES");
  if ((spec.flags & BLOCKING) !== 0) flags.push("BLOCKS");
  const isCertain = !tips.includes("nondeterministic_output") && !NOT_CACHEABLE.has(name);
  if ((spec.flags & READONLY) !== 0 && (spec.flags & BLOCKING) === 0 && keys.length > 0 && isCertain) {
    flags.push("CACHEABLE");
  }
  if (changesConnection(name)) flags.push("CONNECTION");
  if ((spec.flags & ADMIN) !== 0) flags.push("ADMIN");
  const traits: string[] = [];
  for (const policy of ["request", "response"]) {
    const tip = tips.find((each) => each.startsWith(`${policy}_policy:`));
    if (tip !== undefined) traits.push(`${policy}: ${JSON.stringify(tip.slice(tip.indexOf(":") + 1))}`);
  }
  const timeout = TIMEOUTS[name];
  if (timeout !== undefined) {
    traits.push(`timeout: { at: ${JSON.stringify(timeout[0])}, unitMs: ${numeral(timeout[1])} }`);
  }
  if (((spec.flags & BLOCKING) !== 0) !== (timeout !== undefined)) {
    throw new TypeError(`${name}: how long may it block?`);
  }
  if (name === "MIGRATE") traits.push("skipsEmpty: true");
  if (channels.length > 0) traits.push(`channels: ${placeOf(channels[0]!)}`);
  const parts = [
    JSON.stringify(name),
    flags.length === 0 ? "0" : flags.join(" | "),
    keysOf(keys),
    `{ ${traits.join(", ")} }`,
  ];
  if (traits.length === 0) {
    parts.pop();
    if (parts[2] === "NO_KEYS") parts.pop();
  }
  if (isContainer(row)) return `new CommandInfo(${parts[0]}, 0)`;
  return `new CommandInfo(${parts.join(", ")})`;
}

function keysOf(keys: readonly KeySpec[]): string {
  if (keys.length === 0) return "NO_KEYS";
  const places = keys.map(placeOf);
  if (places.length === 1) {
    if (places[0] === "{ first: 1, keyword: null, last: 0, step: 1, limit: 0 }") return "ONE_KEY";
    if (places[0] === "{ first: 1, keyword: null, last: -1, step: 1, limit: 0 }") return "ALL_KEYS";
  }
  return `[${places.join(", ")}]`;
}

function placeOf({ begin, find }: KeySpec): string {
  if (begin === "unknown" || find === "unknown") throw new TypeError("A key specification is unknown");
  const from = typeof begin === "number" ? begin : begin.from;
  if ("keynum" in find) {
    return `{ count: ${from + find.keynum}, first: ${from + find.first}, step: ${find.step} }`;
  }
  const keyword = typeof begin === "number" ? null : begin.keyword;
  return `{ first: ${from}, keyword: ${
    JSON.stringify(keyword)
  }, last: ${find.last}, step: ${find.step}, limit: ${find.limit} }`;
}

function numeral(n: number): string {
  return n === 1_000 ? "1_000" : `${n}`;
}

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
