import { expect, it } from 'vitest';
import { isSignatureName, pickSignatures } from './find-signature.ts';

it.each([
  [['config.json', 'model.sig', 'skill.oms.sig'], ['model.sig']],
  [['skill.oms.sig', 'other.sig', '.kaggle/signing.json'], ['skill.oms.sig']],
  [
    ['b.oms.sig', 'a.oms.sig'],
    ['a.oms.sig', 'b.oms.sig'],
  ],
  [['other.sig', '.kaggle/signing.json'], ['.kaggle/signing.json']],
  [['weights.sigstore.json', 'config.json'], ['weights.sigstore.json']],
  [['.oms.sig'], ['.oms.sig']],
  [['config.json'], []],
])('of the files %j, a folder has the signatures %j', (names, found) => {
  expect(pickSignatures(names)).toEqual(found);
});

it.each(['model.sig', 'MODEL.SIG', 'a.sigstore', 'a.sigstore.json'])('a file %s is a signature by its name', (name) => {
  expect(isSignatureName(name)).toBe(true);
});

it.each(['model.gguf', 'sig', 'a.sig.txt', 'config.json'])('a file %s is no signature by its name', (name) => {
  expect(isSignatureName(name)).toBe(false);
});
