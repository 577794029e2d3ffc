/**
 * A server without sockets and three of its clients, each of which takes a line: for tests of clients that wait, with a clock
 * moved by hand.
 *
 * @module
 */
import { type Caller, newCaller } from "./_call.ts";
import { TimerClock } from "./_clock.ts";

/**
 * Starts a server with three clients.
 *
 * @param protocol What all of them speak.
 * @returns The server's parts, and of each client what sends a line and what tells what it was sent since, both with spaces
 * for line ends: `send` is of the client that waits for nothing.
 */
export function newWaitingServer(protocol: 2 | 3 = 2) {
  const clock = new TimerClock();
  const c = newCaller({ clock, protocol });
  const [a, b] = [c.connect(), c.connect()];
  const line = (client: Caller) => (text: string) => oneLine(client.raw(...text.split(" ")));
  const received = (client: Caller) => () => oneLine(client.received());
  return {
    clock,
    engine: c.engine,
    c,
    a,
    b,
    send: line(c),
    sendA: line(a),
    sendB: line(b),
    receivedA: received(a),
    receivedB: received(b),
  };
}

function oneLine(replies: string): string {
  return replies.replaceAll("\r\n", " ").trim();
}
