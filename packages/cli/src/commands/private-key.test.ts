import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const passphrase = 'hunter2 with spaces ';

/** A sandbox whose private key is encrypted. */
function encrypted(): Sandbox {
  const box = new Sandbox();
  box.writeKeys('key', passphrase);
  return box;
}

const textOf = (box: Sandbox, name: string) => readFileSync(box.path(name), 'utf8');

test('sign and verify take keys from the environment, as paths or as text', async () => {
  const box = new Sandbox();
  for (const [privateKey, publicKey] of [
    ['key.pem', 'key.pub'],
    [textOf(box, 'key.pem'), textOf(box, 'key.pub')],
    [textOf(box, 'key.pem').replaceAll('\n', '\\n'), textOf(box, 'key.pub').replaceAll('\n', '\\n')],
  ] as const) {
    const env = { MODEL_SIGNING_PRIVATE_KEY: privateKey, MODEL_SIGNING_PUBLIC_KEY: publicKey };
    expect((await box.run(['sign', 'key', 'model'], { env })).code).toBe(0);
    expect((await box.run(['verify', 'key', 'model', '--signature', 'model.sig'], { env })).code).toBe(0);
  }
});

test('a flag for a key or a passphrase overrides the environment', async () => {
  const box = encrypted();
  box.write('pass', passphrase);
  const env = {
    MODEL_SIGNING_PRIVATE_KEY: 'none',
    MODEL_SIGNING_PUBLIC_KEY: 'none',
    MODEL_SIGNING_PASSPHRASE: 'wrong',
  };
  const sign = ['sign', 'key', 'model', '--private-key', 'key.pem', '--passphrase-file', 'pass'];
  expect((await box.run(sign, { env })).code).toBe(0);
  const verify = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];
  expect((await box.run(verify, { env })).code).toBe(0);
});

test('the passphrase of an encrypted key comes from the environment, and is ignored for a key without one', async () => {
  const env = { MODEL_SIGNING_PASSPHRASE: passphrase };
  expect((await encrypted().run(['sign', 'key', 'model', '--private-key', 'key.pem'], { env })).code).toBe(0);
  expect((await new Sandbox().run(['sign', 'key', 'model', '--private-key', 'key.pem'], { env })).code).toBe(0);
});

test('a key in the environment selects the method that uses it', async () => {
  const box = new Sandbox();
  const env = { MODEL_SIGNING_PRIVATE_KEY: 'key.pem', MODEL_SIGNING_PUBLIC_KEY: 'key.pub' };
  expect((await box.run(['sign', 'model'], { env })).code).toBe(0);
  expect((await box.json(['verify', 'model'], { env })).result).toMatchObject({ ok: true, signer: { method: 'key' } });
});

test('a password on the command line is a warning in the JSON result too, which --strict leaves one', async () => {
  const box = encrypted();
  const args = ['sign', 'key', 'model', '--private-key', 'key.pem', '--password', passphrase, '--strict'];
  const { code, result, stderr } = await box.json(args);
  expect(code).toBe(0);
  expect(result.warnings).toEqual([
    {
      code: 'command/secret-visible',
      message: 'other users of this machine can see --password: --passphrase-file is safer',
      requirement: null,
    },
  ]);
  expect(stderr.match(/warning/g)).toHaveLength(1);
  expect(stderr).toContain('[command/secret-visible]');
});

test('an empty variable counts as unset', async () => {
  const box = encrypted();
  const env = { MODEL_SIGNING_PASSPHRASE: '', MODEL_SIGNING_PRIVATE_KEY: '', MODEL_SIGNING_PUBLIC_KEY: '' };
  const missing = await box.json(['sign', 'key', 'model', '--private-key', 'key.pem'], { env });
  expect(missing.result.error.code).toBe('signer/passphrase-missing');
  for (const args of [
    ['sign', 'key', 'model'],
    ['verify', 'key', 'model', '--signature', 'model.sig'],
  ]) {
    const { code, stderr } = await box.run(args, { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/hint: or set MODEL_SIGNING_(?:PRIVATE|PUBLIC)_KEY/);
  }
});

test('no output repeats a secret from the environment, whatever goes wrong', async () => {
  const box = encrypted();
  const secret = textOf(box, 'key.pem').split('\n')[1] as string;
  const sign = ['sign', 'key', 'model'];
  for (const [args, env] of [
    [sign, { MODEL_SIGNING_PRIVATE_KEY: textOf(box, 'key.pem'), MODEL_SIGNING_PASSPHRASE: `${passphrase}!` }],
    [sign, { MODEL_SIGNING_PRIVATE_KEY: secret }],
    [sign, { MODEL_SIGNING_PRIVATE_KEY: `-----BEGIN PRIVATE KEY-----\n${secret}` }],
    [sign, { MODEL_SIGNING_PRIVATE_KEY: textOf(box, 'key.pem') }],
    [['verify', 'key', 'model', '--signature', 'key.pub'], { MODEL_SIGNING_PUBLIC_KEY: textOf(box, 'key.pem') }],
    [['verify', 'key', 'model', '--signature', 'key.pub'], { MODEL_SIGNING_PUBLIC_KEY: secret }],
    [[...sign, '--private-key', textOf(box, 'key.pem')], {}],
  ] as const) {
    const { code, stdout, stderr } = await box.run([...args, '--json', '--log-level', 'debug'], { env });
    expect(code).toBeGreaterThan(1);
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain('hunter2');
  }
});

test('verify key accepts a signature by any of several keys in any order, and none of others', async () => {
  const box = new Sandbox();
  await box.sign();
  box.writeKeys('other');
  box.writeKeys('third');
  const verify = (...keys: string[]) =>
    box.json([
      ...['verify', 'key', 'model', '--signature', 'model.sig'],
      ...keys.flatMap((key) => ['--public-key', key]),
    ]);
  expect((await verify('key.pub', 'other.pub')).code).toBe(0);
  expect((await verify('other.pub', 'key.pub')).code).toBe(0);
  const { code, result } = await verify('other.pub', 'third.pub');
  expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'signer/key-mismatch' });
  expect((await verify('key.pub', 'none')).result.error.code).toBe('command/not-found');
});
