/** A running server: its listeners, its sessions, its periodic work. */
import { resetStatistics } from "../commands/config.ts";
import { Dispatcher } from "../engine/dispatch.ts";
import { reportBug } from "../engine/bugs.ts";
import type { Config } from "../engine/config.ts";
import type { Engine } from "../engine/context.ts";
import { Interceptors } from "../engine/interceptors.ts";
import { keysInMemory } from "../persistence/memory_file.ts";
import { loadRdbFile, loadRdbFrom } from "../persistence/rdb_load.ts";
import type { ByteSource } from "../persistence/rdb_reader.ts";
import { prepareShutdown } from "../persistence/shutdown.ts";
import { LIST_PLAIN_BYTES } from "../store/keyspace.ts";
import { createEngine, type EngineOptions } from "./engine.ts";
import { HostDatabase } from "./direct_database.ts";
import { Periodic } from "./periodic.ts";
import { Session } from "./session.ts";
import { Pipeline } from "./stage.ts";
import { Turns } from "./turns.ts";
import { type DuplexStreams, memoryPair, SocketTransport, StreamTransport, type Transport } from "./transport.ts";

const UTF8 = new TextEncoder();
const TOO_MANY_CLIENTS = UTF8.encode("-ERR max number of clients reached\r\n");
const TOO_MANY_IN_CLUSTER = UTF8.encode("-ERR max number of clients + cluster connections reached\r\n");
const PROTECTED = UTF8.encode(
  "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default " +
    "user. In this mode connections are only accepted from the loopback interface. If you want to connect from external " +
    "computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command " +
    "'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is " +
    "running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make " +
    "this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration " +
    "file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server " +
    "manually just for testing, restart it with the '--protected-mode no' option. 4) Set up an authentication password for " +
    "the default user. NOTE: You only need to do one of the above things in order for the server to start accepting " +
    "connections from the outside.\r\n",
);

/** How long a listener waits that could not accept a connection. */
const ACCEPT_PAUSE_MS = 100;

/**
 * Turns in which nothing has happened, until no more is waited for: more than one, which a connection may spend giving way to
 * others, and still more where a socket may be on its way to be noticed.
 */
const QUIET_TURNS = 2;
const QUIET_LOOKS = 3;
/** What a client takes at least, between two looks, of a reply on its way; and how much a socket may hold of it. */
const TAKEN_BYTES = 64 * 1024;
const MOST_HELD_BYTES = 8 * 1024 * 1024;
/** Turns that are waited for at most: a client may go on for ever. */
const MOST_TURNS = 2_000;

/** What decides which files a server begins with. */
const FILE_DIRECTIVES = ["appendonly", "dir", "dbfilename"];

/** What lasts from one start to the next. */
interface Life {
  readonly engine: Engine;
  readonly dispatcher: Dispatcher;
  readonly periodic: Periodic;
}

function begin(options: EngineOptions): Life {
  const engine = createEngine(options);
  const dispatcher = new Dispatcher(engine);
  const periodic = new Periodic(engine, () => dispatcher.serveWaiting());
  periodic.start();
  return { engine, dispatcher, periodic };
}

