import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  type Authority,
  type ExtensionOptions,
  ecdsa,
  eku,
  generateKey,
  type KeyPair,
  keyUsageValue,
  makeRoot,
  spkiOf,
  tbsCertificate,
} from './certificates.ts';
import { bitString, boolean, explicit, integer, octetString, oid, sequence, time, utf8String } from './der.ts';
import { email, uri } from './general-names.ts';

/** The contents of a certificate; a test can make each member wrong. */
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
  readonly furtherExtensions?: readonly ExtensionOptions[];
}

/** A certificate authority that works like Fulcio, with the certificate transparency log it writes to. */
export class CodeSigningAuthority {
  readonly root: Authority;
  readonly logKeys: KeyPair = generateKey();

  constructor(notBefore: Date, notAfter: Date) {
    this.root = makeRoot({ subject: 'CN=test code signing', notBefore, notAfter, keyIds: false });
  }

  certify(request: CertificateRequest): Buffer {
    const { identifier, sign } = ecdsa('sha256');
    const extensions = extensionsOf(request);
    const timestamps = this.#certificateTimestamps(this.#tbs(request, extensions), request);
    const tbs = this.#tbs(request, [...extensions, ...timestamps]);
    return sequence(tbs, identifier, bitString(sign(tbs, this.root.keys.privateKey)));
  }

  #tbs({ publicKey, notBefore, notAfter }: CertificateRequest, extensions: readonly ExtensionOptions[]): Buffer {
    const spki = spkiOf(publicKey);
    return tbsCertificate({
      serial: integer(createHash('sha256').update(spki).digest().subarray(0, 12)),
      algorithm: ecdsa('sha256').identifier,
      issuer: this.root.name,
      validity: sequence(time(notBefore), time(notAfter)),
      subject: sequence(),
      spki,
      extensions,
    });
  }

  /** The extension with one signed certificate timestamp over the certificate without it (RFC 6962). */
  #certificateTimestamps(
    tbs: Buffer,
    { certificateTimestamps: fault, notBefore }: CertificateRequest,
  ): ExtensionOptions[] {
    if (fault === 'none') return [];
    const keys = fault === 'by-another-log' ? generateKey() : this.logKeys;
    const issuerHash = createHash('sha256').update(spkiOf(this.root.keys.publicKey)).digest();
    const logId = createHash('sha256').update(spkiOf(this.logKeys.publicKey)).digest();
    const list = certificateTimestampList(tbs, issuerHash, notBefore, {
      logId,
      sign: (signed) => sign('sha256', signed, keys.privateKey),
    });
    return [{ id: '1.3.6.1.4.1.11129.2.4.2', value: octetString(fault === 'malformed' ? u16(60_000) : list) }];
  }
}

/** A list of one signed certificate timestamp, over the certificate before the list is added (RFC 6962, section 3.2). */
export function certificateTimestampList(
  tbs: Uint8Array,
  issuerHash: Uint8Array,
  at: Date,
  log: { readonly logId: Uint8Array; readonly sign: (signed: Buffer) => Uint8Array },
): Buffer {
  const when = Buffer.alloc(8);
  when.writeBigUInt64BE(BigInt(at.getTime()));
  const signed = Buffer.concat([Buffer.of(0, 0), when, u16(1), issuerHash, u24(tbs.length), tbs, u16(0)]);
  const signature = log.sign(signed);
  const timestamp = Buffer.concat([
    Buffer.of(0),
    log.logId,
    when,
    u16(0),
    Buffer.of(4, 3),
    u16(signature.length),
    signature,
  ]);
  return Buffer.concat([u16(timestamp.length + 2), u16(timestamp.length), timestamp]);
}

function extensionsOf(request: CertificateRequest): ExtensionOptions[] {
  const { identity, issuer, names = 1, extendedKeyUsage = eku.codeSigning, olderIssuer = issuer } = request;
  const generalNames = Array.from({ length: names }, () => generalName(identity, request));
  return [
    { id: '2.5.29.15', critical: true, value: keyUsageValue(['digitalSignature']) },
    { id: '2.5.29.37', value: sequence(oid(extendedKeyUsage)) },
    { id: '2.5.29.17', critical: true, value: sequence(...generalNames) },
    { id: '1.3.6.1.4.1.57264.1.1', value: Buffer.from(olderIssuer) },
    { id: '1.3.6.1.4.1.57264.1.8', value: utf8String(issuer) },
    ...(request.isAuthority ? [{ id: '2.5.29.19', critical: true, value: sequence(boolean(true)) }] : []),
    ...(request.furtherExtensions ?? []),
  ];
}

function generalName(identity: string, { nameForm }: CertificateRequest): Buffer {
  if (nameForm === 'user-name') {
    return explicit(0, oid('1.3.6.1.4.1.57264.1.7'), explicit(0, utf8String(identity)));
  }
  return identity.includes('@') && !identity.includes('://') ? email(identity) : uri(identity);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function u24(value: number): Buffer {
  return Buffer.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
}
