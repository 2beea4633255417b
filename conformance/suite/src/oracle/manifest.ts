import { createHash } from 'node:crypto';
import { lenientDigest } from './digest.ts';
import { draftRootDigest, publishedRootDigest } from './draft.ts';
import { compareCodePoints, isHex } from './encoding.ts';
import { rootLinesOf } from './extensions.ts';
import { type Judge, Refusal } from './judgement.ts';
import { nameFault } from './names.ts';
import type { Resource, Statement } from './statement.ts';
import type { Defect } from './verifier-defects.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly digest: string;
}

/** The signed facts about one file: its digest, or its ranges in order. */
export type SignedFile = string | readonly Range[];

const digitsOf: Readonly<Record<string, number>> = { sha256: 64, blake2b: 128, blake3: 64 };

/** Checks what a schema cannot express, and returns the signed facts about each file: sections 4, 6, 7 and 8. */
export function checkManifest(statement: Statement, judge: Judge): Map<string, SignedFile> {
  const { serialization, resources } = statement;
  checkAlgorithms(statement, judge);
  for (const { digest } of resources) checkDigest(digest, digitsOf[serialization.hashType] as number, judge);
  const names = resources.map(({ name }) => name);
  const twice = judge.has('names-may-repeat-apart')
    ? names.some((name, index) => name === names[index + 1])
    : new Set(names).size < names.length;
  const first = judge.has('first-of-a-repeated-name');
  const last = judge.has('last-of-a-repeated-name');
  if (twice && !judge.has('names-may-repeat') && !first && !last) {
    throw new Refusal('manifest/name-duplicate', 'a name twice', {
      checks: ['names-may-repeat', 'first-of-a-repeated-name', 'last-of-a-repeated-name', 'names-may-repeat-apart'],
    });
  }
  const inTurn = first ? resources.toReversed() : resources;
  const files =
    serialization.shardSize === null
      ? new Map<string, SignedFile>(inTurn.map(({ name, digest }) => [name, digest]))
      : filesOfShards(resources, serialization.shardSize, judge);
  for (const name of files.keys()) checkName(name, files.size, judge);
  for (const path of serialization.ignorePaths) checkIgnorePath(path, judge);
  checkRootDigest(statement, judge);
  checkOrder(names, judge);
  return files;
}

function checkAlgorithms({ serialization, resources }: Statement, judge: Judge): void {
  const { hashName: hashType, method, shardSize } = serialization;
  const suffixed = `${hashType}-sharded-${shardSize}`;
  const allSuffixed = method === 'shards' && resources.length > 0 && resources.every((r) => r.algorithm === suffixed);
  if (allSuffixed) {
    if (judge.has('algorithm-suffix-refused')) throw new Refusal('manifest/algorithm-mismatch', suffixed);
    judge.warn('manifest/algorithm-suffix', 'algorithm-suffix-without-warning');
    return;
  }
  for (const { algorithm } of judge.has('first-algorithm-alone') ? resources.slice(0, 1) : resources) {
    if (algorithm === hashType) continue;
    const anySuffix = judge.has('algorithm-of-any-suffix') && algorithm.startsWith(`${hashType}-`);
    const eachSuffix = judge.has('algorithm-suffix-mixed') && algorithm === suffixed;
    if (anySuffix || eachSuffix) continue;
    const lacking = algorithm in digitsOf ? 'any-algorithm' : 'unregistered-algorithm';
    judge.refuseIf(true, lacking, 'manifest/algorithm-mismatch', algorithm);
  }
}

function checkDigest(digest: string, digits: number, judge: Judge): void {
  const plain = withoutPrefix(digest, judge);
  const hex = judge.has('digests-fold-case') ? plain.toLowerCase() : plain;
  const shorter = hex.length < digits && isHex(hex, hex.length);
  if (shorter && judge.has('digest-may-be-short')) return;
  if (isHex(hex, digits) || judge.has('digest-of-any-form')) return;
  throw new Refusal('manifest/digest-invalid', digest, {
    checks: ['digest-of-any-form', 'digest-may-be-short', 'digests-fold-case', 'digest-with-prefix', 'digest-with-0x'],
  });
}

function withoutPrefix(digest: string, judge: Judge): string {
  if (judge.has('digest-with-0x')) return digest.replace(/^0x/, '');
  return judge.has('digest-with-prefix') ? digest.replace(/^[a-z0-9]+:/, '') : digest;
}

