import { createHash } from 'node:crypto';
import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaultEngine, OmsError, type PreparedEngine } from '@model-signing/core';
import { refusalOf } from '@model-signing/testing/refusal';
import { nextTimestamp, temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { copyFile } from './copy-file.ts';
import type { PlannedFile } from './copy-plan.ts';
import { recordedEngine } from './recorded-engine.ts';

const refused = refusalOf(OmsError);

async function copied() {
  const text = Buffer.from('content');
  const digest = createHash('sha256').update(text).digest('hex');
  const source = { name: 'a', size: text.length, content: { read: async function* () { yield text; } } }; // biome-ignore format: short
  const units = [{ start: 0, end: text.length, digest }];
  const file: PlannedFile = { path: 'a', size: text.length, source, units, key: 'a' };
  const place = path.join(temporaryDirectory(), 'a');
  const signal = new AbortController().signal;
  await using engine = (await defaultEngine.prepare?.(1, {})) as PreparedEngine;
  const copy = await copyFile(file, place, { algorithm: 'sha256', engine, signal, onBytes: () => {} });
  const job = { file: { name: 'a', size: text.length, content: { path: place } }, start: 0, end: null };
  const hash = (jobs = [job]) => recordedEngine([copy]).hash(jobs, { algorithm: 'sha256' });
  return { place, digest, job, hash };
}

it('a recorded engine gives the digest that was computed while the file was written', async () => {
  const { digest, hash } = await copied();
  expect(await hash()).toEqual([digest]);
});

it.each<[string, (place: string) => void]>([
  ['changed', (place) => writeFileSync(place, 'CONTENT')],
  ['touched', (place) => utimesSync(place, 1, 1)],
  [
    'replaced by a link',
    (place) => {
      rmSync(place);
      symlinkSync('elsewhere', place);
    },
  ],
  ['removed', (place) => rmSync(place)],
])('a recorded engine refuses a file that was %s since', async (_, change) => {
  const { place, hash } = await copied();
  await nextTimestamp();
  change(place);
  await refused('model/changed', () => hash());
});

it('a recorded engine gives no digest of another file, of another range, or of a file that is not local', async () => {
  const { job, hash } = await copied();
  await expect(hash([{ ...job, file: { ...job.file, name: 'b' } }])).rejects.toThrow('was not copied');
  await expect(hash([{ ...job, end: 3 as never }])).rejects.toThrow('in other ranges');
  const remote = { ...job, file: { ...job.file, content: { read: () => [] } as never } };
  await expect(hash([remote])).rejects.toThrow(TypeError);
});
