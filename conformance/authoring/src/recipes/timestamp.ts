import { createHash } from 'node:crypto';
import { der, explicit, generalizedTime, integer, none, octets, oid, sequence, set } from './der.ts';
import { signatureDer, type TestKey } from './keys.ts';
import { name } from './x509.ts';

const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'), none());
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** What a timestamp says, and how it can be wrong. */
export interface TimestampRecipe {
  /** What it is over. */
  readonly signature: Buffer;
  readonly time: string;
  readonly key: TestKey;
  readonly certificate: Buffer;
  readonly issuer: string;
  readonly status?: number;
  /** The certificate that its attribute names, where that is another one. */
  readonly named?: Buffer;
  /** Changes what is signed after it was signed. */
  readonly tamper?: (info: Buffer) => Buffer;
  /** Leaves the certificates of the authority out. */
  readonly bare?: boolean;
  readonly signatureOff?: boolean;
}

/** A response by RFC 3161, in DER. */
export function timestamp(recipe: TimestampRecipe): Buffer {
  const status = sequence(integer(BigInt(recipe.status ?? 0)));
  if ((recipe.status ?? 0) > 1) return sequence(status);
  return sequence(status, token(recipe));
}

function token(recipe: TimestampRecipe): Buffer {
  const { key, certificate, tamper = (bytes) => bytes } = recipe;
  const info = tstInfo(recipe);
  const attributes = set(...attributesOf(info, recipe.named ?? certificate));
  const { r, s } = key.sign(attributes, 'sha256');
  const signature = signatureDer({ r, s: recipe.signatureOff ? s - 1n : s });
  const signerInfo = sequence(
    integer(1n),
    sequence(name(recipe.issuer), serialOf(certificate)),
    SHA256,
    Buffer.concat([Buffer.of(0xa0), attributes.subarray(1)]),
    sequence(oid('1.2.840.10045.4.3.2')),
    octets(signature),
  );
  const signedData = sequence(
    integer(3n),
    set(SHA256),
    sequence(oid(TST_INFO), explicit(0, octets(tamper(info)))),
    ...(recipe.bare ? [] : [der(0xa0, certificate)]),
    set(signerInfo),
  );
  return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signedData));
}

function tstInfo({ signature, time }: TimestampRecipe): Buffer {
  const imprint = sequence(SHA256, octets(createHash('sha256').update(signature).digest()));
  return sequence(integer(1n), oid('1.3.6.1.4.1.57264.2'), imprint, integer(1n), generalizedTime(time));
}

/** In the order of their encodings, as DER wants a set. */
function attributesOf(info: Buffer, named: Buffer): Buffer[] {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  const attribute = (id: string, value: Buffer) => sequence(oid(id), set(value));
  return [
    attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
    attribute('1.2.840.113549.1.9.4', octets(digest(info))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octets(digest(named)))))),
  ].sort(Buffer.compare);
}

/** The serial number as encoded in a certificate. */
function serialOf(certificate: Buffer): Buffer {
  const body = inside(certificate);
  const version = lengthOf(inside(body));
  const serial = inside(body).subarray(version);
  return serial.subarray(0, lengthOf(serial));
}

function inside(bytes: Buffer): Buffer {
  const header = (bytes[1] as number) < 0x80 ? 2 : 2 + ((bytes[1] as number) & 0x7f);
  return bytes.subarray(header);
}

function lengthOf(bytes: Buffer): number {
  const first = bytes[1] as number;
  return first < 0x80 ? 2 + first : 2 + (first & 0x7f) + bytes.readUIntBE(2, first & 0x7f);
}
