/** What a requirement rests on, from what binds everybody to what binds those who declare it. */
export type BasisKind = 'public' | 'upstream' | 'clarification' | 'proposal' | 'own';

/** What a requirement rests on, and where that stands. */
export type Basis =
  /** A statement of the public text. */
  | { readonly kind: 'public'; readonly section: string }
  /** A document that the public text makes normative. */
  | { readonly kind: 'upstream'; readonly document: string; readonly section: string }
  /** A decision of this specification, where the public text is silent or contradicts itself. */
  | { readonly kind: 'clarification'; readonly why: string }
  /** A draft of a later version. */
  | { readonly kind: 'proposal' }
  /** A document of this project alone. */
  | { readonly kind: 'own' };

/** One numbered requirement of the format, with the identifiers of its version. */
export interface VersionRequirement<Id extends string> {
  /** The identifier, which never changes its meaning. */
  readonly id: Id;
  /** The RFC 2119 key word. */
  readonly level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY';
  /** Who is bound; `implementation` binds producers and verifiers. */
  readonly role: 'producer' | 'verifier' | 'implementation';
  /** The number of its section, such as `4.1`. */
  readonly section: string;
  /** The rule, as Markdown in one line. */
  readonly text: string;
  /** Why the format decides what the public text leaves open, as Markdown in one line. */
  readonly clarification: string | null;
  readonly basis: Basis;
}
