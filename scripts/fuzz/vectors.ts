import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Vector } from '../../conformance/suite/src/vectors/vector.ts';

/** The folder with a folder of vectors for each version. */
export const vectorsFolder = path.resolve(import.meta.dirname, '../../conformance/suite/vectors');

/** A vector with its bundle. */
export interface SeedVector {
  readonly vector: Vector;
  readonly bundle: Buffer;
  /** Reads a file that its inputs name. */
  readonly read: (file: string) => Buffer;
}

/** The vectors that verify a bundle of at most `maxBytes`, in the order of their names. */
export function seedVectors(maxBytes: number): SeedVector[] {
  return ['v1.0', 'v1.1'].flatMap((version) =>
    readdirSync(path.join(vectorsFolder, version))
      .sort()
      .flatMap((id) => {
        const file = path.join(vectorsFolder, version, id, 'vector.json');
        const bundleFile = path.join(vectorsFolder, version, id, 'bundle.json');
        if (!existsSync(file) || !existsSync(bundleFile)) return [];
        const vector = JSON.parse(readFileSync(file, 'utf8')) as Vector;
        const bundle = readFileSync(bundleFile);
        if (vector.heavy || vector.kind !== 'verify' || bundle.length > maxBytes) return [];
        const read = (name: string) => {
          const own = path.join(vectorsFolder, version, id, name);
          return readFileSync(existsSync(own) ? own : path.join(vectorsFolder, version, name));
        };
        return [{ vector, bundle, read }];
      }),
  );
}

/** Their bundles. */
export function seedBundles(maxBytes: number): Buffer[] {
  return seedVectors(maxBytes).map(({ bundle }) => bundle);
}
