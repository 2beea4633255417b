import {
  type Attestation,
  type Draft,
  OmsError,
  openSignature,
  predicateName,
  quote,
  type SignedManifest,
  signedPredicate,
  type Verifier,
} from '@model-signing/core';
import type { SourceModel } from '@model-signing/sources';
import { hasScheme } from '../addresses.ts';
import { type JudgedEntry, judgeAttestations } from '../attestation-files.ts';
import { type AttestationPlace, filePlace, storePlace } from '../attestation-places.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { localSignature } from '../named-signature.ts';
import { table } from '../output.ts';
import { formatCount } from '../sizes.ts';
import { entryFields, entryRows, entryText } from './attestation-report.ts';
import { printWarnings } from './model.ts';
import { sourceFields, sourceLine } from './source.ts';

/** The flags of listing attestations, with any method. */
export interface AttestationsFlags {
  /** The signature whose model they must be about. */
  readonly signature?: string;
  /** The predicate type to print the claims of, as a URI. */
  readonly extract?: string;
  readonly draft?: Draft;
  readonly strict?: boolean;
  readonly requirePinned?: boolean;
  readonly checkPredicate?: boolean;
}

/** What is listed: a file of this machine, or a model in a store. */
interface Listed {
  readonly place: AttestationPlace;
  readonly source: SourceModel | null;
  readonly signed: SignedManifest | null;
}

/** An entry, and the text of its claim if that was asked for. */
interface ListedEntry extends JudgedEntry {
  readonly claim: string | null;
}

/** `attestations`: verifies each attestation of a file or of a model in a store, and lists them or prints the claims of one type. */
export async function attestations(
  operand: string,
  flags: AttestationsFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const named = await openStore(operand, flags, context);
  const verifier = await openVerifier();
  const signed = await openNamed(flags, named, verifier, context);
  const source = named?.source ?? null;
  const place = source === null ? filePlace(operand) : storePlace(source);
  const judging = { verifier, signed, strict: flags.strict, signal };
  const entries: ListedEntry[] = [];
  const check = flags.checkPredicate ? (await import('../predicate-entries.ts')).entryCheck() : null;
  for await (const judged of judgeAttestations([place], judging)) {
    const entry = check === null ? judged : await check(judged);
    printWarnings(entry.warnings, context);
    const { attestation } = entry;
    const isWanted = entry.verdict === 'accepted' && entry.predicateType === flags.extract;
    const claim = isWanted && attestation ? claimText(attestation) : null;
    // The claims of thousands of entries are not kept, and neither are the bytes that were signed.
    entries.push({ ...entry, claim, attestation: attestation && { ...attestation, predicate: null, subjects: [] } });
  }
  const listed = { place, source, signed };
  if (flags.extract === undefined) list(listed, entries, context);
  else extract(listed, flags.extract, entries, context);
}

async function openStore(
  operand: string,
  { requirePinned }: AttestationsFlags,
  context: Context,
): Promise<NamedModel | null> {
  if (hasScheme(operand)) return openNamedModel(operand, requirePinned ? { requirePinned } : {}, context);
  if (!requirePinned) return null;
  throw usageError('--require-pinned is for a model in a hub or registry', 'leave it out: the file is what is read');
}

/** The claim as it was signed: the same bytes, and with them all digits of its numbers. */
function claimText(attestation: Attestation): string {
  return new TextDecoder().decode(signedPredicate(attestation) ?? NO_CLAIM);
}

const NO_CLAIM = new TextEncoder().encode('null');

async function openNamed(
  { signature, draft, strict }: AttestationsFlags,
  named: NamedModel | null,
  verifier: Verifier,
  context: Context,
): Promise<SignedManifest | null> {
  if (signature === undefined) return null;
  const { signal } = context;
  const found = named === null ? localSignature(signature) : await named.findSignature(signature, signal);
  const signed = await openSignature(await found.read(signal), verifier, { draft, strict, signal });
  printWarnings(signed.warnings, context);
  return signed;
}

/** Refuses a place none of whose entries is accepted. */
function list({ place, source, signed }: Listed, entries: readonly ListedEntry[], { output }: Context): void {
  const accepted = entries.filter(({ verdict }) => verdict === 'accepted').length;
  if (accepted === 0) throw missing('no attestation', place.name, entries);
  const rootDigest = signed === null ? null : `sha256:${signed.manifest.rootDigest}`;
  const fields = {
    file: place.name,
    ...sourceFields(source),
    rootDigest,
    accepted,
    entries: entries.map(entryFields),
    warnings: warningsOf(entries, signed),
  };
  output.answer('attestations', fields, () => [
    `${formatCount(accepted, 'attestation')} by a trusted signer`,
    ...table([
      sourceLine(source),
      ['about', rootDigest ?? 'not compared: --signature names the signature that they must be about'],
      ...entryRows(entries),
    ]),
  ]);
}

/** Prints the claims of one type, each as it was signed. */
function extract({ place, source }: Listed, type: string, entries: readonly ListedEntry[], { output }: Context): void {
  const claims = entries.flatMap(({ claim }) => claim ?? []);
  const ofType = entries.filter(({ predicateType }) => predicateType === type);
  if (claims.length === 0) throw missing(`no attestation ${quote(predicateName(type))}`, place.name, ofType);
  if (output.settings.json) {
    const predicates = claims.map((claim) => JSON.parse(claim));
    const warnings = warningsOf(ofType, null);
    const fields = {
      file: place.name,
      ...sourceFields(source),
      predicateType: type,
      predicates,
      texts: claims,
      warnings,
    };
    output.answer('attestations', fields, () => []);
  } else for (const claim of claims) output.data(`${claim}\n`);
}

function warningsOf(entries: readonly JudgedEntry[], signed: SignedManifest | null) {
  return [...(signed?.warnings ?? []), ...entries.flatMap(({ warnings }) => warnings)];
}

const MAX_REASONS = 3;

function missing(what: string, file: string, entries: readonly JudgedEntry[]): OmsError {
  const reasons = entries.slice(0, MAX_REASONS).map(entryText);
  const why = reasons.length === 0 ? 'it has none' : reasons.join('; ');
  return new OmsError('statement/attestation-missing', `${what} in ${quote(file)} is by a trusted signer: ${why}`);
}
