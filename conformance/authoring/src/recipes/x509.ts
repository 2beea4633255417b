import { createHash } from 'node:crypto';
import {
  type ExtensionOptions,
  eku,
  type KeyUsageName,
  keyIdentifiers,
  spkiOf,
  tbsCertificate,
  usualExtensions,
} from '@model-signing/testing/certificates';
import { bitString, distinguishedName, integer, oid, sequence, time } from '@model-signing/testing/der';
import { type SignatureHash, signatureDer, type TestKey } from './keys.ts';

const signatureOids: Readonly<Record<SignatureHash, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};

/** The contents of a certificate. */
export interface CertificateRecipe {
  readonly subject: string;
  readonly issuer: string;
  readonly key: TestKey;
  /** The signer of the certificate. */
  readonly by: TestKey;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly ca?: boolean | { readonly pathLength: number };
  readonly keyUsage?: readonly KeyUsageName[] | null;
  readonly usages?: readonly (keyof typeof eku)[] | null;
  readonly usagesCritical?: boolean;
  readonly extensions?: readonly ExtensionOptions[];
  readonly hash?: SignatureHash;
}

const DEFAULTS = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2099-12-31T23:59:59Z' } as const;

/** A certificate in DER, the same for the same recipe. */
export function certificate(recipe: CertificateRecipe): Buffer {
  const { by, hash = by.hash } = recipe;
  const body = certificateBody(recipe);
  return sequence(body, sequence(oid(signatureOids[hash])), bitString(signatureDer(by.sign(body, hash))));
}

/** The signed part of a certificate. */
export function certificateBody(recipe: CertificateRecipe): Buffer {
  const { key, by, hash = by.hash } = recipe;
  const { notBefore, notAfter } = { ...DEFAULTS, ...recipe };
  const serial = createHash('sha256')
    .update(JSON.stringify([recipe.subject, recipe.issuer, key.name, by.name, notBefore, notAfter]))
    .digest()
    .subarray(0, 8);
  return tbsCertificate({
    serial: integer(Buffer.concat([Buffer.of(1), serial])),
    algorithm: sequence(oid(signatureOids[hash])),
    issuer: distinguishedName(recipe.issuer),
    validity: sequence(time(new Date(notBefore)), time(new Date(notAfter))),
    subject: distinguishedName(recipe.subject),
    spki: spkiOf(key.publicKey),
    extensions: extensionsOf(recipe),
  });
}

function extensionsOf(recipe: CertificateRecipe): ExtensionOptions[] {
  const { key, by, ca = false, keyUsage, usages, usagesCritical, extensions = [] } = recipe;
  return [
    ...usualExtensions({
      ca: ca !== false,
      pathLength: typeof ca === 'object' ? ca.pathLength : undefined,
      keyUsage,
      extendedKeyUsage: usages?.map((each) => eku[each]),
      extendedKeyUsageCritical: usagesCritical,
    }),
    ...keyIdentifiers(keyIdentifier(key), keyIdentifier(by)),
    ...extensions,
  ];
}

function keyIdentifier({ publicKey }: TestKey): Buffer {
  return createHash('sha1').update(spkiOf(publicKey)).digest();
}
