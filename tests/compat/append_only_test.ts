/** Append-only files go from miniredis to redis-server and back: all types and encodings, both forms of a base. */
import { assert, assertEquals } from "@std/assert";
import { FolderFiles } from "../../server/data_files.ts";
import { HandClock, newCaller } from "../_call.ts";
import { Config } from "../../engine/config.ts";
import { RawConnection } from "../_harness.ts";
import { hasReference, startRedis } from "../_redis.ts";
import { SAMPLES } from "../persistence/_samples.ts";

const NEEDED = "(skipped where redis-server 7.0 is not installed)";
const NAMES = { appendfilename: "my file.aof", appenddirname: "dir" };
type Send = (...words: (string | Uint8Array)[]) => Promise<string> | string;

/** How the files come about: by writes alone; by a rewrite in one of the two forms, with further writes before and after. */
const FORMS = [
  { name: "writes alone", preamble: "yes", isRewritten: false },
  { name: "a base of commands", preamble: "no", isRewritten: true },
  { name: "a base that is an RDB file", preamble: "yes", isRewritten: true },
];

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "miniredis_aof_" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function newServer(folder: string, directives: Record<string, string> = {}) {
  const config = new Config();
  const all = { "enable-debug-command": "yes", appendonly: "yes", ...NAMES, ...directives };
  config.set(Object.entries(all), "start");
  const lines: string[] = [];
  const log = { log: (_level: string, text: string) => void lines.push(text) };
  const caller = newCaller({ config, log, files: new FolderFiles(() => folder), clock: new HandClock(Date.now()) });
  const appendOnly = caller.engine.appendOnly!;
  appendOnly.start();
  return { ...caller, appendOnly, lines };
}

function startTheirs(folder: string, directives: Record<string, string> = {}) {
  const all = { dir: folder, appendonly: "yes", "enable-debug-command": "yes", ...NAMES, ...directives };
  return startRedis(...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]));
}

/** Keys of every type and encoding, some in another database, some that expire. */
async function fill(send: Send, part: number): Promise<void> {
  for (const [i, { name, commands }] of SAMPLES.entries()) {
    if (i % 2 !== part) continue;
    await send("SELECT", String(i % 3));
    for (const command of commands) await send(...command);
    if (i % 5 === 0) await send("PEXPIRE", "k", "10000000");
    await send("RENAME", "k", name);
  }
  await send("MULTI");
  await send("INCR", "in a transaction");
  await send("SPOP", SAMPLES.find(({ type }) => type === "set")!.name);
  await send("EXEC");
}

function check(folder: string): string {
  const { stdout, stderr, success } = new Deno.Command("redis-check-aof", {
    args: [`${folder}/${NAMES.appenddirname}/${NAMES.appendfilename}.manifest`],
  }).outputSync();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, text);
  return text;
}

for (const { name, preamble, isRewritten } of FORMS) {
  Deno.test({
    name: `files of ours are redis-server's too: ${name} ${NEEDED}`,
    ignore: !hasReference,
    fn: () =>
      inFolder(async (folder) => {
        const ours = newServer(folder, { "aof-use-rdb-preamble": preamble, "aof-timestamp-enabled": "yes" });
        await fill(ours.raw, 0);
        if (isRewritten) ours.raw("BGREWRITEAOF");
        while (ours.appendOnly.isRewriting) {
          ours.appendOnly.tick();
          await new Promise((resolve) => setTimeout(resolve, 0)); // for the disk
        }
        await fill(ours.raw, 1);
        const digest = ours.raw("DEBUG", "DIGEST").trim();
        await ours.appendOnly.close();
        assert(check(folder).includes("All AOF files and manifest are valid"));
        await using theirs = await startTheirs(folder);
        await using conn = await RawConnection.connect(theirs.port);
        assertEquals(await conn.send("DEBUG", "DIGEST"), digest);
      }),
  });

  Deno.test({
    name: `files of redis-server are ours too: ${name} ${NEEDED}`,
    ignore: !hasReference,
    fn: () =>
      inFolder(async (folder) => {
        let digest: string;
        {
          await using theirs = await startTheirs(folder, {
            "aof-use-rdb-preamble": preamble,
            "aof-timestamp-enabled": "yes",
          });
          await using conn = await RawConnection.connect(theirs.port);
          const send: Send = (...words) => conn.send(...words);
          await fill(send, 0);
          if (isRewritten) await conn.send("BGREWRITEAOF");
          while ((await conn.send("INFO", "persistence")).includes("aof_rewrite_in_progress:1")); // it is soon over
          await fill(send, 1);
          digest = await conn.send("DEBUG", "DIGEST");
        }
        const ours = newServer(folder);
        assertEquals(ours.raw("DEBUG", "DIGEST").trim(), digest);
        assertEquals(ours.engine.statistics.unexpectedErrors, 0, ours.lines.join("\n"));
        // and goes on where the other one ended
        ours.raw("SET", "more", "1");
        const more = ours.raw("DEBUG", "DIGEST").trim();
        await ours.appendOnly.close();
        await using theirs = await startTheirs(folder);
        await using conn = await RawConnection.connect(theirs.port);
        assertEquals(await conn.send("DEBUG", "DIGEST"), more);
      }),
  });
}

Deno.test({
  name: `streams with groups are the same in redis-server, whichever form the base has ${NEEDED}`,
  ignore: !hasReference,
  fn: async () => {
    for (const preamble of ["yes", "no"]) {
      await inFolder(async (folder) => {
        const ours = newServer(folder, { "aof-use-rdb-preamble": preamble });
        const { raw } = ours;
        for (let i = 1; i <= 10; i++) raw("XADD", "s", `${i}-1`, "f", String(i));
        raw("XDEL", "s", "10-1");
        raw("XGROUP", "CREATE", "s", "g", "0", "ENTRIESREAD", "2");
        raw("XREADGROUP", "GROUP", "g", "alice", "COUNT", "3", "STREAMS", "s", ">");
        raw("XACK", "s", "g", "2-1");
        raw("XGROUP", "CREATECONSUMER", "s", "g", "carol");
        raw("XADD", "none", "MAXLEN", "0", "7-7", "f", "v");
        raw("XGROUP", "CREATE", "made", "g", "$", "MKSTREAM");
        raw("BGREWRITEAOF");
        while (ours.appendOnly.isRewriting) {
          ours.appendOnly.tick();
          await new Promise((resolve) => setTimeout(resolve, 0)); // for the disk
        }
        await ours.appendOnly.close();
        await using theirs = await startTheirs(folder);
        await using conn = await RawConnection.connect(theirs.port);
        for (const key of ["s", "none", "made"]) {
          // when consumers were last seen is not in a base of commands; how many nodes the original's trees have is its own
          const facts = (reply: string) =>
            reply.replaceAll(/(seen-time|radix-tree-keys|radix-tree-nodes), :\d+/g, "$1").replaceAll(/\s+/g, " ");
          const theirReply = await conn.send("XINFO", "STREAM", key, "FULL");
          const again = newServer(folder);
          const ourReply = await replyOf(again.raw("XINFO", "STREAM", key, "FULL"));
          await again.appendOnly.close();
          assertEquals(facts(ourReply), facts(theirReply), `${key}, ${preamble}`);
        }
      });
    }
  },
});

/** A reply as {@linkcode RawConnection.send} shows it. */
async function replyOf(raw: string): Promise<string> {
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  await using conn = await RawConnection.connect({
    readable: ReadableStream.from([bytes]),
    writable: new WritableStream<Uint8Array>(),
  });
  return await conn.readReply();
}
