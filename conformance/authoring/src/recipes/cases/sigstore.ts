import { utf8String } from '@model-signing/testing/der';
import { email, uri } from '@model-signing/testing/general-names';
import type { Reason, RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { publicKeyFile, signatureDer, testKey, testKeys } from '../keys.ts';
import { accept, directory, either, type Forgery, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import {
  IDENTITY,
  ISSUER,
  type KeylessRecipe,
  keylessMaterial,
  logIdOf,
  otherAuthorityKey,
  otherLogKey,
  otherTransparencyKey,
  withOtherAuthority,
  withOtherLog,
} from '../sigstore.ts';
import { plainFiles, plainModel } from './models.ts';

const KEYLESS = 'signer_sigstore';

/** Replaces the key by Sigstore's verification material. */
export function keyless(recipe: KeylessRecipe = {}): Forgery {
  return {
    material: (material, signed) => {
      for (const member of Object.keys(material)) set(material, member, undefined);
      Object.assign(material, keylessMaterial(recipe, signed));
    },
  };
}

/** Keyless signatures by the suite's own authorities and logs: nothing is fetched. */
export function sigstoreRecipes(): readonly Recipe[] {
  return [...accepted, ...identities, ...certificatesRefused, ...logs, ...times, ...trust, ...envelopes].map(
    (recipe) => ({ ...recipe, requirements: narrowed(recipe), profile: 'sigstore' as const }),
  );
}

/** The requirement that decides a vector, followed by the general one. */
const narrower: Readonly<Record<string, RequirementId>> = {
  uri: 'OMS-SIGSTORE-14',
  timestamp: 'OMS-SIGSTORE-11',
  p384: 'OMS-SIGSTORE-17',
  p521: 'OMS-SIGSTORE-17',
  'identity-as-pattern': 'OMS-SIGSTORE-15',
  'identity-any': 'OMS-SIGSTORE-15',
  'issuer-absent': 'OMS-SIGSTORE-14',
  'identity-second': 'OMS-SIGSTORE-22',
  'authority-other': 'OMS-SIGSTORE-8',
  authority: 'OMS-SIGSTORE-9',
  critical: 'OMS-SIGSTORE-9',
  usage: 'OMS-SIGSTORE-9',
  'sct-absent': 'OMS-SIGSTORE-10',
  'sct-other-log': 'OMS-SIGSTORE-10',
  'sct-of-another': 'OMS-SIGSTORE-10',
  'log-other': 'OMS-SIGSTORE-12',
  'log-claimed': 'OMS-SIGSTORE-12',
  'promise-wrong': 'OMS-SIGSTORE-12',
  'time-changed': 'OMS-SIGSTORE-12',
  'proof-absent': 'OMS-SIGSTORE-12',
  'proof-hash': 'OMS-SIGSTORE-12',
  'proof-root': 'OMS-SIGSTORE-12',
  'checkpoint-root': 'OMS-SIGSTORE-12',
  'checkpoint-signature': 'OMS-SIGSTORE-12',
  'entry-payload': 'OMS-SIGSTORE-13',
  'entry-signature': 'OMS-SIGSTORE-13',
  'entry-certificate': 'OMS-SIGSTORE-13',
  'logged-late': 'OMS-SIGSTORE-8',
  'logged-early': 'OMS-SIGSTORE-8',
  'timestamp-late': 'OMS-SIGSTORE-8',
  'timestamp-imprint': 'OMS-SIGSTORE-20',
  'timestamp-signature': 'OMS-SIGSTORE-21',
  'time-none': 'OMS-SIGSTORE-11',
  'root-other-authority': 'OMS-TRUST-1',
  'root-other-log': 'OMS-TRUST-1',
  'root-no-transparency': 'OMS-SIGSTORE-10',
  'root-log-ended': 'OMS-TRUST-6',
  'root-authority-ended': 'OMS-TRUST-2',
  'root-transparency-ended': 'OMS-TRUST-6',
  'sha256-on-p384': 'OMS-SIGSTORE-17',
};

function narrowed({ id, requirements }: VerifyRecipe): readonly RequirementId[] {
  const first = narrower[id.slice(KEYLESS.length + 1)];
  if (id === KEYLESS) return [...requirements, 'OMS-TRUST-3'];
  return first === undefined ? requirements : [...new Set([first, ...requirements])];
}

type Change = Pick<VerifyRecipe, 'forge' | 'inputs' | 'model' | 'trust' | 'signer' | 'why' | 'level'>;

const refuses = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change,
  reasons: readonly Reason[],
  from = KEYLESS,
) => variant(from, `${KEYLESS}-${id}`, title, requirements, change, reasons);
const accepts = (id: string, title: string, requirements: readonly RequirementId[], change: Change) =>
  variant(KEYLESS, `${KEYLESS}-${id}`, title, requirements, change);

const time: readonly Reason[] = [
  'signer/timestamp-invalid',
  'signer/log-invalid',
  'signer/certificate-expired',
  'signer/certificate-not-yet-valid',
  'signer/certificate-untrusted',
];
const log: readonly Reason[] = [
  'signer/log-invalid',
  'signer/log-missing',
  'signer/timestamp-invalid',
  'bundle/malformed',
];
const certificate: readonly Reason[] = [
  'signer/certificate-untrusted',
  'signer/certificate-usage',
  'signer/certificate-critical-extension',
  'signer/certificate-malformed',
  'signer/certificate-path',
  'signer/certificate-not-a-ca',
];

// biome-ignore format: each vector is a row of a table
const accepted: readonly VerifyRecipe[] = [
  {
    id: KEYLESS,
    kind: 'verify',
    title: 'a certificate for an address, a promise and a proof of a log',
    requirements: ['OMS-SIGSTORE-3', 'OMS-SIGSTORE-4', 'OMS-SIGSTORE-5'],
    model: plainModel,
    inputs: {
      method: 'sigstore',
      publicKey: undefined,
      trustedRoot: 'trusted_root.json',
      identity: IDENTITY,
      identityProvider: ISSUER,
    } as unknown as VerifyRecipe['inputs'] & object,
    forge: keyless(),
    expect: accept(),
  },
  accepts('uri', 'the identity is an address of the web', ['OMS-SIGSTORE-5'], {
    forge: keyless({ names: [uri('https://test.example/org/repo/.github/workflows/sign.yml@refs/heads/main')] }),
    inputs: { identity: 'https://test.example/org/repo/.github/workflows/sign.yml@refs/heads/main' },
  }),
  accepts('timestamp', 'a timestamp is beside the entry', ['OMS-SIGSTORE-4'],
    { forge: keyless({ timestamps: [{}] }) }),
  accepts('p384', 'the certificate is on P-384, and the signature over SHA-384', ['OMS-SIGSTORE-4', 'OMS-ALG-5'],
    { level: 'MAY', signer: 'p384-a', forge: keyless({ key: testKeys['p384-a'] }) }),
  accepts('p521', 'the certificate is on P-521, and the signature over SHA-512', ['OMS-SIGSTORE-4', 'OMS-ALG-5'],
    { level: 'MAY', signer: 'p521-a', forge: keyless({ key: testKeys['p521-a'] }) }),
];

const identity = ['signer/identity-mismatch'] as const;
const issuer = ['signer/issuer-mismatch'] as const;

// biome-ignore format: each vector is a row of a table
const identities: readonly VerifyRecipe[] = [
  refuses('identity-other', 'another identity is expected', ['OMS-SIGSTORE-5'],
    { inputs: { identity: 'other@test.example' } }, identity),
  refuses('identity-as-pattern', 'the expected identity would match as a pattern', ['OMS-SIGSTORE-5'],
    { inputs: { identity: 'signer@test.exampl.' }, why: 'each dot of an address would match any character' }, identity),
  refuses('identity-prefix', 'the expected identity is the beginning of the one in the certificate', ['OMS-SIGSTORE-5'],
    { inputs: { identity: 'signer@test.exam' } }, identity),
  refuses('identity-suffix', 'the expected identity is the end of the one in the certificate', ['OMS-SIGSTORE-5'],
    { inputs: { identity: 'igner@test.example' } }, identity),
  refuses('identity-case', 'the expected identity is in capitals', ['OMS-SIGSTORE-5'],
    { inputs: { identity: IDENTITY.toUpperCase() } }, identity),
  refuses('identity-any', 'the expected identity would match everything as a pattern', ['OMS-SIGSTORE-5'],
    { inputs: { identity: '.*' } }, identity),
  refuses('issuer-other', 'another issuer is expected', ['OMS-SIGSTORE-5'],
    { inputs: { identityProvider: 'https://other.test.example' } }, issuer),
  refuses('issuer-slash', 'the expected issuer ends in a slash', ['OMS-SIGSTORE-5'],
    { inputs: { identityProvider: `${ISSUER}/` } }, issuer),
  refuses('issuer-absent', 'the certificate names no issuer of identities', ['OMS-SIGSTORE-5', 'OMS-SIGSTORE-4'],
    { forge: keyless({ issuer: null }) }, [...issuer, ...certificate]),
  refuses('identity-second', 'the certificate has two names, and the expected one is the second', ['OMS-SIGSTORE-5'],
    { forge: keyless({ names: [email('other@test.example'), email(IDENTITY)] }) }, [...identity, ...certificate]),
];

/** An unknown critical extension. */
const unknownCritical = { id: '1.3.6.1.4.1.57264.99.1', critical: true, value: utf8String('test') };

// biome-ignore format: each vector is a row of a table
const certificatesRefused: readonly VerifyRecipe[] = [
  refuses('authority-other', 'another authority of the same name issued the certificate', ['OMS-SIGSTORE-4'],
    { forge: keyless({ by: otherAuthorityKey }) }, [...certificate, 'signer/sct-invalid']),
  refuses('usage', 'the certificate is for servers', ['OMS-SIGSTORE-4'],
    { forge: keyless({ certificate: { usages: ['serverAuth'] } }) }, certificate),
  refuses('authority', 'the certificate is a CA certificate', ['OMS-SIGSTORE-4'],
    { forge: keyless({ certificate: { ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] } }) }, certificate),
  refuses('critical', 'the certificate has an unknown critical extension', ['OMS-SIGSTORE-4'],
    { forge: keyless({ certificate: { extensions: [unknownCritical] } }) }, certificate),
  refuses('sct-absent', 'the certificate contains no promise of a certificate transparency log', ['OMS-SIGSTORE-4'],
    { forge: keyless({ transparency: null }), why: 'an authority could issue certificates that no log shows' },
    ['signer/sct-invalid']),
  refuses('sct-other-log', 'the promise in the certificate is that of another log', ['OMS-SIGSTORE-4'],
    { forge: keyless({ transparency: otherTransparencyKey }) }, ['signer/sct-invalid']),
  refuses('sct-of-another', 'the promise in the certificate is about another certificate', ['OMS-SIGSTORE-4'],
    { forge: keyless({ transparencyOff: true }) }, ['signer/sct-invalid']),
  refuses('key-other', 'the certificate is that of another key than the one that signed',
    ['OMS-SIGSTORE-4', 'OMS-DSSE-10'], { forge: keyless({ key: testKey('P-256', 'keyless-other') }) },
    ['envelope/signature-invalid', 'signer/log-invalid']),
];

