import { type AcceptOptions, acceptUnusable, checkContent, forListing, type Reading } from './check-content.ts';
import { checkOptions } from './check-options.ts';
import { withoutAttestations } from './excluded-attestations.ts';
import { checkModel, listModel } from './format/collaborators.ts';
import { type Warning, Warnings } from './format/errors.ts';
import { Exclusion } from './format/exclusion.ts';
import type { Extension } from './format/extensions.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import { listsAtOrBelow, matchFiles } from './format/manifest/compare.ts';
import {
  type Annotations,
  type Draft,
  emptyModel,
  type Manifest,
  type Resource,
  type Serialization,
  type SubManifest,
} from './format/manifest/manifest.ts';
import { byPath, compareNames } from './format/names.ts';
import { quote } from './format/text.ts';
import type { Evidence, EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { withEngine } from './hashing/prepare.ts';
import { type IgnoredFilesOptions, refuseIgnored, warnOfIgnoredCode } from './ignored.ts';
import type { ContentDigest, HubLink, Listing, Model } from './model.ts';
import { type OperationFacts, observed } from './observe.ts';
import { checkedSignature, type OpenSignatureOptions, openChecked, type SignedManifest } from './open.ts';
import type { SignerIdentity, Verifier } from './signer.ts';
import { readSubManifests } from './sub-manifests.ts';
import { type Coverage, type Verdict, verdictOf } from './verdict.ts';

/** Options of verifying. Ignored paths add to the recorded ones; a listed file is verified even if a path covers it. */
export interface VerifyModelOptions
  extends ReadModelOptions,
    EvidenceOptions,
    OpenSignatureOptions,
    AcceptOptions,
    IgnoredFilesOptions {}

/** The result of verifying: a model, or some of its files, is what the signer signed, as far as the verdict says. */
export interface Verification<Identity extends SignerIdentity = SignerIdentity> extends Coverage {
  /** What this result says in one word. Only `verified` says that the whole model is what was signed. */
  readonly verdict: Verdict;
  readonly signer: Identity;
  /** What the signer called the model, or null in a form that has no name. A claim, never compared with anything. */
  readonly subjectName: string | null;
  /** Lowercase hexadecimal SHA-256 over the digests of all resources. */
  readonly rootDigest: string;
  /** The root digest of version 1.0, which a draft states beside its own. */
  readonly publishedRootDigest?: string;
  /** The draft that the bundle follows; absent for version 1.0. */
  readonly draft?: Draft;
  /** What the signer states about the model; only in a draft. Claims, never compared with anything. */
  readonly annotations?: Annotations;
  /** The extensions of the draft that the manifest depends on. */
  readonly extensions?: readonly Extension[];
  /** The directories that have a sub-manifest; what was read of them is among the resources. */
  readonly subManifests?: readonly SubManifest[];
  /** How it was hashed. */
  readonly serialization: Serialization;
  /** What was checked: all resources, or those of the files that the caller named. */
  readonly resources: readonly Resource[];
  /** Topmost paths that were found and excluded, hence not verified; directories end in `/`. */
  readonly ignored: readonly string[];
  /** Unlisted files that were accepted: with `ignoreUnsignedFiles` all of them, else empty ones under `shards`. */
  readonly unsigned: readonly string[];
  /** Links that were followed out of the model. */
  readonly externalLinks: readonly string[];
  /** Links from a snapshot in the cache of a hub to its blobs, which were taken as files. */
  readonly hubLinks: readonly HubLink[];
  /** `bytes` if every listed file was hashed; `advertised` if any digest is one that the model's source advertises. */
  readonly evidence: Evidence;
  readonly warnings: readonly Warning[];
}

/**
 * Verifies that a model is what its bundle says and that the bundle is by someone the verifier trusts (section 13).
 *
 * Returns only if every check passes. Names from the bundle are compared with names on disk and never opened.
 * @param bundle the bytes of the signature file
 * @throws {OmsError} with the code of the first stage that fails; `model/mismatch` carries every difference
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const { signer, resources } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * console.log(`${resources.length} files signed by ${signer.hint}`);
 */
export async function verifyModel<Identity extends SignerIdentity>(
  model: Model,
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: VerifyModelOptions = {},
): Promise<Verification<Identity>> {
  return observed('verify', (facts) => openAndCompare(model, bundle, verifier, options, facts));
}

async function openAndCompare<Identity extends SignerIdentity>(
  model: Model,
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: VerifyModelOptions,
  facts: OperationFacts,
): Promise<Verification<Identity>> {
  const accepted = checkOptions(options);
  checkModel(model);
  facts.modelName = model.name;
  const warnings = new Warnings(accepted.strict);
  const { signer, subjectName, file, ...opened } = await openChecked(bundle, verifier, accepted, warnings);
  facts.method = signer.method;
  const checked = await readSubManifests(model, opened.checked, accepted, warnings);
  // The engine's threads start while the model is listed.
  return withEngine(checked.manifest.resources.length, accepted, async (engine) => {
    const compared = await compareModel(
      model,
      { ...checked, signatures: [file] },
      { options: accepted, engine, warnings },
    );
    facts.verdict = compared.verdict;
    return { signer, subjectName, ...checked.manifest, ...compared, warnings: warnings.close() };
  });
}

/** Options of verifying what was opened before. */
export type VerifySignedOptions = Omit<VerifyModelOptions, 'draft' | 'extensions'>;

/**
 * Verifies that a model is what a signature says that was opened before. `verifyModel` is `openSignature` and this.
 * @param signed what `openSignature` returned
 * @throws {OmsError} `model/…`; `model/mismatch` carries every difference
 * @throws {TypeError} for a signed manifest that `openSignature` did not return
 *
 * @example
 * const signed = await openSignature(await readFile('model.sig'), keyVerifier({ publicKey: await readFile('key.pub.pem') }));
 * const { verdict } = await verifySigned(signed, localModel('my-model', { signaturePath: 'my-model/model.sig' }));
 */
export async function verifySigned<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  model: Model,
  options: VerifySignedOptions = {},
): Promise<Verification<Identity>> {
  return observed('verify', (facts) => compareSigned(signed, model, options, facts));
}

