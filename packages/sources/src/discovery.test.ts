import { expect, it } from 'vitest';
import { findSignature, rankSignatureNames, withoutSignature } from './discovery.ts';
import type { SourceModel, StoredSignature } from './source-model.ts';

const COMMIT = 'c'.repeat(40);

function modelWith(signatures: readonly StoredSignature[], kind: 'huggingface' | 'oci' = 'huggingface'): SourceModel {
  return {
    name: 'model',
    location: {
      kind,
      reference: 'hf://org/model@main',
      pinned: `hf://org/model@${COMMIT}`,
      revision: COMMIT,
      isPinned: false,
    },
    findSignatures: async () => signatures,
    readSignature: async () => new Uint8Array(),
    list: async () => ({
      singleFile: false,
      files: ['a.bin', 'model.sig'].map((name) => ({ name, size: 0, content: { path: name } })),
      excluded: ['.gitattributes'],
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  };
}

const found = (...names: string[]) => findSignature(modelWith(rankSignatureNames(names)));

it('signatures rank by their names: model.sig, *.oms.sig at the top, .kaggle/signing.json', () => {
  const names = [
    '.kaggle/signing.json',
    'b.oms.sig',
    'a.bin',
    'model.sig',
    'a.oms.sig',
    'sub/c.oms.sig',
    '.oms.sig',
    'sub/model.sig',
  ];
  const ranked = rankSignatureNames(names).map(({ name, rank }) => [name, rank]);
  expect(ranked).toEqual([
    ['model.sig', 0],
    ['a.oms.sig', 1],
    ['b.oms.sig', 1],
    ['.kaggle/signing.json', 2],
  ]);
  expect(rankSignatureNames(['model.sig'], 5)).toEqual([
    { name: 'model.sig', rank: 5, why: 'its name is "model.sig"' },
  ]);
});

it('the only signature of the best rank is used', async () => {
  expect((await found('skill.oms.sig', '.kaggle/signing.json')).name).toBe('skill.oms.sig');
  expect((await found('b.oms.sig', 'a.oms.sig', 'model.sig')).name).toBe('model.sig');
  expect((await found('x', '.kaggle/signing.json')).name).toBe('.kaggle/signing.json');
});

it('several signatures of the best rank are refused with all of their names', async () => {
  await expect(found('b.oms.sig', 'a.oms.sig', '.kaggle/signing.json')).rejects.toMatchObject({
    code: 'source/signature-ambiguous',
    message: `there are 2 signatures in hf://org/model@${COMMIT}: "a.oms.sig", "b.oms.sig"`,
    choices: ['a.oms.sig', 'b.oms.sig'],
  });
});

it('a message about many signatures names the first ones, and the error carries all', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(97 + index)}.oms.sig`);
  const error = await found(...names).catch((thrown) => thrown);
  expect(error.choices).toEqual(names);
  expect(error.message).toMatch(/"h\.oms\.sig" and 12 more$/);
});

it('a model without a signature is refused with the places that were looked at', async () => {
  await expect(found('model.sig.bak', 'sub/model.sig')).rejects.toMatchObject({
    code: 'source/signature-absent',
    message: `there is no signature in hf://org/model@${COMMIT}: looked for model.sig, *.oms.sig, .kaggle/signing.json`,
  });
  await expect(findSignature(modelWith([], 'oci'))).rejects.toThrow(
    'looked for signatures attached to it, and layers called model.sig',
  );
});

it('a model without the file of its signature lists that file as left out', async () => {
  const options = { followSymlinks: false, excludes: () => false, sizes: false };
  const listing = await withoutSignature(modelWith([]), 'model.sig').list(options);
  expect(listing.files.map(({ name }) => name)).toEqual(['a.bin']);
  expect(listing).toMatchObject({ excluded: ['.gitattributes', 'model.sig'], signatureName: 'model.sig' });
});

it('a signature that is no file of the model leaves the model as it is', async () => {
  const options = { followSymlinks: false, excludes: () => false, sizes: false };
  const listing = await withoutSignature(modelWith([]), `sha256:${'0'.repeat(64)}`).list(options);
  expect(listing.files).toHaveLength(2);
  expect(listing).toMatchObject({ excluded: ['.gitattributes'], signatureName: null });
});
