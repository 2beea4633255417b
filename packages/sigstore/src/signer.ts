import { createHash } from 'node:crypto';
import {
  type MadeSignature,
  OmsError,
  preAuthenticationEncoding,
  type SignedContent,
  type Signer,
  type VerificationMaterial,
} from '@model-signing/core';
import { type CertifiedSignature, certifyAndSign } from './certify.ts';
import { logInVersion1 } from './log-v1.ts';
import { logInVersion2 } from './log-v2.ts';
import { reasonOf } from './refusals.ts';
import { post } from './service-request.ts';
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
      return within(options, (run) => signOnce(content, { token, services, trust, run }));
    },
  };
}

interface Circumstances {
  readonly token: IdentityToken;
  readonly services: Services;
  readonly trust: Trust;
  readonly run: Run;
}

async function signOnce(
  content: SignedContent,
  { token, services, trust, run }: Circumstances,
): Promise<MadeSignature> {
  const pieces = preAuthenticationEncoding(content.payloadType, content.payload);
  const { certificateAuthority } = services;
  const { signature, certificate } = await run.ask('certificate authority', certificateAuthority, token.raw, (signal) =>
    certifyAndSign(Buffer.concat(pieces), token, certificateAuthority, signal),
  );
  const signed = { content, pieces, signature, certificate };
  const [entry, rfc3161Timestamps] = await Promise.all([
    logSignature(signed, services.log, run),
    Promise.all(services.timestampAuthorities.map((url) => timestamp(signed, url, run))),
  ]);
  const material: VerificationMaterial = {
    certificate: { rawBytes: certificate.raw.toString('base64') },
    tlogEntries: [entry],
    ...(rfc3161Timestamps.length > 0 ? { timestampVerificationData: { rfc3161Timestamps } } : {}),
  };
  const identity = verifySignature(content, signature, material, trust.material);
  return { signature, material, identity };
}

interface Signed extends CertifiedSignature {
  readonly content: SignedContent;
  /** The bytes that were signed. */
  readonly pieces: readonly Uint8Array[];
}

async function logSignature(signed: Signed, { url, version }: Services['log'], run: Run): Promise<object> {
  const { pieces: signedBytes, signature, certificate } = signed;
  return run.ask('transparency log', url, undefined, (signal) =>
    version === 2
      ? logInVersion2(url, { signedBytes, signature, certificate: certificate.raw }, signal)
      : logInVersion1(url, signed, signal),
  );
}

async function timestamp({ signature }: Signed, url: string, run: Run): Promise<{ signedTimestamp: string }> {
  const artifactHash = createHash('sha256').update(signature).digest('base64');
  // A signing configuration holds the whole address, or that of the server.
  const address = new URL(url).pathname === '/' ? `${url}/api/v1/timestamp` : url;
  return run.ask('timestamp authority', url, undefined, async (signal) => {
    const answer = await post(address, { artifactHash, hashAlgorithm: 'sha256' }, signal);
    return { signedTimestamp: answer.toString('base64') };
  });
}

/** One signature in the making: which services are asked, and until when. */
class Run {
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whose answers are waited for. */
  get asked(): string {
    return [...this.#asked].join(' and ');
  }

  /** Says which service failed. What it said is a stranger's, and may repeat the token. */
  async ask<T>(
    what: string,
    url: string,
    secret: string | undefined,
    question: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const service = `the ${what} ${url}`;
    this.#asked.add(service);
    try {
      return await question(this.#signal);
    } catch (error) {
      throw new OmsError('signer/service-failed', `${service} failed: ${reasonOf(error, secret)}`);
    } finally {
      if (!this.#signal.aborted) this.#asked.delete(service);
    }
  }
}

const DEFAULT_DEADLINE_MS = 120_000;

/** Gives up at the deadline, or when the caller does. */
async function within<T>(
  { deadline = DEFAULT_DEADLINE_MS, signal }: SigstoreSignerOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(deadline);
  // When one service has failed, nobody waits for the others.
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, timeout, ...(signal ? [signal] : [])]);
  const run = new Run(ended);
  try {
    ended.throwIfAborted();
    return await work(run);
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    const who = run.asked || 'the services';
    throw new OmsError('signer/service-failed', `${who} did not answer within ${deadline / 1000} seconds`);
  } finally {
    over.abort();
  }
}
