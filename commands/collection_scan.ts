/**
 * What HSCAN, SSCAN and ZSCAN have in common: cursor, MATCH, COUNT, their errors, and the shape of the reply. A type brings
 * its {@linkcode Scannable}, and the second half of each pair where its elements are pairs:
 *
 * ```ts ignore
 * function hscan(ctx: Context, args: Args): void {
 *   scanCollection(ctx, args, hash, () => ctx.out.bulk(hash.value.bytes, hash.value.start, hash.value.end));
 * }
 * ```
 */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { globMatches } from "../engine/glob.ts";
import type { Arguments, Database } from "../store/database.ts";
import type { Element } from "../store/element.ts";
import { ABSENT, readCursor, readScanOptions } from "./scan_options.ts";

/** A collection that can be gone through by a cursor. */
export interface Scannable {
  /** The element that {@linkcode moveTo} has moved to. */
  readonly element: Element;
  /** Opens the collection of a key; false when there is no such key, an error when it holds something else. */
  find(db: Database, args: Arguments, i: number): boolean;
  /**
   * Shows where elements are: those that the cursor stands for, or, of a packed collection, all. What a position is, the
   * collection knows.
   *
   * @returns The next cursor, 0 at the end.
   */
  scan(cursor: number, visit: (position: number) => void): number;
  /** Moves to an element by its position, which is good until the collection changes. */
  moveTo(position: number): void;
}

/**
 * Runs `xSCAN key cursor [MATCH pattern] [COUNT count]`.
 *
 * The order is Redis': a key that is missing has its empty reply before anybody looks at the options.
 *
 * @param replySecond Replies what belongs to the element moved to: a value, a score. Null where elements stand alone.
 */
export function scanCollection(
  ctx: Context,
  args: Args,
  collection: Scannable,
  replySecond: (() => void) | null,
): void {
  const { out } = ctx;
  let cursor = readCursor(args, 2);
  if (!collection.find(ctx.db, args, 1)) {
    out.array(2);
    out.bulkInt(0);
    return out.array(0);
  }
  const { count, pattern } = readScanOptions(args, 3, false);
  const positions: number[] = [];
  const visit = (position: number) => positions.push(position);
  // a table is never so sparse that this would take long: it shrinks before
  do cursor = collection.scan(cursor, visit); while (cursor !== 0 && positions.length < count);
  out.array(2);
  out.bulkInt(cursor);
  const mark = out.openArray();
  let replies = 0;
  const { element } = collection;
  for (const position of positions) {
    collection.moveTo(position);
    if (pattern !== ABSENT && !matches(args, pattern, element)) continue;
    out.bulk(element.bytes, element.start, element.end);
    replySecond?.();
    replies += replySecond === null ? 1 : 2;
  }
  out.closeArray(mark, replies);
}

function matches(args: Args, pattern: number, element: Element): boolean {
  const { bytes, start, end } = element;
  return globMatches(args.bytes, args.start(pattern), args.end(pattern), bytes, start, end);
}
