/**
 * The longest stall of the event loop while something goes on, as the server itself sees it: how late its periodic work
 * came at most, `longest_stall_ms` in INFO. What stands between two turns of that work is not seen, so it is asked to
 * come every 2 ms (`hz` 500) meanwhile.
 *
 * @module
 */
import { rest } from "./_servers.ts";
import { ask, askBulk } from "./_wire.ts";

const FAST_HZ = 500, USUAL_HZ = 10;

/**
 * Does something, and reads the longest stall.
 *
 * @param port The server's port on 127.0.0.1.
 * @param work What goes on meanwhile.
 * @returns Milliseconds; null when the server does not tell.
 */
export async function stallDuring(port: number, work: () => Promise<unknown>): Promise<number | null> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await ask(conn, `CONFIG SET hz ${FAST_HZ}`);
  await rest(1_000 / USUAL_HZ); // the turn that is due by then was planned before
  await ask(conn, "CONFIG RESETSTAT");
  await work();
  const field = /^longest_stall_ms:(\S+)/m.exec(await askBulk(conn, "INFO stats"));
  await ask(conn, `CONFIG SET hz ${USUAL_HZ}`);
  return field === null ? null : Number(field[1]);
}
