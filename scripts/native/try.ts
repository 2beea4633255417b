// Loads a compiled engine and hashes a file with it, so that one that does not work is not put to use.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Binding } from '../../packages/native/src/binding.ts';

/** Digests of "abc", as RFC 6234, RFC 7693 and the authors of BLAKE3 give them. */
const ABC = {
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  blake2b:
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
  blake3: '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
} as const;

/** @throws {Error} if the engine cannot be loaded, or computes other digests */
export async function tryEngine(file: string): Promise<void> {
  const binding = createRequire(import.meta.url)(file) as Binding;
  const folder = mkdtempSync(path.join(tmpdir(), 'native-engine-'));
  try {
    const content = path.join(folder, 'abc');
    writeFileSync(content, 'abc');
    for (const [algorithm, expected] of Object.entries(ABC)) {
      const found = await digestOf(binding, algorithm as keyof typeof ABC, content);
      if (found !== expected) throw new Error(`${file} computes ${found} as ${algorithm} of "abc", not ${expected}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function digestOf(binding: Binding, algorithm: keyof typeof ABC, file: string): Promise<string> {
  const paths = new TextEncoder().encode(file);
  const run = binding.start({
    algorithm,
    threads: 2,
    paths,
    pathEnds: Uint32Array.of(paths.length),
    sizes: Float64Array.of(3),
    files: Uint32Array.of(0),
    ranges: Float64Array.of(0, -1),
  });
  const outcome = await run.finished();
  if ('failure' in outcome) throw new Error(`${algorithm} failed: ${JSON.stringify(outcome.failure)}`);
  return Buffer.from(outcome.digests).toString('hex');
}
