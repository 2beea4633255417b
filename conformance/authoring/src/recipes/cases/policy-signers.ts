import { publicKeyFile, testKeys } from '../keys.ts';
import { type CertificateName, certificateFile } from '../pki.ts';
import { accept, directory, type FurtherSignature, set, type VerifyRecipe } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { chain } from './certificate-chain.ts';
import { plainFiles } from './models.ts';
import { byPolicy, type Edit, KEY, requiring } from './policy-base.ts';
import { stamped } from './timestamp.ts';

const CERTIFICATE = 'policy_certificate';
const STAMPED = 'policy_timestamp';

/** Who is counted: sections 13.5.2 and 13.5.3. */
export function policySignerRecipes(): readonly VerifyRecipe[] {
  return [...single, ...several, ...certified, ...together, ...validity, ...keyTimes, ...revocation];
}

const counted = (...names: readonly string[]) => accept({ report: { counted: names } });
const byBob: FurtherSignature = { signer: 'p256-b' };
const byNoOne: FurtherSignature = { signer: 'p384-a' };
const elsewhere = directory({ ...plainFiles, 'config.json': '[]\n' });
const rubbish: FurtherSignature = { forge: { raw: () => '{}\n' } };

// biome-ignore format: each vector is a row of a table
const single: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'signer-other', 'another signer of the policy has signed, whom the rule does not name', ['OMS-POLICY-10'],
    { signer: 'p256-b' }, ['policy/signer']),
  byPolicy(KEY, 'signer-unknown', 'a key has signed that the policy does not have', ['OMS-POLICY-9', 'OMS-KEY-4', 'OMS-DSSE-10'],
    { signer: 'p384-a' }, ['policy/signer', 'signer/key-mismatch']),
  byPolicy(KEY, 'signature-wrong', 'a key has signed that the policy does not have, and the bundle has the hint of the signer',
    ['OMS-POLICY-9', 'OMS-DSSE-10'],
    { signer: 'p384-a', forge: { material: (material) => set(material.publicKey, 'hint', testKeys['p256-a'].hint) } },
    ['policy/signer', 'envelope/signature-invalid', 'signer/key-mismatch']),
  byPolicy(KEY, 'modified', 'a listed file differs', ['OMS-POLICY-14', 'OMS-VERIFY-3'],
    { decidedBy: ['OMS-POLICY-14'], model: elsewhere }, ['model/modified']),
  byPolicy(KEY, 'manifest-invalid', 'the root digest is not that of the resources', ['OMS-POLICY-9', 'OMS-ROOT-3'], {
    forge: { statementAndRoot: (statement) => set(statement.subject[0].digest, 'sha256', '0'.repeat(64)) },
  }, ['manifest/root-digest-mismatch', 'policy/signer']),
  byPolicy(KEY, 'bundle-media-type', 'the bundle has the media type of a version to come', ['OMS-POLICY-9', 'OMS-BUNDLE-3'],
    { forge: { bundle: (bundle) => set(bundle, 'mediaType', 'application/vnd.dev.sigstore.bundle.v0.4+json') } },
    ['bundle', 'policy/signer']),
  byPolicy(KEY, 'signer-of-several', 'the rule names both signers of the policy', ['OMS-POLICY-10', 'OMS-POLICY-11'],
    requiring({ signedBy: ['bob', 'alice'] }), counted('alice')),
];

