import { lengthOf } from '../vectors/content.ts';
import type { Content, VectorInputs } from '../vectors/vector.ts';
import { digestOf, lenientDigest } from './digest.ts';
import type { Found } from './enumerate.ts';
import type { Difference, Judge } from './judgement.ts';
import type { SignedFile } from './manifest.ts';
import { compareBy } from './names.ts';
import { isStatedAsSigned, pointerIn, readsPointers } from './pointer.ts';
import type { Serialization } from './statement.ts';

export interface Comparison {
  readonly differences: Difference[];
  /** Files that are there without being signed. */
  readonly unsigned: string[];
  /** Signed files that were compared by a digest that a store states. */
  readonly advertised: string[];
}

/** Compares the files of a model with those that were signed. */
export function compareFiles(
  signed: ReadonlyMap<string, SignedFile>,
  found: Found,
  serialization: Serialization,
  inputs: VectorInputs,
  judge: Judge,
): Comparison {
  const key = (name: string) => (judge.has('names-not-compared') ? digestBy(name) : compareBy(name, judge));
  const digestBy = (name: string) => {
    const [content, value] = [found.files.get(name), signed.get(name)];
    if (content === undefined) return String(value);
    return digestOf(serialization.hashType, content, 0, lengthOf(content), judge);
  };
  const keyed = new Map([...signed].map(([name, value]) => [key(name), { name, value }]));
  const here = new Set([...found.files.keys()].map(key));
  const [first] = found.files.values();
  const differences: Difference[] = [];
  const unsigned: string[] = [];
  const advertised: string[] = [];
  for (const [name, content] of found.files) {
    const entry = keyed.get(key(name));
    if (entry === undefined) unsigned.push(name);
    else {
      const how = comparedAs(content, first, entry.value, serialization, inputs, judge);
      if (how === 'modified') differences.push({ kind: 'modified', path: name });
      if (how === 'advertised') advertised.push(name);
    }
  }
  for (const [id, { name }] of keyed) {
    const ignored = inputs.ignoreUnsignedFiles === true && judge.has('missing-accepted-on-request');
    const lost = inputs.only !== undefined && judge.has('named-files-may-be-missing');
    if (!here.has(id) && !judge.has('missing-accepted') && !ignored && !lost)
      differences.push({ kind: 'missing', path: name });
  }
  const refused = refusedUnsigned(unsigned, found, serialization, inputs, judge);
  differences.push(...refused.map((path) => ({ kind: 'unsigned' as const, path })));
  return { differences: differences.sort((a, b) => (a.path < b.path ? -1 : 1)), unsigned, advertised };
}

function refusedUnsigned(
  unsigned: readonly string[],
  found: Found,
  { method }: Serialization,
  inputs: VectorInputs,
  judge: Judge,
): string[] {
  if (judge.has('unsigned-accepted')) return [];
  if (inputs.ignoreUnsignedFiles === true && !judge.has('ignore-unsigned-without-effect')) return [];
  return unsigned.filter((name) => {
    if (judge.has('unsigned-copies-accepted') && isCopy(name, unsigned, found)) return false;
    const empty = lengthOf(found.files.get(name) as Content) === 0;
    if (!empty) return true;
    if (judge.has('unsigned-empty-accepted')) return false;
    if (method !== 'shards' || judge.has('unsigned-empty-refused')) return true;
    judge.warn('model/empty-file-unsigned', 'unsigned-empty-without-warning');
    return false;
  });
}

/** Whether a listed file is written as the same data. */
function isCopy(name: string, unsigned: readonly string[], { files }: Found): boolean {
  const data = JSON.stringify(files.get(name));
  return [...files].some(([other, content]) => !unsigned.includes(other) && JSON.stringify(content) === data);
}

/** By its bytes if they are as signed, and otherwise by the pointer in its place, if pointers are read. */
function comparedAs(
  content: Content,
  first: Content | undefined,
  signed: SignedFile,
  serialization: Serialization,
  inputs: VectorInputs,
  judge: Judge,
): 'read' | 'advertised' | 'modified' {
  const pointer = readsPointers(inputs, judge) ? pointerIn(content, judge) : null;
  const isFirst = pointer !== null && judge.has('pointers-read-first');
  if (!isFirst && isAsSigned(content, first, signed, serialization, inputs, judge)) return 'read';
  return pointer !== null && isStatedAsSigned(pointer, signed, serialization, judge) ? 'advertised' : 'modified';
}

function isAsSigned(
  content: Content,
  first: Content | undefined,
  signed: SignedFile,
  { hashType }: Serialization,
  inputs: VectorInputs,
  judge: Judge,
): boolean {
  if (judge.has('content-not-compared')) return true;
  if (inputs.only !== undefined && judge.has('named-files-not-compared')) return true;
  if (judge.has('first-content-alone') && content !== first) return true;
  if (inputs.ignoreUnsignedFiles === true && judge.has('content-not-compared-on-request')) return true;
  const algorithm = judge.has('hash-type-not-used') ? 'sha256' : hashType;
  if (typeof signed === 'string')
    return sameDigest(digestOf(algorithm, content, 0, lengthOf(content), judge), signed, judge);
  const length = lengthOf(content);
  const end = Math.max(...signed.map((range) => range.end));
  const appended =
    judge.has('appended-accepted') ||
    (judge.has('appended-accepted-on-request') && inputs.ignoreUnsignedFiles === true) ||
    (judge.has('named-files-may-go-on') && inputs.only !== undefined);
  if (end < length && !appended) return false;
  const skips = judge.has('shards-beyond-the-end-passed');
  if (end > length && !skips) return false;
  const within = skips ? signed.filter((range) => range.end <= length) : signed;
  const isCut =
    judge.has('first-shard-alone') || (judge.has('first-shard-of-named-files') && inputs.only !== undefined);
  const compared = isCut ? within.slice(0, 1) : within;
  return compared.every((range) =>
    sameDigest(digestOf(algorithm, content, range.start, range.end, judge), range.digest, judge),
  );
}

function sameDigest(actual: string, signed: string, judge: Judge): boolean {
  if (judge.has('digest-of-any-form')) return actual.startsWith(lenientDigest(signed, actual.length));
  if (judge.has('half-of-digests')) return actual.slice(0, 32) === signed.slice(0, 32);
  if (judge.has('last-half-of-digests')) return actual.slice(32) === signed.slice(32);
  if (judge.has('digest-with-prefix') || judge.has('digest-with-0x')) return signed.endsWith(actual);
  if (judge.has('digest-may-be-short')) return actual.startsWith(signed.toLowerCase());
  return actual === (judge.has('digests-fold-case') ? signed.toLowerCase() : signed);
}
