import type { Profile, VectorBasis } from './vector.ts';

/** The verdicts on each result: by the public text alone, and with the clarifications of this specification. */
export const verdictNames = ['public', 'clarified'] as const;

export type VerdictName = (typeof verdictNames)[number];

/** Something that each verdict has of its own. */
export type PerVerdict<T> = Readonly<Record<VerdictName, T>>;

export function perVerdict<T>(of: (verdict: VerdictName) => T): PerVerdict<T> {
  return { public: of('public'), clarified: of('clarified') };
}

/** Whether a basis binds every implementation: the public text, or a document that it makes normative. */
export function isBinding(basis: VectorBasis): boolean {
  return basis === 'public' || basis === 'upstream';
}

/** Whether a verdict grades vectors with this basis. What it does not grade is observed. */
export function isGraded(basis: VectorBasis, verdict: VerdictName): boolean {
  return verdict === 'public' ? isBinding(basis) : basis !== 'open';
}

/** Whether a verdict counts a fault with this basis, in an answer to a vector of this profile. */
export function isCounted(basis: VectorBasis, verdict: VerdictName, profile: Profile): boolean {
  if (verdict === 'public') return isBinding(basis);
  // What a draft proposes binds those who declare it, and what this project adds is about verifiers.
  return basis === 'clarification' || isBinding(basis) || (basis === 'proposal' && profile === 'draft');
}