const about = (id: string, title: string, entry: (spec: Forged) => void) =>
  refuses(`entry-${id}`, title, ['OMS-SIGSTORE-4'], { forge: keyless({ entry }) }, log);

// biome-ignore format: each vector is a row of a table
const logs: readonly VerifyRecipe[] = [
  refuses('log-none', 'tlogEntries is empty', ['OMS-SIGSTORE-3'],
    { forge: keyless({ after: (m) => set(m, 'tlogEntries', []) }) }, ['signer/log-missing', 'bundle/malformed']),
  refuses('log-null', 'tlogEntries is null', ['OMS-SIGSTORE-3', 'OMS-BUNDLE-6'],
    { forge: keyless({ after: (m) => set(m, 'tlogEntries', null) }) }, ['signer/log-missing', 'bundle/malformed']),
  refuses('log-other', 'the entry is in another log', ['OMS-SIGSTORE-4'], { forge: keyless({ log: otherLogKey }) },
    log),
  refuses('log-claimed', 'the entry is in another log, and names the trusted one', ['OMS-SIGSTORE-4'], {
    forge: keyless({
      log: otherLogKey,
      after: ({ tlogEntries: [entry] }) => set(entry.logId, 'keyId',
        logIdOf(testKey('P-256', 'rekor-like')).toString('base64')),
    }),
  }, log),
  refuses('promise-wrong', 'the promise of the log is off by one', ['OMS-SIGSTORE-4'],
    { forge: keyless({ promise: 'wrong' }) }, log),
  refuses('time-changed', 'the time of the entry was changed after the promise', ['OMS-SIGSTORE-4'], {
    forge: keyless(
      { after: ({ tlogEntries: [entry] }) => set(entry, 'integratedTime', String(Number(entry.integratedTime) + 60)) }),
  }, log),
  refuses('proof-absent', 'there is a promise of the log and no proof', ['OMS-SIGSTORE-4'],
    { forge: keyless({ proof: 'absent' }) }, log),
  refuses('proof-hash', 'a hash of the proof differs', ['OMS-SIGSTORE-4'],
    { forge: keyless({ proof: 'wrong-hash' }) }, log),
  refuses('proof-root', 'the root of the proof differs, and is signed', ['OMS-SIGSTORE-4'],
    { forge: keyless({ proof: 'wrong-root' }) }, log),
  refuses('checkpoint-root', 'the root of the checkpoint differs, and is signed', ['OMS-SIGSTORE-4'],
    { forge: keyless({ proof: 'wrong-checkpoint' }) }, log),
  refuses('checkpoint-signature', "the checkpoint's signature is off by one", ['OMS-SIGSTORE-4'],
    { forge: keyless({ proof: 'unsigned-checkpoint' }) }, log),
  about('payload', 'the entry is about another payload', (spec) => set(spec.payloadHash, 'value', '00'.repeat(32))),
  about('signature', 'the entry is about another signature',
    (spec) => set(spec.signatures[0], 'signature', signatureDer({ r: 1n, s: 1n }).toString('base64'))),
  about('certificate', 'the entry is about another certificate', (spec) => set(spec.signatures[0], 'verifier',
    Buffer.from('-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n').toString('base64'))),
];

