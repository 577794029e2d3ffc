/**
 * The options of the bench programs.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** An option's default, as it would be typed, and what it means. */
export type OptionTable = Readonly<Record<string, readonly [initial: string, meaning: string]>>;

/**
 * Reads `--name value` options; `--help` and unknown words end the program.
 *
 * @param title What the program does, for `--help`.
 * @param table The options it has.
 * @returns The value of each, as text.
 */
export function readOptions<T extends OptionTable>(title: string, table: T): { [name in keyof T]: string } {
  const names = Object.keys(table);
  const unknown: string[] = [];
  const options: Record<string, unknown> = parseArgs(Deno.args, {
    string: names,
    boolean: ["help"],
    default: Object.fromEntries(names.map((name) => [name, table[name]![0]])),
    unknown: (word: string) => {
      unknown.push(word);
      return false;
    },
  });
  if (unknown.length > 0) {
    console.error(`Unknown option: ${unknown.join(" ")} (see --help)`);
    Deno.exit(1);
  }
  if (options["help"] === true) {
    console.log(title);
    for (const name of names) {
      const [initial, meaning] = table[name]!;
      console.log(`  --${name.padEnd(10)} ${meaning}${initial === "" ? "" : ` (${initial})`}`);
    }
    Deno.exit(0);
  }
  return Object.fromEntries(names.map((name) => [name, String(options[name])])) as { [name in keyof T]: string };
}

/**
 * Reads an option that is a number.
 *
 * @param name The option, for the error.
 * @param value What was typed.
 * @returns The number; anything but a positive one ends the program.
 */
export function positive(name: string, value: string): number {
  const number = Number(value);
  if (value !== "" && number > 0 && Number.isFinite(number)) return number;
  console.error(`--${name} takes a positive number, not "${value}"`);
  Deno.exit(1);
}
