/**
 * A method as it will be written: its overloads with their documentation, and its body.
 */
import type { MethodNote, ReplyNote, Variant } from "./note.ts";
import type { Row } from "./rows.ts";
import { type Option, type Parameter, type Signature, signatureOf } from "./signature.ts";

/** One signature of a method. */
export interface Overload {
  /** The parameters as they stand between the parentheses. */
  readonly parameters: string;
  readonly reply: ReplyNote;
  /** Type parameters with their brackets, or nothing. */
  readonly generics: string;
}

export interface Method {
  readonly row: Row;
  readonly note: MethodNote;
  readonly signature: Signature;
  readonly overloads: readonly Overload[];
  /** The name of its options, where it has some of its own. */
  readonly optionsType: string | null;
}

/** Makes a method of a row and its note. */
export function methodOf(row: Row, note: MethodNote): Method {
  const signature = signatureOf(row, note);
  const optionsType = signature.options.length === 0 ? null : `${capitalised(row.method)}Options`;
  const overloads = overloadsOf(signature, note, optionsType);
  return { row, note, signature, overloads, optionsType };
}

function overloadsOf(signature: Signature, note: MethodNote, optionsType: string | null): Overload[] {
  const { variants = [], generic } = note;
  const generics = generic === undefined ? "" : `<${generic}>`;
  if (signature.isFlat) {
    const before = signature.parameters.slice(0, -1).map(declared).join(", ");
    const start = before === "" ? "" : `${before}, `;
    return [
      { parameters: `${start}values: Pairs, options?: CallOptions`, reply: note, generics },
      { parameters: `${start}...values: CommandArgument[]`, reply: note, generics },
    ];
  }
  if (variants.length === 0) {
    return [{ parameters: parametersOf(signature, optionsOf(note, optionsType), note), reply: note, generics }];
  }
  const names = [...new Set(variants.flatMap(({ when }) => when.split(" ")))];
  const overloads: Overload[] = variants.map((variant) => {
    const present = variant.when.split(" ");
    const absent = names.filter((name) => !present.includes(name));
    return {
      parameters: conditioned(signature, optionsType, note, present, absent),
      reply: variant,
      generics: "",
    };
  });
  overloads.push({ parameters: conditioned(signature, optionsType, note, [], names), reply: note, generics });
  const union = [...new Set([note, ...variants].flatMap(({ type }) => alternativesOf(type)))];
  if (generic === undefined) {
    overloads.push({
      parameters: parametersOf(signature, optionsOf(note, optionsType), note),
      reply: { type: union.join(" | "), text: "One or the other, as the options say." },
      generics,
    });
  }
  return overloads;
}

/** The members of a union. */
function alternativesOf(type: string): string[] {
  const found: string[] = [""];
  let depth = 0;
  for (const part of type.split(/( \| |[[\](){}<>])/)) {
    if (/^[[({<]$/.test(part)) depth++;
    if (/^[\])}>]$/.test(part)) depth--;
    if (part === " | " && depth === 0) found.push("");
    else found[found.length - 1] += part;
  }
  return found;
}

/** The parameters of an overload for which some options (or one optional parameter) are given and others are not. */
function conditioned(
  signature: Signature,
  optionsType: string | null,
  note: MethodNote,
  present: readonly string[],
  absent: readonly string[],
): string {
  const parameters = signature.parameters.map((parameter): Parameter => {
    if (present.includes(parameter.name)) return { ...parameter, isOptional: false };
    return absent.includes(parameter.name) ? { ...parameter, type: "undefined" } : parameter;
  });
  const options = signature.options;
  const conditions = [
    ...options.filter(({ name }) => present.includes(name)).map((option) => `${option.name}: ${presentType(option)}`),
    ...options.filter(({ name }) => absent.includes(name)).map((option) => `${option.name}?: ${absentType(option)}`),
  ];
  const base = note.generic !== undefined && present.length === 0 ? "O" : optionsType;
  const type = base === null
    ? "CallOptions"
    : [base, ...(conditions.length === 0 ? [] : [`{ ${conditions.join("; ")} }`])].join(" & ");
  const mustBeGiven = note.needsOptions === true || options.some(({ name }) => present.includes(name));
  return parametersOf({ ...signature, parameters }, type, { ...note, ...(mustBeGiven ? { needsOptions: true } : {}) });
}

function presentType({ type }: Option): string {
  return type === "boolean" ? "true" : type;
}

function absentType({ type }: Option): string {
  return type === "boolean" ? "false" : "never";
}

function optionsOf(note: MethodNote, optionsType: string | null): string {
  return note.generic !== undefined ? "O" : optionsType ?? "CallOptions";
}

function parametersOf({ parameters }: Signature, optionsType: string, note: MethodNote): string {
  const list = parameters.map(declared);
  if (!parameters.some(({ isRest }) => isRest)) list.push(`options${note.needsOptions ? "" : "?"}: ${optionsType}`);
  return list.join(", ");
}

function declared({ name, type, isOptional, isRest }: Parameter): string {
  if (isRest) return `...${name}: CommandArgument[]`;
  return `${name}${isOptional ? "?" : ""}: ${type}`;
}

/** `configGet`: `ConfigGet`. */
export function capitalised(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** The constant of a command's `CommandInfo`: `CONFIG_GET`. */
export function constantOf(name: string): string {
  return name.replaceAll(/[^A-Z0-9]/g, "_");
}

/** The expression that is the `Convert` of a call. */
export function convertOf({ note, signature }: Method): string {
  const { convert = "null", variants = [] } = note;
  const others = variants.filter((variant) => (variant.convert ?? convert) !== convert);
  return others.reduceRight(
    (rest, variant) => `${conditionOf(variant, signature)} ? ${variant.convert} : ${rest}`,
    convert,
  );
}

function conditionOf({ when }: Variant, { options }: Signature): string {
  return when.split(" ").map((name) => {
    const option = options.find((each) => each.name === name);
    if (option === undefined) return `${name} !== undefined`;
    return option.type === "boolean" ? `options?.${name}` : `options?.${name} !== undefined`;
  }).join(" && ");
}
