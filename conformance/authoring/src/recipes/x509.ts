import { createHash } from 'node:crypto';
import { bits, boolean, der, explicit, integer, namedBits, octets, oid, sequence, set, time, utf8 } from './der.ts';
import { type SignatureHash, signatureDer, type TestKey } from './keys.ts';

const signatureOids: Readonly<Record<SignatureHash, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};

export const usages = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  any: '2.5.29.37.0',
} as const;

export type Usage = keyof typeof usages;

const keyUsages = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
};
export type KeyUsage = keyof typeof keyUsages;

/** What a certificate says. */
export interface CertificateRecipe {
  readonly subject: string;
  readonly issuer: string;
  readonly key: TestKey;
  /** Who signs it. */
  readonly by: TestKey;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly ca?: boolean | { readonly pathLength: number };
  readonly keyUsage?: readonly KeyUsage[] | null;
  readonly usages?: readonly Usage[] | null;
  readonly usagesCritical?: boolean;
  /** More extensions, as they are encoded. */
  readonly extensions?: readonly Buffer[];
  readonly hash?: SignatureHash;
}

const DEFAULTS = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2099-12-31T23:59:59Z' } as const;

/** A certificate in DER, the same for the same recipe. */
export function certificate(recipe: CertificateRecipe): Buffer {
  const { by, hash = by.hash } = recipe;
  const body = certificateBody(recipe);
  return sequence(body, sequence(oid(signatureOids[hash])), bits(signatureDer(by.sign(body, hash))));
}

/** What the signature of a certificate is over. */
export function certificateBody(recipe: CertificateRecipe): Buffer {
  const { key, by, hash = by.hash } = recipe;
  const { notBefore, notAfter } = { ...DEFAULTS, ...recipe };
  const algorithm = sequence(oid(signatureOids[hash]));
  const serial = createHash('sha256')
    .update(JSON.stringify([recipe.subject, recipe.issuer, key.name, by.name, notBefore, notAfter]))
    .digest()
    .subarray(0, 8);
  return sequence(
    explicit(0, integer(2n)),
    integer(BigInt(`0x01${serial.toString('hex')}`)),
    algorithm,
    name(recipe.issuer),
    sequence(time(notBefore), time(notAfter)),
    name(recipe.subject),
    key.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensionsOf(recipe))),
  );
}

/** A name of one or more parts: "O=org, CN=common". */
export function name(text: string): Buffer {
  // Certificates of identities have no subject: what they are about is in the alternative name alone.
  const parts = text === '' ? [] : text.split(', ').map((part) => part.split('='));
  return sequence(
    ...parts.map(([type, value = '']) => set(sequence(oid(type === 'O' ? '2.5.4.10' : '2.5.4.3'), utf8(value)))),
  );
}

export function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function extensionsOf({
  key,
  by,
  ca,
  keyUsage,
  usages: purposes,
  usagesCritical = false,
  extensions = [],
}: CertificateRecipe): Buffer[] {
  const isCa = ca !== undefined && ca !== false;
  const pathLength = typeof ca === 'object' ? [integer(BigInt(ca.pathLength))] : [];
  const usage =
    keyUsage === undefined
      ? isCa
        ? (['keyCertSign', 'cRLSign'] as const)
        : (['digitalSignature'] as const)
      : keyUsage;
  return [
    ...(isCa ? [extension('2.5.29.19', true, sequence(boolean(true), ...pathLength))] : []),
    ...(usage === null ? [] : [extension('2.5.29.15', true, namedBits(usage.map((each) => keyUsages[each])))]),
    ...(purposes
      ? [extension('2.5.29.37', usagesCritical, sequence(...purposes.map((each) => oid(usages[each]))))]
      : []),
    extension('2.5.29.14', false, octets(keyIdentifier(key))),
    extension('2.5.29.35', false, sequence(der(0x80, keyIdentifier(by)))),
    ...extensions,
  ];
}

function keyIdentifier({ publicKey }: TestKey): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** A certificate as a text. */
export function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
