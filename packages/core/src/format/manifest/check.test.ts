import { describe, expect, it } from 'vitest';
import { files, modelFile, shards, statedManifest } from '../../testing/manifests.ts';
import { refusal } from '../../testing/refusal.ts';
import { Warnings } from '../errors.ts';
import { v1_0 } from '../versions/v1.0.ts';
import { checkManifest } from './check.ts';
import { matchFiles } from './compare.ts';
import type { StatedManifest } from './manifest.ts';

const check = (manifest: StatedManifest, warnings = new Warnings()) => checkManifest(manifest, v1_0, warnings);

describe('a manifest', () => {
  it('a manifest in code-point order passes without a warning', () => {
    const warnings = new Warnings();
    check(statedManifest(['a-b', 'a/b', '\uff5e', '\u{1f600}']), warnings);
    expect(warnings.list).toEqual([]);
  });

  it('a manifest in another order passes with a warning, and is refused in strict mode', async () => {
    const manifest = statedManifest(['tokenizer/vocab.json', 'tokenizer.json']);
    const warnings = new Warnings();
    check(manifest, warnings);
    expect(warnings.list).toMatchObject([{ code: 'manifest/unsorted' }]);
    expect(warnings.list[0]?.message).toContain('tokenizer.json');
    await refusal('manifest/unsorted', () => check(manifest, new Warnings(true)));
  });

  it('a manifest with another root digest is refused', async () => {
    const error = await refusal('manifest/root-digest-mismatch', () =>
      check({ ...statedManifest(['a']), rootDigest: '0'.repeat(64) }),
    );
    expect(error.requirement).toBe('OMS-ROOT-3');
  });

  it('a manifest with the same name twice is refused, next to one another or not', async () => {
    await refusal('manifest/name-duplicate', () => check(statedManifest(['a', 'a'])));
    await refusal('manifest/name-duplicate', () => check(statedManifest(['a', 'b', 'a'])));
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', './a', '', '..', 'a\0'])(
    'a manifest with the name %j is refused',
    async (name) => {
      await refusal('manifest/name-invalid', () => check(statedManifest(['a', name])));
      if (name !== '') await refusal('manifest/name-invalid', () => check(statedManifest([`${name}:0:10`], shards)));
    },
  );

  it('the name "." is accepted for the only resource of a manifest and for no other', async () => {
    expect(check(statedManifest(['.'])).files).toMatchObject([{ path: '.' }]);
    await refusal('manifest/name-invalid', () => check(statedManifest(['.', 'a'])));
  });

  it.each(['*', '../x', '/abs', '.', 'a/', 'a//b', ''])(
    'a manifest that records the exclusion %j is refused',
    async (path) => {
      await refusal('manifest/ignore-path-invalid', () =>
        check(statedManifest(['a'], { ...files, ignorePaths: ['.git', path] })),
      );
    },
  );
});

describe('a manifest of shards', () => {
  it('a manifest of shards may have ":" in its paths', () => {
    expect(check(statedManifest(['a:1:2:0:10', 'c::0:5'], shards)).files.map(({ path }) => path)).toEqual([
      'a:1:2',
      'c:',
    ]);
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
  ])('a manifest of shards with the name %j is refused', async (name) => {
    await refusal('manifest/shard-invalid', () => check(statedManifest([name], shards)));
  });

  it.each([
    ['a gap', ['w:0:10', 'w:20:30']],
    ['an overlap', ['w:0:10', 'w:5:15']],
    ['a beginning other than zero', ['w:10:20']],
    ['a range longer than the shard size', ['w:0:11']],
    ['a short range before the last', ['w:0:5', 'w:5:15']],
    ['ranges off the grid', ['w:0:9', 'w:9:19']],
  ])('a manifest of shards with %s is refused', async (_, names) => {
    const error = await refusal('manifest/shard-coverage', () => check(statedManifest(names, shards)));
    expect(error.message).toContain('"w"');
  });

  it('a manifest of eleven shards passes in the order of their names, which is not that of their offsets', () => {
    const names = Array.from({ length: 11 }, (_, i) => `w:${i * 10}:${i * 10 + 10}`).sort();
    expect(names[1]).toBe('w:100:110');
    const warnings = new Warnings();
    const checked = check(statedManifest(names, shards), warnings);
    expect(warnings.list).toEqual([]);
    expect(matchFiles(checked, [modelFile('w', 110)]).differences).toEqual([]);
  });

  it('a manifest of shards has its ranges as numbers', () => {
    const { manifest, files } = check(statedManifest(['w:10:15', 'w:0:10'], shards));
    expect(manifest.resources).toMatchObject([
      { path: 'w', range: [10, 15] },
      { path: 'w', range: [0, 10] },
    ]);
    expect(files).toMatchObject([{ path: 'w', shards: [{ range: [0, 10] }, { range: [10, 15] }] }]);
  });
});
