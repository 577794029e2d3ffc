/**
 * A number that an environment variable may set, so that a test can be run with other random choices, or for longer.
 *
 * @param name The variable; it is not asked for without permission.
 * @param initial Its value when it is not set.
 * @returns The number.
 */
export function setting(name: string, initial: number): number {
  const isGranted = Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
  return Number(isGranted && Deno.env.get(name) || initial);
}
