/**
 * Replies of members with their scores. A score is a double; member and score are two elements among others in RESP2, and
 * an array of their own in RESP3.
 */
import type { Context } from "../engine/context.ts";
import { formatDouble } from "../engine/numbers.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";
import type { Element } from "../store/element.ts";

/** What goes through members in the order of their scores: a sorted set, or one in the making. */
export interface ScoredMembers {
  readonly member: Element;
  readonly currentScore: number;
  seek(rank: number): boolean;
  next(): boolean;
  previous(): boolean;
}

/** Replies a score; most of them are integers, which need no text of their own. */
export function replyScore(out: ReplyWriter, score: number): void {
  if (out.protocol === 2 && Number.isSafeInteger(score) && !Object.is(score, -0)) out.bulkInt(score);
  else out.double(formatDouble(score));
}

/** Begins a reply of `count` members, with or without scores. */
export function replyMemberCount(out: ReplyWriter, count: number, withScores: boolean): void {
  out.array(withScores && out.protocol === 2 ? count * 2 : count);
}

/** Replies the member under the cursor, one of those that {@linkcode replyMemberCount} has announced. */
export function replyMember(out: ReplyWriter, set: ScoredMembers, withScores: boolean): void {
  const { bytes, start, end } = set.member;
  if (!withScores) return out.bulk(bytes, start, end);
  if (out.protocol === 3) out.array(2);
  out.bulk(bytes, start, end);
  replyScore(out, set.currentScore);
}

/** Replies that many members, all of which are there, from a rank on. */
export function replyMembers(
  ctx: Context,
  set: ScoredMembers,
  from: number,
  count: number,
  isReverse: boolean,
  withScores: boolean,
): void {
  const { out } = ctx;
  replyMemberCount(out, count, withScores);
  if (count === 0) return;
  set.seek(from);
  replyMember(out, set, withScores);
  for (let left = count - 1; left > 0; left--) {
    if (isReverse) set.previous();
    else set.next();
    replyMember(out, set, withScores);
  }
}
