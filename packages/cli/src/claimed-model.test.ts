import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, type ModelFile, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { claimedModel } from './claimed-model.ts';

/** Signs a model of many files without hashing any. */
async function signatureOf(name: string, files: number): Promise<Buffer> {
  const listed = Array.from(
    { length: files },
    (_, index): ModelFile => ({
      name: `weights-${String(index).padStart(5, '0')}.bin`,
      size: 0,
      content: { async *read() {} },
    }),
  );
  const listing = {
    singleFile: false,
    files: listed,
    excluded: [],
    unusable: [],
    externalLinks: [],
    signatureName: null,
  };
  const model = { name, list: async () => ({ ...listing, confirm: async () => {} }) };
  const engine = { hash: async (jobs: readonly unknown[]) => jobs.map(() => '0'.repeat(64)) };
  return Buffer.from((await signModel(model, keySigner(testKey()), { engine })).bundle);
}

async function claimedIn(bytes: Buffer): Promise<string | null> {
  const file = path.join(modelDirectory({}), 'some.sig');
  writeFileSync(file, bytes);
  return claimedModel(file, BigInt(bytes.length));
}

it.each([
  ['a plain name', 'model'],
  ['quotes and backslashes', 'a "quoted" \\\\ name'],
  ['letters outside ASCII', '\u00e9\u{1f600}'],
  ['more characters than are read at first', 'n'.repeat(60_000)],
])('a model whose name is or has %s is found in a short signature and in a long one', async (_, name) => {
  expect(await claimedIn(await signatureOf(name, 1))).toBe(name);
  const long = await signatureOf(name, 8000);
  expect(long.length).toBeGreaterThan(1024 * 1024);
  expect(await claimedIn(long)).toBe(name);
});

it('the name of a model is found in a long signature that another program wrote with spaces', async () => {
  const spaced = JSON.stringify(JSON.parse((await signatureOf('model', 8000)).toString()), null, 2);
  expect(await claimedIn(Buffer.from(spaced))).toBe('model');
});

it('a long file that is no signature claims no model', async () => {
  expect(await claimedIn(Buffer.alloc(2 * 1024 * 1024, '{"mediaType":'))).toBe(null);
});
