/** A caller for tests of commands on keys: lines in, replies on one line out, and what listeners hear meanwhile. */
import { TypedArgument } from "../../resp/command_batch.ts";
import { newCaller } from "../_call.ts";

export function newKeysCaller(protocol: 2 | 3 = 2) {
  const caller = newCaller({ protocol });
  const { hooks, keyspace } = caller.engine;

  /** The reply to a line, cut at its spaces; ends of lines show as spaces: `*2 $1 a :5`. */
  const send = (line: string) => onOneLine(caller.raw(...line.split(" ")));
  /** The same for a command given as its words. */
  const sendWords = (...words: string[]) => onOneLine(caller.raw(...words));
  /** What bytes as they come over a wire are answered, `SET s *2 :1 _` with ends of lines for its spaces. */
  const sendWire = (line: string) => onOneLine(caller.wire(line.replaceAll(" ", "\r\n") + "\r\n"));

  /** The bulk strings of a reply of {@linkcode send}. */
  const strings = (reply: string) => [...reply.matchAll(/\$\d+ (\S+)/g)].map(([, text]) => text!);

  /** Events with their databases, and propagated writes with theirs, of one line. */
  const heard = (line: string) => {
    const events: string[] = [];
    const writes: string[] = [];
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const onKey: Parameters<typeof hooks.keyTouched.add>[0] = (db, bytes, start, end, _class, event) => {
      events.push(`${db.index}: ${event} ${decode(bytes.subarray(start, end))}`);
    };
    const onWrite: Parameters<typeof hooks.propagated.add>[0] = (db, args) => {
      writes.push(`${db}: ${args.map((arg) => decode(arg instanceof TypedArgument ? arg.bytes : arg)).join(" ")}`);
    };
    hooks.keyTouched.add(onKey);
    hooks.propagated.add(onWrite);
    send(line);
    hooks.keyTouched.remove(onKey);
    hooks.propagated.remove(onWrite);
    return { events, writes };
  };

  /** All that SCAN finds from beginning to end, with `options`. */
  const scanAll = (options = "") => {
    const found: string[] = [];
    let cursor = "0";
    do {
      const [next, ...keys] = strings(send(`SCAN ${cursor} ${options}`.trimEnd()));
      found.push(...keys);
      cursor = next!;
    } while (cursor !== "0");
    return found;
  };

  /** How many changes a line counts as. */
  const changes = (line: string) => {
    const count = () => Number(/rdb_changes_since_last_save:(\d+)/.exec(send("INFO persistence"))![1]);
    const before = count();
    send(line);
    return count() - before;
  };

  return { ...caller, keyspace, send, sendWords, sendWire, strings, heard, changes, scanAll };
}

function onOneLine(reply: string): string {
  return reply.replace(/\r\n$/, "").replaceAll("\r\n", " ");
}
