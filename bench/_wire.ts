/**
 * The little RESP that the benches need to fill a server and to ask it a number.
 *
 * @module
 */

const BATCH = 1_000; // commands a write: enough to keep the server busy, few enough for the socket's buffers
const OK = "+OK\r\n";

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
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!text.endsWith("\r\n")) {
    const size = await conn.read(buffer);
    if (size === null) throw new Error(`${command}: the connection was closed`);
    text += new TextDecoder().decode(buffer.subarray(0, size));
  }
  if (text.startsWith("-")) throw new Error(`${command}: ${text.trim()}`);
  return text.trim();
}

/**
 * Fills a server with keys of 16 bytes (`key:000000000042`) and values of 3.
 *
 * @param port The server's port on 127.0.0.1.
 * @param count How many keys, counted from 0.
 * @throws {Error} When it does not hold as many afterwards.
 */
export async function fill(port: number, count: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const command = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nxyz\r\n";
  const digits = command.indexOf(":") + 1;
  const batch = new TextEncoder().encode(command.repeat(BATCH));
  const replies = new Uint8Array(OK.length * BATCH);
  for (let first = 0; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first);
    for (let i = 0; i < size; i++) writeDigits(batch, i * command.length + digits, first + i);
    await writeAll(conn, batch.subarray(0, size * command.length));
    await readFull(conn, replies.subarray(0, size * OK.length));
  }
  const held = await ask(conn, "DBSIZE");
  if (held !== `:${count}`) throw new Error(`Cannot fill the server: DBSIZE answers ${held}, not :${count}`);
}

/** Twelve decimal digits in place. */
function writeDigits(bytes: Uint8Array, start: number, value: number): void {
  for (let i = start + 11; i >= start; i--) {
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

async function readFull(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let filled = 0; filled < bytes.length;) {
    const size = await conn.read(bytes.subarray(filled));
    if (size === null) throw new Error("Cannot fill the server: the connection was closed");
    filled += size;
  }
}
