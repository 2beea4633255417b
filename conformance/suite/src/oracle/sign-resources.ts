import { createHash } from 'node:crypto';
import { compareCodePoints } from './encoding.ts';
import type { findToSign } from './list.ts';
import type { ProducerDefect } from './signer-defects.ts';

/** Tells whether the signer has a defect. */
export type Has = (defect: ProducerDefect) => boolean;

export interface Listed {
  name: string;
  digest: string;
  algorithm?: string;
}

export function changedResources(
  resources: Listed[],
  found: ReturnType<typeof findToSign>,
  shardSize: number,
  shards: boolean,
  has: Has,
): Listed[] {
  let listed = resources;
  const rename = (edit: (name: string) => string) => listed.map((each) => ({ ...each, name: edit(each.name) }));
  const digests = (edit: (digest: string) => string) => listed.map((each) => ({ ...each, digest: edit(each.digest) }));
  if (has('lists-absolute-names')) listed = rename((name) => `/${name}`);
  if (has('lists-dotted-names')) listed = rename((name) => `./${name}`);
  if (has('lists-backslashes')) listed = rename((name) => name.replaceAll('/', '\\'));
  if (has('lists-slashes-for-backslashes')) listed = rename((name) => name.replaceAll('\\', '/'));
  if (has('lists-normalised-names')) listed = rename((name) => name.normalize('NFC'));
  if (has('lists-lower-case-names')) listed = rename((name) => name.toLowerCase());
  if (has('lists-basenames')) listed = rename((name) => name.slice(name.lastIndexOf('/') + 1));
  if (has('lists-with-the-model-name')) listed = rename((name) => `${found.basename}/${name}`);
  if (has('lists-dot-for-single-file') && found.singleFile) listed = rename(() => '.');
  if (has('lists-a-name-twice')) listed = listed.flatMap((each) => [each, { ...each }]);
  if (has('lists-directories')) listed = [...listed, ...directoriesOf(listed)];
  if (has('lists-no-empty-files')) listed = listed.filter(({ digest }) => !digest.startsWith('e3b0c442'));
  if (has('lists-equal-contents-once'))
    listed = listed.filter(({ digest }, i) => listed.findIndex((e) => e.digest === digest) === i);
  if (has('writes-upper-case-digests')) listed = digests((digest) => digest.toUpperCase());
  if (has('writes-short-digests')) listed = digests((digest) => digest.slice(0, 40));
  if (has('writes-prefixed-digests')) listed = digests((digest) => `sha256:${digest}`);
  if (has('writes-algorithm-suffix') && shards)
    listed = listed.map((e) => ({ ...e, algorithm: `${e.algorithm}-sharded-${shardSize}` }));
  if (has('writes-upper-case-algorithm'))
    listed = listed.map((e) => ({ ...e, algorithm: `${e.algorithm}`.toUpperCase() }));
  if (has('writes-sha256-for-any-algorithm')) listed = listed.map((e) => ({ ...e, algorithm: 'sha256' }));
  if (has('forgets-the-last-file')) listed = listed.slice(0, -1);
  if (has('writes-descriptor-annotations')) listed = listed.map((each) => ({ ...each, annotations: {} }));
  if (has('writes-sizes')) listed = listed.map((each) => ({ ...each, size: 1 }));
  if (has('writes-no-algorithm')) listed = listed.map(({ name, digest }) => ({ name, digest }));
  if (shards) listed = changedShards(listed, found, has);
  return listed;
}

function directoriesOf(listed: readonly Listed[]): Listed[] {
  const names = new Set(
    listed.flatMap(({ name }) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])),
  );
  const digest = createHash('sha256').digest('hex');
  return [...names].map((name) => ({ name, digest, algorithm: 'sha256' }));
}

function changedShards(listed: Listed[], found: ReturnType<typeof findToSign>, has: Has): Listed[] {
  if (has('shard-ends-included')) {
    return listed.map((each) => ({
      ...each,
      name: each.name.replace(/:(\d+)$/, (_all, end: string) => `:${Number(end) - 1}`),
    }));
  }
  if (has('shard-numbers-padded'))
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):/, ':0$1:') }));
  if (has('shards-in-hexadecimal')) {
    const hex = (_all: string, ...numbers: string[]) =>
      `:${numbers
        .slice(0, 2)
        .map((n) => Number(n).toString(16))
        .join(':')}`;
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):(\d+)$/, hex) }));
  }
  if (has('shards-by-index')) {
    return listed.map((each) => ({ ...each, name: each.name.replace(/:(\d+):(\d+)$/, ':$2:$1') }));
  }
  if (has('last-shard-missing')) {
    return listed.filter(({ name }) => !name.startsWith('a.bin:8:'));
  }
  if (has('empty-files-as-shards')) {
    const digest = createHash('sha256').digest('hex');
    const shown = new Set(listed.map(({ name }) => name.replace(/:\d+:\d+$/, '')));
    const empty = [...found.files.keys()].filter((name) => !shown.has(name));
    return [...listed, ...empty.map((name) => ({ name: `${name}:0:0`, digest, algorithm: 'sha256' }))];
  }
  return listed;
}

export function inOrder(listed: Listed[], has: Has): Listed[] {
  const by = (compare: (a: string, b: string) => number) => [...listed].sort((a, b) => compare(a.name, b.name));
  if (has('orders-by-utf16')) return by((a, b) => (a < b ? -1 : 1));
  if (has('orders-by-components'))
    return by((a, b) => compareCodePoints(a.replaceAll('/', '\0'), b.replaceAll('/', '\0')));
  if (has('orders-without-case')) return by((a, b) => compareCodePoints(a.toLowerCase(), b.toLowerCase()));
  if (has('orders-by-locale')) return by((a, b) => a.localeCompare(b, 'en'));
  if (has('orders-by-number')) return by((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (has('orders-by-digest')) return [...listed].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  if (has('orders-backwards')) return by((a, b) => compareCodePoints(b, a));
  if (has('orders-shards-by-number')) return by(byShard);
  return by(compareCodePoints);
}

function byShard(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => /^(.*):(\d+):(\d+)$/.exec(name) ?? [name, name, '0']);
  return compareCodePoints(left?.[1] ?? '', right?.[1] ?? '') || Number(left?.[2]) - Number(right?.[2]);
}

export function rootOf(listed: readonly Listed[], hashType: string, has: Has): string {
  const hash = createHash(has('root-by-the-hash-type') && hashType === 'blake2b' ? 'blake2b512' : 'sha256');
  const sorted = has('root-of-sorted-digests') ? [...listed].sort((a, b) => (a.digest < b.digest ? -1 : 1)) : listed;
  for (const { name, digest } of sorted) {
    if (has('root-binds-names')) hash.update(name);
    hash.update(has('root-over-hexadecimal') ? digest : Buffer.from(digest.toLowerCase(), 'hex'));
  }
  const root = hash.digest('hex');
  return has('root-in-capitals') ? root.toUpperCase() : root;
}
