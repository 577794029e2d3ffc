/** Messages to those whose connection may be away: what is published then is lost. */
import { assert } from "@std/assert";

const MAX_MS = 30_000;

/**
 * Publishes until a message arrives.
 *
 * @param messages The messages of a subscription.
 * @param publish Publishes one.
 * @returns What has arrived; undefined where the subscription has ended.
 */
export async function arrival<T>(
  messages: AsyncIterator<T, undefined>,
  publish: () => Promise<unknown>,
): Promise<T | undefined> {
  let isThere = false;
  const next = messages.next().finally(() => isThere = true);
  const endMs = performance.now() + MAX_MS;
  while (!isThere) {
    assert(performance.now() < endMs, "no message arrives any more");
    await publish();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return (await next).value;
}
