import { type Json, type JsonObject, textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The root digest of the only subject of a statement; null if it is not compared. */
export function readSubject(subject: Json | undefined, judge: Judge): string | null {
  if (!Array.isArray(subject)) throw new Refusal('statement/malformed', 'no subject');
  judge.refuseIf(subject.length > 1, 'many-subjects', 'statement/subject', 'more than one');
  judge.refuseIf(subject.length === 0, 'no-subject', 'statement/subject', 'none');
  const [first] = subject;
  if (subject.length === 0) return null;
  if (!isObject(first)) throw new Refusal('statement/malformed', 'the subject is not an object');
  const nameless = first.name === undefined || first.name === '';
  judge.refuseIf(nameless, 'subject-without-name', 'statement/subject', 'no name');
  const text = nameless || typeof first.name === 'string';
  judge.refuseIf(!text, 'subject-name-of-any-type', 'statement/malformed', 'the name of the subject');
  judge.refuseUnknown(first, 2, 'unknown-subject-members-refused', 'statement/malformed');
  if (judge.has('subject-name-of-letters') && !/^[\w.-]+$/.test(textOf(first.name)))
    throw new Refusal('statement/subject', 'an odd name');
  if (judge.has('subject-name-decides') && first.name !== 'model')
    throw new Refusal('statement/subject', 'another name');
  const digests = isObject(first.digest) ? first.digest : {};
  const values = Object.values(digests);
  if (values.length === 0 || values.some((value) => typeof value !== 'string')) {
    judge.refuseIf(true, 'digest-set-of-any-form', 'statement/subject', 'no digest set');
    return null;
  }
  judge.refuseUnknown(digests, 1, 'further-subject-digests-refused', 'statement/malformed');
  if (judge.has('root-digest-unchecked')) return null;
  const root = digests.sha256;
  judge.refuseIf(root === undefined, 'root-digest-may-be-absent', 'statement/subject', 'no root digest');
  if (root === undefined) return null;
  const folded = judge.has('digests-fold-case') && typeof root === 'string' ? root.toLowerCase() : root;
  return textOf(folded); // another form than that of a digest equals none
}
