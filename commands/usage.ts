/**
 * Reads a row's `usage` into the tree of arguments that COMMAND DOCS shows, so that rows state them once, as people
 * read them.
 *
 * ```text
 *   key value [NX | XX] [GET] [EX seconds | PX milliseconds] [MATCH pattern [MATCH pattern ...]]
 * ```
 *
 * - words in capitals and signs (`=`, `*`) are tokens, sent as they stand; all others name a value
 * - a token takes the values after it, up to the next token; within brackets also the optional ones
 * - `[ ]` may be left out, `< >` may not, `|` separates alternatives
 * - `x y [x y ...]` is `x y` any number of times, but at least once; `x [...]` says the same of the item before it
 *
 * The type of a value follows from its name; `name:double` says it where that is wrong.
 */

/** What kind of thing an argument is, in the words of COMMAND DOCS. */
export type ArgumentType =
  | "string"
  | "integer"
  | "double"
  | "key"
  | "pattern"
  | "unix-time"
  | "pure-token"
  | "oneof"
  | "block";

/** An argument, or a group of them. */
export interface Argument {
  readonly name: string;
  readonly type: ArgumentType;
  /** Word sent before it; of a `pure-token`, all that is sent. */
  readonly token: string | null;
  readonly isOptional: boolean;
  readonly isMultiple: boolean;
  /** Is the token sent again with each repetition? */
  readonly repeatsToken: boolean;
  /** Members of `oneof` and `block`. */
  readonly parts: readonly Argument[];
}

const INTEGER_NAMES = new Set([
  "client-id",
  "count",
  "cursor",
  "database",
  "db",
  "decrement",
  "destination-db",
  "end",
  "increment",
  "index",
  "index1",
  "index2",
  "integer",
  "len",
  "length",
  "milliseconds",
  "limit",
  "numkeys",
  "offset",
  "protover",
  "seconds",
  "start",
  "timeout",
]);
const KEY_NAMES = new Set(["key", "key1", "key2", "newkey", "source", "destination", "destkey", "sourcekey"]);
const TYPES: readonly ArgumentType[] = ["string", "integer", "double", "key", "pattern", "unix-time"];

/**
 * The arguments that a usage describes.
 *
 * @param usage The usage, without the command's name.
 * @returns The arguments in their order.
 * @throws {TypeError} When brackets do not match or a repetition repeats nothing.
 */
export function parseUsage(usage: string): readonly Argument[] {
  const parser = new Parser(usage);
  const [sequence, ...more] = parser.alternatives("");
  return more.length === 0
    ? toArguments(sequence!, false)
    : [toOneOf([sequence!, ...more].map((each) => toArguments(each, true)))];
}

/** How many arguments a usage asks for at least, and whether there may be more. */
export function usageCount(list: readonly Argument[]): { readonly least: number; readonly isFixed: boolean } {
  let least = 0, isFixed = true;
  for (const argument of list) {
    const own = argumentCount(argument);
    if (argument.isOptional) isFixed = false;
    else least += own.least;
    if (argument.isMultiple || !own.isFixed) isFixed = false;
  }
  return { least, isFixed };
}

function argumentCount({ type, token, parts }: Argument): { least: number; isFixed: boolean } {
  const tokens = token === null ? 0 : 1;
  switch (type) {
    case "pure-token":
      return { least: 1, isFixed: true };
    case "block": {
      const { least, isFixed } = usageCount(parts);
      return { least: tokens + least, isFixed };
    }
    case "oneof": {
      const counts = parts.map((part) => usageCount([part]));
      const least = Math.min(...counts.map((count) => count.least));
      return { least: tokens + least, isFixed: counts.every((count) => count.isFixed && count.least === least) };
    }
    default:
      return { least: tokens + 1, isFixed: true };
  }
}

// ---- From text to items ----

/** A word of a usage, or a group in brackets; `text` is what it was read from. */
interface Item {
  readonly text: string;
  /** Of a group: its alternatives, each a sequence. Of a repeated sequence: that one. Of a word: none. */
  readonly alternatives: readonly (readonly Item[])[];
  readonly isOptional: boolean;
  readonly isMultiple: boolean;
}

class Parser {
  readonly #usage: string;
  readonly #words: readonly string[];
  #at = 0;

  constructor(usage: string) {
    this.#usage = usage;
    this.#words = usage.match(/[[\]<>|]|[^\s[\]<>|]+/g) ?? [];
  }

  /** Reads sequences separated by `|` up to a closing bracket, `""` for the end of the usage. */
  alternatives(close: string): Item[][] {
    const found: Item[][] = [[]];
    for (;;) {
      const word = this.#words[this.#at++];
      if ((word ?? "") === close) return found;
      if (word === undefined || word === "]" || word === ">") throw this.#error("the brackets do not match");
      if (word === "|") found.push([]);
      else this.#add(found.at(-1)!, word);
    }
  }

