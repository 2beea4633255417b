import type { Reason } from '../../../../suite/src/vectors/vector.ts';
import { testKeys } from '../keys.ts';
import { accept, directory, link, set, type VerifyRecipe } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { IDENTITY, ISSUER } from '../sigstore.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';
import { byPolicy, type Edit, KEY, requiring } from './policy-base.ts';
import { keyless } from './sigstore.ts';

const STAMPED = 'policy_timestamp';
const SIGSTORE = 'policy_sigstore';

/** Further requirements, modes and identities: sections 13.5.4 and 13.5.5. */
export function policyRequirementRecipes(): readonly VerifyRecipe[] {
  return [...times, ...signed, ...content, ...modes, ...identities];
}

const unmet = ['policy/requirement'] as const;
const { rootDigest = '' } = expectedOf(plainModel);
const elsewhere = directory({ ...plainFiles, 'config.json': '[]\n' });
const OTHER = 'f'.repeat(64);

// biome-ignore format: each vector is a row of a table
const times: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'timestamp-required', 'the rule requires a timestamp, and the signature has none', ['OMS-POLICY-18'],
    requiring({ timestamp: 'required' }), unmet),
  byPolicy(STAMPED, 'timestamp-required-and-there', 'the rule requires a timestamp', ['OMS-POLICY-18'], requiring({ timestamp: 'required' })),
  byPolicy(KEY, 'signed-after-without-time', 'the rule requires a signature after a date, and the signature has no verified time',
    ['OMS-POLICY-18'], requiring({ signedAfter: '2019-01-01' }), unmet),
  byPolicy(KEY, 'signed-before-without-time', 'the rule requires a signature before a date far ahead, and the signature has no verified time',
    ['OMS-POLICY-18'], requiring({ signedBefore: '2090-01-01' }), unmet),
  byPolicy(STAMPED, 'signed-after', 'the rule requires a signature after the beginning of the day of the timestamp', ['OMS-POLICY-19'],
    requiring({ signedAfter: '2020-06-01' })),
  byPolicy('policy_signed-after', 'signed-after-next-day', 'the rule requires a signature after the beginning of the next day',
    ['OMS-POLICY-19'], requiring({ signedAfter: '2020-06-02' }), unmet),
  byPolicy(STAMPED, 'signed-before', 'the rule requires a signature before the day after the timestamp', ['OMS-POLICY-19'],
    requiring({ signedBefore: '2020-06-02' })),
  byPolicy('policy_signed-before', 'signed-before-that-day', 'the rule requires a signature before the day of the timestamp',
    ['OMS-POLICY-19'], requiring({ signedBefore: '2020-06-01' }), unmet),
];

const rawBytes = (material: Forged) =>
  set(material, 'publicKey', { rawBytes: Buffer.from(testKeys['p256-a'].publicPem).toString('base64') });
const HISTORICAL = 'policy_historical';

// biome-ignore format: each vector is a row of a table
const signed: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'algorithms', 'the rule has the algorithm of the manifest', ['OMS-POLICY-20'], requiring({ hashAlgorithms: ['sha256'] })),
  byPolicy('policy_algorithms', 'algorithms-others', 'the rule has two other algorithms', ['OMS-POLICY-20'],
    requiring({ hashAlgorithms: ['blake2b', 'blake3'] }), unmet),
  byPolicy(KEY, 'historical', 'the bundle is in an older form, which the rule accepts', ['OMS-POLICY-21'], {
    profile: 'historical',
    policy: requiring({ historicalFormats: true }),
    forge: { material: rawBytes },
  }, accept({ warnings: ['signer/historical-key'], report: { counted: ['alice'] } })),
  byPolicy(HISTORICAL, 'historical-refused', 'the rule does not accept older forms', ['OMS-POLICY-21'], requiring({ historicalFormats: false }),
    ['policy/requirement', 'signer/historical-key']),
  byPolicy(HISTORICAL, 'historical-strict', 'the rule is strict', ['OMS-POLICY-26'], requiring({ strict: true }),
    ['signer/historical-key', 'policy/requirement', 'policy/signer']),
  byPolicy(KEY, 'strict', 'the rule is strict, and nothing is unusual', ['OMS-POLICY-26'], requiring({ strict: true })),
  byPolicy(KEY, 'root-digests', 'the rule has the root digest, and another one', ['OMS-POLICY-22'],
    requiring({ rootDigests: [OTHER, rootDigest] })),
  byPolicy('policy_root-digests', 'root-digests-other', 'the rule has the other root digest alone', ['OMS-POLICY-22'],
    requiring({ rootDigests: [OTHER] }), unmet),
  byPolicy(KEY, 'root-digest-revoked-other', 'another root digest is revoked', ['OMS-POLICY-17'],
    (policy) => { policy.revoked = { rootDigests: [OTHER] }; }),
  byPolicy('policy_root-digest-revoked-other', 'root-digest-revoked', 'the root digest is revoked as well', ['OMS-POLICY-17'],
    (policy) => { policy.revoked.rootDigests.push(rootDigest); }, ['policy/revoked']),
  byPolicy('policy_signer-of-several', 'two-algorithms', 'both signers have signed, the other one with another algorithm',
    ['OMS-POLICY-17', 'OMS-POLICY-20'],
    { profile: 'blake2b', further: [{ signer: 'p256-b', listing: { hashType: 'blake2b' } }] },
    accept({ report: { counted: ['alice', 'bob'] } })),
  byPolicy('policy_two-algorithms', 'two-algorithms-one-revoked', 'the root digest in one of the bundles is revoked', ['OMS-POLICY-17'],
    (policy) => { policy.revoked = { rootDigests: [rootDigest] }; }, ['policy/revoked']),
  byPolicy('policy_other-content-beside', 'root-digest-revoked-of-another', 'the root digest of the other content is revoked',
    ['OMS-POLICY-17', 'OMS-POLICY-13'], (policy) => { policy.revoked = { rootDigests: [expectedOf(elsewhere).rootDigest] }; },
    accept({ report: { counted: ['alice'] } })),
];

