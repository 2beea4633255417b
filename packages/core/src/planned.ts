import { checkOptions } from './check-options.ts';
import type { HashJob } from './engine.ts';
import { checkModel } from './format/collaborators.ts';
import { type Warning, Warnings } from './format/errors.ts';
import type { Serialization } from './format/manifest/manifest.ts';
import { planResources } from './format/manifest/plan.ts';
import { compareNames } from './format/names.ts';
import { versionToSign } from './format/versions/versions.ts';
import { type HashModelOptions, listToHash } from './list-to-hash.ts';
import type { Model } from './model.ts';

/** What signing a model would hash. Nothing of it was read. */
export interface PlannedModel {
  readonly name: string;
  readonly serialization: Serialization;
  /** In the canonical order of the resources; the size of every file is known. */
  readonly jobs: readonly HashJob[];
  /** Topmost paths that were found and left out; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Lists what signing a model with the same options would hash, and reads nothing: the start of hashing it elsewhere. A `HashEngine`
 * with `hashedBy: 'hosts'` brings the digests back into `signModel` and `verifyModel`.
 * @throws {OmsError} `model/…` and `manifest/…` for a model that cannot be signed
 *
 * @example
 * const { jobs } = await planModel(localModel('my-model'), { shardSize: 64 * 1024 * 1024 });
 * console.log(`${jobs.length} digests to compute`);
 */
export async function planModel(model: Model, options: HashModelOptions = {}): Promise<PlannedModel> {
  const checked = checkOptions(options);
  checkModel(model);
  const version = await versionToSign(checked.draft);
  const warnings = new Warnings(checked.strict);
  const { listing, serialization } = await listToHash(model, version, checked, warnings, true);
  return {
    name: model.name,
    serialization,
    jobs: planResources(listing.files, serialization),
    ignored: listing.excluded.toSorted(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    warnings: warnings.close(),
  };
}
