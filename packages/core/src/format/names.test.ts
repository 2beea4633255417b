import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { canonicalIgnorePath, compareNames, ignorePathProblem, nameProblem, PathSet } from './names.ts';

describe('nameProblem', () => {
  it.each(['a', 'a/b', '.hidden', '..a', 'a..', '...', 'a/.b/..c', 'a b', 'a\\b', 'C:', 'a:1:2', '\n'])(
    'nameProblem accepts %j',
    (name) => expect(nameProblem(name)).toBeNull(),
  );

  it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', './a', '../a', 'a/.', 'a/..', 'a/../b', 'a/./b', 'a\0b'])(
    'nameProblem refuses %j',
    (name) => expect(nameProblem(name)).not.toBeNull(),
  );
});

describe('compareNames', () => {
  it('compareNames puts U+FF5E before U+1F600, unlike the order of JavaScript strings', () => {
    expect(['\u{1f600}', '\uff5e'].sort(compareNames)).toEqual(['\uff5e', '\u{1f600}']);
    expect(['\u{1f600}', '\uff5e'].sort()).toEqual(['\u{1f600}', '\uff5e']);
  });

  it('compareNames compares whole names and not path components', () => {
    expect(['a/b', 'a-b', 'a'].sort(compareNames)).toEqual(['a', 'a-b', 'a/b']);
    expect(['tokenizer/vocab', 'tokenizer.json'].sort(compareNames)).toEqual(['tokenizer.json', 'tokenizer/vocab']);
  });

  it('compareNames compares shard offsets as text', () => {
    expect(['w:2:3', 'w:10:20', 'w:0:10'].sort(compareNames)).toEqual(['w:0:10', 'w:10:20', 'w:2:3']);
  });

  it('compareNames orders names as their UTF-8 bytes are ordered', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        fc.pre(a.isWellFormed() && b.isWellFormed());
        expect(Math.sign(compareNames(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe('a set of paths', () => {
  const paths = new PathSet(['cache', '.git', 'a/b', 'a/b/c', 'a-x']);

  it.each(['.git', '.git/config', 'cache', 'cache/x/y', 'a/b', 'a/b/c', 'a/b/c/d', 'a/b/x'])(
    'a set of paths covers %j',
    (name) => {
      expect(paths.covers(name)).toBe(true);
    },
  );

  it.each(['sub/.git', '.gitignore', 'cache2', 'sub/cache', 'a', 'a/bc', 'a/b-', 'b', ''])(
    'a set of paths does not cover %j',
    (name) => {
      expect(paths.covers(name)).toBe(false);
    },
  );

  it('a set of paths covers what one of its paths covers', () => {
    const name = fc.stringMatching(/^[ab\u{1f600}-](\/[ab-]){0,3}$/u);
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), name, (list, probe) => {
        const set = new PathSet(list);
        expect(set.covers(probe)).toBe(list.some((path) => `${probe}/`.startsWith(`${path}/`)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('ignore paths', () => {
  it.each([
    ['cache', 'cache'],
    ['./cache/', 'cache'],
    ['a//b/./c', 'a/b/c'],
    ['a/../b', 'b'],
  ])('the ignore path %j is brought into canonical form', (path, name) => {
    expect(canonicalIgnorePath(path)).toBe(name);
  });

  it.each(['..', '../a', 'a/../../b', '/abs'])(
    'the ignore path %j is refused: it lies outside the model',
    async (path) => {
      await refusal('model/ignore-path-outside', () => canonicalIgnorePath(path));
    },
  );

  it.each(['', '.', './', 'a/..'])('the ignore path %j is refused: it is the whole model', async (path) => {
    await refusal('manifest/ignore-path-invalid', () => canonicalIgnorePath(path));
  });

  it.each(['*.bin', 'a/?', '[ab]'])('the ignore path %j is refused: it is a pattern', async (path) => {
    expect(ignorePathProblem(path)).toContain('patterns are not supported');
    await refusal('manifest/ignore-path-invalid', () => canonicalIgnorePath(path));
  });
});
