/** A database without a server, and texts as arguments, one byte a character. */
import type { Arguments, Database } from "../../store/database.ts";
import type { Element } from "../../store/element.ts";
import { Keyspace } from "../../store/keyspace.ts";
import { Random } from "../resp/_frames.ts";

/** The first database of a keyspace of its own; `arenaBytes` is the most that its keys and values may take. */
export function newDatabase(seed = 1, arenaBytes?: number): Database {
  const source = new Random(seed);
  const random = () => source.int(2 ** 32) / 2 ** 32;
  const keyspace = new Keyspace({ databases: 1, random, ...(arenaBytes === undefined ? {} : { arenaBytes }) });
  return keyspace.databases[0]!;
}

/** Texts as arguments; they stand in a buffer with something before and between them. */
export function args(...texts: string[]): Arguments {
  const bytes = latin1(`<${texts.join("><")}>`);
  const starts = texts.map((_, i) => texts.slice(0, i).reduce((sum, text) => sum + text.length + 2, 1));
  return { bytes, isHashed: false, keyHash: 0, start: (i) => starts[i]!, end: (i) => starts[i]! + texts[i]!.length };
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

export function textOf({ bytes, start, end }: Pick<Element, "bytes" | "start" | "end">): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
