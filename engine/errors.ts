/**
 * Errors meant for the peer, in Redis' exact words. Everything else that is thrown is a bug and surfaces in the log.
 */

/** An error reply: a code in capitals, then the text; what it quotes of a request, one character a byte. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** First word of the reply: `ERR`, `WRONGTYPE`, `NOAUTH` … */
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }

  /** The reply without its type byte and line end. */
  get reply(): string {
    return this.message === "" ? this.code : `${this.code} ${this.message}`;
  }
}

export const SYNTAX_ERROR: CommandError = new CommandError("ERR", "syntax error");
export const WRONG_TYPE: CommandError = new CommandError(
  "WRONGTYPE",
  "Operation against a key holding the wrong kind of value",
);
export const NOT_AN_INTEGER: CommandError = new CommandError("ERR", "value is not an integer or out of range");
export const NOT_A_FLOAT: CommandError = new CommandError("ERR", "value is not a valid float");
export const NO_SUCH_KEY: CommandError = new CommandError("ERR", "no such key");
export const INDEX_OUT_OF_RANGE: CommandError = new CommandError("ERR", "index out of range");
export const STRING_TOO_LONG: CommandError = new CommandError(
  "ERR",
  "string exceeds maximum allowed size (proto-max-bulk-len)",
);
export const OFFSET_OUT_OF_RANGE: CommandError = new CommandError("ERR", "offset is out of range");
/** For numbers that must not be negative; also for what is no number. */
export const NOT_POSITIVE: CommandError = new CommandError("ERR", "value is out of range, must be positive");
/** For a number of keys that follow; also for what is no number. */
export const NO_KEYS: CommandError = new CommandError("ERR", "numkeys should be greater than 0");
export const NO_COUNT: CommandError = new CommandError("ERR", "count should be greater than 0");
export const NEGATIVE_LIMIT: CommandError = new CommandError("ERR", "LIMIT can't be negative");
export const OVERFLOW: CommandError = new CommandError("ERR", "increment or decrement would overflow");
export const DECREMENT_OVERFLOW: CommandError = new CommandError("ERR", "decrement would overflow");
export const NAN_OR_INFINITY: CommandError = new CommandError("ERR", "increment would produce NaN or Infinity");
export const INVALID_DB_INDEX: CommandError = new CommandError("ERR", "DB index is out of range");
export const INVALID_CURSOR: CommandError = new CommandError("ERR", "invalid cursor");
export const SAME_OBJECT: CommandError = new CommandError("ERR", "source and destination objects are the same");
export const OUT_OF_MEMORY: CommandError = new CommandError(
  "OOM",
  "command not allowed when used memory > 'maxmemory'.",
);
export const NO_REPLICAS: CommandError = new CommandError("NOREPLICAS", "Not enough good replicas to write.");
export const NOT_AUTHENTICATED: CommandError = new CommandError("NOAUTH", "Authentication required.");

export const MONITOR_ONLY: CommandError = new CommandError("ERR", "Replica can't interact with the keyspace");

export const CROSS_SLOT: CommandError = new CommandError(
  "CROSSSLOT",
  "Keys in request don't hash to the same slot",
);

/** For commands that lead to other databases than the first. */
export function notInCluster(what: string): CommandError {
  return new CommandError("ERR", `${what} not allowed in cluster mode`);
}

export const NOT_IN_TRANSACTION: CommandError = new CommandError("ERR", "Command not allowed inside a transaction");

export function wrongArity(name: string): CommandError {
  return new CommandError("ERR", `wrong number of arguments for '${name}' command`);
}

export function invalidExpire(name: string): CommandError {
  return new CommandError("ERR", `invalid expire time in '${name}' command`);
}

/** For subcommands that find what is wrong with their arguments themselves. */
export function wrongSubcommand(container: string, quotedName: string): CommandError {
  return new CommandError(
    "ERR",
    `unknown subcommand or wrong number of arguments for '${quotedName}'. Try ${container.toUpperCase()} HELP.`,
  );
}
