import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultEngine, type HashAlgorithm, type HashJob } from '../../../packages/core/src/index.ts';
import { loadBinding, nativeEngine } from '../../../packages/native/src/index.ts';
import type { Random } from '../random.ts';
import { accepted, refused, type Target, type Verdict, WrongVerdict } from '../target.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['sha256', 'blake2b', 'blake3'];

/** The largest file of an input. */
const LARGEST = 2 ** 18;

/** The bytes of an input that say how long a file is, where it is cut, and whether its size is known. */
const PER_FILE = 6;

/** The native engine: files and ranges of any length, in any order, have the digests of Node's own functions. */
export function nativeTarget(): Target {
  const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-native-'));
  const isThere = loadBinding().binding !== null;
  const engine = nativeEngine({ use: 'always' });
  return {
    name: 'native',
    description: 'native engine: digests of random files and ranges, on random threads, are those of Node',
    seeds: () => [0, 1, 2].map((algorithm) => Uint8Array.from([algorithm, 2, 0, 0, 0, 0, 0, 0, 6, 0, 64, 9, 128, 1])),
    generate: (random) => generate(random),
    async check(input): Promise<Verdict> {
      if (!isThere) return refused('there is no native engine');
      const algorithm = ALGORITHMS[(input[0] ?? 0) % ALGORITHMS.length] as HashAlgorithm;
      const jobs = jobsOf(input, folder);
      const threads = 1 + ((input[1] ?? 0) % 5);
      compare(await engine.hash(jobs, { algorithm, threads }), await expected(jobs, algorithm));
      return accepted(`${algorithm} ${threads} ${Math.min(jobs.length, 8)}`);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function generate(random: Random): Uint8Array {
  const files = random.small(12);
  return Uint8Array.from([random.below(256), random.below(256), ...random.bytes(files * PER_FILE)]);
}

/** Files of one content, each cut in two or left whole, in an order that mixes them. */
function jobsOf(input: Uint8Array, folder: string): HashJob[] {
  const jobs: HashJob[] = [];
  for (let at = 2; at + PER_FILE <= input.length; at += PER_FILE) {
    const [exponent = 0, low = 0, high = 0, cut = 0, flags = 0] = input.subarray(at, at + PER_FILE);
    const size = Math.min(LARGEST, ((low + 256 * high) >> (15 - (exponent % 16))) << (exponent % 3));
    const file = fileOf(path.join(folder, String(at)), size);
    const isWhole = flags % 2 === 0;
    const middle = Math.floor((size * cut) / 255);
    if (isWhole) jobs.push({ file, start: 0, end: null });
    else jobs.push({ file, start: 0, end: middle }, { file, start: middle, end: size });
  }
  return jobs.sort((a, b) => a.start - b.start);
}

function fileOf(at: string, size: number): HashJob['file'] {
  writeFileSync(at, content.subarray(0, size));
  return { name: path.basename(at), size, content: { path: at } };
}

/** Bytes that have no period of a power of two. */
const content = Buffer.from(Uint8Array.from({ length: LARGEST }, (_, i) => (i * 7 + (i >> 8) * 13 + (i >> 16)) % 251));

async function expected(jobs: readonly HashJob[], algorithm: HashAlgorithm): Promise<string[]> {
  if (algorithm === 'blake3') return defaultEngine.hash(jobs, { algorithm, threads: 1 });
  const name = algorithm === 'blake2b' ? 'blake2b512' : algorithm;
  return jobs.map(({ file, start, end }) =>
    createHash(name)
      .update(content.subarray(start, end ?? file.size ?? 0))
      .digest('hex'),
  );
}

function compare(found: readonly string[], right: readonly string[]): void {
  const wrong = right.findIndex((digest, job) => found[job] !== digest);
  if (wrong >= 0 || found.length !== right.length)
    throw new WrongVerdict(`the digest of job ${wrong} of ${right.length} is ${found[wrong]}, not ${right[wrong]}`);
}
