/**
 * Random and mutated frames for both decoders. Run by hand with more of them:
 *
 * ```sh
 * deno run tests/resp/_fuzz.ts 1000000
 * ```
 *
 * @module
 */
import { ByteWriter, encodeStructuredCommand, type StructuredValue } from "../../resp/encode.ts";
import {
  comparable,
  cutRandomly,
  decodeCommands,
  decodeReplies,
  encoded,
  joined,
  mutated,
  type Outcome,
  Random,
  randomValue,
  wire,
} from "./_frames.ts";

/** How many frames came to which end. */
export interface FuzzCounts {
  /** Frames in all. */
  frames: number;
  /** Everything was read. */
  complete: number;
  /** More bytes were wanted. */
  incomplete: number;
  /** Ended in a ProtocolError. */
  refused: number;
  /** Replies and commands read. */
  entries: number;
}

/**
 * Feeds frames to the decoders, half of them replies, half commands, each twice: whole, and cut at random.
 *
 * @param frames How many.
 * @param seed Of the randomness: the same seed, the same frames.
 * @returns What became of them.
 * @throws {Error} A decoder threw anything but a ProtocolError, gave more entries than its input can hold, gave
 * others when the input was cut, or let a typed argument pass that is no reply.
 */
export function fuzz(frames: number, seed: number): FuzzCounts {
  const random = new Random(seed);
  const counts: FuzzCounts = { frames, complete: 0, incomplete: 0, refused: 0, entries: 0 };
  for (let i = 0; i < frames; i++) {
    const outcome = i % 2 === 0 ? fuzzReplies(random) : fuzzCommands(random);
    counts.entries += outcome.entries.length;
    if (outcome.error !== null) counts.refused++;
    else if (outcome.isInside) counts.incomplete++;
    else counts.complete++;
  }
  return counts;
}

function fuzzReplies(random: Random): Outcome {
  let input = random.int(8) === 0
    ? noise(random)
    : joined(encoded(randomValue(random, 4)), encoded(randomValue(random, 2)));
  if (random.int(3) !== 0) input = mutated(random, input);
  const options = {
    decode: random.pick(["string", "bytes"] as const),
    map: random.pick(["object", "map"] as const),
    attributes: random.int(2) === 0,
    maxBulkBytes: random.pick([10, 1_000, 1_000_000]),
    maxDepth: random.pick([2, 100]),
  };
  return sameWhenCut(input, decodeReplies([input], options), decodeReplies(cutRandomly(random, input), options));
}

function fuzzCommands(random: Random): Outcome {
  let input = random.int(8) === 0 ? noise(random) : joined(randomCommand(random), randomCommand(random));
  if (random.int(3) !== 0) input = mutated(random, input);
  const limits = { maxBulkBytes: random.pick([10, 1_000, 1_000_000]) };
  const chunks = cutRandomly(random, input);
  const whole = decodeCommands([input], limits);
  for (const command of whole.entries) (command as unknown[]).forEach(checkTyped);
  return sameWhenCut(input, whole, decodeCommands(chunks, limits, random.int(2) === 0));
}

/** A typed argument is stored as it stands and sent to other clients: they must be able to read it. */
function checkTyped(argument: unknown): void {
  if (!Array.isArray(argument)) return;
  const { entries, error, isInside } = decodeReplies([wire(argument[1])]);
  if (entries.length !== 1 || error !== null || isInside) throw new Error(`${JSON.stringify(argument)} is no reply`);
}

function sameWhenCut(input: Uint8Array, whole: Outcome, cut: Outcome): Outcome {
  const [a, b] = [whole, cut].map((outcome) => JSON.stringify(outcome, (_, v) => typeof v === "bigint" ? `${v}n` : v));
  if (a !== b) throw new Error(`${JSON.stringify(String.fromCharCode(...input))} gave ${a}, and when cut ${b}`);
  if (whole.entries.length > input.length) throw new Error(`${whole.entries.length} entries of ${input.length} bytes`);
  return whole;
}

function noise(random: Random): Uint8Array {
  const first = random.pick("*$+-:_#,(!=%~>| G\r");
  return joined(wire(first), random.bytes(random.int(60)));
}

function randomCommand(random: Random): Uint8Array {
  if (random.int(5) === 0) return wire(random.pick(["PING\r\n", 'SET k "a\\x41\\n"\r\n', "ECHO 'it''s' x\n", "\r\n"]));
  const args: StructuredValue[] = [random.pick(["SET", "MSET", "get", "x"]), random.text(10)];
  for (let i = random.int(4); i > 0; i--) {
    args.push(random.int(3) === 0 ? structure(random, 3) : random.bytes(random.int(80)));
  }
  const writer = new ByteWriter();
  encodeStructuredCommand(writer, args);
  return writer.take();
}

function structure(random: Random, depth: number): StructuredValue {
  const items = (): StructuredValue[] => Array.from({ length: random.int(4) }, () => structure(random, depth - 1));
  switch (random.int(depth > 0 ? 7 : 4)) {
    case 0:
      return null;
    case 1:
      return random.int(2) === 0;
    case 2:
      return random.pick([1, -1.5, "text", "two\r\nlines", 2n ** 70n]);
    case 3:
      return [];
    case 4:
      return { a: structure(random, depth - 1) };
    case 5:
      return new Map(items().map((item) => [item, comparable(item) === null]));
    default:
      return items();
  }
}

if (import.meta.main) {
  const frames = Number(Deno.args[0] ?? 1_000_000);
  const seed = Number(Deno.args[1] ?? Date.now() % 2 ** 32);
  const before = performance.now();
  const counts = fuzz(frames, seed);
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  const megabytes = (Deno.memoryUsage().rss / 2 ** 20).toFixed(0);
  console.log(`seed ${seed}: ${JSON.stringify(counts)} in ${seconds} s, ${megabytes} MB resident`);
}
