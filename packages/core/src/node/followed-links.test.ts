import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nextTimestamp, temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { localModel } from './local-model.ts';

const options = { excludes: () => false, sizes: false, warn() {} };

/** Puts another file in the place of one, and the first one back. */
async function swapAway(at: string): Promise<void> {
  await nextTimestamp();
  renameSync(at, `${at}.kept`);
  writeFileSync(at, 'EVIL');
  renameSync(`${at}.kept`, at);
}

it('a linked file that was away for a while is refused, although it is back', async () => {
  const outside = path.join(temporaryDirectory(), 'target');
  const root = temporaryDirectory();
  writeFileSync(outside, 'good');
  symlinkSync(outside, path.join(root, 'link'));
  const model = localModel(root, { allowExternalSymlinks: true });
  const listing = await model.list({ ...options, followSymlinks: true });
  await expect(listing.confirm()).resolves.toBeUndefined();
  await swapAway(outside);
  const error = await refusal('model/changed', () => listing.confirm());
  expect(error.message).toContain('"link"');
});

it('a blob of a hub that was away for a while, or rewritten, is refused', async () => {
  const repository = temporaryDirectory();
  const root = path.join(repository, 'snapshots/r');
  const blob = path.join(repository, 'blobs/x');
  for (const directory of [path.dirname(blob), root]) mkdirSync(directory, { recursive: true });
  writeFileSync(blob, 'good');
  symlinkSync('../../blobs/x', path.join(root, 'weights'));
  for (const disturb of [swapAway, async (at: string) => nextTimestamp().then(() => writeFileSync(at, 'EVIL'))]) {
    const listing = await localModel(root, { hubCache: true }).list({ ...options, followSymlinks: false });
    await disturb(blob);
    await refusal('model/changed', () => listing.confirm());
  }
});
