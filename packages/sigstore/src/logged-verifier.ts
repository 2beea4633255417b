import {
  type CertificateIdentity,
  type KeyIdentity,
  OmsError,
  type VerificationMaterial,
  type Verifier,
} from '@model-signing/core';
import { anAbortSignal, anObject, checkEach } from '@model-signing/x509/options';
import { fromBase64 } from '#platform';
import { loadTrust, type TrustSource, warnOf } from './load-trust.ts';
import type { LoggedSigner } from './log-entry.ts';
import { verifyLogged } from './verify-logged.ts';

export interface LoggedVerifierOptions {
  /** The trust root with the logs to trust. Default: the public instance, without network access. */
  readonly trust?: TrustSource | undefined;
  /** Aborts the fetching of a trust root with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a verifier of keys or certificates that also requires an entry of this signature, by this key, in a log of a trust root, for the
 * draft of the format (section 3.5 of it). The identity then has `loggedAt`. Without it, log entries of these methods are ignored.
 *
 * A result warns of its trust root as that of `sigstoreVerifier` does.
 * @throws {TypeError} for a verifier of other methods, and for a wrong option
 * @throws {OmsError} `signer/trust-…`; when verifying, what the given verifier throws, `signer/log-missing`, `signer/log-invalid`,
 * `signer/timestamp-invalid`
 *
 * @example
 * const byKey = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const trustedRoot = await readFile('trusted_root.json');
 * const verifier = await loggedVerifier(byKey, { trust: { trustedRoot } });
 * const { signer } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier, { draft: '1.1' });
 * console.log(`signed before ${signer.loggedAt}`);
 */
export async function loggedVerifier<Identity extends KeyIdentity | CertificateIdentity>(
  verifier: Verifier<Identity>,
  options: LoggedVerifierOptions = {},
): Promise<Verifier<Identity>> {
  const { trust: source, signal } = checkEach(options, { trust: anObject, signal: anAbortSignal });
  if (verifier.methods.includes('sigstore')) {
    throw new TypeError('a verifier of the method sigstore requires a log entry by itself');
  }
  const trust = await loadTrust(source, signal);
  return {
    methods: verifier.methods,
    async verify(content, signature, material, warn) {
      // Taken first: a verifier that is not ours could change what it is given.
      const signed = { content, signature: new Uint8Array(signature), material: structuredClone(material) };
      const verified = await verifier.verify(content, signature, material, warn);
      warnOf(trust, warn);
      const signer = signerOf(verified.identity, signed.material);
      const loggedAt = new Date(verifyLogged({ ...signed, signer }, trust.materials)).toISOString();
      return { ...verified, identity: { ...verified.identity, loggedAt } };
    },
  };
}

/** Who signed, by what a log has of it. */
export function signerOf(
  identity: KeyIdentity | CertificateIdentity,
  { x509CertificateChain, certificate }: VerificationMaterial,
): LoggedSigner {
  if (identity.method === 'key') return { hint: identity.hint };
  const text = (x509CertificateChain?.certificates[0] ?? certificate)?.rawBytes;
  const der = text === undefined ? null : fromBase64(text);
  if (der === null) throw new OmsError('signer/log-invalid', 'the bundle has no certificate to compare the entry with');
  return { certificate: der };
}
