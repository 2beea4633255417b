import { isDeepStrictEqual } from 'node:util';
import type { Difference } from '../../../packages/core/src/format/errors.ts';
import { listsAtOrBelow, sortDifferences } from '../../../packages/core/src/format/manifest/compare.ts';
import { resourceName } from '../../../packages/core/src/format/manifest/manifest.ts';
import {
  canonicalIgnorePath,
  compareNames,
  ignorePathProblem,
  nameProblem,
  PathSet,
} from '../../../packages/core/src/format/names.ts';
import { sortByName } from '../../../packages/core/src/format/sorted.ts';
import { mutateString } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, refused, type Target, type Verdict, WrongVerdict } from '../target.ts';
import * as model from './names-model.ts';

/** The input in JSON. */
interface Names {
  /** Paths of a set, of a manifest, and typed exclusions. */
  readonly paths: readonly string[];
  /** What is looked up in them. */
  readonly names: readonly string[];
}

/** Names and exclusions, compared with definitions that are slow and obviously right. */
export function namesTarget(): Target {
  return {
    name: 'names',
    description: 'names, their order and exclusions, compared with a brute-force model',
    seeds: () => seeds.map(encode),
    generate: (random) => encode({ paths: list(random), names: list(random) }),
    mutate,
    check,
  };
}

const encode = (names: Names) => Buffer.from(JSON.stringify(names));

const seeds: readonly Names[] = [
  { paths: ['a', 'a/b', 'a-b', 'a.b', 'b'], names: ['a', 'a/b/c', 'a-', 'a/', 'b/a', 'ab'] },
  { paths: ['é', 'e\u0301', '\u{1f600}', '\uffee', '\ue000'], names: ['\u{1f600}/a', '\uffee', '\ud800', 'é/é'] },
  { paths: ['./a//b/', 'a/../b', '..', '/a', ''], names: ['.', 'a/./b', 'a/..', '/', ' '] },
  { paths: ['a*', 'a?', '[a]', 'a:0:5', 'a\0b'], names: ['a:0:10', 'a:00:5', ':0:5', 'a:b:0:5'] },
  { paths: ['x'.repeat(4096), 'x'.repeat(4097)], names: ['x'.repeat(4096), `${'a/'.repeat(2048)}`] },
];

const components = [
  'a',
  'b',
  'ab',
  'a-',
  'a.',
  'a0',
  '.',
  '..',
  '',
  '.git',
  'é',
  '\u{1f600}',
  '\uffee',
  '\ud83d',
  '*',
  'a:0:5',
  '\0',
  ' ',
];

function list(random: Random): string[] {
  return Array.from({ length: random.below(12) }, () =>
    Array.from({ length: 1 + random.small(4) }, () => components[random.small(components.length)] ?? 'a').join('/'),
  );
}

function mutate(input: Uint8Array, random: Random): Uint8Array {
  const { paths, names } = JSON.parse(Buffer.from(input).toString()) as Names;
  const change = (items: readonly string[]) => [
    ...items.flatMap((item) => {
      if (random.chance(0.7)) return [item];
      return random.chance(0.2) ? [] : [mutateString(item, random), ...(random.chance(0.3) ? [item] : [])];
    }),
    ...(random.chance(0.3) ? list(random).slice(0, 2) : []),
  ];
  const both = [...paths, ...names];
  const cross = random.chance(0.3) ? [random.pick(both) ?? 'a', `${random.pick(both) ?? 'a'}/a`] : [];
  return encode({ paths: change(paths), names: [...change(names), ...cross] });
}

function check(input: Uint8Array): Verdict {
  const { paths, names } = JSON.parse(Buffer.from(input).toString()) as Names;
  const all = [...paths, ...names];
  for (const name of all) checkName(name);
  const wellFormed = all.filter((name) => name.isWellFormed());
  checkOrder(wellFormed);
  const canonical = paths.filter((path) => nameProblem(path) === null);
  checkCovering(canonical, names);
  checkListing(
    canonical.filter((path) => path.isWellFormed()),
    wellFormed,
  );
  checkDifferences(wellFormed);
  const verdicts = paths.map(checkIgnorePath);
  return verdicts.find((verdict) => !verdict.accepted) ?? accepted(`${canonical.length} ${names.length}`);
}

function must(isRight: boolean, what: string, ...values: readonly unknown[]): void {
  if (!isRight) throw new WrongVerdict(`${what}: ${values.map((value) => JSON.stringify(value)).join(' ')}`);
}

function checkName(name: string): void {
  must((nameProblem(name) === null) === model.isCanonical(name), 'canonical or not', name);
  must((ignorePathProblem(name) === null) === model.isExclusion(name), 'an exclusion or not', name);
  for (const range of [
    [0, 5],
    [10, 2 ** 53 - 1],
  ] as const) {
    const written = resourceName({ path: name, range });
    must(isDeepStrictEqual(model.rangeIn(written), { path: name, range }), 'the range of a name', written);
  }
}

function checkOrder(names: readonly string[]): void {
  for (const a of names) {
    for (const b of names) {
      must(Math.sign(compareNames(a, b)) === model.order(a, b), 'order', a, b);
    }
  }
  const { sorted, misplaced, duplicate } = sortByName(names, (name) => name);
  must(isDeepStrictEqual(sorted, [...names].sort(model.order)), 'sorted', names);
  must((duplicate !== undefined) === new Set(names).size < names.length, 'duplicate', names);
  const isInOrder = names.every((name, i) => i === 0 || model.order(names[i - 1] as string, name) < 0);
  must((misplaced === undefined) === isInOrder, 'misplaced', names);
}

function checkCovering(paths: readonly string[], names: readonly string[]): void {
  const set = new PathSet(paths);
  for (const name of [...names, ...paths]) must(set.covers(name) === model.covers(paths, name), 'covers', paths, name);
}

function checkListing(paths: readonly string[], names: readonly string[]): void {
  const files = [...new Set(paths)].sort(model.order).map((path) => ({ path, digest: '' }));
  for (const name of names) {
    const isListed = files.some(({ path }) => model.isAtOrBelow(path, name));
    must(listsAtOrBelow(files, name) === isListed, 'lists at or below', paths, name);
  }
}

function checkDifferences(names: readonly string[]): void {
  const differences = names.map((path, i): Difference => {
    return { kind: 'modified', path, ...(i % 3 === 0 ? {} : { range: [(i * 7) % 5, 10] }) };
  });
  const sorted = sortDifferences(differences);
  const start = ({ range }: Difference) => range?.[0] ?? 0;
  const isSorted = sorted.every((difference, i) => {
    const before = sorted[i - 1];
    if (!before) return true;
    const order = model.order(before.path, difference.path);
    return order < 0 || (order === 0 && start(before) <= start(difference));
  });
  must(isSorted, 'sorted differences', names);
  must(new Set(sorted).size === differences.length, 'lost a difference', names);
}

function checkIgnorePath(typed: string): Verdict {
  const expected = model.canonicalPath(typed);
  let found: string;
  try {
    found = canonicalIgnorePath(typed);
  } catch (error) {
    must(expected === null, 'an ignore path that is refused', typed);
    return refusalBy(error);
  }
  must(found === expected, 'a canonical ignore path', typed, found, expected);
  must(canonicalIgnorePath(found) === found, 'canonical twice', typed);
  return found === typed ? accepted() : refused('not canonical');
}
