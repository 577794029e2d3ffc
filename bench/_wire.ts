/**
 * The little RESP that the benches need to fill a server and to ask it a number.
 *
 * @module
 */

const BATCH = 1_000; // commands a write: enough to keep the server busy, few enough for the socket's buffers
/** Of the number in a key, as redis-benchmark has them. */
export const DIGITS = 12;
const END_OF_BATCH = new TextEncoder().encode("PING\r\n"), PONG = "+PONG\r\n";

/**
 * Sends one command as an inline request and reads its reply of one line.
 *
 * @param conn An open connection with no other reply on its way.
 * @param command The words of the command.
 * @returns The line, without CRLF.
 * @throws {Error} When the reply is an error, or the connection ends.
 */
export async function ask(conn: Deno.Conn, command: string): Promise<string> {
  await writeAll(conn, new TextEncoder().encode(`${command}\r\n`));
  let text = "";
  while (!text.endsWith("\r\n")) text += await readText(conn, command);
  if (text.startsWith("-")) throw new Error(`${command}: ${text.trim()}`);
  return text.trim();
}

/**
 * Sends one command as an inline request and reads its reply, a bulk string of ASCII.
 *
 * @param conn An open connection with no other reply on its way.
 * @param command The words of the command.
 * @returns The string.
 * @throws {Error} When the reply is of another kind, or the connection ends.
 */
export async function askBulk(conn: Deno.Conn, command: string): Promise<string> {
  await writeAll(conn, new TextEncoder().encode(`${command}\r\n`));
  let text = "";
  while (!text.includes("\r\n")) text += await readText(conn, command);
  const header = /^\$(\d+)\r\n/.exec(text);
  if (header === null) throw new Error(`${command}: ${text.trim()}`);
  const start = header[0].length, end = start + Number(header[1]);
  while (text.length < end + "\r\n".length) text += await readText(conn, command);
  return text.slice(start, end);
}

async function readText(conn: Deno.Conn, command: string): Promise<string> {
  const buffer = new Uint8Array(4096);
  const size = await conn.read(buffer);
  if (size === null) throw new Error(`${command}: the connection was closed`);
  return new TextDecoder().decode(buffer.subarray(0, size));
}

/**
 * Fills a server: one command for each number, in which `#` is the number in twelve digits.
 *
 * @param port The server's port on 127.0.0.1.
 * @param count How many, counted from 0.
 * @param command The words of the command; without it, keys of 16 bytes (`key:000000000042`) with values of 3.
 * @throws {Error} When the server replies an error.
 */
export async function fill(
  port: number,
  count: number,
  command: readonly string[] = ["SET", "key:#", "xyz"],
): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const words = command.map((word) => word.replace("#", "0".repeat(DIGITS)));
  const request = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
  const places = Array.from(request.matchAll(/0{12}/g), ({ index }) => index);
  const batch = new TextEncoder().encode(request.repeat(BATCH));
  for (let first = 0; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first);
    for (let i = 0; i < size; i++) {
      for (const place of places) writeDigits(batch, i * request.length + place, first + i);
    }
    await writeAll(conn, batch.subarray(0, size * request.length));
    await writeAll(conn, END_OF_BATCH);
    await readToPong(conn);
  }
}

/** Reads replies up to the one that ends a batch. */
async function readToPong(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (let tail = ""; !tail.endsWith(PONG);) {
    const size = await conn.read(buffer);
    if (size === null) throw new Error("Cannot fill the server: the connection was closed");
    const text = new TextDecoder("latin1").decode(buffer.subarray(0, size));
    const error = /^-.*/m.exec(text);
    if (error !== null) throw new Error(`Cannot fill the server: ${error[0]}`);
    tail = (tail + text).slice(-PONG.length);
  }
}

/**
 * Writes a number in place.
 *
 * @param bytes Where to.
 * @param start Where its twelve digits begin.
 * @param value The number.
 */
export function writeDigits(bytes: Uint8Array, start: number, value: number): void {
  for (let i = start + DIGITS - 1; i >= start; i--) {
    bytes[i] = 48 + value % 10;
    value = Math.floor(value / 10);
  }
}

/**
 * Sends bytes, however many.
 *
 * @param conn An open connection.
 * @param bytes What to send.
 */
export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}