export class Host {
  readonly #options: EngineOptions;
  #life: Life;
  readonly #turns: Turns;
  readonly #pipeline: Pipeline = new Pipeline();
  readonly #listeners: Deno.Listener[] = [];
  /** Everything that must have ended before the server has. */
  readonly #running: Set<Promise<void>> = new Set();
  /** Those of them that are sessions. */
  readonly #sessions: Set<Promise<void>> = new Set();
  /** How many of these are sessions with sockets. */
  #sockets = 0;
  /** What had been written when somebody last waited until nothing happens. */
  #settledBytes = 0;
  /** Connections that are told why they are not served. */
  readonly #turnedAway: Set<Transport> = new Set();
  /** Ends the pauses of listeners that cannot accept. */
  readonly #pauses: Set<() => void> = new Set();
  #nextClientId = 1;
  #closing: Promise<void> | null = null;
  #restarting: Promise<void> | null = null;
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: EngineOptions) {
    this.#options = {
      ...options,
      interceptors: options.interceptors ?? new Interceptors(),
      shutdown: options.shutdown ?? (() => void this.close()),
      abort: options.abort ?? (() => this.#abort()),
    };
    this.#life = begin(this.#options);
    this.#turns = new Turns(() => this.dispatcher.busyMs = 0);
  }

  /** The parts of the server. It has others after a restart. */
  get engine(): Engine {
    return this.#life.engine;
  }

  get dispatcher(): Dispatcher {
    return this.#life.dispatcher;
  }

  get #periodic(): Periodic {
    return this.#life.periodic;
  }

  /**
   * Listens on an address and serves whoever connects.
   *
   * @throws {Deno.errors.AddrInUse} And whatever else `Deno.listen` throws.
   */
  listen(hostname: string, port: number): Deno.NetAddr {
    const listener = Deno.listen({ hostname, port });
    this.serveListener(listener);
    return listener.addr as Deno.NetAddr;
  }

  /** Listens on a unix socket. */
  listenUnix(path: string): void {
    this.serveListener(Deno.listen({ transport: "unix", path }));
  }

  /** Serves whoever connects to a listener, until {@linkcode stopListening} or the end of the server. */
  serveListener(listener: Deno.Listener): void {
    this.#listeners.push(listener);
    this.#notePort();
    const { log } = this.engine;
    this.#track(this.#turns.open().catch((error) => log.log("verbose", `No sockets to take turns by: ${error}`)));
    this.#track(this.#accept(listener));
  }

  /** Closes one of the listeners; connections made through it go on. */
  stopListening(listener: Deno.Listener): void {
    this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    this.#notePort();
    listener.close();
  }

  /** Of several TCP ports, the first is the one that is told. */
  #notePort(): void {
    const ports = this.#listeners.map(({ addr }) => addr.transport === "tcp" ? addr.port : 0);
    this.engine.tcpPort = ports.find((port) => port !== 0) ?? 0;
  }

  async #accept(listener: Deno.Listener): Promise<void> {
    while (this.#closing === null) {
      let conn: Deno.Conn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (this.#closing !== null || !this.#listeners.includes(listener)) return;
        this.engine.log.log("warning", `Accepting client connection: ${error}`);
        await this.#pause();
        continue; // one connection that failed, or no more descriptors for now
      }
      try {
        if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
        if (this.engine.config.number("tcp-keepalive") > 0 && "setKeepAlive" in conn) {
          (conn as Deno.TcpConn).setKeepAlive(true);
        }
      } catch (error) {
        this.engine.log.log("verbose", `Client gone while connecting: ${error}`);
      }
      this.serve(new SocketTransport(conn));
    }
  }

  /** Until accepting is tried again: without descriptors it fails at once, again and again. */
  #pause(): Promise<void> {
    const { clock } = this.engine;
    return new Promise((resolve) => {
      const end = () => {
        clock.clearTimeout(timer);
        this.#pauses.delete(end);
        resolve();
      };
      const timer = clock.defer(end, ACCEPT_PAUSE_MS);
      this.#pauses.add(end);
    });
  }

  /** Serves a connection until it ends. */
  serve(transport: Transport): void {
    if (this.#closing !== null) return transport.close(); // it came at the last moment
    if (this.#restarting !== null) {
      const serve = () => this.serve(transport);
      return this.#track(this.#restarting.then(serve, serve));
    }
    const { engine } = this;
    const { config, statistics, clients } = engine;
    statistics.connectionsReceived++;
    if (clients.size >= config.number("maxclients")) {
      statistics.rejectedConnections++;
      return this.#turnAway(transport, engine.cluster === null ? TOO_MANY_CLIENTS : TOO_MANY_IN_CLUSTER);
    }
    if (!transport.isLocal && config.flag("protected-mode") && config.get("requirepass") === "") {
      statistics.rejectedConnections++;
      return this.#turnAway(transport, PROTECTED);
    }
    const session = new Session(
      engine,
      this.dispatcher,
      { turns: this.#turns, pipeline: this.#pipeline },
      transport,
      this.#nextClientId++,
    );
    clients.set(session.client.id, session.client);
    const isSocket = transport instanceof SocketTransport;
    if (isSocket) this.#sockets++;
    const running = session.run().finally(() => {
      clients.delete(session.client.id);
      this.#sessions.delete(running);
      if (isSocket) this.#sockets--;
    });
    this.#sessions.add(running);
    this.#track(running);
  }

  #turnAway(transport: Transport, reply: Uint8Array): void {
    const { log } = this.engine;
    this.#turnedAway.add(transport);
    this.#track(
      transport.write(reply)
        .then(() => {}, (error) => log.log("verbose", `Error writing to client: ${error}`))
        .finally(() => {
          this.#turnedAway.delete(transport);
          transport.close();
        }),
    );
  }

  /** Resolves when all is over. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** A connection in memory; the server's other end is being served. */
  dial(): DuplexStreams {
    if (this.#closing !== null) throw new TypeError("Cannot dial: the server is closed");
    const [ours, theirs] = memoryPair();
    this.serve(new StreamTransport(theirs, this.#nextClientId));
    return ours;
  }

  /**
   * Reads the data that files keep, where they were asked for.
   *
   * @throws {LoadError | AppendOnlyError} They cannot be read, or hold what nobody could reach here: the server must not go
   * on, it would write others in their place.
   */
  load(): void {
    const { saver, log, config, appendOnly } = this.engine;
    if (config.flag("appendonly")) return appendOnly?.start();
    if (!saver.keepsFiles) return;
    const began = performance.now();
    if (!loadRdbFile(this.engine)) return;
    log.log("notice", `DB loaded from disk: ${((performance.now() - began) / 1000).toFixed(3)} seconds`);
  }

  /** As {@linkcode Periodic.nextExpiryMs}. */
  get nextExpiryMs(): number {
    return this.#periodic.nextExpiryMs;
  }

  /** As {@linkcode Periodic.nextTurnMs}. */
  get nextTurnMs(): number {
    return this.#periodic.nextTurnMs;
  }

  /** One turn of the periodic work, now. */
  turn(): void {
    this.#periodic.turn();
  }

  /** Deletes all keys whose time has come, as the periodic work would bit by bit. */
  expireDue(): void {
    this.#periodic.expireDue();
  }

  /**
   * Resolves when everybody has had their turn and nothing happens any more: what clients have sent has been executed, they
   * have their replies and have sent what these made them send. Clients in other processes are not waited for, nor are timers.
   */
  async settle(): Promise<void> {
    await this.#restarting?.catch(() => {}); // whoever restarts is told
    let seen = -1, held = 0;
    for (let turns = 0, quiet = 0; turns < MOST_TURNS; turns++) {
      const { reads, writes, outputBytes, commandsProcessed, connectionsReceived } = this.engine.statistics;
      const begunAndEnded = 2 * connectionsReceived - this.#sessions.size;
      const happened = reads + writes + commandsProcessed + begunAndEnded;
      quiet = happened === seen ? quiet + 1 : 0;
      seen = happened;
      const hasSockets = this.#listeners.length > 0 || this.#sockets > 0;
      held = Math.min(held + Math.max(0, outputBytes - this.#settledBytes), MOST_HELD_BYTES); // less: counters begin anew
      this.#settledBytes = outputBytes;
      if (!hasSockets) {
        if (quiet >= QUIET_TURNS) return;
        await this.#turns.take();
      } else {
        if (quiet >= QUIET_LOOKS && held === 0) return;
        await this.#turns.look();
        held = Math.max(0, held - TAKEN_BYTES);
      }
    }
  }

  #track(running: Promise<void>): void {
    const tracked = running.catch((error) => reportBug(this.engine, "Unexpected error", error))
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  /** Is it ending, or over? */
  get isClosing(): boolean {
    return this.#closing !== null;
  }

  /** Ends the server: no more connections, those there closed; resolves when all is over. Saves nothing. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Ends the server without another reply. */
  #abort(): void {
    this.dropConnections();
    void this.close();
  }

  /**
   * Ends all connections and begins anew with the same keys: those in the files, where the server keeps such and will begin
   * with them, else those it has. Listeners stay, and who connects meanwhile is served afterwards. Nothing else is left of
   * what was: configuration, statistics, what clients had asked for, a pause.
   *
   * @param options Makes the configuration to begin with, and says where data is kept.
   * @throws {Error} The files could not be written, and nothing has happened; or not be read, and the server has ended.
   */
  restart(options: () => Pick<EngineOptions, "config" | "files">): Promise<void> {
    if (this.#restarting !== null) return this.#restarting;
    this.engine.isSuspended = false;
    return this.#restarting = this.#restart(options).finally(() => this.#restarting = null);
  }

  async #restart(options: () => Pick<EngineOptions, "config" | "files">): Promise<void> {
    await null; // #restarting is set when what follows runs
    const { engine } = this;
    const { config, pause, saver, appendOnly } = engine;
    const next = { ...this.#options, ...options() };
    const isKeptInFiles = (config.flag("appendonly") || config.text("save") !== "") &&
      FILE_DIRECTIVES.every((name) => config.get(name) === next.config?.get(name)); // else others would be read
    if (isKeptInFiles && !prepareShutdown(engine, {})) throw new Error("Cannot save the data: the log says why");
    try {
      this.dropConnections();
      await Promise.all(this.#sessions);
      this.#periodic.stop();
      pause.stop();
      saver.cancel();
      await saver.settled();
      await appendOnly?.close();
      const kept = isKeptInFiles ? null : keysInMemory(engine);
      this.#life = begin(next);
      this.engine.isSuspended = engine.isSuspended; // since the restart began
      this.#notePort();
      if (kept === null) this.load();
      else this.#adopt(kept);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Begins with these keys in place of those in its files, which are to have them too. */
  #adopt(keys: ByteSource): void {
    const { engine } = this;
    loadRdbFrom(keys, engine, false);
    if (engine.config.flag("appendonly")) engine.appendOnly?.startAnew();
  }

  /** No keys, this configuration, and counters, dice and what DEBUG switches as they were at the start; connections stay. */
  reset(config: Config): void {
    const { engine } = this;
    engine.pause.end();
    engine.config.assign(config);
    new HostDatabase(this, 0).send(["FLUSHALL"]); // with all that hangs on it: those who watch, track or wait, the files
    engine.slowLog.reset();
    engine.latency.reset();
    this.#undoDebug();
    resetStatistics(engine);
    engine.dice.rewind();
  }

  #undoDebug(): void {
    const { appendOnly, debug, keyspace, replyBuffers } = this.engine;
    debug.isPeriodicPaused = debug.skipsChecksums = false;
    keyspace.expiresActively = true;
    keyspace.limits.listPlainBytes = LIST_PLAIN_BYTES;
    replyBuffers.areResized = true;
    replyBuffers.resetPeakTime();
    if (appendOnly !== null) appendOnly.writeDelayMicroseconds = 0;
  }

  /** Ends all connections at once, replies unsent; how many there were. */
  dropConnections(): number {
    const clients = [...this.engine.clients.values()];
    for (const { connection } of clients) connection.close();
    return clients.length;
  }

  /** Neither executes nor sends anything until {@linkcode resume}, as a process that is stopped; it is connected to and read from. */
  suspend(): void {
    this.engine.isSuspended = true;
  }

  resume(): void {
    this.engine.isSuspended = false;
    for (const { connection } of this.engine.clients.values()) connection.wake();
  }

  async #close(): Promise<void> {
    await null; // #closing is set when what follows runs
    await this.#restarting?.catch(() => {}); // whoever restarts is told
    this.#periodic.stop();
    this.engine.pause.stop();
    this.engine.saver.cancel();
    for (const listener of this.#listeners) listener.close();
    for (const end of this.#pauses) end();
    for (const transport of this.#turnedAway) transport.close();
    this.dropConnections();
    this.#turns.close();
    await Promise.all(this.#running);
    await this.engine.saver.settled();
    await this.engine.appendOnly?.close();
    this.#closed.resolve();
  }
}
