/**
 * Is there a test for every command? The sources of all tests are searched for requests: a call of a function that sends
 * (`raw("SET", "k", "v")`), a line of a transcript (`"SET k v"`, `["SET", "k", "v"]`), lines for the wire
 * (`"SET k v\r\n"`). Only what has a number of arguments that the command accepts counts, so that the names of tests and
 * lists of names do not.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { COMMANDS } from "../../commands/mod.ts";
import type { Command } from "../../engine/command.ts";
import { CommandTable } from "../../engine/command_table.ts";
import { newCaller } from "../_call.ts";

const TESTS = new URL("../", import.meta.url);

/** Functions whose arguments are a request. */
const SENDERS = /\b(raw|send|call|ask|cli|sendCommand|text|int|reply|request|command|printed|expect|other|run|both)$/;
/** Functions and fields whose texts are for people. */
const TITLES = /(\b[\w.]*[tT]est|\bcompareTranscript|\.step|\bError|\bname:|\btitle:|=>|\?|:)\s*\(?$/;
const LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/** A word of a request, as it stands in a source. */
interface Word {
  readonly text: string;
  /** Is it spread, so that it stands for any number? */
  readonly isMany: boolean;
}

/** The requests in a source: the arguments of each that are known, and whether there are more. */
function* requestsIn(source: string): Generator<Word[]> {
  for (const match of source.matchAll(LITERAL)) {
    const before = source.slice(Math.max(0, match.index - 200), match.index);
    const text = match[0].slice(1, -1);
    if (/\\r\\n/.test(text)) {
      for (const line of text.split(/\\r\\n/)) yield words(line);
      continue;
    }
    if (text.includes(" | ")) {
      // several of a client with a name: `a: GET k | DEL k`
      for (const request of text.replace(/^\w+: /, "").split(" | ")) yield words(request);
      continue;
    }
    const opener = /([\w.]*)\s*([([])(?:\s*|\w+, )$/.exec(before); // a sender may have a connection before the request
    if (opener !== null && (opener[2] === "[" || SENDERS.test(opener[1]!))) {
      yield listFrom(source, match.index);
    }
    const isOwnLine = /\n\s*$/.test(before) || /",\s*$/.test(before) || opener?.[2] === "[" ||
      (opener !== null && SENDERS.test(opener[1]!));
    if (isOwnLine && !TITLES.test(before.trimEnd())) yield words(text);
  }
}

function words(text: string): Word[] {
  return text.trim().split(/ +/).map((word) => ({ text: word, isMany: /^\$\{.*\}$/.test(word) }));
}

/** The elements of a list, of arguments or of an array, from its first one to its end. */
function listFrom(source: string, start: number): Word[] {
  const found: Word[] = [];
  let depth = 0, from = start;
  const add = (end: number): void => {
    const element = source.slice(from, end).trim();
    if (element !== "") {
      found.push({ text: element.replace(/^["'`](.*)["'`]$/s, "$1"), isMany: element.startsWith("...") });
    }
    from = end + 1;
  };
  for (let i = start; i < source.length; i++) {
    const c = source[i]!;
    if (c === '"' || c === "'" || c === "`") {
      LITERAL.lastIndex = i;
      const literal = LITERAL.exec(source);
      if (literal?.index === i) i += literal[0].length - 1;
    } else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) {
      if (depth-- === 0) {
        add(i);
        break;
      }
    } else if (c === "," && depth === 0) add(i);
  }
  LITERAL.lastIndex = 0;
  return found;
}

/** The command that a request is, as far as it is well formed. */
function commandOf(table: CommandTable, request: readonly Word[]): Command | undefined {
  const name = request[0]!.text.toLowerCase();
  if (!/^[a-z_-]+$/.test(name)) return undefined;
  const command = table.get(name);
  const sub = request.length < 2 ? undefined : table.get(`${name}|${request[1]!.text.toLowerCase()}`);
  const meant = sub ?? command;
  if (meant === undefined) return undefined;
  const isOpen = request.some(({ isMany }) => isMany);
  return isOpen || meant.accepts(request.length) ? meant : undefined;
}

function* sources(folder: URL): Generator<string> {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (isFile && name.endsWith(".ts") && name !== "coverage_test.ts") {
      yield Deno.readTextFileSync(new URL(name, folder));
    }
  }
}

/** How often each command is sent. */
function uses(table: CommandTable, all: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>();
  for (const source of all) {
    for (const request of requestsIn(source)) {
      const name = commandOf(table, request)?.name;
      if (name !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
  return found;
}

Deno.test("every command and every subcommand is sent by some test", () => {
  const table = new CommandTable(COMMANDS);
  const found = uses(table, sources(TESTS));
  const all = [...table.all()].flatMap((command) => [command, ...command.sub?.values() ?? []])
    // containers without a function of their own are nothing to be sent, and all HELP is sent below
    .filter(({ name, run }) => run !== null && !name.endsWith("|help"));
  assertEquals(all.map(({ name }) => name).filter((name) => !found.has(name)).sort(), []);
});

Deno.test("HELP of each container names all of its subcommands, and says something about each", () => {
  const { raw, engine } = newCaller();
  for (const { name, sub } of engine.table.all()) {
    if (sub === null || name === "cluster") continue; // which refuses even HELP where there is no cluster
    const lines = raw(name, "HELP").split("\r\n").slice(1, -1);
    assertMatch(lines[0]!, new RegExp(`^\\+${name.toUpperCase()} <subcommand> `));
    const named = lines.filter((line) => /^\+[A-Z]/.test(line)).map((line) => /^\+([A-Z-]+)/.exec(line)![1]);
    assertEquals(named.slice(1).sort(), [...sub.keys()].map((each) => each.split("|").at(-1)!.toUpperCase()).sort());
    for (const line of lines.slice(1)) assertMatch(line, /^\+([A-Z]|\(no subcommand\)| {4}\S)/);
  }
});

Deno.test("requests are told from other texts", () => {
  const table = new CommandTable(COMMANDS);
  const names = (source: string) => [...uses(table, [source]).keys()];
  for (
    const request of [
      'raw("GET", "k")',
      'await conn.send("get", key)',
      '["GET", "k"]',
      '[\n  "GET k",\n]',
      '["SET a 1", "GET k"]',
      'wire("PING\\r\\nGET k\\r\\n")',
      'send("GET", ...keys)',
      'send(caller, "GET k")',
      '"a: SET k v | GET k"',
    ]
  ) assert(names(request).includes("get"), request);
  assertEquals(names('send("CONFIG", "GET", "x")'), ["config|get"]);
  for (
    const other of [
      'Deno.test("GET answers", () => {})',
      'compareTranscript("GET k", [])',
      'Deno.test(\n  "GET k",\n  fn)',
      'assertEquals(a, b, "GET k")',
      'assertEquals(a, "b", `GET`)',
      'send("COMMAND", "INFO", "GET", "k")',
      'raw("GET")',
      '["GET", "SET", "DEL"]',
      '"GET"',
      'const name = "GET k"',
    ]
  ) assert(!names(other).includes("get"), other);
});
