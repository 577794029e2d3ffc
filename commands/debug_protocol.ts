/** DEBUG PROTOCOL: one reply of each type, for tests of clients. */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import type { ReplyWriter } from "../resp/reply_writer.ts";

const UNKNOWN_TYPE = new CommandError(
  "ERR",
  "Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
);
const NEEDS_RESP3 = new CommandError("ERR", "RESP2 is not supported by this command");
/** No command of ours answers attributes, so the writer of replies has no method for them. */
const ATTRIBUTE = new TextEncoder().encode("|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n");

const REPLIES: Readonly<Record<string, (out: ReplyWriter) => void>> = {
  STRING: (out) => out.bulkText("Hello World"),
  INTEGER: (out) => out.int(12345),
  DOUBLE: (out) => out.double("3.141"),
  BIGNUM: (out) => out.bigNumber("1234567999999999999999999999999999999"),
  NULL: (out) => out.null(),
  ARRAY: (out) => {
    out.array(3);
    for (let i = 0; i < 3; i++) out.int(i);
  },
  SET: (out) => {
    out.set(3);
    for (let i = 0; i < 3; i++) out.int(i);
  },
  MAP: (out) => {
    out.map(3);
    for (let i = 0; i < 3; i++) {
      out.int(i);
      out.bool(i === 1);
    }
  },
  ATTRIB: (out) => {
    if (out.protocol === 3) out.raw(ATTRIBUTE, 0, ATTRIBUTE.length);
    out.bulkText("Some real reply following the attribute");
  },
  PUSH: (out) => {
    if (out.protocol === 2) throw NEEDS_RESP3;
    out.push(2);
    out.bulkText("server-cpu-usage");
    out.int(42);
    out.bulkText("Some real reply following the push reply");
  },
  VERBATIM: (out) => out.verbatim("txt", "This is a verbatim\nstring"),
  TRUE: (out) => out.bool(true),
  FALSE: (out) => out.bool(false),
};

/** An attribute, and a push message, are followed by the reply proper. */
export function debugProtocol(ctx: Context, args: Args): void {
  const reply = Object.entries(REPLIES).find(([name]) => args.is(2, name))?.[1];
  if (reply === undefined) throw UNKNOWN_TYPE;
  reply(ctx.out);
}
