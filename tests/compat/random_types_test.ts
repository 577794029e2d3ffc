/**
 * Random commands of all types, answered alike by miniredis and by redis-server 7.0 where it is installed, with the same
 * contents after each round. `MINIREDIS_SEED` and `MINIREDIS_COMMANDS` choose another run; `tools/differential.ts` runs any
 * number of commands.
 */
import { assert, assertEquals } from "@std/assert";
import { type Log, Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { PortPeer } from "./random/peer.ts";
import {
  GENERATORS,
  makePair,
  makeRound,
  printFailure,
  runRound,
  shrinkRound,
  unknownCommands,
} from "./random/rounds.ts";
import { setting } from "./random/setting.ts";

const SEED = setting("MINIREDIS_SEED", 7_001_500);
const COMMANDS = setting("MINIREDIS_COMMANDS", 200_000);
const TYPES = Object.keys(GENERATORS);

Deno.test({
  name: `${COMMANDS} random commands of all types answer as in redis-server 7.0 (seed ${SEED}; skipped without it)`,
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis("--enable-debug-command", "yes", "--hz", "100");
    const errors: string[] = [];
    const log: Log = { log: (_level, text) => /error/i.test(text) && errors.push(text) };
    await using server = await Server.start({ port: 0, config: { "enable-debug-command": "yes" }, log });
    using ours = new PortPeer("miniredis", server.port);
    using theirs = new PortPeer("redis-server", redis.port);
    const pair = await makePair(ours, theirs);
    assert(pair.hasDigest && pair.hasReload, "both answer DEBUG DIGEST and DEBUG RELOAD");
    assertEquals(unknownCommands(TYPES, pair.commands), [], "commands that one of the servers lacks");
    for (let round = 0, done = 0; done < COMMANDS; round++) {
      const next = makeRound(SEED, round, TYPES, pair.commands);
      const difference = await runRound(pair, next);
      if (difference !== null) throw new Error(printFailure(pair, SEED, await shrinkRound(pair, next, difference)));
      done += next.commands.length;
    }
    assertEquals(errors, []);
  },
});
