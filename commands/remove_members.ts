/** SREM, HDEL and ZREM: members, or fields, of a collection are removed, and the collection with its last one. */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { EVENT_GENERIC } from "../engine/hooks.ts";
import type { Arguments, Database } from "../store/database.ts";

/** A collection that members can be removed from. */
interface Removable {
  findForWrite(db: Database, args: Arguments, i: number): boolean;
  /** Removes a member; false when it is not there. */
  remove(bytes: Uint8Array, start: number, end: number): boolean;
  /** Deletes the key when nothing is left; true if so. */
  deleteIfEmpty(): boolean;
}

/** Runs `xREM key member [member ...]` and replies how many there were. */
export function removeMembers(
  ctx: Context,
  args: Args,
  collection: Removable,
  eventClass: number,
  event: string,
): void {
  if (!collection.findForWrite(ctx.db, args, 1)) return ctx.out.int(0);
  let removed = 0, isGone = false;
  for (let i = 2; i < args.count && !isGone; i++) {
    if (!collection.remove(args.bytes, args.start(i), args.end(i))) continue;
    removed++;
    isGone = collection.deleteIfEmpty();
  }
  if (removed > 0) ctx.touched(args, 1, eventClass, event, removed);
  if (isGone) ctx.notify(args, 1, EVENT_GENERIC, "del");
  ctx.out.int(removed);
}
