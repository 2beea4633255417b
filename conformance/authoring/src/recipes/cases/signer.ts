import { createHash } from 'node:crypto';
import { integer, sequence } from '@model-signing/testing/der';
import { compressedKeyFile, crlfKeyFile, publicKeyFile, signatureDer, testKeys } from '../keys.ts';
import { accept, either, type Recipe, reject, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';

const PLAIN = 'bundle_plain';
const invalid = reject(['envelope/signature-invalid']);
const trusted = testKeys['p256-a'];
const attacker = testKeys['p256-b'];

export function signerRecipes(): readonly Recipe[] {
  return [...keys, ...hints, ...rawBytes, ...signatures, ...curves];
}

// biome-ignore format: each vector is a row of a table
const keys: readonly Recipe[] = [
  variant(PLAIN, 'signer_p384', 'the key is on P-384', ['OMS-KEY-8', 'OMS-ALG-4', 'OMS-ALG-5'],
    { signer: 'p384-a', inputs: { publicKey: publicKeyFile('p384-a') } },
    accept({ report: { signer: testKeys['p384-a'].hint } })),
  variant(PLAIN, 'signer_p521', 'the key is on P-521', ['OMS-KEY-8', 'OMS-ALG-4', 'OMS-ALG-5'],
    { signer: 'p521-a', inputs: { publicKey: publicKeyFile('p521-a') } },
    accept({ report: { signer: testKeys['p521-a'].hint } })),
  variant(PLAIN, 'signer_p256', 'who signed is reported', ['OMS-VERIFY-7'], { level: 'SHOULD' },
    accept({ report: { signer: trusted.hint, resources: 3 } })),
  variant(PLAIN, 'signer_key-compressed', "the caller's key has a compressed point", ['OMS-KEY-1', 'OMS-HIST-2'],
    { inputs: { publicKey: compressedKeyFile } }, either),
  variant(PLAIN, 'signer_key-crlf', "the lines of the caller's key end in CRLF", ['OMS-KEY-1', 'OMS-HIST-2'],
    { inputs: { publicKey: crlfKeyFile } }),
  variant(PLAIN, 'signer_key-other', "the caller's key is a different one, whose hint the bundle has",
    ['OMS-DSSE-10', 'OMS-KEY-3', 'OMS-KEY-4'], {
      forge: { material: (m) => set(m.publicKey, 'hint', attacker.hint) },
      inputs: { publicKey: publicKeyFile('p256-b') },
    },
    ['signer/key-mismatch', 'envelope/signature-invalid']),
  variant(PLAIN, 'signer_another-signer', 'another key signed, and the hint is that of its own',
    ['OMS-DSSE-10', 'OMS-KEY-3'], {
      signer: 'p256-b',
      forge: { material: (m) => set(m.publicKey, 'hint', attacker.hint) },
      inputs: { publicKey: publicKeyFile('p256-a') },
    },
    ['signer/key-mismatch', 'envelope/signature-invalid']),
  variant(PLAIN, 'signer_key-on-another-curve',
    "the caller's key is on another curve than the signer's, and the bundle has its hint",
    ['OMS-DSSE-10', 'OMS-KEY-3', 'OMS-KEY-4'], {
      forge: { material: (m) => set(m.publicKey, 'hint', testKeys['p384-a'].hint) },
      inputs: { publicKey: publicKeyFile('p384-a') },
    },
    ['signer/key-mismatch', 'envelope/signature-invalid']),
  variant(PLAIN, 'signer_curve-unregistered', 'key and signature are on secp256k1', ['OMS-ALG-6'],
    { signer: 'secp256k1-a', inputs: { publicKey: publicKeyFile('secp256k1-a') } }, either),
  variant(PLAIN, 'signer_method-certificate', 'the bundle was made with a certificate, and the caller brings a key',
    ['OMS-METHOD-3'], {
      forge: {
        material: (material) => {
          delete material.publicKey;
          material.x509CertificateChain = {
            certificates: [{ rawBytes: Buffer.from('not read').toString('base64') }],
          };
        },
      },
      why: 'a key that the caller trusts says nothing about a bundle that claims another signer',
    }, ['signer/method-mismatch']),
  variant(PLAIN, 'signer_method-sigstore', 'the bundle was made with Sigstore, and the caller brings a key',
    ['OMS-METHOD-3'], {
      forge: {
        material: (material) => {
          delete material.publicKey;
          material.certificate = { rawBytes: Buffer.from('not read').toString('base64') };
          material.tlogEntries = [
            {
              logIndex: '1',
              logId: { keyId: 'AQ==' },
              kindVersion: { kind: 'dsse', version: '0.0.1' },
              canonicalizedBody: 'e30=',
              inclusionPromise: { signedEntryTimestamp: 'AQ==' },
            },
          ];
        },
      },
    }, ['signer/method-mismatch']),
];

// biome-ignore format: each vector is a row of a table
const hintsCases: [fault: string, title: string, requirement: 'OMS-KEY-1' | 'OMS-KEY-5', hint: unknown][] = [
  ['of-der', 'the hint is the SHA-256 of the key in DER', 'OMS-KEY-1',
    createHash('sha256').update(trusted.publicKey.export({ type: 'spki', format: 'der' })).digest('hex')],
  ['without-line-feed', 'the hint is the SHA-256 of the PEM form without its last line feed', 'OMS-KEY-1',
    createHash('sha256').update(trusted.publicPem.trimEnd()).digest('hex')],
  ['upper-case', 'the hint is in capitals', 'OMS-KEY-5', trusted.hint.toUpperCase()],
  ['short', 'the hint has 63 digits', 'OMS-KEY-5', trusted.hint.slice(1)],
  ['prefix', 'the hint has an algorithm in front', 'OMS-KEY-5', `sha256:${trusted.hint}`],
  ['line-feed', 'the hint ends in a line feed', 'OMS-KEY-5', `${trusted.hint}\n`],
  ['base64', 'the hint is in Base64', 'OMS-KEY-5', Buffer.from(trusted.hint, 'hex').toString('base64')],
  ['empty', 'the hint is empty', 'OMS-KEY-5', ''],
  ['null', 'the hint is null', 'OMS-KEY-5', null],
];
const hinted = (hint: unknown) => ({ forge: { material: (m: Forged) => set(m.publicKey, 'hint', hint) } });

// biome-ignore format: each vector is a row of a table
const hints: readonly Recipe[] = [
  variant(PLAIN, 'signer_hint-of-another-key', 'the hint is that of another key, and the signature right',
    ['OMS-KEY-4'], { level: 'SHOULD', ...hinted(attacker.hint) }, ['signer/key-mismatch']),
  variant(PLAIN, 'signer_hint-number', 'the hint is a number', ['OMS-BUNDLE-6'], hinted(7),
    ['bundle/malformed', 'signer/key-mismatch']),
  // The public text says neither which fingerprint a hint is nor that it is compared.
  ...hintsCases.map(([fault, title, requirement, hint]) =>
    variant(PLAIN, `signer_hint-${fault}`, title, [requirement, 'OMS-KEY-4'], hinted(hint), either)),
];

const key = (publicKey: Forged) => ({
  forge: { material: (material: Forged) => set(material, 'publicKey', publicKey) },
});
const pem = (name: 'p256-a' | 'p256-b') => Buffer.from(testKeys[name].publicPem).toString('base64');
const RAW = 'signer_raw-bytes';

// biome-ignore format: each vector is a row of a table
const rawBytes: readonly Recipe[] = [
  {
    ...variant(
      PLAIN,
      RAW,
      'rawBytes replaces the hint, as it did up to v1.0.x',
      ['OMS-KEY-7', 'OMS-HIST-1', 'OMS-HIST-5'],
      { ...key({ rawBytes: pem('p256-a') }), level: 'SHOULD', profile: 'historical' },
      accept({ warnings: ['signer/historical-key'] }),
    ),
    kind: 'historical',
  },
  variant(RAW, 'signer_raw-bytes-strict', 'strict mode is asked for', ['OMS-HIST-5', 'OMS-KEY-7'],
    { profile: 'historical', inputs: { strict: true } }, ['signer/historical-key']),
  variant(PLAIN, 'signer_raw-bytes-of-attacker', "rawBytes is an attacker's key, which signed",
    ['OMS-KEY-3', 'OMS-DSSE-10'], {
      signer: 'p256-b',
      inputs: { publicKey: publicKeyFile('p256-a') },
      ...key({ rawBytes: pem('p256-b') }),
      why: 'an attacker who can put a key into a bundle could sign as any signer',
    }, ['envelope/signature-invalid', 'signer/key-mismatch', 'bundle/malformed', 'signer/historical-key']),
  variant(RAW, 'signer_raw-bytes-unused', "rawBytes is another key, and the caller's key signed",
    ['OMS-KEY-3', 'OMS-KEY-7'], { profile: 'historical', level: 'SHOULD', ...key({ rawBytes: pem('p256-b') }) },
    accept({ warnings: ['signer/historical-key'] })),
  variant(RAW, 'signer_raw-bytes-der', 'rawBytes is the key in DER, with its details beside it',
    ['OMS-KEY-7', 'OMS-BUNDLE-7'], {
      profile: 'historical',
      level: 'SHOULD',
      ...key({
        rawBytes: trusted.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      }),
    }, accept({ warnings: ['signer/historical-key'] })),
  variant(PLAIN, 'signer_raw-bytes-beside-hint', 'rawBytes is beside the hint', ['OMS-KEY-10'],
    key({ hint: trusted.hint, rawBytes: pem('p256-a') }), either),
  variant(PLAIN, 'signer_raw-bytes-null-beside-hint', 'rawBytes that is null is beside the hint', ['OMS-KEY-10'],
    key({ hint: trusted.hint, rawBytes: null }), either),
  variant(PLAIN, 'signer_neither-hint-nor-raw-bytes', 'the public key has neither hint nor rawBytes', ['OMS-KEY-6'],
    key({}), ['bundle/malformed', 'signer/material-ambiguous']),
  variant(PLAIN, 'signer_hint-claimed', "an attacker signs and writes the hint of the caller's key",
    ['OMS-DSSE-10', 'OMS-KEY-3'], {
      signer: 'p256-b', inputs: { publicKey: publicKeyFile('p256-a') }, ...key({ hint: trusted.hint }),
      why: 'a hint is public, and proves nothing',
    }, invalid),
  variant(PLAIN, 'signer_key-in-unknown-members',
    'an attacker signs, and puts a key and the right hint into unknown members',
    ['OMS-KEY-3', 'OMS-BUNDLE-7', 'OMS-DSSE-10'], {
      signer: 'p256-b',
      inputs: { publicKey: publicKeyFile('p256-a') },
      ...key({ hint: trusted.hint, publicKey: attacker.publicPem, pem: attacker.publicPem }),
    }, invalid),
];

// biome-ignore format: each vector is a row of a table
const forms: [
  fault: string,
  title: string,
  signature: (s: { r: bigint; s: bigint; order: bigint; size: number }) => Buffer,
][] = [
  ['wrong', 'the signature is off by one', ({ r, s }) => signatureDer({ r, s: s - 1n })],
  ['swapped', 'the two numbers of the signature are swapped', ({ r, s }) => signatureDer({ r: s, s: r })],
  ['zeros', 'both numbers of the signature are zero', () => signatureDer({ r: 0n, s: 0n })],
  ['ones', 'both numbers of the signature are one', () => signatureDer({ r: 1n, s: 1n })],
  ['order', 'both numbers of the signature are the order of the curve',
    ({ order }) => signatureDer({ r: order, s: order })],
  ['r-beyond-order', 'the order of the curve is added to the first number',
    ({ r, s, order }) => signatureDer({ r: r + order, s })],
  ['s-beyond-order', 'the order of the curve is added to the second number',
    ({ r, s, order }) => signatureDer({ r, s: s + order })],
  ['truncated', 'the last byte of the signature is missing', (s) => signatureDer(s).subarray(0, -1)],
  ['text', 'the signature is a string', () => Buffer.from('signed')],
];
// biome-ignore format: each vector is a row of a table
const encodings: [
  fault: string,
  title: string,
  signature: (s: { r: bigint; s: bigint; order: bigint; size: number }) => Buffer,
][] = [
  ['raw', 'the two numbers are side by side', ({ r, s, size }) => Buffer.from(
    r.toString(16).padStart(2 * size, '0') + s.toString(16).padStart(2 * size, '0'), 'hex')],
  ['trailing', 'a byte comes after the signature', (s) => Buffer.concat([signatureDer(s), Buffer.of(0)])],
  ['inner-trailing', 'a third number comes after the two', ({ r, s }) => sequence(integer(r), integer(s), integer(0n))],
  ['long-length', 'a length is written in the long form without need', (s) => longLength(signatureDer(s))],
  ['indefinite-length', 'the length is left indefinite',
    (s) => Buffer.concat([Buffer.of(0x30, 0x80), signatureDer(s).subarray(2), Buffer.of(0, 0)])],
  ['padded', 'a number has a zero byte in front without need', ({ r, s }) => sequence(paddedInteger(r), integer(s))],
  ['negative', 'a number lacks the zero byte that keeps it positive',
    ({ r, s }) => sequence(bareInteger(r), bareInteger(s))],
  ['set', 'the two numbers are in a set', (s) => Buffer.concat([Buffer.of(0x31), signatureDer(s).subarray(1)])],
];

const signatures: readonly Recipe[] = [
  ...forms.map(([fault, title, signature]) =>
    variant(
      PLAIN,
      `envelope_signature-${fault}`,
      title,
      ['OMS-DSSE-10', 'OMS-VERIFY-1'],
      { forge: { signature } },
      invalid,
    ),
  ),
  ...encodings.map(([fault, title, signature]) =>
    variant(
      fault === 'negative' ? 'bundle_base64' : PLAIN, // where the first bit of a number is set
      `envelope_signature-${fault}`,
      title,
      ['OMS-ALG-7', 'OMS-DSSE-10'],
      {
        forge: { signature },
      },
      ['envelope/signature-invalid', 'bundle/malformed'],
    ),
  ),
  variant(
    PLAIN,
    'envelope_signature-s-low',
    'the lesser of the two values of s is written',
    ['OMS-ALG-7', 'OMS-DSSE-3'],
    {
      decidedBy: ['OMS-DSSE-3'],
      forge: { signature: ({ r, s, order }) => signatureDer({ r, s: s > order / 2n ? order - s : s }) },
    },
  ),
  variant(
    PLAIN,
    'envelope_signature-s-high',
    'the greater of the two values of s is written',
    ['OMS-ALG-7', 'OMS-DSSE-3'],
    {
      decidedBy: ['OMS-DSSE-3'],
      forge: { signature: ({ r, s, order }) => signatureDer({ r, s: s > order / 2n ? s : order - s }) },
    },
  ),
];

function longLength(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x30, 0x81), bytes.subarray(1)]);
}

