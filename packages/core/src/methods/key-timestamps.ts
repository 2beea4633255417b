import { aFunction, checkArgument, checkEach, pemTexts } from '@model-signing/x509/options';
import { toBase64 } from '#platform';
import type { KeyIdentity, Signer, Verifier } from '../signer.ts';
import type { Pem } from './ec-key.ts';
import { readAuthorities, requestTimestamp, verifiedTime } from './timestamp.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';

/**
 * Makes a signer with a key that also has each signature timestamped, for the draft of the format (section 3.5 of it).
 * @throws {TypeError} for a wrong argument
 * @throws {OmsError} when signing, what the given signer throws, and `signer/timestamp-…`
 *
 * @example
 * const byKey = keySigner({ privateKey: await readFile('key.pem') });
 * const signer = timestampedSigner(byKey, httpTimestampAuthority('http://timestamp.example.com'));
 * const { bundle } = await signModel(localModel('my-model'), signer, { draft: '1.1' });
 */
export function timestampedSigner(signer: Signer, authority: TimestampAuthority): Signer {
  checkArgument('the timestamp authority', authority, aFunction);
  return {
    async sign(content, warn) {
      const made = await signer.sign(content, warn);
      const response = await requestTimestamp(made.signature, authority);
      const timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: toBase64(response) }] };
      return { ...made, material: { ...made.material, timestampVerificationData } };
    },
  };
}

export interface TimestampedVerifierOptions {
  /** PEM, each with one or many certificates of timestamping authorities. */
  readonly timestampRoots: readonly Pem[];
}

/**
 * Makes a verifier of keys that also verifies timestamps, for the draft of the format (section 3.5 of it). The time of a timestamp is
 * then the identity's `timestampedAt`. Timestamps none of which verifies are refused; a signature without one is accepted, because a key
 * does not expire (OMS-KEYLOG-12). Without this, the timestamps of a key are ignored.
 * @throws {TypeError} for a wrong option
 * @throws {OmsError} `signer/certificate-unreadable`; when verifying, what the given verifier throws, and `signer/timestamp-…`
 *
 * @example
 * const byKey = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const verifier = timestampedVerifier(byKey, { timestampRoots: [await readFile('tsa.pem')] });
 * const { signer } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier, { draft: '1.1' });
 * console.log(`signed before ${signer.timestampedAt}`);
 */
export function timestampedVerifier(
  verifier: Verifier<KeyIdentity>,
  options: TimestampedVerifierOptions,
): Verifier<KeyIdentity> {
  const { timestampRoots } = checkEach(options, { timestampRoots: pemTexts }, { required: ['timestampRoots'] });
  const authorities = readAuthorities(timestampRoots);
  if (authorities.length === 0) throw new TypeError('no timestamp authority is trusted');
  return {
    methods: verifier.methods,
    async verify(content, signature, material, warn) {
      const given = structuredClone(material);
      const copy = new Uint8Array(signature);
      const verified = await verifier.verify(content, signature, material, warn);
      const time = verifiedTime(given, copy, authorities, warn);
      if (time === null) return verified;
      return { ...verified, identity: { ...verified.identity, timestampedAt: time.toISOString() } };
    },
  };
}
