import type { VectorInputs } from '../vectors/vector.ts';
import type { ParsedBundle } from './bundle.ts';
import type { Opened, SignableTexts } from './ecdsa.ts';
import { type Judge, Refusal } from './judgement.ts';

export interface Trust {
  readonly inputs: VectorInputs;
  readonly read: (file: string) => Buffer;
}

/** Opens an envelope with the key of a certificate that leads to one the caller trusts. */
export function openWithCertificate(
  _bundle: ParsedBundle,
  _trust: Trust,
  _texts: SignableTexts,
  _judge: Judge,
): Opened {
  throw new Refusal('signer/certificate-untrusted', 'not judged');
}

/** What is wrong with the chain and the signature of a bundle that was signed with a certificate, in words, or null. */
export function signedChain(_bundle: ParsedBundle, _trust: Trust, _texts: SignableTexts, _judge: Judge): string | null {
  return null;
}
