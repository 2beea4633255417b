import { OmsError } from '@model-signing/core';
import { refusalOf } from '@model-signing/testing/refusal';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../source-error.ts';
import { checkFileNames } from './file-names.ts';

const failed = refusalOf(SourceError);

describe('names of files that are to be made', () => {
  it.each<[string, string, string]>([
    ['differ in case', 'Model.bin', 'model.bin'],
    ['differ in the case of a directory', 'A/x', 'a/y'],
    ['differ in the form of a letter', 'caf\u00e9', 'cafe\u0301'],
    ['differ in a letter that has two small forms', 'stra\u00dfe', 'STRASSE'],
    ['differ in the Kelvin sign', 'k.bin', '\u212a.bin'],
    ['differ in a character that shows nothing', 'a\u200db', 'ab'],
    ['differ in a dot at the end', 'a.', 'a'],
    ['differ in a space at the end of a directory', 'a /x', 'a/y'],
    ['are a file and a directory', 'a', 'a/b'],
    ['are a file and a directory in another case', 'A', 'a/b'],
  ])('two names that %s are refused', (_, one, other) => {
    for (const names of [
      [one, other],
      [other, one],
    ]) {
      const error = failed('source/names-collide', () => checkFileNames(names, 'linux'));
      expect(error.message).toContain('cannot be kept apart');
    }
  });

  it('a message shows both names with what cannot be seen', () => {
    const { message } = failed('source/names-collide', () => checkFileNames(['x/a\u200db', 'x/ab'], 'linux'));
    expect(message).toContain('"x/a\\u{200d}b" and "x/ab" would be one file');
    const forms = failed('source/names-collide', () => checkFileNames(['caf\u00e9', 'cafe\u0301'], 'linux'));
    expect(forms.message).toContain('"caf\\u{e9}" and "cafe\\u{301}" would be one file');
  });

  it('a name that is listed twice is refused', () => {
    refusalOf(OmsError)('manifest/name-duplicate', () => checkFileNames(['a', 'a'], 'linux'));
  });

  it('names that are different everywhere are accepted', () => {
    const names = ['a/b/c', 'a/b/d', 'a/bc', 'b', '.hidden', '...', 'x..y', 'ä', 'a b', '日本/モデル.bin'];
    expect(() => checkFileNames(names, 'linux')).not.toThrow();
    expect(() => checkFileNames(Array.from({ length: 100_000 }, (_, i) => `d${i % 100}/${i}`))).not.toThrow();
  });

  it.each([
    'a:b',
    'a\\b',
    '..\\x',
    'C:',
    'nul',
    'sub/COM1.txt',
    'aux.bin',
    'a*',
    'a?',
    'q"',
    'a/b.',
    'a /b',
    'x\u0001',
  ])('the name %j is refused on Windows alone', (name) => {
    failed('source/target-unusable', () => checkFileNames([name], 'win32'));
    expect(() => checkFileNames([name], 'linux')).not.toThrow();
  });
});
