import { makeChain } from '@model-signing/testing/certificates';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

const key = ['verify', 'model', '--public-key', 'key.pub'];
const certificate = ['verify', 'model', '--certificate-chain', 'good.pem'];
const sigstore = ['verify', 'model', '--identity', 'a', '--identity-provider', 'b'];
const signCertificate = ['sign', 'model', '--private-key', 'leaf.key'];

test.each<[what: string, args: readonly string[]]>([
  ['one of two public keys', [...key, '--public-key', 'bad']],
  ['one of two files of trusted certificates', [...certificate, '--certificate-chain', 'bad']],
  ['a file of trusted certificates', ['verify', 'model', '--certificate-chain', 'bad']],
  [
    'one of two files of timestamp authorities',
    [...certificate, '--timestamp-roots', 'good.pem', '--timestamp-roots', 'bad'],
  ],
  ['a trust root', [...sigstore, '--trusted-root', 'bad']],
  ['a trust configuration', [...sigstore, '--trust-config', 'bad']],
  ['a private key', ['sign', 'model', '--private-key', 'bad']],
  ['a signing certificate', [...signCertificate, '--signing-certificate', 'bad']],
  ['a certificate chain', [...signCertificate, '--signing-certificate', 'good.pem', '--certificate-chain', 'bad']],
])('%s that cannot be used is named by its path', async (_, args) => {
  const box = new Sandbox();
  await box.sign();
  const { leaf } = makeChain();
  box.write('good.pem', leaf.pem);
  box.write('leaf.key', leaf.privateKeyPem);
  box.write('bad', 'junk\n');
  const more = args[0] === 'sign' ? ['--signature', 'new.sig'] : [];
  const { code, result } = await box.json([...args, ...more]);
  expect({ code, message: result.error.message }).toEqual({ code: 3, message: expect.stringMatching(/^"bad": /) });
});

test('a signature in place of a model and an empty ignore path are named in plain words', async () => {
  const box = new Sandbox();
  await box.sign();
  const taken = await box.json(['verify', 'model.sig', '--public-key', 'key.pub']);
  expect(taken.result.error.message).toContain('"model.sig" is taken for the model');
  const empty = await box.json(['digest', 'model', '--ignore-paths', '']);
  expect(empty).toMatchObject({ code: 2, result: { error: { message: 'the ignore path is empty' } } });
  expect(empty.stderr).not.toContain('did you mean');
});

test('the hint for another key names the signature that the command found', async () => {
  const box = new Sandbox();
  box.writeKeys('other');
  await box.sign('--signature', 'model/model.sig');
  const { result } = await box.json(['verify', 'model', '--public-key', 'other.pub']);
  expect(result.error.hints.join()).toContain('model-signing inspect model/model.sig');
});

test('inspect tells names apart that look the same', async () => {
  const box = new Sandbox();
  box.write('model/caf\u00e9', '1');
  box.write('model/cafe\u0301', '2');
  await box.sign();
  const { stdout } = await box.run(['inspect', 'model.sig', '--all']);
  expect(stdout).toContain('caf\\u{e9}');
  expect(stdout).toContain('cafe\\u{301}');
});