const at = (iso: string) => Date.parse(iso) / 1000;

// biome-ignore format: each vector is a row of a table
const times: readonly VerifyRecipe[] = [
  refuses('logged-late', 'the signature was logged after the certificate expired', ['OMS-SIGSTORE-4', 'OMS-CERT-5'],
    { forge: keyless({ integratedTime: at('2020-06-01T12:30:00Z') }) }, time),
  refuses('logged-early', 'the signature was logged before the certificate was valid', ['OMS-SIGSTORE-4', 'OMS-CERT-5'],
    { forge: keyless({ integratedTime: at('2020-06-01T11:00:00Z') }) }, time),
  refuses('time-none', 'there is a proof of the log, and neither a promise nor a timestamp', ['OMS-SIGSTORE-4'],
    { forge: keyless({ promise: 'absent' }) }, [...time, 'signer/certificate-expired']),
  refuses('timestamp-late', 'the signature was timestamped after the certificate expired', ['OMS-SIGSTORE-4'],
    { forge: keyless({ timestamps: [{ time: '2020-06-01T13:00:00Z' }] }) }, time, `${KEYLESS}-timestamp`),
  refuses('timestamp-imprint', 'the timestamp is over other bytes', ['OMS-SIGSTORE-4'],
    { forge: keyless({ timestamps: [{ over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }] }) },
    ['signer/timestamp-invalid', 'signer/timestamp-imprint'], `${KEYLESS}-timestamp`),
  refuses('timestamp-signature', "the timestamp's own signature is off by one", ['OMS-SIGSTORE-4'],
    { forge: keyless({ timestamps: [{ signatureOff: true }] }) },
    ['signer/timestamp-invalid', 'signer/timestamp-signature'], `${KEYLESS}-timestamp`),
];

