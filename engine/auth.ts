/** Who may talk to the server: the password of the `default` user, the only one there is. */
import { type ClientState, GATE_AUTH } from "./client_state.ts";
import { byteStringToBytes, type Config } from "./config.ts";

/** Name of the user every connection begins as. */
export const DEFAULT_USER = "default";

/** Must clients give a password (`requirepass`)? */
export function requiresPassword(config: Config): boolean {
  return config.text("requirepass") !== "";
}

/** Puts a client where a new connection stands: authenticated only while no password is needed. */
export function resetAuthentication(client: ClientState, config: Config): void {
  client.user = DEFAULT_USER;
  client.isAuthenticated = !requiresPassword(config);
  if (client.isAuthenticated) client.gates &= ~GATE_AUTH;
  else client.gates |= GATE_AUTH;
}

/**
 * Lets a client in when user and password are right. While no password is set, any will do.
 *
 * @returns Whether they were right; when not, the client stays what it was.
 */
export function authenticate(client: ClientState, config: Config, user: string, password: Uint8Array): boolean {
  if (user !== DEFAULT_USER) return false;
  if (requiresPassword(config) && !isSame(password, byteStringToBytes(config.text("requirepass")))) return false;
  client.user = user;
  client.isAuthenticated = true;
  client.gates &= ~GATE_AUTH;
  return true;
}

/** Compares in a time that depends on what was given alone, so that it tells nothing about the password. */
function isSame(given: Uint8Array, wanted: Uint8Array): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < given.length; i++) difference |= given[i]! ^ wanted[i % wanted.length]!;
  return difference === 0;
}