const cached = directory({ ...plainFiles, 'cache/a': 'x' });
const withCache = { listing: { ignorePaths: ['.git', 'cache'] }, signed: plainModel, model: cached };
const ignored: readonly Reason[] = ['model/ignored-files', 'policy/requirement'];
const linked = directory(plainFiles, [link('latest.bin', 'weights/a.bin')]);

// biome-ignore format: each vector is a row of a table
const content: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'ignored-git', 'a git path is in the model', ['OMS-POLICY-23'],
    { signed: plainModel, model: directory({ ...plainFiles, '.gitignore': 'x' }) }, accept({ report: { ignored: ['.gitignore'] } })),
  byPolicy('policy_ignored-git', 'ignored-nothing', 'the rule accepts no excluded path', ['OMS-POLICY-23'], requiring({ ignoredPaths: [] }),
    ignored),
  byPolicy(KEY, 'ignored-recorded', 'a path that the producer recorded as excluded is in the model, and the rule accepts it', ['OMS-POLICY-23'],
    { ...withCache, policy: requiring({ ignoredPaths: ['cache'] }) }, accept({ report: { ignored: ['cache'] } })),
  byPolicy('policy_ignored-recorded', 'ignored-recorded-unasked', 'the rule accepts another excluded path', ['OMS-POLICY-23'],
    requiring({ ignoredPaths: ['logs'] }), ignored),
  byPolicy('policy_ignored-recorded', 'ignored-recorded-by-default', 'the rule does not say which excluded paths it accepts', ['OMS-POLICY-23'],
    (policy) => { delete policy.models[0].require.ignoredPaths; }, ignored),
  byPolicy(KEY, 'unsigned-reported', 'there is an unsigned file, and the rule has unsigned files reported', ['OMS-POLICY-24'], {
    policy: requiring({ unsignedFiles: 'report' }),
    signed: plainModel,
    model: directory({ ...plainFiles, 'run.py': 'x' }),
  }, accept({ report: { unsigned: ['run.py'], counted: ['alice'] } })),
  byPolicy('policy_unsigned-reported', 'unsigned-refused', 'the rule has unsigned files refused', ['OMS-POLICY-24', 'OMS-VERIFY-4'],
    { decidedBy: ['OMS-POLICY-24'], policy: requiring({ unsignedFiles: 'refuse' }) }, ['model/unsigned']),
  byPolicy(KEY, 'links', 'there is a link that the producer followed, and the rule has links followed', ['OMS-POLICY-25'], {
    profile: 'symlinks',
    policy: requiring({ symlinks: true }),
    listing: { allowSymlinks: true },
    signed: directory({ ...plainFiles, 'latest.bin': 'aaaa' }),
    model: linked,
  }, accept({ report: { resources: 4 } })),
  byPolicy('policy_links', 'links-refused', 'the rule does not have links followed', ['OMS-POLICY-25'], requiring({ symlinks: false }),
    ['model/symlink', 'model/missing']),
  byPolicy('policy_links', 'links-producer-did-not', 'the manifest records that the producer did not follow links',
    ['OMS-POLICY-25', 'OMS-LINK-8'], { decidedBy: ['OMS-POLICY-25'], listing: { allowSymlinks: false } }, ['model/symlink', 'model/missing']),
];

const warns: Edit = (policy) => {
  policy.mode = 'warn';
};
const unenforced = (...warnings: readonly Reason[]) => accept({ warnings, report: { enforced: false } });
const WARN = 'policy_mode-warn';

