/** Bytes in quotes, readable and on one line: as MONITOR shows them, and as configuration files and redis-cli read them. */

const ESCAPED: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, "\\\\"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x07, "\\a"],
  [0x08, "\\b"],
]);

/** `bytes[start, end)` in quotes; what is not printable ASCII as escapes, `\x00`. */
export function quotedText(bytes: Uint8Array, start: number, end: number): string {
  let text = '"';
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    const isPlain = byte >= 0x20 && byte < 0x7f;
    text += ESCAPED.get(byte) ??
      (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  }
  return `${text}"`;
}
