import type { PlannedModel, Serialization } from '@model-signing/core';
import { CommandError } from '../failure.ts';
import {
  digestsOf,
  hasOnly,
  isCount,
  isFileName,
  isHex,
  isIgnorePath,
  isObject,
  parseDocument,
  sha256,
} from './documents.ts';
import { MAX_DIGESTS, MAX_PARTS } from './limits.ts';

const FORMAT = 'model-signing-plan/1';

/** As many bytes as a signature may have. */
export const MAX_PLAN_BYTES = 256 * 1024 * 1024;

/** What opening a file and computing one digest take besides, in bytes that could be hashed in the same time. */
const BYTES_PER_DIGEST = 64 * 1024;

/** A file of a plan. */
export interface PlannedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** When its content was changed, in nanoseconds since 1970, as a decimal number. */
  readonly modified: string;
}

/** What several hosts are to hash. Digests are numbered in the order of the files, and in a file by their first byte. */
export interface Plan {
  /** The SHA-256 of all the rest, in lowercase hexadecimal. */
  readonly id: string;
  readonly modelName: string;
  readonly serialization: Serialization;
  /** In the order of their names. */
  readonly files: readonly PlannedFile[];
  /** Where each part begins, as the number of a digest, and at last the number of all digests. */
  readonly parts: readonly number[];
}

/**
 * Divides the digests of a model into parts of about equal work, each a run of neighbours, so that a host reads in order.
 * @param modified when the content of a file was changed
 * @throws {CommandError} `command/usage` for more parts than digests
 */
export function makePlan(
  { name: modelName, serialization, jobs }: PlannedModel,
  count: number,
  modified: (name: string) => string,
): Plan {
  const sizes = new Map(jobs.map(({ file }) => [file.name, file.size ?? 0]));
  const files = [...sizes].map(([name, size]) => ({ name, size, modified: modified(name) }));
  if (count > jobs.length) {
    const hint = `--parts ${jobs.length} is the most; a smaller --shard-size allows more`;
    throw new CommandError('command/usage', `there are ${count} parts, and only ${jobs.length} digests to compute`, {
      hints: [hint],
    });
  }
  const parts = divide([...workOf(files, serialization)], count);
  const rest = { modelName, serialization, files, parts };
  return { id: idOf(rest), ...rest };
}

/** The work of each digest. */
function* workOf(files: readonly PlannedFile[], serialization: Serialization): Generator<number> {
  for (const { size } of files) {
    const count = digestsOf(size, serialization);
    const shard = serialization.shardSize ?? size;
    for (let at = 0; at < count; at++) yield Math.min(shard, size - at * shard) + BYTES_PER_DIGEST;
  }
}

/** Ends each part where its share of the work is reached, and leaves at least one digest for each of the others. */
function divide(work: readonly number[], count: number): number[] {
  const total = work.reduce((sum, each) => sum + each, 0);
  const bounds = [0];
  let done = 0;
  for (const [index, each] of work.entries()) {
    done += each;
    const left = work.length - index - 1;
    const open = count - bounds.length;
    if (open > 0 && (done >= (total / count) * bounds.length || left === open)) bounds.push(index + 1);
  }
  return [...bounds, work.length];
}

/** The document, whose members have one order, so that the plan has one identifier. */
export function encodePlan({ id, ...rest }: Plan): string {
  const [open, ...others] = bodyOf(rest);
  return `${open}"id":"${id}",${others.join('')}\n`;
}

function idOf(rest: Omit<Plan, 'id'>): string {
  return sha256(bodyOf(rest).join(''));
}

/** In two pieces, between which the identifier is written. */
function bodyOf({ modelName, serialization, files, parts }: Omit<Plan, 'id'>): [string, string] {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = serialization;
  const rest = {
    modelName,
    serialization: { method, hashType, shardSize, allowSymlinks, ignorePaths },
    files: files.map(({ name, size, modified }) => [name, size, modified]),
    parts,
  };
  return [`{"format":"${FORMAT}",`, JSON.stringify(rest).slice(1)];
}

const limits = { maxBytes: MAX_PLAN_BYTES, maxDepth: 4, maxValues: 5 * MAX_DIGESTS };

