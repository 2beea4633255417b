import { createHash, randomBytes, sign } from 'node:crypto';
import { authority, distinguishedName, extension, issue, keyPair, type TestAuthority } from './certificates.ts';
import * as der from './der.ts';

const sha256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nothing());
const signedData = '1.2.840.113549.1.7.2';
const tstInfo = '1.2.840.113549.1.9.16.1.4';

/** A timestamp authority in the manner of RFC 3161. */
export class TestTimestampAuthority {
  readonly root: TestAuthority;
  readonly certificate: Buffer;
  readonly #keys = keyPair();
  readonly #serial = randomBytes(12);

  constructor(notBefore: Date, notAfter: Date) {
    this.root = authority('test timestamps', notBefore, notAfter);
    const template = {
      subject: 'test timestamp signer',
      issuer: this.root.name,
      publicKey: this.#keys.publicKey,
      notBefore,
      notAfter,
      serial: this.#serial,
      extensions: [extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.8')), true)],
    };
    this.certificate = issue(template, this.root.keys.privateKey);
  }

  /** A timestamp response over a digest, in DER. */
  stamp(digest: Uint8Array, date: Date): Buffer {
    const info = der.sequence(
      der.integer(1),
      der.oid('1.3.6.1.4.1.57264.2'),
      der.sequence(sha256, der.octets(digest)),
      der.integer(randomBytes(8)),
      der.time(date),
    );
    const attributes = [
      der.sequence(der.oid('1.2.840.113549.1.9.3'), der.set(der.oid(tstInfo))),
      der.sequence(der.oid('1.2.840.113549.1.9.4'), der.set(der.octets(createHash('sha256').update(info).digest()))),
    ];
    const signature = sign('sha256', der.set(...attributes), this.#keys.privateKey);
    const signer = der.sequence(
      der.integer(1),
      der.sequence(distinguishedName(this.root.name), der.integer(this.#serial)),
      sha256,
      der.tagged(0, ...attributes),
      der.sequence(der.oid('1.2.840.10045.4.3.2')),
      der.octets(signature),
    );
    const token = der.sequence(
      der.integer(3),
      der.set(sha256),
      der.sequence(der.oid(tstInfo), der.tagged(0, der.octets(info))),
      der.set(signer),
    );
    return der.sequence(der.sequence(der.integer(0)), der.sequence(der.oid(signedData), der.tagged(0, token)));
  }
}
