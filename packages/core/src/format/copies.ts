import type { SignedContent, SignerIdentity, VerifiedSignature, Verifier, Warn } from '../signer.ts';
import type { VerificationMaterial } from './bundle.ts';

/** What a verifier judges. */
type Judged = readonly [content: SignedContent, signature: Uint8Array, material: VerificationMaterial];

/**
 * Has a verifier judge a copy of its own, down to the last byte: what one verifier writes into it must reach neither another
 * verifier nor what is read once the signature is verified.
 */
export async function judgeCopy<Identity extends SignerIdentity>(
  verifier: Verifier<Identity>,
  [{ payloadType, payload }, signature, material]: Judged,
  warn: Warn,
): Promise<VerifiedSignature<Identity>> {
  const content = { payloadType, payload: new Uint8Array(payload) };
  return verifier.verify(content, new Uint8Array(signature), structuredClone(material), warn);
}
