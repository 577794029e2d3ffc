/** Elements of a listpack as bulk strings, in a row: where LRANGE and HGETALL of small collections spend their time. */
import type { ReplyWriter } from "../resp/reply_writer.ts";
import { Element } from "../store/element.ts";
import { isEnd, nextElement, readElement, shortStringLength } from "../store/listpack.ts";

const element = new Element();

/** Replies up to `most` elements of a listpack, from the one at `p` on; returns how many there were. */
export function replyListpack(out: ReplyWriter, bytes: Uint8Array, p: number, most: number): number {
  let count = 0;
  for (; count < most && !isEnd(bytes, p); count++) {
    const length = shortStringLength(bytes, p);
    if (length >= 0) {
      out.bulk(bytes, p + 1, p + 1 + length);
      p += length + 2;
    } else {
      readElement(bytes, p, element);
      out.bulk(element.bytes, element.start, element.end);
      p = nextElement(bytes, p);
    }
  }
  return count;
}
