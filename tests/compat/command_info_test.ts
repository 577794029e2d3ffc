/** COMMAND INFO and COMMAND DOCS of every command there is, compared with the original. */
import { assert, assertEquals } from "@std/assert";
import { ACL_CATEGORIES } from "../../commands/table.ts";
import { COMMANDS } from "../../commands/mod.ts";
import { type Argument, parseUsage } from "../../commands/usage.ts";
import { CommandTable } from "../../engine/command_table.ts";
import { withBoth } from "../_both.ts";
import type { RawConnection } from "../_harness.ts";
import { hasReference } from "../_redis.ts";

/** Commands that Redis 7.0 does not have: two of the original miniature server, and one that clients of 7.2 send. */
const OURS = ["client|setinfo", "delete", "flush"];

/** What they wait for. */
const SCRIPTS = "Lua scripts", REPLICAS = "replication", USERS = "ACL users";

/** Commands that are not there yet, containers with all they contain, and what they wait for. */
const MISSING: Readonly<Record<string, string>> = {
  "acl": USERS,
  "eval": SCRIPTS,
  "eval_ro": SCRIPTS,
  "evalsha": SCRIPTS,
  "evalsha_ro": SCRIPTS,
  "fcall": SCRIPTS,
  "fcall_ro": SCRIPTS,
  "function": SCRIPTS,
  "migrate": "connections to other servers",
  "psync": REPLICAS,
  "replconf": REPLICAS,
  "script": SCRIPTS,
  "sync": REPLICAS,
};

/** Commands whose arguments COMMAND DOCS shows otherwise, and why. */
const OTHER_ARGUMENTS: Readonly<Record<string, string>> = {
  "client|kill": "the original calls each filter optional, though one must be there",
  "client|list": "the original has a block around the one value of ID",
  "command|getkeys": "the original leaves them out",
  "command|getkeysandflags": "the original leaves them out",
  "config|get": "the original has a block around the one value",
  "debug": "the original leaves them out",
  "module|loadex": "the original has a block around the one value of ARGS",
  "psubscribe": "the original has a block around the one value",
};

/** A reply read as a tree; maps and sets as their elements in order, since RESP2 has nothing else. */
type Tree = string | Tree[];

/** Reads what {@linkcode RawConnection.readReply} prints of a RESP2 reply without `[`, `]` or `, ` in its texts. */
function treeOf(printed: string): Tree {
  let at = 0;
  const read = (): Tree => {
    const header = /^\*\d+\[/.exec(printed.slice(at));
    if (header === null) return text();
    at += header[0].length;
    const list: Tree[] = [];
    while (printed[at] !== "]") {
      list.push(read());
      if (printed.startsWith(", ", at)) at += 2;
    }
    at++;
    return list;
  };
  const text = (): string => {
    const bulk = /^\$(\d+) /.exec(printed.slice(at));
    const size = bulk === null ? printed.slice(at).search(/, |\]|$/) : Number(bulk[1]);
    const start = at + (bulk?.[0].length ?? 0);
    at = start + size;
    return printed.slice(start, at);
  };
  return read();
}

function list(tree: Tree | undefined): Tree[] {
  if (!Array.isArray(tree)) throw new TypeError(`Cannot read '${tree}' as an array`);
  return tree;
}

function field(map: Tree, name: string): Tree | undefined {
  const pairs = list(map);
  const at = pairs.findIndex((key, i) => i % 2 === 0 && key === name);
  return at < 0 ? undefined : pairs[at + 1];
}

async function ask(conn: RawConnection, ...args: string[]): Promise<Tree> {
  return treeOf(await conn.send(...args));
}

/** The names of all our commands, subcommands too, that the original has as well. */
async function sharedNames(ours: RawConnection): Promise<string[]> {
  const names = list(await ask(ours, "COMMAND", "LIST")).map(String);
  return names.filter((name) => !OURS.includes(name)).sort();
}

const needed = "(skipped where redis-server 7.0 is not installed)";

