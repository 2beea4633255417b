import {
  countBundles,
  isAttestationName,
  MAX_ATTESTATION_BUNDLES,
  MAX_ATTESTATION_BYTES,
} from './format/attestation-file.ts';
import { compareNames } from './format/names.ts';
import { readWholeFile } from './hashing/whole-file.ts';
import type { Listing, ModelFile } from './model.ts';

/**
 * The listing without the attestation files in the model root, which are among what was left out instead (section 7.3 of the draft). A
 * file is one if the bytes of what was listed are bundles (OMS-EXCLUDE-9).
 * @param isSigned whether a name is listed by the manifest: such a file is compared like any other (OMS-EXCLUDE-10)
 */
export async function withoutAttestations(
  listing: Listing,
  isSigned: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  if (listing.singleFile) return listing;
  const candidates = listing.files.filter(({ name }) => isAttestationName(name) && !isSigned(name));
  const found = await attestationsAmong(candidates, signal);
  if (found.size === 0) return listing;
  const left = {
    files: listing.files.filter(({ name }) => !found.has(name)),
    excluded: [...listing.excluded, ...found],
  };
  const { findExcludedCode, excludesOnly } = listing;
  return {
    ...listing,
    ...left,
    // The methods may be those of a class.
    confirm: () => listing.confirm(),
    ...(findExcludedCode && { findExcludedCode: () => findExcludedCode.call(listing) }),
    ...(excludesOnly && { excludesOnly: (name, content) => excludesOnly.call(listing, name, content) }),
  };
}

async function attestationsAmong(
  candidates: readonly ModelFile[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let bytesLeft = MAX_ATTESTATION_BYTES;
  let bundlesLeft = MAX_ATTESTATION_BUNDLES;
  for (const file of candidates.toSorted((a, b) => compareNames(a.name, b.name))) {
    signal?.throwIfAborted();
    const bytes = await readWholeFile(file, bytesLeft, signal);
    const count = bytes === null ? null : countBundles(bytes, bundlesLeft);
    if (bytes === null || count === null) continue;
    bytesLeft -= bytes.length;
    bundlesLeft -= count;
    found.add(file.name);
  }
  return found;
}
