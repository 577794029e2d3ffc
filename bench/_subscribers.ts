/**
 * Subscribers, as a process of its own: they read all that comes, and do nothing with it. Its arguments are the port, how
 * many, and the channel; one line says that all are subscribed. It ends when it is killed, or when the server closes one.
 *
 * @module
 */
import { Sockets } from "./_sockets.ts";

const BUFFER_BYTES = 256 * 1024;

if (import.meta.main) {
  const [port, count, channel] = Deno.args;
  const sockets = new Sockets(Number(port), Number(count), new Uint8Array(BUFFER_BYTES));
  const request = new TextEncoder().encode(`SUBSCRIBE ${channel}\r\n`);
  const confirmed = new Set<number>(); // nobody publishes yet: the first thing to come is the confirmation
  for (let i = 0; i < sockets.count; i++) sockets.send(i, request, 0, request.length);
  for (let isReady = false;;) {
    sockets.wait(isReady);
    for (let i = 0; i < sockets.count; i++) {
      if (sockets.receive(i) > 0 && !isReady) confirmed.add(i);
    }
    if (isReady || confirmed.size < sockets.count) continue;
    isReady = true;
    console.log("ready");
  }
}
