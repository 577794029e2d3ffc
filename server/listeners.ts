/**
 * Where the configuration says to listen: `bind` and `port`, `unixsocket` and `unixsocketperm`. CONFIG SET may change
 * the first two while the server runs.
 */
import { type Config, ConfigError } from "../engine/config.ts";
import type { Log } from "../engine/log.ts";
import { isGranted, isSystemError, systemReason } from "./config_files.ts";
import type { Host } from "./host.ts";

/** The server cannot listen; the message is Redis' line about it. */
export class ListenError extends Error {
  /** Always `"ListenError"`. */
  override readonly name = "ListenError";
}

/** One word of `bind`. */
interface Address {
  /** As it was written, without the dash. */
  readonly shown: string;
  /** What Deno is to listen on. */
  readonly hostname: string;
  /** Marked by a dash: it is no mistake when this machine has no such address. */
  readonly isOptional: boolean;
}

/** Codes of a machine without IPv6, or whatever else an address belongs to: passed over, as in Redis. */
const UNSUPPORTED = ["EAFNOSUPPORT", "EPROTONOSUPPORT", "EPFNOSUPPORT", "ESOCKTNOSUPPORT", "ENOPROTOOPT"];

/** The listeners of a host. */
export class Listeners {
  readonly #host: Host;
  readonly #config: Config;
  readonly #log: Log;
  /** TCP listeners by address and port. */
  #open: Map<string, Deno.TcpListener> = new Map();
  #socketPath = "";

  /**
   * @param host Serves whoever connects.
   * @param config Says where to listen.
   * @param log Takes what goes wrong with addresses that may be passed over.
   */
  constructor(host: Host, config: Config, log: Log) {
    this.#host = host;
    this.#config = config;
    this.#log = log;
  }

  /**
   * Listens, and from now on follows CONFIG SET.
   *
   * @throws {ListenError} When an address is taken or not this machine's, a permission is missing, or there is nothing
   * to listen on.
   */
  start(): void {
    this.#follow();
    this.#listenUnix();
    if (this.#open.size === 0 && this.#socketPath === "") {
      throw new ListenError("Configured to not listen anywhere, exiting.");
    }
    this.#config.on("port", () => this.#refollow("Unable to listen on this port. Check server logs."));
    this.#config.on("bind", () => this.#refollow("Failed to bind to specified addresses."));
  }

  /** The path of the unix socket; empty without one. */
  get socketPath(): string {
    return this.#socketPath;
  }

  /** The addresses listened on, `127.0.0.1:6379`. */
  get addresses(): string[] {
    return [...this.#open.keys()];
  }

  #refollow(refusal: string): void {
    try {
      this.#follow();
    } catch (error) {
      if (!(error instanceof ListenError)) throw error;
      this.#log.log("warning", error.message);
      throw new ConfigError(refusal);
    }
  }

  /**
   * Opens what is missing, then closes what is not wanted any more. In this order a failure leaves all as it was; the
   * other way round the old address could not be had back at once, for a listener that waits ends a moment later.
   */
  #follow(): void {
    const port = this.#config.number("port");
    const added = new Map<string, Deno.TcpListener>();
    const wanted = new Map<string, Deno.TcpListener>();
    try {
      for (const address of port === 0 ? [] : addressesOf(this.#config)) {
        const name = `${address.shown}:${port}`;
        const listener = this.#open.get(name) ?? this.#listen(address, port);
        if (listener === null || wanted.has(name)) continue;
        if (!this.#open.has(name)) added.set(name, listener);
        wanted.set(name, listener);
      }
    } catch (error) {
      for (const listener of added.values()) listener.close();
      throw error;
    }
    for (const [name, listener] of this.#open) if (!wanted.has(name)) this.#host.stopListening(listener);
    for (const listener of added.values()) this.#host.serveListener(listener);
    this.#open = wanted;
  }

  /** A listener; null for an address that may be passed over. */
  #listen(address: Address, port: number): Deno.TcpListener | null {
    const { hostname } = address;
    const failure = `Could not create server TCP listening socket ${address.shown}:${port}`;
    if (!isGranted({ name: "net", host: `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}` })) {
      throw new ListenError(`${failure}: no permission, run with --allow-net`);
    }
    try {
      return Deno.listen({ hostname, port });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // the one failure without a code is a name that cannot be looked up
      const code = isSystemError(error) ? error.code : "";
      const message = `${failure}: ${code === "" ? "" : "bind: "}${systemReason(error)}`;
      if (!(code === "EADDRNOTAVAIL" && address.isOptional) && !UNSUPPORTED.includes(code)) {
        throw new ListenError(message);
      }
      this.#log.log("warning", `Warning: ${message}`);
      return null;
    }
  }

  #listenUnix(): void {
    const path = this.#config.path("unixsocket");
    if (path === "") return;
    for (const permission of [{ name: "read", path }, { name: "write", path }, netPermission(path)] as const) {
      if (isGranted(permission)) continue;
      throw new ListenError(`Failed opening Unix socket: ${path}: no permission, run with --allow-${permission.name}`);
    }
    try {
      removeSocket(path); // of a server that could not clean up; whoever still uses it keeps its connections
      this.#host.listenUnix(path);
      this.#socketPath = path;
      const mode = this.#config.number("unixsocketperm");
      if (mode !== 0) Deno.chmodSync(path, mode);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new ListenError(`Failed opening Unix socket: bind: ${systemReason(error)}`);
    }
  }

  /** Removes the unix socket, once the server has ended. */
  [Symbol.dispose](): void {
    if (this.#socketPath !== "") removeSocket(this.#socketPath);
  }
}

/** The words of `bind`. The IPv6 wildcard takes IPv4 connections too, so it stands for both where both are given. */
function addressesOf(config: Config): Address[] {
  const addresses = config.words("bind").map((word): Address => {
    const isOptional = word.startsWith("-");
    const shown = isOptional ? word.slice(1) : word;
    const hostname = shown === "*" ? "0.0.0.0" : shown === "::*" ? "::" : shown;
    return { shown, hostname, isOptional };
  });
  const hasBoth = addresses.some(({ hostname }) => hostname === "::") && hasIpv6();
  return hasBoth ? addresses.filter(({ hostname }) => hostname !== "0.0.0.0") : addresses;
}

/** Whether this machine can listen on IPv6 at all. */
function hasIpv6(): boolean {
  if (!isGranted({ name: "net", host: "[::]:0" })) return false;
  try {
    Deno.listen({ hostname: "::", port: 0 }).close();
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** What listening on a unix socket takes besides reading and writing; a relative path is asked for by its full name. */
function netPermission(path: string): Deno.NetPermissionDescriptor {
  if (path.startsWith("/")) return { name: "net", host: `unix:${path}` };
  return isGranted({ name: "read", path: "." }) ? { name: "net", host: `unix:${Deno.cwd()}/${path}` } : { name: "net" };
}

/** Removes a unix socket, and nothing else that may have its name. */
function removeSocket(path: string): void {
  try {
    if (Deno.lstatSync(path).isSocket) Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
