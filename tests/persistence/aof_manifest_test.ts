/** Manifests of append-only files: read, changed, written, and refused in Redis' words. */
import { assertEquals, assertThrows } from "@std/assert";
import { AofManifest, ManifestError } from "../../persistence/aof_manifest.ts";

const parse = (text: string): AofManifest => AofManifest.parse(new TextEncoder().encode(text));

Deno.test("a manifest is read as it was written", () => {
  const text = "file appendonly.aof.2.base.rdb seq 2 type b\n" +
    "file appendonly.aof.1.incr.aof seq 1 type h\n" +
    "file appendonly.aof.4.incr.aof seq 4 type i\n" +
    "file appendonly.aof.7.incr.aof seq 7 type i\n";
  const manifest = parse(text);
  assertEquals(manifest.toString(), text);
  assertEquals(manifest.parts.map(({ seq }) => seq), [2, 4, 7]);
  assertEquals([manifest.baseSeq, manifest.incrementSeq, manifest.isDirty], [2, 7, false]);
});

Deno.test("comments, blanks at the ends, further keys, quotes and any case are taken", () => {
  const manifest = parse(
    '# a comment\n  FILE "a file\\x20\\n" Seq 3 TYPE base newkey newvalue \r\nseq 4 type incr file b\n# the end\n',
  );
  assertEquals(manifest.base, { name: "a file \n", seq: 3, type: "b" });
  assertEquals(manifest.increments, [{ name: "b", seq: 4, type: "i" }]);
  assertEquals(manifest.toString(), 'file "a file \\n" seq 3 type b\nfile b seq 4 type i\n');
});

Deno.test("what is no manifest is refused, with the line it is in", () => {
  const line = (text: string, reason: string): [string, string, number | null] => [`${text}\n`, reason, 1];
  const format = "Invalid AOF manifest file format";
  const rows: [text: string, reason: string, line: number | null][] = [
    ["", "Found an empty AOF manifest", null],
    ["file a seq 1 type b", "The AOF manifest file contains too long line", null],
    [`file ${"a".repeat(1024)} seq 1 type b\n`, "The AOF manifest file contains too long line", null],
    line("", format),
    line("   ", format),
    line("file a seq 1 type", format),
    line("file a seq 1", format),
    line("file a seq 1 type b one", format),
    line('file "a seq 1 type b', format),
    line("file a seq x type b", format),
    line('file a seq 1 type ""', format),
    line("file a/b seq 1 type b", "File can't be a path, just a filename"),
    line("file a seq 1 type x", "Unknown AOF file type"),
    ["file a seq 1 type b\nfile b seq 2 type b\n", "Found duplicate base file information", 2],
    ["file a seq 2 type i\nfile b seq 2 type i\n", "Found a non-monotonic sequence number", 2],
    ["file a seq 2 type i\n\n", format, 2],
  ];
  for (const [text, reason, number] of rows) {
    const error = assertThrows(() => parse(text), ManifestError);
    assertEquals([error.message, error.line?.number ?? null], [reason, number], text);
  }
});

Deno.test("a new base makes history of the one before, and of the files written until then", () => {
  const manifest = new AofManifest();
  assertEquals([manifest.addBase("f", true), manifest.addIncrement("f")], ["f.1.base.rdb", "f.1.incr.aof"]);
  const before = manifest.copy();
  assertEquals([manifest.addIncrement("f"), manifest.addIncrement("f")], ["f.2.incr.aof", "f.3.incr.aof"]);
  assertEquals(manifest.addBase("f", false), "f.2.base.aof");
  manifest.retireIncrements(1);
  assertEquals(
    manifest.toString(),
    "file f.2.base.aof seq 2 type b\nfile f.1.incr.aof seq 1 type h\nfile f.2.incr.aof seq 2 type h\n" +
      "file f.1.base.rdb seq 1 type h\nfile f.3.incr.aof seq 3 type i\n",
  );
  assertEquals(before.toString(), "file f.1.base.rdb seq 1 type b\nfile f.1.incr.aof seq 1 type i\n");
});
