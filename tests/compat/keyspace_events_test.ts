/**
 * Keyspace notifications of every command, compared with redis-server 7.0: which events, in which order, and where they
 * stand between replies. For that, one connection in RESP3 both runs the commands and listens to all events of both kinds.
 */
import { assertEquals } from "@std/assert";
import { Server } from "../../server.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { COMMANDS, Talker } from "./_eventful_commands.ts";

/** A message of one line, and replies by their lines. */
function shown(said: string): string {
  return said.replace(/>4\r\n\$8\r\npmessage\r\n\$6\r\n__key\*\r\n\$\d+\r\n(.*)\r\n\$\d+\r\n(.*)\r\n/g, "  ! $1 $2\r\n")
    .replaceAll("\r\n", "\n");
}

/**
 * Commands whose events may stand elsewhere. Sorted sets tell of what is popped in the middle of the reply there, behind it
 * here: RESP3 has no place for messages inside a reply. SINTERSTORE tells of the deleted key before its reply when a source
 * is missing. SMOVE makes the new key after it has taken the member, here before, since memory may end.
 */
const ELSEWHERE = /^(B?Z(POP|MPOP)|SINTERSTORE|SMOVE)/;

/** What was said, with the events apart, in one order, where they may stand elsewhere. */
function settled(line: string, text: string): string {
  if (!ELSEWHERE.test(line)) return text;
  const lines = text.split("\n");
  const isEvent = (said: string) => said.startsWith("  !");
  return [...lines.filter((said) => !isEvent(said)), ...lines.filter(isEvent).toSorted()].join("\n");
}

async function transcript(port: number, lines: readonly string[]): Promise<string[]> {
  using listener = await Talker.connect(port);
  await listener.says("FLUSHALL");
  await listener.says("HELLO 3");
  await listener.says("CONFIG SET notify-keyspace-events KEAmn");
  await listener.says("PSUBSCRIBE __key*");
  const all: string[] = [];
  for (const line of lines) all.push(`> ${line}\n${settled(line, shown(await listener.says(line)))}`);
  return all;
}

Deno.test({
  name: "keyspace events of all commands, and where they stand, are those of redis-server 7.0 (skipped without it)",
  ignore: !hasReference,
  fn: async (t) => {
    await using redis = await startRedis("--enable-debug-command", "yes");
    await using server = await Server.start({ port: 0, config: { "enable-debug-command": "yes" } });
    for (const [type, commands] of Object.entries(COMMANDS)) {
      await t.step(type, async () => {
        const lines = commands.trim().split(/\n\s*/);
        const [ours, theirs] = [await transcript(server.port, lines), await transcript(redis.port, lines)];
        const other = ours.map((text, i) => text === theirs[i] ? "" : text);
        assertEquals(
          other.filter((text) => text !== ""),
          theirs.filter((_, i) => other[i] !== ""),
          "miniredis (actual), redis-server (expected)",
        );
      });
    }
  },
});