// biome-ignore format: each vector is a row of a table
const several: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'threshold', 'the rule requires two signers, and both have signed', ['OMS-POLICY-11'],
    { policy: requiring({ signedBy: ['alice', 'bob'], threshold: 2 }), further: [byBob] }, counted('alice', 'bob')),
  byPolicy('policy_threshold', 'threshold-one-of-two', 'only one of them has signed', ['OMS-POLICY-11'], { further: [] },
    ['policy/threshold']),
  byPolicy('policy_threshold', 'threshold-unknown', 'a key that the policy does not have has signed in the place of the second one',
    ['OMS-POLICY-11', 'OMS-POLICY-9', 'OMS-DSSE-10'], { further: [byNoOne] }, ['policy/threshold']),
  byPolicy('policy_threshold', 'threshold-twice-the-same', 'the first one has signed twice', ['OMS-POLICY-12'], { further: [{}] },
    ['policy/threshold']),
  byPolicy('policy_threshold', 'threshold-other-content', 'the second one has signed other content', ['OMS-POLICY-14', 'OMS-VERIFY-3'],
    { decidedBy: ['OMS-POLICY-14'], further: [{ ...byBob, signed: elsewhere }] }, ['policy/threshold', 'model/modified']),
  byPolicy(KEY, 'names-of-one-key', 'the rule names one key twice', ['OMS-POLICY-12'], (policy) => {
    policy.signers.again = { method: 'key', publicKeyFile: publicKeyFile('p256-a') };
    policy.models[0].require.signedBy.push('again');
  }, counted('alice')),
  byPolicy('policy_names-of-one-key', 'names-of-one-key-threshold', 'the rule requires two signers', ['OMS-POLICY-12'],
    requiring({ threshold: 2 }), ['policy/threshold']),
  byPolicy(KEY, 'unknown-beside', 'a key that the policy does not have has signed as well', ['OMS-POLICY-13'], { further: [byNoOne] },
    counted('alice')),
  byPolicy(KEY, 'unknown-first', 'a key that the policy does not have has signed the first of two bundles', ['OMS-POLICY-13'],
    { signer: 'p384-a', further: [{ signer: 'p256-a' }] }, counted('alice')),
  byPolicy(KEY, 'rubbish-beside', 'another bundle has no members', ['OMS-POLICY-13'], { further: [rubbish] }, counted('alice')),
  byPolicy('policy_signer-of-several', 'other-content-beside', 'the other signer has signed other content', ['OMS-POLICY-13', 'OMS-POLICY-14'],
    { further: [{ ...byBob, signed: elsewhere }] }, counted('alice')),
  byPolicy('policy_signer-of-several', 'other-content-first', 'the other signer has signed other content in the first of two bundles',
    ['OMS-POLICY-13', 'OMS-POLICY-14'], { signer: 'p256-b', signed: elsewhere, model: directory(plainFiles), further: [{ signer: 'p256-a', signed: directory(plainFiles) }] },
    counted('alice')),
];

const profile = 'certificate' as const;
const corp = { method: 'certificate', trustedFiles: [certificateFile('root')] };
const certifiedAs =
  (members: object): Edit =>
  (policy) =>
    Object.assign(policy.signers.corp, members);
const identity = (id: string, title: string, expected: unknown) =>
  byPolicy(
    `${CERTIFICATE}-identity`,
    `certificate-identity-${id}`,
    title,
    ['OMS-POLICY-9'],
    certifiedAs({ identity: expected }),
    ['policy/signer', 'signer/identity-mismatch'],
  );

// biome-ignore format: each vector is a row of a table
const certified: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'certificate', 'the signer has signed with a certificate', ['OMS-POLICY-9'], {
    profile,
    policy: (policy: Forged) => {
      policy.signers.corp = corp;
      policy.models[0].require.signedBy = ['corp'];
    },
    signer: 'p384-a',
    forge: chain('leaf-example-com', 'intermediate'),
  }, counted('corp')),
  byPolicy(CERTIFICATE, 'certificate-untrusted', 'the policy trusts another root of the same name', ['OMS-POLICY-9', 'OMS-CERT-3'],
    certifiedAs({ trustedFiles: [certificateFile('other-root')] }), ['policy/signer', 'signer/certificate-untrusted']),
  byPolicy(CERTIFICATE, 'certificate-identity', 'the policy has the identity in the certificate', ['OMS-POLICY-9'],
    certifiedAs({ identity: 'models.example.com' })),
  byPolicy(CERTIFICATE, 'certificate-identity-pattern', 'the policy has a pattern for the identity in the certificate', ['OMS-POLICY-9'],
    certifiedAs({ identity: { pattern: '[a-z]+\\.example\\.(com|org)' } })),
  identity('other', 'the identity is another one', 'models.example.org'),
  identity('end', 'the identity is the end of the one in the certificate', 'example.com'),
  identity('pattern-of-a-part', 'the pattern is for a part of the identity in the certificate', { pattern: 'example\\.com' }),
];

const PATTERN = { pattern: 'models\\.example\\.[a-z]+' };

