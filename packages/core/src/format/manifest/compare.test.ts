import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, modelFile, shards, statedManifest } from '../../testing/manifests.ts';
import { Warnings } from '../errors.ts';
import { v1_0 } from '../versions/v1.0.ts';
import { checkManifest } from './check.ts';
import { compareDigests, listsAtOrBelow, matchFiles } from './compare.ts';
import type { StatedManifest } from './manifest.ts';
import { resourceName } from './manifest.ts';
import { plannedResource, planResources } from './plan.ts';

const check = (manifest: StatedManifest) => checkManifest(manifest, v1_0, new Warnings());

describe('what a manifest lists', () => {
  it.each(['a', 'a/b', 'a/b/c', 'cache'])('a manifest lists %j or something below it', (name) => {
    expect(listsAtOrBelow(check(statedManifest(['a-x', 'a/b/c', 'cache'])).files, name)).toBe(true);
  });

  it.each(['a/b/c/d', 'cache/x', 'cach', 'a/', 'b', '', 'z'])('a manifest lists nothing at or below %j', (name) => {
    expect(listsAtOrBelow(check(statedManifest(['a-x', 'a/b/c', 'cache'])).files, name)).toBe(false);
  });

  it('searching a manifest at or below a name agrees with comparing the name with each of its names', () => {
    const anyName = fc.stringMatching(/^[ab\u{1f600}-](\/[ab-]){0,3}$/u);
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 1, maxLength: 8 }), anyName, (names, probe) => {
        const expected = names.some((name) => `${name}/`.startsWith(`${probe}/`));
        expect(listsAtOrBelow(check(statedManifest(names)).files, probe)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('comparing with files', () => {
  it('matching finds missing and unsigned files', () => {
    const match = matchFiles(check(statedManifest(['a', 'b'])), [modelFile('b'), modelFile('z'), modelFile('c')]);
    expect(match.differences).toEqual([{ kind: 'missing', path: 'a' }]);
    expect(match.unsigned).toEqual(['c', 'z']);
    expect(match.jobs).toHaveLength(1);
  });

  it('matching does not take a file of another case or normalisation for the listed one', () => {
    const match = matchFiles(check(statedManifest(['caf\u00e9'])), [modelFile('cafe\u0301'), modelFile('Caf\u00e9')]);
    expect(match.differences).toEqual([{ kind: 'missing', path: 'caf\u00e9' }]);
    expect(match.unsigned).toHaveLength(2);
  });

  it('matching does not count a file that is listed twice as two', () => {
    expect(() => matchFiles(check(statedManifest(['a', 'b'])), [modelFile('a'), modelFile('a')])).toThrow('twice');
  });

  it('matching finds a file that grew by whole shards', () => {
    const checked = check(statedManifest(['w:0:10', 'w:10:20'], shards));
    const [difference] = matchFiles(checked, [modelFile('w', 30)]).differences;
    expect(difference).toEqual({ kind: 'modified', path: 'w', expected: '20 bytes', actual: '30 bytes' });
  });

  it('matching reports empty files separately under shards', () => {
    const match = matchFiles(check(statedManifest(['w:0:5'], shards)), [
      modelFile('w', 5),
      modelFile('__init__.py', 0),
    ]);
    expect(match).toMatchObject({ unsigned: [], unsignedEmpty: ['__init__.py'] });
  });

  it('comparing digests finds those that differ, with the range of a shard', () => {
    const match = matchFiles(check(statedManifest(['w:0:10', 'w:10:20'], shards)), [modelFile('w', 20)]);
    const digests = [digestOf('w:0:10'), digestOf('other')];
    expect(compareDigests(match, digests)).toEqual([
      { kind: 'modified', path: 'w', expected: digestOf('w:10:20'), actual: digestOf('other'), range: [10, 20] },
    ]);
  });

  it('planned resources of any sizes pass the check of a verifier and match the files', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (sizes, shardSize) => {
        const list = sizes.map((size, index) => modelFile(`d/${index}`, size));
        const serialization = { ...shards, shardSize };
        const names = planResources(list, serialization).map((job) => resourceName(plannedResource(job)));
        fc.pre(names.length > 0);
        const checked = check(statedManifest(names, serialization));
        expect(matchFiles(checked, list)).toMatchObject({ differences: [], unsigned: [] });
      }),
    );
  });
});
