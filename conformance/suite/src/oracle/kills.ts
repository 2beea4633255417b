import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LoadedVector } from '../vectors/load.ts';
import type { RequirementId } from '../vectors/vector.ts';
import { type Defect, type ProducerDefect, producerDefects, verifierDefects } from './defects.ts';
import type { Judgement } from './judgement.ts';
import { shortcoming } from './meets.ts';
import { signVector } from './sign.ts';
import { judgeSignature } from './signed.ts';
import { judgeVerification } from './verify.ts';

/** What the oracle, with these defects, makes of a vector that has a bundle. */
export function judgeVector(loaded: LoadedVector, defects: readonly Defect[] = []): Judgement {
  const { vector, bundle } = loaded;
  const { model, inputs } = vector;
  return judgeVerification({ model, inputs, bundle: bundle ?? Buffer.of(), read: readerOf(loaded) }, new Set(defects));
}

/** Reads the files that the inputs of a vector name. */
function readerOf({ root }: LoadedVector): (file: string) => Buffer {
  return (file) => readFileSync(path.join(root, file));
}

/** How a program that verifies with these defects fails a vector, or null where it passes. */
export function verifierFailure(loaded: LoadedVector, defects: readonly Defect[] = []): string | null {
  return shortcoming(loaded.vector.expect, judgeVector(loaded, defects));
}

/** How a program that signs with these defects fails a vector, or null where it passes. */
export function signerFailure(loaded: LoadedVector, defects: readonly (Defect | ProducerDefect)[] = []): string | null {
  const { vector } = loaded;
  const read = readerOf(loaded);
  const signing = signVector(vector, read, new Set(defects));
  const { expect } = vector;
  if ('refusal' in signing) {
    const { reason, message } = signing.refusal;
    const judgement: Judgement = { outcome: 'reject', reason, message, differences: [] };
    return shortcoming({ ...expect, ...(expect.outcome === 'either' ? {} : { report: {} }) }, judgement);
  }
  if (expect.outcome === 'reject') return 'signed';
  return judgeSignature(vector, signing.bundle, read);
}

/** A defect, the requirement that it breaks, and the vector that finds it, or null. */
export interface Kill {
  readonly role: 'verifier' | 'signer';
  readonly defect: Defect | ProducerDefect;
  readonly requirement: RequirementId;
  readonly vector: string | null;
  readonly how: string | null;
}

/** For each defect, the first vector that finds it; those that are about its requirement are tried first. */
export function kills(loaded: readonly LoadedVector[]): Kill[] {
  const verify = loaded.filter(({ vector, bundle }) => bundle && vector.inputs.method !== 'sigstore');
  const sign = loaded.filter(({ vector }) => vector.kind === 'sign' && vector.inputs.method === 'key');
  const found: Kill[] = [];
  for (const [defect, requirement] of Object.entries(verifierDefects) as [Defect, RequirementId][]) {
    found.push(kill('verifier', defect, requirement, verify, (each) => verifierFailure(each, [defect])));
  }
  for (const [defect, requirement] of Object.entries(producerDefects) as [ProducerDefect, RequirementId][]) {
    found.push(kill('signer', defect, requirement, sign, (each) => signerFailure(each, [defect])));
  }
  for (const defect of shared) {
    found.push(kill('signer', defect, verifierDefects[defect], sign, (each) => signerFailure(each, [defect])));
  }
  return found;
}

function kill(
  role: Kill['role'],
  defect: Kill['defect'],
  requirement: RequirementId,
  vectors: readonly LoadedVector[],
  failure: (loaded: LoadedVector) => string | null,
): Kill {
  const about = ({ vector }: LoadedVector) => (vector.requirements.includes(requirement) ? 0 : 1);
  for (const loaded of [...vectors].sort((a, b) => about(a) - about(b))) {
    const how = failure(loaded);
    if (how !== null) return { role, defect, requirement, vector: loaded.vector.id, how };
  }
  return { role, defect, requirement, vector: null, how: null };
}

/** What a signer can do wrong as a verifier does: finding, excluding and hashing. */
const shared = [
  'skips-hidden',
  'top-level-only',
  'skips-special-files',
  'skips-names-not-utf8',
  'follows-links-unasked',
  'skips-links',
  'skips-broken-links',
  'follows-links-outside',
  'linked-directories-not-walked',
  'linked-file-by-its-target',
  'model-path-link-followed',
  'links-never-excluded',
  'special-files-never-excluded',
  'exclusion-by-prefix',
  'exclusion-at-any-depth',
  'exclusion-of-the-path-alone',
  'exclusion-folds-case',
  'git-paths-at-any-depth',
  'git-paths-by-prefix',
  'includes-git',
  'includes-gitattributes',
  'includes-github',
  'includes-gitignore',
  'signature-file-not-excluded',
  'hashes-the-first-part',
  'hashes-text-with-line-feeds',
  'blake2b-of-256-bits',
  'hint-of-der',
  'hint-without-last-line-feed',
  'sha256-on-every-curve',
  'key-on-any-curve',
  'draft-root-as-published',
  'draft-root-without-heading',
  'draft-root-without-algorithm',
  'draft-root-without-names',
  'draft-root-without-lengths',
  'draft-root-without-ranges',
  'draft-root-without-last-line-feed',
  'draft-root-in-characters',
  'draft-root-in-utf16',
  'draft-root-over-raw-digests',
  'draft-root-by-hash-type',
  'annotations-refused',
  'annotations-without-bound',
  'annotation-key-of-any-form',
  'annotation-key-of-any-length',
  'annotation-key-in-capitals',
  'annotation-key-needs-a-domain',
  'annotation-value-of-any-length',
  'annotation-value-in-bytes',
  'annotation-value-in-utf16',
  'annotation-value-without-controls',
  'annotation-value-not-empty',
] as const satisfies readonly Defect[];

/** The defects that leave out a check of the requirement that a vector stands or falls by. */
export function defectsOf(requirement: RequirementId): Defect[] {
  return (Object.keys(verifierDefects) as Defect[]).filter((defect) => verifierDefects[defect] === requirement);
}