const ended = { start: '2019-01-01T00:00:00Z', end: '2020-01-01T00:00:00Z' };

// biome-ignore format: each vector is a row of a table
const trust: readonly VerifyRecipe[] = [
  refuses('root-other-authority', 'the caller trusts another authority of the same name', ['OMS-SIGSTORE-4'],
    { trust: withOtherAuthority }, [...certificate, 'signer/sct-invalid']),
  refuses('root-other-log', 'the caller trusts another log', ['OMS-SIGSTORE-4'], { trust: withOtherLog },
    [...log, 'signer/certificate-untrusted']),
  refuses('root-no-transparency', 'the caller trusts no certificate transparency log', ['OMS-SIGSTORE-4'],
    { trust: (root) => set(root, 'ctlogs', []) }, ['signer/sct-invalid']),
  refuses('root-log-ended', "the log's key was retired before", ['OMS-SIGSTORE-4'],
    { trust: (root) => set(root.tlogs[0].publicKey, 'validFor', ended) }, log),
  refuses('root-authority-ended', 'the authority was retired before', ['OMS-SIGSTORE-4'],
    { trust: (root) => set(root.certificateAuthorities[0], 'validFor', ended) },
    [...certificate, 'signer/certificate-expired', 'signer/timestamp-invalid']),
  refuses('root-transparency-ended', "the certificate transparency log's key was retired before", ['OMS-SIGSTORE-4'],
    { trust: (root) => set(root.ctlogs[0].publicKey, 'validFor', ended) }, ['signer/sct-invalid']),
];

