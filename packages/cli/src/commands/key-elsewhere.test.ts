import path from 'node:path';
import { makeChain } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import { answering, signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { startTransit } from '@model-signing/testing/transit';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';

type Curve = Parameters<typeof testKey>[0];

/** A sandbox with a plugin `test` for a key, whose public half is in `held.pub`. */
function withPlugin(curve: Curve = 'P-256', script?: string) {
  const box = new Sandbox();
  const key = testKey(curve);
  box.write('held.pub', key.publicKey);
  const folder = writePlugin('test', script ?? signingPlugin(key), box.path('plugins'));
  return { box, key, env: { PATH: `${folder}${path.delimiter}${process.env.PATH}` } };
}

/** A public key that the format does not know. */
const ED25519 =
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n';

const sign = ['sign', 'key', 'model', '--key', 'test://a/key'];
const verify = ['verify', 'key', 'model', '--signature', 'model.sig'];

describe('a key that a plugin reaches', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('a model is signed and verified with a key on %s', async (curve) => {
    const { box, env } = withPlugin(curve);
    const signed = await box.json(sign, { env });
    expect(signed, signed.stderr).toMatchObject({ code: 0, result: { signer: { method: 'key', curve } } });
    expect(signed.stderr).toContain('signing with');
    for (const trusted of [
      ['--public-key', 'held.pub'],
      ['--key', 'held.pub'],
      ['--key', 'test://a/key'],
    ]) {
      const verified = await box.json([...verify, ...trusted], { env });
      expect(verified, trusted.join(' ')).toMatchObject({ code: 0, result: { verdict: 'verified' } });
    }
    const other = await box.json([...verify, '--key', 'key.pub'], { env });
    expect(other).toMatchObject({ code: 1, result: { error: { code: 'signer/key-mismatch' } } });
    const any = await box.json([...verify, '--key', 'key.pub', '--key', 'test://a/key'], { env });
    expect(any.code).toBe(0);
  });

  it('the method is chosen by --key, as by --private-key', async () => {
    const { box, env } = withPlugin();
    expect((await box.run(['sign', 'model', '--key', 'test://a/key'], { env })).code).toBe(0);
    const { code, result } = await box.json(['verify', 'model', '--key', 'test://a/key'], { env });
    expect({ code, result }).toMatchObject({ code: 0, result: { signer: { method: 'key' } } });
  });

  it('--key overrides the key in the environment', async () => {
    const { box, env } = withPlugin();
    const both = { ...env, MODEL_SIGNING_PRIVATE_KEY: 'key.pem', MODEL_SIGNING_PUBLIC_KEY: 'key.pub' };
    expect((await box.run(sign, { env: both })).code).toBe(0);
    expect((await box.run([...verify, '--key', 'test://a/key'], { env: both })).code).toBe(0);
  });

  it('its public key is printed', async () => {
    const { box, env, key } = withPlugin('P-384');
    const { code, stdout, stderr } = await box.run(['key', 'public', 'test://a/key'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: key.publicKey });
    expect(stderr).toContain('curve P-384');
  });

  it('a certificate signs with it', async () => {
    const { leaf, root, intermediates } = makeChain();
    const publicKey = new Sandbox();
    publicKey.write('leaf.key', leaf.privateKeyPem);
    const pem = (await publicKey.json(['key', 'public', 'leaf.key'])).result as unknown as { publicKey: string };
    const key = { curve: 'P-256', privateKey: leaf.privateKeyPem, publicKey: pem.publicKey } as const;
    const { box, env } = withPlugin('P-256', signingPlugin({ ...testKey('P-256'), ...key }));
    box.write('leaf.pem', leaf.pem);
    box.write('ca.pem', intermediates.map((each) => each.pem).join(''));
    box.write('root.pem', root.pem);
    const certificate = ['--signing-certificate', 'leaf.pem', '--certificate-chain', 'ca.pem'];
    const signed = await box.json(['sign', 'model', '--key', 'test://a/key', ...certificate], { env });
    expect(signed, signed.stderr).toMatchObject({ code: 0, result: { signer: { method: 'certificate' } } });
    const verified = await box.json(['verify', 'certificate', 'model', '--certificate-chain', 'root.pem']);
    expect(verified.code, verified.stderr).toBe(0);
    const without = await box.json(['sign', 'certificate', 'model', '--key', 'test://a/key'], { env });
    expect(without).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(without.result.error.message).toContain("'--signing-certificate <file>' is required");
  });

  const other = testKey('P-256');
  const wrapped = (pem: string) => ({ publicKey: { publicKeyPEM: Buffer.from(pem).toString('base64') } });

  it.each([
    ['says that it fails', answering({ errorMessage: 'no such key' }), 'key/refused'],
    ['responds with something else', 'process.stdout.write("hello")', 'key/response-invalid'],
    ['responds with too much', 'process.stdout.write("x".repeat(200_000))', 'key/response-invalid'],
    ['has a key on another curve', answering(wrapped(ED25519)), 'key/unsupported'],
    [
      'signs with another key',
      `if (process.argv[3].includes('"publicKey"')) { ${answering(wrapped(other.publicKey))} }
       else { ${signingPlugin(testKey('P-256'))} }`,
      'signer/key-answer-invalid',
    ],
  ])('nothing is written if the plugin %s', async (_, script, code) => {
    const { box, env } = withPlugin('P-256', script);
    const answer = await box.json(sign, { env });
    expect(answer).toMatchObject({
      code: 3,
      result: { error: { code, stage: code.split('/')[0] === 'signer' ? 'signer' : null } },
    });
    expect(box.list()).not.toContain('model.sig');
  });

  it('a plugin gets the environment without the secrets of this command', async () => {
    const { box, env } = withPlugin(
      'P-256',
      `process.stdout.write(JSON.stringify({ errorMessage: JSON.stringify(process.env) }));`,
    );
    const own = { MODEL_SIGNING_PIN: '1', MODEL_SIGNING_PASSPHRASE: '2', MODEL_SIGNING_PRIVATE_KEY: '3' };
    const { result } = await box.json(['key', 'public', 'test://release'], {
      env: { PATH: env.PATH, ...own, OTHER: 'x' },
    });
    expect(result.error.code).toBe('key/refused');
    expect(result.error.message).toContain('OTHER');
    expect(result.error.message).not.toContain('MODEL_SIGNING_P');
  });

  it('a plugin that is nowhere on PATH, or only in the working directory, is not run', async () => {
    const { box } = withPlugin();
    writePlugin('test', signingPlugin(other), box.dir);
    for (const PATH of ['.', '', '/nonexistent', `plugins${path.delimiter}.`]) {
      const { code, result } = await box.json(sign, { env: { PATH } });
      expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'key/module-missing' } } });
      expect(result.error.message).toContain('sigstore-kms-test');
      expect(result.error.hints.join()).toContain('PATH that are absolute');
    }
  });
});