  #add(sequence: Item[], word: string): void {
    const close = word === "[" ? "]" : word === "<" ? ">" : null;
    if (close === null) {
      return void sequence.push({ text: word, alternatives: [], isOptional: false, isMultiple: false });
    }
    const alternatives = this.alternatives(close);
    const repeated = alternatives.length === 1 && alternatives[0]!.at(-1)?.text === "...";
    if (repeated) this.#repeat(sequence, alternatives[0]!.slice(0, -1));
    else {
      const text = `${word}${alternatives.map(textOf).join("|")}${close}`;
      sequence.push({ text, alternatives, isOptional: word === "[", isMultiple: false });
    }
  }

  /** Marks the end of a sequence as repeated: the words that the repetition spells out, or the last item. */
  #repeat(sequence: Item[], words: readonly Item[]): void {
    const count = Math.max(1, words.length);
    const repeated = sequence.splice(-count);
    if (repeated.length < count || (words.length > 0 && textOf(words) !== textOf(repeated))) {
      throw this.#error(`'${textOf(words)} ...' repeats nothing`);
    }
    sequence.push(
      count === 1
        ? { ...repeated[0]!, isMultiple: true }
        : { text: textOf(repeated), alternatives: [repeated], isOptional: false, isMultiple: true },
    );
  }

  #error(reason: string): TypeError {
    return new TypeError(`Cannot read usage '${this.#usage}': ${reason}`);
  }
}

function textOf(items: readonly Item[]): string {
  return items.map((item) => item.text).join(" ");
}

// ---- From items to arguments ----

/** @param isDelimited Is the sequence all there is in its brackets? Then its tokens take optional items too. */
function toArguments(items: readonly Item[], isDelimited: boolean): Argument[] {
  const list: Argument[] = [];
  for (let i = 0; i < items.length;) {
    const item = items[i++]!;
    if (!isToken(item)) {
      list.push(toArgument(item));
      continue;
    }
    const start = i;
    while (i < items.length && !isToken(items[i]!) && (isDelimited || !items[i]!.isOptional)) i++;
    list.push(withToken(item.text, toArguments(items.slice(start, i), isDelimited)));
  }
  return list;
}

function isToken({ text, alternatives }: Item): boolean {
  return alternatives.length === 0 && (/^[A-Z][A-Z0-9-]*$/.test(text) || /^[=~*$]$|^""$/.test(text));
}

function toArgument(item: Item): Argument {
  const { text, alternatives, isOptional, isMultiple } = item;
  if (alternatives.length === 0) return { ...value(text), isMultiple };
  const inner = alternatives.length > 1
    ? toOneOf(alternatives.map((each) => toArguments(each, true)))
    : joined(toArguments(alternatives[0]!, true));
  return {
    ...inner,
    isOptional: isOptional || inner.isOptional,
    isMultiple: isMultiple || inner.isMultiple,
    repeatsToken: inner.repeatsToken || (isMultiple && inner.token !== null),
  };
}

function toOneOf(alternatives: readonly (readonly Argument[])[]): Argument {
  const parts = alternatives.map(joined);
  return { ...PLAIN, name: joinedName(parts), type: "oneof", parts };
}

/** Several arguments as one. */
function joined(list: readonly Argument[]): Argument {
  return list.length === 1 ? list[0]! : { ...PLAIN, name: joinedName(list), type: "block", parts: list };
}

/** A usage has no names for groups, so they are called after their members, when these are few. */
function joinedName(list: readonly Argument[]): string {
  return list.length > 3 ? "options" : list.map(({ name }) => name).join("_");
}

const PLAIN = { token: null, isOptional: false, isMultiple: false, repeatsToken: false, parts: [] } as const;

function value(text: string): Argument {
  const colon = text.lastIndexOf(":");
  const given = TYPES.find((type) => type === text.slice(colon + 1));
  const name = colon > 0 && given !== undefined ? text.slice(0, colon) : text;
  return { ...PLAIN, name, type: colon > 0 && given !== undefined ? given : typeOf(name) };
}

function typeOf(name: string): ArgumentType {
  if (KEY_NAMES.has(name)) return "key";
  if (INTEGER_NAMES.has(name)) return "integer";
  if (name.startsWith("unix-time")) return "unix-time";
  return name === "pattern" ? "pattern" : "string";
}

/** A token with the values after it. */
function withToken(token: string, values: readonly Argument[]): Argument {
  const name = token.toLowerCase();
  if (values.length === 0) return { ...PLAIN, name, type: "pure-token", token };
  const [only] = values;
  if (values.length === 1 && only!.token === null && !only!.isOptional) return { ...only!, token };
  return { ...PLAIN, name, type: "block", token, parts: values };
}
