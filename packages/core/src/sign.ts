import { checkOptions } from './check-options.ts';
import type { HashJob, PreparedEngine } from './engine.ts';
import { checkPayloadFits, mayFit } from './format/bundle.ts';
import { checkModel, checkSigner } from './format/collaborators.ts';
import { type SealedEnvelope, sealEnvelope } from './format/envelope.ts';
import { type OmsError, type Warning, Warnings } from './format/errors.ts';
import {
  type Annotations,
  emptyModel,
  type Manifest,
  type Resource,
  type RootContent,
  resourceName,
  type Serialization,
} from './format/manifest/manifest.ts';
import { plannedResource, planResources } from './format/manifest/plan.ts';
import { byPath, compareNames } from './format/names.ts';
import { encodeStatement, mostBytes, statementSize } from './format/statement.ts';
import type { CurrentVersion } from './format/versions/version.ts';
import { versionToSign } from './format/versions/versions.ts';
import { hashListed } from './hashing/listed.ts';
import type { Evidence } from './hashing/options.ts';
import { PointerWatch, warnOfPointers } from './hashing/pointers.ts';
import { withEngine } from './hashing/prepare.ts';
import { type HashModelOptions, type ListedModel, listToHash, type SignModelOptions } from './list-to-hash.ts';
import type { HubLink, Model } from './model.ts';
import { type OperationFacts, observed } from './observe.ts';
import type { SubManifestMembers } from './signed-sub-manifests.ts';
import type { Signer } from './signer.ts';
import type { HashedBy } from './verdict.ts';

export type { HashModelOptions, SignModelOptions } from './list-to-hash.ts';

export interface HashedModel {
  readonly name: string;
  readonly manifest: Manifest;
  /** Topmost paths that were found and left out; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  /** Links from a snapshot in the cache of a hub to its blobs, which were taken as files. */
  readonly hubLinks: readonly HubLink[];
  /** `advertised` if any digest is one that the model's source advertises. */
  readonly evidence: Evidence;
  /** Which machines read the bytes. */
  readonly hashedBy: HashedBy;
  /** Names of the files whose digest is one that the model's source advertises, in canonical order. */
  readonly advertised: readonly string[];
  readonly warnings: readonly Warning[];
}

export interface SignedModel extends HashedModel, SealedEnvelope {}

/**
 * Signs a model: lists and hashes its files, states their digests, and signs the statement (section 11). A signature covers hashed
 * bytes, unless the option `evidence` accepts digests that the model's source advertises: then it covers what the source states,
 * as the digests in the manifest of an OCI artifact.
 * @throws {OmsError} `model/…` and `manifest/…` for a model that cannot be signed, `bundle/too-large` before anything is hashed; what
 * the signer throws
 *
 * @example
 * const signer = keySigner({ privateKey: await readFile('key.pem') });
 * const { bundle } = await signModel(localModel('my-model'), signer);
 * await writeFile('model.sig', bundle);
 */
export async function signModel(model: Model, signer: Signer, options: SignModelOptions = {}): Promise<SignedModel> {
  return observed('sign', (facts) => hashAndSign(model, signer, options, facts));
}

async function hashAndSign(
  model: Model,
  signer: Signer,
  options: SignModelOptions,
  facts: OperationFacts,
): Promise<SignedModel> {
  const checked = checkOptions(options);
  checkModel(model);
  checkSigner(signer);
  facts.modelName = model.name;
  const version = await versionToSign(checked.draft, checked.extensions);
  const warnings = new Warnings(checked.strict);
  const listed = await listToHash(model, version, checked, warnings);
  const { serialization, listing, members } = listed;
  const checkPlan = (planned: readonly HashJob[]) => {
    const { annotations } = checked;
    const manifest = { serialization, ...(annotations && { annotations }), ...members };
    const sizeWith = (names: readonly string[]) => statementSize(model.name, names, manifest, version);
    if (mayFit(sizeWith([]) + mostBytes(planned))) return;
    const names = planned.map((job) => resourceName(plannedResource(job)));
    checkPayloadFits(sizeWith(names), planned.length);
  };
  // Taken out below, since a listing of very many files should not be in memory beside the statement and the bundle.
  const taken = [listed];
  return withEngine(listing.files.length, checked, async (engine) => {
    const reading: Reading = { options: checked, engine, warnings, checkPlan, isSigning: true };
    const hashed = await hashListing(model.name, taken.pop() as ListedModel, version, reading);
    const statement = encodeStatement(hashed.name, hashed.manifest, version);
    const sealed = await sealEnvelope(statement, signer, { warnings, signal: checked.signal });
    facts.method = sealed.signer.method;
    return { ...hashed, ...sealed, warnings: warnings.close() };
  });
}