/**
 * Parses an untrusted plan, whose identifier must be that of its content.
 * @throws {CommandError} `command/plan-invalid`
 */
export function parsePlan(bytes: Uint8Array): Plan {
  const plan = parseDocument(bytes, 'plan', 'command/plan-invalid', limits);
  check(hasOnly(plan, ['format', 'id', 'modelName', 'serialization', 'files', 'parts']), 'its members are others');
  const { format, id, modelName } = plan;
  check(format === FORMAT, `its format is not ${FORMAT}`);
  check(isHex(id, 64), 'its identifier is not a SHA-256 in lowercase hexadecimal');
  check(
    typeof modelName === 'string' && modelName.length <= MAX_MODEL_NAME,
    'the name of the model is not a text, or long',
  );
  const serialization = serializationIn(plan.serialization);
  const files = filesIn(plan.files, serialization);
  const digests = files.reduce((sum, { size }) => sum + digestsOf(size, serialization), 0);
  check(digests <= MAX_DIGESTS, `it needs more than ${MAX_DIGESTS} digests`);
  const rest = { modelName, serialization, files, parts: partsIn(plan.parts, digests) };
  check(idOf(rest) === id, 'it was changed: its identifier is that of another content');
  return { id, ...rest };
}

const MAX_MODEL_NAME = 4096;

function serializationIn(value: unknown): Serialization {
  const members = ['method', 'hashType', 'shardSize', 'allowSymlinks', 'ignorePaths'];
  check(isObject(value) && hasOnly(value, members), 'the members of its serialization are others');
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = value;
  check(method === 'files' || method === 'shards', 'its method is neither files nor shards');
  check(hashType === 'sha256' || hashType === 'blake2b' || hashType === 'blake3', 'its digest algorithm is unknown');
  check(
    method === 'files' ? shardSize === null : isCount(shardSize, 1, Number.MAX_SAFE_INTEGER),
    'its shard size does not fit the method',
  );
  check(typeof allowSymlinks === 'boolean', 'whether links are followed is not true or false');
  check(Array.isArray(ignorePaths) && ignorePaths.length <= MAX_DIGESTS, 'its ignored paths are no list');
  check(ignorePaths.every(isIgnorePath), 'one of its ignored paths is not one');
  return { method, hashType, shardSize: shardSize as number | null, allowSymlinks, ignorePaths };
}

function filesIn(value: unknown, serialization: Serialization): PlannedFile[] {
  check(Array.isArray(value) && value.length > 0 && value.length <= MAX_DIGESTS, 'it has no files, or too many');
  const least = serialization.method === 'shards' ? 1 : 0;
  const names = new Set<string>();
  return value.map((entry: unknown) => {
    check(Array.isArray(entry) && entry.length === 3, 'a file is not a name, a size and a time');
    const [name, size, modified] = entry as unknown[];
    check(isFileName(name), 'a name of a file is none that can be signed');
    check(!names.has(name), 'a file is listed twice');
    names.add(name);
    check(isCount(size, least, Number.MAX_SAFE_INTEGER), 'a size is not a whole number of bytes');
    check(isTime(modified), 'a time is not a whole number of nanoseconds');
    return { name, size, modified };
  });
}

/** Nanoseconds since 1970, or before, of 64 bits. */
function isTime(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 20 && /^(?:0|-?[1-9][0-9]*)$/.test(value);
}

function partsIn(value: unknown, digests: number): number[] {
  check(Array.isArray(value) && value.length >= 2 && value.length <= MAX_PARTS + 1, 'it has no parts, or too many');
  check(value[0] === 0 && value.at(-1) === digests, 'its parts do not cover its digests');
  for (const [index, bound] of value.entries()) {
    check(
      isCount(bound, index === 0 ? 0 : value[index - 1] + 1, digests),
      'a part is empty, or not after the one before',
    );
  }
  return value;
}

function check(holds: boolean, problem: string): asserts holds {
  if (holds) return;
  throw new CommandError('command/plan-invalid', `the plan cannot be used: ${problem}`, {
    hints: ['model-signing plan makes a new one'],
  });
}
