import { quote } from './text.ts';

/** Sub-manifests: the manifest of a directory in a file of its own, listed by its digest (section 4.5.1 of the draft). */
export const SUB_MANIFESTS = 'https://model-signing.example/draft/extension/sub-manifests/v1';

/** A side file with the hash tree of a BLAKE3 digest, to verify parts of a file (section 4.5.2 of the draft). */
export const BLAKE3_SIDE_FILE = 'https://model-signing.example/draft/extension/blake3-side-file/v1';

/** ML-DSA-65 as an algorithm of signatures with keys (section 12.1 of the draft). */
export const ML_DSA_65 = 'https://model-signing.example/draft/extension/ml-dsa-65/v1';

/** Every extension of the draft that this release has. */
export const extensions = [SUB_MANIFESTS, BLAKE3_SIDE_FILE, ML_DSA_65] as const;

/** An extension of the draft, which is off unless the caller names it. It may change or disappear with any release. */
export type Extension = (typeof extensions)[number];

/** Extensions that change what a manifest means, and are therefore named in it. */
export const manifestExtensions: readonly Extension[] = [SUB_MANIFESTS];

/**
 * The extensions that a caller names.
 * @throws {TypeError} for one that this release does not have
 */
export function chosenExtensions(named: readonly string[] = []): readonly Extension[] {
  const known: readonly string[] = extensions;
  const unknown = named.find((each) => !known.includes(each));
  if (unknown !== undefined) throw new TypeError(`there is no extension ${quote(unknown)}`);
  return [...new Set(named)] as Extension[];
}
