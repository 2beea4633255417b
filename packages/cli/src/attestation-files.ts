import {
  type Attestation,
  type AttestedSubject,
  attestedSubject,
  inspectFile,
  OmsError,
  openAttestation,
  quote,
  type SignedManifest,
  type Verifier,
  type Warning,
} from '@model-signing/core';
import { attestationsOf } from './attestation-names.ts';
import type { AttestationPlace, EntryPlace, PlacedEntry } from './attestation-places.ts';
import { CommandError, isSystemError, systemMessage } from './failure.ts';

/** One attestation of a file or store, and what became of it. */
export interface JudgedEntry extends EntryPlace {
  /**
   * `accepted`: by a trusted signer, and about the model if there is one to compare with; `refused`: neither; `unknown`: no bundle;
   * `duplicate`: equal to an earlier entry.
   */
  readonly verdict: 'accepted' | 'refused' | 'unknown' | 'duplicate';
  /** Of an attestation that was refused, as it claims; null if it does not say. */
  readonly predicateType: string | null;
  /** Null unless it was accepted. */
  readonly attestation: Attestation | null;
  readonly subject: AttestedSubject | null;
  readonly warnings: readonly Warning[];
  /** Why it was not accepted. */
  readonly reason: { readonly code: string | null; readonly message: string } | null;
}

/** What decides on attestations. */
export interface Judge {
  readonly verifier: Verifier;
  /** The signature whose model they must be about; null if none is given. */
  readonly signed: SignedManifest | null;
  readonly strict?: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Judges the attestations of several places one after another, without holding more than one.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 * @throws {OmsError} `bundle/too-large` for too many entries; what leaves no verdict
 * @throws {SourceError} what a store fails with
 */
export async function* judgeAttestations(
  places: readonly AttestationPlace[],
  judge: Judge,
): AsyncGenerator<JudgedEntry, void, void> {
  for await (const entry of placedEntries(places, judge.signal)) {
    judge.signal.throwIfAborted();
    yield await judged(entry, judge);
  }
}

/**
 * The attestations of several places, one at a time, for a policy. What is no bundle is told to `onUnknown`, and counts for nothing.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 * @throws {SourceError} what a store fails with
 */
export async function* attestationsIn(
  places: readonly AttestationPlace[],
  onUnknown: (message: string) => void,
  signal: AbortSignal,
): AsyncGenerator<{ readonly name: string; readonly bundle: Uint8Array }, void, void> {
  for await (const entry of placedEntries(places, signal)) {
    const { file, line } = entry.where;
    const name = line === null ? file : `${file} line ${line}`;
    if (entry.kind === 'bundle') yield { name, bundle: entry.bytes };
    else if (entry.kind === 'unknown') onUnknown(`${quote(name)} is no attestation: ${entry.problem}`);
  }
}

/** The entries of several places, one after another. */
export async function* placedEntries(
  places: readonly AttestationPlace[],
  signal: AbortSignal,
): AsyncGenerator<PlacedEntry, void, void> {
  for (const place of places) {
    try {
      yield* place.entries(signal);
    } catch (error) {
      throw place.isFile && isSystemError(error) ? unreadable(place.name, error) : error;
    }
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): CommandError {
  if (cause.code === 'ENOENT') {
    return new CommandError('command/not-found', `there are no attestations at ${quote(file)}`, { cause });
  }
  const message = `the attestations ${quote(file)} cannot be read: ${systemMessage(cause)}`;
  const hints = cause.code === 'EISDIR' ? [`name their file, such as ${attestationsOf(file)}`] : [];
  return new CommandError('command/unreadable', message, { hints, cause });
}

async function judged(entry: PlacedEntry, judge: Judge): Promise<JudgedEntry> {
  const nothing = { ...entry.where, predicateType: null, attestation: null, subject: null, warnings: [] };
  if (entry.kind !== 'bundle')
    return { ...nothing, verdict: entry.kind, reason: { code: null, message: entry.problem } };
  const { verifier, signed, strict, signal } = judge;
  try {
    const attestation = await openAttestation(entry.bytes, verifier, { strict, signal });
    const { predicateType, warnings } = attestation;
    const subject = signed === null ? null : attestedSubject(attestation, signed);
    if (signed === null || subject !== null) {
      return { ...nothing, verdict: 'accepted', predicateType, attestation, subject, warnings, reason: null };
    }
    const message = `it is about something else: no subject has the root digest ${signed.manifest.rootDigest} of this signature`;
    const reason = { code: 'statement/other-subject', message };
    return { ...nothing, verdict: 'refused', predicateType, warnings, reason };
  } catch (error) {
    if (!(error instanceof OmsError) || isNoVerdict(error)) throw error;
    const { code, message } = error;
    const verdict = code === 'bundle/not-json' ? 'unknown' : 'refused';
    return { ...nothing, verdict, predicateType: await claimedType(entry.bytes), reason: { code, message } };
  }
}

/** What is wrong with this machine or with the trust root, and not with the attestation. */
function isNoVerdict({ code }: OmsError): boolean {
  return code === 'bundle/out-of-memory' || code.startsWith('signer/trust-');
}

async function claimedType(bundle: Uint8Array): Promise<string | null> {
  try {
    const [entry] = await inspectFile(bundle);
    return entry?.kind === 'other' ? (entry.claims.statement?.predicateType ?? null) : null;
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}
