/** The data folder: files are opened, written, renamed and removed, and failures have Redis' kind of reason. */
import { assertEquals, assertThrows } from "@std/assert";
import { DataFileError } from "../../engine/data_files.ts";
import { FolderFiles } from "../../server/data_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function contents(files: FolderFiles, name: string): string {
  const file = files.open(name, "read");
  const into = new Uint8Array(file.size());
  assertEquals(file.read(into), into.length);
  assertEquals(file.read(new Uint8Array(1)), 0);
  file.close();
  return new TextDecoder().decode(into);
}

async function withFolder(test: (files: FolderFiles, folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await test(new FolderFiles(() => folder), folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a file is made anew, added to, and cut", () =>
  withFolder(async (files) => {
    const made = files.open("a", "create");
    made.write(bytes("one"));
    made.syncNow();
    made.close();
    const added = files.open("a", "append");
    added.write(bytes("two"));
    await added.sync();
    assertEquals(added.size(), 6);
    added.truncate(4);
    added.write(bytes("!"));
    added.close();
    assertEquals(contents(files, "a"), "onet!");
    files.open("a", "create").close();
    assertEquals(contents(files, "a"), "");
  }));

Deno.test("files are renamed over others, and removed", () =>
  withFolder((files, folder) => {
    const names = () => Array.from(Deno.readDirSync(`${folder}/sub`), ({ name }) => name).sort();
    files.makeFolder("sub");
    files.makeFolder("sub");
    const file = files.open("sub/new", "create");
    file.write(bytes("new"));
    file.close();
    files.open("sub/old", "create").close();
    assertEquals(names(), ["new", "old"]);
    files.rename("sub/new", "sub/old");
    assertEquals(contents(files, "sub/old"), "new");
    assertEquals(files.exists("sub/new"), false);
    assertEquals(files.exists("sub"), false); // a folder is no file
    files.remove("sub/old");
    files.remove("sub/old");
    assertEquals(names(), []);
  }));

Deno.test("a call that fails says why in the operating system's words", () =>
  withFolder((files) => {
    const error = assertThrows(() => files.open("none", "read"), DataFileError, "No such file or directory");
    assertEquals((error as DataFileError).code, "ENOENT");
    assertThrows(() => files.rename("none", "other"), DataFileError, "No such file or directory");
  }));

Deno.test("the folder is the one of the moment a file is opened", () =>
  withFolder((_, folder) => {
    let current = folder;
    const files = new FolderFiles(() => current);
    files.makeFolder("sub");
    current = `${folder}/sub/`;
    files.open("a", "create").close();
    assertEquals(Array.from(Deno.readDirSync(`${folder}/sub`), ({ name }) => name), ["a"]);
  }));

Deno.test("without permission it refuses rather than prompts", {
  permissions: { read: true, write: false },
}, () => {
  const files = new FolderFiles(() => ".");
  assertThrows(() => files.open("a", "create"), DataFileError, "no permission, run with --allow-write");
});
