import type { SigstoreIdentity, Verifier } from '@model-signing/core';
import { type ExpectedSigner, signerCheck } from './identity.ts';
import { defaultTrust, loadTrust, type TrustSource } from './trust.ts';
import { verifySignature } from './verify-signature.ts';

export interface SigstoreVerifierOptions extends ExpectedSigner {
  /** Default: the public instance, without the network. */
  readonly trust?: TrustSource | undefined;
  /** Hears what a user should know that decides nothing, such as that the trust root is old. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Accepts signatures by one identity, vouched for by one issuer, that were logged and timestamped while its certificate was
 * valid (sections 3.3 and 3.4). Verifying needs no network.
 * @throws {OmsError} `signer/trust-unreadable`, `signer/trust-missing`; when refreshing, `signer/service-failed`
 * @throws {TypeError} if no identity or no issuer is given
 * @throws {SyntaxError} if the identity pattern is not one
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
