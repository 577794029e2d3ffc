/** Redis' glob-style patterns. */
import { assertEquals } from "@std/assert";
import { globMatches } from "../../engine/glob.ts";

const encoder = new TextEncoder();

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  // both stand in the middle of other bytes, as arguments do
  const a = encoder.encode(`*${pattern}*`), b = encoder.encode(`x${text}x`);
  return globMatches(a, 1, a.length - 1, b, 1, b.length - 1, ignoreCase);
}

Deno.test("globMatches() knows wildcards, classes, ranges and escapes", () => {
  const rows: [pattern: string, text: string, expected: boolean][] = [
    ["", "", true],
    ["", "a", false],
    ["*", "a", true],
    ["*", "", false], // as in Redis, whose KEYS takes a shortcut for the empty key
    ["a", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["a*", "a", true],
    ["a**", "a", true],
    ["*b*d", "abcd", true],
    ["*b*d", "abcde", false],
    ["*aab", "aaaab", true],
    ["h?llo", "hello", true],
    ["h[ae]llo", "hallo", true],
    ["h[ae]llo", "hillo", false],
    ["h[^e]llo", "hallo", true],
    ["h[^e]llo", "hello", false],
    ["h[a-c]llo", "hbllo", true],
    ["h[c-a]llo", "hbllo", true], // a range may be written backwards
    ["h[a-c]llo", "hdllo", false],
    ["[a-]", "^", true], // a range up to the bracket, so never closed
    ["[a-]", "-", false],
    ["[\\]]", "]", true],
    ["[\\-]", "-", true],
    ["[]", "a", false],
    ["[^]", "a", true],
    ["[abc", "c", true], // never closed: it ends with the pattern
    ["[", "[", false],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\", "\\", true],
    ["a\\?c", "a?c", true],
    ["ÿ*", "ÿx", true],
  ];
  for (const [pattern, text, expected] of rows) assertEquals(matches(pattern, text), expected, `${pattern} ${text}`);
});

Deno.test("globMatches() minds the case unless told otherwise", () => {
  assertEquals(matches("MAX*", "maxmemory"), false);
  assertEquals(matches("MAX*", "maxmemory", true), true);
  assertEquals(matches("m[A-Z]x", "mAx", true), true);
  assertEquals(matches("m[A-Z]x", "max", true), true);
  assertEquals(matches("m[^A]x", "max", true), false);
});

Deno.test("globMatches() agrees with a naive matcher on random patterns", () => {
  const naive = (p: string, t: string): boolean => {
    if (p === "") return t === "";
    if (p[0] === "*") return naive(p.slice(1), t) || (t !== "" && naive(p, t.slice(1)));
    return t !== "" && (p[0] === "?" || p[0] === t[0]) && naive(p.slice(1), t.slice(1));
  };
  let state = 7;
  const below = (n: number): number => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n;
  const word = (alphabet: string, size: number): string =>
    Array.from({ length: size }, () => alphabet[below(alphabet.length)]).join("");
  for (let i = 0; i < 20_000; i++) {
    const pattern = word("ab*?", below(8)), text = word("ab", 1 + below(8));
    assertEquals(matches(pattern, text), naive(pattern, text), `${pattern} ${text}`);
  }
});

Deno.test("globMatches() takes no more than pattern times text steps for a hostile pattern", () => {
  const pattern = encoder.encode("*a".repeat(5000) + "b"), text = encoder.encode("a".repeat(20_000));
  assertEquals(globMatches(pattern, 0, pattern.length, text, 0, text.length), false); // exponential would never end
});
