import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPluginKey } from './plugin-key.ts';
import { refusal } from './testing/open-plugin.ts';

describe('the program of a plugin', () => {
  const opening = (PATH: string | undefined) => openPluginKey('test://key', { environment: { PATH } });
  const missing = async (PATH: string | undefined) =>
    (await refusal('key/module-missing', () => opening(PATH))).message;

  it.each<[string, string | undefined]>([
    ['that is empty', ''],
    ['that is not set', undefined],
    ['of one empty entry', ':'],
    ['of the working directory', '.'],
    ['of a folder in the working directory', 'bin:./bin'],
    ['of a folder beside the working directory', '../bin'],
  ])('the program of a plugin is not searched in the working directory with a PATH %s', async (_, PATH) => {
    const directory = temporaryDirectory();
    const there = process.cwd();
    onTestFinished(() => process.chdir(there));
    for (const folder of ['work', 'work/bin', 'bin']) {
      writePlugin('test', signingPlugin(testKey()), path.join(directory, folder));
    }
    process.chdir(path.join(directory, 'work'));
    expect(await missing(PATH)).toContain('test:// keys need the plugin sigstore-kms-test');
  });

  it('the program of a plugin is found after relative entries of PATH, of which a message says that they are not searched', async () => {
    const directory = writePlugin('test', signingPlugin(testKey()));
    await opening(`.::${temporaryDirectory()}:${directory}`);
    expect(await missing('.')).toContain('by an absolute path; others are not searched');
  });

  it('the program of a plugin is the first one in PATH that may be executed', async () => {
    const [first, second] = [temporaryDirectory(), temporaryDirectory()];
    writeFileSync(path.join(first, 'sigstore-kms-test'), 'not a program', { mode: 0o644 });
    mkdirSync(path.join(second, 'sigstore-kms-test'));
    expect(await missing(`${first}:${second}`)).toContain(`${first}/sigstore-kms-test may not be executed`);
    const key = testKey();
    const { publicKey } = await opening(`${first}:${second}:${writePlugin('test', signingPlugin(key))}`);
    expect(publicKey).toBe(key.publicKey);
  });

  it('the program of a plugin is refused if its interpreter is missing', async () => {
    const directory = temporaryDirectory();
    writeFileSync(path.join(directory, 'sigstore-kms-test'), '#!/no/such/interpreter\n', { mode: 0o755 });
    expect(await missing(directory)).toContain('cannot be run (ENOENT)');
  });

  it('the program of a plugin is not searched for a reference that is not that of a plugin', async () => {
    await refusal('key/reference-invalid', () => openPluginKey('pkcs11:token=a', { environment: {} }));
    await refusal('key/reference-invalid', () => openPluginKey('key.pem', { environment: {} }));
  });

  it('the program of a plugin may have the name of a service that is reached without one elsewhere', async () => {
    const key = testKey('P-256');
    const PATH = writePlugin('hashivault', signingPlugin(key));
    await using opened = await openPluginKey('hashivault://key', { environment: { PATH }, timeout: 240_000 });
    expect(opened.publicKey).toBe(key.publicKey);
  });
});
