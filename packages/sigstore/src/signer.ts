import {
  type MadeSignature,
  preAuthenticationEncoding,
  type SignedContent,
  type Signer,
  type VerificationMaterial,
} from '@model-signing/core';
import { anAbortSignal, anObject, checkEach, milliseconds, someText } from '@model-signing/x509/options';
import { digest, toBase64 } from '#platform';
import { type CertifiedSignature, certifyAndSign } from './certify.ts';
import { loadTrust, type Trust, type TrustSource, warnOf } from './load-trust.ts';
import { logInVersion1 } from './log-v1.ts';
import { logInVersion2 } from './log-v2.ts';
import { encodePem } from './pem.ts';
import { type ServiceCalls, withDeadline } from './service-calls.ts';
import { post } from './service-request.ts';
import { type Services, servicesOf } from './signing-config.ts';
import { checkToken, type IdentityToken } from './token.ts';
import { checkTokenSource, DEFAULT_CLIENT_ID, obtainToken, type TokenSource } from './token-source.ts';
import { verifySignature } from './verify-signature.ts';

export interface SigstoreSignerOptions {
  /** Where the identity token comes from. */
  readonly token: TokenSource;
  /** Default: the public instance. A private one needs a signing configuration too. */
  readonly trust?: TrustSource | undefined;
  /** The audience of the token, and the client of a login. Default: `sigstore`. */
  readonly clientId?: string | undefined;
  /** The time for all services together, in milliseconds, not counting the time a person takes to sign in: at least 1 and less than 2^31. Default: 120,000. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const rules = {
  token: anObject,
  trust: anObject,
  clientId: someText,
  deadline: milliseconds,
  signal: anAbortSignal,
};

/**
 * Creates a signer that signs with an identity instead of a stored key: with a key that is used once, certified for the
 * identity, logged and timestamped (section 3.3). It verifies each signature against the trust root before it returns it.
 *
 * A given token is checked at once and again when it is used; any other token is obtained when it is needed. A result warns of
 * its trust root as that of a verifier does.
 * @throws {TypeError} for a wrong option, before anything is read or sent
 * @throws {OmsError} `signer/trust-…`, `signer/token-…`; when signing, also `signer/login-failed`, `signer/service-failed`,
 * and every code of a verifier if a service's response does not verify
 */
export async function sigstoreSigner(options: SigstoreSignerOptions): Promise<Signer> {
  const checked = checkEach(options, rules, { required: ['token'] });
  const { clientId = DEFAULT_CLIENT_ID, signal } = checked;
  const source = checkTokenSource(checked.token);
  if ('token' in source) checkToken(source.token, clientId);
  const trust = await loadTrust(checked.trust, signal);
  const services = servicesOf(trust);
  return {
    async sign(content, warn) {
      // In strict mode this throws, before anything is logged.
      warnOf(trust, warn);
      const raw = await obtainToken(source, { issuer: services.tokenIssuer, clientId, signal });
      const token = checkToken(raw, clientId);
      return withDeadline(checked, (calls) => signOnce(content, { token, services, trust, calls }));
    },
  };
}

interface SigningContext {
  readonly token: IdentityToken;
  readonly services: Services;
  readonly trust: Trust;
  readonly calls: ServiceCalls;
}

async function signOnce(
  content: SignedContent,
  { token, services, trust, calls }: SigningContext,
): Promise<MadeSignature> {
  const pieces = preAuthenticationEncoding(content.payloadType, content.payload);
  const { certificateAuthority } = services;
  const { signature, certificate } = await calls.call(
    'certificate authority',
    certificateAuthority,
    token.raw,
    (signal) => certifyAndSign(pieces, token, certificateAuthority, signal),
  );
  const signed = { content, pieces, signature, certificate };
  const [entry, rfc3161Timestamps] = await Promise.all([
    logSignature(signed, services.log, calls),
    Promise.all(services.timestampAuthorities.map((url) => timestamp(signed, url, calls))),
  ]);
  const material: VerificationMaterial = {
    certificate: { rawBytes: toBase64(certificate.raw) },
    tlogEntries: [entry],
    ...(rfc3161Timestamps.length > 0 ? { timestampVerificationData: { rfc3161Timestamps } } : {}),
  };
  const identity = verifySignature(content, signature, material, trust.materials);
  return { signature, material, identity };
}

interface Signed extends CertifiedSignature {
  readonly content: SignedContent;
  /** The bytes that were signed. */
  readonly pieces: readonly Uint8Array[];
}

async function logSignature(signed: Signed, { url, version }: Services['log'], calls: ServiceCalls): Promise<object> {
  const { content, pieces: signedBytes, signature, certificate } = signed;
  const verifier = { certificate: certificate.raw, curve: 'P-256' } as const;
  return calls.call('transparency log', url, undefined, (signal) =>
    version === 2
      ? logInVersion2(url, { signedBytes, signature, verifier }, signal)
      : logInVersion1(url, { content, signature, verifier: encodePem('CERTIFICATE', certificate.raw) }, signal),
  );
}

async function timestamp(
  { signature }: Signed,
  url: string,
  calls: ServiceCalls,
): Promise<{ signedTimestamp: string }> {
  const artifactHash = toBase64(digest('sha256', [signature]));
  // A signing configuration has either the whole address or only the server's.
  const address = new URL(url).pathname === '/' ? `${url}/api/v1/timestamp` : url;
  return calls.call('timestamp authority', url, undefined, async (signal) => {
    return { signedTimestamp: toBase64(await post(address, { artifactHash, hashAlgorithm: 'sha256' }, signal)) };
  });
}
