/** The buffers of clients: they grow with what is needed and go back when clients fall silent, with a clock moved by hand. */
import { assert, assertEquals } from "@std/assert";
import type { ClientState } from "../../engine/client_state.ts";
import { readBuffers } from "../../resp/read_buffers.ts";
import { ReplyWriter } from "../../resp/reply_writer.ts";
import { TimerClock } from "../_clock.ts";
import { TestHost } from "../_host.ts";
import { encodeCommand } from "../_harness.ts";

const KIB = 1024;

/** Figures of the client of a name, as CLIENT LIST tells them. */
async function figures(server: TestHost, name: string): Promise<Record<string, number>> {
  const line = (await server.line("CLIENT LIST")).split("\\n").find((line) => line.includes(` name=${name} `))!;
  const figures = [...line.matchAll(/([a-z-]+)=(-?\d+)(?= |$)/g)].map(([, field, value]) => [field!, Number(value)]);
  return Object.fromEntries(figures);
}

function newServer(): { clock: TimerClock; server: TestHost } {
  const clock = new TimerClock();
  return { clock, server: new TestHost({ "enable-debug-command": "yes" }, clock) };
}

for (const way of ["TCP", "memory"] as const) {
  Deno.test(`the read buffer of a client that falls silent is given back (${way})`, async () => {
    const { clock, server: host } = newServer();
    await using server = host;
    await using client = await server.open(way);
    assertEquals(await client.send("CLIENT", "SETNAME", "it"), "+OK");
    const talking = await figures(server, "it");
    assertEquals([talking.qbuf, talking["qbuf-free"]], [0, 16 * KIB]);
    clock.advance(2_900);
    server.host.turn();
    assertEquals((await figures(server, "it"))["qbuf-free"], 16 * KIB);
    clock.advance(200);
    server.host.turn();
    const silent = await figures(server, "it");
    assertEquals([silent.qbuf, silent["qbuf-free"]], [0, 0]);
    assert(silent["tot-mem"]! <= KIB && silent["tot-mem"]! < talking["tot-mem"]!, "a window is left");
    assertEquals(await client.send("ECHO", "x".repeat(100_000)), `$100000 ${"x".repeat(100_000)}`);
    assertEquals((await figures(server, "it"))["qbuf-free"], 64 * KIB);
  });

  Deno.test(`a large read buffer shrinks while small requests come, not below what is awaited (${way})`, async () => {
    const { server: host } = newServer();
    await using server = host;
    await using client = await server.open(way);
    await client.send("CLIENT", "SETNAME", "it");
    await client.send("SET", "k", "x".repeat(400_000));
    server.host.turn();
    assertEquals((await figures(server, "it"))["qbuf-free"], 64 * KIB);
    await client.send("SET", "k", "x");
    server.host.turn();
    assertEquals((await figures(server, "it"))["qbuf-free"], 16 * KIB);
    const request = encodeCommand(["SET", "k", "y".repeat(300_000)]);
    await client.write(request.subarray(0, 200_000));
    while ((await figures(server, "it")).qbuf! < 200_000) server.host.turn();
    for (let i = 0; i < 10; i++) server.host.turn();
    await client.write(request.subarray(200_000));
    assertEquals(await client.readReply(), "+OK");
    assertEquals(await client.send("STRLEN", "k"), ":300000");
  });

  Deno.test(`a client whose requests wait keeps them when its buffer shrinks (${way})`, async () => {
    const { clock, server: host } = newServer();
    await using server = host;
    await using client = await server.open(way);
    await client.send("CLIENT", "SETNAME", "it");
    const requests = [["BLPOP", "list", "0"], ["ECHO", "a".repeat(20_000)], ["ECHO", "b"]];
    await client.write(Uint8Array.from(requests.flatMap((words) => [...encodeCommand(words)])));
    await server.blocked(1);
    while ((await figures(server, "it")).qbuf! < 20_000) await server.line("PING");
    clock.advance(10_000);
    for (let i = 0; i < 5; i++) server.host.turn();
    assertEquals(await server.line("RPUSH list x"), ":1");
    assertEquals(await client.readReply(), "*2[$4 list, $1 x]");
    assertEquals(await client.readReply(), `$20000 ${"a".repeat(20_000)}`);
    assertEquals(await client.readReply(), "$1 b");
  });
}

