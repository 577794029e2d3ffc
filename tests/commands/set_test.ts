/** Commands on sets, without a connection. */
import { assert, assertEquals } from "@std/assert";
import { newCaller } from "../_call.ts";
import { newKeysCaller } from "./_keys.ts";

/** A caller that takes a line and gives members of set replies in order, without their lengths. */
function newSets(directives: Record<string, string> = {}) {
  const caller = newCaller({ protocol: 3 });
  caller.engine.config.set(Object.entries(directives), "runtime");
  const send = (line: string) => caller.raw(...line.split(" "));
  const members = (line: string) =>
    send(line).split("\r\n").filter((part) => part !== "" && !/^[~*$]/.test(part)).sort();
  const encoding = (key: string) => send(`OBJECT ENCODING ${key}`).split("\r\n")[1];
  return { ...caller, send, members, encoding };
}

Deno.test("SADD counts only the members it adds, and SREM those it removes", () => {
  const { send, members } = newSets();
  assertEquals([send("SADD s a b a"), send("SADD s b c"), send("SREM s a nosuch c c")], [":2\r\n", ":1\r\n", ":2\r\n"]);
  assertEquals(members("SMEMBERS s"), ["b"]);
});

Deno.test("a set of integers is an intset until it holds something else or too many", () => {
  const { send, encoding, members } = newSets({ "set-max-intset-entries": "4" });
  send("SADD s 1 -5 9223372036854775807 -9223372036854775808");
  assertEquals(encoding("s"), "intset");
  assertEquals(members("SMEMBERS s"), ["-5", "-9223372036854775808", "1", "9223372036854775807"]);
  send("SADD s 70000");
  assertEquals(encoding("s"), "hashtable");
  send("SREM s 70000 1 -5");
  assertEquals(encoding("s"), "hashtable", "there is no way back");
  send("SADD t 1 2");
  send("SADD t 01");
  assertEquals([encoding("t"), members("SMEMBERS t")], ["hashtable", ["01", "1", "2"]]);
  send("SADD u x");
  assertEquals(encoding("u"), "hashtable");
});

Deno.test("the key of a set goes with its last member", () => {
  const { send } = newSets();
  for (
    const [add, remove] of [["SADD s a", "SREM s a"], ["SADD s 1", "SPOP s"], ["SADD s 1 2", "SPOP s 5"], [
      "SADD s a",
      "SMOVE s t a",
    ]]
  ) {
    send(add!);
    send(remove!);
    assertEquals(send("EXISTS s"), ":0\r\n", remove);
  }
});

for (const kind of ["integers", "words"]) {
  const name = (i: number) => kind === "integers" ? `${i}` : `m${i}`;

  Deno.test(`SPOP takes each member once, SRANDMEMBER none (${kind})`, () => {
    const { send, members } = newSets();
    const all = Array.from({ length: 100 }, (_, i) => name(i)).sort();
    send(`SADD s ${all.join(" ")}`);
    assertEquals(new Set(members("SRANDMEMBER s 30")).size, 30);
    assertEquals(new Set(members("SRANDMEMBER s 90")).size, 90);
    assertEquals(members("SRANDMEMBER s 100"), all);
    assertEquals(members("SRANDMEMBER s -250").length, 250);
    assertEquals(send("SCARD s"), ":100\r\n");
    const popped = [...members("SPOP s 20"), ...members("SPOP s 70"), ...members("SPOP s"), ...members("SPOP s 100")];
    assertEquals(popped.sort(), all);
    assertEquals(send("EXISTS s"), ":0\r\n");
  });

  Deno.test(`SRANDMEMBER picks all members alike (${kind})`, () => {
    const { send, members } = newSets();
    const all = Array.from({ length: 64 }, (_, i) => name(i));
    send(`SADD s ${all.join(" ")}`);
    const counts = new Map<string, number>();
    for (const member of members("SRANDMEMBER s -64000")) counts.set(member, (counts.get(member) ?? 0) + 1);
    assertEquals(counts.size, 64);
    for (const [member, count] of counts) assert(count > 800 && count < 1_200, `${member}: ${count}`);
  });
}

Deno.test("SRANDMEMBER with an absurd count ends when its client has to go", () => {
  for (const members of ["1 2 3", "a b c"]) {
    const { client, send } = newSets();
    send(`SADD s ${members}`);
    client.connection.checkOutput = () => client.isHalted = client.out.length > 100_000;
    const reply = send("SRANDMEMBER s -9223372036854775807");
    assert(reply.length > 100_000 && reply.length < 200_000, `${reply.length} bytes`);
  }
});

