import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  authority,
  extension,
  issue,
  type KeyPair,
  keyPair,
  spki,
  type TestAuthority,
  tbsCertificate,
} from './certificates.ts';
import * as der from './der.ts';

/** What a certificate says; each member can be made wrong. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  readonly identity: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** How many subject alternative names there are. */
  readonly names?: number;
  /** The form of the identity; by default an address if it has an `@`, else a URI. */
  readonly nameForm?: 'user-name' | undefined;
  readonly extendedKeyUsage?: string;
  readonly certificateTimestamps?: 'none' | 'malformed' | 'by-another-log' | undefined;
  readonly olderIssuer?: string;
  readonly isAuthority?: boolean;
  readonly furtherExtensions?: readonly Buffer[];
}

/** A certificate authority in the manner of Fulcio, with the certificate transparency log it writes to. */
export class CodeSigningAuthority {
  readonly root: TestAuthority;
  readonly logKeys: KeyPair = keyPair();

  constructor(notBefore: Date, notAfter: Date) {
    this.root = authority('test code signing', notBefore, notAfter);
  }

  certify(request: CertificateRequest): Buffer {
    const template = {
      subject: '',
      issuer: this.root.name,
      publicKey: request.publicKey,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      serial: Buffer.from(createHash('sha256').update(spki(request.publicKey)).digest().subarray(0, 12)),
    };
    const extensions = extensionsOf(request);
    const timestamps = this.#certificateTimestamps(tbsCertificate({ ...template, extensions }), request);
    return issue({ ...template, extensions: [...extensions, ...timestamps] }, this.root.keys.privateKey);
  }

  /** The extension with one signed certificate timestamp over the certificate without it (RFC 6962). */
  #certificateTimestamps(tbs: Buffer, { certificateTimestamps: fault, notBefore }: CertificateRequest): Buffer[] {
    if (fault === 'none') return [];
    const keys = fault === 'by-another-log' ? keyPair() : this.logKeys;
    const when = Buffer.alloc(8);
    when.writeBigUInt64BE(BigInt(notBefore.getTime()));
    const issuerHash = createHash('sha256').update(spki(this.root.keys.publicKey)).digest();
    const signed = Buffer.concat([Buffer.from([0, 0]), when, u16(1), issuerHash, u24(tbs.length), tbs, u16(0)]);
    const signature = sign('sha256', signed, keys.privateKey);
    const logId = createHash('sha256').update(spki(this.logKeys.publicKey)).digest();
    const timestamp = Buffer.concat([
      Buffer.from([0]),
      logId,
      when,
      u16(0),
      Buffer.from([4, 3]),
      u16(signature.length),
      signature,
    ]);
    const list = Buffer.concat([u16(timestamp.length), timestamp]);
    const whole = fault === 'malformed' ? u16(60_000) : Buffer.concat([u16(list.length), list]);
    return [extension('1.3.6.1.4.1.11129.2.4.2', der.octets(whole))];
  }
}

function extensionsOf(request: CertificateRequest): Buffer[] {
  const { identity, issuer, names = 1, extendedKeyUsage = '1.3.6.1.5.5.7.3.3', olderIssuer = issuer } = request;
  return [
    extension('2.5.29.15', der.bits(Buffer.from([0x80]), 7), true),
    extension('2.5.29.37', der.sequence(der.oid(extendedKeyUsage))),
    extension('2.5.29.17', der.sequence(...Array.from({ length: names }, () => generalName(identity, request))), true),
    extension('1.3.6.1.4.1.57264.1.1', Buffer.from(olderIssuer)),
    extension('1.3.6.1.4.1.57264.1.8', der.utf8(issuer)),
    ...(request.isAuthority ? [extension('2.5.29.19', der.sequence(der.truth()), true)] : []),
    ...(request.furtherExtensions ?? []),
  ];
}

function generalName(identity: string, { nameForm }: CertificateRequest): Buffer {
  if (nameForm === 'user-name') {
    return der.tagged(0, der.oid('1.3.6.1.4.1.57264.1.7'), der.tagged(0, der.utf8(identity)));
  }
  return der.name(identity.includes('@') && !identity.includes('://') ? 1 : 6, identity);
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function u24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