describe('a key of OpenBao or Vault', () => {
  const SECRET = 's.0123456789abcdefghijklmn';

  it.each(['openbao', 'hashivault'])('a model is signed and verified with a key of %s', async (service) => {
    const box = new Sandbox();
    const key = testKey('P-256');
    const transit = await startTransit({ keys: { release: [key] } });
    const env = { BAO_ADDR: transit.url, BAO_TOKEN: transit.token, HOME: box.dir };
    const reference = `${service}://release`;
    const signed = await box.json(['sign', 'key', 'model', '--key', reference, '--log-level', 'debug'], { env });
    expect(signed.code, signed.stderr).toBe(0);
    expect(signed.stdout + signed.stderr).not.toContain(SECRET);
    const verified = await box.json([...verify, '--key', reference], { env });
    expect(verified).toMatchObject({ code: 0, result: { verdict: 'verified' } });
    expect((await box.json(['key', 'public', reference], { env })).result).toMatchObject({ publicKey: key.publicKey });
  });

  it('a token that is not accepted, and a server that is not there, are told apart', async () => {
    const box = new Sandbox();
    const transit = await startTransit({ keys: { release: [testKey('P-256')] } });
    transit.revoke();
    const args = ['sign', 'key', 'model', '--key', 'openbao://release', '--log-level', 'debug'];
    const revoked = await box.json(args, { env: { ...transit.environment, HOME: box.dir } });
    expect(revoked).toMatchObject({ code: 3, result: { error: { code: 'key/unauthorized' } } });
    expect(revoked.result.error.hints.join()).toContain('BAO_TOKEN or VAULT_TOKEN');
    expect(revoked.stdout + revoked.stderr).not.toContain(SECRET);
    const nowhere = await box.json(args, { env: { BAO_ADDR: 'http://127.0.0.1:1', BAO_TOKEN: 'x', HOME: box.dir } });
    expect(nowhere).toMatchObject({ code: 3, result: { error: { code: 'key/unreachable' } } });
    const missing = await box.json(args, { env: { BAO_ADDR: transit.url, HOME: box.dir } });
    expect(missing).toMatchObject({ code: 3, result: { error: { code: 'key/unauthorized' } } });
    expect(box.list()).not.toContain('model.sig');
  });
});

