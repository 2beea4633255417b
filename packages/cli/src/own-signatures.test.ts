import { readFileSync, statSync } from 'node:fs';
import { localModel } from '@model-signing/core';
import { expect, test } from 'vitest';
import { ownSignatures } from './own-signatures.ts';
import { Sandbox } from './testing/command.ts';

test('no more bytes of possible signatures are parsed than the limit, however many files there are', async () => {
  const box = new Sandbox();
  await box.sign('--signature', 'model/own.sig');
  const { size } = statSync(box.path('model/own.sig'));
  const found = (limit?: number) => {
    const model = box.path('model');
    return ownSignatures(model, localModel(model), {}, limit);
  };
  expect(await found()).toEqual(['own.sig']);
  expect(await found(size)).toEqual(['own.sig']);
  expect(await found(size - 1)).toEqual([]);
  // One that cannot be parsed costs its bytes too, and what is left is enough for a smaller one.
  box.write('model/broken.sig', readFileSync(box.path('model/own.sig')).subarray(0, -1));
  expect(await found(2 * size - 1)).toEqual(['own.sig']);
  expect(await found(2 * size - 2)).toEqual([]);
});

test.each([
  ['sub/own.SIG', true],
  ['sub/own.model.sigstore', true],
  ['sub/.signature', true],
  ['sub/signature', true],
  ['sub/own.txt', false],
  ['sub/..other', false],
  ['own.txt', true],
  ['..other', true],
])('a signature that was moved to %s in the model: it is found is %s', async (name, isFound) => {
  const box = new Sandbox();
  await box.sign('--signature', 'apart.sig');
  box.write(`model/${name}`, readFileSync(box.path('apart.sig')));
  const model = box.path('model');
  expect(await ownSignatures(model, localModel(model), {})).toEqual(isFound ? [name] : []);
});