Deno.test({
  name: `the commands that only one side has are known by name ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const mine = list(await ask(ours, "COMMAND", "LIST")).map(String);
      const others = list(await ask(theirs, "COMMAND", "LIST")).map(String);
      assertEquals(mine.filter((name) => !others.includes(name)).sort(), OURS);
      const missing = others.filter((name) => !mine.includes(name));
      const containers = new Set(missing.filter((name) => !name.includes("|")));
      const named = missing.filter((name) => !name.includes("|") || !containers.has(name.split("|")[0]!));
      assertEquals(named.sort(), Object.keys(MISSING));
    }),
});

Deno.test({
  name: `COMMAND INFO of each command is the original's: arity, flags, keys, categories, tips ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const names = await sharedNames(ours);
      const mine = list(await ask(ours, "COMMAND", "INFO", ...names));
      const others = list(await ask(theirs, "COMMAND", "INFO", ...names));
      // the subcommands are in the list themselves, and the original answers them in no order
      const facts = (replies: Tree[]) => replies.map((reply) => list(reply).slice(0, 9));
      assertEquals(facts(mine), facts(others));
    }),
});

Deno.test({
  name: `COMMAND INFO has the original's RESP3 types ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const names = ["set", "get", "mset", "lcs", "client|id", "echo", "nosuch"];
      for (const conn of [ours, theirs]) await conn.send("HELLO", "3");
      assertEquals(await ours.send("COMMAND", "INFO", ...names), await theirs.send("COMMAND", "INFO", ...names));
    }),
});

Deno.test({
  name:
    `COMMAND DOCS of each command has the original's fields, version, group, complexity, flags and history ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const names = await sharedNames(ours);
      const facts = async (conn: RawConnection) => {
        const docs = await ask(conn, "COMMAND", "DOCS", ...names);
        return names.map((name) => {
          const doc = field(docs, name)!;
          const fields = list(doc).filter((_, i) => i % 2 === 0).map(String);
          const history = list(field(doc, "history") ?? []).map((change) => String(list(change)[0]));
          const facts = ["since", "group", "complexity", "module", "doc_flags", "deprecated_since", "replaced_by"]
            .map((fact) => [fact, field(doc, fact)]);
          return { name, fields: fields.filter((each) => !hasOwnArguments(name, each)), facts, history };
        });
      };
      assertEquals(await facts(ours), await facts(theirs));
    }),
});

/** Is it the field of arguments that the original does not show? */
function hasOwnArguments(command: string, field: string): boolean {
  return field === "arguments" && OTHER_ARGUMENTS[command] !== undefined;
}

/** The arguments of COMMAND DOCS in one line. */
function shown(tree: Tree): string {
  return list(tree).map((argument) => {
    const type = field(argument, "type");
    const parts = field(argument, "arguments") ?? [];
    const flags = list(field(argument, "flags") ?? []).map(String);
    const token = String(field(argument, "token") ?? "");
    const name = `${field(argument, "name")}:`;
    const value = type === "oneof"
      ? `${name}<${list(parts).map((part) => shown([part])).join(" | ")}>`
      : type === "block"
      ? `${name}(${shown(parts)})`
      : `${name}${type}`;
    const spec = field(argument, "key_spec_index");
    const text = [
      token,
      value,
      spec === undefined ? "" : `#${String(spec)}`,
      ...flags.filter((flag) => flag !== "optional"),
    ]
      .filter((word) => word !== "").join(" ");
    return flags.includes("optional") ? `[${text}]` : text;
  }).join(" ");
}

Deno.test({
  name: `COMMAND DOCS of each command shows the original's arguments, but for those named ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const names = await sharedNames(ours);
      const usages = async (conn: RawConnection) => {
        const docs = await ask(conn, "COMMAND", "DOCS", ...names);
        return names.map((name) => `${name} ${shown(field(field(docs, name)!, "arguments") ?? [])}`);
      };
      const [mine, others] = [await usages(ours), await usages(theirs)];
      const other = names.filter((_, i) => mine[i] !== others[i]);
      assertEquals(
        other.filter((name) => OTHER_ARGUMENTS[name] === undefined).map((name) => mine[names.indexOf(name)]),
        [],
      );
      assertEquals(other, Object.keys(OTHER_ARGUMENTS), "and all of those differ");
    }),
});

Deno.test({
  name: `COMMAND GETKEYS and GETKEYSANDFLAGS answer as the original ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const requests = [
        "GET k",
        "get",
        "GET a b",
        "SET k v",
        "SET k v get",
        "SET k v EX 10 nx",
        "MSET a 1 b 2",
        "MSET a 1 b",
        "MGET a b c",
        "DEL a",
        "RENAME a b",
        "COPY a b DB 3",
        "LCS a b LEN",
        "OBJECT ENCODING k",
        "OBJECT HELP",
        "OBJECT HELP x",
        "OBJECT NOSUCH k",
        "PING x",
        "CLIENT ID",
        "CONFIG GET x",
        "NOSUCH x",
        "config|get x",
        ...["1", "2", "3", "0", "-1", "1e3", "2x", "+1", "01", "x", "", "4294967297", "9223372036854775808"].flatMap((
          count,
        ) => [
          `ZUNIONSTORE to ${count} a b`,
          `ZINTER ${count} a b`,
          `SINTERCARD ${count} a b`,
          `BLMPOP 1 ${count} a b LEFT`,
        ]),
      ];
      for (const request of requests) {
        for (const sub of ["GETKEYS", "GETKEYSANDFLAGS"]) {
          const args = ["COMMAND", sub, ...request.split(" ")];
          assertEquals(await ours.send(...args), await theirs.send(...args), args.join(" "));
        }
      }
    }),
});