// biome-ignore format: each vector is a row of a table
const envelopes: readonly VerifyRecipe[] = [
  refuses('signature-wrong', 'the signature is off by one, and logged so', ['OMS-DSSE-10', 'OMS-SIGSTORE-4'],
    { forge: { signature: ({ r, s }) => signatureDer({ r, s: s - 1n }) } },
    ['envelope/signature-invalid', 'signer/log-invalid']),
  // The Sigstore registry lists this pair too, as deprecated.
  variant(`${KEYLESS}-p384`, `${KEYLESS}-sha256-on-p384`, 'the signature on P-384 is over SHA-256', ['OMS-ALG-5'],
    { forge: { hash: 'sha256' } }, either),
  refuses('modified', 'a byte of a listed file differs', ['OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, ['model/modified']),
  refuses('unsigned', 'a file is added', ['OMS-VERIFY-4'], { model: directory({ ...plainFiles, extra: 'x' }) },
    ['model/unsigned']),
  refuses('predicate-foreign', 'the predicate type is a different one, signed and logged', ['OMS-STMT-4'], {
    forge: { statement: (s) => set(s, 'predicateType', 'https://slsa.dev/provenance/v1') },
    why: 'the same identity signs and logs provenance as well',
  }, ['statement/predicate-type', 'statement/malformed']),
  refuses('key-asked', 'the caller brings a key', ['OMS-METHOD-3'],
    { inputs: { method: 'key', publicKey: publicKeyFile('p256-a') } }, ['signer/method-mismatch']),
  refuses('key-in-bundle', 'the bundle was made with a key, and the caller expects an identity', ['OMS-METHOD-3'], {
    forge: {
      material: (material) => {
        set(material, 'certificate', undefined);
        set(material, 'publicKey', { hint: testKeys['p256-a'].hint });
      },
    },
  }, ['signer/method-mismatch']),
  refuses('chain-in-bundle', 'a chain is beside the certificate', ['OMS-METHOD-2'], {
    forge: keyless(
      { after: (material) => set(material, 'x509CertificateChain', { certificates: [material.certificate] }) }),
  }, ['signer/material-ambiguous', 'bundle/malformed']),
];
