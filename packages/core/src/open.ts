import { checkOptions } from './check-options.ts';
import { parseBundle } from './format/bundle.ts';
import { checkVerifier } from './format/collaborators.ts';
import { openEnvelope } from './format/envelope.ts';
import { type Warning, Warnings } from './format/errors.ts';
import { type CheckedManifest, checkManifest } from './format/manifest/check.ts';
import type { Draft, Manifest } from './format/manifest/manifest.ts';
import { acceptedVersions } from './format/versions/versions.ts';
import type { SignerIdentity, Verifier } from './signer.ts';

/** Which bundles to accept. */
export interface OpenSignatureOptions {
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Also accept bundles of this draft of the format. Default: none. */
  readonly draft?: Draft | undefined;
  /** Ends the wait for the verifier with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What is signed, and by whom. It says nothing about the files of any model. */
export interface SignedManifest<Identity extends SignerIdentity = SignerIdentity> {
  readonly signer: Identity;
  /** What the signer called the model, or null in a form that has no name. A claim, never compared with anything. */
  readonly subjectName: string | null;
  /** The manifest that was signed, checked: names, ranges and order, and the root digest over its resources. */
  readonly manifest: Manifest;
  readonly warnings: readonly Warning[];
}

/**
 * Opens a signature: verifies that it is by someone the verifier trusts, then reads and checks what was signed (section 13,
 * steps 1 to 5). No model is read: to check that a model is what was signed, use `verifyModel`, and `verifySome` for some files.
 * @param bundle the bytes of the signature file
 * @throws {OmsError} `bundle/…`, `envelope/…`, `signer/…`, `statement/…`, `manifest/…`
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const { signer, manifest } = await openSignature(await readFile('model.sig'), verifier);
 * for (const { path, digest } of manifest.resources) console.log(digest, path);
 */
export async function openSignature<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenSignatureOptions = {},
): Promise<SignedManifest<Identity>> {
  const accepted = checkOptions(options);
  const warnings = new Warnings(accepted.strict);
  const { signer, subjectName, checked } = await openChecked(bundle, verifier, accepted, warnings);
  const signed = { signer, subjectName, manifest: checked.manifest, warnings: warnings.close() };
  opened.set(signed, { signer, subjectName, checked, bundle: new Uint8Array(bundle) });
  return signed;
}

/** What was opened, with the bytes of the signature file. */
type OpenedSignature<Identity extends SignerIdentity> = CheckedSignature<Identity> & { readonly bundle: Uint8Array };

/** What was checked for each result of `openSignature`, so that no other object can pass for one. */
const opened = new WeakMap<object, OpenedSignature<SignerIdentity>>();

/**
 * What was checked when this signature was opened.
 * @throws {TypeError} for anything but a result of `openSignature`
 */
export function checkedSignature<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
): OpenedSignature<Identity> {
  const found = Object(signed) === signed ? opened.get(signed) : undefined;
  if (!found) throw new TypeError('the signed manifest must be what openSignature returned, and not a copy of it');
  return found as OpenedSignature<Identity>;
}

/** A checked signature that is ready to be compared with a model. */
export interface CheckedSignature<Identity extends SignerIdentity> {
  readonly signer: Identity;
  readonly subjectName: string | null;
  readonly checked: CheckedManifest;
}

/** Opens a signature for a caller that continues to collect warnings. */
export async function openChecked<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  { draft, signal }: OpenSignatureOptions,
  warnings: Warnings,
): Promise<CheckedSignature<Identity>> {
  checkVerifier(verifier);
  const versions = await acceptedVersions(draft);
  const statement = await openEnvelope(parseBundle(bundle, warnings), verifier, versions, { warnings, signal });
  const { signer, subjectName, manifest, version } = statement;
  return { signer, subjectName, checked: checkManifest(manifest, version, warnings) };
}
