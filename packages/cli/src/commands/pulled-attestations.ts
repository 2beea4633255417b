import { OmsError, type SignedManifest, type Verifier } from '@model-signing/core';
import type { SourceModel } from '@model-signing/sources';
import { type JudgedEntry, judgeAttestations } from '../attestation-files.ts';
import { attestationsOf } from '../attestation-names.ts';
import { type AttestationPlace, storePlace } from '../attestation-places.ts';
import type { Context } from '../context.ts';
import { CommandError } from '../failure.ts';
import { addAttestations } from './added-attestations.ts';

/** The attestations of a model that was pulled, and the file beside it that they are in. */
export interface PulledAttestations {
  readonly file: string;
  readonly entries: readonly JudgedEntry[];
}

/** What was pulled: where from and to, what was signed, and who may have signed it. */
interface Pulled {
  readonly source: SourceModel;
  readonly target: string;
  readonly signed: SignedManifest;
  readonly verifier: Verifier;
}

/**
 * Adds the attestations of a model in a store to the file beside the directory that it was pulled to. Those by other signers are brought too,
 * and reported as not verified: a policy may name their signers. What is about another model, or is no attestation, stays where it is. The
 * model is in place already, so that what goes wrong here is a warning. Null if there are none.
 */
export async function pullAttestations(pulled: Pulled, context: Context): Promise<PulledAttestations | null> {
  const file = attestationsOf(pulled.target);
  const entries: JudgedEntry[] = [];
  try {
    await bring(pulled, file, entries, context.signal);
  } catch (error) {
    if (context.signal.aborted || !isExpected(error)) throw error;
    context.output.notice('command/attestations-unread', `not all attestations were fetched: ${error.message}`);
  }
  return entries.length === 0 ? null : { file, entries };
}

function isExpected(error: unknown): error is Error {
  return error instanceof OmsError || error instanceof CommandError || (error as Error)?.name === 'SourceError';
}

/** Bundles in memory before they are written, and their bytes. */
const MAX_HELD = 1000;
const MAX_HELD_BYTES = 64 * 1024 * 1024;

async function bring(
  { source, signed, verifier }: Pulled,
  file: string,
  entries: JudgedEntry[],
  signal: AbortSignal,
): Promise<void> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  const write = async () => {
    if (held.length > 0) await addAttestations(file, held);
    held = [];
    bytes = 0;
  };
  const place = new WatchedPlace(storePlace(source));
  for await (const entry of judgeAttestations([place], { verifier, signed, signal })) {
    const { attestation } = entry;
    entries.push({ ...entry, attestation: attestation && { ...attestation, predicate: null, subjects: [] } });
    if (place.current === null || !isBrought(entry)) continue;
    held.push(place.current);
    bytes += place.current.length;
    if (held.length === MAX_HELD || bytes > MAX_HELD_BYTES) await write();
  }
  await write();
}

/** A place, and the bundle of its entry that is being judged. */
class WatchedPlace implements AttestationPlace {
  readonly name: string;
  readonly isFile = false;
  current: Uint8Array | null = null;
  readonly #place: AttestationPlace;

  constructor(place: AttestationPlace) {
    this.name = place.name;
    this.#place = place;
  }

  async *entries(signal: AbortSignal) {
    for await (const entry of this.#place.entries(signal)) {
      this.current = entry.kind === 'bundle' ? entry.bytes : null;
      yield entry;
    }
  }
}

/** Whether it is about this model, or by a signer who is not known here, so that what it is about was not read. */
function isBrought({ verdict, reason }: JudgedEntry): boolean {
  return verdict === 'accepted' || (verdict === 'refused' && (reason?.code?.startsWith('signer/') ?? false));
}
