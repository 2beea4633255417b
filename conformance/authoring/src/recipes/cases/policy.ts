import { publicKeyFile, testKeys } from '../keys.ts';
import type { Recipe, VerifyRecipe } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { base, byPolicy, type Edit, KEY, NAME, plainest, requiring } from './policy-base.ts';
import { policyRequirementRecipes } from './policy-requirements.ts';
import { policySignerRecipes } from './policy-signers.ts';

/** Verification by a policy: section 13.5. */
export function policyRecipes(): readonly Recipe[] {
  return [
    plainest,
    ...documents,
    ...files,
    ...rules,
    ...patterns,
    ...stores,
    ...policySignerRecipes(),
    ...policyRequirementRecipes(),
  ];
}

const invalid = (id: string, title: string, edit: Edit | string) =>
  byPolicy(KEY, id, title, ['OMS-POLICY-2'], { policy: edit }, ['policy/invalid']);
const meaningless = (id: string, title: string, edit: Edit) =>
  byPolicy(KEY, id, title, ['OMS-POLICY-32'], edit, ['policy/invalid']);
const text = JSON.stringify(base);

// biome-ignore format: each vector is a row of a table
const documents: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'remarks', 'the policy names its schema and describes its parts', ['OMS-POLICY-2'], (policy) => {
    for (const each of [policy, policy.signers.alice, policy.models[0]]) each.description = 'who signs';
    policy.$schema = 'https://model-signing.example/spec/policy/v1/policy.schema.json';
  }),
  invalid('member-unknown', 'the policy has a member that no policy has', (policy) => { policy.model = []; }),
  invalid('member-unknown-in-signer', 'a signer has a member that none has', (policy) => { policy.signers.bob.validTo = '2020-01-01'; }),
  invalid('member-unknown-in-rule', 'a rule has a member that none has', (policy) => { policy.models[0].deny = false; }),
  invalid('member-misspelt', 'a requirement is misspelt', requiring({ treshold: 2 })),
  invalid('member-unknown-in-revoked', 'what is revoked has a member that it never has',
    (policy) => { policy.revoked = { rootDigest: [] }; }),
  invalid('member-of-another-method', 'a signer with a key has a member of one with an identity',
    (policy) => { policy.signers.bob.issuer = 'https://issuer.test.example'; }),
  invalid('member-twice', 'a member is there twice', text.replace('"signedBy":["alice"]', '"signedBy":["bob"],"signedBy":["alice"]')),
  invalid('not-json', 'the text ends before the policy does', text.slice(0, -1)),
  invalid('version-other', 'the policy is of another version', (policy) => { policy.policyVersion = 2; }),
  invalid('version-absent', 'the policy has no version', (policy) => { delete policy.policyVersion; }),
  invalid('rules-none', 'the policy has no rule', (policy) => { policy.models = []; }),
  invalid('rule-requires-nothing', 'a rule neither requires anything nor rejects', (policy) => { delete policy.models[0].require; }),
  invalid('rule-requires-and-rejects', 'a rule both requires a signer and rejects', (policy) => { policy.models[0].reject = true; }),
  invalid('rule-rejects-not', 'a later rule has the value false for what rejects',
    (policy) => { policy.models.push({ match: ['/srv/**'], reject: false }); }),
  invalid('signers-none-required', 'the rule requires a signature by no signer', requiring({ signedBy: [] })),
  invalid('threshold-zero', 'the threshold is zero', requiring({ threshold: 0 })),
  invalid('threshold-text', 'the threshold is a text', requiring({ threshold: '1' })),
  invalid('signer-undefined', 'a later rule requires a signer whom the policy does not define',
    (policy) => { policy.models.push({ match: ['/srv/**'], require: { signedBy: ['carol'] } }); }),
  invalid('revoked-undefined', 'a signer is revoked whom the policy does not define',
    (policy) => { policy.revoked = { signers: { carol: '2020-01-01' } }; }),
  invalid('key-twice', 'a signer has a key both in the policy and in a file',
    (policy) => { policy.signers.bob.publicKey = testKeys['p256-b'].publicPem; }),
  meaningless('date-none', 'a date is the 30th of February', (policy) => { policy.signers.bob.validUntil = '2090-02-30'; }),
  meaningless('pattern-question-mark', 'a later rule has a pattern with a question mark',
    (policy) => { policy.models.push({ match: ['/srv/models/acme/on?'], reject: true }); }),
  meaningless('pattern-braces', 'a later rule has a pattern with alternatives in braces',
    (policy) => { policy.models.push({ match: ['/srv/models/{acme,other}/*'], reject: true }); }),
  meaningless('pattern-negated', 'a later rule has a pattern that begins with an exclamation mark',
    (policy) => { policy.models.push({ match: ['!/srv/models/acme/*'], reject: true }); }),
  meaningless('pattern-three-stars', 'a later rule has a pattern with three stars',
    (policy) => { policy.models.push({ match: ['/srv/***'], reject: true }); }),
];

