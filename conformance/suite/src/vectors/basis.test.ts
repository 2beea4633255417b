import { expect, it } from 'vitest';
import { basisOf, type Decided } from './basis.ts';
import { controlIn } from './control.ts';
import { loadAllVectors } from './load.ts';
import type { Vector } from './vector.ts';
import { isBinding, verdictNames } from './verdicts.ts';

const plain: Decided = { id: 'plain', profile: 'core', decidedBy: ['OMS-DSSE-10'], expect: { outcome: 'accept' } };
const ours: Decided = { ...plain, id: 'ours', decidedBy: ['OMS-CERT-21'], control: 'plain' };
const faulty: Decided = { ...plain, id: 'faulty', control: 'ours', expect: { outcome: 'reject' } };
const byId = new Map([plain, ours, faulty].map((each) => [each.id, each]));

it('what is accepted for a clarification rests on it', () => {
  expect(basisOf(ours, byId)).toBe('clarification');
});

it('a binding refusal beside what is accepted for a clarification rests on the nearest binding control', () => {
  expect(basisOf(faulty, byId)).toBe('public');
});

it('a binding refusal without any binding control rests on its control', () => {
  const alone = new Map([['ours', { ...ours, control: undefined } as unknown as Decided]]);
  expect(basisOf(faulty, alone)).toBe('clarification');
});

it('a refusal in a draft rests on its control, since those who do not know the draft refuse everything in it', () => {
  expect(basisOf({ ...faulty, profile: 'draft' }, byId)).toBe('clarification');
});

it('every refusal that is graded has a control that the same verdict grades, unless it has none', () => {
  const vectors = new Map(loadAllVectors().map(({ vector }) => [vector.id, vector]));
  const basisOfControl = (verdict: (typeof verdictNames)[number], vector: Vector) =>
    vectors.get(controlIn(verdict, vector, vectors) ?? '')?.basis;
  const wrong = [...vectors.values()].filter(
    (vector) =>
      vector.expect.outcome === 'reject' &&
      isBinding(vector.basis) &&
      !isBinding(basisOfControl('public', vector) ?? 'public'),
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
  expect(
    verdictNames.map((verdict) => basisOfControl(verdict, vectors.get('signer_timestamp-imprint') as Vector)),
  ).toEqual(['public', 'clarification']);
});
