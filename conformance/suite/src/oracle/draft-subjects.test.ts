import { expect, it } from 'vitest';
import { readSubjects } from './draft-subjects.ts';
import type { Json } from './json.ts';
import { Judge, Refusal } from './judgement.ts';

const PUBLISHED = 'https://model_signing/signature/v1.0';
const DRAFT = 'https://model-signing.example/draft/signature/v1.1';

const subject = (root: string, predicateType: Json): Json => ({
  name: 'model',
  digest: { sha256: root.repeat(64) },
  annotations: { modelSigning: { digest: 'root', predicateType } },
});

const read = (...subjects: Json[]) => readSubjects(subjects, new Judge(new Set()));

it('The oracle reads the two subjects of the draft by the versions that they state', () => {
  const roots = { publishedRoot: 'a'.repeat(64), rootDigest: 'b'.repeat(64) };
  expect(read(subject('a', PUBLISHED), subject('b', DRAFT))).toEqual(roots);
});

it.each<[string, Json]>([
  ['an object that cannot become a string', { toString: '' }],
  ['a list of the version alone', [PUBLISHED]],
  ['a number', 1],
  ['null', null],
])('The oracle refuses a subject of the draft whose version is %s', (_, version) => {
  expect(() => read(subject('a', version), subject('b', DRAFT))).toThrow(Refusal);
});
