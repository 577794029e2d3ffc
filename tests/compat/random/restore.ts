/** Random RESTORE commands, of values as redis-server 7.0 dumps them. */
import { anyKey, cased, type Command, maybe, moment, type Random, seconds, shuffled, type Word } from "./words.ts";

/** Dumps of each type in each of its forms, in base64. */
const DUMPS: readonly Uint8Array[] = [
  "AAVoZWxsbwoAY3LfdmU0IAo=", // "hello"
  "AAAKAF2bXEAPf6La", // an empty string
  "AMD/CgAMk34khQidxQ==", // integers of one byte: -1, 127, -128
  "AMB/CgANtesxUlTFFA==",
  "AMCACgCZZjJtLwxb2Q==",
  "AMGAAAoA63qztRDPS2U=", // of two: 128, 32767, -32768
  "AMH/fwoASVo32hf01Ss=",
  "AMEAgAoAtUAGR1O7Gs4=",
  "AMJAnAAACgAJzWMf87mM8g==", // of four: 40000, 2147483647, -2147483648
  "AML///9/CgAsdOWe4C6toQ==",
  "AMIAAACACgDHT4c+M1WBhw==",
  "ABM5MjIzMzcyMDM2ODU0Nzc1ODA3CgA6ZX6UgehfIg==", // 2^63 - 1, which is dumped as text
  "AMMOQSwDYWJjYeD/AuEVBwFiYwoA0lczzsBE4Ss=", // a string that was compressed
  "ADQABQoPFBkeIygtMjc8QUZLUFVaX2RpbnN4fYKHjJGWm6Clqq+0ub7DyM3S19zh5uvw9fr/CgBdvibSii9Ydw==", // one that is no text
  "EgECwyRAZxVnAAAABgCBYQLf+wLycBEBBIAB4EZ44DwAAkj0/4AAAn8J/woAS4d0ZWlRqzw=", // lists: one listpack, of all sorts
  "EgQCDw8AAAACAIJlMAOCZTED/wIPDwAAAAIAgmUyA4JlMwP/Ag8PAAAAAgCCZTQDgmU1A/8CCwsAAAABAIJlNgP/CgAb7LLInIVBXg==", // four
  "EgECwyFBWxZbAQAAFACPc2FtZSB0ZXh0IGFnYWluEOD/EOExDwEQ/woAwVlmCl5OhHE=", // one that was compressed
  "Cw4CAAAAAwAAAP7/AQAsAQoAWwqoYveUYAo=", // sets: integers of two bytes
  "C8MXIAQIAAAAAyADAAEgA0AAAXARwAkgACAKCgC88h/Wku7Q4g==", // of eight
  "AgQBYsMJQEYBeHjgOQABeHgBYcABCgD5RpdbmFpSvQ==", // text
  "AgTABMADwALAAQoAyN0InU11dt4=", // integers, dumped as text
  "EB4eAAAABgCBZgIBAYFnAoR0ZXh0BYFoAoQtMS41Bf8KABu0b7CDnn2H", // hashes: a listpack
  "BAMBZsABAWcEdGV4dAFoBC0xLjUKAHQIaI5KhDq1", // the large form
  "BAEBZsMJQEEBeXngNAABeXkKACHvj1mQz0/Q", // with a value of 65 bytes
  "EcMxOR85AAAACACBYwKELWluZgWBYQIBAYFiAoMyLjUEgWQClwIxLjDgBQAHMWUrMzAwGP8KALHVhGFrP51b", // sorted sets: a listpack
  "BQQBZJx1AIg85Dd+AWIAAAAAAAAEQAFhAAAAAAAA8D8BYwAAAAAAAPD/CgBKOB3jD9Yt/w==", // the large form
].map((text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));

/** Makes a RESTORE; now and then of a dump that was damaged, which its checksum shows. */
export function restoreCommand(random: Random): Command {
  const key = anyKey(random);
  const replace = maybe(random, 2, cased(random, "REPLACE"));
  const use = maybe(
    random,
    8,
    cased(random, random.pick(["IDLETIME", "FREQ"])),
    random.pick(["0", "1", "255", "-1", "256", "x"]),
  );
  return [
    "RESTORE",
    key,
    ...withTime(random, (time, ...absolute) => [
      time,
      payload(random),
      ...shuffled(random, replace, use, absolute, maybe(random, 40, "NOPE")),
    ]),
  ];
}

function withTime(random: Random, make: (time: string, ...absolute: Word[]) => Word[]): Word[] {
  switch (random.int(8)) {
    case 0:
      return make(`${seconds(random)}000`);
    case 1:
      return make(`${moment(random)}000`, cased(random, "ABSTTL"));
    case 2:
      return random.pick([make("-1"), make("x"), make("1", "ABSTTL")]);
    default:
      return make("0");
  }
}

function payload(random: Random): Uint8Array {
  const dump = random.pick(DUMPS);
  switch (random.int(20)) {
    case 0:
      return dump.subarray(0, random.int(dump.length));
    case 1: {
      const damaged = dump.slice();
      damaged[random.int(damaged.length)]! ^= 1 << random.int(8);
      return damaged;
    }
    default:
      return dump;
  }
}
