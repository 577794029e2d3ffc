/**
 * A Redis server, client and test double.
 *
 * Imported, it gives {@linkcode Server} and {@linkcode Client}, the streams of their protocol, and the types of what
 * they send. Run, it is a server that takes Redis' own directives: `deno run -A jsr:@x/miniredis --port 7000`.
 *
 * @example A server and a client of it
 * ```ts
 * import { Client, Server } from "@x/miniredis";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await Server.start({ port: 0 });
 * await using client = new Client(server.url);
 * assertEquals(await client.set("name", "Alice"), 1);
 * assertEquals(await client.get("name"), "Alice");
 * ```
 *
 * @module
 */
import { main } from "./server/main.ts";

export * from "./client.ts";
export * from "./resp.ts";
export * from "./server.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
