import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isReasonClass } from './reasons.ts';
import type { Vector } from './vector.ts';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The vectors of the format. */
export const VECTORS_DIRECTORY = path.resolve(here, '../../vectors/v1.0');

/** The vectors of its draft. */
export const DRAFT_VECTORS_DIRECTORY = path.resolve(here, '../../vectors/v1.1');

const SCHEMA_FILE = path.resolve(here, '../../vectors/schema/vector.schema.json');

/** A vector with its location. */
export interface LoadedVector {
  readonly vector: Vector;
  /** Holds `vector.json`, and `bundle.json`, `trusted_root.json` and `policy.json` where the vector names them. */
  readonly directory: string;
  /** The directory of all vectors of its version; files in its inputs are relative to it. */
  readonly root: string;
  /** The signature file to verify, or null if one is made. */
  readonly bundle: Buffer | null;
  /** Those besides it, for a policy. */
  readonly furtherBundles: readonly Buffer[];
}

/**
 * Reads all vectors of a directory, sorted by id.
 * @throws {Error} if one breaks the schema, names something that does not exist, or has a bundle of another digest
 */
export function loadVectors(directory = VECTORS_DIRECTORY): LoadedVector[] {
  const validate = vectorValidator();
  const loaded = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes('_'))
    .map(({ name }) => loadVector(path.join(directory, name), validate))
    .sort((a, b) => (a.vector.id < b.vector.id ? -1 : 1));
  checkReferences(loaded);
  return loaded;
}

/** Reads the vectors of the suite, those of the draft last. */
export function loadAllVectors(): LoadedVector[] {
  const loaded = [...loadVectors(), ...loadVectors(DRAFT_VECTORS_DIRECTORY)];
  if (new Set(loaded.map(({ vector }) => vector.id)).size < loaded.length) throw new Error('two vectors have one id');
  return loaded;
}

/** A function that says whether a value is a vector by the schema, and if not, why in its `errors`. */
function vectorValidator(): ValidateFunction<Vector> {
  return new Ajv2020({ strict: false }).compile<Vector>(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));
}

function loadVector(directory: string, validate: ValidateFunction<Vector>): LoadedVector {
  const vector: unknown = JSON.parse(readFileSync(path.join(directory, 'vector.json'), 'utf8'));
  const name = path.basename(directory);
  if (!validate(vector)) {
    const [error] = validate.errors ?? [];
    throw new Error(`vector ${name} breaks the schema at ${error?.instancePath || '/'}: ${error?.message}`);
  }
  if (vector.id !== name) throw new Error(`vector ${name} calls itself ${vector.id}`);
  for (const reason of [...(vector.expect.reasons ?? []), ...(vector.expect.warnings ?? [])]) {
    if (reason.includes('/') && !isReasonClass(reason)) throw new Error(`vector ${name} names no class: ${reason}`);
  }
  const root = path.dirname(directory);
  const furtherBundles = (vector.furtherBundles ?? []).map((each) => readBundle(directory, each));
  return {
    vector,
    directory,
    root,
    bundle: vector.bundle ? readBundle(directory, vector.bundle) : null,
    furtherBundles,
  };
}

function readBundle(directory: string, { file, sha256 }: { readonly file: string; readonly sha256: string }): Buffer {
  const bundle = readFileSync(path.join(directory, file));
  const digest = createHash('sha256').update(bundle).digest('hex');
  if (digest !== sha256) throw new Error(`vector ${path.basename(directory)}: ${file} has the digest ${digest}`);
  return bundle;
}

function checkReferences(loaded: readonly LoadedVector[]): void {
  const byId = new Map(loaded.map(({ vector }) => [vector.id, vector]));
  for (const { vector } of loaded) {
    for (const id of vector.after ?? []) {
      if (!byId.has(id)) throw new Error(`vector ${vector.id} comes after ${id}, which is not there`);
    }
    if (vector.control === undefined) continue;
    const control = byId.get(vector.control);
    if (control?.expect.outcome !== 'accept') {
      throw new Error(`vector ${vector.id}: its control ${vector.control} is not an accepted vector`);
    }
  }
}
