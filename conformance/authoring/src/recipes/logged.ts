import { createHash } from 'node:crypto';
import { spkiOf } from '@model-signing/testing/certificates';
import { pem } from '@model-signing/testing/der';
import { type TestKey, testKeys } from './keys.ts';
import type { Forgery, Signed } from './recipe.ts';
import type { Forged } from './signed-model.ts';
import { type KeylessRecipe, loggedBody, timestampOf } from './sigstore.ts';

/** How a signature with a key or a certificate is logged (section 3.5 of the draft); absent members are correct. */
export interface LoggedRecipe
  extends Pick<KeylessRecipe, 'log' | 'integratedTime' | 'promise' | 'proof' | 'timestamps'> {
  readonly kind?: 'dsse/0.0.1' | 'dsse/0.0.2' | 'hashedrekord/0.0.2';
  /** The key of the entry. */
  readonly key?: TestKey;
  /** The certificate of the entry, in place of a key. */
  readonly certificate?: Buffer;
  /** Edits the entry before it is logged. */
  readonly entry?: (spec: Forged) => void;
  /** Edits what was logged. */
  readonly after?: (entry: Forged) => void;
}

const digestOf = (bytes: Buffer, hash = 'sha256') => createHash(hash).update(bytes).digest();

/** Puts a log entry, and timestamps if there are any, beside the key or the certificate. */
export function logged(recipe: LoggedRecipe = {}): Forgery {
  return {
    material: (material, signed) => {
      const [kind, apiVersion] = (recipe.kind ?? 'dsse/0.0.1').split('/') as [string, string];
      const spec = specOf(recipe, signed);
      recipe.entry?.(spec.of);
      const entry = loggedBody(recipe, { apiVersion, kind, spec: spec.whole }, recipe.log, recipe.integratedTime);
      recipe.after?.(entry);
      material.tlogEntries = [entry];
      if (recipe.timestamps) {
        const stamps = recipe.timestamps.map((each) => timestampOf(each, signed).toString('base64'));
        material.timestampVerificationData = {
          rfc3161Timestamps: stamps.map((signedTimestamp) => ({ signedTimestamp })),
        };
      }
    },
  };
}

/** The subject of an entry, and the part of it that says what was signed. */
function specOf(recipe: LoggedRecipe, { signature, payload, signedBytes }: Signed): { whole: Forged; of: Forged } {
  const { kind = 'dsse/0.0.1', key = testKeys['p256-a'], certificate } = recipe;
  const content = signature.toString('base64');
  if (kind === 'dsse/0.0.1') {
    const verifier = Buffer.from(certificate ? pem(certificate) : key.publicPem).toString('base64');
    const payloadHash = { algorithm: 'sha256', value: digestOf(payload).toString('hex') };
    const of = { envelopeHash: payloadHash, payloadHash, signatures: [{ signature: content, verifier }] };
    return { whole: of, of };
  }
  const verifier = {
    ...(certificate
      ? { x509Certificate: { rawBytes: certificate.toString('base64') } }
      : { publicKey: { rawBytes: spkiOf(key.publicKey).toString('base64') } }),
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  };
  if (kind === 'dsse/0.0.2') {
    const payloadHash = { algorithm: 'SHA2_256', digest: digestOf(payload).toString('base64') };
    const of = { payloadHash, signatures: [{ content, verifier }] };
    return { whole: { dsseV002: of }, of };
  }
  const data = { algorithm: 'SHA2_256', digest: digestOf(signedBytes).toString('base64') };
  const of = { data, signature: { content, verifier } };
  return { whole: { hashedRekordV002: of }, of };
}
