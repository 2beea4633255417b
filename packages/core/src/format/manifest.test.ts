import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../model.ts';
import { refusal } from '../testing/refusal.ts';
import { Warnings } from './errors.ts';
import {
  checkManifest,
  compareDigests,
  listsAtOrBelow,
  type Manifest,
  matchFiles,
  planResources,
  rootDigest,
  type Serialization,
} from './manifest.ts';

const files: Serialization = {
  method: 'files',
  hashType: 'sha256',
  shardSize: null,
  allowSymlinks: false,
  ignorePaths: [],
};
const shards: Serialization = { ...files, method: 'shards', shardSize: 10 };
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const modelFile = (name: string, size = 5): ModelFile => ({ name, size, content: { path: name } });

function manifestOf(names: readonly string[], serialization = files): Manifest {
  const resources = names.map((name) => ({ name, digest: digestOf(name) }));
  return { serialization, resources, rootDigest: rootDigest(resources) };
}

const check = (manifest: Manifest, warnings = new Warnings()) => checkManifest(manifest, warnings);

describe('the root digest', () => {
  it('is the SHA-256 of the raw digests in listed order', () => {
    const { resources } = manifestOf(['a', 'b']);
    const raw = Buffer.concat(resources.map(({ digest }) => Buffer.from(digest, 'hex')));
    expect(rootDigest(resources)).toBe(createHash('sha256').update(raw).digest('hex'));
    expect(rootDigest(resources.toReversed())).not.toBe(rootDigest(resources));
  });
});

describe('planned resources', () => {
  const plan = (list: ModelFile[], serialization: Serialization) =>
    planResources(list, serialization).map(({ name }) => name);

  it('are one per file, in code-point order', () => {
    const list = ['b', 'a/x', 'a-b', '\u{1f600}', '\uff5e'].map((name) => modelFile(name));
    expect(plan(list, files)).toEqual(['a-b', 'a/x', 'b', '\uff5e', '\u{1f600}']);
  });

  it('are consecutive ranges under shards, the last one shorter, in the order of their names', () => {
    expect(plan([modelFile('w', 25), modelFile('v', 10)], shards)).toEqual(['v:0:10', 'w:0:10', 'w:10:20', 'w:20:25']);
  });

  it('leave out empty files under shards only', () => {
    expect(plan([modelFile('e', 0), modelFile('f', 1)], shards)).toEqual(['f:0:1']);
    expect(plan([modelFile('e', 0)], files)).toEqual(['e']);
  });

  it('are refused before there are too many of them', async () => {
    const error = await refusal('manifest/too-many-resources', () =>
      plan([modelFile('w', 4e9)], { ...shards, shardSize: 1 }),
    );
    expect(error.requirement).toBe('OMS-LIMIT-3');
  });

  it.each(['../a', 'a//b', '\ud800', 'x'.repeat(5000)])(
    'are refused for the name %j, whoever lists it',
    async (name) => {
      await refusal('manifest/name-invalid', () => plan([modelFile(name)], files));
    },
  );

  it('are refused for a name that is listed twice', async () => {
    await refusal('manifest/name-duplicate', () => plan([modelFile('a'), modelFile('a')], files));
  });

  it('pass the check of a verifier for any sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (sizes, shardSize) => {
        const list = sizes.map((size, index) => modelFile(`d/${index}`, size));
        const serialization = { ...shards, shardSize };
        const names = plan(list, serialization);
        fc.pre(names.length > 0);
        const checked = check(manifestOf(names, serialization));
        expect(matchFiles(checked, list)).toMatchObject({ differences: [], unsigned: [] });
      }),
    );
  });
});

