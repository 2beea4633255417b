// What a page loads to check a signature by a key, by certificates or by Sigstore.
import { certificateVerifier, keyVerifier, type Verifier } from '@model-signing/core';
import { sigstoreVerifier } from '@model-signing/sigstore/verify';
import type { CaseInputs } from '../case.ts';

export { openSignature } from '@model-signing/core';

/** The bytes behind Base64. */
export const decode = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export async function openVerifier(inputs: CaseInputs): Promise<Verifier> {
  const { method, publicKey = '', roots = [], timestampRoots } = inputs;
  const { identity, identityProvider = '', trustedRoot = '' } = inputs;
  if (method === 'key') return keyVerifier({ publicKey });
  if (method === 'certificate') return certificateVerifier({ trusted: roots, timestampRoots });
  return sigstoreVerifier({ identity, issuer: identityProvider, trust: { trustedRoot } });
}
