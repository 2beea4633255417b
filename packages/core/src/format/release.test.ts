import { testKey } from '@model-signing/testing/forge';
import { expect, it } from 'vitest';
import { keySigner, keyVerifier } from '../methods/key.ts';
import type { ModelFile } from '../model.ts';
import { openSignature } from '../open.ts';
import { signModel } from '../sign.ts';
import { release } from './release.ts';

const LONG = 2 * 1024 * 1024;

it('long bytes that are released are empty', () => {
  const bytes = new Uint8Array(LONG);
  release(bytes);
  expect(bytes.length).toBe(0);
});

it('bytes that share their memory with others are not released', () => {
  const bytes = new Uint8Array(LONG);
  release(bytes.subarray(1));
  expect(bytes.length).toBe(LONG);
  const shared = new Uint8Array(new SharedArrayBuffer(LONG));
  release(shared);
  expect(shared.length).toBe(LONG);
});

it('a long bundle that was opened is still there, and opens again', async () => {
  const files = Array.from(
    { length: 10_000 },
    (_, index): ModelFile => ({
      name: `weights-${String(index).padStart(5, '0')}.bin`,
      size: 0,
      content: { async *read() {} },
    }),
  );
  const listing = { singleFile: false, files, excluded: [], unusable: [], externalLinks: [], signatureName: null };
  const model = { name: 'model', list: async () => ({ ...listing, confirm: async () => {} }) };
  const engine = { hash: async (jobs: readonly unknown[]) => jobs.map(() => '0'.repeat(64)) };
  const key = testKey();
  const { bundle } = await signModel(model, keySigner(key), { engine });
  expect(bundle.length).toBeGreaterThan(LONG * 0.75);
  for (const _ of ['first', 'second']) {
    const { manifest } = await openSignature(bundle, keyVerifier(key));
    expect(manifest.resources).toHaveLength(files.length);
  }
});
