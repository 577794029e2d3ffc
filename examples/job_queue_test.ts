import { assertEquals } from "@std/assert";
import { type Client, Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { onServers } from "../tests/client/_servers.ts";
import { type Job, JobQueue, type JobQueueOptions, Worker } from "./job_queue.ts";

const LEASE_MS = 30_000;
const OPTIONS: JobQueueOptions = { maxAttempts: 3, retryDelayMs: 1000, leaseMs: LEASE_MS };

/** A queue on a double whose clock stands still. */
async function startQueue(): Promise<{ server: Server; client: Client; queue: JobQueue } & AsyncDisposable> {
  const server = await Server.start({ clock: "manual" });
  const client = server.client();
  const dispose = async () => {
    await client.close();
    await server.close();
  };
  return { server, client, queue: new JobQueue(client, "mail", OPTIONS), [Symbol.asyncDispose]: dispose };
}

/** A worker that runs until it is disposed of, and the jobs it has been given, as "payload attempt". */
function runWorker(queue: JobQueue, name: string, handle: (job: Job) => void | Promise<void> = () => {}): {
  readonly jobs: string[];
} & AsyncDisposable {
  const jobs: string[] = [], end = new AbortController();
  const running = new Worker(queue, name).run(async (job) => {
    jobs.push(`${job.payload} ${job.attempt}`);
    await handle(job);
  }, end.signal);
  const dispose = async () => {
    end.abort();
    await running;
  };
  return { jobs, [Symbol.asyncDispose]: dispose };
}

onServers("A worker does jobs in their order, and leaves nothing of them behind", async (connect) => {
  await using client = connect();
  const queue = new JobQueue(client, "mail", OPTIONS), worker = new Worker(queue, "a");
  for (const payload of ["one", "two", "three"]) await queue.add(payload);
  for (const payload of ["one", "two", "three"]) {
    const job = await worker.take();
    assertEquals(job?.payload, payload);
    assertEquals(await worker.finish(job!), true);
  }
  assertEquals((await client.keys("*")).sort(), ["queue:mail:alive:a", "queue:mail:ids", "queue:mail:workers"]);
});

onServers("A job that fails too often is among the dead, with its last error", async (connect) => {
  await using client = connect();
  const queue = new JobQueue(client, "mail", { ...OPTIONS, retryDelayMs: 0 }), worker = new Worker(queue, "a");
  const id = await queue.add("bad");
  for (let attempt = 1; attempt <= 3; attempt++) {
    const job = await worker.take();
    assertEquals(job, { id, payload: "bad", attempt });
    assertEquals(await worker.fail(job!, new Error(`failure ${attempt}`)), true);
  }
  assertEquals(await queue.dead(), [{ id, payload: "bad", error: "Error: failure 3" }]);
  assertEquals(await queue.promote(), 0);
});

Deno.test("A worker that waits gets a job the moment it comes, though it has waited for long", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await using worker = runWorker(queue, "a");
  await server.clock.tick(10 * 60 * 1000);
  assertEquals(await queue.recover(), 0); // it is alive
  assertEquals(server.stats().blockedClients, 1);
  await queue.add("late");
  await server.clock.tick(0);
  assertEquals(worker.jobs, ["late 1"]);
});

Deno.test("Workers share the jobs, and each is done once", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await using a = runWorker(queue, "a");
  await using b = runWorker(queue, "b");
  await using c = runWorker(queue, "c");
  await server.clock.tick(0); // all wait
  const payloads = Array.from({ length: 30 }, (_, i) => `job${i}`);
  await Promise.all(payloads.map((payload) => queue.add(payload)));
  await server.clock.tick(0);
  assertEquals([...a.jobs, ...b.jobs, ...c.jobs].sort(), payloads.map((payload) => `${payload} 1`).sort());
  for (const { jobs } of [a, b, c]) assertEquals(jobs.length > 0, true);
});

Deno.test("A job that fails is tried again after one second, then after two, then given up", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  const startMs = server.clock.now(), triedAtMs: number[] = [];
  await using worker = runWorker(queue, "a", ({ payload }) => {
    if (payload !== "bad") return;
    triedAtMs.push(server.clock.now() - startMs);
    throw new Error("no such address");
  });
  await queue.add("bad");
  await queue.add("good");
  await server.clock.tick(60_000);
  assertEquals(worker.jobs, ["bad 1", "good 1", "bad 2", "bad 3"]);
  assertEquals(triedAtMs, [0, 1000, 3000]);
  assertEquals(await queue.dead(), [{ id: "1", payload: "bad", error: "Error: no such address" }]);
});