function checkName(name: string, count: number, judge: Judge): void {
  if (name === '.' && (count === 1 || judge.has('dot-among-others'))) return; // whether the model is a single file is checked later
  const fault = nameFault(name);
  if (fault === 'name-may-escape' && !name.startsWith('..') && judge.has('name-may-escape-later')) return;
  if (fault !== null && !judge.has(fault)) {
    throw new Refusal('manifest/name-invalid', name, {
      checks: [fault, ...(name === '.' ? (['dot-among-others'] as const) : [])],
    });
  }
  if (judge.has('backslash-refused') && name.includes('\\')) throw new Refusal('manifest/name-invalid', name);
  if (judge.has('colon-refused') && name.includes(':')) throw new Refusal('manifest/name-invalid', name);
  const control = [...name].some((character) => character < ' ');
  if (judge.has('control-characters-refused') && control) throw new Refusal('manifest/name-invalid', name);
  if (judge.has('wildcards-in-names-refused') && /[*?[\]]/.test(name)) throw new Refusal('manifest/name-invalid', name);
}

function checkIgnorePath(path: string, judge: Judge): void {
  const fault = nameFault(path);
  const lacking = path === '' ? 'ignore-path-may-be-empty' : 'ignore-path-of-any-form';
  judge.refuseIf(fault !== null, lacking, 'manifest/ignore-path-invalid', path);
  if (judge.has('ignore-path-with-backslash-refused') && path.includes('\\')) {
    throw new Refusal('manifest/ignore-path-invalid', path);
  }
  const pattern = /[*?[]/.test(path);
  if (!pattern || judge.has('ignore-path-with-wildcard') || judge.has('exclusion-is-a-glob')) return;
  throw new Refusal('manifest/ignore-path-invalid', path, {
    checks: ['ignore-path-with-wildcard', 'exclusion-is-a-glob'],
  });
}

function checkRootDigest(statement: Statement, judge: Judge): void {
  const { rootDigest, serialization, draft } = statement;
  const resources = [...statement.resources, ...rootLinesOf(statement.subManifests, judge)];
  if (draft && rootDigest !== null) {
    const either = judge.has('draft-root-either') && publishedRootDigest(resources) === rootDigest;
    const differs = draftRootDigest(serialization.hashType, resources, judge) !== rootDigest && !either;
    if (judge.has('root-digest-unchecked')) return;
    if (differs && !judge.has('draft-root-of-any-value')) {
      const checks: Defect[] = statement.subManifests.length > 0 ? ['root-without-sub-manifests'] : [];
      throw new Refusal('manifest/root-digest-mismatch', rootDigest, {
        checks: ['draft-root-of-any-value', ...checks],
      });
    }
    const { publishedRoot = null } = statement;
    const other = publishedRoot !== null && publishedRootDigest(resources) !== publishedRoot;
    judge.refuseIf(other, 'draft-published-root-unchecked', 'manifest/root-digest-mismatch', String(publishedRoot));
    return;
  }
  if (rootDigest === null) return; // only the predicate of v0.2.0 has none; its absence elsewhere was already refused
  const listed = judge.has('root-digest-of-sorted')
    ? [...resources].sort((a, b) => compareCodePoints(a.name, b.name))
    : resources;
  const text = judge.has('root-digest-of-hex');
  const algorithm =
    judge.has('root-digest-by-hash-type') && serialization.hashType === 'blake2b' ? 'blake2b512' : 'sha256';
  const hash = createHash(algorithm);
  const digits = digitsOf[serialization.hashType] as number;
  const read = (digest: string) =>
    judge.has('digest-of-any-form') ? lenientDigest(digest, digits) : withoutPrefix(digest, judge);
  for (const { digest } of listed) hash.update(text ? digest : Buffer.from(read(digest), 'hex'));
  const wrong = hash.digest('hex') !== rootDigest;
  judge.refuseIf(wrong, 'root-digest-unchecked', 'manifest/root-digest-mismatch', rootDigest);
}

function checkOrder(names: readonly string[], judge: Judge): void {
  const compare = judge.has('order-by-utf16')
    ? (a: string, b: string) => (a < b ? -1 : 1)
    : judge.has('order-by-components')
      ? byComponents
      : compareCodePoints;
  const unsorted = names.some((name, i) => i > 0 && compare(names[i - 1] as string, name) > 0);
  if (!unsorted) return;
  if (judge.has('unsorted-refused')) throw new Refusal('manifest/unsorted', 'another order');
  judge.warn('manifest/unsorted', 'unsorted-without-warning');
}

function byComponents(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareCodePoints(left[i] as string, right[i] as string);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function filesOfShards(resources: readonly Resource[], shardSize: number, judge: Judge): Map<string, SignedFile> {
  const files = new Map<string, Range[]>();
  const whole = new Map<string, string>();
  for (const { name, digest } of resources) {
    if (!name.includes(':') && judge.has('shard-without-range')) {
      whole.set(name, digest);
      continue;
    }
    const { path, start, end } = readShardName(name, judge);
    files.set(path, [...(files.get(path) ?? []), { start, end, digest }]);
  }
  for (const [path, ranges] of files) {
    ranges.sort((a, b) => a.start - b.start || a.end - b.end);
    checkRanges(path, ranges, shardSize, judge);
  }
  return new Map<string, SignedFile>([...files, ...whole]);
}

function readShardName(name: string, judge: Judge): { path: string; start: number; end: number } {
  const parts = name.split(':');
  const [path, first, second] = judge.has('shard-range-from-first-colon')
    ? [parts[0] ?? '', parts[1] ?? '', parts[2] ?? '']
    : [parts.slice(0, -2).join(':'), parts.at(-2) ?? '', parts.at(-1) ?? ''];
  const lacking = parts.length < 3 ? 'shard-without-range' : leniencyFor(first, second);
  const invalid = () =>
    new Refusal('manifest/shard-invalid', name, {
      checks: lacking === 'shard-number-without-bound' ? [lacking, 'shard-numbers-of-64-bits'] : [lacking],
    });
  if (parts.length === 2 && judge.has('shard-without-range'))
    return { path: parts[0] as string, start: 0, end: Number(parts[1]) };
  if (parts.length < 3) throw invalid();
  const [start, end] = [first, second].map((text) => offset(text, judge));
  if (start === undefined || end === undefined || start === null || end === null) throw invalid();
  judge.refuseIf(end <= start, 'shard-may-be-empty', 'manifest/shard-invalid', name);
  return { path, start, end };
}

/** What a program tolerates that reads these two texts as numbers. */
function leniencyFor(...texts: readonly string[]): Defect {
  if (texts.some((text) => /^[+-]/.test(text))) return 'shard-number-with-sign';
  if (texts.every((text) => /^[0-9]+$/.test(text))) {
    const zero = texts.some((text) => text.length > 1 && text.startsWith('0'));
    return zero ? 'shard-number-with-leading-zero' : 'shard-number-without-bound';
  }
  return 'shard-number-of-any-form';
}

/** The number that a text stands for in some language. */
function lenientNumber(text: string): number {
  const digits = text
    .trim()
    .replaceAll('_', '')
    .replaceAll(/[\u0660-\u0669]/g, (c) => String(c.charCodeAt(0) - 0x660));
  return Number(digits);
}

function offset(text: string, judge: Judge): number | null {
  if (judge.has('shard-number-of-any-form')) return lenientNumber(text);
  if (/^[+-]/.test(text) && judge.has('shard-number-with-sign')) return offset(text.slice(1), judge);
  if (text === '' || [...text].some((digit) => !'0123456789'.includes(digit))) return null;
  if (text.length > 1 && text.startsWith('0') && !judge.has('shard-number-with-leading-zero')) return null;
  if (judge.has('shard-numbers-of-32-bits')) return Number(BigInt.asUintN(32, BigInt(text)));
  if (judge.has('shard-numbers-of-64-bits')) return Number(BigInt.asUintN(64, BigInt(text)));
  const number = Number(text);
  return number > Number.MAX_SAFE_INTEGER && !judge.has('shard-number-without-bound') ? null : number;
}

function checkRanges(path: string, ranges: readonly Range[], shardSize: number, judge: Judge): void {
  const refuse = (broken: boolean, lacking: Defect) => {
    if (!broken || judge.has(lacking)) return;
    throw new Refusal('manifest/shard-coverage', path, { checks: [lacking, 'shard-numbers-of-32-bits'] });
  };
  refuse(ranges[0]?.start !== 0, 'shards-may-begin-late');
  let covered = 0;
  for (const [index, { start, end }] of ranges.entries()) {
    const next = ranges[index + 1];
    covered = Math.max(covered, end);
    refuse(next !== undefined && next.start > covered, 'shards-may-leave-a-gap');
    refuse(next !== undefined && next.start < end, 'shards-may-overlap');
    refuse(next !== undefined && end - start !== shardSize && next.start === end, 'shards-of-any-size');
    const long = end - start > shardSize && next === undefined;
    refuse(long && !judge.has('last-shard-of-any-size'), 'shards-of-any-size');
  }
}
