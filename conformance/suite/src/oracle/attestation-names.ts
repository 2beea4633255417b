import type { Json, JsonObject } from './json.ts';
import type { Judge } from './judgement.ts';

const ENDINGS = ['.sig', '.sigstore', '.sigstore.json', '.intoto.jsonl'];

/** Whether a name is one that attestation files have. */
export function isAttestationName(name: string): boolean {
  return !name.includes('/') && (name === 'claims.jsonl' || ENDINGS.some((ending) => name.endsWith(ending)));
}

/** The serialization of a draft, with its rule for attestation files. */
export function readExclusion<S extends { readonly allowSymlinks: boolean }>(
  written: Json | undefined,
  read: S,
  judge: Judge,
): S & { readonly excludeAttestations: boolean } {
  const value = (written as JsonObject | undefined)?.exclude_attestations;
  const isWrong = value !== undefined && typeof value !== 'boolean';
  judge.refuseIf(isWrong, 'exclude-attestations-of-any-type', 'manifest/malformed', 'exclude_attestations');
  const both = value === true && read.allowSymlinks;
  judge.refuseIf(both, 'exclude-attestations-with-links', 'manifest/malformed', 'exclude_attestations');
  return { ...read, excludeAttestations: Boolean(value) };
}