Deno.test("SPOP answers the integers it takes in no order, and leaves the others in theirs", () => {
  const { raw, send, members } = newSets({ "set-max-intset-entries": "100000" });
  const all = Array.from({ length: 50_000 }, (_, i) => String(i * 3 - 40_000));
  raw("SADD", "s", ...all);
  const taken = send("SPOP s 30000").split("\r\n").filter((part) => /^-?\d+$/.test(part));
  const isFalling = taken.every((member, i) => i === 0 || Number(member) < Number(taken[i - 1]));
  assertEquals([taken.length, isFalling, send("OBJECT ENCODING s")], [30_000, false, "$6\r\nintset\r\n"]);
  const left = new Set(all).difference(new Set(taken));
  assertEquals(members("SMEMBERS s"), [...left].sort());
  assertEquals([...left].every((member) => send(`SISMEMBER s ${member}`) === ":1\r\n"), true);
});

Deno.test("each member added, removed or popped counts as a change", () => {
  const { changes } = newKeysCaller();
  const lines = ["SADD s a b a c d e f", "SREM s a b x", "SPOP s", "SPOP s 2", "SPOP s 100", "SADD s 1", "SMOVE s t 1"];
  assertEquals(lines.map(changes), [6, 2, 1, 2, 1, 1, 2]);
});

Deno.test("with lazyfree-lazy-server-del the memory of a set that SPOP or BITOP deletes comes back later", () => {
  const { send, engine } = newSets({ "lazyfree-lazy-server-del": "yes" });
  const add = `SADD s ${Array.from({ length: 1_000 }, (_, i) => `m${i}`).join(" ")}`;
  for (const command of ["SPOP s 1000", "BITOP AND s nosuch"]) {
    const { detached } = engine.keyspace;
    send(add);
    send(command);
    assertEquals([send("EXISTS s"), engine.keyspace.detached], [":0\r\n", detached + 1], command);
  }
});

Deno.test("SPOP is propagated as what it took, several as one transaction, or as DEL when it took all", () => {
  const { send, engine } = newSets();
  const heard: string[] = [];
  engine.hooks.propagated.add((_db, args) =>
    heard.push(args.map((arg) => new TextDecoder().decode(arg as Uint8Array)).join(" "))
  );
  send("SADD s 1 2 3 4 5");
  heard.length = 0;
  send("SPOP s 2");
  send("SPOP s");
  send("SPOP s 10");
  const taken = [heard[1]!, heard[2]!, heard[4]!];
  assertEquals(heard, ["MULTI", taken[0]!, taken[1]!, "EXEC", taken[2]!, "DEL s"]);
  for (const line of taken) assert(/^SREM s [1-5]$/.test(line), line);
  assertEquals(new Set(taken).size, 3);
});

Deno.test("what STORE makes is an intset where all members are integers, and replaces whatever was there", () => {
  const { send, members, encoding } = newSets();
  send("SADD a 1 2 3 x");
  send("SADD b 2 3 4 y");
  send("SET dst v");
  send("EXPIRE dst 100");
  assertEquals([send("SINTERSTORE dst a b"), members("SMEMBERS dst"), encoding("dst"), send("TTL dst")], [
    ":2\r\n",
    ["2", "3"],
    "intset",
    ":-1\r\n",
  ]);
  assertEquals([send("SUNIONSTORE dst a b"), encoding("dst")], [":6\r\n", "hashtable"]);
  assertEquals([send("SDIFFSTORE a a b"), members("SMEMBERS a")], [":2\r\n", ["1", "x"]]);
  assertEquals([send("SDIFFSTORE a b b"), send("EXISTS a")], [":0\r\n", ":0\r\n"]);
});

Deno.test("SDIFF gives the same whichever way is less work", () => {
  const { send, members } = newSets();
  send(`SADD large ${Array.from({ length: 500 }, (_, i) => `m${i}`).join(" ")}`);
  send("SADD one m1 m2 m3");
  send("SADD two m3 m4");
  assertEquals(members("SDIFF large one two").length, 496);
  assertEquals(members("SDIFF one large"), []);
  assertEquals(members("SDIFF one two nosuch"), ["m1", "m2"]);
  assertEquals(members("SDIFF nosuch one"), []);
});

Deno.test("the memory of sets comes back when they are deleted, at once or in steps", () => {
  const { send, engine } = newSets();
  const [db] = engine.keyspace.databases;
  send("SET k v");
  const before = db!.arena.usedBytes;
  for (const command of ["DEL", "UNLINK"]) {
    send(`SADD large ${Array.from({ length: 5_000 }, (_, i) => `m${i}`).join(" ")}`);
    send(`SADD small 1 2 3 4`);
    send("COPY large copy");
    send("SREM large m7 m8");
    assert(db!.arena.usedBytes > before + 5_000 * 16);
    send(`${command} large small copy`);
    assertEquals(engine.keyspace.detached, command === "UNLINK" ? 2 : 0);
    while (engine.keyspace.releaseDetached(1_000));
    assertEquals([db!.arena.usedBytes, engine.keyspace.detached], [before, 0]);
  }
});
