import type { ExtensionOptions } from '@model-signing/testing/certificates';
import { octetString, pem, sequence, utf8String } from '@model-signing/testing/der';
import { directory, dns, nameConstraints, other } from '@model-signing/testing/general-names';
import { type TestKey, testKey, testKeys } from './keys.ts';
import { type CertificateRecipe, certificate } from './x509.ts';

/** The keys of authorities, which sign only certificates and timestamps. */
const rootKey = testKey('P-384', 'authority-root');
const otherRootKey = testKey('P-384', 'authority-other-root');
const intermediateKey = testKey('P-384', 'authority-intermediate');
const secondKey = testKey('P-384', 'authority-second');
const timestampRootKey = testKey('P-384', 'timestamp-root');
export const timestampKey: TestKey = testKey('P-256', 'timestamp');

const ROOT = 'O=OMS conformance tests, CN=Test root';
const INTERMEDIATE = 'O=OMS conformance tests, CN=Test intermediate';
const SECOND = 'O=OMS conformance tests, CN=Test second intermediate';
const SIGNER = 'O=OMS conformance tests, CN=Test signer';
const TIMESTAMP_ROOT = 'O=OMS conformance tests, CN=Test timestamp root';
const TIMESTAMP = 'O=OMS conformance tests, CN=Test timestamp authority';

const root = (more: Partial<CertificateRecipe> = {}) =>
  certificate({ subject: ROOT, issuer: ROOT, key: rootKey, by: rootKey, ca: true, ...more });
const intermediate = (more: Partial<CertificateRecipe> = {}) =>
  certificate({
    subject: INTERMEDIATE,
    issuer: ROOT,
    key: intermediateKey,
    by: rootKey,
    ca: { pathLength: 0 },
    ...more,
  });
const leaf = (more: Partial<CertificateRecipe> = {}) =>
  certificate({
    subject: SIGNER,
    issuer: INTERMEDIATE,
    key: testKeys['p384-a'],
    by: intermediateKey,
    usages: ['codeSigning'],
    ...more,
  });
const timestamping = (more: Partial<CertificateRecipe> = {}) =>
  certificate({
    subject: TIMESTAMP,
    issuer: TIMESTAMP_ROOT,
    key: timestampKey,
    by: timestampRootKey,
    usages: ['timeStamping'],
    usagesCritical: true,
    ...more,
  });

const past = { notBefore: '2020-01-01T00:00:00Z', notAfter: '2021-01-01T00:00:00Z' };
const future = { notBefore: '2090-01-01T00:00:00Z', notAfter: '2099-01-01T00:00:00Z' };
const unknownCritical = { id: '1.3.6.1.4.1.57264.99.1', critical: true, value: utf8String('test') };
/** A name constraint: only names below another organisation. */
const constraint = (subtree: Buffer, permitted = true): ExtensionOptions => ({
  id: '2.5.29.30',
  critical: true,
  value: permitted ? nameConstraints([subtree]) : nameConstraints([], [subtree]),
});
const otherName = (text: string) => other('1.3.6.1.4.1.57264.99.2', utf8String(text));
const alternativeNames = (...names: readonly Buffer[]): ExtensionOptions => ({
  id: '2.5.29.17',
  value: sequence(...names),
});

