import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveIgnorePaths } from './ignore-paths.ts';
import { Sandbox } from './testing/command.ts';

test.each(['weights.bin', 'tokenizer', 'tokenizer/', './tokenizer/../weights.bin', 'not/there/yet', '..weird'])(
  'the ignore path %s becomes relative to the model, at any depth',
  async (name) => {
    const box = new Sandbox();
    const [resolved] = await resolveIgnorePaths(box.path('model'), [`${box.path('model')}/${name}`]);
    expect(resolved).toBe(name.replace('./tokenizer/../', '').replace(/\/$/, ''));
  },
);

test('an ignore path follows links above an entry, but not the entry itself', async () => {
  const box = new Sandbox();
  symlinkSync(box.path('model'), box.path('alias'));
  symlinkSync('/etc', box.path('model/outside'));
  const given = [box.path('alias/weights.bin'), box.path('alias/outside'), box.path('alias/none/x')];
  expect(await resolveIgnorePaths(box.path('model'), given)).toEqual(['weights.bin', 'outside', 'none/x']);
  expect(await resolveIgnorePaths(box.path('alias'), [box.path('model/weights.bin')])).toEqual(['weights.bin']);
});

test.each([
  ['..', /outside the model/],
  ['../key.pem', /outside the model/],
  ['../model-2', /outside the model/],
  ['.', /the model itself/],
  ['*.bin', /patterns are not supported/],
])('the ignore path %s is refused, and the message names it', async (name, reason) => {
  const box = new Sandbox();
  const given = `${box.path('model')}/${name}`;
  const refusal = resolveIgnorePaths(box.path('model'), [given]);
  await expect(refusal).rejects.toMatchObject({ code: 'command/usage', message: expect.stringMatching(reason) });
  await expect(refusal).rejects.toThrow(JSON.stringify(given));
});

test('any ignore path is refused if the model is a single file', async () => {
  const box = new Sandbox();
  const refusal = resolveIgnorePaths(box.path('model/weights.bin'), [box.path('model/weights.bin')]);
  await expect(refusal).rejects.toMatchObject({ code: 'command/usage' });
});
