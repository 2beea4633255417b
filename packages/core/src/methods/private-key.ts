import { checkEach, textOrBytes, withFunctions } from '@model-signing/x509/options';
import { OmsError } from '../format/errors.ts';
import { preAuthenticationEncoding } from '../format/pae.ts';
import { type EcPublicKey, importPrivateKey, importPublicKey, type Pem } from './ec-key.ts';
import type { EnvelopeKey } from './signature-key.ts';

/**
 * A private key that is held elsewhere: in a hardware token, a key service or another process. It signs digests and says which public
 * key belongs to it.
 *
 * @example
 * const key: PrivateKeyHandle = {
 *   publicKey: await readFile('key.pub.pem'),
 *   sign: (digest) => service.signDigest('my-key', digest),
 * };
 * await signModel(localModel('my-model'), keySigner({ key }));
 */
export interface PrivateKeyHandle {
  /** SubjectPublicKeyInfo on P-256, P-384 or P-521: PEM, as text or bytes, or DER. */
  readonly publicKey: string | Uint8Array;
  /**
   * Signs a digest with ECDSA. What it returns is verified with the public key before it is used: anything else than a signature
   * of that digest is `signer/key-answer-invalid`.
   * @param digest 32, 48 or 64 bytes: SHA-256, SHA-384 or SHA-512, by the curve of the key (OMS-ALG-4)
   * @returns the signature in ASN.1 DER
   */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

/** A private key in PEM, or a handle to one that is elsewhere: exactly one of the two. */
export type KeySignerOptions =
  | {
      /** PEM or DER: PKCS#8, SEC1, or either of them encrypted. */
      readonly privateKey: Pem;
      /** For an encrypted key; otherwise ignored. */
      readonly passphrase?: string | Uint8Array | undefined;
      readonly key?: undefined;
    }
  | {
      readonly key: PrivateKeyHandle;
      readonly privateKey?: undefined;
      readonly passphrase?: undefined;
    };

const rules = { privateKey: textOrBytes, passphrase: textOrBytes, key: withFunctions(['sign']) };

/**
 * Opens the private key that the options name.
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`, `signer/passphrase-missing`,
 * `signer/passphrase-wrong`
 */
export function openPrivateKey(options: KeySignerOptions): EnvelopeKey<EcPublicKey> {
  const { privateKey, passphrase, key } = checkEach(options, rules);
  if (key !== undefined) {
    if (privateKey !== undefined) throw new TypeError('give either privateKey or key, not both');
    if (passphrase !== undefined) throw new TypeError('the option passphrase needs the option privateKey');
    return withHandle(key);
  }
  if (privateKey === undefined) throw new TypeError('the option privateKey or the option key must be given');
  const imported = importPrivateKey(privateKey, passphrase);
  return {
    publicKey: imported.publicKey,
    sign: ({ payloadType, payload }) => imported.sign(preAuthenticationEncoding(payloadType, payload)),
  };
}

function withHandle(handle: PrivateKeyHandle): EnvelopeKey<EcPublicKey> {
  checkEach({ publicKey: handle.publicKey }, { publicKey: textOrBytes }, { required: ['publicKey'], within: 'key' });
  const publicKey = importPublicKey(handle.publicKey);
  return {
    publicKey,
    async sign({ payloadType, payload }) {
      const message = preAuthenticationEncoding(payloadType, payload);
      const returned = await handle.sign(publicKey.digest(message));
      // The handle may use its buffer again, so what is verified is a copy.
      const signature = returned instanceof Uint8Array ? Uint8Array.from(returned) : null;
      // A handle is not our code: a wrong key, hash or encoding would otherwise show only when the bundle is verified.
      if (!signature || !(await publicKey.verify(message, signature))) {
        throw new OmsError(
          'signer/key-answer-invalid',
          'the token or service that holds the key returned no ECDSA signature in DER that its public key verifies: ' +
            'it signed with another key or another hash, or did not sign',
        );
      }
      return signature;
    },
  };
}