// biome-ignore format: each vector is a row of a table
const modes: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'mode-enforce', 'the policy says that it enforces', ['OMS-POLICY-28'], (policy) => { policy.mode = 'enforce'; },
    accept({ report: { enforced: true } })),
  byPolicy(KEY, 'mode-warn', 'the policy only warns, and would accept the model', ['OMS-POLICY-28'], warns,
    accept({ report: { enforced: false, counted: ['alice'] } })),
  byPolicy(WARN, 'mode-warn-signer', 'another signer has signed', ['OMS-POLICY-27', 'OMS-POLICY-28'], { signer: 'p256-b' },
    unenforced('policy/signer')),
  byPolicy(WARN, 'mode-warn-modified', 'a listed file differs', ['OMS-POLICY-27', 'OMS-POLICY-28'],
    { signed: plainModel, model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, unenforced('model/modified')),
  byPolicy(WARN, 'mode-warn-no-rule', 'no rule is for the name', ['OMS-POLICY-27', 'OMS-POLICY-28'],
    { inputs: { as: '/srv/models/other/one' } }, unenforced('policy/no-rule')),
  byPolicy(WARN, 'mode-warn-rejected', 'the rule rejects every model', ['OMS-POLICY-27', 'OMS-POLICY-28'],
    (policy) => { policy.models = [{ match: ['/srv/**'], reject: true }]; }, unenforced('policy/rejected')),
  byPolicy('policy_mode-warn-signer', 'mode-enforce-in-rule', 'the rule enforces', ['OMS-POLICY-27'],
    (policy) => { policy.models[0].mode = 'enforce'; }, ['policy/signer']),
  byPolicy(KEY, 'mode-warn-in-rule', 'the rule only warns, and another signer has signed', ['OMS-POLICY-27', 'OMS-POLICY-28'], {
    policy: (policy: Forged) => { policy.models[0].mode = 'warn'; },
    signer: 'p256-b',
  }, unenforced('policy/signer')),
  byPolicy('policy_mode-warn-in-rule', 'mode-of-another-rule', 'an earlier rule for the name enforces', ['OMS-POLICY-4', 'OMS-POLICY-27'],
    (policy) => { policy.models.unshift({ ...policy.models[0], mode: 'enforce' }); }, ['policy/signer']),
  byPolicy(WARN, 'mode-warn-invalid', 'the policy has a member that no policy has', ['OMS-POLICY-2'],
    (policy) => { policy.model = []; }, ['policy/invalid']),
];

const keylessAs =
  (members: object): Edit =>
  (policy) =>
    Object.assign(policy.signers.ci, members);
const profile = 'sigstore' as const;

// biome-ignore format: each vector is a row of a table
const identities: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'sigstore', 'the signer has signed with an identity', ['OMS-POLICY-9', 'OMS-POLICY-15'], {
    profile,
    policy: (policy: Forged) => {
      policy.signers.ci = { method: 'sigstore', issuer: ISSUER, identity: IDENTITY, trustedRootFile: 'trusted_root.json' };
      policy.models[0].require.signedBy = ['ci'];
    },
    inputs: { trustedRoot: 'trusted_root.json' },
    forge: keyless(),
  }, accept({ report: { counted: ['ci'] } })),
  byPolicy(SIGSTORE, 'sigstore-pattern', 'the policy has a pattern for the identity', ['OMS-POLICY-9'],
    keylessAs({ identity: { pattern: '[a-z]+@test\\.example' } })),
  byPolicy(SIGSTORE, 'sigstore-pattern-of-a-part', 'the policy has a pattern for a part of the identity', ['OMS-POLICY-9'],
    keylessAs({ identity: { pattern: '@test\\.example' } }), ['policy/signer', 'signer/identity-mismatch']),
  byPolicy(SIGSTORE, 'sigstore-other-identity', 'the policy has another identity', ['OMS-POLICY-9'], keylessAs({ identity: 'other@test.example' }),
    ['policy/signer', 'signer/identity-mismatch']),
  byPolicy(SIGSTORE, 'sigstore-other-issuer', 'the policy has another issuer', ['OMS-POLICY-9'],
    keylessAs({ issuer: 'https://other.test.example' }), ['policy/signer', 'signer/issuer-mismatch']),
  byPolicy(SIGSTORE, 'sigstore-revoked-later', 'the signer was revoked after the time of the log', ['OMS-POLICY-16'],
    (policy) => { policy.revoked = { signers: { ci: '2021-01-01' } }; }),
  byPolicy('policy_sigstore-revoked-later', 'sigstore-revoked', 'the signer was revoked before the time of the log', ['OMS-POLICY-16'],
    (policy) => { policy.revoked.signers.ci = '2020-01-01'; }, ['policy/revoked']),
];
