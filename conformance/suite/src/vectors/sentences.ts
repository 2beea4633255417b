import { type Basis, type Requirement, requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { Profile } from './vector.ts';

const sentences = new Map<string, string>(requirements.map(({ id, text }) => [id, text]));
const draftSentences = new Map<string, string>(draftRequirements.map(({ id, text }) => [id, text]));

const bases = new Map<string, Basis>(requirements.map(({ id, basis }) => [id, basis]));
const draftBases = new Map<string, Basis>(draftRequirements.map(({ id, basis }) => [id, basis]));

/** The sentence of a requirement, or null if it does not exist. For vectors of the draft it is that of the draft. */
export function sentenceOf(id: string, profile: Profile = 'core'): string | null {
  const [first, other] = profile === 'draft' ? [draftSentences, sentences] : [sentences, draftSentences];
  return first.get(id) ?? other.get(id) ?? null;
}

/** A requirement of the format or of its draft. */
export type AnyRequirement = Requirement | (typeof draftRequirements)[number];

/** The requirements that the draft adds or changes. */
export const newInDraft: readonly AnyRequirement[] = draftRequirements.filter(
  ({ id, text }) => sentences.get(id) !== text,
);

/** What a requirement rests on, as text: where it stands in the public text or in another document, or why it was decided. */
export function basisSentence(id: string, profile: Profile = 'core'): string | null {
  const [first, other] = profile === 'draft' ? [draftBases, bases] : [bases, draftBases];
  const basis = first.get(id) ?? other.get(id);
  if (basis === undefined) return null;
  switch (basis.kind) {
    case 'public':
      return `public text, ${basis.section}`;
    case 'upstream':
      return `${basis.document}, ${basis.section}, which the public text makes normative`;
    case 'clarification':
      return `clarification of this specification${basis.why === '' ? '' : `: ${basis.why}`}`;
    case 'proposal':
      return 'proposal of the draft';
    case 'own':
      return 'a rule of this project alone, for what the public text does not have';
  }
}