// biome-ignore format: each vector is a row of a table
const together: readonly VerifyRecipe[] = [
  byPolicy(CERTIFICATE, 'methods', 'the rule requires two signers, of whom one has signed with a certificate and one with another key',
    ['OMS-POLICY-11', 'OMS-POLICY-12'], {
      policy: requiring({ signedBy: ['corp', 'alice'], threshold: 2 }),
      further: [{ signer: 'p256-a' }],
    }, counted('alice', 'corp')),
  byPolicy('policy_methods', 'methods-of-one-key', 'the key is that of the certificate', ['OMS-POLICY-12'], {
    policy: (policy: Forged) => { policy.signers.alice.publicKeyFile = publicKeyFile('p384-a'); },
    further: [{ signer: 'p384-a' }],
  }, ['policy/threshold']),
  byPolicy(CERTIFICATE, 'names-overlap', 'one name accepts both of two certificates, and the other name only the first', ['OMS-POLICY-12'], {
    policy: (policy: Forged) => {
      policy.signers.corp.identity = PATTERN;
      policy.signers.first = { ...corp, identity: 'models.example.com' };
      Object.assign(policy.models[0].require, { signedBy: ['corp', 'first'], threshold: 2 });
    },
    further: [{ signer: 'p256-b', forge: chain('leaf-example-net', 'intermediate') }],
  }, counted('corp', 'first')),
  byPolicy('policy_names-overlap', 'names-too-few', 'the second name accepts neither of them', ['OMS-POLICY-12'],
    requiring({ signedBy: ['corp', 'alice'] }), ['policy/threshold']),
];

const until =
  (validUntil: string): Edit =>
  (policy) => {
    policy.signers.alice.validUntil = validUntil;
  };
const authority: CertificateName = 'timestamp-root';
const stampedUntil = (
  id: string,
  title: string,
  date: string,
  outcome?: readonly ['policy/signer', 'policy/requirement'],
) => byPolicy(STAMPED, `valid-until-${id}`, title, ['OMS-POLICY-15'], certifiedAs({ validUntil: date }), outcome);
const late = ['policy/signer', 'policy/requirement'] as const;

// biome-ignore format: each vector is a row of a table
const validity: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'valid-until', 'the signer is valid until a date far ahead', ['OMS-POLICY-15'], until('2090-12-31')),
  byPolicy('policy_valid-until', 'valid-until-past', 'the date is past', ['OMS-POLICY-15'], until('2020-12-31'), late),
  byPolicy(CERTIFICATE, 'timestamp', 'the certificate has expired, and a timestamp by an authority of the policy says that it was valid then',
    ['OMS-POLICY-9', 'OMS-POLICY-18', 'OMS-CERT-22'], {
      decidedBy: ['OMS-POLICY-9'],
      policy: certifiedAs({ timestampRootFiles: [certificateFile(authority)] }),
      forge: {
        material: (material, signed) => {
          chain('leaf-expired', 'intermediate').material?.(material, signed);
          stamped({}).material?.(material, signed);
        },
      },
    }, counted('corp')),
  stampedUntil('after-timestamp', 'the signer was valid until after the time of the timestamp', '2020-12-31'),
  stampedUntil('day-of-timestamp', 'the signer was valid until the day of the timestamp', '2020-06-01'),
  { ...stampedUntil('day-before-timestamp', 'the signer was valid until the day before the timestamp', '2020-05-31', late),
    from: 'policy_valid-until-day-of-timestamp' },
  { ...stampedUntil('hour-before-timestamp', 'the signer was valid until an hour before the time of the timestamp', '2020-06-01T11:00:00Z', late),
    from: 'policy_valid-until-day-of-timestamp' },
];

/** A signer with a key, and with the authority of its timestamps. */
const timedKey =
  (members: object): Edit =>
  (policy) =>
    Object.assign(policy.signers.alice, members);

const keyStamped = (id: string, title: string, date: string, outcome?: typeof late) =>
  byPolicy(
    'policy_key-timestamp',
    `key-valid-until-${id}`,
    title,
    ['OMS-POLICY-15'],
    timedKey({ validUntil: date }),
    outcome,
  );