describe('a manifest', () => {
  it('in code-point order passes without a warning', () => {
    const warnings = new Warnings();
    check(manifestOf(['a-b', 'a/b', '\uff5e', '\u{1f600}']), warnings);
    expect(warnings.list).toEqual([]);
  });

  it('in another order passes with a warning, and is refused in strict mode', async () => {
    const manifest = manifestOf(['tokenizer/vocab.json', 'tokenizer.json']);
    const warnings = new Warnings();
    check(manifest, warnings);
    expect(warnings.list).toMatchObject([{ code: 'manifest/unsorted' }]);
    expect(warnings.list[0]?.message).toContain('tokenizer.json');
    await refusal('manifest/unsorted', () => check(manifest, new Warnings(true)));
  });

  it('with another root digest is refused', async () => {
    const error = await refusal('manifest/root-digest-mismatch', () =>
      check({ ...manifestOf(['a']), rootDigest: '0'.repeat(64) }),
    );
    expect(error.requirement).toBe('OMS-ROOT-3');
  });

  it('with the same name twice is refused, next to one another or not', async () => {
    await refusal('manifest/name-duplicate', () => check(manifestOf(['a', 'a'])));
    await refusal('manifest/name-duplicate', () => check(manifestOf(['a', 'b', 'a'])));
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', './a', '', '..', 'a\0'])(
    'with the name %j is refused',
    async (name) => {
      await refusal('manifest/name-invalid', () => check(manifestOf(['a', name])));
      if (name !== '') await refusal('manifest/name-invalid', () => check(manifestOf([`${name}:0:10`], shards)));
    },
  );

  it.each(['a', 'a/b', 'a/b/c', 'cache'])('lists %j or something below', (name) => {
    expect(listsAtOrBelow(check(manifestOf(['a-x', 'a/b/c', 'cache'])), name)).toBe(true);
  });

  it.each(['a/b/c/d', 'cache/x', 'cach', 'a/', 'b', '', 'z'])('lists nothing at or below %j', (name) => {
    expect(listsAtOrBelow(check(manifestOf(['a-x', 'a/b/c', 'cache'])), name)).toBe(false);
  });

  it('lists at or below a name what comparing with each name does', () => {
    const anyName = fc.stringMatching(/^[ab\u{1f600}-](\/[ab-]){0,3}$/u);
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 1, maxLength: 8 }), anyName, (names, probe) => {
        const expected = names.some((name) => `${name}/`.startsWith(`${probe}/`));
        expect(listsAtOrBelow(check(manifestOf(names)), probe)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('with the name "." passes for an only resource and for no other', async () => {
    expect(check(manifestOf(['.'])).files).toMatchObject([{ name: '.' }]);
    await refusal('manifest/name-invalid', () => check(manifestOf(['.', 'a'])));
  });

  it.each(['*', '../x', '/abs', '.', 'a/', 'a//b', ''])('that records the exclusion %j is refused', async (path) => {
    await refusal('manifest/ignore-path-invalid', () =>
      check(manifestOf(['a'], { ...files, ignorePaths: ['.git', path] })),
    );
  });
});

describe('a manifest of shards', () => {
  it('may have ":" in its paths', () => {
    expect(check(manifestOf(['a:1:2:0:10', 'c::0:5'], shards)).files.map(({ name }) => name)).toEqual(['a:1:2', 'c:']);
  });

  it.each([
    'w',
    'w:1',
    ':0:10',
    'w:0:-1',
    'w:+0:10',
    'w:00:10',
    'w:0:010',
    'w:0:1e1',
    'w:0:0',
    'w:5:5',
    'w:10:0',
    'w: 0:10',
    'w:0:',
    'w::10',
    'w:0:99999999999999999999',
    'w:0:0x10',
  ])('with the name %j is refused', async (name) => {
    await refusal('manifest/shard-invalid', () => check(manifestOf([name], shards)));
  });

  it.each([
    ['a gap', ['w:0:10', 'w:20:30']],
    ['an overlap', ['w:0:10', 'w:5:15']],
    ['a beginning other than zero', ['w:10:20']],
    ['a range longer than the shard size', ['w:0:11']],
    ['a short range before the last', ['w:0:5', 'w:5:15']],
    ['ranges off the grid', ['w:0:9', 'w:9:19']],
  ])('with %s is refused', async (_, names) => {
    const error = await refusal('manifest/shard-coverage', () => check(manifestOf(names, shards)));
    expect(error.message).toContain('"w"');
  });

  it('passes with eleven shards in the order of their names, which is not that of their offsets', () => {
    const names = Array.from({ length: 11 }, (_, i) => `w:${i * 10}:${i * 10 + 10}`).sort();
    expect(names[1]).toBe('w:100:110');
    const warnings = new Warnings();
    const checked = check(manifestOf(names, shards), warnings);
    expect(warnings.list).toEqual([]);
    expect(matchFiles(checked, [modelFile('w', 110)]).differences).toEqual([]);
  });
});

describe('comparing with files', () => {
  it('finds missing and unsigned files', () => {
    const match = matchFiles(check(manifestOf(['a', 'b'])), [modelFile('b'), modelFile('z'), modelFile('c')]);
    expect(match.differences).toEqual([{ kind: 'missing', path: 'a' }]);
    expect(match.unsigned).toEqual(['c', 'z']);
    expect(match.checks).toHaveLength(1);
  });

  it('does not take a file of another case or normalisation for the listed one', () => {
    const match = matchFiles(check(manifestOf(['caf\u00e9'])), [modelFile('cafe\u0301'), modelFile('Caf\u00e9')]);
    expect(match.differences).toEqual([{ kind: 'missing', path: 'caf\u00e9' }]);
    expect(match.unsigned).toHaveLength(2);
  });

  it('does not take a file that is listed twice for two', () => {
    expect(() => matchFiles(check(manifestOf(['a', 'b'])), [modelFile('a'), modelFile('a')])).toThrow('twice');
  });

  it('finds a file that grew by whole shards', () => {
    const checked = check(manifestOf(['w:0:10', 'w:10:20'], shards));
    const [difference] = matchFiles(checked, [modelFile('w', 30)]).differences;
    expect(difference).toEqual({ kind: 'modified', path: 'w', expected: '20 bytes', actual: '30 bytes' });
  });

  it('sets empty files apart under shards', () => {
    const match = matchFiles(check(manifestOf(['w:0:5'], shards)), [modelFile('w', 5), modelFile('__init__.py', 0)]);
    expect(match).toMatchObject({ unsigned: [], unsignedEmpty: ['__init__.py'] });
  });

  it('finds other digests, with the range of a shard', () => {
    const { checks } = matchFiles(check(manifestOf(['w:0:10', 'w:10:20'], shards)), [modelFile('w', 20)]);
    const digests = [digestOf('w:0:10'), digestOf('other')];
    expect(compareDigests(checks, digests)).toEqual([
      { kind: 'modified', path: 'w', expected: digestOf('w:10:20'), actual: digestOf('other'), range: [10, 20] },
    ]);
  });
});
