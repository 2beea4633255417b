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
}