describe('the flags for keys', () => {
  it.each([
    [['sign', 'key', 'model', '--key', 'key.pem', '--private-key', 'key.pem'], 'cannot be used with'],
    [['verify', 'key', 'model', '--key', 'key.pub', '--public-key', 'key.pub'], 'cannot be used with'],
    [['sign', 'key', 'model'], "'--private-key <file>' is required"],
    [
      ['sign', 'key', 'model', '--key', 'test://a', '--passphrase-file', 'key.pub'],
      'a passphrase is for a key in a file',
    ],
    [['sign', 'key', 'model', '--key', 'key.pem', '--pin-file', 'key.pub'], '--pin-file is for a key in a token'],
    [['sign', 'key', 'model', '--key', 'test://a', '--pin-file', 'key.pub'], '--pin-file is for a key in a token'],
    [
      ['verify', 'key', 'model', '--public-key', 'key.pub', '--pin-file', 'key.pub'],
      '--pin-file is for a key in a token',
    ],
    [['key', 'public', 'test://a', '--passphrase-file', 'key.pub'], '--passphrase-file is for a key in a file'],
    [['key', 'public', 'key.pem', '--pin-file', 'key.pub'], '--pin-file is for a key in a token'],
    [['sign', 'key', 'model', '--key', 'openbao:release'], 'does not name a key elsewhere either'],
    [['verify', 'key', 'model', '--key', 'awskms:/alias/release'], 'does not name a key elsewhere either'],
    [['sign', 'pkcs11-key', 'model', '--pkcs11-uri', 'key.pem'], 'begins with pkcs11:'],
    [['sign', 'pkcs11-certificate', 'model', '--pkcs11-uri', 'openbao://a'], 'begins with pkcs11:'],
    [['sign', 'key', 'model', '--key', '-', '--passphrase-file', '-'], 'standard input can be read only once'],
  ])('%j is a wrong command line', async (args, message) => {
    const box = new Sandbox();
    const { code, result } = await box.json([...args, ...(args[0] === 'verify' ? ['--signature', 'key.pub'] : [])]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(result.error.message).toContain(message);
  });

  it('a key in a file is named by --key too, with its passphrase', async () => {
    const box = new Sandbox();
    box.writeKeys('locked', 'hunter2');
    box.write('pass', 'hunter2');
    const args = ['sign', 'key', 'model', '--key', 'locked.pem', '--passphrase-file', 'pass'];
    expect((await box.run(args)).code).toBe(0);
    expect((await box.run([...verify, '--key', 'locked.pub'])).code).toBe(0);
  });
});
