import { quote, type SignedManifest, type Verifier } from '@model-signing/core';
import { type JudgedEntry, judgeAttestations } from '../attestation-files.ts';
import { foundAttestations } from '../attestation-names.ts';
import { type AttestationPlace, filePlace, storePlace } from '../attestation-places.ts';
import type { Context } from '../context.ts';
import type { NamedModel } from '../model-name.ts';
import type { NamedSignature } from '../named-signature.ts';
import { requireTypes } from './attestation-report.ts';

/** The flags that say which attestations are verified beside the signature. */
export interface AttestationFlags {
  /** Files of attestations; if there are none, those beside the model, but only if any are required. */
  readonly attestations?: readonly string[];
  /** Predicate types of which there must be an attestation. */
  readonly requireAttestation?: readonly string[];
  readonly strict?: boolean;
}

/** What was verified: a model's signature and who may have made it and its attestations. */
interface Case {
  readonly named: NamedModel;
  readonly signature: NamedSignature;
  readonly signed: SignedManifest;
  readonly verifier: Verifier;
}

/**
 * Verifies the attestations of a model, by the verifier of its signature. Null if none were asked for.
 * @throws {OmsError} `statement/attestation-missing`
 */
export async function verifyAttestations(
  { named, signature, signed, verifier }: Case,
  flags: AttestationFlags,
  { signal, output }: Context,
): Promise<readonly JudgedEntry[] | null> {
  const { attestations, requireAttestation = [], strict } = flags;
  if (attestations === undefined && requireAttestation.length === 0) return null;
  const places = placesOf(named, signature, attestations);
  for (const { name } of places) output.debug(`reading the attestations ${quote(name)}`);
  const entries: JudgedEntry[] = [];
  for await (const entry of judgeAttestations(places, { verifier, signed, strict, signal }))
    entries.push(summary(entry));
  const names = places.map(({ name }) => name);
  requireTypes(requireAttestation, entries, names);
  return entries;
}

/** Where the attestations of a model are: the files that are named, or else those beside it, or in its store. */
export function placesOf(
  { path, source }: Pick<NamedModel, 'path' | 'source'>,
  signature: Pick<NamedSignature, 'path'> | undefined,
  named: readonly string[] | undefined,
): AttestationPlace[] {
  if (named !== undefined) return named.map(filePlace);
  const files = foundAttestations(path, signature?.path ?? null).map(filePlace);
  return source === null ? files : [...files, storePlace(source)];
}

/** An entry without its claims, which may be long. */
function summary(entry: JudgedEntry): JudgedEntry {
  const { attestation } = entry;
  return { ...entry, attestation: attestation && { ...attestation, predicate: null, subjects: [] } };
}