/** Every certificate of the vectors, by name. */
export const certificates = {
  root: root(),
  'other-root': certificate({ subject: ROOT, issuer: ROOT, key: otherRootKey, by: otherRootKey, ca: true }),
  'root-expired': root(past),
  intermediate: intermediate(),
  'intermediate-expired': intermediate(past),
  'intermediate-not-yet-valid': intermediate(future),
  'intermediate-no-ca': intermediate({ ca: false, keyUsage: ['keyCertSign'] }),
  'intermediate-no-cert-sign': intermediate({ keyUsage: ['digitalSignature'] }),
  'intermediate-server': intermediate({ usages: ['serverAuth'] }),
  'intermediate-code-signing': intermediate({ usages: ['codeSigning'] }),
  'intermediate-critical': intermediate({ extensions: [unknownCritical] }),
  'intermediate-permitting': intermediate({ extensions: [constraint(directory('O=OMS conformance tests'))] }),
  'intermediate-excluding': intermediate({ extensions: [constraint(directory('O=OMS conformance tests'), false)] }),
  'intermediate-elsewhere': intermediate({ extensions: [constraint(directory('O=Another organisation'))] }),
  'intermediate-dns': intermediate({ extensions: [constraint(dns('example.com'))] }),
  'intermediate-other-name': intermediate({ extensions: [constraint(otherName('x'), false)] }),
  'intermediate-sha1': intermediate({ hash: 'sha1' }),
  'intermediate-by-other-root': intermediate({ by: otherRootKey }),
  'intermediate-long': intermediate({ ca: true }),
  second: certificate({
    subject: SECOND,
    issuer: INTERMEDIATE,
    key: secondKey,
    by: intermediateKey,
    ca: { pathLength: 0 },
  }),
  'cross-first': certificate({ subject: INTERMEDIATE, issuer: SECOND, key: intermediateKey, by: secondKey, ca: true }),
  'cross-second': certificate({ subject: SECOND, issuer: INTERMEDIATE, key: secondKey, by: intermediateKey, ca: true }),
  'leaf-p256': leaf({ key: testKeys['p256-a'] }),
  'leaf-p384': leaf(),
  'leaf-p521': leaf({ key: testKeys['p521-a'] }),
  'leaf-secp256k1': leaf({ key: testKeys['secp256k1-a'] }),
  'leaf-other-key': leaf({ key: testKeys['p256-b'] }),
  'leaf-by-root': leaf({ issuer: ROOT, by: rootKey }),
  'leaf-by-second': leaf({ issuer: SECOND, by: secondKey }),
  'leaf-by-other-key': leaf({ by: otherRootKey }),
  'leaf-expired': leaf(past),
  'leaf-not-yet-valid': leaf(future),
  'leaf-server': leaf({ usages: ['serverAuth'] }),
  'leaf-email': leaf({ usages: ['emailProtection'] }),
  'leaf-any-usage': leaf({ usages: ['any'] }),
  'leaf-no-usages': leaf({ usages: null }),
  'leaf-no-key-usage': leaf({ keyUsage: null }),
  'leaf-neither-usage': leaf({ usages: null, keyUsage: null }),
  'leaf-encipherment': leaf({ keyUsage: ['keyEncipherment'] }),
  'leaf-encipherment-alone': leaf({ keyUsage: ['keyEncipherment'], usages: null }),
  'leaf-two-usages': leaf({ usages: ['serverAuth', 'codeSigning'] }),
  'leaf-critical': leaf({ extensions: [unknownCritical] }),
  'leaf-sha1': leaf({ hash: 'sha1' }),
  'leaf-ca': leaf({ ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] }),
  'leaf-of-its-issuers-name': leaf({ subject: INTERMEDIATE }),
  'leaf-example-com': leaf({ extensions: [alternativeNames(dns('models.example.com'))] }),
  'leaf-example-org': leaf({ extensions: [alternativeNames(dns('models.example.org'))] }),
  'leaf-example-net': leaf({
    subject: 'O=OMS conformance tests, CN=Test second signer',
    key: testKeys['p256-b'],
    extensions: [alternativeNames(dns('models.example.net'))],
  }),
  'leaf-other-name': leaf({ extensions: [alternativeNames(otherName('y'))] }),
  'self-signed': certificate({
    subject: SIGNER,
    issuer: SIGNER,
    key: testKeys['p384-a'],
    by: testKeys['p384-a'],
    usages: ['codeSigning'],
  }),
  'self-signed-expired': certificate({
    subject: SIGNER,
    issuer: SIGNER,
    key: testKeys['p384-a'],
    by: testKeys['p384-a'],
    usages: ['codeSigning'],
    ...past,
  }),
  'timestamp-root': certificate({
    subject: TIMESTAMP_ROOT,
    issuer: TIMESTAMP_ROOT,
    key: timestampRootKey,
    by: timestampRootKey,
    ca: true,
    notBefore: '2015-01-01T00:00:00Z',
  }),
  timestamp: timestamping(),
  'timestamp-expired': timestamping({ notBefore: '2019-01-01T00:00:00Z', notAfter: '2020-02-01T00:00:00Z' }),
  'timestamp-not-critical': timestamping({ usagesCritical: false }),
  'timestamp-two-usages': timestamping({ usages: ['timeStamping', 'codeSigning'] }),
  'timestamp-no-usage': timestamping({ usages: null }),
  'timestamp-other': timestamping({ notAfter: '2098-12-31T23:59:59Z' }),
} as const;

export type CertificateName = keyof typeof certificates;

export const certificateFile = (certificateName: CertificateName): string => `certificates/test-${certificateName}.pem`;

/** Every file of a certificate, with its text. */
export function certificateFiles(): Map<string, string> {
  const names = Object.keys(certificates) as CertificateName[];
  return new Map(names.map((each) => [certificateFile(each), pem(certificates[each])]));
}

/** A certificate followed by extra bytes. */
export const withTrailingByte = (certificateName: CertificateName): Buffer =>
  Buffer.concat([certificates[certificateName], octetString(Buffer.of())]);
