import { PAYLOAD_TYPE } from '@model-signing/spec';
import { anObject, checkArgument, type Rule } from '@model-signing/x509/options';
import { observed } from '../observe.ts';
import type { MadeSignature, Signer, SignerIdentity, Verifier } from '../signer.ts';
import { unlessAborted } from './abort.ts';
import { encodeBundle, methodOf, type ParsedBundle } from './bundle.ts';
import { judgeCopy, payloadFor } from './copies.ts';
import { OmsError, type Warnings } from './errors.ts';
import type { SignatureForm } from './pae.ts';
import { release } from './release.ts';
import { parsePayload } from './statement.ts';
import type { FormatVersion, ParsedStatement } from './versions/version.ts';
import { ofForm, type Versions, versionOf, warnOfForm } from './versions/versions.ts';

declare const verified: unique symbol;

/** A statement whose signature was verified. Only {@link openEnvelope} makes one, so unverified data does not type-check. */
export interface VerifiedStatement<Identity extends SignerIdentity> extends ParsedStatement {
  readonly version: FormatVersion;
  readonly signer: Identity;
  readonly [verified]: true;
}

/** What a signer or a verifier is called with. */
interface Judging {
  readonly warnings: Warnings;
  /** Ends the wait for it. */
  readonly signal?: AbortSignal | undefined;
}

/** Signs a statement and puts it into a bundle (sections 10 and 11). A signer cannot change the statement: one that is not ours gets a copy. */
export async function sealEnvelope(
  payload: Uint8Array,
  signer: Signer,
  { warnings, signal }: Judging,
): Promise<SealedEnvelope> {
  const content = { payloadType: PAYLOAD_TYPE, payload: payloadFor(signer.sign, payload) };
  const made = await observed('seal', () => unlessAborted(signal, () => signer.sign(content, warnings.warn)));
  const { signature, material, identity } = checkMade(made);
  return { bundle: encodeBundle({ material, payloadType: PAYLOAD_TYPE, payload, signature }), signer: identity };
}

/** A signer may not be our code: what no verifier would accept must not go into a bundle. */
function checkMade(made: MadeSignature): MadeSignature {
  checkArgument('what the signer returned', made, anObject);
  const { signature, material, identity } = made;
  checkArgument('the `signature` that the signer returned', signature, signatureRule);
  checkArgument('the `material` that the signer returned', material, anObject);
  checkArgument('the `identity` that the signer returned', identity, anObject);
  const method = methodOf(material);
  if (identity.method === method) return made;
  throw new TypeError(
    `the \`identity\` that the signer returned must have the method of its \`material\`, "${method}"`,
  );
}

const signatureRule: Rule = {
  expected: 'a Uint8Array that is not empty',
  accepts: (value) => value instanceof Uint8Array && value.length > 0,
};

export interface SealedEnvelope {
  /** The signature file: a Sigstore bundle in JSON. */
  readonly bundle: Uint8Array;
  /** Who signed. */
  readonly signer: SignerIdentity;
}

/**
 * Verifies the signature over the payload, and only then reads the payload (OMS-STMT-7, OMS-DSSE-9).
 * @throws {OmsError} `signer/…`, `envelope/…`, `statement/…`, `manifest/…`
 */
export async function openEnvelope<Identity extends SignerIdentity>(
  bundle: ParsedBundle,
  verifier: Verifier<Identity>,
  versions: Versions,
  judging: Judging,
): Promise<VerifiedStatement<Identity>> {
  const { signer, form, payload } = await openPayload(bundle, verifier, judging);
  const { warnings } = judging;
  const possible = ofForm(form, versions);
  warnOfForm(possible[0], warnings);
  const value = parsePayload(payload);
  release(payload);
  const version = versionOf(value, possible);
  return { ...version.readStatement(value, warnings), version, signer } as VerifiedStatement<Identity>;
}

/** A payload whose signature was verified, and by whom it is. */
interface OpenedPayload<Identity extends SignerIdentity> {
  readonly signer: Identity;
  readonly form: SignatureForm;
  readonly payload: Uint8Array;
}

/**
 * Verifies the signature over the payload, and does not read it.
 * @throws {OmsError} `signer/…`, `envelope/…`
 */
export async function openPayload<Identity extends SignerIdentity>(
  bundle: ParsedBundle,
  verifier: Verifier<Identity>,
  { warnings, signal }: Judging,
): Promise<OpenedPayload<Identity>> {
  checkMethod(bundle, verifier);
  const { payloadType, payload, signature, material } = bundle;
  if (payloadType !== PAYLOAD_TYPE) {
    throw new OmsError('envelope/payload-type', `the payload type is not ${PAYLOAD_TYPE}`);
  }
  const judged = [{ payloadType, payload }, signature, material] as const;
  const { identity: signer, form } = await unlessAborted(signal, () => judgeCopy(verifier, judged, warnings.warn));
  // A verifier in JavaScript that returns false instead of throwing must not be mistaken for one that accepts.
  if (signer?.method !== bundle.method) throw new TypeError('the verifier returned no identity');
  return { signer, form, payload };
}

/** The method must be one that the caller accepts (OMS-METHOD-3). */
function checkMethod({ method, material }: ParsedBundle, { methods }: Verifier): void {
  if (methods.includes(method)) return;
  if (methods.includes('sigstore') && material.certificate) {
    throw new OmsError('signer/log-missing', 'the bundle has no transparency log entry');
  }
  const accepted = methods.map((each) => `"${each}"`).join(' or ');
  throw new OmsError(
    'signer/method-mismatch',
    `the bundle was signed with the method "${method}", and the verifier accepts ${accepted}`,
  );
}
