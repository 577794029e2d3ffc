/** Does a program live on while it waits, in memory, for what the server does in time? There are no sockets to do so for it. */
import { assertEquals } from "@std/assert";
import { Server } from "../../mod.ts";

Deno.test("a delayed command is waited for", async () => {
  await using server = await Server.start();
  await using client = server.client();
  using _ = server.intercept(({ name }) => name === "GET" ? { delayMs: 5 } : undefined);
  assertEquals(await client.get("k"), null);
});

Deno.test("the end of CLIENT PAUSE is waited for", async () => {
  await using server = await Server.start();
  await using client = server.client();
  await client.clientPause(5);
  assertEquals(await client.incr("n"), 1);
});

Deno.test("the end of a blocking command is waited for, whoever sends it", async () => {
  await using server = await Server.start();
  const { readable, writable } = server.dial();
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode("BLPOP jobs 0.005\r\nQUIT\r\n"));
  assertEquals(await new Response(readable).text(), "*-1\r\n+OK\r\n");
});

Deno.test("a server that is forgotten, and its clients, keep no process alive", async () => {
  const program = `
    import { Server } from ${JSON.stringify(new URL("../../server.ts", import.meta.url).href)};
    const server = await Server.start();
    const client = server.client();
    await client.set("k", "v", { ex: 1000 });
    client.blpop("jobs", 0).catch(() => {});
    console.log(await client.get("k"));
  `;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--no-config", program],
    stderr: "inherit",
  }).output();
  assertEquals([success, new TextDecoder().decode(stdout)], [true, "v\n"]);
});
