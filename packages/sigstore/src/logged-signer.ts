import { type MadeSignature, preAuthenticationEncoding, type SignedContent, type Signer } from '@model-signing/core';
import { anAbortSignal, anObject, checkEach, milliseconds, type Rule, someText } from '@model-signing/x509/options';
import { fromBase64 } from '#platform';
import { loadTrust, type TrustSource, warnOf } from './load-trust.ts';
import { logInVersion1 } from './log-v1.ts';
import { logInVersion2 } from './log-v2.ts';
import { signerOf } from './logged-verifier.ts';
import { encodePem } from './pem.ts';
import { isSecure } from './secure-url.ts';
import { withDeadline } from './service-calls.ts';
import { verifyLogged } from './verify-logged.ts';

/** A transparency log: Rekor, by its address and the version of its interface. */
export interface LogService {
  /** `https:`, or `http:` on loopback. */
  readonly url: string;
  readonly version: 1 | 2;
}

export interface LoggedSignerOptions {
  readonly log: LogService;
  /** The trust root that the log must be in. Default: the public instance. */
  readonly trust?: TrustSource | undefined;
  /** The time for the log, in milliseconds: at least 1 and less than 2^31. Default: 120,000. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const aVersion: Rule = { expected: '1 or 2', accepts: (value) => value === 1 || value === 2 };

/** An object with both members, whatever they are. */
const aLog: Rule = {
  expected: 'an object with the members url and version',
  accepts: (value) =>
    anObject.accepts(value) && ['url', 'version'].every((name) => Object.hasOwn(value as object, name)),
};

const rules = { log: aLog, trust: anObject, deadline: milliseconds, signal: anAbortSignal };

/**
 * Makes a signer with a key or a certificate that also has each signature logged, for the draft of the format (section 3.5 of it).
 * It verifies the entry before it returns.
 *
 * **What is logged is public and cannot be removed**: the digest of what is signed, the key or the certificate, the signature and the
 * time. Tell the user before (OMS-KEYLOG-2). A log of version 2 states no time, so that the signer has to add a timestamp by an
 * authority of the trust root.
 * @throws {TypeError} for a wrong option, before anything is read or sent
 * @throws {OmsError} `signer/trust-…`; when signing, what the given signer throws, `signer/service-failed`, and what a
 * {@link loggedVerifier} throws if the log's response does not verify
 *
 * @example
 * const timestampAuthority = httpTimestampAuthority('https://tsa.example/api/v1/timestamp');
 * const byKey = timestampedSigner(keySigner({ privateKey: await readFile('key.pem') }), timestampAuthority);
 * const trustedRoot = await readFile('trusted_root.json');
 * const log = { url: 'https://rekor.example', version: 2 } as const;
 * const signer = await loggedSigner(byKey, { log, trust: { trustedRoot } });
 * const { bundle } = await signModel(localModel('my-model'), signer, { draft: '1.1' });
 */
export async function loggedSigner(signer: Signer, options: LoggedSignerOptions): Promise<Signer> {
  const checked = checkEach(options, rules, { required: ['log'] });
  const log = checkLog(checked.log);
  const trust = await loadTrust(checked.trust, checked.signal);
  return {
    async sign(content, warn) {
      // In strict mode this throws, before anything is logged.
      warnOf(trust, warn);
      const made = await signer.sign(content, warn);
      const logged = loggedBy(made);
      checkTime(log, made);
      const entry = await withDeadline(checked, (calls) =>
        calls.call('transparency log', log.url, undefined, (signal) => logOnce(log, { content, ...logged }, signal)),
      );
      const material = { ...made.material, tlogEntries: [entry] };
      const { signature } = made;
      verifyLogged({ content, signature, material, signer: logged.signer }, trust.materials);
      return { ...made, material };
    },
  };
}

function checkLog(log: LogService): LogService {
  const required = ['url', 'version'];
  const { url, version } = checkEach(log, { url: someText, version: aVersion }, { required, within: 'log' });
  const address = URL.parse(url);
  if (!address || !isSecure(address) || address.username !== '' || address.password !== '') {
    throw new TypeError(
      'the address of a log begins with https:, or with http: on loopback, and has no user name in it',
    );
  }
  return { url: url.replace(/\/$/, ''), version };
}

/** Logging what no verifier accepts would only make it public. */
function checkTime({ version }: LogService, { material }: MadeSignature): void {
  if (version === 1 || (material.timestampVerificationData?.rfc3161Timestamps?.length ?? 0) > 0) return;
  throw new TypeError('a log of version 2 states no time: the signer needs a timestamp authority');
}

/** What a log has of a signature. */
function loggedBy({ signature, material, identity, publicKey }: MadeSignature) {
  if (identity.method === 'sigstore')
    throw new TypeError('a signer of the method sigstore logs its signatures by itself');
  const { curve } = identity;
  if (curve === 'ml-dsa-65') throw new TypeError('a log has no signatures with keys for ML-DSA-65');
  const signer = signerOf(identity, material);
  if ('certificate' in signer) {
    const { certificate } = signer;
    const pem = encodePem('CERTIFICATE', certificate);
    return { signature, signer, verifier: { pem, certificate, curve } };
  }
  if (publicKey === undefined) throw new TypeError('the signer does not return its public key, which the log needs');
  const der = derOf(publicKey);
  return { signature, signer, verifier: { pem: publicKey, publicKey: der, curve } };
}

function derOf(pem: string): Uint8Array {
  const der = fromBase64(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''));
  if (der === null) throw new TypeError('the signer does not return its public key in PEM');
  return der;
}

type Logged = ReturnType<typeof loggedBy> & { readonly content: SignedContent };

async function logOnce({ url, version }: LogService, logged: Logged, signal: AbortSignal): Promise<object> {
  const { content, signature, verifier } = logged;
  if (version === 1) return logInVersion1(url, { content, signature, verifier: verifier.pem }, signal);
  const signedBytes = preAuthenticationEncoding(content.payloadType, content.payload);
  return logInVersion2(url, { signedBytes, signature, verifier }, signal);
}
