import { PAYLOAD_TYPE } from '@model-signing/spec';
import type { Signer, SignerIdentity, Verifier, Warn } from '../signer.ts';
import { encodeBundle, type ParsedBundle } from './bundle.ts';
import { OmsError, type Warnings } from './errors.ts';
import { type ParsedStatement, parseStatement } from './statement.ts';
import type { Draft } from './versions/draft.ts';
import { parseHistoricalStatement } from './versions/historical.ts';

declare const verified: unique symbol;

/** A statement whose signature was verified. Only {@link openEnvelope} makes one, so unverified data does not type-check. */
export interface VerifiedStatement extends ParsedStatement {
  readonly signer: SignerIdentity;
  readonly [verified]: true;
}

/** Signs a statement and puts it into a bundle (sections 10 and 11). */
export async function sealEnvelope(payload: Uint8Array, signer: Signer): Promise<SealedEnvelope> {
  const { signature, material, identity } = await signer.sign({ payloadType: PAYLOAD_TYPE, payload });
  return { bundle: encodeBundle({ material, payloadType: PAYLOAD_TYPE, payload, signature }), signer: identity };
}

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
export async function openEnvelope(
  bundle: ParsedBundle,
  verifier: Verifier,
  warnings: Warnings,
  draft?: Draft,
): Promise<VerifiedStatement> {
  checkMethod(bundle, verifier);
  const { payloadType, payload } = bundle;
  if (payloadType !== PAYLOAD_TYPE) {
    throw new OmsError('envelope/payload-type', `the payload type is not ${PAYLOAD_TYPE}`);
  }
  let historical = false;
  const warn: Warn = (code, message) => {
    historical ||= code === 'envelope/historical-form';
    warnings.add(code, message);
  };
  const signer = await verifier.verify({ payloadType, payload }, bundle.signature, bundle.material, warn);
  // A verifier in JavaScript that answers false instead of throwing must not be taken for one that accepts.
  if (signer?.method !== verifier.method) throw new TypeError('the verifier answered without an identity');
  const statement = historical ? parseHistoricalStatement(payload, warnings) : parseStatement(payload, warnings, draft);
  return { ...statement, signer } as VerifiedStatement;
}

/** The method is the one that was asked for (OMS-METHOD-3). */
function checkMethod({ method, material }: ParsedBundle, verifier: Verifier): void {
  if (method === verifier.method) return;
  if (verifier.method === 'sigstore' && material.certificate) {
    throw new OmsError('signer/log-missing', 'the bundle has no entry of a transparency log');
  }
  throw new OmsError(
    'signer/method-mismatch',
    `the bundle was signed with the method "${method}", and the method "${verifier.method}" was asked for`,
  );
}
