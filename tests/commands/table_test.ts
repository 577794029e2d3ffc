/** Every row of the table of commands, walked: what it says has to fit together. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ACL_CATEGORIES, aclCategories, hasKeys, legacyKeys } from "../../commands/table.ts";
import { type Argument, parseUsage, usageCount } from "../../commands/usage.ts";
import {
  ADMIN,
  type Command,
  FAST,
  MAY_REPLICATE,
  MOVABLE_KEYS,
  NO_MANDATORY_KEYS,
  READONLY,
  WRITE,
} from "../../engine/command.ts";
import { COMMANDS } from "../../commands/mod.ts";
import { type CommandGroup, CommandTable } from "../../engine/command_table.ts";

/** Redis gives these an arity that their arguments do not: why, in words. */
const ARITY_OF_ITS_OWN: Readonly<Record<string, string>> = {
  quit: "ignores what comes after it",
  debug: "its subcommands have no rows",
  geohash: "the members may be left out, though Redis documents one as required",
  geopos: "as geohash",
  pfmerge: "the sources may be left out, though Redis documents one as required",
};

const KEY_ACCESS = ["RO", "RW", "OW", "RM"];
const KEY_MARKS = ["access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags"];
const GROUPS = [
  "bitmap",
  "cluster",
  "connection",
  "generic",
  "geo",
  "hash",
  "hyperloglog",
  "list",
  "pubsub",
  "scripting",
  "sentinel",
  "server",
  "set",
  "sorted-set",
  "stream",
  "string",
  "transactions",
];

function allCommands(): Command[] {
  return [...new CommandTable(COMMANDS).all()].flatMap((command) => [command, ...command.sub?.values() ?? []]);
}

