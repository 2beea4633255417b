import type { Model } from '@model-signing/core';
import { quote } from '@model-signing/core';
import { changedListing } from './changed-listing.ts';
import { SourceError } from './source-error.ts';
import type { SourceModel, StoredSignature } from './source-model.ts';

/** What signatures are called that lie among the files of a model, the most usual first. */
const places: readonly { readonly fits: (name: string) => boolean; readonly called: string }[] = [
  { fits: (name) => name === 'model.sig', called: 'model.sig' },
  {
    fits: (name) => name.endsWith('.oms.sig') && !name.includes('/') && name.length > '.oms.sig'.length,
    called: '*.oms.sig',
  },
  { fits: (name) => name === '.kaggle/signing.json', called: '.kaggle/signing.json' },
];

/**
 * The signatures among the names of a model's files, by what they are called: `model.sig`, then `*.oms.sig` at the top, then
 * `.kaggle/signing.json`.
 * @param firstRank the rank of `model.sig`, after whatever a store looks at before names
 */
export function rankSignatureNames(names: Iterable<string>, firstRank = 0): StoredSignature[] {
  const found: StoredSignature[] = [];
  for (const name of names) {
    const rank = places.findIndex(({ fits }) => fits(name));
    if (rank !== -1) found.push({ name, rank: firstRank + rank, why: `its name is ${quote(name)}` });
  }
  return found.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
}

/**
 * The signature to verify a model with if none is named: the only one of the best rank. Which signatures are valid has no say:
 * otherwise, anyone who can add a signature to a store could choose which one decides.
 * @throws {SourceError} `source/signature-ambiguous` with the names to choose from, `source/signature-absent`, and what the store fails with
 */
export async function findSignature(source: SourceModel, signal?: AbortSignal): Promise<StoredSignature> {
  const found = await source.findSignatures(signal);
  const best = Math.min(...found.map(({ rank }) => rank));
  const [only, ...others] = found.filter(({ rank }) => rank === best);
  const { pinned, kind } = source.location;
  if (only === undefined) {
    const names = places.map(({ called }) => called).join(', ');
    const looked = kind === 'oci' ? `signatures attached to it, and layers called ${names}` : names;
    throw new SourceError('source/signature-absent', `there is no signature in ${pinned}: looked for ${looked}`);
  }
  if (others.length === 0) return only;
  const choices = [only, ...others].map(({ name }) => name);
  throw new SourceError(
    'source/signature-ambiguous',
    `there are ${choices.length} signatures in ${pinned}: ${some(choices)}`,
    { choices },
  );
}

/** How many names a message shows. */
const MAX_SHOWN = 8;

function some(names: readonly string[]): string {
  const shown = names
    .slice(0, MAX_SHOWN)
    .map((name) => quote(name))
    .join(', ');
  return names.length > MAX_SHOWN ? `${shown} and ${names.length - MAX_SHOWN} more` : shown;
}

/**
 * The same model without the file of its signature, which is listed as left out, as `localModel` does with `signaturePath`.
 * @param name the name of the file; a signature that lies elsewhere, such as one attached in a registry, leaves the model as it is
 */
export function withoutSignature(model: Model, name: string): Model {
  return {
    name: model.name,
    async list(options) {
      const listing = await model.list(options);
      const files = listing.files.filter((file) => file.name !== name);
      if (files.length === listing.files.length) return listing;
      return changedListing(listing, { files, excluded: [...listing.excluded, name], signatureName: name });
    },
  };
}