Deno.test("The jobs of a worker that has died go to others when its lease is over, before those that wait", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await queue.add("first");
  await queue.add("second");
  await new Worker(queue, "dies").take();
  await server.clock.tick(LEASE_MS - 1);
  assertEquals(await queue.recover(), 0);
  await server.clock.tick(1);
  assertEquals(await queue.recover(), 1);
  await using worker = runWorker(queue, "a");
  await server.clock.tick(0);
  assertEquals(worker.jobs, ["first 2", "second 1"]);
  assertEquals(server.db(0).keys("queue:mail:job:*"), []);
});

Deno.test("A worker that was thought to be dead does not end a job that others have", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await queue.add("long");
  const slow = new Worker(queue, "slow"), other = new Worker(queue, "other");
  const job = await slow.take();
  await server.clock.tick(LEASE_MS);
  await queue.recover();
  const again = await other.take();
  assertEquals([await slow.finish(job!), await slow.fail(job!, "too late")], [false, false]);
  assertEquals(server.db(0).getList("queue:mail:active:other"), ["1"]);
  assertEquals(await other.finish(again!), true);
});

Deno.test("A worker that says it lives keeps a job that takes long", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await queue.add("long");
  const slow = new Worker(queue, "slow");
  const job = await slow.take();
  for (let i = 0; i < 5; i++) {
    await server.clock.tick(LEASE_MS - 1);
    await slow.beat();
    assertEquals(await queue.recover(), 0);
  }
  assertEquals(await slow.finish(job!), true);
});

Deno.test("A job that ends its worker each time is given up without being tried for ever", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await queue.add("poison");
  for (const attempt of [1, 2, 3]) {
    assertEquals((await new Worker(queue, `worker${attempt}`).take())?.attempt, attempt);
    await server.clock.tick(LEASE_MS);
    assertEquals(await queue.recover(), 1);
  }
  assertEquals(await new Worker(queue, "worker4").take(), null);
  assertEquals(await queue.dead(), [{ id: "1", payload: "poison", error: "Error: no attempt has come to an end" }]);
});

Deno.test("A job whose worker has not heard that it has it is not lost", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  const fault = server.intercept(({ name }) => name === "BRPOPLPUSH" ? { cutAfterBytes: 0 } : undefined);
  await using worker = runWorker(queue, "a");
  await server.clock.tick(0);
  await queue.add("job"); // moved to the list of the worker, which is told nothing
  await server.clock.tick(0);
  fault[Symbol.dispose]();
  await server.clock.tick(1000);
  assertEquals(worker.jobs, ["job 1"]);
  assertEquals(server.db(0).keys("queue:mail:job:*"), []);
});

Deno.test("Workers come back when all connections are lost, while they wait and in the middle of a job", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  const { promise: isDone, resolve: finish } = Promise.withResolvers<void>();
  await using worker = runWorker(queue, "a", ({ payload }) => payload === "long" ? isDone : undefined);
  await server.clock.tick(0);
  await server.dropConnections(); // it waits for a job
  await queue.add("long");
  await server.clock.tick(0);
  assertEquals(worker.jobs, ["long 1"]);
  await server.dropConnections(); // it has one
  finish();
  await queue.add("short");
  await server.clock.tick(0);
  assertEquals(worker.jobs, ["long 1", "short 1"]);
  assertEquals(server.db(0).keys("queue:mail:job:*"), []);
});

Deno.test("A job is done again where the note of its end is lost on the way there, and not where on the way back", async () => {
  for (const [fault, jobs] of [[{ drop: true }, ["job 1", "job 2"]], [{ cutAfterBytes: 0 }, ["job 1"]]] as const) {
    await using test = await startQueue();
    const { server, queue } = test;
    await queue.add("job");
    let hasFailed = false, isTaken = false;
    using _ = server.intercept(({ name }) => {
      if (name !== "EXEC" || !isTaken || hasFailed) return;
      hasFailed = true;
      return fault;
    });
    await using worker = runWorker(queue, "a", () => {
      isTaken = true;
    });
    await server.clock.tick(0);
    assertEquals(worker.jobs, jobs);
    assertEquals(server.db(0).keys("queue:mail:job:*"), []);
  }
});

Deno.test("Jobs outlast a restart of the server", async () => {
  await using test = await startQueue();
  const { server, queue } = test;
  await queue.add("waits");
  await new Worker(queue, "a").take();
  await queue.add("waits too");
  await server.restart();
  await using worker = runWorker(queue, "a"); // back under its name
  await server.clock.tick(0);
  assertEquals(worker.jobs, ["waits 2", "waits too 1"]);
});