Deno.test("the reply buffer follows what a client is sent, by DEBUG REPLYBUFFER faster, or not at all", async () => {
  const { clock, server: host } = newServer();
  await using server = host;
  await using client = await server.open("memory");
  await client.send("CLIENT", "SETNAME", "it");
  const sizes = async () => {
    const { rbs, rbp } = await figures(server, "it");
    return [rbs, rbp];
  };
  assertEquals(await sizes(), [16 * KIB, 16 * KIB]);
  clock.advance(4_900);
  assertEquals(await sizes(), [16 * KIB, 16 * KIB], "for five seconds what was needed counts");
  clock.advance(300);
  assertEquals(await sizes(), [KIB, 0]);
  assertEquals(await client.send("ECHO", "x".repeat(1_500)), `$1500 ${"x".repeat(1_500)}`);
  server.host.turn();
  assertEquals(await sizes(), [2 * KIB, KIB]);
  assertEquals(await server.line("DEBUG REPLYBUFFER PEAK-RESET-TIME 100"), "+OK");
  clock.advance(300);
  assertEquals(await sizes(), [KIB, 0]);
  assertEquals(await server.line("DEBUG REPLYBUFFER PEAK-RESET-TIME never"), "+OK");
  const grown: (number | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    await client.send("ECHO", "x".repeat(32 * KIB));
    server.host.turn();
    grown.push((await sizes())[0]);
  }
  assertEquals(grown, [2, 4, 8, 16, 16, 16].map((kib) => kib * KIB));
  assertEquals(await server.line("DEBUG REPLYBUFFER PEAK-RESET-TIME reset"), "+OK");
  assertEquals(await server.line("DEBUG REPLYBUFFER RESIZING 0"), "+OK");
  clock.advance(10_000);
  assertEquals(await sizes(), [16 * KIB, 16 * KIB]);
  const info = await server.line("INFO stats");
  assert(/reply_buffer_shrinks:[2-9]/.test(info) && /reply_buffer_expands:[4-9]/.test(info), info);
  assertEquals(
    await server.line("DEBUG REPLYBUFFER PEAK-RESET-TIME x"),
    "-ERR value is not an integer or out of range",
  );
});

Deno.test("read buffers of connections that end, however they do, go back", async () => {
  const before = readBuffers.used;
  {
    const { server: host } = newServer();
    await using server = host;
    const clients = await Promise.all(
      Array.from({ length: 40 }, (_, i) => server.open(i % 2 === 0 ? "TCP" : "memory")),
    );
    for (const client of clients) assertEquals(await client.send("PING"), "+PONG");
    assert(readBuffers.used >= before + 40);
    for (const [i, client] of clients.entries()) {
      if (i % 4 === 0) await client.close();
      else if (i % 4 === 1) assertEquals(await client.send("QUIT"), "+OK");
      else if (i % 4 === 2) await client.write("*1\r\n$4\r\nPI");
    }
    assert(/^:[123]\d$/.test(await server.line("CLIENT KILL TYPE normal")));
    while (server.host.engine.clients.size > 1) await server.line("PING");
    for (const client of clients) await client.close();
  }
  assertEquals(readBuffers.used, before);
});

Deno.test("every client has its turn within a second, however many there are", async () => {
  const { server: host } = newServer();
  await using server = host;
  const trims = new Map<number, number>();
  for (let id = 1; id <= 101; id++) {
    const connection = { checkOutput() {}, trim: () => void trims.set(id, (trims.get(id) ?? 0) + 1) };
    server.host.engine.clients.set(id, { connection, out: new ReplyWriter() } as unknown as ClientState);
  }
  const turn = () => {
    const before = trims.values().reduce((sum, count) => sum + count, 0);
    server.host.turn();
    return trims.values().reduce((sum, count) => sum + count, 0) - before;
  };
  assertEquals(Array.from({ length: 10 }, turn), Array.from({ length: 10 }, () => 11));
  assertEquals(trims.size, 101);
  for (let id = 4; id <= 101; id++) server.host.engine.clients.delete(id);
  trims.clear();
  assertEquals([turn(), turn(), trims.size], [3, 3, 3]);
  server.host.engine.clients.clear();
});

Deno.test("a reply buffer is as large as its replies need, and is taken only for them", () => {
  const out = new ReplyWriter();
  out.bufferBytes = KIB;
  out.ok();
  assertEquals(out.bytes.length, KIB);
  out.bulkText("x".repeat(1_020));
  assertEquals(out.bytes.length, 2 * KIB);
  assertEquals(new TextDecoder().decode(out.take()), `+OK\r\n$1020\r\n${"x".repeat(1_020)}\r\n`);
  out.sent();
  assertEquals([out.bytes.length, out.peakBytes], [0, 16 * KIB], "at first it counts as full");
  out.resetPeak();
  out.bulkText("x".repeat(500));
  assertEquals([out.take().length, out.peakBytes, out.resize()], [508, 508, 0]);
  out.bulkText("x".repeat(20_000));
  assertEquals([out.bytes.length, out.take().length, out.peakBytes], [20_016, 20_010, KIB]);
  assertEquals([out.resize(), out.bufferBytes], [1, 2 * KIB]);
});
