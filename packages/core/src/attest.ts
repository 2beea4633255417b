import { checkOptions } from './check-options.ts';
import {
  type AttestedSubject,
  encodeAttestation,
  type ParsedAttestation,
  predicateText,
  readAttestation,
  subjectOf,
} from './format/attestation.ts';
import { parseForeignBundle } from './format/bundle.ts';
import { checkSigner, checkVerifier } from './format/collaborators.ts';
import { openPayload, type SealedEnvelope, sealEnvelope } from './format/envelope.ts';
import { OmsError, type Warning, Warnings } from './format/errors.ts';
import { memberBytes } from './format/member.ts';
import { isReservedType, predicateTypeOf } from './format/predicate-types.ts';
import { parsePayload } from './format/statement.ts';
import { quote } from './format/text.ts';
import { allVersions } from './format/versions/versions.ts';
import { type OperationFacts, observed } from './observe.ts';
import { checkedSignature, type SignedManifest } from './open.ts';
import type { Signer, SignerIdentity, Verifier } from './signer.ts';

/** What to attest: the type of a claim, and the claim. */
export interface AttestedClaim {
  /** A URI, or a short name such as `slsaprovenance1`: see {@link predicateTypeOf}. */
  readonly predicateType: string;
  /** The claim: a JSON object of at most 16 MiB, as its bytes, which are signed as they are, or as a value. */
  readonly predicate: Uint8Array | object;
}

/** Options of attesting. */
export interface AttestOptions {
  /** Make each file a subject too, so that other tools can check a file by itself. Needs a signature with the SHA-256 of whole files. Default false. */
  readonly perFile?: boolean | undefined;
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** Ends the wait for the signer with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A new attestation. Its `bundle` is one line of a file in JSON Lines, without the line feed. */
export interface MadeAttestation extends SealedEnvelope {
  readonly predicateType: string;
  /** Lowercase hexadecimal. */
  readonly rootDigest: string;
  readonly warnings: readonly Warning[];
}

/**
 * Attests a claim about a model: signs an in-toto statement whose first subject is the root digest of a signature that was opened, so
 * that nothing is hashed. The subject says of which version, method and algorithm the root digest is.
 * @param signed what `openSignature` returned
 * @throws {OmsError} `statement/predicate-invalid`, `statement/predicate-type` for the type of a signature or for no URI, `statement/subject`
 * for `perFile` without the SHA-256 of whole files, `bundle/too-large`; what the signer throws
 * @throws {TypeError} for a copy of what `openSignature` returned
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const signed = await openSignature(await readFile('model.sig'), verifier);
 * const claim = { predicateType: 'https://example.com/test-results/v1', predicate: { passed: 12, failed: 0 } };
 * const { bundle } = await attest(signed, claim, keySigner({ privateKey: await readFile('key.pem') }));
 * await writeFile('my-model.attestations.jsonl', `${new TextDecoder().decode(bundle)}\n`);
 */
export async function attest(
  signed: SignedManifest,
  claim: AttestedClaim,
  signer: Signer,
  options: AttestOptions = {},
): Promise<MadeAttestation> {
  return observed('attest', (facts) => signClaim(signed, claim, signer, options, facts));
}

async function signClaim(
  signed: SignedManifest,
  claim: AttestedClaim,
  signer: Signer,
  options: AttestOptions,
  facts: OperationFacts,
): Promise<MadeAttestation> {
  const { perFile = false, strict, signal } = checkOptions(options);
  const { subjectName, checked, rootType } = checkedSignature(signed);
  checkSigner(signer);
  const { manifest } = checked;
  const predicateType = await typeToAttest(claim.predicateType);
  const attested = { name: subjectName, manifest, rootType };
  const payload = encodeAttestation(attested, predicateType, predicateText(claim.predicate), perFile);
  const warnings = new Warnings(strict);
  const sealed = await sealEnvelope(payload, signer, { warnings, signal });
  facts.method = sealed.signer.method;
  return { ...sealed, predicateType, rootDigest: manifest.rootDigest, warnings: warnings.close() };
}

async function typeToAttest(text: string): Promise<string> {
  const type = typeof text === 'string' ? predicateTypeOf(text) : null;
  if (type === null) {
    const message = `the predicate type ${quote(String(text))} is neither a URI nor a short name`;
    throw new OmsError('statement/predicate-type', message, { requirement: null });
  }
  await refuseSignature(type);
  return type;
}

/** A signature and an attestation differ in nothing but the predicate type, so that neither may have that of the other. */
async function refuseSignature(predicateType: string): Promise<void> {
  if (!(await isSignatureType(predicateType))) return;
  const message = `the predicate type ${quote(predicateType)} is that of the signature of a model, and not of an attestation`;
  throw new OmsError('statement/predicate-type', message, { requirement: null });
}

/**
 * Whether a predicate type is that of the signature of a model, in whichever version or draft, so that nothing can be attested with it.
 *
 * @example
 * console.log(await isSignatureType('https://model_signing/signature/v1.0')); // true
 */
export async function isSignatureType(predicateType: string): Promise<boolean> {
  return (
    isReservedType(predicateType) || (await allVersions()).some((version) => version.predicateType === predicateType)
  );
}

/** An attestation by a signer whom a verifier trusts. */
export interface Attestation<Identity extends SignerIdentity = SignerIdentity> extends ParsedAttestation {
  readonly signer: Identity;
  readonly warnings: readonly Warning[];
}

/** How to open an attestation. */
export type OpenAttestationOptions = Pick<AttestOptions, 'strict' | 'signal'>;

/**
 * Opens an attestation: verifies that it is by someone the verifier trusts, then reads what it says. Bundles by other tools are read
 * too: statements of version 0.1, key hints in the form of cosign, and bundles without `tlogEntries`.
 *
 * It does not say which model the attestation is about: see {@link attestedSubject}.
 * @param bundle one bundle: a file, or a line of a file in JSON Lines
 * @throws {OmsError} `bundle/…`, `signer/…`, `envelope/…`, `statement/…`; `statement/predicate-type` for the signature of a model
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const signed = await openSignature(await readFile('model.sig'), verifier);
 * const attestation = await openAttestation(await readFile('provenance.sigstore.json'), verifier);
 * if (attestedSubject(attestation, signed) !== null) console.log(attestation.predicateType, attestation.predicate);
 */
export async function openAttestation<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenAttestationOptions = {},
): Promise<Attestation<Identity>> {
  return observed('open_attestation', (facts) => readSigned(bundle, verifier, options, facts));
}

