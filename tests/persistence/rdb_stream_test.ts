/** Streams in files: all there is of groups, and the form of Redis 5 and 6. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newCaller } from "../_call.ts";
import { oldStream } from "./_fuzz.ts";
import { payload } from "./_old_encodings.ts";

function bulk(reply: string): Uint8Array {
  return Uint8Array.from(reply.slice(reply.indexOf("\r\n") + 2, -2), (character) => character.charCodeAt(0));
}

Deno.test("groups, consumers and pending entries are what they were after DUMP and RESTORE", () => {
  const { raw, clock } = newCaller();
  const send = (line: string) => raw(...line.split(" "));
  for (let i = 1; i <= 300; i++) send(`XADD s ${i}-${i} field ${i}`);
  send("XADD s 18446744073709551615-18446744073709551614 f v");
  send("XGROUP CREATE s g 0");
  send("XGROUP CREATE s h 18446744073709551615-5 ENTRIESREAD 9223372036854775807");
  send("XREADGROUP GROUP g one COUNT 200 STREAMS s >");
  clock.advance(1234);
  send("XREADGROUP GROUP g two COUNT 20 STREAMS s >");
  send("XCLAIM s g three 0 5-5 6-6 RETRYCOUNT 9223372036854775807");
  send("XGROUP DELCONSUMER s g two");
  send("XGROUP CREATECONSUMER s g idle");
  send("XDEL s 7-7 300-300");
  send("XSETID s 18446744073709551615-18446744073709551615 ENTRIESADDED 9223372036854775807");
  const before = send("XINFO STREAM s FULL COUNT 0");
  assertEquals(raw("RESTORE", "other", "0", bulk(send("DUMP s"))), "+OK\r\n");
  assertEquals(send("XINFO STREAM other FULL COUNT 0"), before);
  send("DEL s");
  assertEquals(send("XINFO STREAM other FULL COUNT 0"), before);
});

Deno.test("a stream of Redis 5 or 6 is read, and what it lacks is worked out", () => {
  const { raw } = newCaller();
  assertEquals(raw("RESTORE", "k", "0", payload(oldStream())), "+OK\r\n");
  const found = raw("XINFO", "STREAM", "k", "FULL").replaceAll(/\r\n(\$\d+\r\n)?/g, " ");
  for (const part of ["length :1", "entries-added :1", "recorded-first-entry-id 1-1", "entries-read :1", "lag :0"]) {
    assertStringIncludes(found, ` ${part} `);
  }
  assertStringIncludes(found, "pel-count :1 pending *1 *4 1-1 c :1700000000000 :3 ");
});
