import { OmsError, type SigstoreIdentity, type Verifier } from '@model-signing/core';
import { anAbortSignal, anObject, checkEach, someText } from '@model-signing/x509/options';
import { type ExpectedSigner, signerCheck } from './identity.ts';
import { loadTrust, type Trust, type TrustSource, warnOf } from './load-trust.ts';
import { verifySignature } from './verify-signature.ts';

export interface SigstoreVerifierOptions extends ExpectedSigner {
  /** Default: the public instance, without network access. */
  readonly trust?: TrustSource | undefined;
  /** Aborts the fetching of a trust root with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const rules = {
  identity: someText,
  identityPattern: someText,
  issuer: someText,
  trust: anObject,
  signal: anAbortSignal,
};

/**
 * Creates a verifier that accepts signatures by one identity, as certified by one issuer, that were logged and timestamped while the
 * certificate was valid (sections 3.3 and 3.4). Verifying uses no network.
 *
 * A result warns of a stored trust root that cannot be used (`signer/trust-cache`) and of one that is older than its publisher
 * intends (`signer/trust-outdated`); in strict mode both are refused.
 * @throws {OmsError} `signer/trust-unreadable`, `signer/trust-missing`, `signer/trust-cache`; when refreshing,
 * `signer/service-failed`
 * @throws {TypeError} if no identity or no issuer is given, and for a wrong option
 * @throws {SyntaxError} if the identity pattern is not valid RE2 syntax
 */
export async function sigstoreVerifier(options: SigstoreVerifierOptions): Promise<Verifier<SigstoreIdentity>> {
  const checked = checkEach(options, rules, { required: ['issuer'] });
  const check = await signerCheck(checked);
  const trust = await loadTrust(checked.trust, checked.signal);
  return {
    methods: ['sigstore'],
    async verify(content, signature, material, warn) {
      warnOf(trust, warn);
      const identity = explained(trust, () => verifySignature(content, signature, material, trust.materials));
      check(identity);
      return { identity, form: 'dsse' };
    },
  };
}

/** Adds what is unusual about the trust root to a refusal, which may follow from it and has no warnings. */
function explained<T>({ notices }: Trust, verify: () => T): T {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof OmsError) || notices.length === 0) throw error;
    const { code, message, requirement } = error;
    const unusual = notices.map((notice) => notice.message).join('; ');
    throw new OmsError(code, `${message} (note that ${unusual})`, { requirement, cause: error });
  }
}
