import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globCovers, globMatches } from './glob.ts';

/** The definition, in exponential time. */
function matchesSlowly(glob: string, text: string): boolean {
  if (glob === '') return text === '';
  const isMany = glob.startsWith('**');
  if (!glob.startsWith('*')) return text !== '' && glob[0] === text[0] && matchesSlowly(glob.slice(1), text.slice(1));
  const rest = glob.slice(isMany ? 2 : 1);
  const goesOn = text !== '' && (isMany || text[0] !== '/') && matchesSlowly(glob, text.slice(1));
  return goesOn || matchesSlowly(rest, text);
}

const piece = fc.constantFrom('a', 'b', '/', 'ab', '*', '**', '*', '/**');
const globs = fc
  .array(piece, { maxLength: 7 })
  .map((pieces) => pieces.join(''))
  .filter((glob) => !glob.includes('***'));
const texts = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((characters) => characters.join(''));

describe('patterns', () => {
  it.each([
    ['hf://acme/*', 'hf://acme/m', true],
    ['hf://acme/*', 'hf://acme/a/b', false],
    ['/srv/models/**', '/srv/models/a/b', true],
    ['/srv/models/**', '/srv/models', false],
    ['/srv/models', '/srv/models/a', false],
    ['**', '', true],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'ab/cde', false],
    ['**/x/*', '/a/b/x/y', true],
  ])('whether the pattern %s matches %s is %s', (glob, text, expected) => {
    expect(globMatches(glob, text)).toBe(expected);
  });

  it('a pattern matches what its definition says', () => {
    fc.assert(
      fc.property(globs, texts, (glob, text) => {
        expect(globMatches(glob, text)).toBe(matchesSlowly(glob, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('a pattern that covers another one matches everything that the other one matches', () => {
    let covered = 0;
    fc.assert(
      fc.property(globs, globs, texts, (glob, other, text) => {
        if (!globCovers(glob, other)) return;
        covered++;
        if (globMatches(other, text)) expect(globMatches(glob, text)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(covered).toBeGreaterThan(500);
  });

  it.each([
    ['**', 'hf://acme/*', true],
    ['hf://acme/*', 'hf://acme/m*', true],
    ['hf://acme/*', 'hf://acme/**', false],
    ['/srv/**', '/srv/*/models/**', true],
    ['/srv/*', '/srv/a', true],
    ['/srv/a', '/srv/*', false],
    ['*', '**', false],
  ])('whether the pattern %s covers %s is %s', (glob, other, expected) => {
    expect(globCovers(glob, other)).toBe(expected);
  });

  it('a pattern with many wildcards decides on a long name', () => {
    const glob = '**a*b'.repeat(8);
    expect(globMatches(glob, `${'ab'.repeat(2000)}/`)).toBe(false);
    expect(globMatches(glob, 'ab'.repeat(2000))).toBe(true);
  });
});
