import type { SignedContent, Signer, SignerIdentity, VerifiedSignature, Verifier, Warn } from '../signer.ts';
import type { VerificationMaterial } from './bundle.ts';

/** What a verifier judges. */
type Judged = readonly [content: SignedContent, signature: Uint8Array, material: VerificationMaterial];

type Party = Signer['sign'] | Verifier['verify'];

/** Functions of this package that only read the payload. */
const readers = new WeakSet<Party>();

/** Says of a function of this package that it only reads the payload, which can be long, so that it needs no copy. */
export function onlyReads<F extends Party>(party: F): F {
  readers.add(party);
  return party;
}

/** The payload for a signer or verifier: a copy, unless the function is one of ours that only reads it. */
export function payloadFor(party: Party, payload: Uint8Array): Uint8Array {
  return readers.has(party) ? payload : new Uint8Array(payload);
}

/**
 * Has a verifier judge a copy of its own, down to the last byte: what one verifier writes into it must reach neither another
 * verifier nor what is read once the signature is verified.
 */
export async function judgeCopy<Identity extends SignerIdentity>(
  verifier: Verifier<Identity>,
  [{ payloadType, payload }, signature, material]: Judged,
  warn: Warn,
): Promise<VerifiedSignature<Identity>> {
  const content = { payloadType, payload: payloadFor(verifier.verify, payload) };
  return verifier.verify(content, new Uint8Array(signature), structuredClone(material), warn);
}
