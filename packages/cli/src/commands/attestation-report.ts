import { type AttestedSubject, OmsError, predicateName, quote } from '@model-signing/core';
import type { JudgedEntry } from '../attestation-files.ts';
import { formatCount } from '../sizes.ts';
import { signerLine } from './identity.ts';

/** An attestation of a file or store, for results in JSON. */
export function entryFields({ file, line, verdict, predicateType, attestation, subject, reason }: JudgedEntry) {
  return {
    ...{ file, line, verdict, predicateType, signer: attestation?.signer ?? null },
    subject: subject && subjectFields(subject),
    error: reason,
  };
}

function subjectFields({ name, sha256, domain }: AttestedSubject) {
  return { name, digest: sha256 === null ? null : `sha256:${sha256}`, domain: domain?.digest ?? null };
}

/** An attestation of a file or store, in a line for people. */
export function entryText({ file, line, predicateType, attestation, subject, reason }: JudgedEntry): string {
  const where = line === null ? quote(file) : `${quote(file)} line ${line}`;
  const type = predicateType === null ? '' : `${quote(predicateName(predicateType))} `;
  if (attestation === null) {
    const code = reason?.code ? ` [${reason.code}]` : '';
    return `${type}${where}: ${reason?.message}${code}`;
  }
  const unnamed = subject !== null && subject.domain === null ? '; it does not say what its digest is of' : '';
  return `${type}by ${signerLine(attestation.signer)}, ${where}${unnamed}`;
}

const labels = { accepted: 'attested', refused: 'refused', unknown: 'unknown', duplicate: 'duplicate' } as const;

/** Labelled lines for entries. */
export function entryRows(entries: readonly JudgedEntry[]): (readonly [string, string])[] {
  const shown = entries.slice(0, MAX_SHOWN).map((entry) => [labels[entry.verdict], entryText(entry)] as const);
  const rest = entries.length - shown.length;
  return rest > 0 ? [...shown, ['and', `${formatCount(rest, 'more entry')} (--json lists all)`]] : shown;
}

const MAX_SHOWN = 100;

/** The most entries that say why a required attestation is missing: what is refused of its type, or what could not be read. */
const MAX_REASONS = 3;

/** @throws {OmsError} `statement/attestation-missing` for the first type of which no entry was accepted */
export function requireTypes(
  required: readonly string[],
  entries: readonly JudgedEntry[],
  places: readonly string[],
): void {
  for (const type of required) {
    if (entries.some(({ verdict, predicateType }) => verdict === 'accepted' && predicateType === type)) continue;
    const refused = entries.filter(({ verdict, predicateType }) => verdict === 'refused' && predicateType === type);
    const why = refused.length > 0 ? refused : entries.filter(isUnread);
    const reasons = why.slice(0, MAX_REASONS).map(entryText);
    if (refused.length === 0) reasons.unshift(searched(places));
    const message = `there is no attestation ${quote(predicateName(type))} about this model by a trusted signer`;
    throw new OmsError('statement/attestation-missing', `${message}: ${reasons.join('; ')}`);
  }
}

/** Whether an entry may be of any type, as far as can be seen. */
function isUnread({ verdict, predicateType }: JudgedEntry): boolean {
  return predicateType === null && (verdict === 'refused' || verdict === 'unknown');
}

function searched(places: readonly string[]): string {
  if (places.length === 0) return 'no file of attestations was found';
  return `looked in ${places.map((place) => quote(place)).join(', ')}`;
}
