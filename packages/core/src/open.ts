import { sha256 } from '#platform';
import { checkOptions } from './check-options.ts';
import { checkBytes, checkStream } from './check-stream.ts';
import { parseBundle } from './format/bundle.ts';
import { checkVerifier } from './format/collaborators.ts';
import { openEnvelope } from './format/envelope.ts';
import { type Warning, Warnings } from './format/errors.ts';
import type { Extension } from './format/extensions.ts';
import type { CheckedManifest } from './format/manifest/check.ts';
import type { Draft, Manifest } from './format/manifest/manifest.ts';
import { checkManifestOfAll } from './format/manifest/sub-manifests.ts';
import { releaseBuffer } from './format/release.ts';
import { acceptedVersions, rootTypeOf } from './format/versions/versions.ts';
import type { ContentDigest } from './model.ts';
import { type OperationFacts, observed } from './observe.ts';
import type { SignerIdentity, Verifier } from './signer.ts';

/** Which bundles to accept. */
export interface OpenSignatureOptions {
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Also accept bundles of this draft of the format. Default: none. */
  readonly draft?: Draft | undefined;
  /** Also accept manifests that depend on these extensions of the draft. Default: none. */
  readonly extensions?: readonly Extension[] | undefined;
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
  /**
   * A stream that passes on the bytes of a signed file as they come and fails if they are not those that were signed, at the latest at
   * its end: until it has ended, nothing is known about the bytes that it gave. Under `shards`, it fails at the end of the first part
   * that differs.
   *
   * Its error is an {@link OmsError} `model/mismatch` with the difference.
   * @param name the canonical name of the file
   * @throws {OmsError} `model/not-signed` if no file of this name is signed
   * @throws {TypeError} for a copy of what `openSignature` returned
   *
   * @example
   * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
   * const signed = await openSignature(await readFile('model.sig'), verifier);
   * const { body } = await fetch('https://models.example/my-model/config.json');
   * const config = await new Response(body?.pipeThrough(signed.checker('config.json'))).json();
   */
  checker(name: string): TransformStream<Uint8Array, Uint8Array>;
  /**
   * Checks that bytes in memory are the signed file of this name, at once and thus faster than as a stream. Nothing may change them until it
   * has resolved.
   * @param name the canonical name of the file
   * @throws {OmsError} `model/mismatch` with the difference, `model/not-signed` if no file of this name is signed
   * @throws {TypeError} for a copy of what `openSignature` returned
   *
   * @example
   * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
   * const signed = await openSignature(await readFile('model.sig'), verifier);
   * const config = await readFile('my-model/config.json');
   * await signed.check('config.json', config);
   */
  check(name: string, bytes: Uint8Array): Promise<void>;
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
  return openedBy(openChecked(bundle, verifier, accepted, warnings), warnings);
}

/**
 * As {@link openSignature}, for bytes whose buffer nothing else uses: it is freed once it was read, before what was signed is in memory.
 */
export async function openAndRelease<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenSignatureOptions = {},
): Promise<SignedManifest<Identity>> {
  const accepted = checkOptions(options);
  const warnings = new Warnings(accepted.strict);
  return openedBy(openChecked(bundle, verifier, accepted, warnings, releaseBuffer), warnings);
}

async function openedBy<Identity extends SignerIdentity>(
  opening: Promise<CheckedSignature<Identity>>,
  warnings: Warnings,
): Promise<SignedManifest<Identity>> {
  const found = await opening;
  const signed = new OpenedManifest(found.signer, found.subjectName, found.checked.manifest, warnings.close());
  opened.set(signed, found);
  return signed;
}

/** Its methods are inherited, so that the result can be cloned and compared like other data. */
class OpenedManifest<Identity extends SignerIdentity> implements SignedManifest<Identity> {
  readonly signer: Identity;
  readonly subjectName: string | null;
  readonly manifest: Manifest;
  readonly warnings: readonly Warning[];

  constructor(signer: Identity, subjectName: string | null, manifest: Manifest, warnings: readonly Warning[]) {
    this.signer = signer;
    this.subjectName = subjectName;
    this.manifest = manifest;
    this.warnings = warnings;
  }

  checker(name: string): TransformStream<Uint8Array, Uint8Array> {
    return checkStream(checkedSignature(this).checked, name);
  }

  async check(name: string, bytes: Uint8Array): Promise<void> {
    return checkBytes(checkedSignature(this).checked, name, bytes);
  }
}

/** What was checked for each result of `openSignature`, so that no other object can pass for one. */
const opened = new WeakMap<object, CheckedSignature<SignerIdentity>>();

/**
 * What was checked when this signature was opened.
 * @throws {TypeError} for anything but a result of `openSignature`
 */
export function checkedSignature<Identity extends SignerIdentity>(
  signed: SignedManifest<Identity>,
): CheckedSignature<Identity> {
  const found = Object(signed) === signed ? opened.get(signed) : undefined;
  if (!found) throw new TypeError('the signed manifest must be what openSignature returned, and not a copy of it');
  return found as CheckedSignature<Identity>;
}

/** A checked signature that is ready to be compared with a model. */
export interface CheckedSignature<Identity extends SignerIdentity> {
  readonly signer: Identity;
  readonly subjectName: string | null;
  readonly checked: CheckedManifest;
  /** The predicate type of the version whose rule gives the root digest. */
  readonly rootType: string;
  /** What is known of the signature file later on: its bytes may be many, and are not kept. */
  readonly file: ContentDigest;
}

/**
 * Opens a signature for a caller that continues to collect warnings.
 * @param onRead called when the bundle is not needed any more
 */
export async function openChecked<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenSignatureOptions,
  warnings: Warnings,
  onRead?: (bundle: Uint8Array) => void,
): Promise<CheckedSignature<Identity>> {
  return observed('open', (facts) => openAndCheck(bundle, verifier, { ...options, warnings, onRead }, facts));
}

/** How a signature is opened. */
interface Opening extends OpenSignatureOptions {
  readonly warnings: Warnings;
  readonly onRead?: ((bundle: Uint8Array) => void) | undefined;
}

async function openAndCheck<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  { draft, extensions, signal, warnings, onRead }: Opening,
  facts: OperationFacts,
): Promise<CheckedSignature<Identity>> {
  checkVerifier(verifier);
  const versions = await acceptedVersions(draft, extensions);
  const parsed = parseBundle(bundle, warnings);
  facts.method = parsed.method;
  const file = { size: bundle.length, sha256: sha256([bundle]) };
  onRead?.(bundle);
  const statement = await openEnvelope(parsed, verifier, versions, { warnings, signal });
  const { signer, subjectName, manifest, version } = statement;
  const checked = checkManifestOfAll(manifest, version, warnings);
  return { signer, subjectName, checked, rootType: rootTypeOf(version), file };
}