/**
 * Hashes a model as signing does, without a signature. `manifest.rootDigest` is one value for the whole model.
 * @throws {OmsError} `model/…`, `manifest/…`
 *
 * @example
 * const { manifest } = await hashModel(localModel('my-model'), { hashAlgorithm: 'blake3' });
 * console.log(manifest.rootDigest, manifest.resources.length);
 */
export async function hashModel(model: Model, options: HashModelOptions = {}): Promise<HashedModel> {
  return observed('hash', (facts) => hashOnly(model, options, facts));
}

async function hashOnly(model: Model, options: HashModelOptions, facts: OperationFacts): Promise<HashedModel> {
  const checked = checkOptions(options);
  checkModel(model);
  facts.modelName = model.name;
  const version = await versionToSign(checked.draft, checked.extensions);
  const warnings = new Warnings(checked.strict);
  const listed = await listToHash(model, version, checked, warnings);
  return withEngine(listed.listing.files.length, checked, async (engine) => {
    const hashed = await hashListing(model.name, listed, version, { options: checked, engine, warnings });
    return { ...hashed, warnings: warnings.close() };
  });
}

/** How the files of a listing are read, and with which checks. */
interface Reading {
  readonly options: HashModelOptions;
  readonly engine: PreparedEngine;
  readonly warnings: Warnings;
  /** Whether the digests will be signed, so that the engine may take some of them over. */
  readonly isSigning?: boolean;
  /** Called with what will be hashed, before it is. */
  readonly checkPlan?: (planned: readonly HashJob[]) => void;
}

/** Hashes the files of a model, and confirms that they are still those that were listed. */
async function hashListing(
  name: string,
  { listing, serialization, members }: ListedModel,
  version: CurrentVersion,
  { options, engine, warnings, checkPlan, isSigning = false }: Reading,
): Promise<Omit<HashedModel, 'warnings'>> {
  const planned = planResources(listing.files, serialization);
  checkPlan?.(planned);
  const pointers = new PointerWatch(options, serialization);
  const { hashType } = serialization;
  const { digests, evidence, advertised } = await hashListed(
    listing,
    { jobs: planned },
    hashType,
    engine,
    isSigning ? { ...pointers.options, signing: serialization } : pointers.options,
    options.evidence,
  );
  const isAdvertised = new Set(advertised);
  const read = () => listing.files.filter(({ name }) => !isAdvertised.has(name));
  warnOfPointers(await pointers.found(read, options.signal), warnings);
  if (planned.length === 0) throw nothingToSign(name, serialization);
  const resources = planned.map((job, index): Resource => {
    const { path, range } = plannedResource(job);
    const digest = digests[index] as string;
    return range === undefined ? { path, digest } : { path, range, digest };
  });
  return {
    name,
    manifest: manifestOf({ serialization, resources }, members, version, options.annotations),
    ignored: listing.excluded.toSorted(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    hubLinks: (listing.hubLinks ?? []).toSorted(byPath),
    evidence,
    hashedBy: options.engine?.hashedBy ?? 'self',
    advertised,
  };
}

function manifestOf(
  resources: RootContent,
  { extensions, subManifests }: SubManifestMembers,
  version: CurrentVersion,
  annotations: Annotations | undefined,
): Manifest {
  const { draft } = version;
  const rest = { ...(draft && { draft }), ...(annotations && { annotations }), ...(extensions && { extensions }) };
  const content = { ...resources, ...(subManifests && { subManifests }) };
  const published = version.publishedRootDigest?.(content);
  const roots = { rootDigest: version.rootDigest(content), ...(published && { publishedRootDigest: published }) };
  return { ...content, ...roots, ...rest };
}

function nothingToSign(name: string, { method }: Serialization): OmsError {
  const nonEmpty = 'file that is not empty, and shards cannot list empty files';
  return emptyModel(name, method === 'shards' ? nonEmpty : 'file to sign');
}
