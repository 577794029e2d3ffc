/** What the server knows of one client. */
import { ReplyWriter } from "../resp/reply_writer.ts";
import type { Command } from "./command.ts";
import type { TrackingState } from "./tracking.ts";
import type { Transaction } from "./transaction.ts";

/** What a client's connection can be asked for. */
export interface ClientConnection {
  /** Address of the client, `ip:port` or the path of a socket. */
  readonly address: string;
  /** Address it connected to. */
  readonly localAddress: string;
  /** Bytes of requests read and not executed yet; what fits in the read buffer besides. */
  readonly queryBufferBytes: number;
  readonly queryBufferFreeBytes: number;
  /** All bytes that it has for what comes in, whatever is in them. */
  readonly inputMemoryBytes: number;
  /** Bytes of replies written by commands and not taken by the socket yet. */
  readonly pendingOutputBytes: number;
  /** Is it on this machine (protected mode, `local` permissions)? */
  readonly isLocal: boolean;
  /** Sends what another client's command put into {@linkcode ClientState.out}. */
  flush(): void;
  /** Ends the connection if too much of its output has been waiting for too long (`client-output-buffer-limit`). */
  checkOutput(): void;
  /** Gives back what it does not need of its read buffer, most when it has been silent for a while. Not within a command. */
  trim(isSilent: boolean): void;
  /** Ends the connection at once, replies unsent. */
  close(): void;
  /** Goes on executing after {@linkcode ClientState.isHalted} was cleared. */
  resume(): void;
  /** The server executes and sends again ({@linkcode Engine.isSuspended}). */
  wake(): void;
}

/** That of commands which come from no client: replies go nowhere. */
export const NO_CONNECTION: ClientConnection = {
  address: "",
  localAddress: "",
  queryBufferBytes: 0,
  queryBufferFreeBytes: 0,
  inputMemoryBytes: 0,
  pendingOutputBytes: 0,
  isLocal: true,
  flush() {},
  checkOutput() {},
  close() {},
  resume() {},
  wake() {},
  trim() {},
};

// Reasons to look twice at each command of a client. As long as none is set, dispatch passes all gates by one test.
/** A password is needed and was not given. */
export const GATE_AUTH = 1 << 0;
/** CLIENT REPLY OFF, or SKIP for the next command. */
export const GATE_REPLY = 1 << 1;
/** Commands are queued, not run. */
export const GATE_MULTI = 1 << 2;
/** It has subscribed to something: in RESP2 few commands are allowed. */
export const GATE_PUBSUB = 1 << 3;
/** It watches commands (MONITOR), and may not touch keys meanwhile. */
export const GATE_MONITOR = 1 << 8;
/** Its connection is to end within the reply to the command that runs, or that it waits in (an interceptor's wish). */
export const GATE_CUT = 1 << 9;
/** It is in tracking mode (CLIENT TRACKING), or was so when its command began. */
export const GATE_TRACKING = 1 << 10;

export class ClientState {
  readonly id: number;
  readonly connection: ClientConnection;
  readonly out: ReplyWriter = new ReplyWriter();
  readonly createdAtMs: number;
  lastInteractionMs: number;

  /** Index of the selected database. */
  db = 0;
  name = "";
  libraryName = "";
  libraryVersion = "";
  user = "default";
  isAuthenticated = true;
  /** Has it sent a typed value? Then structures are answered typed, whatever the protocol. */
  sendsTyped = false;
  /** Bits of GATE_*. */
  gates = 0;
  /** CLIENT REPLY OFF. */
  isReplyOff = false;
  /** CLIENT REPLY SKIP: 2 when just asked for, 1 while the next command runs. */
  skipReplies = 0;
  /** Its next command waits for the end of CLIENT PAUSE; dispatch has not begun with it. */
  isPostponed = false;
  /** Close once the replies so far are sent. */
  isClosing = false;
  /** Execute nothing more for now: closing, or waiting (blocked, paused). */
  isHalted = false;
  /** When the peak of its reply buffer began to be measured. */
  peakSinceMs: number;
  /** When its unread output passed the soft limit; 0: it has not. */
  overSoftLimitSinceMs = 0;
  /** CLIENT NO-EVICT: not to be closed for the memory that clients take. */
  isNoEvict = false;
  /** What it has queued since MULTI; null outside a transaction. */
  transaction: Transaction | null = null;
  /** Has a key that it watched changed? Then EXEC will run nothing. */
  hasDirtyWatch = false;
  /** With GATE_CUT: so many bytes of the reply are sent. */
  cutAfterBytes = 0;
  /** READONLY: in cluster mode, it may read from a replica. */
  isReadOnly = false;
  /** What it took when that was last noted (`maxmemory-clients`); 0 while nobody wants to know. */
  notedBytes = 0;
  /** The connection has ended, or does so when its last replies are sent; it is only still in the list of clients. */
  isGone = false;
  /** What it tracks, and how; null when it never has. */
  tracking: TrackingState | null = null;
  lastCommand: Command | null = null;
  /** Output up to here stays, whatever {@linkcode silence} is asked to take back. */
  #keptTo = 0;

  constructor(id: number, connection: ClientConnection, nowMs: number) {
    this.id = id;
    this.connection = connection;
    this.createdAtMs = this.lastInteractionMs = this.peakSinceMs = nowMs;
  }

  /** Is a reply that is written now taken back? */
  get isSilent(): boolean {
    return this.isReplyOff || this.skipReplies === 1;
  }

  /** CLIENT REPLY OFF and SKIP: takes back the reply that was written since `mark`; messages stay. */
  silence(mark: number): void {
    if ((this.gates & GATE_REPLY) === 0) return;
    if (this.isSilent) this.out.cut(Math.max(mark, this.#keptTo));
    this.#keptTo = 0;
    if (this.skipReplies > 0 && --this.skipReplies === 0 && !this.isReplyOff) this.gates &= ~GATE_REPLY;
  }

  /** Has its connection end within the reply that was written since `mark`, where an interceptor wishes so. */
  cutReply(mark: number): void {
    if ((this.gates & GATE_CUT) === 0) return;
    this.out.cut(Math.min(this.out.length, mark + this.cutAfterBytes));
    this.closeAfterReply();
  }

  /** The parts of a reply have been silenced one by one (EXEC): it is not taken back as a whole. */
  keepReplies(): void {
    if ((this.gates & GATE_REPLY) !== 0) this.#keptTo = this.out.length;
  }

  /** After this command's reply, nothing more is executed and the connection ends. */
  closeAfterReply(): void {
    this.isClosing = this.isHalted = true;
  }
}