// biome-ignore format: each vector is a row of a table
const keyTimes: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'key-timestamp', 'a signature with a key has a timestamp by an authority of the policy', ['OMS-POLICY-9', 'OMS-POLICY-18'],
    { policy: timedKey({ timestampRootFiles: [certificateFile(authority)] }), forge: stamped({}) }, counted('alice')),
  keyStamped('after-timestamp', 'the signer with a key was valid until after the time of the timestamp', '2020-12-31'),
  { ...keyStamped('before-timestamp', 'the signer with a key was valid until the day before the timestamp', '2020-05-31', late),
    from: 'policy_key-valid-until-after-timestamp' },
  byPolicy('policy_key-timestamp', 'key-timestamp-required', 'the rule requires a timestamp, and a signature with a key has one',
    ['OMS-POLICY-18'], requiring({ timestamp: 'required' })),
  byPolicy('policy_key-timestamp-required', 'key-timestamp-imprint', 'the timestamp is over other bytes',
    ['OMS-POLICY-9', 'OMS-POLICY-18', 'OMS-TIME-4'],
    { forge: stamped({ over: (bytes) => Buffer.concat([bytes, Buffer.of(0)]) }) }, ['policy/signer', 'policy/requirement']),
];

const revoking =
  (signers: object): Edit =>
  (policy) => {
    policy.revoked = { signers };
  };
const revoked = ['policy/revoked'] as const;
const revokingIdentity =
  (identity: string): Edit =>
  (policy) => {
    policy.signers.old = { ...corp, identity };
    policy.revoked = { signers: { old: '2020-01-01' } };
  };

// biome-ignore format: each vector is a row of a table
const revocation: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'revoked-other', 'another signer is revoked', ['OMS-POLICY-16'], revoking({ bob: '2020-01-01' })),
  byPolicy('policy_revoked-other', 'revoked', 'the signer is revoked, and the signature has no verified time', ['OMS-POLICY-16'],
    revoking({ alice: '2020-01-01' }), revoked),
  byPolicy('policy_names-of-one-key', 'revoked-by-another-name', 'one of the names is revoked', ['OMS-POLICY-16'],
    revoking({ again: '2020-01-01' }), revoked),
  byPolicy('policy_signer-of-several', 'revoked-one-of-two', 'the other signer is revoked and has signed as well', ['OMS-POLICY-13', 'OMS-POLICY-16'],
    { policy: revoking({ bob: '2020-01-01' }), further: [byBob] }, counted('alice')),
  byPolicy(STAMPED, 'revoked-after-timestamp', 'the signer was revoked the day after the timestamp', ['OMS-POLICY-16'],
    revoking({ corp: '2020-06-02' }), counted('corp')),
  byPolicy('policy_revoked-after-timestamp', 'revoked-day-of-timestamp', 'the signer was revoked on the day of the timestamp', ['OMS-POLICY-16'],
    revoking({ corp: '2020-06-01' }), revoked),
  byPolicy('policy_revoked-other', 'revoked-in-future', 'the signer will be revoked, and the signature has no verified time', ['OMS-POLICY-16'],
    revoking({ alice: '2090-01-01' }), revoked),
  byPolicy(CERTIFICATE, 'revoked-key-of-another', 'a key is revoked that the certificate is not for', ['OMS-POLICY-16'],
    revoking({ alice: '2020-01-01' }), counted('corp')),
  byPolicy('policy_revoked-key-of-another', 'revoked-key-of-certificate', 'the key is that of the certificate', ['OMS-POLICY-16'],
    (policy) => { policy.signers.alice.publicKeyFile = publicKeyFile('p384-a'); }, revoked),
  byPolicy('policy_certificate-identity-pattern', 'revoked-identity-of-another', 'another identity is revoked that the pattern is for',
    ['OMS-POLICY-16'], revokingIdentity('models.example.org'), counted('corp')),
  byPolicy('policy_revoked-identity-of-another', 'revoked-identity', 'the identity is the one in the certificate', ['OMS-POLICY-16'],
    (policy) => { policy.signers.old.identity = 'models.example.com'; }, revoked),
  byPolicy('policy_revoked-after-timestamp', 'revoked-before-timestamp', 'the signer was revoked a year before the timestamp', ['OMS-POLICY-16'],
    revoking({ corp: '2019-06-01' }), revoked),
];
