/**
 * Clients that wait for keys are served as by redis-server 7.0, whatever random commands they and others send.
 * `MINIREDIS_SEED` and `MINIREDIS_ROUNDS` choose another run.
 */
import { Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { printCommand } from "./random/rounds.ts";
import { setting } from "./random/setting.ts";
import { shrink } from "./random/shrink.ts";
import { runWaiting, type Step, waitingSteps } from "./random/waiting.ts";
import { Random } from "./random/words.ts";

const SEED = setting("MINIREDIS_SEED", 1);
const ROUNDS = setting("MINIREDIS_ROUNDS", 100);

Deno.test({
  name: `${ROUNDS} rounds of clients that wait for keys end as in redis-server 7.0 (seed ${SEED}; skipped without it)`,
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis("--enable-debug-command", "yes");
    await using server = await Server.start({ port: 0, config: { "enable-debug-command": "yes" } });
    const [ours, theirs] = [{ name: "miniredis", port: server.port }, { name: "redis-server", port: redis.port }];
    const run = (steps: readonly Step[], round: number) => runWaiting(ours, theirs, round % 2 === 0 ? 2 : 3, steps);
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const steps = waitingSteps(random);
      const difference = await run(steps, round);
      if (difference === null) continue;
      const left = await shrink(steps.slice(0, difference.at + 1), async (some) => await run(some, round) !== null);
      const found = await run(left, round) ?? difference;
      throw new Error(`seed ${SEED}, round ${round}\n${print(left)}\nours: ${found.ours}\ntheirs: ${found.theirs}`);
    }
  },
});

/** A line for each step: who sent it, the last number being that of who never waits, and the commands. */
function print(steps: readonly Step[]): string {
  return steps.map(({ who, commands }) => `${who}> ${commands.map(printCommand).join("; ")}`).join("\n");
}
