import { DRAFT_PREDICATE_TYPE } from './draft.ts';
import { type Json, type JsonObject, textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { isObject, type Statement } from './statement.ts';
import type { Defect } from './verifier-defects.ts';

/** The root digest of a signature, and of what it is. */
export type Root = Pick<Statement, 'rootDigest' | 'serialization' | 'resources' | 'draft'> & {
  readonly name?: string;
};

/** Refuses an attestation of which no subject is the root digest of one of the signatures. */
export function checkSubjects(subjects: readonly JsonObject[], roots: readonly Root[], judge: Judge): void {
  const read = judge.has('attestation-of-the-first-subject-alone') ? subjects.slice(0, 1) : subjects;
  if (judge.has('attestation-of-any-digest')) return;
  if (subjects.length === 0 && judge.has('attestation-without-subject')) return;
  let last: Refusal | null = null;
  for (const root of roots) {
    for (const subject of read) {
      if (!isDigestOf(subject, root, judge)) continue;
      try {
        checkDomain(subject, root, judge);
        return;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        last = error;
      }
    }
  }
  const checks = ['attestation-of-any-digest', ...otherDigests] as const;
  throw last ?? new Refusal('statement/subject', 'another subject', { checks });
}

const otherDigests = [
  'attestation-digest-of-any-algorithm',
  'attestation-of-a-file-of-the-model',
  'attestation-subject-by-its-name',
  'attestation-digest-folds-case',
] as const satisfies readonly Defect[];

function isDigestOf({ digest, name }: JsonObject, { rootDigest, resources, name: model }: Root, judge: Judge): boolean {
  if (judge.has('attestation-subject-by-its-name') && name === (model ?? 'model')) return true;
  const digests = isObject(digest) ? digest : {};
  const sha256 = judge.has('attestation-digest-folds-case') ? textOf(digests.sha256).toLowerCase() : digests.sha256;
  if (sha256 === rootDigest && rootDigest !== null) return true;
  if (judge.has('attestation-of-a-file-of-the-model') && resources.some((each) => each.digest === sha256)) return true;
  return judge.has('attestation-digest-of-any-algorithm') && Object.values(digests).includes(rootDigest);
}

const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

function checkDomain({ annotations }: JsonObject, { serialization, draft }: Root, judge: Judge): void {
  const refuseIf = (broken: boolean, lacking: Defect, what: string) => {
    if (broken && !judge.has(lacking) && !judge.has('attestation-domain-ignored'))
      throw new Refusal('statement/subject', what, { checks: [lacking, 'attestation-domain-ignored'] });
  };
  const domain: Json | undefined = isObject(annotations) ? annotations.modelSigning : undefined;
  if (domain === undefined && judge.has('attestation-domain-required'))
    throw new Refusal('statement/subject', 'no domain');
  if (domain === undefined) return;
  refuseIf(!isObject(domain), 'attestation-domain-of-any-form', 'the domain is no object');
  if (!isObject(domain)) return;
  const { digest, predicateType, method, hashType, shardSize = null } = domain;
  refuseIf(digest !== 'root', 'attestation-domain-of-any-digest', 'no root digest');
  if (digest !== 'root') return;
  const version = draft ? DRAFT_PREDICATE_TYPE : PREDICATE_TYPE;
  refuseIf(predicateType !== version, 'attestation-domain-of-any-version', 'another version');
  refuseIf(method !== serialization.method, 'attestation-domain-of-any-method', 'another method');
  refuseIf(hashType !== serialization.hashType, 'attestation-domain-of-any-algorithm', 'another algorithm');
  refuseIf(shardSize !== serialization.shardSize, 'attestation-domain-of-any-shard-size', 'other shards');
}
