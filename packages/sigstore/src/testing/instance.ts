import { createHash, sign } from 'node:crypto';
import type { MadeSignature, SignedContent, Signer, VerificationMaterial } from '@model-signing/core';
import { type CertificateRequest, CodeSigningAuthority } from './certificate-authority.ts';
import { keyPair, spki, type TestCurve } from './certificates.ts';
import { type EntryKind, entryBody, type LogEntry, type Logged, signedBytes, TestLogV1, TestLogV2 } from './logs.ts';
import { TestTimestampAuthority } from './timestamp-authority.ts';

const hashes = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512' } as const;

export interface TestSignature extends Partial<CertificateRequest> {
  readonly curve?: TestCurve;
  /** Default `dsse/0.0.1`. Kinds of version 0.0.2, except `intoto`, are logged by a log of version 2. */
  readonly kind?: EntryKind;
  /** Default true. */
  readonly timestamped?: boolean;
  /** When it is signed, logged and timestamped. Default now. */
  readonly date?: Date;
}

export const testIdentity = 'signer@example.com';
export const testIssuer = 'https://issuer.example';

const MINUTE = 60_000;

/** A private instance of Sigstore within the process: an authority, logs of both versions, and a timestamp authority. */
export class TestInstance {
  readonly #start: Date;
  readonly authority: CodeSigningAuthority;
  readonly timestampAuthority: TestTimestampAuthority;
  readonly logV1 = new TestLogV1('log-1.example');
  readonly logV2 = new TestLogV2('log-2.example');

  /** @param start from when on it is there, by default since yesterday */
  constructor({ start = new Date(Date.now() - 24 * 60 * MINUTE) } = {}) {
    const end = new Date(Date.now() + 24 * 60 * MINUTE);
    this.#start = start;
    this.authority = new CodeSigningAuthority(start, end);
    this.timestampAuthority = new TestTimestampAuthority(start, end);
  }

  /** A signer with a certificate by this instance. */
  signer(options: TestSignature = {}): Signer {
    return { sign: async (content) => this.sign(content, options) };
  }

  sign({ payload, payloadType }: SignedContent, options: TestSignature = {}): MadeSignature {
    const { curve = 'P-256', date = new Date(), kind = 'dsse/0.0.1', timestamped = true } = options;
    const keys = keyPair(curve);
    const request = {
      publicKey: keys.publicKey,
      identity: testIdentity,
      issuer: testIssuer,
      notBefore: new Date(date.getTime() - MINUTE),
      notAfter: new Date(date.getTime() + 9 * MINUTE),
      ...options,
    };
    const certificate = this.authority.certify(request);
    const hash = hashes[curve];
    const signature = sign(hash, signedBytes({ payload, payloadType }), keys.privateKey);
    const material: VerificationMaterial = {
      certificate: { rawBytes: certificate.toString('base64') },
      tlogEntries: [this.log(kind, { payload, payloadType, signature, certificate, hash }, date)],
      ...(timestamped ? { timestampVerificationData: { rfc3161Timestamps: [this.timestamp(signature, date)] } } : {}),
    };
    const { identity, issuer } = request;
    return { signature, material, identity: { method: 'sigstore', identity, issuer, signedAt: date.toISOString() } };
  }

  log(kind: EntryKind, logged: Logged, date: Date): LogEntry {
    const body = entryBody(kind, logged);
    const second = kind === 'dsse/0.0.2' || kind === 'hashedrekord/0.0.2';
    return second ? this.logV2.append(body) : this.logV1.log(body, date);
  }

  timestamp(signature: Uint8Array, date: Date): { signedTimestamp: string } {
    const digest = createHash('sha256').update(signature).digest();
    return { signedTimestamp: this.timestampAuthority.stamp(digest, date).toString('base64') };
  }

  /** The trust root of this instance, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests change whatever they like in it
  trustedRoot(): any {
    const validFor = { start: this.#start.toISOString() };
    const chain = (...certificates: Buffer[]) => ({
      certificates: certificates.map((bytes) => ({ rawBytes: bytes.toString('base64') })),
    });
    const { root, logKeys } = this.authority;
    const ctKey = spki(logKeys.publicKey);
    const log = (baseUrl: string, id: Buffer, key: Buffer, keyDetails: string) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: key.toString('base64'), keyDetails, validFor },
      logId: { keyId: id.toString('base64') },
    });
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [{ uri: 'https://ca.example', certChain: chain(root.certificate), validFor }],
      timestampAuthorities: [
        {
          uri: 'https://tsa.example',
          certChain: chain(this.timestampAuthority.certificate, this.timestampAuthority.root.certificate),
          validFor,
        },
      ],
      ctlogs: [
        log('https://ct.example', createHash('sha256').update(ctKey).digest(), ctKey, 'PKIX_ECDSA_P256_SHA_256'),
      ],
      tlogs: [this.logV1, this.logV2].map(({ origin, id, publicKey, keyDetails }) =>
        log(`https://${origin}`, id, spki(publicKey), keyDetails),
      ),
    };
  }
}
