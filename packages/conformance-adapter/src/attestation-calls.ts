import {
  attestedSubject,
  isOmsError,
  OmsError,
  openAttestation,
  predicateTypeOf,
  quote,
  type SignedManifest,
  type Verifier,
  type Warning,
} from '@model-signing/core';
import { type BundleLine, readAttestationFile } from '@model-signing/core/attestation-file';
import { type Arguments, BadCall, isOn, list } from './arguments.ts';
import { warningResult } from './result.ts';

/** An entry of a file of attestations, in the form of the protocol. */
interface Entry {
  readonly line: number;
  readonly verdict: 'accepted' | 'refused' | 'unknown' | 'duplicate';
  readonly type?: string;
}

/** What became of the attestations, and of what was warned; empty if none were asked for. */
interface Attested {
  readonly attestations?: readonly Entry[];
  readonly warnings: readonly ReturnType<typeof warningResult>[];
}

/**
 * Verifies attestations by the verifier of the signature.
 * @throws {OmsError} `statement/attestation-missing`, `bundle/too-large`
 */
export async function verifyAttestations(
  args: Arguments,
  signed: SignedManifest,
  verifier: Verifier,
): Promise<Attested> {
  const files = list(args, 'attestations');
  const required = list(args, 'require-attestation').map(requiredType);
  if (files.length === 0 && required.length === 0) return { warnings: [] };
  const attestations: Entry[] = [];
  const warnings: Warning[] = [];
  for (const file of files) {
    for await (const entry of readAttestationFile(file)) {
      attestations.push(await judged(entry, signed, verifier, isOn(args, 'strict'), warnings));
    }
  }
  const missing = required.find((type) => !attestations.some((each) => each.type === type));
  if (missing === undefined) return { attestations, warnings: warnings.map(warningResult) };
  throw new OmsError('statement/attestation-missing', `there is no attestation ${quote(missing)}`);
}

function requiredType(name: string): string {
  const type = predicateTypeOf(name);
  if (type === null) throw new BadCall(`the type "${name}" is neither a URI nor a short name`);
  return type;
}

async function judged(
  entry: BundleLine,
  signed: SignedManifest,
  verifier: Verifier,
  strict: boolean,
  warnings: Warning[],
): Promise<Entry> {
  const { line } = entry;
  if (entry.kind !== 'bundle') return { line, verdict: entry.kind };
  try {
    const attestation = await openAttestation(entry.bytes, verifier, { strict });
    if (attestedSubject(attestation, signed) === null) return { line, verdict: 'refused' };
    warnings.push(...attestation.warnings);
    return { line, verdict: 'accepted', type: attestation.predicateType };
  } catch (error) {
    if (!isOmsError(error)) throw error;
    return { line, verdict: error.code === 'bundle/not-json' ? 'unknown' : 'refused' };
  }
}
