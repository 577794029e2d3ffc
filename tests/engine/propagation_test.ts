/** What is propagated of random commands makes the same keys elsewhere, whatever they left to chance and wherever memory ended. */
import { assertEquals } from "@std/assert";
import { Config } from "../../engine/config.ts";
import { Dispatcher } from "../../engine/dispatch.ts";
import type { Engine } from "../../engine/context.ts";
import { batchOf } from "../../resp/command_batch.ts";
import type { Arena } from "../../store/arena.ts";
import { StoreMemoryError } from "../../store/errors.ts";
import { newCaller } from "../_call.ts";
import { textOf } from "../compat/random/normalise.ts";
import { quoted } from "../compat/random/reply.ts";
import { GENERATORS, makeRound } from "../compat/random/rounds.ts";
import type { Command } from "../compat/random/words.ts";
import { Random } from "../resp/_frames.ts";

const SEED = 7_001_500;
const TYPES = Object.keys(GENERATORS);
const ROUNDS = TYPES.length;
/** One allocation in so many fails where any do. */
const FAILING = 40;
/** Commands between two comparisons. */
const COMPARED = 50;

for (const fails of [false, true]) {
  const name = fails ? "where memory ends in the middle of commands" : "for random commands";
  Deno.test(`a second server that repeats what is propagated holds the same ${name}`, () => {
    const random = new Random(SEED);
    let failures = 0;
    for (let number = 0; number < ROUNDS; number++) {
      const { engine, raw } = newDebuggedCaller();
      const copy = repeatedElsewhere(engine);
      const known = new Set([...raw("COMMAND", "LIST").matchAll(/^[a-z_]+$/gm)].map(([name]) => name!.toUpperCase()));
      const { commands, settings } = makeRound(SEED, number, TYPES, known);
      for (const server of [raw, copy.raw]) for (const setting of settings) server("CONFIG", "SET", ...setting);
      if (fails) engine.keyspace.databases.slice(0, 2).forEach(({ arena }) => failAtTimes(arena, random));
      commands.map((command) => chancy(command, random)).forEach((command, i) => {
        if (/^(B[LRZ]|CONFIG|DEBUG)/i.test(textOf(command[0])) || command.includes("BLOCK")) return;
        const isFailed = raw(...command).startsWith("-OOM");
        if (isFailed) failures++;
        if (!isFailed && i % COMPARED !== 0) return;
        const line = command.map((word) => quoted(textOf(word))).join(" ");
        assertEquals(raw("DEBUG", "DIGEST"), copy.raw("DEBUG", "DIGEST"), `round ${number}, command ${i}: ${line}`);
      });
      assertEquals(raw("DEBUG", "DIGEST"), copy.raw("DEBUG", "DIGEST"), `round ${number}`);
      assertEquals(engine.statistics.unexpectedErrors + copy.engine.statistics.unexpectedErrors, 0);
    }
    assertEquals(failures > 100, fails, `${failures} commands failed`);
  });
}

function newDebuggedCaller() {
  const config = new Config();
  config.set([["enable-debug-command", "yes"]], "start");
  return newCaller({ config });
}

/** A server that repeats what the other one propagates. */
function repeatedElsewhere(engine: Engine) {
  const copy = newDebuggedCaller();
  const dispatcher = new Dispatcher(copy.engine);
  const { client } = copy.connect();
  engine.hooks.propagated.add((db, args) => {
    client.db = db;
    const batch = batchOf(args);
    assertEquals(dispatcher.execute(client, batch, 0), batch.size);
    client.out.take();
  });
  return copy;
}

/** The generators' SPOP knows what it pops; this one does not. */
function chancy(command: Command, random: Random): Command {
  if (!/^S(RANDMEMBER|ISMEMBER)$/i.test(textOf(command[0]))) return command;
  return ["SPOP", command[1]!, ...random.int(3) === 0 ? [] : [String(random.int(12))]];
}

/** Has an allocation fail now and then. */
function failAtTimes(arena: Arena, random: Random): void {
  const allocate = arena.allocate.bind(arena);
  arena.allocate = (bytes) => {
    if (random.int(FAILING) === 0) throw new StoreMemoryError("no memory, says the test");
    return allocate(bytes);
  };
}
