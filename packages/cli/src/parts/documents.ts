import { createHash } from 'node:crypto';
import type { HashAlgorithm, HashJob, Serialization } from '@model-signing/core';
import { type JsonLimits, type JsonProblem, parseJsonOf } from '@model-signing/core/json';
import { ignorePathProblem, MAX_NAME_LENGTH, nameProblem } from '@model-signing/core/names';
import { CommandError, type CommandErrorCode } from '../failure.ts';

/** Characters of hexadecimal. */
export const digestLength: Readonly<Record<HashAlgorithm, number>> = { sha256: 64, blake2b: 128, blake3: 64 };

/** Parses one of the two documents, which are untrusted. What the type of its members is, is left to the caller. */
export function parseDocument(
  bytes: Uint8Array,
  title: string,
  code: CommandErrorCode,
  limits: JsonLimits,
  hints: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const document = {
    title,
    refuse: (_: JsonProblem, message: string, options?: { readonly cause?: unknown }) =>
      new CommandError(code, message, { cause: options?.cause, hints }),
  };
  const value = parseJsonOf(bytes, document, limits);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandError(code, `the ${title} is not an object`, { hints });
}

/** Whether an object has exactly these members. */
export function hasOnly(value: object, required: readonly string[], optional: readonly string[] = []): boolean {
  const names = Object.keys(value);
  return (
    required.every((name) => Object.hasOwn(value, name)) &&
    names.every((name) => required.includes(name) || optional.includes(name))
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a whole number from `least` to `most`. */
export function isCount(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Whether it is a text of lowercase hexadecimal digits. */
export function isHex(value: unknown, length: number): value is string {
  if (typeof value !== 'string' || value.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const unit = value.charCodeAt(at);
    if (!((unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 102))) return false;
  }
  return true;
}

/** Whether it is a name of a file in a model, as signatures list it. */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && nameProblem(value) === null;
}

/** Whether it is a path that a signature may list as ignored, or the name of a signature, which only a directory may not have. */
export function isIgnorePath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH && ignorePathProblem(value) === null;
}

/** Lowercase hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** How many digests a file needs. */
export function digestsOf(size: number, { shardSize }: Pick<Serialization, 'shardSize'>): number {
  return shardSize === null ? 1 : Math.ceil(size / shardSize);
}

/** Bytes of a job, of a file whose size is known. */
export function lengthOf({ file, start, end }: HashJob): number {
  return (end ?? file.size ?? start) - start;
}
