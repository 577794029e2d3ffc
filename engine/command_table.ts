/** All commands of a server, found by the bytes of a request without making a string. */
import type { Args } from "./args.ts";
import { Command, type CommandSpec } from "./command.ts";
import { isNewer } from "./version.ts";

/** Rows by name, in lower case. */
export type CommandGroup = Readonly<Record<string, CommandSpec>>;

/** Which commands a server has. */
export interface TableOptions {
  /** Is it in cluster mode? */
  readonly isCluster?: boolean;
  /** The version of Redis whose commands it has, three numbers; undefined: all there are. */
  readonly version?: string | undefined;
}

export class CommandTable {
  readonly #byName: Map<string, Command> = new Map();
  readonly #slots: (Command | null)[];
  readonly #mask: number;
  /** The one found last. */
  #last: Command | null = null;

  /**
   * @param groups Rows by group, the groups by name (`string`, `generic` …).
   * @param options Which of them there are.
   */
  constructor(groups: Readonly<Record<string, CommandGroup>>, { isCluster = false, version }: TableOptions = {}) {
    for (const [group, rows] of Object.entries(groups)) {
      for (const [name, spec] of Object.entries(rows)) {
        if (this.#byName.has(name)) throw new TypeError(`Cannot add command: there are two rows for ${name}`);
        if (version !== undefined && isNewer(spec.since, version)) continue;
        this.#byName.set(name, new Command(name, group, asOf(spec, version), isCluster));
      }
    }
    let size = 64;
    while (size < this.#byName.size * 4) size *= 2; // sparse: most names are found at the first slot
    this.#mask = size - 1;
    this.#slots = new Array(size).fill(null);
    for (const command of this.#byName.values()) {
      const { nameBytes } = command;
      let slot = nameHash(nameBytes, 0, nameBytes.length) & this.#mask;
      while (this.#slots[slot] !== null) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = command;
    }
  }

  /** The command whose name is `bytes[start, end)` in any case, or null. */
  find(bytes: Uint8Array, start: number, end: number): Command | null {
    const last = this.#last; // requests come in runs of one command
    if (last !== null && isName(last.nameBytes, bytes, start, end)) return last;
    for (let slot = nameHash(bytes, start, end) & this.#mask;; slot = (slot + 1) & this.#mask) {
      const command = this.#slots[slot]!;
      if (command === null) return null;
      if (isName(command.nameBytes, bytes, start, end)) return this.#last = command;
    }
  }

  /** The command that a request means, subcommands resolved; null when there is no such one. */
  resolve(args: Args): Command | null {
    return this.find(args.bytes, args.start(0), args.end(0))?.resolve(args) ?? null;
  }

  /** By name in lower case; `config|get` for subcommands. */
  get(name: string): Command | undefined {
    const bar = name.indexOf("|");
    return bar < 0 ? this.#byName.get(name) : this.#byName.get(name.slice(0, bar))?.sub?.get(name.slice(bar + 1));
  }

  /** Every command, without subcommands. */
  all(): IterableIterator<Command> {
    return this.#byName.values();
  }

  get size(): number {
    return this.#byName.size;
  }
}

/** A row without the subcommands that came after a version. */
function asOf(spec: CommandSpec, version: string | undefined): CommandSpec {
  if (version === undefined || spec.sub === undefined) return spec;
  return {
    ...spec,
    sub: Object.fromEntries(Object.entries(spec.sub).filter(([, { since }]) => !isNewer(since, version))),
  };
}

/** Is the name, in lower case, `bytes[start, end)` in any case? */
function isName(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (lower(bytes[start + i]!) !== name[i]) return false;
  return true;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function nameHash(bytes: Uint8Array, start: number, end: number): number {
  let h = end - start;
  for (let i = start; i < end; i++) h = (Math.imul(h, 31) + (bytes[i]! | 0x20)) | 0;
  return h ^ (h >>> 7);
}
