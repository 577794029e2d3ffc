/** Giving way to other connections (server/turns.ts). */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { turn, Turns } from "../../server/turns.ts";

for (const hasSockets of [false, true]) {
  const what = hasSockets ? "with a look at the sockets" : "without sockets";

  Deno.test(`whoever asks for a turn while one is under way shares it, ${what}`, async () => {
    let ends = 0;
    const turns = new Turns(() => ends++);
    if (hasSockets) await turns.open();
    for (let i = 1; i <= 50; i++) {
      const one = turns.take();
      assertStrictEquals(turns.take(), one);
      await one;
      assertEquals(ends, i);
    }
    turns.close();
    await turns.take();
    assertEquals(ends, 51);
  });
}

Deno.test("what has arrived at a socket meanwhile is noticed after some milliseconds of work", async () => {
  const turns = new Turns(() => {});
  await turns.open();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using far = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using near = await listener.accept();
  let arrived = 0;
  const reading = near.read(new Uint8Array(10)).then(() => arrived++);
  await far.write(Uint8Array.of(1));
  let taken = 0;
  for (; arrived === 0 && taken < 50; taken++) await turns.take(1.1);
  await reading;
  turns.close();
  assert(taken <= 8, `it took ${taken} turns`); // of those that setImmediate makes, about 60
});

for (const hasSockets of [false, true]) {
  Deno.test(`a look misses nothing that is at a socket, ${hasSockets ? "sockets being opened" : "without sockets"}`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using far = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    using near = await listener.accept();
    const turns = new Turns(() => {});
    const opening = hasSockets ? turns.open() : null;
    for (let i = 1; i <= 10; i++) {
      let arrived = 0;
      const reading = near.read(new Uint8Array(10)).then(() => arrived++);
      const writing = far.write(Uint8Array.of(i));
      turns.take(0); // one that is under way does not count
      await turns.look();
      await turns.look();
      assertEquals(arrived, 1);
      await Promise.all([reading, writing]);
    }
    await opening;
    turns.close();
    await turns.look();
  });
}

Deno.test("a turn under way ends when the sockets are closed, and so does opening them", async () => {
  let ends = 0;
  const turns = new Turns(() => ends++);
  const opening = turns.open();
  await turns.open(); // once is enough
  turns.close();
  await opening;
  await turns.take();
  const others = new Turns(() => ends++);
  await others.open();
  const taking = others.take();
  others.close();
  await taking;
  assertEquals(ends, 2);
});

Deno.test("turn() lets timers run", async () => {
  let hasRun = false;
  const ends = performance.now() + 5_000;
  setTimeout(() => hasRun = true, 0);
  while (!hasRun && performance.now() < ends) await turn();
  assert(hasRun);
});
