import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Difference, type HashAlgorithm, hashModel, type Model, type OmsError, quote } from '@model-signing/core';
import type { Explained } from './hints.ts';
import { lookOf } from './look-alikes.ts';
import { printableNames } from './printable.ts';

/** The most bytes of files that are read again, together, to find out how they were changed: each is hashed many times. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** The most files that are looked at. */
const MAX_FILES = 20;

/** A signature that was not named on the command line, but found. */
export interface FoundSignature {
  readonly path: string;
  /** What its signer called the model; asked only of a signature that was opened. */
  subjectName(): Promise<string | null>;
}

/**
 * Adds to a mismatch what its differences have in common, such as names in another Unicode form, and whether a found signature is
 * for another model. Other errors are unchanged.
 * @param modelPath null for a model in a store, of which nothing is read again
 */
export async function explained(
  error: OmsError,
  modelPath: string | null,
  found: FoundSignature | null,
): Promise<OmsError> {
  if (error.code !== 'model/mismatch') return error;
  const explanations = [
    ...(modelPath === null ? [] : await ofAnotherModel(found, modelPath)),
    ...renamed(error.differences),
    ...(modelPath === null ? [] : await converted(error.differences, modelPath)),
  ];
  return Object.assign(error, { explanations } satisfies Explained);
}

/** The model may have been renamed, so this is a question. */
async function ofAnotherModel(found: FoundSignature | null, modelPath: string): Promise<string[]> {
  if (found === null) return [];
  const subjectName = await found.subjectName();
  if (subjectName === null || subjectName === path.basename(path.resolve(modelPath))) return [];
  return [
    `${quote(found.path)} is the signature of a model called ${quote(subjectName)}: name this one's with --signature`,
  ];
}

/** How two names differ that are not the same, from the smallest difference to the largest. */
const namings: readonly (readonly [how: string, key: (name: string) => string])[] = [
  ['only in their Unicode form: the same letters in other code points', (name) => name.normalize('NFC')],
  ['only in upper and lower case', (name) => name.normalize('NFC').toLowerCase()],
  ['only in letters that look the same', (name) => lookOf(name)],
  [
    'only in spaces, case or letters that look the same',
    (name) =>
      lookOf(name)
        .toLowerCase()
        .replace(/[\s_]+/g, ''),
  ],
];

/** Pairs of a missing and an unsigned file with nearly the same name. */
function renamed(differences: readonly Difference[]): string[] {
  const missing = new Set(differences.flatMap(({ kind, path: name }) => (kind === 'missing' ? name : [])));
  const unsigned = new Set(differences.flatMap(({ kind, path: name }) => (kind === 'unsigned' ? name : [])));
  const lines: string[] = [];
  for (const [how, key] of namings) {
    const found = new Map(Array.from(unsigned, (name) => [key(name), name]));
    for (const name of missing) {
      const other = found.get(key(name));
      if (other === undefined || !unsigned.has(other)) continue;
      missing.delete(name);
      unsigned.delete(other);
      const [signed, here] = printableNames([name, other]);
      if (lines.length < MAX_FILES) lines.push(`${signed} was signed and ${here} is there: the names differ ${how}`);
    }
  }
  return lines;
}

/** What programs do to a text on its way, by what it takes to undo it. */
const conversions: readonly (readonly [how: string, undo: (bytes: Buffer) => Buffer])[] = [
  ['its line ends were changed from LF to CRLF', (bytes) => replaced(bytes, '\r\n', '\n')],
  ['its line ends were changed from CRLF to LF', (bytes) => replaced(replaced(bytes, '\r\n', '\n'), '\n', '\r\n')],
  ['its line ends were changed from LF to CR', (bytes) => replaced(bytes, '\r', '\n')],
  ['a line break was added at its end', (bytes) => withoutEnd(bytes, '\n')],
  ['a line break was added at its end', (bytes) => withoutEnd(bytes, '\r\n')],
  ['the line break at its end was removed', (bytes) => Buffer.concat([bytes, Buffer.from('\n')])],
  ['the line break at its end was removed', (bytes) => Buffer.concat([bytes, Buffer.from('\r\n')])],
  ['a byte order mark was added', (bytes) => (bytes.toString('hex', 0, 3) === 'efbbbf' ? bytes.subarray(3) : bytes)],
  ['a byte order mark was removed', (bytes) => Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes])],
];

/** Modified files whose signed content is theirs but for a conversion of text. */
async function converted(differences: readonly Difference[], modelPath: string): Promise<string[]> {
  const modified = differences.filter(({ kind, range, pointer }) => kind === 'modified' && !range && !pointer);
  const lines: string[] = [];
  let left = MAX_TEXT_BYTES;
  for (const difference of modified.slice(0, MAX_FILES)) {
    const bytes = contentOf(path.join(modelPath, difference.path), left) ?? contentOf(modelPath, left);
    left -= bytes?.length ?? 0;
    const how = bytes && (await conversionOf(bytes, difference));
    if (how) lines.push(`${printableNames([difference.path])[0]} ${how}`);
  }
  return lines;
}

/** How the signed content was converted. Under shards, only the length of a file of another length is known, which proves less. */
async function conversionOf(bytes: Buffer, { expected = '' }: Difference): Promise<string | null> {
  const undone = conversions.flatMap(([how, undo]) => {
    const before = undo(bytes);
    return before.equals(bytes) ? [] : [{ how, before }];
  });
  if (/^\d+ bytes$/.test(expected)) {
    const fitting = undone.filter(({ before }) => expected === `${before.length} bytes`);
    return fitting.length === 1 ? `differs from what was signed, probably because ${fitting[0]?.how}` : null;
  }
  for (const { how, before } of undone) {
    if (await hasDigest(before, expected)) return `differs from what was signed only because ${how}`;
  }
  return null;
}

async function hasDigest(bytes: Uint8Array, digest: string): Promise<boolean> {
  const candidates: readonly HashAlgorithm[] = digest.length === 128 ? ['blake2b'] : ['sha256', 'blake3'];
  for (const hashAlgorithm of candidates) {
    const { manifest } = await hashModel(modelOf(bytes), { hashAlgorithm });
    if (manifest.resources[0]?.digest === digest) return true;
  }
  return false;
}

/** A model of one file in memory. */
function modelOf(bytes: Uint8Array): Model {
  const content = {
    async *read(start: number, end: number) {
      yield bytes.subarray(start, end);
    },
  };
  const listing = { singleFile: true, files: [{ name: 'file', size: bytes.length, content }] };
  const nothing = {
    excluded: [],
    unusable: [],
    externalLinks: [],
    hubLinks: [],
    signatureName: null,
    confirm: async () => {},
  };
  return { name: 'file', list: async () => ({ ...listing, ...nothing }) };
}

function contentOf(file: string, maxBytes: number): Buffer | null {
  try {
    const stats = lstatSync(file);
    return stats.isFile() && stats.size <= maxBytes ? readFileSync(file) : null;
  } catch {
    return null;
  }
}

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
}

function withoutEnd(bytes: Buffer, end: string): Buffer {
  return bytes.toString('latin1').endsWith(end) ? bytes.subarray(0, bytes.length - end.length) : bytes;
}