const digestOf = (policy: Forged, sha256: string) => {
  policy.signers.alice.publicKeyFile = { path: publicKeyFile('p256-a'), sha256 };
};
const unusable = (from: string, id: string, title: string, edit: Edit) =>
  byPolicy(from, id, title, ['OMS-POLICY-3'], edit, ['policy/file-unusable']);

// biome-ignore format: each vector is a row of a table
const files: readonly VerifyRecipe[] = [
  unusable(KEY, 'file-missing', 'the file of another signer of the policy is missing',
    (policy) => { policy.signers.bob.publicKeyFile = 'elsewhere/bob.pub.pem'; }),
  byPolicy(KEY, 'file-digest', 'the policy has the digest of a file that it names', ['OMS-POLICY-3'],
    (policy) => digestOf(policy, testKeys['p256-a'].hint)),
  unusable('policy_file-digest', 'file-digest-other', 'the digest is that of another file',
    (policy) => digestOf(policy, testKeys['p256-b'].hint)),
  byPolicy(KEY, 'fingerprint', 'the policy has the fingerprint of a key in a file', ['OMS-POLICY-3'],
    (policy) => { policy.signers.alice.fingerprint = testKeys['p256-a'].hint; }),
  unusable('policy_fingerprint', 'fingerprint-other', 'the fingerprint is that of another key',
    (policy) => { policy.signers.alice.fingerprint = testKeys['p256-b'].hint; }),
  byPolicy(KEY, 'key-in-policy', 'the key is in the policy itself', ['OMS-POLICY-9'],
    (policy) => { policy.signers.alice = { method: 'key', publicKey: testKeys['p256-a'].publicPem }; }),
];

const forBob = { match: ['/srv/models/**'], require: { signedBy: ['bob'] } };
const named = (as: string) => ({ inputs: { as } });

// biome-ignore format: each vector is a row of a table
const rules: readonly VerifyRecipe[] = [
  byPolicy(KEY, 'rule-first', 'a later rule for the name requires another signer', ['OMS-POLICY-4'],
    (policy) => { policy.models.push(forBob); }),
  byPolicy('policy_rule-first', 'rule-first-other', 'that rule comes first', ['OMS-POLICY-4'],
    (policy) => { policy.models.reverse(); }, ['policy/signer']),
  byPolicy(KEY, 'rule-second-pattern', 'the second pattern of the rule is for the name', ['OMS-POLICY-4'],
    (policy) => { policy.models[0].match.unshift('/srv/models/other/*'); }),
  byPolicy(KEY, 'rule-none', 'the name is one that no rule is for', ['OMS-POLICY-5'], named('/srv/models/other/one'), ['policy/no-rule']),
  byPolicy(KEY, 'rule-rejects-others', 'an earlier rule rejects other models', ['OMS-POLICY-4', 'OMS-POLICY-6'],
    (policy) => { policy.models.unshift({ match: ['/srv/models/acme/two'], reject: true }); }),
  byPolicy('policy_rule-rejects-others', 'rule-rejects', 'the name is one of those', ['OMS-POLICY-6'], named('/srv/models/acme/two'),
    ['policy/rejected']),
  byPolicy(KEY, 'rule-rejects-generally', 'an earlier and more general rule rejects the model', ['OMS-POLICY-4', 'OMS-POLICY-6'],
    (policy) => { policy.models.unshift({ match: ['/srv/**'], reject: true }); }, ['policy/rejected']),
  byPolicy(KEY, 'name-of-the-path', 'the caller says no name, and the rule is for the path of the model', ['OMS-POLICY-7'], {
    policy: (policy: Forged) => { policy.models[0].match = ['/**/model']; },
    inputs: { as: undefined } as never,
  }),
  byPolicy('policy_name-of-the-path', 'name-of-another-path', 'the rule is for another path', ['OMS-POLICY-7', 'OMS-POLICY-5'],
    (policy) => { policy.models[0].match = ['/**/model/elsewhere']; }, ['policy/no-rule']),
  byPolicy('policy_name-of-the-path', 'name-instead-of-the-path', 'the caller says a name that no rule is for', ['OMS-POLICY-7'],
    named('/srv/models/other/one'), ['policy/no-rule']),
  byPolicy(KEY, 'name-of-the-subject', 'the bundle has the name that the caller says as that of its subject', ['OMS-POLICY-7'],
    { listing: { subject: NAME } }),
  byPolicy('policy_name-of-the-subject', 'name-of-the-subject-alone', 'the caller says a name that no rule is for', ['OMS-POLICY-7'],
    named('/srv/models/other/one'), ['policy/no-rule']),
  ...([
    ['double-slash', 'an empty segment', '/srv/models//acme/one'],
    ['parent', 'a segment of two dots', '/srv/models/other/../acme/one'],
    ['dot', 'a segment of one dot', '/srv/models/acme/./one'],
    ['slash', 'a slash at its end', '/srv/models/acme/one/'],
  ] as const).map(([id, what, as]) =>
    byPolicy('policy_pattern-double-star', `name-${id}`, `the name has ${what}`, ['OMS-POLICY-31'], named(as), ['policy/no-rule'])),
];

