import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import { expect, it } from 'vitest';
import { basisOf, basisOfRequirement, type Decided } from './basis.ts';
import type { RequirementId } from './vector.ts';

/** Some requirement that rests on this. */
const restingOn = (kind: string) => requirements.find(({ basis }) => basis.kind === kind)?.id as RequirementId;
const [text, document, decision] = ['public', 'upstream', 'clarification'].map(restingOn) as [
  RequirementId,
  RequirementId,
  RequirementId,
];

const none = new Map<string, Decided>();
const decided = (outcome: 'accept' | 'reject' | 'either', ...decidedBy: RequirementId[]): Decided => ({
  ...{ id: 'one', profile: 'core', decidedBy, expect: { outcome } },
});

it('a refusal rests on the strongest of the requirements that demand it', () => {
  expect(basisOf(decided('reject', decision, text), none)).toBe('public');
  expect(basisOf(decided('reject', decision, document), none)).toBe('upstream');
  expect(basisOf(decided('reject', decision), none)).toBe('clarification');
});

it('an acceptance rests on the weakest of the requirements that demand it', () => {
  expect(basisOf(decided('accept', text, decision), none)).toBe('clarification');
  expect(basisOf(decided('accept', text, document), none)).toBe('upstream');
});

it('an outcome that the format leaves open rests on nothing, whatever the requirements rest on', () => {
  expect(basisOf(decided('either', text), none)).toBe('open');
});

it('what a requirement rests on is that of the version that the vector is about', () => {
  const kinds = new Map<string, string>(requirements.map(({ id, basis }) => [id, basis.kind]));
  const changed = draftRequirements.find(({ id, basis }) => kinds.has(id) && kinds.get(id) !== basis.kind);
  const added = draftRequirements.find(({ id }) => !kinds.has(id));
  expect([changed, added]).not.toContain(undefined);
  expect(basisOfRequirement(String(changed?.id), 'draft')).toBe(changed?.basis.kind);
  expect(basisOfRequirement(String(changed?.id))).toBe(kinds.get(String(changed?.id)));
  expect(basisOfRequirement(String(added?.id))).toBe(added?.basis.kind);
  expect(() => basisOfRequirement('OMS-NONE-1')).toThrow('there is no requirement OMS-NONE-1');
});
