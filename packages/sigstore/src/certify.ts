import { type Certificate, parsePemCertificates } from '@model-signing/x509';
import { equalBytes, generateKey, toBase64 } from '#platform';
import { encodePem } from './pem.ts';
import { postForJson } from './service-request.ts';
import type { IdentityToken } from './token.ts';

/** A signature by a certified key that no longer exists. */
export interface CertifiedSignature {
  readonly signature: Uint8Array;
  readonly certificate: Certificate;
}

/**
 * Generates a key, has it certified for the identity in the token by a certificate authority with Fulcio's API, signs, and
 * drops the key. Fails before anything is logged if the certificate is for another key.
 */
export async function certifyAndSign(
  message: readonly Uint8Array[],
  token: IdentityToken,
  url: string,
  signal: AbortSignal,
): Promise<CertifiedSignature> {
  const key = generateKey();
  const response = await postForJson(
    `${url}/api/v2/signingCert`,
    {
      credentials: { oidcIdentityToken: token.raw },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: encodePem('PUBLIC KEY', key.spki) },
        proofOfPossession: toBase64(key.sign([new TextEncoder().encode(token.subject)])),
      },
    },
    signal,
  );
  const certificate = certificateIn(response);
  if (!equalBytes(certificate.spki, key.spki)) throw new Error('it returned a certificate of another key');
  return { signature: key.sign(message), certificate };
}

/** Returns the first certificate of the chain, from either form of the response. */
function certificateIn(response: unknown): Certificate {
  const { signedCertificateEmbeddedSct: embedded, signedCertificateDetachedSct: detached } = (response ??
    {}) as Response;
  const pem = (embedded ?? detached)?.chain?.certificates?.[0];
  if (typeof pem !== 'string') throw new Error('it returned no certificate');
  try {
    return parsePemCertificates(pem)[0] as Certificate;
  } catch {
    throw new Error('it returned a certificate that cannot be decoded');
  }
}

interface Chained {
  readonly chain?: { readonly certificates?: readonly unknown[] };
}

/** The members that are used. Their types are not checked yet. */
interface Response {
  readonly signedCertificateEmbeddedSct?: Chained;
  readonly signedCertificateDetachedSct?: Chained;
}
