/**
 * PFSELFTEST: do registers keep what is put into them, do both encodings agree, are estimates as good as theory says? As in
 * Redis nothing else is served meanwhile, for a second or two; it is for administrators.
 */
import type { Args } from "../engine/args.ts";
import type { Context } from "../engine/context.ts";
import { CommandError } from "../engine/errors.ts";
import {
  DENSE_BYTES,
  EMPTY,
  estimateValue,
  getDense,
  hashedIndex,
  hashedRank,
  hashElement,
  HEADER_BYTES,
  isDense,
  makeDense,
  offer,
  OwnText,
  REGISTERS,
  setDense,
} from "../store/hyperloglog.ts";

const REGISTER_ROUNDS = 100;
const ELEMENTS = 10_000_000;
/** Standard error of an estimate, and how many times that is a failure. */
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);
const TOLERATED = 6;

export function pfselftest(ctx: Context, _args: Args): void {
  const { random } = ctx.keyspace;
  testRegisters(random);
  testEstimates(random, ctx.engine.config.number("hll-sparse-max-bytes"));
  ctx.out.ok();
}

function failure(text: string): CommandError {
  return new CommandError("ERR", `TESTFAILED ${text}`);
}

/** Registers share bytes: each must keep its rank whatever its neighbours are set to. */
function testRegisters(random: () => number): void {
  const dense = new Uint8Array(DENSE_BYTES);
  const ranks = new Uint8Array(REGISTERS);
  for (let round = 0; round < REGISTER_ROUNDS; round++) {
    for (let i = 0; i < REGISTERS; i++) {
      ranks[i] = Math.floor(random() * 64);
      setDense(dense, HEADER_BYTES, i, ranks[i]!);
    }
    for (let i = 0; i < REGISTERS; i++) {
      const found = getDense(dense, HEADER_BYTES, i);
      if (found !== ranks[i]) throw failure(`Register ${i} should be ${ranks[i]} but is ${found}`);
    }
  }
}

/** Different elements, added to a value that is dense and to one that becomes so; looked at when there are 1, 10, 100 … */
function testEstimates(random: () => number, sparseMaxBytes: number): void {
  const dense = new OwnText(EMPTY), text = new OwnText(EMPTY);
  makeDense(dense);
  const element = new Uint8Array(8);
  const seed = Math.floor(random() * 2 ** 32);
  for (let i = 4; i < 8; i++) element[i] = Math.floor(random() * 256);
  let checkedAt = 1;
  for (let count = 1; count <= ELEMENTS; count++) {
    for (let i = 0, word = count ^ seed; i < 4; i++, word >>>= 8) element[i] = word;
    const hashed = hashElement(element, 0, 8);
    offer(dense, hashedIndex(hashed), hashedRank(hashed), sparseMaxBytes);
    offer(text, hashedIndex(hashed), hashedRank(hashed), sparseMaxBytes);
    if (count === checkedAt) {
      checkEstimates(count, dense, text, sparseMaxBytes);
      checkedAt *= 10;
    }
  }
}

function checkEstimates(count: number, dense: OwnText, text: OwnText, sparseMaxBytes: number): void {
  if (count < sparseMaxBytes / 2 && isDense(text.bytes, 0)) throw failure("sparse encoding not used");
  const estimate = estimateValue(dense.bytes, 0, dense.length);
  if (estimate !== estimateValue(text.bytes, 0, text.length)) throw failure("dense/sparse disagree");
  const error = Math.abs(estimate - count);
  const tolerated = count === 10 ? 1 : Math.ceil(TOLERATED * STANDARD_ERROR * count); // two of ten may well share a register
  if (error > tolerated) throw failure(`Too big error. card:${count} abserr:${error}`);
}
