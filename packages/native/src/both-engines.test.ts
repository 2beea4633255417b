import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaultEngine, type HashAlgorithm, type HashJob, type ModelFile } from '@model-signing/core';
import { temporaryDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engines } from './testing/engines.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['sha256', 'blake2b', 'blake3'];

const content = randomBytes(3_000_000);

/** A file that begins as the shared content does. */
function fileOf(folder: string, index: number, size: number): ModelFile {
  const at = path.join(folder, String(index));
  writeFileSync(at, content.subarray(0, size));
  return { name: String(index), size, content: { path: at } };
}

/** What Node's own functions make of the bytes of a job; of BLAKE3, which it lacks, the other engine. */
async function expected(jobs: readonly HashJob[], algorithm: HashAlgorithm): Promise<string[]> {
  if (algorithm === 'blake3') return defaultEngine.hash(jobs, { algorithm, threads: 1 });
  const name = algorithm === 'blake2b' ? 'blake2b512' : algorithm;
  return jobs.map(({ file: { size }, start, end }) =>
    createHash(name)
      .update(content.subarray(start, end ?? size ?? 0))
      .digest('hex'),
  );
}

/** Sizes near those where blocks, chunks and buffers end, and others. */
const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 3, arbitrary: fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: -2, max: 2 })).map(nearPower) },
  { weight: 1, arbitrary: fc.nat(content.length) },
);

function nearPower([exponent, off]: [number, number]): number {
  return Math.max(0, 2 ** (exponent + 5) + off);
}

/** A file, and whether its size is known, and where it is cut; not at all for a whole file. */
const file = fc.record({
  size,
  isListed: fc.boolean(),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
});

function jobsOf(files: readonly { size: number; isListed: boolean; cuts: readonly number[] }[]): HashJob[] {
  const folder = temporaryDirectory();
  return files.flatMap(({ size, isListed, cuts }, index): HashJob[] => {
    const listed = fileOf(folder, index, size);
    const file = isListed ? listed : { ...listed, size: null };
    if (cuts.length === 0) return [{ file: listed, start: 0, end: null }];
    const bounds = [0, ...cuts.map((cut) => Math.floor(cut * size)).sort((a, b) => a - b), size];
    return bounds.slice(1).map((end, i) => ({ file, start: bounds[i] as number, end }));
  });
}

describe.each(engines)('digests by $name', ({ engine, isThere }) => {
  it.runIf(isThere).each(ALGORITHMS)(
    '%s digests of any files and ranges, on any number of threads, are right',
    async (algorithm) => {
      const cases = fc.record({
        files: fc.array(file, { maxLength: 40 }),
        threads: fc.integer({ min: 1, max: 5 }),
        seed: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ files, threads, seed }) => {
          const jobs = shuffled(jobsOf(files), seed);
          const digests = await engine.hash(jobs, { algorithm, threads });
          expect(digests).toEqual(await expected(jobs, algorithm));
        }),
        { numRuns: 30 },
      );
    },
  );

  it
    .runIf(isThere)
    .each(['line\nfeed', 'quote"\'\\', '  ', '🙂 é é', 'x'.repeat(255), '-', 'percent%00', '\u{1}\u{7f}'])(
    'a file is found whatever its name is: %j',
    async (name) => {
      const at = path.join(temporaryDirectory(), name);
      writeFileSync(at, 'abc');
      const job: HashJob = { file: { name, size: 3, content: { path: at } }, start: 0, end: 3 };
      const digest = createHash('sha256').update('abc').digest('hex');
      expect(await engine.hash([job], { algorithm: 'sha256' })).toEqual([digest]);
    },
  );

  it.runIf(isThere)('the digest of no bytes is right, of an empty file and of an empty range', async () => {
    const folder = temporaryDirectory();
    const empty = { file: fileOf(folder, 0, 0), start: 0, end: null };
    const range = { file: fileOf(folder, 1, 9_000), start: 9_000, end: 9_000 };
    const digest = createHash('sha256').digest('hex');
    expect(await engine.hash([empty, range, empty], { algorithm: 'sha256' })).toEqual([digest, digest, digest]);
  });
});

/** In an order that depends on the seed alone. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = (index: number) => createHash('md5').update(`${seed} ${index}`).digest('hex');
  return items
    .map((item, index) => [order(index), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}
