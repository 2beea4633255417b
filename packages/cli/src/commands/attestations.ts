import {
  type Draft,
  OmsError,
  openSignature,
  predicateName,
  quote,
  type SignedManifest,
  type Verifier,
} from '@model-signing/core';
import { type JudgedEntry, judgeAttestations } from '../attestation-files.ts';
import type { Context } from '../context.ts';
import { localSignature } from '../named-signature.ts';
import { table } from '../output.ts';
import { formatCount } from '../sizes.ts';
import { entryFields, entryRows, entryText } from './attestation-report.ts';
import { printWarnings } from './model.ts';

/** The flags of listing attestations, with any method. */
export interface AttestationsFlags {
  /** The signature whose model they must be about. */
  readonly signature?: string;
  /** The predicate type to print the claims of, as a URI. */
  readonly extract?: string;
  readonly draft?: Draft;
  readonly strict?: boolean;
}

/** `attestations`: verifies each attestation of a file, and lists them or prints the claims of one type. */
export async function attestations(
  file: string,
  flags: AttestationsFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const verifier = await openVerifier();
  const signed = await openNamed(flags, verifier, context);
  const judging = { verifier, signed, strict: flags.strict, signal };
  const entries: JudgedEntry[] = [];
  for await (const entry of judgeAttestations([file], judging)) {
    printWarnings(entry.warnings, context);
    const isWanted = entry.verdict === 'accepted' && entry.predicateType === flags.extract;
    const { attestation } = entry;
    entries.push(
      isWanted ? entry : { ...entry, attestation: attestation && { ...attestation, predicate: null, subjects: [] } },
    );
  }
  if (flags.extract === undefined) list(file, entries, signed, context);
  else extract(file, flags.extract, entries, context);
}

async function openNamed(
  { signature, draft, strict }: AttestationsFlags,
  verifier: Verifier,
  context: Context,
): Promise<SignedManifest | null> {
  if (signature === undefined) return null;
  const { signal } = context;
  const signed = await openSignature(await localSignature(signature).read(signal), verifier, { draft, strict, signal });
  printWarnings(signed.warnings, context);
  return signed;
}

/** Refuses a file none of whose entries is accepted. */
function list(file: string, entries: readonly JudgedEntry[], signed: SignedManifest | null, { output }: Context): void {
  const accepted = entries.filter(({ verdict }) => verdict === 'accepted').length;
  if (accepted === 0) throw missing('no attestation', file, entries);
  const rootDigest = signed === null ? null : `sha256:${signed.manifest.rootDigest}`;
  const fields = {
    file,
    rootDigest,
    accepted,
    entries: entries.map(entryFields),
    warnings: warningsOf(entries, signed),
  };
  output.answer('attestations', fields, () => [
    `${formatCount(accepted, 'attestation')} by a trusted signer`,
    ...table([
      ['about', rootDigest ?? 'not compared: --signature names the signature that they must be about'],
      ...entryRows(entries),
    ]),
  ]);
}

/** Prints the claims of one type, one JSON document on each line. */
function extract(file: string, type: string, entries: readonly JudgedEntry[], { output }: Context): void {
  const found = entries.flatMap(({ verdict, predicateType, attestation }) =>
    verdict === 'accepted' && predicateType === type && attestation ? [attestation] : [],
  );
  const ofType = entries.filter(({ predicateType }) => predicateType === type);
  if (found.length === 0) throw missing(`no attestation ${quote(predicateName(type))}`, file, ofType);
  const predicates = found.map(({ predicate }) => predicate);
  if (output.settings.json)
    output.answer(
      'attestations',
      { file, predicateType: type, predicates, warnings: warningsOf(ofType, null) },
      () => [],
    );
  else for (const predicate of predicates) output.data(`${JSON.stringify(predicate)}\n`);
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
