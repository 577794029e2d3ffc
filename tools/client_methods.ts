/**
 * Writes the typed methods of the client from the table of commands: `deno task methods`. A test compares, so that a command
 * that is added or changed is not forgotten.
 *
 * The rows say what there is to send; `client_methods/notes_data.ts` and `client_methods/notes_server.ts` what comes back, and
 * how arguments are given that cannot be as they travel.
 *
 * @module
 */
import { EXAMPLES, SENT } from "./client_methods/examples.ts";
import { type Method, methodOf } from "./client_methods/method.ts";
import type { MethodNote } from "./client_methods/note.ts";
import { DATA_NOTES } from "./client_methods/notes_data.ts";
import { SERVER_NOTES } from "./client_methods/notes_server.ts";
import { allRows, isContainer, NO_METHODS } from "./client_methods/rows.ts";
import { writeCommands, writeMethods } from "./client_methods/write.ts";
import { writeTable } from "./client_methods/write_table.ts";

const NOTES: Readonly<Record<string, MethodNote>> = { ...DATA_NOTES, ...SERVER_NOTES };

/**
 * All methods, by name.
 *
 * @returns The methods.
 * @throws {TypeError} A row has no note, or a note no row, or there is an example of options that there are not.
 */
export function allMethods(): Method[] {
  const rows = allRows().filter((row) => !isContainer(row) && !NO_METHODS.has(row.name));
  const unused = Object.keys(NOTES).filter((name) => !rows.some((row) => row.name === name));
  if (unused.length > 0) throw new TypeError(`There are no such commands: ${unused.join(", ")}`);
  const methods = rows.map((row) => {
    const note = NOTES[row.name];
    if (note === undefined) throw new TypeError(`${row.name}: nothing is said of its reply`);
    return methodOf(row, note);
  });
  const idle = [...Object.keys(EXAMPLES), ...Object.keys(SENT)].filter((name) =>
    !methods.some(({ row, optionsType }) => row.method === name && optionsType !== null)
  );
  if (idle.length > 0) throw new TypeError(`There are no such options: ${idle.join(", ")}`);
  return methods.sort((a, b) => a.row.method < b.row.method ? -1 : 1);
}

/**
 * Writes the files anew.
 *
 * @returns The text of each file, formatted, by its path in the project.
 */
export async function generate(): Promise<Record<string, string>> {
  const methods = allMethods();
  return {
    "client/commands.ts": await formatted(writeCommands(methods)),
    "client/command_methods.ts": await formatted(writeMethods(methods)),
    "client/command_table.ts": await formatted(writeTable(allRows())),
  };
}

/** As `deno fmt` has it, by the project's settings. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--config", `${import.meta.dirname}/../deno.json`, "--ext", "ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(text)).then(() => writer.close());
  const [output] = await Promise.all([child.output(), written]);
  const decoder = new TextDecoder();
  if (!output.success) throw new Error(`Cannot format: ${decoder.decode(output.stderr)}`);
  return decoder.decode(output.stdout);
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generate())) {
    await Deno.writeTextFile(`${import.meta.dirname}/../${path}`, text);
  }
}
