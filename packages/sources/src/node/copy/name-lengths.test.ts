import { readdirSync } from 'node:fs';
import path from 'node:path';
import { keySigner, openSignature, signModel } from '@model-signing/core';
import { refusalOf } from '@model-signing/testing/refusal';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { SourceError } from '../../source-error.ts';
import { memorySource } from '../../testing/memory-source.ts';
import { key, verifier } from '../../testing/pull-world.ts';
import { pull } from '../pull.ts';

const failed = refusalOf(SourceError);

it.each([
  ['a part of a name', `weights/${'n'.repeat(300)}.bin`],
  ['a part of a name in bytes', `weights/${'é'.repeat(200)}.bin`],
  ['a part above a file', `${'n'.repeat(300)}/a.bin`],
])('%s that is too long for the disk is refused before anything is fetched', async (_, name) => {
  const source = memorySource({ 'config.json': '{}', [name]: 'x' });
  const { bundle } = await signModel(source, keySigner(key));
  const signed = await openSignature(bundle, verifier);
  source.reads.length = 0;
  const parent = temporaryDirectory();
  const error = await failed('source/target-unusable', () =>
    pull(source, signed, { to: path.join(parent, 'x/out'), bundle }),
  );
  expect(error.message).toMatch(/cannot name a file .* \(ENAMETOOLONG\)/);
  expect(source.reads).toEqual([]);
  expect(readdirSync(parent)).toEqual([]);
});
