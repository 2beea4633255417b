import { X509Certificate } from 'node:crypto';
import {
  type MadeSignature,
  OmsError,
  preAuthenticationEncoding,
  type SignedContent,
  type Signer,
  type VerificationMaterial,
} from '@model-signing/core';
import type { Bundle } from '@sigstore/bundle';
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { logInVersion2 } from './log-v2.ts';
import { reasonOf } from './refusals.ts';
import { retryOptions } from './retry.ts';
import { type Services, servicesOf } from './services.ts';
import { checkToken, type IdentityToken } from './token.ts';
import { DEFAULT_CLIENT_ID, obtainToken, type TokenSource } from './token-source.ts';
import { defaultTrust, loadTrust, type Trust, type TrustSource } from './trust.ts';
import { verifySignature } from './verify-signature.ts';

export interface SigstoreSignerOptions {
  /** Where the identity token comes from. */
  readonly token: TokenSource;
  /** Default: the public instance. A private one needs a signing configuration too. */
  readonly trust?: TrustSource | undefined;
  /** Whom the token has to be for, and the client of a login. Default `sigstore`. */
  readonly clientId?: string | undefined;
  /** How long all services together may take, in milliseconds; a person who signs in is not counted. Default 120,000. */
  readonly deadline?: number | undefined;
  /** Hears what a user should know that decides nothing. */
  readonly onNotice?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs with an identity and no key to keep: with a key that is used once, certified for the identity, logged and timestamped
 * (section 3.3). What comes out has been verified against the trust root.
 *
 * A token that is given is checked at once, and again when it is used; any other is asked for when it is needed.
 * @throws {OmsError} `signer/trust-…`, `signer/token-…`; when signing, also `signer/login-failed`, `signer/service-failed`, and
 * what a verifier throws for an answer that does not verify
 */
export async function sigstoreSigner(options: SigstoreSignerOptions): Promise<Signer> {
  const { clientId = DEFAULT_CLIENT_ID } = options;
  if ('token' in options.token) checkToken(options.token.token, clientId);
  const trust = await loadTrust(options.trust ?? defaultTrust);
  for (const notice of trust.notices) options.onNotice?.(notice);
  const services = servicesOf(trust);
  return {
    async sign(content) {
      const raw = await obtainToken(options.token, { issuer: services.tokenIssuer, clientId, signal: options.signal });
      const token = checkToken(raw, clientId);
      return within(options, () => signOnce(content, token, services, trust));
    },
  };
}

async function signOnce(
  content: SignedContent,
  token: IdentityToken,
  services: Services,
  trust: Trust,
): Promise<MadeSignature> {
  const pieces = preAuthenticationEncoding(content.payloadType, content.payload);
  const { signature, certificate } = await certifyAndSign(Buffer.concat(pieces), token, services.certificateAuthority);
  const signed = { content, pieces, signature, certificate };
  const [entry, rfc3161Timestamps] = await Promise.all([
    logSignature(signed, services.log),
    Promise.all(services.timestampAuthorities.map((url) => timestamp(signed, url))),
  ]);
  const material: VerificationMaterial = {
    certificate: { rawBytes: certificate.raw.toString('base64') },
    tlogEntries: [TransparencyLogEntry.toJSON(entry)],
    ...(rfc3161Timestamps.length > 0 ? { timestampVerificationData: { rfc3161Timestamps } } : {}),
  };
  const identity = verifySignature(content, signature, material, trust.material);
  return { signature, material, identity };
}

interface Signed {
  readonly content: SignedContent;
  /** The bytes that were signed. */
  readonly pieces: readonly Uint8Array[];
  readonly signature: Buffer;
  readonly certificate: X509Certificate;
}

/** Makes a key, has it certified for the identity in the token, signs, and forgets the key. */
async function certifyAndSign(
  bytes: Buffer,
  token: IdentityToken,
  url: string,
): Promise<Pick<Signed, 'signature' | 'certificate'>> {
  const { FulcioSigner } = await import('@sigstore/sign');
  const identityProvider = { getToken: async () => token.raw };
  const signer = new FulcioSigner({ fulcioBaseURL: url, identityProvider, ...retryOptions });
  return asking('certificate authority', url, token.raw, async () => {
    const { signature, key } = await signer.sign(bytes);
    if (key.$case !== 'x509Certificate') throw new Error('it answered without a certificate');
    return { signature, certificate: new X509Certificate(key.certificate) };
  });
}

async function logSignature(signed: Signed, { url, version }: Services['log']): Promise<TransparencyLogEntry> {
  const { pieces: signedBytes, signature, certificate } = signed;
  const { RekorWitness } = await import('@sigstore/sign');
  return asking('transparency log', url, undefined, async () => {
    if (version === 2) return logInVersion2(url, { signedBytes, signature, certificate: certificate.raw });
    const witness = new RekorWitness({ rekorBaseURL: url, entryType: 'dsse', ...retryOptions });
    const { tlogEntries } = await witness.testify(envelopeOf(signed), certificate.toString());
    const [entry] = tlogEntries;
    if (!entry) throw new Error('it answered without an entry');
    return entry;
  });
}

async function timestamp(signed: Signed, url: string): Promise<{ signedTimestamp: string }> {
  const { TSAWitness } = await import('@sigstore/sign');
  const witness = new TSAWitness({ tsaBaseURL: url, ...retryOptions });
  return asking('timestamp authority', url, undefined, async () => {
    const { rfc3161Timestamps } = await witness.testify(envelopeOf(signed));
    const [answer] = rfc3161Timestamps;
    if (!answer) throw new Error('it answered without a timestamp');
    return { signedTimestamp: Buffer.from(answer.signedTimestamp).toString('base64') };
  });
}

function envelopeOf({ content, signature }: Signed): Bundle['content'] {
  const { payloadType, payload } = content;
  const dsseEnvelope = { payloadType, payload: Buffer.from(payload), signatures: [{ sig: signature, keyid: '' }] };
  return { $case: 'dsseEnvelope', dsseEnvelope };
}

/** Says which service failed. What it said is a stranger's, and may repeat the token. */
async function asking<T>(what: string, url: string, secret: string | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new OmsError('signer/service-failed', `the ${what} ${url} failed: ${reasonOf(error, secret)}`);
  }
}

const DEFAULT_DEADLINE_MS = 120_000;

/** Gives up at the deadline, or when the caller does. */
async function within<T>({ deadline = DEFAULT_DEADLINE_MS, signal }: SigstoreSignerOptions, work: () => Promise<T>) {
  const timeout = AbortSignal.timeout(deadline);
  const ended = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const { promise, reject } = Promise.withResolvers<never>();
  const give = () => {
    const late = new OmsError('signer/service-failed', `the services did not answer within ${deadline / 1000} seconds`);
    reject(timeout.aborted ? late : signal?.reason);
  };
  if (ended.aborted) give();
  ended.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([promise, work()]);
  } finally {
    ended.removeEventListener('abort', give);
  }
}