/** Arguments as a usage has them: the alternative number `choice` of each group, with or without what may be left out. */
function exampleOf(list: readonly Argument[], choice: number, isFull: boolean): string[] {
  return list.flatMap(({ name, type, token, isOptional, isMultiple, repeatsToken, parts }): string[] => {
    if (isOptional && !isFull) return [];
    const tokens = token === null ? [] : [token];
    const once = (): string[] => {
      switch (type) {
        case "pure-token":
          return [];
        case "oneof":
          return exampleOf([parts[choice % parts.length]!], choice, isFull);
        case "block":
          return exampleOf(parts, choice, isFull);
        case "integer":
          return [name === "numkeys" ? `${1 + choice % 2}` : "0"];
        default:
          return [`${name}-${choice}`];
      }
    };
    const again = isMultiple && choice % 2 === 1 ? [...repeatsToken ? tokens : [], ...once()] : [];
    return [...tokens, ...once(), ...again];
  });
}

Deno.test({
  name: `COMMAND GETKEYS and GETKEYSANDFLAGS answer as the original over examples of every command ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const table = new CommandTable(COMMANDS);
      let found = 0;
      for (const name of await sharedNames(ours)) {
        const usage = parseUsage(table.get(name)!.spec.usage);
        const requests = [0, 1, 2, 3, 4].flatMap((choice) =>
          [true, false].map((isFull) => exampleOf(usage, choice, isFull))
        );
        for (const request of [[], ["one"], ...requests]) {
          for (const sub of ["GETKEYS", "GETKEYSANDFLAGS"]) {
            const args = ["COMMAND", sub, ...name.split("|"), ...request];
            const reply = await ours.send(...args);
            assertEquals(reply, await theirs.send(...args), args.join(" "));
            if (reply.startsWith("*")) found++;
          }
        }
      }
      assert(found > 1000, `${found} had keys`);
    }),
});

Deno.test({
  name: `COMMAND LIST filters as the original, as far as the commands go ${needed}`,
  ignore: !hasReference,
  fn: () =>
    withBoth(async (ours, theirs) => {
      const shared = await sharedNames(ours);
      for (
        const filter of [
          ...ACL_CATEGORIES.map((category) => `ACLCAT ${category}`),
          "aclcat Dangerous",
          "ACLCAT @string",
          "ACLCAT nosuch",
          "PATTERN *",
          "PATTERN config|*",
          "PATTERN CONFIG*G?T",
          "PATTERN \\\\*",
          "PATTERN ",
          "module nosuch",
          "PATTERN c*",
          "PATTERN *|G[E-I]*",
          "MODULE x",
        ]
      ) {
        const args = ["COMMAND", "LIST", "FILTERBY", ...filter.split(" ")];
        const names = async (conn: RawConnection) =>
          list(await ask(conn, ...args)).map(String).filter((name) => shared.includes(name)).sort();
        assertEquals(await names(ours), await names(theirs), filter);
      }
      for (const wrong of ["FILTERBY", "FILTERBY ACLCAT", "FILTERBY x y", "x", "FILTERBY PATTERN a b"]) {
        const args = ["COMMAND", "LIST", ...wrong.split(" ")];
        assertEquals(await ours.send(...args), await theirs.send(...args), wrong);
      }
    }),
});
