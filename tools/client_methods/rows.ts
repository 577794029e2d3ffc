/**
 * All rows the client has to know, and which of them are no methods.
 */
import { COMMANDS } from "../../commands/mod.ts";
import type { CommandSpec } from "../../engine/command.ts";
import { ELSEWHERE } from "./elsewhere.ts";

/** A command or a subcommand. */
export interface Row {
  /** As it is sent: `["CONFIG", "GET"]`. */
  readonly words: readonly string[];
  /** The words with a space between them. */
  readonly name: string;
  /** The method's name: `configGet`. */
  readonly method: string;
  readonly spec: CommandSpec;
}

const CONNECTION = "changes what a connection is for, or who it belongs to";
const HAND_WRITTEN = "client/vocabulary.ts has it";
const ITERATED = "the client gives it as an asynchronous iterable";
const FOR_PEOPLE = "helps people at a prompt";
const INTERNAL = "servers send it to each other, or tests to servers";

/** Commands that are no methods, and why; all others are. Containers of subcommands alone are neither. */
export const NO_METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [CONNECTION]: [
      [
        "ASKING",
        "AUTH",
        "CLIENT CACHING",
        "CLIENT REPLY",
        "CLIENT TRACKING",
        "DISCARD",
        "EXEC",
        "HELLO",
        "MONITOR",
        "MULTI",
      ],
      ["PSUBSCRIBE", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "RESET", "SELECT", "SSUBSCRIBE", "SUBSCRIBE"],
      ["SUNSUBSCRIBE", "UNSUBSCRIBE", "UNWATCH", "WATCH", "PSYNC", "SYNC"],
    ],
    [HAND_WRITTEN]: [["DELETE", "FLUSH", "GET", "MGET", "MSET", "SET"]],
    [ITERATED]: [["HSCAN", "SCAN", "SSCAN", "ZSCAN"]],
    [FOR_PEOPLE]: [
      ["CLIENT HELP", "CLUSTER HELP", "COMMAND HELP", "CONFIG HELP", "LATENCY HELP", "MEMORY HELP", "MODULE HELP"],
      ["OBJECT HELP", "PUBSUB HELP", "SLOWLOG HELP", "XGROUP HELP", "XINFO HELP"],
    ],
    [INTERNAL]: [["DEBUG", "PFDEBUG", "PFSELFTEST", "RESTORE-ASKING"]],
    "answers by ending the connection": [["SHUTDOWN"]],
  }).flatMap(([reason, lists]) => lists.flat().map((name) => [name, reason] as const)),
);

/** The commands that {@linkcode NO_METHODS} leaves out since they change the connection. */
export function changesConnection(name: string): boolean {
  return NO_METHODS.get(name) === CONNECTION;
}

/** All commands by name: those of the table and those that only other servers have. Containers too. */
export function allRows(): Row[] {
  const rows: Row[] = [];
  for (const groups of [COMMANDS, ELSEWHERE]) {
    for (const commands of Object.values(groups)) {
      for (const [name, spec] of Object.entries(commands)) {
        rows.push(rowOf([name], spec));
        for (const [sub, subSpec] of Object.entries(spec.sub ?? {})) rows.push(rowOf([name, sub], subSpec));
      }
    }
  }
  return rows.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** Is it no command by itself? */
export function isContainer({ spec }: Row): boolean {
  return spec.sub !== undefined && spec.run === undefined;
}

function rowOf(path: readonly string[], spec: CommandSpec): Row {
  const words = path.map((word) => word.toUpperCase());
  return { words, name: words.join(" "), method: camelCase(path.join(" ").replaceAll("_", " ")), spec };
}

/** `config get`: `configGet`; `min-idle-time`: `minIdleTime`. */
export function camelCase(text: string): string {
  return text.replaceAll(/[ _-]+(.)/g, (_, letter: string) => letter.toUpperCase());
}
