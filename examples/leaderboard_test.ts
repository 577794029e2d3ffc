import { assertEquals } from "@std/assert";
import { Server } from "../mod.ts"; // "@x/miniredis" in a program of your own
import { onServers } from "../tests/client/_servers.ts";
import { Leaderboard, type Place } from "./leaderboard.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MONDAY = "2030-01-07T12:00:00Z";

/** Places in short. */
function names(places: readonly Place[]): string {
  return places.map(({ rank, player, score }) => `${rank} ${player} ${score}`).join(", ");
}

onServers("Players are ranked by their best result", async (connect) => {
  await using client = connect();
  const boards = new Leaderboard(client, "chess");
  assertEquals(await boards.add("alice", 10), true);
  assertEquals(await boards.add("alice", 30.5), true);
  assertEquals([await boards.add("alice", 30.5), await boards.add("alice", 20)], [false, false]);
  await boards.add("bob", 25);
  await boards.add("carol", 40);
  for (const board of [boards.allTime, await boards.today(), await boards.week()]) {
    assertEquals(names(await board.page(0, 10)), "1 carol 40, 2 alice 30.5, 3 bob 25");
    assertEquals(await board.find("alice"), { rank: 2, player: "alice", score: 30.5 });
    assertEquals([await board.find("dave"), await board.size()], [null, 3]);
  }
});

onServers("Pages and neighbours", async (connect) => {
  await using client = connect();
  const boards = new Leaderboard(client, "chess");
  for (let i = 1; i <= 25; i++) await boards.add(`player${i}`, i);
  const { allTime } = boards;
  assertEquals(names(await allTime.page(0, 3)), "1 player25 25, 2 player24 24, 3 player23 23");
  assertEquals(names(await allTime.page(8, 3)), "25 player1 1");
  assertEquals(await allTime.page(9, 3), []);
  assertEquals(names(await allTime.around("player10", 1)), "15 player11 11, 16 player10 10, 17 player9 9");
  assertEquals(names(await allTime.around("player25", 1)), "1 player25 25, 2 player24 24");
  assertEquals(names(await allTime.around("player1", 1)), "24 player2 2, 25 player1 1");
  assertEquals(await allTime.around("nobody", 1), []);
});

onServers("Who is removed is on no board", async (connect) => {
  await using client = connect();
  const boards = new Leaderboard(client, "chess");
  await boards.add("alice", 1);
  await boards.add("bob", 2);
  await boards.week();
  await boards.remove("bob");
  for (const board of [boards.allTime, await boards.today(), await boards.week()]) {
    assertEquals(names(await board.page(0, 10)), "1 alice 1");
  }
});

Deno.test("A new day has a board of its own, from midnight on", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const boards = new Leaderboard(client, "chess");
  await server.clock.set("2030-01-07T23:59:59.999Z");
  await boards.add("alice", 10);
  assertEquals(names(await (await boards.today()).page(0, 10)), "1 alice 10");
  await server.clock.tick(1);
  assertEquals(await (await boards.today()).page(0, 10), []);
  await boards.add("alice", 5);
  assertEquals(names(await (await boards.today()).page(0, 10)), "1 alice 5");
  assertEquals(names(await (await boards.week()).page(0, 10)), "1 alice 10");
});

Deno.test("A result counts for the boards of seven days, and is kept no longer", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const boards = new Leaderboard(client, "chess");
  await server.clock.set(MONDAY);
  await boards.add("alice", 100);
  const sizes = [];
  for (let day = 0; day < 9; day++) {
    await boards.add("bob", day);
    sizes.push(await (await boards.week()).size());
    await server.clock.tick(DAY_MS);
  }
  assertEquals(sizes, [2, 2, 2, 2, 2, 2, 2, 1, 1]);
  assertEquals(server.db(0).has("board:chess:2030-01-07"), false);
  assertEquals(server.db(0).keys("board:chess:2030-01-*").length, 6);
  assertEquals(names(await boards.allTime.page(0, 1)), "1 alice 100");
});

Deno.test("The board of the week is put together once in a minute", async () => {
  await using server = await Server.start({ clock: "manual", record: true });
  await using client = server.client();
  const boards = new Leaderboard(client, "chess");
  await boards.add("alice", 1);
  for (let second = 0; second < 120; second++) {
    await (await boards.week()).page(0, 10);
    await server.clock.tick(1000);
  }
  assertEquals(server.commands.filter(({ name }) => name === "ZUNIONSTORE").length, 2);
});

Deno.test("What the boards look like in the server", async () => {
  await using server = await Server.start({ clock: "manual" });
  await using client = server.client();
  const boards = new Leaderboard(client, "chess");
  await server.clock.set(MONDAY);
  await boards.add("alice", 1.5);
  await server.clock.tick(DAY_MS);
  await boards.add("bob", 2);
  await boards.week();
  assertEquals(
    server.dump(),
    `# db 0
"board:chess:2030-01-07" zset, expires in 518400000 ms
  "alice" 1.5
"board:chess:2030-01-08" zset, expires in 604800000 ms
  "bob" 2
"board:chess:all" zset
  "alice" 1.5
  "bob" 2
"board:chess:week" zset, expires in 60000 ms
  "alice" 1.5
  "bob" 2
`,
  );
});
