import type { SigstoreIdentity, Verifier } from '@model-signing/core';
import { type ExpectedSigner, signerCheck } from './identity.ts';
import { defaultTrust, loadTrust, type TrustSource } from './load-trust.ts';
import { verifySignature } from './verify-signature.ts';

export interface SigstoreVerifierOptions extends ExpectedSigner {
  /** Default: the public instance, without network access. */
  readonly trust?: TrustSource | undefined;
  /** Called with advisory messages for the user, such as that the trust root is old. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Creates a verifier that accepts signatures by one identity, as certified by one issuer, that were logged and timestamped while the
 * certificate was valid (sections 3.3 and 3.4). Verifying uses no network.
 * @throws {OmsError} `signer/trust-unreadable`, `signer/trust-missing`; when refreshing, `signer/service-failed`
 * @throws {TypeError} if no identity or no issuer is given
 * @throws {SyntaxError} if the identity pattern is not valid RE2 syntax
 */
export async function sigstoreVerifier(options: SigstoreVerifierOptions): Promise<Verifier<SigstoreIdentity>> {
  const check = await signerCheck(options);
  const { material: trust, notices } = await loadTrust(options.trust ?? defaultTrust);
  for (const notice of notices) options.onNotice?.(notice);
  return {
    methods: ['sigstore'],
    async verify(content, signature, material) {
      const identity = verifySignature(content, signature, material, trust);
      check(identity);
      return { identity, form: 'dsse' };
    },
  };
}
