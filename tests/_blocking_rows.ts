/**
 * Every command that waits, as a row: how it is asked for, what serves it, with which reply. The situations that it may get
 * into are in `_blocking_situations.ts`.
 *
 * @module
 */

/** A command that waits. */
export interface WaitRow {
  /** Its name, as in the table of commands. */
  readonly name: string;
  /** The command, which waits for a key if it waits for keys. */
  readonly line: (key: string, timeoutMs: number) => string;
  /** The reply when its time is over, if that is no null array. */
  readonly timeout?: string;
  /** The reply where it may not wait, if that is another one in RESP2. */
  readonly timeoutAtOnce?: string;
}

/** A command that waits for a key. */
export interface KeyRow extends WaitRow {
  /** What makes the key that must be there before it can wait for more. */
  readonly prepare?: (key: string) => string;
  /** What adds the n-th element, 1 or 2, to a key, and its reply. */
  readonly push: (key: string, n: number) => string;
  readonly pushed: (n: number) => string;
  /** Asks how many elements there are. */
  readonly size: (key: string) => string;
  /** The reply when it is served with the n-th element of a key, that being the only new one. */
  readonly served: (key: string, n: number, protocol: 2 | 3) => string;
  /** Looks at where the first element of `k` is when it has been served, and what that shows. */
  readonly after: readonly [line: string, reply: string];
  /** Ends the wait with this error when the key is deleted or becomes something else; without it, the wait goes on. */
  readonly gone?: string;
  /** Everybody who waits is served with the same element. */
  readonly isShared?: boolean;
}

const ELEMENTS = ["", "x", "y"];

function seconds(ms: number): string {
  return String(ms / 1000);
}

function bulk(text: string): string {
  return `$${text.length} ${text}`;
}

function element(n: number): string {
  return bulk(ELEMENTS[n]!);
}

function score(n: number, protocol: 2 | 3): string {
  return protocol === 3 ? `,${n}` : bulk(`${n}`);
}

const LIST_ROW = {
  push: (key: string, n: number) => `RPUSH ${key} ${ELEMENTS[n]}`,
  pushed: (n: number) => `:${n}`,
  size: (key: string) => `LLEN ${key}`,
} as const;

const POPPED = {
  served: (key: string, n: number) => `*2[${bulk(key)}, ${element(n)}]`,
  after: ["EXISTS k", ":0"],
} as const;

const MOVED = {
  served: (_key: string, n: number) => element(n),
  after: ["LRANGE target 0 -1", "*1[$1 x]"],
  timeoutAtOnce: "$-1",
} as const;

const SORTED_SET_ROW = {
  push: (key: string, n: number) => `ZADD ${key} ${n} ${ELEMENTS[n]}`,
  pushed: () => ":1",
  size: (key: string) => `ZCARD ${key}`,
  served: (key: string, n: number, protocol: 2 | 3) => `*3[${bulk(key)}, ${element(n)}, ${score(n, protocol)}]`,
  after: ["EXISTS k", ":0"],
} as const;

const STREAM_ROW = {
  push: (key: string, n: number) => `XADD ${key} ${n}-0 f ${ELEMENTS[n]}`,
  pushed: (n: number) => `$3 ${n}-0`,
  size: (key: string) => `XLEN ${key}`,
  served: (key: string, n: number, protocol: 2 | 3) => {
    const entries = `*1[*2[$3 ${n}-0, *2[$1 f, ${element(n)}]]]`;
    return protocol === 3 ? `%1{${bulk(key)}: ${entries}}` : `*1[*2[${bulk(key)}, ${entries}]]`;
  },
} as const;

/** Commands that wait for keys. */
export const KEY_ROWS: readonly KeyRow[] = [
  { ...LIST_ROW, ...POPPED, name: "blpop", line: (key, ms) => `BLPOP none ${key} ${seconds(ms)}` },
  { ...LIST_ROW, ...POPPED, name: "brpop", line: (key, ms) => `BRPOP ${key} none ${seconds(ms)}` },
  { ...LIST_ROW, ...MOVED, name: "brpoplpush", line: (key, ms) => `BRPOPLPUSH ${key} target ${seconds(ms)}` },
  { ...LIST_ROW, ...MOVED, name: "blmove", line: (key, ms) => `BLMOVE ${key} target LEFT RIGHT ${seconds(ms)}` },
  {
    ...LIST_ROW,
    ...POPPED,
    name: "blmpop",
    line: (key, ms) => `BLMPOP ${seconds(ms)} 2 none ${key} LEFT`,
    served: (key, n) => `*2[${bulk(key)}, *1[${element(n)}]]`,
  },
  { ...SORTED_SET_ROW, name: "bzpopmin", line: (key, ms) => `BZPOPMIN none ${key} ${seconds(ms)}` },
  { ...SORTED_SET_ROW, name: "bzpopmax", line: (key, ms) => `BZPOPMAX ${key} none ${seconds(ms)}` },
  {
    ...SORTED_SET_ROW,
    name: "bzmpop",
    line: (key, ms) => `BZMPOP ${seconds(ms)} 2 none ${key} MIN`,
    served: (key, n, protocol) => `*2[${bulk(key)}, *1[*2[${element(n)}, ${score(n, protocol)}]]]`,
  },
  {
    ...STREAM_ROW,
    name: "xread",
    line: (key, ms) => `XREAD BLOCK ${ms} STREAMS none ${key} $ 0`,
    after: ["XLEN k", ":1"],
    isShared: true,
  },
  {
    ...STREAM_ROW,
    name: "xreadgroup",
    prepare: (key) => `XGROUP CREATE ${key} g $ MKSTREAM`,
    line: (key, ms) => `XREADGROUP GROUP g me COUNT 1 BLOCK ${ms} STREAMS ${key} >`,
    after: ["XPENDING k g", "*4[:1, $3 1-0, $3 1-0, *1[*2[$2 me, $1 1]]]"],
    gone: "-UNBLOCKED the stream key no longer exists",
  },
];

/**
 * Commands that wait for something else. What only keys can get into they cannot: WAIT waits for replicas, which the primary
 * that it is asked of here does not have, so that nothing but its time, CLIENT UNBLOCK or the end of the client ends it.
 */
export const KEYLESS_ROWS: readonly WaitRow[] = [
  { name: "wait", line: (_key, ms) => `WAIT 1 ${ms}`, timeout: ":0", timeoutAtOnce: ":0" },
];

/** All of them. */
export const BLOCKING_ROWS: readonly WaitRow[] = [...KEY_ROWS, ...KEYLESS_ROWS];
