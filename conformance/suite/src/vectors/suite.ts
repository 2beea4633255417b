import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CannotRun } from '../errors.ts';
import { DRAFT_VECTORS_DIRECTORY, type LoadedVector, loadAllVectors, loadVectors, VECTORS_DIRECTORY } from './load.ts';
import { isDraft } from './vector.ts';

/** Which vectors judged an implementation, as a report records it. */
export interface SuiteIdentity {
  readonly version: string;
  readonly spec: '1.0';
  readonly vectors: number;
  readonly vectorsDigest: string;
  /** The vectors of the draft; absent if none of them ran. */
  readonly draft?: { readonly spec: '1.1'; readonly vectors: number; readonly vectorsDigest: string };
}

/** The vectors and their places. */
export interface Suite {
  /** The words that replace the directories of vectors in reports. */
  readonly places: Readonly<Record<string, string>>;
  readonly vectors: readonly LoadedVector[];
  readonly byId: ReadonlyMap<string, LoadedVector>;
  readonly about: Omit<SuiteIdentity, 'draft'>;
  /** The vectors of the draft of the format. */
  readonly draft: NonNullable<SuiteIdentity['draft']>;
}

/** The vectors of the suite, which do not change while a process runs. */
let own: Suite | undefined;

/**
 * Loads the vectors of the suite, once in a process, or those of a directory.
 * @throws {CannotRun} if there are none
 */
export function loadSuite(directory?: string): Suite {
  if (directory !== undefined) return readSuite(directory);
  own ??= readSuite();
  return own;
}

function readSuite(directory?: string): Suite {
  if (directory !== undefined && !existsSync(directory)) throw new CannotRun(`there are no vectors at ${directory}`);
  const vectors = directory === undefined ? loadAllVectors() : vectorsIn(directory);
  if (vectors.length === 0) throw new CannotRun(`there are no vectors at ${directory}`);
  const [current, draft] = [vectors.filter((loaded) => !isDraft(loaded)), vectors.filter(isDraft)];
  return {
    places: { [directory ?? VECTORS_DIRECTORY]: '$VECTORS', [DRAFT_VECTORS_DIRECTORY]: '$DRAFT_VECTORS' },
    vectors,
    byId: new Map(vectors.map((loaded) => [loaded.vector.id, loaded])),
    about: { version: suiteVersion(), spec: '1.0', vectors: current.length, vectorsDigest: digestOf(current) },
    draft: { spec: '1.1', vectors: draft.length, vectorsDigest: digestOf(draft) },
  };
}

/** @throws {CannotRun} if something in the directory is no vector */
function vectorsIn(directory: string): readonly LoadedVector[] {
  try {
    return loadVectors(directory);
  } catch (error) {
    throw new CannotRun(`${directory} is no directory of vectors: ${(error as Error).message}`);
  }
}

/** The description of the suite in a report; it mentions the draft only if vectors of the draft ran. */
export function aboutOf({ about, draft }: Suite, ran: readonly LoadedVector[]): SuiteIdentity {
  return ran.some(isDraft) ? { ...about, draft } : about;
}

/** The version of the suite, which its reports name. */
export function suiteVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** One digest over the files of all vectors, each preceded by its name and length. */
function digestOf(vectors: readonly LoadedVector[]): string {
  const hash = createHash('sha256');
  for (const { vector, directory } of vectors) {
    const further = (vector.furtherBundles ?? []).map(({ file }) => file);
    for (const name of [
      'vector.json',
      'bundle.json',
      ...further,
      'trusted_root.json',
      'policy.json',
      ...(vector.inputs.attestations ?? []),
      'side-file.bin',
    ]) {
      const file = path.join(directory, name);
      if (!existsSync(file)) continue;
      const bytes = readFileSync(file);
      hash.update(`${vector.id}/${name} ${bytes.length}\n`).update(bytes);
    }
  }
  return hash.digest('hex');
}
