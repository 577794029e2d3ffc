/**
 * Writes the README's lists, between their markers, from the tables of commands and directives: `deno task readme`.
 * A test compares, so that the README never promises what the tables do not hold.
 *
 * @module
 */
import { COMMANDS } from "../commands/mod.ts";
import type { CommandSpec } from "../engine/command.ts";
import { type DirectiveKind, DIRECTIVES, FILE_DIRECTIVES } from "../engine/config_directives.ts";

/**
 * Puts the lists of today's tables into a README.
 *
 * @param readme Its text, with a pair of markers for each list: `<!-- commands:start -->`, `<!-- commands:end -->`.
 * @returns The text with the lists between the markers replaced.
 * @throws {Error} When a marker is missing.
 */
export function withLists(readme: string): string {
  const lists: Record<string, string> = {
    commands: commandList(),
    honoured: directiveList("honoured"),
    promises: directiveList("promise"),
    tuning: directiveList("tuning"),
  };
  for (const [name, list] of Object.entries(lists)) {
    const [start, end] = [`<!-- ${name}:start -->\n`, `\n<!-- ${name}:end -->`];
    const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`Cannot write the list of ${name}: the README lacks its markers`);
    readme = `${readme.slice(0, from + start.length)}\n${list}\n${readme.slice(to)}`;
  }
  return readme;
}

/** A table of the groups of commands, as COMMAND DOCS groups them; as it is, not padded to the longest row. */
function commandList(): string {
  const groups = new Map<string, string[]>();
  for (const [group, rows] of Object.entries(COMMANDS)) {
    for (const [name, spec] of Object.entries(rows)) {
      const names = groups.get(spec.group ?? group) ?? [];
      names.push(...commandNames(name, spec));
      groups.set(spec.group ?? group, names);
    }
  }
  const rows = [...groups].sort(byName).map(([group, names]) => `| ${group} | ${codeList(names)} |`);
  const count = Object.values(COMMANDS).reduce((sum, rows) => sum + Object.keys(rows).length, 0);
  const table = ["| group | commands |", "| --- | --- |", ...rows].join("\n");
  return `${count} commands.\n\n<!-- deno-fmt-ignore-start -->\n\n${table}\n\n<!-- deno-fmt-ignore-end -->`;
}

/** A command, or each of its subcommands; a container that can run by itself stands for itself too. */
function commandNames(name: string, spec: CommandSpec): string[] {
  const subcommands = Object.keys(spec.sub ?? {}).map((sub) => `${name} ${sub}`);
  return (spec.run === undefined ? subcommands : [name, ...subcommands]).map((text) => text.toUpperCase());
}

function directiveList(kind: DirectiveKind): string {
  const names = DIRECTIVES.filter((directive) => directive.kind === kind).map(({ name }) => name);
  for (const [name, itsKind] of FILE_DIRECTIVES) if (itsKind === kind) names.push(name);
  return codeList(names);
}

function codeList(names: readonly string[]): string {
  return names.toSorted().map((name) => `\`${name}\``).join(", ");
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

if (import.meta.main) {
  const path = `${import.meta.dirname}/../README.md`;
  await Deno.writeTextFile(path, withLists(await Deno.readTextFile(path)));
}
