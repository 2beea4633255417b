import { createHash, sign } from 'node:crypto';
import { generateKey, makeRoot, spkiOf } from './certificates.ts';
import { type CertificateRequest, CodeSigningAuthority } from './code-signing-authority.ts';
import { curveHashes, type TestKey } from './forge.ts';
import { preAuthEncoding } from './pae.ts';
import { makeTimestampSigner } from './timestamp-authority.ts';
import { makeToken } from './timestamp-token.ts';
import { type EntryKind, entryBody, type LogEntry, type Logged, TestLogV1, TestLogV2 } from './transparency-log.ts';

export interface TestSignature extends Partial<CertificateRequest> {
  readonly curve?: TestKey['curve'];
  /** Default `dsse/0.0.1`. Kinds of version 0.0.2, except `intoto`, are logged by a log of version 2. */
  readonly kind?: EntryKind;
  /** Default true. */
  readonly timestamped?: boolean;
  /** The time of signing, logging and timestamping. Default now. */
  readonly date?: Date;
}

export const testIdentity = 'signer@example.com';
export const testIssuer = 'https://issuer.example';

const MINUTE = 60_000;

/** A private instance of Sigstore within the process: an authority, logs of both versions, and a timestamp authority. */
export class TestInstance {
  readonly #start: Date;
  readonly authority: CodeSigningAuthority;
  readonly timestampRoot;
  readonly timestampSigner;
  readonly logV1 = new TestLogV1('log-1.example');
  readonly logV2 = new TestLogV2('log-2.example');

  /** @param start when the instance begins to exist; by default, yesterday */
  constructor({ start = new Date(Date.now() - 24 * 60 * MINUTE) } = {}) {
    const dates = { notBefore: start, notAfter: new Date(Date.now() + 24 * 60 * MINUTE) };
    this.#start = start;
    this.authority = new CodeSigningAuthority(dates.notBefore, dates.notAfter);
    this.timestampRoot = makeRoot({ subject: 'CN=test timestamps', keyIds: false, ...dates });
    this.timestampSigner = makeTimestampSigner(this.timestampRoot, { keyUsage: null, keyIds: false, ...dates });
  }

  /** A signer with a certificate by this instance. */
  signer(options: TestSignature = {}) {
    return { sign: async (content: Parameters<TestInstance['sign']>[0]) => this.sign(content, options) };
  }

  sign({ payload, payloadType }: Pick<Logged, 'payload' | 'payloadType'>, options: TestSignature = {}) {
    const { curve = 'P-256', date = new Date(), kind = 'dsse/0.0.1', timestamped = true } = options;
    const keys = generateKey(curve);
    const request = {
      publicKey: keys.publicKey,
      identity: testIdentity,
      issuer: testIssuer,
      notBefore: new Date(date.getTime() - MINUTE),
      notAfter: new Date(date.getTime() + 9 * MINUTE),
      ...options,
    };
    const certificate = this.authority.certify(request);
    const hash = curveHashes[curve];
    const signature = sign(hash, preAuthEncoding({ payload, payloadType }), keys.privateKey);
    const material = {
      certificate: { rawBytes: certificate.toString('base64') },
      tlogEntries: [this.log(kind, { payload, payloadType, signature, certificate, hash }, date)],
      ...(timestamped ? { timestampVerificationData: { rfc3161Timestamps: [this.timestamp(signature, date)] } } : {}),
    };
    const { identity, issuer } = request;
    const method = 'sigstore' as const;
    return { signature, material, identity: { method, identity, issuer, signedAt: date.toISOString() } };
  }

  log(kind: EntryKind, logged: Logged, date: Date): LogEntry {
    const body = entryBody(kind, logged);
    const second = kind === 'dsse/0.0.2' || kind === 'hashedrekord/0.0.2';
    return second ? this.logV2.append(body) : this.logV1.log(body, date);
  }

  timestamp(signature: Uint8Array, date: Date): { signedTimestamp: string } {
    const digest = createHash('sha256').update(signature).digest();
    return { signedTimestamp: this.stamp(digest, date).toString('base64') };
  }

  /** A timestamp response over a digest, in DER. It does not include the certificate, which is in the trust root. */
  stamp(imprint: Uint8Array, date: Date): Buffer {
    const timeText = `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
    const signer = this.timestampSigner;
    return makeToken({ signer, imprint, timeText, hashParameters: true, certificates: [], bound: null });
  }

  /** The trust root of this instance, as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests change any part of it
  trustedRoot(): any {
    const validFor = { start: this.#start.toISOString() };
    const authority = (uri: string, ...chain: readonly { readonly der: Uint8Array }[]) => ({
      uri,
      certChain: { certificates: chain.map(({ der }) => ({ rawBytes: Buffer.from(der).toString('base64') })) },
      validFor,
    });
    const log = (baseUrl: string, id: Buffer, key: Buffer, keyDetails: string) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: key.toString('base64'), keyDetails, validFor },
      logId: { keyId: id.toString('base64') },
    });
    const ctKey = spkiOf(this.authority.logKeys.publicKey);
    const ctId = createHash('sha256').update(ctKey).digest();
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [authority('https://ca.example', this.authority.root)],
      timestampAuthorities: [authority('https://tsa.example', this.timestampSigner, this.timestampRoot)],
      ctlogs: [log('https://ct.example', ctId, ctKey, 'PKIX_ECDSA_P256_SHA_256')],
      tlogs: [this.logV1, this.logV2].map(({ origin, id, publicKey, keyDetails }) =>
        log(`https://${origin}`, id, spkiOf(publicKey), keyDetails),
      ),
    };
  }
}
