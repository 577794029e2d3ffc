/**
 * Redis' own test suite: how it is obtained, and the copies it runs from. It is never part of the project: it comes from a
 * folder that is named, from the cache of an earlier run, or as Debian's source package of redis, from wherever this
 * machine's apt takes its packages.
 *
 * A run changes files below tests/, so each server under test has a copy of its own, with three changes: output is written
 * line by line, a line tells that a test begins (see `output.ts`), and FUNCTION FLUSH, which is sent before every block
 * outside of any test, may fail. All else is linked.
 *
 * @module
 */
import { runToEnd } from "./process.ts";

/** A source tree of Redis. */
export interface Suite {
  readonly folder: string;
  readonly version: string;
}

/** The suite cannot be run on this machine; the message says why in one line. */
export class UnavailableError extends Error {
  override name = "UnavailableError";
}

const PACKAGE = "redis";
const APT_LIMIT_MS = 300_000;
const MARKER = "tests/test_helper.tcl";
const BEGUN = 'set ::active_clients_task($fd) "(IN PROGRESS) $data"';

/** File, text, and what stands in its place. */
const CHANGES: readonly (readonly [file: string, from: string, to: string])[] = [
  [MARKER, "package require Tcl 8.5", "package require Tcl 8.5\nfconfigure stdout -buffering line"],
  [MARKER, BEGUN, `puts "\\[testing\\]: $data"; ${BEGUN}`],
  ["tests/support/server.tcl", "    r function flush\n", "    catch {r function flush}\n"],
];

/**
 * Finds the suite, or fetches it.
 *
 * @param folder An unpacked source tree of Redis; "" for the cache or Debian's source package.
 * @param version The version wanted.
 * @param signal Ends it early.
 * @returns Where it is.
 * @throws {UnavailableError} When it cannot be had.
 */
export async function obtainSuite(folder: string, version: string, signal: AbortSignal): Promise<Suite> {
  const given = folder !== "";
  const suite = { folder: given ? await absolute(folder) : `${cacheFolder()}/redis-${version}`, version };
  if (!given && !await exists(`${suite.folder}/${MARKER}`)) await fetchSuite(suite, signal);
  const found = await versionOf(suite.folder);
  if (found !== version) {
    throw new UnavailableError(`${suite.folder} is of Redis ${found}, the lists are of ${version}`);
  }
  return suite;
}

async function absolute(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new UnavailableError(`there is no ${folder}`);
    throw error;
  }
}

async function versionOf(folder: string): Promise<string> {
  const file = `${folder}/src/version.h`;
  if (!await exists(file)) throw new UnavailableError(`${folder} is not a source tree of Redis`);
  return /"(.+)"/.exec(await Deno.readTextFile(file))?.[1] ?? "an unknown version";
}

function cacheFolder(): string {
  const [cache, home] = [Deno.env.get("XDG_CACHE_HOME"), Deno.env.get("HOME")];
  if (cache) return `${cache}/miniredis`;
  if (home) return `${home}/.cache/miniredis`;
  throw new UnavailableError("neither HOME nor XDG_CACHE_HOME says where a cache may be");
}

