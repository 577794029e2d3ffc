/**
 * From a usage to a method: its parameters, its options, and the code that makes the request of them.
 *
 * ```text
 *   key [NX | XX] [EX seconds] numkeys key [key ...] member [member ...]
 *    │      │          │           │                    └─ rest parameter, where it comes last and there are no options
 *    │      │          │           └─ one parameter `keys`; the number is counted
 *    │      │          └─ options.ex
 *    │      └─ options.nx, options.xx
 *    └─ parameter
 * ```
 */
import { type Argument, parseUsage } from "../../commands/usage.ts";
import type { MethodNote } from "./note.ts";
import { camelCase, type Row } from "./rows.ts";
import { optionText, parameterText } from "./texts.ts";

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  readonly isOptional: boolean;
  isRest: boolean;
}

export interface Option {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Appends to a request: a value where that is all, else a statement. */
interface Step {
  readonly code: string;
  readonly isValue: boolean;
}

export interface Signature {
  readonly parameters: readonly Parameter[];
  readonly options: readonly Option[];
  /** Items of the request that are there always, from its start: expressions. */
  readonly head: readonly string[];
  /** The statements that append what follows. */
  readonly statements: readonly string[];
  /** Does the method take fields and values either as a collection or one after the other? */
  readonly isFlat: boolean;
}

/** Fields and values: the parameter of this name is a collection of pairs, or they come one after the other. */
const FLAT_PAIRS = "values";
/** These may be beyond what a number can count exactly. */
const WIDE = new Set(["increment", "decrement", "client-id", "entries-read", "entries_added"]);
const RENAMED: Readonly<Record<string, string>> = { function: "name" };
/** Integers whose names do not say so. */
const INTEGERS = new Set(["min-idle-time"]);
const PLURALS: Readonly<Record<string, string>> = { "command-name": "names", sha1: "sha1s", arg: "values" };
/** Names for a choice among tokens, by its tokens. */
const CHOICES: Readonly<Record<string, string>> = { "ON|OFF": "mode", "SUM|MIN|MAX": "aggregate" };

/** Reads a row and its note. */
export function signatureOf(row: Row, note: MethodNote): Signature {
  return new Builder(row, note).signature();
}

class Builder {
  readonly #row: Row;
  readonly #note: MethodNote;
  readonly #parameters: Parameter[] = [];
  readonly #options: Option[] = [];
  readonly #steps: Step[] = [];
  #isFlat = false;

  constructor(row: Row, note: MethodNote) {
    this.#row = row;
    this.#note = note;
  }

  signature(): Signature {
    for (const word of this.#row.words) this.#value(JSON.stringify(word));
    this.#sequence(parseUsage(this.#note.usage ?? this.#row.spec.usage));
    if (this.#note.push?.["end"] !== undefined) this.#code(this.#note.push["end"]);
    this.#chooseRest();
    const firstCode = this.#steps.findIndex(({ isValue }) => !isValue);
    const headLength = firstCode === -1 ? this.#steps.length : firstCode;
    return {
      parameters: this.#parameters,
      options: this.#options,
      head: this.#steps.slice(0, headLength).map(({ code }) => code),
      statements: this.#steps.slice(headLength).map(({ code, isValue }) => isValue ? `args.push(${code});` : code),
      isFlat: this.#isFlat,
    };
  }

  #sequence(list: readonly Argument[]): void {
    for (let i = 0; i < list.length; i++) {
      const argument = list[i]!, next = list[i + 1];
      if (/^num(keys|fields)$/.test(argument.name) && next?.isMultiple) this.#counted(list[++i]!);
      else if (argument.isOptional) this.#optional(argument);
      else this.#required(argument);
    }
  }

  /** A list at the end of a command without options is a rest parameter. */
  #chooseRest(): void {
    const last = this.#parameters.at(-1);
    const step = this.#steps.at(-1)!;
    if (last === undefined || this.#options.length > 0 || this.#isFlat) return;
    if (last.type !== "CommandArguments" || step.code !== `pushMany(args, ${last.name});`) return;
    last.isRest = true;
    this.#steps[this.#steps.length - 1] = { code: `...${last.name}`, isValue: true };
  }

  // ---- Required ----

  #required(argument: Argument): void {
    const { type, token, parts } = argument;
    if (token !== null) this.#value(JSON.stringify(token));
    if (type === "pure-token") return;
    if (type === "block") {
      if (argument.isMultiple) this.#repeatedBlock(argument);
      else this.#sequence(parts);
      return;
    }
    if (type === "oneof") return this.#choice(argument);
    if (argument.isMultiple) return this.#list(argument);
    const name = camelCase(RENAMED[argument.name] ?? argument.name);
    const valueType = this.#note.types?.[name] ?? typeOf(argument);
    if (name === FLAT_PAIRS && this.#note.types?.[name] === undefined && this.#note.usage !== undefined) {
      return this.#flatPairs();
    }
    this.#parameter(name, valueType);
    const push = this.#note.push?.[name];
    if (push !== undefined) this.#code(push);
    else this.#value(name);
  }

  /** HSET's fields, MSETNX' keys … */
  #flatPairs(): void {
    this.#parameter(FLAT_PAIRS, "Pairs");
    this.#isFlat = true;
    this.#code("const options = pushFields(args, values);");
  }

