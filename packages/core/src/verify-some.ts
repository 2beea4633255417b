import { type AcceptOptions, acceptUnusable, checkContent, forListing, type Reading } from './check-content.ts';
import { checkOptions } from './check-options.ts';
import { checkModel, listModel } from './format/collaborators.ts';
import { Warnings } from './format/errors.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import { listsAtOrBelow, type Match, matchFiles } from './format/manifest/compare.ts';
import { HISTORICAL_SINGLE_FILE_NAME } from './format/manifest/manifest.ts';
import { byPath, compareNames } from './format/names.ts';
import type { EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
import { withEngine } from './hashing/prepare.ts';
import type { Listing, Model } from './model.ts';
import { type OperationFacts, observed } from './observe.ts';
import { checkedSignature, type OpenSignatureOptions, type SignedManifest } from './open.ts';
import { isNamed, namesOf, select } from './select.ts';
import type { SignerIdentity } from './signer.ts';
import { readSubManifests } from './sub-manifests.ts';
import { type Coverage, verdictOf } from './verdict.ts';
import type { Verification } from './verify.ts';

/** Options of verifying some files. What is left out of a model plays no part: only what is named is looked at. */
export interface VerifySomeOptions
  extends Omit<ReadModelOptions, 'ignorePaths' | 'ignoreGitPaths'>,
    EvidenceOptions,
    Pick<AcceptOptions, 'allowSymlinks'>,
    Pick<OpenSignatureOptions, 'strict'> {}

/**
 * Verifies that some files of a model are what was signed, and looks at no others. The verdict is `partial`, even if the names cover
 * all signed files: whether the model has further files is not found out.
 *
 * Files are looked for by the names that the caller gives, and below a named directory by its listing; no name from the signature is
 * opened.
 * @param signed what `openSignature` returned
 * @param names canonical names of signed files, or of directories for all signed files below them
 * @throws {OmsError} `model/not-signed` for a name at or below which nothing is signed; `model/mismatch` with every difference; other
 * `model/…`
 * @throws {TypeError} for no names, and for a signed manifest that `openSignature` did not return
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const signed = await openSignature(await readFile('model.sig'), verifier);
 * const { verdict, unchecked } = await verifySome(signed, localModel('my-model'), ['config.json', 'weights/q4.gguf']);
 * console.log(`${verdict}: ${unchecked} signed files were not looked at`);
 */
export async function verifySome<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  model: Model,
  names: readonly string[],
  options: VerifySomeOptions = {},
): Promise<Verification<Identity>> {
  return observed('verify_some', (facts) => compareNamed(signed, model, names, options, facts));
}

async function compareNamed<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
  model: Model,
  names: readonly string[],
  options: VerifySomeOptions,
  facts: OperationFacts,
): Promise<Verification<Identity>> {
  const accepted = checkOptions(options);
  const { signer, subjectName, ...opened } = checkedSignature(signed);
  checkModel(model);
  facts.modelName = model.name;
  facts.method = signer.method;
  const only = namesOf(names);
  const warnings = new Warnings(accepted.strict);
  for (const { code, message } of signed.warnings) warnings.add(code, message);
  const checked = await readSubManifests(model, opened.checked, accepted, warnings, only);
  const wanted = isNamed(checked) ? select(checked, only) : checked;
  return withEngine(wanted.manifest.resources.length, accepted, async (engine) => {
    const listing = await listSome(model, wanted, only, accepted, warnings);
    const compared = await compareSome(wanted, listing, only, { options: accepted, engine, warnings });
    const unchecked = checked.files.length - wanted.files.length;
    const hashedBy = accepted.engine?.hashedBy ?? 'self';
    const coverage: Coverage = { listing: 'not-compared', hashedBy, advertised: compared.advertised, unchecked };
    facts.verdict = verdictOf(coverage);
    const result = { verdict: facts.verdict, ...coverage, signer, subjectName, ...wanted.manifest };
    return { ...result, ignored: [], unsigned: [], ...compared, warnings: warnings.close() };
  });
}

/** Lists what is at and below some names, and as little else as the model can. */
export async function listSome(
  model: Model,
  { manifest: { serialization }, files }: CheckedManifest,
  only: readonly string[],
  { allowSymlinks = false, signal, sizes = serialization.method === 'shards' }: ListSomeOptions,
  { warn }: Warnings,
): Promise<Listing> {
  const isNameless = files[0]?.path === HISTORICAL_SINGLE_FILE_NAME;
  return listModel(model, {
    followSymlinks: allowSymlinks && serialization.allowSymlinks,
    excludes: (name) => !isNameless && !listsAtOrBelow(files, name),
    sizes,
    only,
    signal,
    warn,
  });
}

/** Compares the files at and below some names with the manifest, as far as that is possible without reading them. */
export function matchSome(
  wanted: CheckedManifest,
  listing: Listing,
  only: readonly string[],
  { options, warnings }: { readonly options: AcceptOptions; readonly warnings: Warnings },
): { readonly restored: CheckedManifest; readonly match: Match; readonly isWanted: ReadonlySet<string> } {
  const restored = select(forListing(wanted, listing, warnings), only);
  acceptUnusable(listing, restored, { ...options, ignoreUnsignedFiles: true });
  const isWanted = new Set(restored.files.map(({ path }) => path));
  const found = listing.files.filter(({ name }) => isWanted.has(name));
  return { restored, isWanted, match: { ...matchFiles(restored, found), unsigned: [] } };
}

interface ListSomeOptions extends Pick<VerifySomeOptions, 'allowSymlinks' | 'signal'> {
  readonly sizes?: boolean;
}

async function compareSome(
  wanted: CheckedManifest,
  listing: Listing,
  only: readonly string[],
  reading: Reading,
): Promise<Pick<Verification, 'evidence' | 'advertised' | 'externalLinks' | 'hubLinks'>> {
  const { restored, match, isWanted } = matchSome(wanted, listing, only, reading);
  const content = await checkContent(match, wanted.manifest.serialization, listing, reading);
  return {
    ...content,
    externalLinks: listing.externalLinks.filter((name) => listsAtOrBelow(restored.files, name)).sort(compareNames),
    hubLinks: (listing.hubLinks ?? []).filter(({ path }) => isWanted.has(path)).toSorted(byPath),
  };
}