async function readSigned<Identity extends SignerIdentity>(
  bundle: Uint8Array,
  verifier: Verifier<Identity>,
  options: OpenAttestationOptions,
  facts: OperationFacts,
): Promise<Attestation<Identity>> {
  const { strict, signal } = checkOptions(options);
  checkVerifier(verifier);
  const warnings = new Warnings(strict);
  const parsed = parseForeignBundle(bundle, warnings);
  facts.method = parsed.method;
  const { signer, form, payload } = await openPayload(parsed, verifier, { warnings, signal });
  if (form !== 'dsse') {
    throw new OmsError('envelope/signature-invalid', 'the signature of the attestation does not cover a DSSE envelope');
  }
  const statement = readAttestation(parsePayload(payload));
  await refuseSignature(statement.predicateType);
  const attestation = { signer, ...statement, warnings: warnings.close() };
  opened.set(attestation, payload);
  return attestation;
}

/** What `openAttestation` returned, so that no other object can pass for it, and the payload that was signed. */
const opened = new WeakMap<object, Uint8Array>();

function payloadOf(attestation: Attestation): Uint8Array {
  const payload = opened.get(attestation);
  if (payload !== undefined) return payload;
  throw new TypeError('the attestation must be what openAttestation returned, and not a copy of it');
}

/**
 * The claim of an attestation as the bytes that were signed. In {@link Attestation.predicate}, a number has no more digits than JavaScript
 * can hold; here, it has all of them.
 * @returns null if the statement has no predicate
 * @throws {TypeError} for anything but results of `openAttestation`
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const attestation = await openAttestation(await readFile('provenance.sigstore.json'), verifier);
 * await writeFile('provenance.json', signedPredicate(attestation) ?? 'null');
 */
export function signedPredicate(attestation: Attestation): Uint8Array | null {
  return memberBytes(payloadOf(attestation), 'predicate')?.slice() ?? null;
}

/**
 * The subject of an attestation that is the root digest of a signature; null if the attestation is about something else. A subject of
 * another tool, which does not say what its digest is of, counts if it is this digest.
 * @throws {TypeError} for anything but results of `openAttestation` and `openSignature`
 */
export function attestedSubject(attestation: Attestation, signed: SignedManifest): AttestedSubject | null {
  checkAttestation(attestation);
  const { checked, rootType } = checkedSignature(signed);
  return subjectOf(attestation.subjects, { manifest: checked.manifest, rootType });
}

/** @throws {TypeError} for anything but a result of `openAttestation` */
export function checkAttestation(attestation: Attestation): void {
  if (opened.has(attestation)) return;
  throw new TypeError('the attestation must be what openAttestation returned, and not a copy of it');
}
