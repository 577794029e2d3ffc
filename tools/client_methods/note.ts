/**
 * What a row of the table of commands does not say and a method needs: what it answers, and where the arguments are to look
 * other than they travel.
 */

/** A reply as a method gives it. */
export interface ReplyNote {
  /** The type, in RESP3's shape after `convert`. */
  readonly type: string;
  /** What it is, as a sentence. */
  readonly text: string;
  /** The expression of a `Convert` from `client/reply_converts.ts`; may use `options`. */
  readonly convert?: string;
}

/** A reply of its own for calls with certain options, or with an optional argument. */
export interface Variant extends ReplyNote {
  /** The names of the options, or that of the argument. */
  readonly when: string;
}

/** What is known of one method. */
export interface MethodNote extends ReplyNote {
  readonly variants?: readonly Variant[];
  /** The usage as the method takes it, where it cannot follow the command's. It is parsed like that of a row. */
  readonly usage?: string;
  /** Types of parameters and options (under the names they have in the method), where not those of their kind. */
  readonly types?: Readonly<Record<string, string>>;
  /** The code that appends a parameter or an option to `args`. */
  readonly push?: Readonly<Record<string, string>>;
  /** Descriptions of parameters and options, where not the usual ones. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Options that must be given: then `options` must be. */
  readonly needsOptions?: true;
  /** Type parameters of the method; the options' type is `O`. */
  readonly generic?: string;
  /** Bulk strings of the reply are bytes. */
  readonly bytes?: true;
}

/** A note on a method without more to say than what it answers. */
export function answers(type: string, text: string, more: Partial<MethodNote> = {}): MethodNote {
  return { type, text, ...more };
}
