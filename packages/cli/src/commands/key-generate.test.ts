import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bin, Sandbox } from '../testing/command.ts';

/** A sandbox without the keys that others have. */
function box(): Sandbox {
  const made = new Sandbox();
  mkdirSync(made.path('keys'));
  return made;
}

describe('key generate', () => {
  it.each(['P-256', 'P-384', 'P-521'])('a key pair on %s is made that signs and verifies', async (curve) => {
    const place = box();
    const made = await place.json(['key', 'generate', 'keys/new.pem', '--curve', curve]);
    expect(made).toMatchObject({
      code: 0,
      stderr: '',
      result: { privateKey: 'keys/new.pem', publicKeyFile: 'keys/new.pub.pem', encrypted: false, curve, warnings: [] },
    });
    const signed = await place.json(['sign', 'key', 'model', '--private-key', 'keys/new.pem']);
    expect(signed.result).toMatchObject({ signer: { hint: (made.result as { hint?: string }).hint, curve } });
    const verified = await place.run(['verify', 'key', 'model', '--public-key', 'keys/new.pub.pem']);
    expect(verified.code, verified.stderr).toBe(0);
  });

  it('without arguments, key.pem and key.pub.pem on P-256 are made in the working directory', async () => {
    const place = box();
    const { code, stdout } = await place.run(['key', 'generate'], { cwd: 'keys' });
    expect(code).toBe(0);
    expect(place.list('keys')).toEqual(['key.pem', 'key.pub.pem']);
    expect(stdout).toContain('curve:     P-256');
    expect(stdout).toContain('not encrypted');
  });

  it.skipIf(process.platform === 'win32')('only the user can read the files, whatever the umask is', async () => {
    const place = box();
    const umask = `data:text/javascript,${encodeURIComponent('process.umask(0)')}`;
    await place.run(['key', 'generate'], { cwd: 'keys', nodeArgs: ['--import', umask] });
    for (const name of ['key.pem', 'key.pub.pem']) {
      expect(statSync(place.path(`keys/${name}`)).mode & 0o777).toBe(0o600);
    }
  });

  it.each([['a file'], ['a variable']])('a passphrase from %s encrypts the private key', async (from) => {
    const place = box();
    place.write('pass', 'a passphrase\n');
    const isFile = from === 'a file';
    const args = ['key', 'generate', 'keys/new.pem', ...(isFile ? ['--passphrase-file', 'pass'] : [])];
    const env: Record<string, string> = isFile ? {} : { MODEL_SIGNING_PASSPHRASE: 'a passphrase' };
    const made = await place.json(args, { env });
    expect(made.result).toMatchObject({ ok: true, encrypted: true });
    expect(made.stdout + made.stderr).not.toContain('a passphrase');
    const pem = readFileSync(place.path('keys/new.pem'), 'utf8');
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    expect(createPrivateKey({ key: pem, passphrase: 'a passphrase' }).asymmetricKeyType).toBe('ec');
    const sign = ['sign', 'key', 'model', '--private-key', 'keys/new.pem'];
    expect((await place.run([...sign, '--passphrase-file', 'pass'])).code).toBe(0);
  });

  it('an empty passphrase is a mistake, and no key is made', async () => {
    const place = box();
    place.write('pass', '\n');
    const { code, result } = await place.json(['key', 'generate', 'keys/new.pem', '--passphrase-file', 'pass']);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(place.list('keys')).toEqual([]);
  });

  it.each(['key.pem', 'key.pub.pem'])(
    'nothing is replaced and nothing is left behind if there is a %s',
    async (name) => {
      const place = box();
      place.write(`keys/${name}`, 'the only copy');
      const { code, result } = await place.json(['key', 'generate'], { cwd: 'keys' });
      expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'command/unwritable' } } });
      expect(result.error.message).toContain(name);
      expect(place.list('keys')).toEqual([name]);
      expect(readFileSync(place.path(`keys/${name}`), 'utf8')).toBe('the only copy');
    },
  );

  it.skipIf(process.platform === 'win32')('a disk that is full leaves no part of a key behind', async () => {
    const place = box();
    // The limit on the size of files stands in for the disk; its signal is ignored, as by a daemon.
    const limited = `ulimit -f 0; trap '' XFSZ; exec "$0" "$@"`;
    const child = spawnSync('bash', ['-c', limited, process.execPath, bin, 'key', 'generate', 'new.pem'], {
      cwd: place.path('keys'),
      encoding: 'utf8',
    });
    expect(child.stderr).toContain('the key cannot be written to "new.pem"');
    expect(child.status).toBe(3);
    expect(place.list('keys')).toEqual([]);
  });

  it.each(['pkcs11:token=release', 'openbao://release', 'awskms:///release'])(
    'no file is called %s, since --key would not find it there',
    async (name) => {
      const place = box();
      const { code, result } = await place.json(['key', 'generate', name], { cwd: 'keys' });
      expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
      expect(place.list('keys')).toEqual([]);
    },
  );

  it.each(['key.pub.pem', 'key.pub'])('no private key is called %s, as a public one is', async (name) => {
    const place = box();
    const { code, result } = await place.json(['key', 'generate', name], { cwd: 'keys' });
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
    expect(place.list('keys')).toEqual([]);
  });

  it('a folder that does not exist is named', async () => {
    const place = box();
    const { code, result } = await place.json(['key', 'generate', 'none/new.pem']);
    expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'command/unwritable' } } });
    expect(result.error.message).toContain('"none/new.pem"');
    expect(existsSync(place.path('none'))).toBe(false);
  });

  it.each(['P-224', 'ed25519'])('the curve %s is not one of the format', async (curve) => {
    const { code, result } = await box().json(['key', 'generate', 'keys/new.pem', '--curve', curve]);
    expect({ code, result }).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a folder that cannot be written is named',
    async () => {
      const place = box();
      chmodSync(place.path('keys'), 0o500);
      const { code, result } = await place.json(['key', 'generate', 'keys/new.pem']);
      expect({ code, result }).toMatchObject({ code: 3, result: { error: { code: 'command/unwritable' } } });
    },
  );
});
