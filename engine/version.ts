/** The versions that INFO, HELLO and the command line show. */

/** The version of this package, the one in deno.json. */
export const VERSION = "0.1.0";

/** The version of Redis whose commands, replies and directives this server has. */
export const REDIS_VERSION = "7.0.15";

/**
 * Reads the version of Redis that a server is to say it has.
 *
 * @param text `7.0`, `6.2.14`.
 * @returns All three of its numbers.
 * @throws {TypeError} It is no version.
 */
export function fullVersion(text: string): string {
  if (!/^\d{1,4}\.\d{1,4}(\.\d{1,4})?$/.test(text)) {
    throw new TypeError(`Cannot take ${JSON.stringify(text)} for a version of Redis: it is written as 7.0 or 7.0.15`);
  }
  return text.split(".").length === 2 ? `${text}.0` : text;
}

/** Does a version come after another one? */
export function isNewer(version: string, other: string): boolean {
  const numbers = version.split("."), others = other.split(".");
  for (let i = 0; i < 3; i++) {
    const difference = Number(numbers[i] ?? 0) - Number(others[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
