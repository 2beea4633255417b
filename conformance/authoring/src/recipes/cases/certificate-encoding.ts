import type { RequirementId } from '@model-signing/spec';
import { publicKeyFile, signatureDer, testKeys } from '../keys.ts';
import { certificates, withTrailingByte } from '../pki.ts';
import { directory, either, set, type VerifyRecipe } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { accepts, chain, refuses } from './certificate-chain.ts';
import { plainFiles } from './models.ts';

const weak = [
  'signer/certificate-algorithm-weak',
  'signer/certificate-algorithm-unsupported',
  'signer/certificate-untrusted',
] as const;
const malformed = ['signer/certificate-malformed', 'bundle/malformed', 'bundle/not-base64'] as const;
const bytes = certificates['leaf-p384'];
const chained = (id: string, title: string, requirement: RequirementId, edit: (certificates: Forged[]) => Forged[]) =>
  refuses(
    id,
    title,
    [requirement],
    {
      forge: { material: ({ x509CertificateChain: held }) => set(held, 'certificates', edit(held.certificates)) },
    },
    [...malformed, 'signer/material-ambiguous', 'envelope/signature-invalid'],
  );

// biome-ignore format: each vector is a row of a table
export const encodings: readonly VerifyRecipe[] = [
  refuses('sha1', 'the certificate is signed over SHA-1', ['OMS-CERT-18'],
    { forge: chain('leaf-sha1', 'intermediate') }, weak),
  refuses('intermediate-sha1', 'the intermediate certificate is signed over SHA-1', ['OMS-CERT-18'],
    { forge: chain('leaf-p384', 'intermediate-sha1') }, weak),
  refuses('trailing', 'a byte comes after the certificate', ['OMS-CERT-29'], {
    forge: chain(withTrailingByte('leaf-p384'), 'intermediate'),
  }, malformed),
  refuses('long-length', 'a length in the certificate is written longer than it need be', ['OMS-CERT-29'],
    { forge: chain(longer(bytes), 'intermediate') }, malformed),
  refuses('truncated', 'the last byte of the certificate is missing', ['OMS-CERT-29'],
    { forge: chain(bytes.subarray(0, -1), 'intermediate') }, malformed),
  accepts('unregistered-curve', 'the certificate is on secp256k1', ['OMS-ALG-6'],
    { signer: 'secp256k1-a', forge: chain('leaf-secp256k1', 'intermediate') }, either),
  chained('none', 'the chain is empty', 'OMS-BUNDLE-6', () => []),
  chained('null', 'null replaces the certificate', 'OMS-BUNDLE-6', (list) => [null, ...list.slice(1)]),
  chained('pem', 'the certificate is a string in Base64', 'OMS-CERT-29', ([first, ...rest]) => [{
    rawBytes: Buffer.from(`-----BEGIN CERTIFICATE-----\n${first.rawBytes}\n-----END CERTIFICATE-----\n`).toString(
      'base64'),
  }, ...rest]),
  accepts('url', 'the certificate is in URL-safe Base64', ['OMS-JSON-9'], {
    forge: {
      material: ({ x509CertificateChain: { certificates: [first] } }) =>
        set(first, 'rawBytes', Buffer.from(first.rawBytes, 'base64').toString('base64url')),
    },
  }, either),
];

/** The outermost length with a leading zero byte. */
function longer(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x30, 0x83, 0), bytes.subarray(2)]);
}

const invalid = ['envelope/signature-invalid'] as const;

// biome-ignore format: each vector is a row of a table
export const envelopes: readonly VerifyRecipe[] = [
  refuses('signature-wrong', 'the signature is off by one', ['OMS-DSSE-10', 'OMS-CERT-4'], {
    forge: { signature: ({ r, s }) => signatureDer({ r, s: s - 1n }) },
    why: 'a certificate is public, and proves nothing by itself',
  }, invalid),
  refuses('of-another', 'the certificate is that of another key than the one that signed',
    ['OMS-DSSE-10', 'OMS-CERT-4'], { forge: chain('leaf-other-key', 'intermediate') }, invalid),
  refuses('sha256-on-p384', 'the signature on P-384 is over SHA-256', ['OMS-ALG-5', 'OMS-CERT-9'],
    { forge: { hash: 'sha256' } }, invalid),
  refuses('sha256-on-p521', 'the signature on P-521 is over SHA-256', ['OMS-ALG-5', 'OMS-CERT-9'],
    { forge: { hash: 'sha256' } }, invalid, 'signer_certificate-p521'),
  refuses('not-first', 'the certificate of the signer is the second one', ['OMS-CERT-4', 'OMS-CERT-1'],
    { forge: chain('intermediate', 'leaf-p384') }, ['envelope/signature-invalid', 'signer/certificate-usage']),
  refuses('key-asked', 'the caller brings a key', ['OMS-METHOD-3'],
    { inputs: { method: 'key', publicKey: publicKeyFile('p384-a') } }, ['signer/method-mismatch']),
  refuses('key-in-bundle', 'the bundle was made with a key, and the caller trusts roots', ['OMS-METHOD-3'], {
    forge: {
      material: (material) => {
        set(material, 'x509CertificateChain', undefined);
        set(material, 'publicKey', { hint: testKeys['p384-a'].hint });
      },
    },
  }, ['signer/method-mismatch']),
  refuses('modified', 'a byte of a listed file differs', ['OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, ['model/modified']),
  refuses('unsigned', 'a file is added', ['OMS-VERIFY-4'], { model: directory({ ...plainFiles, extra: 'x' }) },
    ['model/unsigned']),
  refuses('predicate-foreign', 'the predicate type is a different one', ['OMS-STMT-4'],
    { forge: { statement: (s) => set(s, 'predicateType', 'https://example.com/v1') } },
    ['statement/predicate-type', 'statement/malformed']),
];