const matching = (id: string, title: string, pattern: string, as: string = NAME) =>
  byPolicy(KEY, `pattern-${id}`, title, ['OMS-POLICY-8'], {
    policy: (policy: Forged) => {
      policy.models[0].match = [pattern];
    },
    inputs: { as },
  });
const missing = (from: string, id: string, title: string, as: string) =>
  byPolicy(`policy_${from}`, `pattern-${id}`, title, ['OMS-POLICY-8'], named(as), ['policy/no-rule']);

// biome-ignore format: each vector is a row of a table
const patterns: readonly VerifyRecipe[] = [
  matching('exact', 'the pattern is the name', NAME),
  matching('double-star', 'two stars stand for two segments', '/srv/**'),
  matching('star-within', 'a star stands for a part of a segment', '/srv/models/*me/o*'),
  matching('star-for-nothing', 'a star stands for nothing', `${NAME}*`),
  matching('dot', 'the pattern has a dot', '/srv/models/v1.0', '/srv/models/v1.0'),
  missing('key', 'star-and-slash', 'the name has one segment more than the pattern', '/srv/models/acme/one/two'),
  missing('pattern-exact', 'longer-name', 'the name goes on after the pattern', `${NAME}-more`),
  missing('pattern-exact', 'earlier-name', 'the name has something before the pattern', `/mnt${NAME}`),
  missing('pattern-exact', 'case', 'the name has a capital letter', '/srv/models/Acme/one'),
  missing('pattern-dot', 'dot-for-any', 'the name has another character in the place of the dot', '/srv/models/v1x0'),
];

const stored = (id: string, title: string, pattern: string, as: string) =>
  byPolicy(KEY, `store-${id}`, title, ['OMS-POLICY-30'], {
    policy: (policy: Forged) => {
      policy.models[0].match = [pattern];
    },
    inputs: { as },
  });
const notStored = (from: string, id: string, title: string, as: string) =>
  byPolicy(`policy_store-${from}`, `store-${id}`, title, ['OMS-POLICY-30', 'OMS-POLICY-5'], named(as), [
    'policy/no-rule',
  ]);

// biome-ignore format: each vector is a row of a table
const stores: readonly VerifyRecipe[] = [
  stored('hub', 'the pattern and the name have no revision', 'hf://acme/*', 'hf://acme/one'),
  stored('hub-any-revision', 'the pattern has no revision, and the name has one', 'hf://acme/*', 'hf://acme/one@v1/a'),
  stored('hub-revision', 'the pattern and the name have the same revision', 'hf://acme/one@v1', 'hf://acme/one@v1'),
  stored('hub-main', 'the pattern has the revision that is meant by a name without one', 'hf://acme/one@main', 'hf://acme/one'),
  stored('registry-any-tag', 'the pattern has no tag, and the name has one', 'oci://registry.test.example:5000/acme/*',
    'oci://registry.test.example:5000/acme/one:v1'),
  stored('registry-tag', 'the pattern and the name have the same tag', 'oci://registry.test.example/acme/one:v1',
    'oci://registry.test.example/acme/one:v1'),
  notStored('hub-revision', 'hub-other-revision', 'the name has another revision than the pattern', 'hf://acme/one@v2'),
  notStored('hub-revision', 'hub-no-revision', 'the name has no revision, and the pattern has one', 'hf://acme/one'),
  notStored('registry-tag', 'registry-other-tag', 'the name has another tag than the pattern', 'oci://registry.test.example/acme/one:v2'),
  notStored('hub', 'hub-other-owner', 'the name has another owner than the pattern', 'hf://other/one'),
];
