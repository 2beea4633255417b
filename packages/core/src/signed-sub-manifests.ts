import { bytesHashers } from '#engine';
import type { HashAlgorithm } from './format/algorithms.ts';
import { OmsError, type Warnings } from './format/errors.ts';
import { type Extension, SUB_MANIFESTS } from './format/extensions.ts';
import type { Manifest, Serialization, SubManifest } from './format/manifest/manifest.ts';
import { parseSubManifest, subManifestName } from './format/manifest/sub-manifests.ts';
import { byPath, PathSet } from './format/names.ts';
import { quote } from './format/text.ts';
import type { CurrentVersion } from './format/versions/version.ts';
import type { Listing } from './model.ts';

/** The sub-manifest of a directory, to be signed. */
export interface GivenSubManifest {
  /** Canonical name of the directory. */
  readonly directory: string;
  /** The bytes of the file `oms-manifest.json` in it, as `encodeSubManifest` made them. */
  readonly document: Uint8Array;
}

/** What sub-manifests add to a manifest that is signed. */
export type SubManifestMembers = Pick<Manifest, 'extensions' | 'subManifests'>;

/**
 * Checks sub-manifests as a verifier will, and that they list the files that their directories have.
 * @returns the members for the manifest, in canonical order, and the listing without what the sub-manifests list
 * @throws {OmsError} `manifest/…`; `model/changed` if a directory has other files than its document lists
 * @throws {TypeError} without the extension
 */
export async function takeSubManifests(
  given: readonly GivenSubManifest[],
  enabled: readonly Extension[],
  signed: { readonly listing: Listing; readonly serialization: Serialization },
  version: CurrentVersion,
  warnings: Warnings,
): Promise<{ readonly listing: Listing; readonly members: SubManifestMembers }> {
  if (given.length === 0) return { listing: signed.listing, members: {} };
  if (!enabled.includes(SUB_MANIFESTS)) throw new TypeError(`sub-manifests need the extension ${SUB_MANIFESTS}`);
  const { listing, serialization } = signed;
  const manifest: Manifest = { serialization, resources: [], rootDigest: '' };
  const subManifests: SubManifest[] = [];
  for (const { directory, document } of given) {
    const { files } = parseSubManifest(document, directory, manifest, version, warnings);
    checkSameFiles(listing, directory, new Set(files.map(({ path }) => path)), serialization);
    subManifests.push({ directory, digest: await digestOf(document, serialization.hashType) });
  }
  const elsewhere = new PathSet(given.map(({ directory }) => directory));
  return {
    listing: { ...listing, files: listing.files.filter(({ name }) => !elsewhere.covers(name)) },
    members: {
      extensions: [SUB_MANIFESTS],
      subManifests: subManifests.sort((a, b) => byPath({ path: a.directory }, { path: b.directory })),
    },
  };
}

function checkSameFiles(
  listing: Listing,
  directory: string,
  listed: ReadonlySet<string>,
  { method }: Serialization,
): void {
  const prefix = `${directory}/`;
  const found = new Set<string>();
  for (const { name, size } of listing.files) {
    if (!name.startsWith(prefix) || name === subManifestName(directory)) continue;
    if (method === 'files' || size !== 0) found.add(name);
  }
  const other = [...listed].find((name) => !found.has(name)) ?? [...found].find((name) => !listed.has(name));
  if (other === undefined) return;
  const where = found.has(other) ? 'is in the model and not in' : 'is in';
  const end = found.has(other) ? '' : ' and not in the model';
  const message = `${quote(other)} ${where} the sub-manifest of its directory${end}: make the sub-manifest again`;
  throw new OmsError('model/changed', message, { requirement: null });
}

async function digestOf(bytes: Uint8Array, algorithm: HashAlgorithm): Promise<string> {
  const hasher = (await bytesHashers(algorithm))();
  await hasher.update(bytes);
  return hasher.digest();
}
