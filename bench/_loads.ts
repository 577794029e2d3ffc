/**
 * The data sets that memory is compared on, each as the command that makes one element of it. `#` stands for the digits of
 * the element's number, twelve of them; `*` in place of a stream's id lets the server choose.
 *
 * @module
 */

/** A data set of `count` elements. */
export interface DataSet {
  /** What the table calls it. */
  readonly title: string;
  /** The command for one element. */
  readonly command: readonly string[];
}

/** By the name that `--loads` takes. */
export const DATA_SETS: Readonly<Record<string, DataSet>> = {
  strings: { title: "strings of 3 bytes, keys of 16", command: ["SET", "key:#", "xyz"] },
  hashes: {
    title: "hashes of five small fields",
    command: ["HSET", "user:#", "name", "#", "age", "42", "city", "Paris", "score", "1234", "flag", "yes"],
  },
  set: { title: "one set, members of 16 bytes", command: ["SADD", "set", "key:#"] },
  hash: { title: "one hash, fields of 16 bytes, values of 3", command: ["HSET", "hash", "key:#", "xyz"] },
  zset: { title: "one sorted set, members of 16 bytes", command: ["ZADD", "zset", "#", "key:#"] },
  list: { title: "one list, elements of 16 bytes", command: ["RPUSH", "list", "key:#"] },
  stream: {
    title: "one stream, entries of five fields",
    command: ["XADD", "stream", "*", "sensor", "#", "value", "21.5", "unit", "C", "place", "cellar", "flag", "yes"],
  },
  "short-stream": {
    title: "one stream, entries of two fields",
    command: ["XADD", "short", "*", "n", "#", "v", "21.5"],
  },
};

/** The names of the data sets in a list such as `set,hash`. */
export function dataSets(list: string): DataSet[] {
  return list.split(",").map((name) => {
    const found = DATA_SETS[name];
    if (found !== undefined) return found;
    console.error(`No such data set: ${name} (there are ${Object.keys(DATA_SETS).join(", ")})`);
    Deno.exit(1);
  });
}
