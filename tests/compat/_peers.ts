/**
 * Several connections to a server, and scripts for them: what each is sent can be compared between servers, to the byte.
 *
 * Each line of a script is a connection and its requests, sent together: `a: GET k | PING`. Connections in capitals speak
 * RESP3. Lines that end in `...` leave the connection inside MULTI or blocked, or it ends. `@b` stands for the id of the
 * connection `b`, which a line before has opened. `a? text` waits until the connection has been sent something like that.
 *
 * @module
 */
import { latin1 } from "./random/reply.ts";

const ENCODER = new TextEncoder();

/** A connection by its name, and what has arrived on it. */
export class Peer implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #buffer: Uint8Array = new Uint8Array(1 << 16);
  /** What has arrived, one character per byte. */
  text = "";
  /** Its number, as the server counts connections. */
  id = 0;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects, in RESP3 where the name is in capitals. */
  static async connect(port: number, name: string): Promise<Peer> {
    const peer = new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
    await peer.send([`CLIENT SETNAME ${name}`, "CLIENT ID"]);
    await peer.until(/:\d+\r\n$/);
    peer.id = Number(/:(\d+)/.exec(peer.text)![1]);
    await peer.send([...(name === name.toUpperCase() ? ["HELLO 3"] : []), "ECHO ready"]);
    await peer.until(/ready\r\n$/);
    peer.text = "";
    return peer;
  }

  /** Sends requests together; words are cut at spaces. */
  async send(requests: readonly string[]): Promise<void> {
    const text = requests.map((request) => {
      const words = request.split(" ");
      return `*${words.length}\r\n${words.map((word) => `$${ENCODER.encode(word).length}\r\n${word}\r\n`).join("")}`;
    });
    const bytes = ENCODER.encode(text.join(""));
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** Reads until this has arrived; false when the connection has ended before. */
  async until(pattern: RegExp): Promise<boolean> {
    while (!pattern.test(this.text)) {
      const size = await this.#conn.read(this.#buffer).catch(endOf);
      if (size === null) return false;
      this.text += latin1(this.#buffer.subarray(0, size));
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** A connection that was reset has ended as well. */
function endOf(error: unknown): null {
  if (error instanceof Deno.errors.ConnectionReset) return null;
  throw error;
}

/**
 * Plays a script; returns all that each connection was sent. A line is over when its mark has come back: a subscription
 * that is none, since that is always told, in whatever state the connection is.
 *
 * @param port Of the server.
 * @param script Its lines.
 * @returns What each connection was sent, by its name.
 */
export async function play(port: number, script: readonly string[]): Promise<Record<string, string>> {
  using cleanup = new DisposableStack();
  const control = cleanup.use(await Peer.connect(port, "control"));
  await control.send(["FLUSHALL"]);
  const peers = new Map<string, Peer>();
  for (const [i, line] of script.entries()) {
    const [, name, kind, rest] = /^(\w+)([:?]) (.*)$/.exec(line)!;
    const peer = peers.get(name!) ?? cleanup.use(await Peer.connect(port, name!));
    peers.set(name!, peer);
    if (kind === "?") {
      await peer.until(new RegExp(rest!));
      continue;
    }
    const requests = rest!.replace(/@(\w+)/g, (_, other) => `${peers.get(other)!.id}`);
    const all = requests.replace(" ...", "").split(" | ");
    await peer.send(requests.endsWith("...") ? all : [...all, `UNSUBSCRIBE mark-${i}`]);
    if (requests.endsWith("...")) await settled(control, name!, all.at(-1)!.split(" ")[0]!.toLowerCase());
    else await peer.until(new RegExp(`mark-${i}\\r\\n:\\d+\\r\\n`));
  }
  for (const peer of peers.values()) {
    await peer.send(["UNSUBSCRIBE last"]).catch(endOfWriting);
    await peer.until(/last\r\n:\d+\r\n|QUEUED\r\n$/);
  }
  return Object.fromEntries([...peers].map(([name, { text }]) => [name, text]));
}

/** Has two servers count the next connections alike, by connections for nothing to the one that has had fewer. */
export async function alignIds(...ports: readonly [number, number]): Promise<void> {
  const ids = [0, 0];
  while (ids[0] !== ids[1] || ids[0] === 0) {
    const behind = ids[0]! <= ids[1]! ? 0 : 1;
    using peer = await Peer.connect(ports[behind]!, "counted");
    ids[behind] = peer.id;
  }
}

/** The other side has closed the connection; what it said before can still be read. */
function endOfWriting(error: unknown): void {
  if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset)) throw error;
}

/** Resolves when a client is gone, or has come to a command. */
async function settled(control: Peer, name: string, command: string): Promise<void> {
  for (let i = 0;; i++) {
    control.text = "";
    await control.send(["CLIENT LIST", `ECHO listed-${i}-`]);
    await control.until(new RegExp(`listed-${i}-\\r\\n$`));
    const line = control.text.split("\n").find((text) => text.includes(` name=${name} `));
    if (line === undefined || line.includes(` cmd=${command} `)) return;
  }
}
