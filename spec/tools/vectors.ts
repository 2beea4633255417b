import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SPEC_FOLDER, VECTORS } from './layout.ts';
import { isObject } from './schema-documents.ts';
import { readVersions } from './versions.ts';

/** The parts of a test vector that the checks use. */
export interface TestVector {
  readonly id: string;
  readonly kind: string;
  readonly outcome: string;
  /** How strictly the outcome is demanded. */
  readonly level: string;
  readonly requirements: readonly string[];
  /** The requirements that demand the outcome. */
  readonly decidedBy: readonly string[];
  /** The accepted vector that it differs from in one step; null if it has none. */
  readonly control: string | null;
  /** Its path, relative to the package `spec`. */
  readonly path: string;
  /** The text of its `vector.json`, to find line numbers. */
  readonly source: string;
  /** The bytes of its bundle; null if the program makes one. */
  readonly bundle: Buffer | null;
}

/** The folder of the vectors of a version, beside the package; null when it has none. */
export function vectorsFolder(version: string, folder: string = SPEC_FOLDER): string | null {
  const vectors = path.join(folder, VECTORS, version);
  return existsSync(vectors) ? vectors : null;
}

/** The vectors of a version in the order of their names; throws on one that cannot be read. */
export function readVectors(version: string, folder: string = SPEC_FOLDER): TestVector[] {
  const vectors = vectorsFolder(version, folder);
  if (vectors === null) return [];
  return readdirSync(vectors)
    .filter((name) => existsSync(path.join(vectors, name, 'vector.json')))
    .toSorted()
    .map((name) => readVector(path.join(vectors, name), `${VECTORS}/${version}/${name}/vector.json`));
}

/** The vectors of the versions that a version was made from, oldest first: they also test its unchanged requirements. */
export function inheritedVectors(version: string, folder: string = SPEC_FOLDER): TestVector[] {
  const from = readVersions(folder).find((each) => each.version === version)?.from ?? null;
  return from === null ? [] : [...inheritedVectors(from, folder), ...readVectors(from, folder)];
}

function readVector(directory: string, shownPath: string): TestVector {
  const source = readFileSync(path.join(directory, 'vector.json'), 'utf8');
  const vector: unknown = JSON.parse(source);
  const { id, kind, level, requirements, decidedBy, expect, bundle, control } = isObject(vector) ? vector : {};
  if (typeof id !== 'string' || !Array.isArray(requirements) || !isObject(expect)) {
    throw new Error(`${shownPath} has no id, requirements and expect`);
  }
  return {
    id,
    kind: String(kind),
    outcome: String(expect.outcome),
    level: String(level),
    requirements: requirements.map(String),
    decidedBy: Array.isArray(decidedBy) ? decidedBy.map(String) : [],
    control: typeof control === 'string' ? control : null,
    path: shownPath,
    source,
    bundle: isObject(bundle) ? readFileSync(path.join(directory, String(bundle.file))) : null,
  };
}
