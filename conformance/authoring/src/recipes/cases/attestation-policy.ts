import type { RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { SLSA } from '../attestation-file.ts';
import { publicKeyFile, testKeys } from '../keys.ts';
import { certificateFile } from '../pki.ts';
import { type AttestationFileRecipe, accept, directory, type Outcome, type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { byCosign, file } from './attestation-base.ts';
import { chain } from './certificate-chain.ts';
import { plainFiles } from './models.ts';
import { type Edit, KEY } from './policy-base.ts';

/** Attestations that a rule of a policy requires: section 13.6.3. */
export function attestationPolicyRecipes(): readonly VerifyRecipe[] {
  return [...single, ...signers, ...roots, ...counting];
}

const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const POLICY = 'attestation_policy';
const missing = ['policy/attestation'] as const;

/** An edit by which the rule requires these attestations. */
const needing =
  (...attestations: readonly { readonly predicateType: string; readonly signedBy: readonly string[] }[]): Edit =>
  (policy) => {
    policy.models[0].require.attestations = attestations;
  };
const slsaBy = (...signedBy: readonly string[]) => ({ predicateType: SLSA, signedBy });
const vulnBy = (...signedBy: readonly string[]) => ({ predicateType: VULN, signedBy });

type Change = Pick<VerifyRecipe, 'attestations' | 'policy' | 'further' | 'signed' | 'model' | 'profile' | 'signer'>;

function byRule(
  from: string,
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change | readonly AttestationFileRecipe[],
  outcome: Outcome = accept(),
): VerifyRecipe {
  const changes = Array.isArray(change) ? { attestations: change } : (change as Change);
  return variant(from, `${POLICY}-${id}`, title, requirements, changes, outcome);
}

const byBob = { signer: 'p256-b' } as const;

// biome-ignore format: each vector is a row of a table
const single: readonly VerifyRecipe[] = [
  variant(KEY, POLICY, 'the rule requires an attestation, and the signer whom it names for the type has made it', ['OMS-ATTEST-25', 'OMS-ATTEST-26', 'OMS-ATTEST-27'],
    { profile: 'attestations', policy: needing(slsaBy('bob')), attestations: file([byBob]) }, accept({ report: { verdict: 'verified', counted: ['alice'], enforced: true } })),
  byRule(POLICY, 'none', 'there is no attestation', ['OMS-ATTEST-25'], [], missing),
  byRule(POLICY, 'other-type', 'the attestation is of another type', ['OMS-ATTEST-25', 'OMS-ATTEST-11'], file([{ ...byBob, type: VULN }]), missing),
  byRule(POLICY, 'unasked', 'the rule requires none', ['OMS-ATTEST-25'], { policy: needing(), attestations: [] }),
  byRule(POLICY, 'two-types', 'the rule requires two types, and both are there', ['OMS-ATTEST-25'],
    { policy: needing(slsaBy('bob'), vulnBy('bob')), attestations: file([{ ...byBob, type: VULN }, byBob]) }),
  byRule(`${POLICY}-two-types`, 'first-of-two-types', 'the second one is missing', ['OMS-ATTEST-25'], file([byBob]), missing),
  byRule(`${POLICY}-two-types`, 'second-of-two-types', 'the first one is missing', ['OMS-ATTEST-25'], file([{ ...byBob, type: VULN }]), missing),
  byRule(POLICY, 'rubbish-before', 'lines before it are no bundles', ['OMS-ATTEST-21', 'OMS-ATTEST-25'], file(['rubbish', '{}', byBob])),
  byRule(POLICY, 'by-another-key-before', 'one by a key that the policy does not have is before it', ['OMS-ATTEST-21', 'OMS-ATTEST-25'], file([{ signer: 'p384-a' }, byBob])),
  byRule(POLICY, 'second-file', 'it is in the second file', ['OMS-ATTEST-23', 'OMS-ATTEST-25'], [...file([{ ...byBob, type: VULN }]), ...file([byBob])]),
  byRule(POLICY, 'cosign', 'the signer has made it with cosign', ['OMS-ATTEST-7', 'OMS-ATTEST-25'], file([byCosign('p256-b')])),
  byRule(`${POLICY}-cosign`, 'cosign-other-key', 'a key that the policy does not have has made it', ['OMS-ATTEST-5', 'OMS-DSSE-10'], file([byCosign('p384-a')]), missing),
  byRule(POLICY, 'warn', 'the rule only warns', ['OMS-ATTEST-25', 'OMS-POLICY-27'], { policy: (policy: Forged) => { policy.models[0].mode = 'warn'; } },
    accept({ report: { enforced: false } })),
  byRule(`${POLICY}-warn`, 'warn-none', 'there is no attestation', ['OMS-POLICY-27', 'OMS-POLICY-28'], [],
    accept({ warnings: ['policy/attestation'], report: { enforced: false } })),
];

// biome-ignore format: each vector is a row of a table
const signers: readonly VerifyRecipe[] = [
  byRule(POLICY, 'by-the-signer-of-the-model', 'the signer of the model has made it, whom the rule does not name for the type', ['OMS-ATTEST-26', 'OMS-ATTEST-25'],
    file([{ signer: 'p256-a' }]), missing),
  byRule(POLICY, 'by-an-unknown-key', 'a key that the policy does not have has made it', ['OMS-ATTEST-5', 'OMS-ATTEST-25', 'OMS-KEY-4', 'OMS-DSSE-10'], file([{ signer: 'p384-a' }]), missing),
  byRule(`${POLICY}-two-types`, 'types-of-two-signers', 'the rule names a signer for each type', ['OMS-ATTEST-26'],
    { policy: needing(slsaBy('bob'), vulnBy('alice')), attestations: file([{ signer: 'p256-a', type: VULN }, byBob]) }),
  byRule(`${POLICY}-types-of-two-signers`, 'types-exchanged', 'each has made the attestation of the other', ['OMS-ATTEST-26'],
    file([{ ...byBob, type: VULN }, { signer: 'p256-a' }]), missing),
  byRule(`${POLICY}-types-of-two-signers`, 'type-of-another-signer', 'the signer of the other type has made both', ['OMS-ATTEST-26'],
    file([{ ...byBob, type: VULN }, byBob]), missing),
  byRule(POLICY, 'by-another-signer', 'a signer of the policy has made it whom the rule names nowhere', ['OMS-ATTEST-26'], {
    policy: (policy: Forged) => { policy.signers.carol = { method: 'key', publicKeyFile: publicKeyFile('p384-a') }; },
    attestations: file([{ signer: 'p384-a' }]),
  }, missing),
  byRule(POLICY, 'one-of-several-signers', 'the rule names two signers for the type, of whom the second has made it', ['OMS-ATTEST-25'],
    { policy: needing(slsaBy('alice', 'bob')) }),
];

const elsewhere = directory({ ...plainFiles, 'config.json': '[]\n' });

// biome-ignore format: each vector is a row of a table
const roots: readonly VerifyRecipe[] = [
  byRule(POLICY, 'other-model', 'it is about another model', ['OMS-ATTEST-13', 'OMS-ATTEST-27'], file([{ ...byBob, of: { signed: elsewhere } }]), missing),
  byRule(POLICY, 'bundle-beside', 'a signature of another model by another signer of the policy is there as well', ['OMS-ATTEST-27'],
    { further: [{ signer: 'p256-b', signed: elsewhere }] }),
  byRule(`${POLICY}-bundle-beside`, 'of-an-uncounted-bundle', 'it is about that model', ['OMS-ATTEST-27', 'OMS-ATTEST-13'], file([{ ...byBob, of: { signed: elsewhere } }]), missing),
  byRule(POLICY, 'two-signatures', 'two signers have signed the model with two algorithms, and it is about the second signature', ['OMS-ATTEST-27'], {
    profile: 'blake2b',
    policy: (policy: Forged) => { Object.assign(policy.models[0].require, { signedBy: ['alice', 'bob'], threshold: 2 }); },
    further: [{ signer: 'p256-b', listing: { hashType: 'blake2b' } }],
    attestations: file([{ ...byBob, of: { listing: { hashType: 'blake2b' } } }]),
  }),
];

const rawBytes = {
  ...byBob,
  forge: {
    material: (material: { publicKey: object }) => {
      material.publicKey = { rawBytes: Buffer.from(testKeys['p256-b'].publicPem).toString('base64') };
    },
  },
};
const requireToo =
  (members: object): Edit =>
  (policy) =>
    Object.assign(policy.models[0].require, members);

// biome-ignore format: each vector is a row of a table
const counting: readonly VerifyRecipe[] = [
  byRule(POLICY, 'valid-until', 'the signer of the attestation is valid until a date far ahead', ['OMS-ATTEST-28'],
    { policy: (policy: Forged) => { policy.signers.bob.validUntil = '2090-12-31'; } }),
  byRule(`${POLICY}-valid-until`, 'valid-until-past', 'the date is past', ['OMS-ATTEST-28', 'OMS-POLICY-15'],
    { policy: (policy: Forged) => { policy.signers.bob.validUntil = '2020-12-31'; } }, missing),
  byRule(POLICY, 'revoked-other', 'a signer is revoked who has made nothing', ['OMS-ATTEST-28'], { policy: (policy: Forged) => {
    policy.signers.carol = { method: 'key', publicKeyFile: publicKeyFile('p384-a') };
    policy.revoked = { signers: { carol: '2020-01-01' } };
  } }),
  byRule(`${POLICY}-revoked-other`, 'revoked', 'the signer of the attestation is revoked', ['OMS-ATTEST-28', 'OMS-POLICY-16'],
    { policy: (policy: Forged) => { policy.revoked = { signers: { bob: '2020-01-01' } }; } }, missing),
  byRule(POLICY, 'historical', 'the attestation names its key in an older form', ['OMS-ATTEST-28'], file([rawBytes]), missing),
  byRule(POLICY, 'strict', 'the rule is strict and lets older forms count', ['OMS-ATTEST-28'], { policy: requireToo({ strict: true, historicalFormats: true }) }),
  byRule(`${POLICY}-strict`, 'strict-historical', 'the attestation names its key in an older form', ['OMS-ATTEST-28', 'OMS-ATTEST-18'], file([rawBytes]), missing),
  variant('policy_timestamp-required-and-there', `${POLICY}-timestamp-required`, 'the rule requires an attestation besides, which has no timestamp', ['OMS-ATTEST-29'], {
    policy: needing(slsaBy('alice')),
    attestations: file([{ signer: 'p256-a' }]),
  }),
  variant('policy_signed-after', `${POLICY}-signed-after`, 'the rule requires an attestation besides, which has no time', ['OMS-ATTEST-29'], {
    policy: needing(slsaBy('alice')),
    attestations: file([{ signer: 'p256-a' }]),
  }),
  byRule(POLICY, 'certificate', 'a signer with a certificate has made it', ['OMS-ATTEST-25'], {
    profile: 'certificate',
    policy: (policy: Forged) => {
      policy.signers.corp = { method: 'certificate', trustedFiles: [certificateFile('root')], identity: 'models.example.com' };
      needing(slsaBy('corp'))(policy);
    },
    attestations: file([{ signer: 'p384-a', forge: chain('leaf-example-com', 'intermediate') }]),
  }),
  byRule(`${POLICY}-certificate`, 'certificate-other-identity', 'the policy has another identity of that signer', ['OMS-ATTEST-5', 'OMS-POLICY-9'],
    { policy: (policy: Forged) => { policy.signers.corp.identity = 'models.example.org'; } }, missing),
];