  #repeatedBlock(argument: Argument): void {
    throw new TypeError(`${this.#row.name}: a note has to say how '${argument.name}' is given`);
  }

  /** One of several tokens, or a value for which a token may stand. */
  #choice({ name, parts }: Argument): void {
    const plain = parts.find((part) => part.token === null && part.parts.length === 0);
    if (plain !== undefined && parts.every((part) => part === plain || part.type === "pure-token")) {
      const choice = camelCase(plain.name);
      this.#parameter(choice, this.#note.types?.[choice] ?? typeOf(plain));
      return this.#value(choice);
    }
    if (!parts.every(({ type }) => type === "pure-token")) {
      throw new TypeError(`${this.#row.name}: a note has to say how '${name}' is given`);
    }
    const choice = CHOICES[parts.map(({ token }) => token).join("|")];
    if (choice === undefined) throw new TypeError(`${this.#row.name}: '${name}' has no name`);
    this.#parameter(choice, unionOf(parts));
    this.#value(choice);
  }

  #list(argument: Argument): void {
    const name = this.#plural(argument);
    this.#parameter(name, this.#note.types?.[name] ?? "CommandArguments");
    this.#code(this.#note.push?.[name] ?? `pushMany(args, ${name});`);
  }

  /** The number of keys, and the keys. */
  #counted(argument: Argument): void {
    const name = this.#plural(argument);
    this.#parameter(name, "CommandArguments");
    this.#code(`pushCounted(args, ${name});`);
  }

  // ---- Optional ----

  #optional(argument: Argument): void {
    const { type, token, parts } = argument;
    if (type === "oneof" && token === null) {
      for (const part of parts) this.#optional({ ...part, isOptional: true });
      return;
    }
    if (token === null && type === "block") {
      for (const part of parts) this.#optionOf(part);
      return;
    }
    if (token === null) return this.#optionalParameter(argument);
    this.#optionOf(argument);
  }

  #optionalParameter(argument: Argument): void {
    const name = argument.isMultiple ? this.#plural(argument) : camelCase(argument.name);
    const type = this.#note.types?.[name] ?? (argument.isMultiple ? "CommandArguments" : typeOf(argument));
    this.#parameter(name, type, true);
    const isList = type === "CommandArguments";
    const push = this.#note.push?.[name];
    if (push !== undefined) this.#code(`if (${name} !== undefined) ${push}`);
    else if (argument.isMultiple) this.#code(`pushMany(args, ${name});`);
    else this.#code(`if (${name} !== undefined) ${isList ? `pushMany(args, ${name});` : `args.push(${name});`}`);
  }

  /** What is optional and has a name of its own: a token, or a value in a group of optional values. */
  #optionOf(argument: Argument): void {
    const { type, token, parts } = argument;
    if (type === "oneof" && token === null) {
      for (const part of parts) this.#optionOf(part);
      return;
    }
    if (type === "block" && token === null) {
      for (const part of parts) this.#optionOf(part);
      return;
    }
    const name = camelCase((token ?? argument.name).toLowerCase());
    const tokenCode = token === null ? "" : `${JSON.stringify(token)}, `;
    const given = `options?.${name} !== undefined`;
    if (type === "pure-token") {
      this.#option(name, "boolean", `if (options?.${name}) args.push(${JSON.stringify(token)});`);
    } else if (type === "block") {
      const members = parts.map((part) => `${camelCase(part.name)}: ${typeOf(part)}`);
      this.#option(
        name,
        `readonly [${members.join(", ")}]`,
        `if (${given}) args.push(${tokenCode}...options.${name});`,
      );
    } else if (type === "oneof") {
      this.#option(name, unionOf(parts), `if (${given}) args.push(${tokenCode}options.${name});`);
    } else if (argument.isMultiple) {
      const helper = argument.repeatsToken ? "pushEach" : "pushAfter";
      this.#option(name, "CommandArguments", `if (${given}) ${helper}(args, ${tokenCode}options.${name});`);
    } else {
      this.#option(name, typeOf(argument), `if (${given}) args.push(${tokenCode}options.${name});`);
    }
  }

  // ---- What is found ----

  #value(code: string): void {
    this.#steps.push({ code, isValue: true });
  }

  #code(code: string): void {
    if (code !== "") this.#steps.push({ code, isValue: false });
  }

  #parameter(name: string, type: string, isOptional = false): void {
    const text = this.#note.texts?.[name] ?? parameterText(name, this.#row.name);
    this.#parameters.push({ name, type, text, isOptional, isRest: false });
  }

  #option(name: string, type: string, code: string): void {
    const text = this.#note.texts?.[name] ?? optionText(name, this.#row.name);
    this.#options.push({ name, type: this.#note.types?.[name] ?? type, text });
    this.#code(this.#note.push?.[name] ?? code);
  }

  #plural({ name }: Argument): string {
    return camelCase(PLURALS[name] ?? `${name}s`);
  }
}

/** The type of a plain value. */
function typeOf({ type, name }: Argument): string {
  switch (type) {
    case "integer":
      return WIDE.has(name) ? "number | bigint" : "number";
    case "unix-time":
      return "number";
    case "double":
      return name === "timeout" ? "number" : "number | string";
    default:
      return INTEGERS.has(name) ? "number" : WIDE.has(name) ? "number | bigint" : "CommandArgument";
  }
}

function unionOf(parts: readonly Argument[]): string {
  return parts.map(({ token }) => JSON.stringify(token)).join(" | ");
}
