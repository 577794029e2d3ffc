/** Reads configuration from the file system. Nothing here ever prompts for a permission that is missing. */
import { ConfigError } from "../engine/config.ts";
import type { ConfigStore } from "../engine/config_rewrite.ts";
import type { ConfigFiles } from "../engine/config_reader.ts";
import { globMatches } from "../engine/glob.ts";

const encoder = new TextEncoder();

/**
 * Whether a permission is granted already. Whatever needs one that may be missing asks here first, since touching it
 * would prompt on a terminal.
 *
 * @param descriptor The permission.
 * @returns Whether it can be used without asking anybody.
 */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/**
 * The reason a system call failed, in the operating system's words, without what Deno puts behind them.
 *
 * @param error What was thrown.
 * @returns `No such file or directory` and the like.
 */
export function systemReason(error: Error): string {
  return error.message.replace(/ \(os error \d+\).*$/s, "");
}

/**
 * Whether an error is the operating system's; such carry a code.
 *
 * @param error What was thrown.
 * @returns Whether it has a code such as `EACCES`.
 */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

/** The files of this machine. */
export const SYSTEM_FILES: ConfigFiles = {
  read(path: string): Uint8Array {
    requireRead(path);
    try {
      return Deno.readFileSync(path);
    } catch (error) {
      throw error instanceof Error ? new ConfigError(systemReason(error)) : error;
    }
  },

  readStdin(): Uint8Array {
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(4096);
    for (let size = Deno.stdin.readSync(buffer); size !== null; size = Deno.stdin.readSync(buffer)) {
      chunks.push(buffer.slice(0, size));
    }
    const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let end = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, end);
      end += chunk.length;
    }
    return bytes;
  },

  list(pattern: string): string[] {
    const [first = "", ...rest] = pattern.split("/");
    // an absolute pattern begins with an empty part
    return first === "" ? expand("/", rest) : expand("", [first, ...rest]);
  },
};

/** Writes configuration back to this machine's files: a new file takes the old one's place only when it is whole. */
export const CONFIG_STORE: ConfigStore = {
  read(path: string): Uint8Array {
    requireRead(path);
    try {
      return Deno.readFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Uint8Array(0);
      throw error instanceof Error ? new ConfigError(systemReason(error)) : error;
    }
  },

  write(path: string, bytes: Uint8Array): void {
    const written = `${path}.${Deno.pid}.tmp`;
    for (const each of [path, written]) {
      if (!isGranted({ name: "write", path: each })) throw new ConfigError("no permission, run with --allow-write");
    }
    try {
      const mode = modeOf(path);
      Deno.writeFileSync(written, bytes, mode === null ? {} : { mode });
      if (mode !== null) Deno.chmodSync(written, mode); // it may hold passwords: nobody else gets to read it
      Deno.renameSync(written, path);
    } catch (error) {
      throw error instanceof Error ? new ConfigError(systemReason(error)) : error;
    }
  },
};

/** The permissions of a file; null where there is none, or no such thing. */
function modeOf(path: string): number | null {
  try {
    const { mode } = Deno.statSync(path);
    return mode === null ? null : mode & 0o7777;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function requireRead(path: string): void {
  if (!isGranted({ name: "read", path })) throw new ConfigError("no permission, run with --allow-read");
}

/** The paths below a folder (`""` or ending with a slash) that the parts of a pattern stand for. */
function expand(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  const names = /[*?[]/.test(part) ? namesIn(folder).filter((name) => isMatch(part, name)) : [part];
  const paths = names.map((name) => folder + name);
  if (rest.length === 0) return paths.filter(exists);
  return paths.flatMap((path) => expand(`${path}/`, rest));
}

function namesIn(folder: string): string[] {
  const path = folder === "" ? "." : folder;
  requireRead(path);
  try {
    return Array.from(Deno.readDirSync(path), (entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error instanceof Error ? new ConfigError(systemReason(error)) : error;
  }
}

/** A leading dot has to be spelled out, as in a shell. */
function isMatch(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  const a = encoder.encode(pattern), b = encoder.encode(name);
  return globMatches(a, 0, a.length, b, 0, b.length);
}

function exists(path: string): boolean {
  requireRead(path);
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error instanceof Error ? new ConfigError(systemReason(error)) : error;
  }
}
