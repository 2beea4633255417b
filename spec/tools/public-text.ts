import { isObject } from './schema-documents.ts';

/** A document that the public text makes normative. */
export interface UpstreamDocument {
  /** The name that a basis cites, which is that of the public text if it has one. */
  readonly document: string;
  readonly title: string;
  readonly address: string;
  /** The version that was read. */
  readonly revision: string;
  /** Where the public text makes it normative. */
  readonly binds: string;
}

/** A section of the public text, or a part of it that stands in a file of its own. */
export interface PublicSection {
  readonly section: string;
  readonly title: string;
  readonly address: string;
}

/** One normative statement of the public text or of a document that it makes normative. */
export interface Statement {
  /** Its section or its document, and its place there: `4.1-02`, `4.1-P01` for a permission, `DSSE-PROTO-01`. */
  readonly number: string;
  /** The section of the public text, or the document. */
  readonly source: string;
  /** How strict a duty is: `MUST`, `SHOULD` or, of what is there to be chosen, `MAY`; empty for a permission. */
  readonly level: string;
  /** Who it permits something; null for a duty. */
  readonly permission: string | null;
  /** Where it stands in its document; null for the public text, whose section is in the number. */
  readonly section: string | null;
  readonly says: string;
  readonly requirements: readonly string[];
  readonly decided: string;
  readonly waived: string;
}

/** Our answers to the public text. */
export interface PublicText {
  readonly sections: readonly PublicSection[];
  readonly documents: readonly UpstreamDocument[];
  readonly statements: readonly Statement[];
}

/** The form of a statement's number. */
export const STATEMENT_NUMBER = /^(?<source>.+)-(?<permission>P?)(?<ordinal>\d\d)$/;

/** Reads `public-text.json` as it is, with an empty text for what is missing; `check` reports what is wrong with it. */
export function readPublicText(value: unknown): PublicText {
  const { sections, documents, statements } = isObject(value) ? value : {};
  return {
    sections: listOf(sections).map(sectionOf),
    documents: listOf(documents).map(documentOf),
    statements: listOf(statements).map(statementOf),
  };
}

function sectionOf({ section, title, address }: Record<string, unknown>): PublicSection {
  return { section: text(section), title: text(title), address: text(address) };
}

function documentOf(entry: Record<string, unknown>): UpstreamDocument {
  const { document, title, address, revision, binds } = entry;
  return {
    document: text(document),
    title: text(title),
    address: text(address),
    revision: text(revision),
    binds: text(binds),
  };
}

function statementOf(entry: Record<string, unknown>): Statement {
  const { statement, level, permission, section, says, requirements, decided, waived } = entry;
  return {
    number: text(statement),
    source: STATEMENT_NUMBER.exec(text(statement))?.groups?.source ?? '',
    level: text(level),
    permission: permission === undefined ? null : text(permission),
    section: section === undefined ? null : text(section),
    says: text(says),
    requirements: Array.isArray(requirements) ? requirements.map(String) : [],
    decided: text(decided),
    waived: text(waived),
  };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map((entry) => (isObject(entry) ? entry : {})) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
