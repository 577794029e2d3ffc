/** Log lines in Redis' format. */
import { assertEquals, assertMatch } from "@std/assert";
import { formatLogLine, LineLog, toFile } from "../../server/log.ts";

Deno.test("formatLogLine() writes process, role, local time, level and text as Redis does", () => {
  const time = new Date(2026, 10, 2, 7, 4, 9, 23);
  assertEquals(formatLogLine(4711, "M", time, "notice", "Ready"), "4711:M 02 Nov 2026 07:04:09.023 * Ready");
  assertEquals(formatLogLine(1, "C", time, "warning", "a"), "1:C 02 Nov 2026 07:04:09.023 # a");
  assertEquals(formatLogLine(1, "S", time, "verbose", "a").at(-3), "-");
  assertEquals(formatLogLine(1, "S", time, "debug", "a").at(-3), ".");
});

Deno.test("LineLog leaves out what is below its level, and keeps each entry to one line", () => {
  const lines: string[] = [];
  const log = new LineLog((bytes) => lines.push(new TextDecoder().decode(bytes)));
  log.log("verbose", "hidden");
  log.log("notice", "two\r\nlines");
  log.level = "debug";
  log.role = "M";
  log.log("debug", "shown ü");
  log.level = "warning";
  log.log("notice", "hidden");
  assertEquals(lines.length, 2);
  assertMatch(lines[0]!, /^\d+:C \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} \* two lines\n$/);
  assertMatch(lines[1]!, /^\d+:M .* \. shown ü\n$/);
});

Deno.test("toFile() appends, and opens the file anew for each line so that it may be moved away", async () => {
  const folder = await Deno.makeTempDir({ prefix: "miniredis_log_" });
  try {
    const write = toFile(`${folder}/log`);
    const encoder = new TextEncoder();
    write(encoder.encode("a\n"));
    write(encoder.encode("b\n"));
    await Deno.rename(`${folder}/log`, `${folder}/log.1`);
    write(encoder.encode("c\n"));
    assertEquals(await Deno.readTextFile(`${folder}/log.1`), "a\nb\n");
    assertEquals(await Deno.readTextFile(`${folder}/log`), "c\n");
    toFile(folder)(encoder.encode("lost\n")); // a folder: the line is dropped
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
