import { appendFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { attest } from './attest.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';
import { signModel } from './sign.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const signer = keySigner(key);
const verifier = keyVerifier(key);
const draft = { draft: '1.1' } as const;

/** A signed model with room for attestation files, its signature inside, and the line of an attestation. */
async function signedModel(files: Readonly<Record<string, string>> = { 'config.json': '{}' }) {
  const root = modelDirectory(files);
  const signaturePath = path.join(root, 'model.sig');
  const model = localModel(root, { signaturePath });
  const { bundle, manifest } = await signModel(model, signer, { ...draft, excludeAttestations: true });
  writeFileSync(signaturePath, bundle);
  const opened = await openSignature(bundle, verifier, draft);
  const claim = { predicateType: 'https://example.com/tests/v1', predicate: { passed: 1 } };
  const made = await attest(opened, claim, signer);
  const line = `${Buffer.from(made.bundle).toString()}\n`;
  const verify = (options = {}) => verifyModel(model, bundle, verifier, { ...draft, ...options });
  return { root, manifest, bundle, line, verify, at: (name: string) => path.join(root, name) };
}

describe('attestation files in a model', () => {
  it('attestations are appended in a signed model without breaking its signature, and are reported', async () => {
    const { at, line, verify } = await signedModel();
    for (const count of [1, 2, 3]) {
      appendFileSync(at('claims.jsonl'), line);
      expect((await verify()).ignored, `${count} lines`).toEqual(['claims.jsonl', 'model.sig']);
    }
    expect((await verify()).serialization.excludeAttestations).toBe(true);
  });

  it('a signature in the model is recognised by what it holds where another copy is read, and its name is not recorded', async () => {
    const { root, bundle, manifest, at } = await signedModel();
    expect(manifest.serialization.ignorePaths).not.toContain('model.sig');
    const verify = () => verifyModel(localModel(root), bundle, verifier, draft);
    expect((await verify()).ignored).toEqual(['model.sig']);
    writeFileSync(at('model.sig'), 'import os\n');
    await refusal('model/mismatch', verify);
  });

  it('a file that holds anything but bundles is unsigned', async () => {
    const { at, line, verify } = await signedModel();
    for (const text of ['', '{}', 'x', `${line}x`, `x\n${line}`, `[${line}]`, line.slice(0, -3)]) {
      writeFileSync(at('claims.jsonl'), text);
      await refusal('model/mismatch', verify);
    }
  });

  it('a link with the name of an attestation file is refused, whatever it leads to', async () => {
    const { at, line, verify } = await signedModel();
    const elsewhere = path.join(modelDirectory({ claims: line }), 'claims');
    symlinkSync(elsewhere, at('claims.jsonl'));
    await refusal('model/symlink', verify);
    await refusal('model/symlink', () => verify({ allowSymlinks: true }));
  });

  it('a caller who refuses ignored files refuses attestation files, and accepts those that it names', async () => {
    const { at, line, verify } = await signedModel();
    writeFileSync(at('claims.jsonl'), line);
    await refusal('model/ignored-files', () => verify({ strict: true }));
    expect((await verify({ strict: true, ignoredFiles: ['claims.jsonl'] })).verdict).toBe('verified');
  });

  it('a file that takes the place of an attestation file while the model is verified is noticed', async () => {
    const { at, line, verify } = await signedModel();
    writeFileSync(at('claims.jsonl'), line);
    writeFileSync(at('../evil'), 'import os\n');
    const onProgress = () => renameSync(at('../evil'), at('claims.jsonl'));
    let done = false;
    const once = () => {
      if (!done) onProgress();
      done = true;
    };
    await refusal('model/changed', () => verify({ onProgress: once }));
  });

  it('signing leaves out attestation files that are there, and signs what only has their names', async () => {
    const { line } = await signedModel();
    const files = { a: 'a', 'claims.jsonl': line, 'notes.sig': 'text', 'sub/b.intoto.jsonl': line };
    const { manifest, ignored } = await signModel(localModel(modelDirectory(files)), signer, {
      ...draft,
      excludeAttestations: true,
    });
    expect(manifest.resources.map((each) => each.path)).toEqual(['a', 'notes.sig', 'sub/b.intoto.jsonl']);
    expect(ignored).toEqual(['claims.jsonl']);
  });

  it('room for attestation files needs a draft', async () => {
    const model = localModel(modelDirectory({ a: 'a' }));
    await expect(signModel(model, signer, { excludeAttestations: true })).rejects.toThrow(TypeError);
  });

  it('a signed file that becomes a file of bundles is modified, and not left out', async () => {
    const { line } = await signedModel();
    const root = modelDirectory({ a: 'a', 'claims.jsonl': 'text' });
    const { bundle } = await signModel(localModel(root), signer, { ...draft, excludeAttestations: true });
    writeFileSync(path.join(root, 'claims.jsonl'), line);
    const verify = () => verifyModel(localModel(root), bundle, verifier, draft);
    const { differences } = await refusal('model/mismatch', verify);
    expect(differences).toMatchObject([{ kind: 'modified', path: 'claims.jsonl' }]);
  });

  it('a model that is one file of bundles is signed as it is', async () => {
    const { line } = await signedModel();
    const root = modelDirectory({ 'claims.jsonl': line });
    const model = localModel(path.join(root, 'claims.jsonl'));
    const { manifest, bundle } = await signModel(model, signer, { ...draft, excludeAttestations: true });
    expect(manifest.resources).toHaveLength(1);
    expect(manifest.serialization.excludeAttestations).toBeUndefined();
    expect((await verifyModel(model, bundle, verifier, draft)).verdict).toBe('verified');
  });

  it('attestation files count together: one with which they would have more than 10,000 bundles is unsigned', async () => {
    const { at, line, verify } = await signedModel();
    writeFileSync(at('a.intoto.jsonl'), line.repeat(9_998));
    writeFileSync(at('claims.jsonl'), line);
    expect((await verify()).ignored).toContain('claims.jsonl');
    appendFileSync(at('a.intoto.jsonl'), line);
    expect((await verify()).ignored).toEqual(['a.intoto.jsonl', 'claims.jsonl', 'model.sig']);
    appendFileSync(at('a.intoto.jsonl'), line);
    await refusal('model/mismatch', verify);
    writeFileSync(at('claims.jsonl'), '');
    renameSync(at('a.intoto.jsonl'), at('claims.jsonl'));
    appendFileSync(at('claims.jsonl'), line);
    await refusal('model/mismatch', verify);
  });

  it('a bundle of another payload than a statement is unsigned', async () => {
    const { at, line, verify } = await signedModel();
    const bundle = JSON.parse(line);
    bundle.dsseEnvelope.payloadType = 'text/plain';
    writeFileSync(at('claims.jsonl'), JSON.stringify(bundle));
    await refusal('model/mismatch', verify);
  });
});