/** Downloads and unpacks beside the final place, then moves it there whole. */
async function fetchSuite(suite: Suite, signal: AbortSignal): Promise<void> {
  const cache = cacheFolder();
  await Deno.mkdir(cache, { recursive: true });
  const work = await Deno.makeTempDir({ dir: cache, prefix: "fetch_" });
  try {
    await downloadSource(work, signal);
    const tarball = await onlyEntry(work, /^redis_.*\.orig\.tar\.\w+$/);
    await Deno.mkdir(`${work}/tree`);
    await command("tar", ["-xf", `${work}/${tarball}`, "-C", `${work}/tree`], work, signal);
    const tree = `${work}/tree/${await onlyEntry(`${work}/tree`, /./)}`;
    const found = await versionOf(tree);
    if (found !== suite.version) {
      throw new UnavailableError(
        `this system's source package is of Redis ${found}, the lists are of ${suite.version}`,
      );
    }
    if (!await exists(suite.folder)) await Deno.rename(tree, suite.folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** `apt-get source`, with sources and state of its own, as most systems do not list theirs for source packages. */
async function downloadSource(work: string, signal: AbortSignal): Promise<void> {
  await Deno.mkdir(`${work}/sources`);
  await Deno.mkdir(`${work}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${work}/cache/archives/partial`, { recursive: true });
  let count = 0;
  for (const path of await systemSources()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await Deno.writeTextFile(`${work}/sources/${name}`, sourceEntries(name, await Deno.readTextFile(path)));
    count++;
  }
  if (count === 0) throw new UnavailableError("fetching the suite needs apt and its list of sources");
  const settings = {
    "Dir::Etc::SourceList": "/dev/null",
    "Dir::Etc::SourceParts": `${work}/sources`,
    "Dir::State::Lists": `${work}/lists`,
    "Dir::Cache": `${work}/cache`,
    "APT::Sandbox::User": "root", // its usual user may not write here
  };
  const options = ["-qq", ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
  // an entry without source packages fails the update, but not what follows
  const update = await runToEnd("apt-get", [...options, "update"], { cwd: work, limitMs: APT_LIMIT_MS, signal });
  try {
    await command("apt-get", [...options, "source", "--download-only", PACKAGE], work, signal);
  } catch (error) {
    if (error instanceof UnavailableError && !update.success) error.message += `; ${lastLine(update.output)}`;
    throw error;
  }
}

async function systemSources(): Promise<string[]> {
  const paths: string[] = [];
  if (await exists("/etc/apt/sources.list")) paths.push("/etc/apt/sources.list");
  if (await exists("/etc/apt/sources.list.d")) {
    for await (const { name } of Deno.readDir("/etc/apt/sources.list.d")) {
      if (/\.(list|sources)$/.test(name)) paths.push(`/etc/apt/sources.list.d/${name}`);
    }
  }
  return paths;
}

/**
 * The same places, asked for source packages.
 *
 * @param name The file's name: one entry a line in a `.list`, paragraphs in `.sources`.
 * @param text Its contents.
 * @returns The contents for apt to use in its place.
 */
export function sourceEntries(name: string, text: string): string {
  if (name.endsWith(".sources")) return text.replace(/^Types:.*$/gm, "Types: deb-src");
  const entries = text.split("\n").filter((line) => /^deb(-src)?\s/.test(line));
  return [...new Set(entries.map((line) => line.replace(/^deb(-src)?\s+/, "deb-src ")))].map((line) => line + "\n")
    .join("");
}

async function onlyEntry(folder: string, pattern: RegExp): Promise<string> {
  for await (const { name } of Deno.readDir(folder)) if (pattern.test(name)) return name;
  throw new UnavailableError(`the source package of ${PACKAGE} is not as expected`);
}

async function command(program: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  const { success, output } = await runToEnd(program, args, { cwd, limitMs: APT_LIMIT_MS, signal });
  if (!success) throw new UnavailableError(`cannot fetch the suite with ${program}: ${lastLine(output)}`);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Makes a copy to run from.
 *
 * @param suite The suite.
 * @param folder An empty folder for it.
 * @param programs Where `redis-cli` and `redis-benchmark` are, which some tests run.
 * @throws {UnavailableError} When the suite is not the one that the changes are made for.
 */
export async function copySuite(suite: Suite, folder: string, programs: readonly string[]): Promise<void> {
  for await (const { name } of Deno.readDir(suite.folder)) {
    if (name !== "tests" && name !== "src") await Deno.symlink(`${suite.folder}/${name}`, `${folder}/${name}`);
  }
  await Deno.mkdir(`${folder}/src`);
  for (const path of programs) await Deno.symlink(path, `${folder}/src/${path.slice(path.lastIndexOf("/") + 1)}`);
  await copyFolder(`${suite.folder}/tests`, `${folder}/tests`);
  await Deno.mkdir(`${folder}/tests/tmp`, { recursive: true });
  for (const [file, from, to] of CHANGES) {
    const text = await Deno.readTextFile(`${folder}/${file}`);
    if (text.split(from).length !== 2) throw new UnavailableError(`${file} of the suite is not as expected`);
    await Deno.writeTextFile(`${folder}/${file}`, text.replace(from, () => to));
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

/**
 * Finds a program.
 *
 * @param name Its name.
 * @returns Where it is on the PATH.
 * @throws {UnavailableError} When it is not there.
 */
export async function findProgram(name: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    if (folder !== "" && await exists(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  throw new UnavailableError(`there is no ${name}`);
}

/**
 * The units of the suite.
 *
 * @param tclsh The Tcl shell.
 * @param copy A copy of the suite.
 * @param signal Ends it early.
 * @returns Their names: `unit/type/list`.
 */
export async function allUnits(tclsh: string, copy: string, signal: AbortSignal): Promise<string[]> {
  const { output } = await runToEnd(tclsh, [MARKER, "--list-tests"], { cwd: copy, limitMs: APT_LIMIT_MS, signal });
  return output.split("\n").filter((line) => /^(unit|integration)\//.test(line));
}