async function compareSigned<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  model: Model,
  options: VerifySignedOptions,
  facts: OperationFacts,
): Promise<Verification<Identity>> {
  const accepted = checkOptions(options);
  const { signer, subjectName, file, ...opened } = checkedSignature(signed);
  checkModel(model);
  facts.modelName = model.name;
  facts.method = signer.method;
  const warnings = new Warnings(accepted.strict);
  for (const { code, message } of signed.warnings) warnings.add(code, message);
  const checked = await readSubManifests(model, opened.checked, accepted, warnings);
  return withEngine(checked.manifest.resources.length, accepted, async (engine) => {
    const compared = await compareModel(
      model,
      { ...checked, signatures: [file] },
      { options: accepted, engine, warnings },
    );
    facts.verdict = compared.verdict;
    return { signer, subjectName, ...checked.manifest, ...compared, warnings: warnings.close() };
  });
}

/** What comparing a model adds to what was signed. */
export type Compared = Omit<Verification, 'signer' | 'subjectName' | 'warnings' | keyof Manifest>;

/** What was signed, with the signature files that may be in the model. */
interface Signed extends CheckedManifest {
  readonly signatures: readonly ContentDigest[];
}

/** How a model is compared. */
interface Comparing extends Reading {
  readonly options: VerifySignedOptions;
}

/** Compares a model with what was signed (section 13, step 6). */
export async function compareModel(model: Model, checked: Signed, comparing: Comparing): Promise<Compared> {
  const { options, warnings } = comparing;
  const listing = await listAsSigned(model, checked, options, warnings);
  const { ignoredFiles = options.strict ? 'refuse' : 'report' } = options;
  if (ignoredFiles !== 'report') {
    refuseIgnored(listing, checked.signatures, ignoredFiles === 'refuse' ? [] : ignoredFiles);
  }
  if (ignoredFiles !== 'refuse') await warnOfIgnoredCode(listing, warnings, options.signal);
  const unsignedEntries = acceptUnusable(listing, checked, options);
  if (listing.files.length === 0) throw emptyModel(model.name, 'file', 'OMS-ENUM-4');
  const match = matchFiles(forListing(checked, listing, warnings), listing.files);
  const content = await checkContent(match, checked.manifest.serialization, listing, comparing);
  if (!options.ignoreUnsignedFiles) warnOfEmptyFiles(match.unsignedEmpty, warnings);
  const { advertised } = content;
  const coverage: Coverage = {
    listing: listing.complete === false ? 'incomplete' : 'complete',
    hashedBy: options.engine?.hashedBy ?? 'self',
    advertised,
    unchecked: 0,
  };
  return {
    verdict: verdictOf(coverage),
    ...coverage,
    ignored: listing.excluded.toSorted(compareNames),
    unsigned: [...match.unsigned, ...match.unsignedEmpty, ...unsignedEntries].sort(compareNames),
    externalLinks: listing.externalLinks.toSorted(compareNames),
    hubLinks: (listing.hubLinks ?? []).toSorted(byPath),
    evidence: content.evidence,
  };
}

/** Lists the model with the recorded exclusions, the caller's and the defaults together (OMS-IGNORE-6, OMS-IGNORE-18). */
async function listAsSigned(
  model: Model,
  { manifest: { serialization }, files }: CheckedManifest,
  options: VerifyModelOptions,
  { warn }: Warnings,
): Promise<Listing> {
  const { allowSymlinks = false } = options;
  const exclusion = new Exclusion(serialization.ignorePaths, options);
  const listing = await listModel(model, {
    followSymlinks: allowSymlinks && serialization.allowSymlinks,
    // Listed files are verified even if an exclusion covers them (OMS-IGNORE-7, OMS-IGNORE-19).
    excludes: (name, isDirectory) => exclusion.excludes(name, isDirectory) && !listsAtOrBelow(files, name),
    sizes: serialization.method === 'shards',
    signal: options.signal,
    warn,
  });
  if (!serialization.excludeAttestations) return listing;
  return withoutAttestations(listing, (name) => listsAtOrBelow(files, name), options.signal);
}

function warnOfEmptyFiles(names: readonly string[], warnings: Warnings): void {
  const [first] = names;
  if (first === undefined) return;
  const which =
    names.length === 1
      ? `the empty file ${quote(first)} is`
      : `${names.length} empty files, ${quote(first)} first, are`;
  warnings.add('model/empty-file-unsigned', `${which} not covered, since shards cannot list them`);
}