/** Calls a check for every command, subcommands too; a failure names the command. */
function each(check: (command: Command) => void): void {
  const failures: string[] = [];
  for (const command of allCommands()) {
    try {
      check(command);
    } catch (error) {
      failures.push(`${command.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  assertEquals(failures, []);
}

/** All arguments of a usage, groups opened. */
function leaves(list: readonly Argument[]): Argument[] {
  return list.flatMap((argument) => argument.parts.length === 0 ? [argument] : leaves(argument.parts));
}

Deno.test("every row has a summary, a version, a complexity and a known group", () => {
  each(({ spec, group, name }) => {
    assertMatch(spec.summary, /^[A-Z].{8,}[^.\s]$/);
    assertMatch(spec.since, /^\d+\.\d+\.\d+$/);
    assertMatch(spec.complexity, /O\(|^Depends on |^N\/A$|^$/); // empty: Redis does not say
    assert(GROUPS.includes(group), group);
    assertEquals(name, name.toLowerCase());
    for (const [version, change] of spec.history ?? []) {
      assertMatch(version, /^\d+\.\d+\.\d+$/);
      assert(change.length > 0);
    }
    for (const tip of spec.tips ?? []) assertMatch(tip, /^[a-z_]+(:[a-z_]+)?$/);
    for (const category of spec.categories ?? []) assert(ACL_CATEGORIES.includes(category), category);
  });
});

Deno.test("the usage of a row implies its arity", () => {
  each(({ name, arity, spec, sub }) => {
    if (ARITY_OF_ITS_OWN[name] !== undefined) return;
    const names = name.includes("|") ? 2 : 1;
    if (sub !== null) return assertEquals([arity, spec.usage], [spec.run === undefined ? -2 : -1, ""]);
    const { least, isFixed } = usageCount(parseUsage(spec.usage));
    assertEquals(arity, isFixed ? names + least : -(names + least), spec.usage);
  });
});

Deno.test("the usage of a row names keys where its key specs find some", () => {
  each((command) => {
    const { usage } = command.spec;
    assertEquals(leaves(parseUsage(usage)).some(({ type }) => type === "key"), hasKeys(command), usage);
  });
});

Deno.test("key specs say what is done with a key, in Redis' words, and lead to arguments that must be there", () => {
  each(({ name, arity, spec, flags }) => {
    for (const { flags: text, begin, find } of spec.keys ?? []) {
      if (text === "not_key") continue; // shard channels, which only have a slot as keys do, and may all be left out
      const [access, ...marks] = text.split(" ");
      assert(KEY_ACCESS.includes(access!), text);
      for (const mark of marks) assert(KEY_MARKS.includes(mark), text);
      assertEquals(marks.includes("variable_flags"), spec.keyFlags !== undefined);
      if (begin === "unknown" || find === "unknown") {
        assertEquals(begin, find);
        assert(spec.keyPositions !== undefined, "somebody must know");
        continue;
      }
      assert(find.step >= 1);
      if (typeof begin !== "number") assert(begin.from !== 0 && /^[A-Z]+$/.test(begin.keyword));
      else if ("last" in find) {
        assert(begin >= 1, "not the name itself");
        assert(begin < Math.abs(arity) || ARITY_OF_ITS_OWN[name] !== undefined, "the first key is there");
        if (find.last >= 0) assert(begin + find.last < Math.abs(arity), "and the last one");
      } else assert(begin + find.keynum < Math.abs(arity), "the number of keys is there");
      // a command that reads may still change how a value is kept, and says so
      if ((flags & READONLY) !== 0) assertEquals(access, (flags & MAY_REPLICATE) !== 0 ? "RW" : "RO");
    }
  });
});

Deno.test("no command both writes and only reads, is both fast and administrative, or hides its subcommands' work", () => {
  each((command) => {
    const { flags, sub, run } = command;
    assert((flags & WRITE) === 0 || (flags & READONLY) === 0);
    assert((flags & FAST) === 0 || (flags & ADMIN) === 0);
    assert(sub !== null || run !== null, "it can be run");
    if (sub !== null) assertEquals(flags & (WRITE | READONLY | ADMIN), 0);
    assertEquals(flags & MOVABLE_KEYS, 0, "derived from the key specs");
    if ((flags & NO_MANDATORY_KEYS) !== 0) assert(legacyKeys(command).isMovable);
  });
});

Deno.test("ACL categories come in Redis' order, and every command is either fast or slow", () => {
  each((command) => {
    const categories = aclCategories(command);
    assertEquals(categories, ACL_CATEGORIES.filter((category) => categories.includes(category)));
    assert(categories.includes("fast") !== categories.includes("slow"));
  });
});

Deno.test("a container of subcommands has HELP, and its subcommands its group", () => {
  each(({ sub, group }) => {
    if (sub === null) return;
    assert(sub.has("help"));
    for (const each of sub.values()) assertEquals(each.group, group);
  });
});

Deno.test("no row gets lost where the groups are joined", async () => {
  const folder = new URL("../../commands/", import.meta.url);
  const table = new CommandTable(COMMANDS);
  const lost: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (name === "mod.ts") continue;
    const exports: Record<string, unknown> = await import(new URL(name, folder).href);
    for (const [key, rows] of Object.entries(exports)) {
      if (!key.endsWith("Commands")) continue;
      for (const [command, row] of Object.entries(rows as CommandGroup)) {
        if (table.get(command)?.spec !== row) lost.push(`${command} of ${name}`);
      }
    }
  }
  assertEquals(lost, []);
});

Deno.test("the table finds a name in any case, and nothing that is only like one", () => {
  const table = new CommandTable(COMMANDS);
  const find = (name: string) => {
    const bytes = new TextEncoder().encode(`..${name}..`);
    return table.find(bytes, 2, bytes.length - 2)?.name;
  };
  each(({ name }) => {
    if (name.includes("|")) return assertEquals(table.get(name)?.name, name);
    for (const spelled of [name, name.toUpperCase(), name[0]!.toUpperCase() + name.slice(1)]) {
      assertEquals(find(spelled), name);
    }
    for (const other of [`${name}!`, `!${name}`, name.slice(0, -1) + "\x00"]) assertEquals(find(other), undefined);
  });
  assertEquals(find(""), undefined);
  assertEquals(table.get("config|get|x"), undefined);
});
