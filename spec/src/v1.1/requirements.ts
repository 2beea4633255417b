import type { RequirementId } from '../generated/v1.1/requirement-id.ts';

export { requirements } from '../generated/v1.1/requirements.ts';
export type { RequirementId };

/** One numbered requirement of the format. */
export interface Requirement {
  /** The identifier, which never changes its meaning. */
  readonly id: RequirementId;
  /** The RFC 2119 key word. */
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';
  /** Who is bound; `implementation` binds producers and verifiers. */
  readonly role: 'producer' | 'verifier' | 'implementation';
  /** The number of the section it stands in, such as `4.1`. */
  readonly section: string;
  /** The rule, as Markdown in one line. */
  readonly text: string;
  /** Why the format decides so where the public text does not, as Markdown in one line. */
  readonly clarification: string | null;
}
