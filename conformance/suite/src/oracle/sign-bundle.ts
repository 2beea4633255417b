import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { publicKeyOf } from './ecdsa.ts';
import { historicalText } from './historical.ts';
import { Judge } from './judgement.ts';
import { isMlDsa } from './ml-dsa.ts';
import { preAuthenticationEncoding } from './pae.ts';
import type { Has } from './sign-resources.ts';

/**
 * Signs a payload and writes the bundle.
 * @param material what names the key or holds its certificates
 */
export function bundleOf(key: KeyObject, hash: string, material: object, payload: Buffer, has: Has): Buffer {
  const payloadType = has('writes-another-payload-type') ? 'application/json' : 'application/vnd.in-toto+json';
  const message = has('signs-payload-alone') ? payload : signedText(payloadType, payload, has);
  const encoding = has('writes-raw-signature') ? 'ieee-p1363' : 'der';
  const digest = has('signs-with-sha256') ? 'sha256' : has('signs-with-sha512') ? 'sha512' : hash;
  const signed = has('signs-digests-by-ml-dsa') ? createHash('sha512').update(message).digest() : message;
  const signature = isMlDsa(key) ? sign(null, signed, key) : sign(digest, message, { key, dsaEncoding: encoding });
  const encode = (bytes: Buffer) => encoded(bytes, has);
  const one = { sig: encode(signature), ...keyIdOf(key, has) };
  const envelope = {
    payload: encode(payload),
    payloadType,
    signatures: has('writes-two-signatures') ? [one, one] : [one],
  };
  const bundle = {
    mediaType: mediaTypeOf(has),
    verificationMaterial: { ...material, ...restOfMaterial(has) },
    dsseEnvelope: envelope,
    ...(has('writes-unknown-bundle-members') ? { created: '2020-01-01' } : {}),
  };
  const text = JSON.stringify(has('writes-bundle-in-array') ? [bundle] : bundle);
  return Buffer.from(has('writes-bom') ? `\ufeff${text}` : has('writes-two-lines') ? `${text}\n${text}` : text);
}

function signedText(payloadType: string, payload: Buffer, has: Has): Buffer {
  if (has('signs-old-text')) return historicalText(payloadType, payload);
  if (has('signs-base64')) return preAuthenticationEncoding(payloadType, Buffer.from(payload.toString('base64')));
  return preAuthenticationEncoding(payloadType, payload, has('signs-lengths-in-characters') ? 'characters' : 'bytes');
}

function encoded(bytes: Buffer, has: Has): string {
  const text = bytes.toString('base64');
  const url = has('writes-base64-url') ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
  if (has('writes-base64-unpadded')) return url.replaceAll('=', '');
  return has('writes-base64-lines') ? url.replace(/.{76}/g, '$&\n') : url;
}

function keyIdOf(key: KeyObject, has: Has): { keyid?: string | null } {
  if (has('writes-no-keyid')) return {};
  if (has('writes-keyid-null')) return { keyid: null };
  return {
    keyid: has('writes-hint-as-keyid')
      ? publicKeyOf(createPublicKey(key), new Judge(new Set(['key-on-any-curve']))).hint
      : '',
  };
}

function mediaTypeOf(has: Has): string {
  if (has('writes-older-media-type')) return 'application/vnd.dev.sigstore.bundle.v0.2+json';
  const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return has('writes-media-type-with-parameter') ? `${type};charset=utf-8` : type;
}

/** The material that names a key. */
export function keyMaterial(key: KeyObject, hint: string, has: Has): object {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const raw = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const publicKey = has('writes-raw-bytes')
    ? { rawBytes: Buffer.from(raw).toString('base64') }
    : {
        ...(has('writes-no-hint') ? {} : { hint: has('writes-hint-in-capitals') ? hint.toUpperCase() : hint }),
        ...(has('writes-key-details') ? { keyDetails: 'PKIX_ECDSA_P256_SHA_256' } : {}),
        ...(has('writes-raw-bytes-too') ? { rawBytes: der.toString('base64') } : {}),
      };
  return { publicKey, ...(has('writes-a-chain-too') ? { x509CertificateChain: { certificates: [] } } : {}) };
}

function restOfMaterial(has: Has): object {
  return {
    ...(has('writes-no-log-entries') ? {} : { tlogEntries: has('writes-a-log-entry') ? [{}] : [] }),
    ...(has('writes-timestamps') ? { timestampVerificationData: {} } : {}),
  };
}
