import { type Requirement, requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { Profile } from './vector.ts';

const sentences = new Map<string, string>(requirements.map(({ id, text }) => [id, text]));
const draftSentences = new Map<string, string>(draftRequirements.map(({ id, text }) => [id, text]));

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
