/** Clients that wait for keys are served as by redis-server 7.0, whatever random commands they and others send. */
import { Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { shrink } from "./random/shrink.ts";
import { type Address, runWaiting, type Step, waitingSteps } from "./random/waiting.ts";
import { Random } from "./random/words.ts";

const SEED = Number(Deno.env.get("MINIREDIS_SEED") ?? 1);
const ROUNDS = Number(Deno.env.get("MINIREDIS_ROUNDS") ?? 60);

Deno.test({
  name: `${ROUNDS} rounds of clients that wait for keys end as in redis-server 7.0 (seed ${SEED}; skipped without it)`,
  ignore: !hasReference,
  fn: async () => {
    await using redis = await startRedis("--enable-debug-command", "yes");
    await using server = await Server.start({ port: 0, config: { "enable-debug-command": "yes" } });
    const servers: [Address, Address] = [{ name: "miniredis", port: server.port }, {
      name: "redis-server",
      port: redis.port,
    }];
    const random = new Random(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const protocol = round % 2 === 0 ? 2 : 3;
      const steps = waitingSteps(random);
      const difference = await runWaiting(servers, protocol, steps);
      if (difference === null) continue;
      const left = await shrink(
        steps.slice(0, difference.at + 1),
        async (some) => await runWaiting(servers, protocol, some) !== null,
      );
      const found = await runWaiting(servers, protocol, left) ?? difference;
      throw new Error(`seed ${SEED}, round ${round}, RESP${protocol}\n${print(left)}\n${found.ours}\n${found.theirs}`);
    }
  },
});

function print(steps: readonly Step[]): string {
  return steps.map(({ who, commands }) => `${who}> ${commands.map((words) => words.join(" ")).join("; ")}`).join("\n");
}
