/** Requests whose keys are in two hash slots, one for each command that may have several keys. */
import { COMMANDS } from "../commands/mod.ts";
import { type Command, type KeySpec, SLOTS_CHECKED } from "../engine/command.ts";
import { CommandTable } from "../engine/command_table.ts";

/** Where more than the key specs must be right for the keys to be found. */
const BY_HAND: Readonly<Record<string, string>> = {
  sort: "SORT K1 STORE K2",
  georadius: "GEORADIUS K1 0 0 1 m STORE K2",
  georadiusbymember: "GEORADIUSBYMEMBER K1 m 1 m STOREDIST K2",
  xread: "XREAD COUNT 1 STREAMS K1 K2 0 0",
  xreadgroup: "XREADGROUP GROUP g c STREAMS K1 K2 > >",
};

/** Looked at, but with one key only, or none of its own. */
const WITHOUT = ["sort_ro", "exec"];

/** The commands that dispatch looks at in cluster mode, each with a request of the keys `first` and `second`. */
export function twoKeyRequests(first: string, second: string): ReadonlyMap<string, readonly string[]> {
  const commands = [...new CommandTable(COMMANDS, { isCluster: true }).all()].flatMap((
    c,
  ) => [c, ...c.sub?.values() ?? []]);
  const checked = commands.filter(({ name, flags }) => (flags & SLOTS_CHECKED) !== 0 && !WITHOUT.includes(name));
  return new Map(checked.map((command) => [command.name, requestOf(command, first, second)]));
}

function requestOf(command: Command, first: string, second: string): string[] {
  const byHand = BY_HAND[command.name];
  if (byHand !== undefined) {
    return byHand.split(" ").map((word) => word === "K1" ? first : word === "K2" ? second : word);
  }
  const specs = command.spec.keys!;
  const least = Math.max(Math.abs(command.arity), ...specs.map(lengthFor));
  const words = new Array<string>(command.arity > 0 ? command.arity : least).fill("1");
  const name = command.name.toUpperCase().split("|");
  words.splice(0, name.length, ...name);
  let isFirst = true;
  const putKey = (i: number): void => {
    words[i] = isFirst ? first : second;
    isFirst = !isFirst;
  };
  for (const { begin, find } of specs) {
    if (typeof begin !== "number" || find === "unknown") throw new Error(`Cannot make a request of ${command.name}`);
    if ("last" in find) {
      const last = find.last < 0 ? words.length + find.last : begin + find.last;
      for (let i = begin; i <= last; i += find.step) putKey(i);
    } else {
      words[begin + find.keynum] = "2";
      for (let i = 0; i < 2; i++) putKey(begin + find.first + i);
    }
  }
  return words;
}

/** How many words a request has in which a spec leads to two keys, or to all it can. */
function lengthFor({ begin, find }: KeySpec): number {
  if (typeof begin !== "number" || find === "unknown") return 0;
  if (!("last" in find)) return begin + find.first + 2;
  return find.last < 0 ? begin + 2 * find.step - 1 - find.last : begin + find.last + 1;
}
