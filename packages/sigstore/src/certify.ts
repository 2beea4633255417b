import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { FinalError } from './retry.ts';
import { postForJson } from './service-request.ts';
import type { IdentityToken } from './token.ts';

/** A signature by a key that was certified for an identity, and is gone. */
export interface CertifiedSignature {
  readonly signature: Buffer;
  readonly certificate: X509Certificate;
}

/**
 * Makes a key, has it certified for the identity in the token by an authority in the manner of Fulcio, signs, and forgets the
 * key. A certificate of another key ends here, before anything is logged.
 */
export async function certifyAndSign(
  bytes: Buffer,
  token: IdentityToken,
  url: string,
  signal: AbortSignal,
): Promise<CertifiedSignature> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const answer = await postForJson(
    `${url}/api/v2/signingCert`,
    {
      credentials: { oidcIdentityToken: token.raw },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: publicKey.export({ type: 'spki', format: 'pem' }) },
        proofOfPossession: sign('sha256', Buffer.from(token.subject), privateKey).toString('base64'),
      },
    },
    signal,
  );
  const certificate = certificateIn(answer);
  if (!certificate.publicKey.equals(publicKey)) throw new FinalError('it answered with a certificate of another key');
  return { signature: sign('sha256', bytes, privateKey), certificate };
}

/** The first of the chain, in either form in which the answer comes. */
function certificateIn(answer: unknown): X509Certificate {
  const { signedCertificateEmbeddedSct: embedded, signedCertificateDetachedSct: detached } = (answer ?? {}) as Answer;
  const pem = (embedded ?? detached)?.chain?.certificates?.[0];
  if (typeof pem !== 'string') throw new FinalError('it answered without a certificate');
  try {
    return new X509Certificate(pem);
  } catch {
    throw new FinalError('it answered with a certificate that cannot be decoded');
  }
}

interface Chained {
  readonly chain?: { readonly certificates?: readonly unknown[] };
}

/** What is looked at, in a stranger's words. */
interface Answer {
  readonly signedCertificateEmbeddedSct?: Chained;
  readonly signedCertificateDetachedSct?: Chained;
}