function paddedInteger(value: bigint): Buffer {
  const { length } = integer(value);
  return Buffer.concat([Buffer.of(0x02, length - 1, 0), integer(value).subarray(2)]);
}

function bareInteger(value: bigint): Buffer {
  const bytes = integer(value).subarray(2);
  const bare = bytes[0] === 0 ? bytes.subarray(1) : bytes;
  return Buffer.concat([Buffer.of(0x02, bare.length), bare]);
}

const hashes: [id: string, from: string, curve: string, hash: 'sha256' | 'sha384' | 'sha512' | 'sha1'][] = [
  ['p256-sha384', PLAIN, 'P-256', 'sha384'],
  ['p256-sha512', PLAIN, 'P-256', 'sha512'],
  ['p256-sha1', PLAIN, 'P-256', 'sha1'],
  ['p384-sha256', 'signer_p384', 'P-384', 'sha256'],
  ['p384-sha512', 'signer_p384', 'P-384', 'sha512'],
  ['p521-sha256', 'signer_p521', 'P-521', 'sha256'],
  ['p521-sha384', 'signer_p521', 'P-521', 'sha384'],
];

const curves: readonly Recipe[] = hashes.map(([id, from, curve, hash]) =>
  variant(
    from,
    `signer_hash-${id}`,
    `the signature on ${curve} is over ${hash}`,
    ['OMS-ALG-5', 'OMS-ALG-4'],
    { forge: { hash } },
    invalid,
  ),
);
