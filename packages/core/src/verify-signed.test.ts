import { rmSync } from 'node:fs';
import path from 'node:path';
import { fixRoot, forge, testKey } from '@model-signing/testing/forge';
import { addFiles, modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import { localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';
import { selectSigned } from './select.ts';
import { signModel } from './sign.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel, verifySigned } from './verify.ts';

const key = testKey();
const verifier = keyVerifier(key);

async function signed() {
  const root = modelDirectory({ 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' });
  const { bundle } = await signModel(localModel(root), keySigner(key), { ignorePaths: ['cache'] });
  return { root, model: localModel(root), bundle, opened: await openSignature(bundle, verifier) };
}

describe('verifySigned', () => {
  it('verifySigned returns what verifyModel returns', async () => {
    const { root, model, bundle, opened } = await signed();
    addFiles(root, { 'cache/x': '' });
    const verification = await verifySigned(opened, model);
    expect(verification).toEqual(await verifyModel(model, bundle, verifier));
    expect(verification).toMatchObject({ verdict: 'verified', ignored: ['cache/'] });
  });

  it('verifySigned refuses a model that differs, with every difference', async () => {
    const { root, model, opened } = await signed();
    addFiles(root, { 'weights/a.bin': 'aaab', 'evil.py': '' });
    rmSync(path.join(root, 'config.json'));
    const { differences } = await refusal('model/mismatch', () => verifySigned(opened, model));
    expect(differences.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual([
      'missing config.json',
      'unsigned evil.py',
      'modified weights/a.bin',
    ]);
  });

  it('verifySigned knows a copy of the signature by its bytes where ignored files are refused', async () => {
    const { root, model, bundle, opened } = await signed();
    addFiles(root, { cache: bundle });
    const refuse = { ignoredFiles: 'refuse' } as const;
    expect(await verifySigned(opened, model, refuse)).toMatchObject({ ignored: ['cache'] });
    addFiles(root, { cache: 'other' });
    await refusal('model/ignored-files', () => verifySigned(opened, model, refuse));
  });

  it('verifySigned refuses in strict mode what opening the signature warned of', async () => {
    const { model, bundle } = await signed();
    const reversed = forge(bundle, key, {
      statement: (statement) => {
        statement.predicate.resources.reverse();
        fixRoot(statement);
      },
    });
    const opened = await openSignature(reversed, verifier);
    expect(await verifySigned(opened, model)).toMatchObject({ warnings: [{ code: 'manifest/unsorted' }] });
    await refusal('manifest/unsorted', () => verifySigned(opened, model, { strict: true }));
  });

  it('verifySigned refuses a signed manifest that openSignature did not return', async () => {
    const { model, opened } = await signed();
    await expect(verifySigned({ ...opened }, model)).rejects.toThrow(TypeError);
  });
});

describe('selectSigned', () => {
  it('selectSigned names the signed files at and below the given names, or all of them', async () => {
    const { opened } = await signed();
    expect([...selectSigned(opened, ['weights', 'config.json'])]).toEqual([
      'config.json',
      'weights/a.bin',
      'weights/b.bin',
    ]);
    expect([...selectSigned(opened, ['weights/b.bin'])]).toEqual(['weights/b.bin']);
    expect(selectSigned(opened, null).size).toBe(3);
  });

  it('selectSigned refuses a name that is not signed, no names, and a manifest that was not opened', async () => {
    const { opened } = await signed();
    refusal('model/not-signed', () => selectSigned(opened, ['weights/c.bin']));
    expect(() => selectSigned(opened, [])).toThrow(TypeError);
    expect(() => selectSigned({ ...opened }, null)).toThrow(TypeError);
  });
});
