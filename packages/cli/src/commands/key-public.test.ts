import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';

/** What the command should say of a public key in a file, found out by other means. */
function expectedOf(box: Sandbox, file: string) {
  const pem = readFileSync(box.path(file), 'utf8');
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
  return { publicKey: pem, fingerprint: `sha256:${sha256(der)}`, hint: sha256(pem) };
}

describe('key public', () => {
  it.each(['key.pem', 'key.pub'])(
    'the public key of %s is printed, and nothing else on standard output',
    async (name) => {
      const box = new Sandbox();
      const { publicKey, fingerprint, hint } = expectedOf(box, 'key.pub');
      const { code, stdout, stderr } = await box.run(['key', 'public', name]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: publicKey });
      for (const text of ['curve P-256', `fingerprint ${fingerprint}`, hint]) expect(stderr).toContain(text);
    },
  );

  it('the result in JSON has the key, its curve, its fingerprint and its hint', async () => {
    const box = new Sandbox();
    const { code, stderr, result } = await box.json(['key', 'public', 'key.pem']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(result).toMatchObject({ command: 'key-public', key: 'file "key.pem"', curve: 'P-256' });
    expect(result).toMatchObject(expectedOf(box, 'key.pub'));
  });

  it('with --quiet there is the key alone', async () => {
    const box = new Sandbox();
    const { stdout, stderr } = await box.run(['key', 'public', 'key.pem', '--quiet']);
    expect({ stdout, stderr }).toEqual({ stdout: expectedOf(box, 'key.pub').publicKey, stderr: '' });
  });

  it('a key on standard input is read', async () => {
    const box = new Sandbox();
    const input = readFileSync(box.path('key.pem'), 'utf8');
    const { code, stdout } = await box.run(['key', 'public', '-'], { input });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expectedOf(box, 'key.pub').publicKey });
  });

  it('an encrypted private key needs its passphrase', async () => {
    const box = new Sandbox();
    box.writeKeys('locked', 'hunter2');
    box.write('pass', 'hunter2\n');
    const missing = await box.json(['key', 'public', 'locked.pem']);
    expect(missing).toMatchObject({ code: 3, result: { error: { code: 'signer/passphrase-missing' } } });
    const { code, result, stderr } = await box.json(['key', 'public', 'locked.pem', '--passphrase-file', 'pass']);
    expect(code, stderr).toBe(0);
    expect(result).toMatchObject(expectedOf(box, 'locked.pub'));
  });

  it('a key with a compressed point is printed in the form that hints are computed from', async () => {
    const box = new Sandbox();
    const args = ['pkey', '-pubin', '-in', 'key.pub', '-ec_conv_form', 'compressed', '-out', 'short.pub'];
    execFileSync('openssl', args, { cwd: box.dir });
    expect(readFileSync(box.path('short.pub'), 'utf8')).not.toBe(readFileSync(box.path('key.pub'), 'utf8'));
    expect((await box.json(['key', 'public', 'short.pub'])).result).toMatchObject(expectedOf(box, 'key.pub'));
  });

  it('what is no key is refused by its name, and nothing of a private key is repeated', async () => {
    const box = new Sandbox();
    const [, secret = ''] = readFileSync(box.path('key.pem'), 'utf8').split('\n');
    box.write('damaged.pem', `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`);
    for (const [name, exit, code] of [
      ['damaged.pem', 3, 'signer/key-unreadable'],
      ['model/config.json', 3, 'signer/key-unreadable'],
      ['none.pem', 3, 'command/not-found'],
      ['Foo://key', 2, 'key/reference-invalid'],
      ['openbao://', 2, 'key/reference-invalid'],
      [readFileSync(box.path('key.pem'), 'utf8'), 2, 'command/usage'],
    ] as const) {
      const { code: status, result, stdout, stderr } = await box.json(['key', 'public', name]);
      expect({ status, code: result.error.code }, name).toEqual({ status: exit, code });
      expect(stdout + stderr).not.toContain(secret.slice(0, 12));
    }
  });
});
