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

test('a path that lies outside is met with the path in the model that was meant', async () => {
  const box = new Sandbox();
  const { code, stderr } = await box.sign('--ignore-paths', 'config.json');
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean --ignore-paths model/config.json?');
  expect((await box.sign('--ignore-paths', 'nothing.json')).stderr).not.toContain('did you mean');
});

test.each([
  ['config.json,tokenizer', '--ignore-paths model/config.json --ignore-paths model/tokenizer'],
  ['model/config.json,model/tokenizer', '--ignore-paths model/config.json --ignore-paths model/tokenizer'],
  ['model/config.json, model/tokenizer', '--ignore-paths model/config.json --ignore-paths model/tokenizer'],
])('several paths in one value, %j, are refused with the flags that would do', async (list, flags) => {
  const box = new Sandbox();
  const { code, stderr } = await box.sign('--ignore-paths', list);
  expect(code).toBe(2);
  expect(stderr).toContain(flags);
});

test('a comma in the name of a file is no list', async () => {
  const box = new Sandbox();
  box.write('model/a,b', 'x');
  expect(await box.sign('--ignore-paths', 'model/a,b')).toMatchObject({ code: 0, stderr: '' });
});

test.each(['sign', 'digest', 'verify'])(
  '%s warns of an ignore path that names nothing, and --strict refuses it',
  async (verb) => {
    const box = new Sandbox();
    box.write('model/notes.md', '');
    await box.sign();
    const args = {
      sign: ['sign', 'key', 'model', '--private-key', 'key.pem'],
      digest: ['digest', 'model'],
      verify: ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'],
    }[verb] as string[];
    const typo = ['--ignore-paths', 'model/tokeniser'];
    const { code, stderr, result } = await box.json([...args, ...typo]);
    expect(code).toBe(0);
    expect(result.warnings).toEqual([
      {
        code: 'command/ignore-path-absent',
        message: 'the ignore path names nothing in the model: model/tokeniser',
        requirement: null,
      },
    ]);
    expect(stderr).toContain('names nothing in the model: model/tokeniser [command/ignore-path-absent]');
    const refused = await box.json([...args, ...typo, '--strict']);
    expect(refused).toMatchObject({ code: 2, result: { error: { code: 'command/ignore-path-absent' } } });
    const there = await box.json([...args, '--ignore-paths', 'model/notes.md']);
    expect(there.code === 0 ? there.result.warnings : []).toEqual([]);
  },
);
