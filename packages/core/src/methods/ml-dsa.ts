import { fromBase64, fromHex, lackOfMlDsa, type PublicKey, readPublicKey, sha256, toHex } from '#platform';
import { encodeUtf8, withoutByteOrderMark } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import { preAuthenticationEncoding } from '../format/pae.ts';
import { checkHalves, decodePrivateKey, type Pem } from './ec-key.ts';
import { keyBlocks } from './key-text.ts';
import type { EnvelopeKey, SignatureKey } from './signature-key.ts';

/** What comes before the key in a SubjectPublicKeyInfo (RFC 9881, 4), and the size of the whole. */
const SPKI_HEAD = fromHex('308207b2300b0609608648016503040312038207a100');
const SPKI_BYTES = 1974;

/** The algorithm identifier in a private key. */
const IDENTIFIER = '0609608648016503040312';

/** Far longer than a key, and much shorter than what is worth decoding. */
const MAX_BYTES = 65_536;

/** A public key for ML-DSA-65: pure, over the whole message, with an empty context (OMS-PQ-5). */
class MlDsaKey implements SignatureKey {
  readonly curve = 'ml-dsa-65';
  readonly hint: string;
  readonly pem: string;
  readonly #key: PublicKey;

  constructor(key: PublicKey) {
    this.#key = key;
    this.pem = key.pem;
    this.hint = sha256([encodeUtf8(key.pem)]);
  }

  /** No form from before version 1.0 was signed with such a key, so that nothing is verified with a hash of its own. */
  async verify(message: Iterable<Uint8Array>, signature: Uint8Array, hash?: string): Promise<boolean> {
    return hash === undefined && this.#key.verify(null, message, signature);
  }
}

/**
 * Reads a public key for ML-DSA-65, in PEM or DER; null for what is none.
 * @throws {OmsError} `signer/key-unsupported` if the platform has no ML-DSA
 */
export function importMlDsaPublicKey(source: Pem): SignatureKey | null {
  const der = onlyBlock(source, 'PUBLIC KEY');
  if (der?.length !== SPKI_BYTES || !SPKI_HEAD.every((byte, at) => byte === der[at])) return null;
  checkPlatform(der);
  return new MlDsaKey(readPublicKey(der));
}

/**
 * Opens a private key for ML-DSA-65; null for one of another kind.
 * @throws {OmsError} `signer/key-unsupported` if the platform has no ML-DSA; for an encrypted key also what
 * {@link decodePrivateKey} throws
 */
export function openMlDsaPrivateKey(source: Pem, passphrase?: string | Uint8Array): EnvelopeKey | null {
  const der = onlyBlock(source, 'PRIVATE KEY');
  const isEncrypted = onlyBlock(source, 'ENCRYPTED PRIVATE KEY') !== null;
  if (!isEncrypted && (der === null || !toHex(der.subarray(0, 40)).includes(IDENTIFIER))) return null;
  if (!isEncrypted) checkPlatform(new Uint8Array([...SPKI_HEAD, ...new Uint8Array(SPKI_BYTES - SPKI_HEAD.length)]));
  const key = decodePrivateKey(source, passphrase);
  if (key.publicKey.type !== 'ml-dsa-65') return null;
  checkHalves(key, null);
  return {
    publicKey: new MlDsaKey(key.publicKey),
    sign: async ({ payloadType, payload }) => key.sign(null, preAuthenticationEncoding(payloadType, payload)),
  };
}

function checkPlatform(spki: Uint8Array): void {
  const lack = lackOfMlDsa(spki);
  if (lack === null) return;
  throw new OmsError('signer/key-unsupported', `the key is for ML-DSA-65, which cannot be used: ${lack}`);
}

/** The DER of the only block of a text, if it has this label. */
function onlyBlock(source: Pem, label: string): Uint8Array | null {
  if (source.length > MAX_BYTES) return null;
  const [block, ...others] = keyBlocks(withoutByteOrderMark(source));
  if (block?.label !== label || others.length > 0) return null;
  return fromBase64(block.pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''));
}
