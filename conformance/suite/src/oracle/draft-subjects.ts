import type { Json } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { isObject, readSubject } from './subject.ts';

const PUBLISHED = 'https://model_signing/signature/v1.0';
const DRAFT = 'https://model-signing.example/draft/signature/v1.1';

/** The root digests of a statement of the draft; null for one that is not compared. */
export interface Roots {
  readonly rootDigest: string | null;
  readonly publishedRoot: string | null;
}

/** Reads the two subjects of the draft: section 9.1. */
export function readSubjects(subject: Json | undefined, judge: Judge): Roots {
  if (!Array.isArray(subject)) throw new Refusal('statement/malformed', 'no subject');
  judge.refuseIf(subject.length > 2, 'draft-many-subjects', 'statement/subject', 'more than two');
  judge.refuseIf(subject.length < 2, 'draft-one-subject', 'statement/subject', 'fewer than two');
  const [first, second] = subject as Json[];
  if (subject.length < 2) {
    const root = rootIn(first, judge);
    return domainOf(first) === PUBLISHED
      ? { publishedRoot: root, rootDigest: null }
      : { publishedRoot: null, rootDigest: root };
  }
  const [published, own] = inOrder(first, second, judge);
  return { publishedRoot: rootIn(published, judge), rootDigest: rootIn(own, judge) };
}

function rootIn(subject: Json | undefined, judge: Judge): string | null {
  return subject === undefined ? null : readSubject([subject], judge);
}

/** The subjects by their places, which have to agree with what they say. */
function inOrder(first: Json | undefined, second: Json | undefined, judge: Judge) {
  const said = [first, second].map(domainOf);
  if (judge.has('draft-subject-domains-unchecked')) return [first, second];
  const swapped = said[0] === DRAFT && said[1] === PUBLISHED;
  if (swapped && judge.has('draft-subjects-in-any-order')) return [second, first];
  if (said[0] === PUBLISHED && said[1] === DRAFT) return [first, second];
  const missing = said.includes(undefined);
  if (missing && judge.has('draft-subject-domains-may-be-absent')) return [first, second];
  throw new Refusal('statement/subject', 'another root digest than its place says', {
    checks: swapped
      ? ['draft-subjects-in-any-order']
      : missing
        ? ['draft-subject-domains-may-be-absent']
        : ['draft-subject-domains-unchecked'],
  });
}

/** The version whose root digest a subject says it has. */
function domainOf(subject: Json | undefined): string | undefined {
  const annotations = isObject(subject) ? subject.annotations : undefined;
  const domain = isObject(annotations) ? annotations.modelSigning : undefined;
  if (!isObject(domain)) return undefined;
  const { digest, predicateType } = domain;
  return digest === 'root' && typeof predicateType === 'string' ? predicateType : 'no root digest';
}
