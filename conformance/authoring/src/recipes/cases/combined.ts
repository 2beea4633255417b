import type { RequirementId } from '@model-signing/spec';
import { signatureDer } from '../keys.ts';
import { directory, either, link, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import { type Forged, listAlso } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const modified = directory({ ...plainFiles, 'weights/b.bin': 'bbbB' });

/**
 * Faults beside something that must be accepted or ignored: a verifier that correctly accepts one part must still check the
 * rest.
 */
export function combinedRecipes(): readonly Recipe[] {
  return [...signatures, ...certificates, ...models, ...exclusions, ...others];
}

const wrong = (from: string, id: string, requirement: RequirementId) =>
  variant(
    from,
    id,
    'the signature is off by one',
    ['OMS-DSSE-10', requirement],
    { forge: { signature: ({ r, s }) => signatureDer({ r, s: s - 1n }) } },
    ['envelope/signature-invalid'],
  );

/** The signature is off by one, beside something that is ignored or accepted. */
const signatures: readonly VerifyRecipe[] = [
  wrong('bundle_log-entries-absent', 'envelope_log-entries-absent-signature-wrong', 'OMS-METHOD-5'),
  wrong('signer_p384', 'envelope_p384-signature-wrong', 'OMS-KEY-8'),
  wrong('signer_p521', 'envelope_p521-signature-wrong', 'OMS-KEY-8'),
  wrong('envelope_keyid-absent', 'envelope_keyid-absent-signature-wrong', 'OMS-DSSE-7'),
  wrong('envelope_keyid-null', 'envelope_keyid-null-signature-wrong', 'OMS-DSSE-7'),
  wrong('envelope_keyid-any', 'envelope_keyid-any-signature-wrong', 'OMS-DSSE-8'),
  wrong('bundle_base64-sig-url', 'envelope_url-safe-signature-wrong', 'OMS-JSON-8'),
  wrong('signer_key-crlf', 'envelope_key-crlf-signature-wrong', 'OMS-HIST-2'),
  wrong('model_unsigned-ignored', 'envelope_unsigned-ignored-signature-wrong', 'OMS-UNSIGNED-3'),
  wrong('manifest_strict', 'envelope_strict-signature-wrong', 'OMS-VERIFY-1'),
];

const certificatesCases: [from: string, requirement: RequirementId][] = [
  ['signer_certificate-intermediate-trusted', 'OMS-CERT-11'],
  ['signer_certificate-leaf-trusted', 'OMS-CERT-11'],
  ['signer_certificate-reordered', 'OMS-CERT-28'],
  ['signer_certificate-ca', 'OMS-CERT-21'],
  ['signer_certificate-own-name', 'OMS-CERT-21'],
  ['signer_certificate-time-chosen', 'OMS-CERT-24'],
  ['signer_certificate-singular', 'OMS-HIST-7'],
  ['signer_timestamp-ignored', 'OMS-CERT-25'],
];

/** The signature is off by one, beside something about certificates that is accepted. */
const certificates: readonly VerifyRecipe[] = certificatesCases.map(([from, requirement]) => ({
  ...variant(
    from,
    `${from}-signature-wrong`,
    'the signature is off by one',
    ['OMS-DSSE-10', requirement],
    {
      // The content of a timestamp changes with the signature, so the timestamp stays valid.
      forge: { signature: ({ r, s }) => signatureDer({ r, s: s - 1n }) },
    },
    ['envelope/signature-invalid'],
  ),
  profile: 'certificate',
}));

const changed = (from: string, id: string, requirement: RequirementId, model = modified) =>
  variant(from, id, 'a byte of a listed file differs', ['OMS-VERIFY-3', requirement], { model }, ['model/modified']);

/** A file is modified, beside something that is ignored or accepted. */
// biome-ignore format: each vector is a row of a table
const models: readonly VerifyRecipe[] = [
  changed('statement_unknown-member-resource', 'model_unknown-member-modified', 'OMS-RES-11'),
  changed('model_path-trailing-slash', 'model_path-trailing-slash-modified', 'OMS-NAME-8',
    { ...modified, path: 'model/' }),
  changed('model_path-not-normalised', 'model_path-not-normalised-modified', 'OMS-NAME-8',
    { ...modified, path: './/model/weights/..//../model' }),
  changed('statement_subject-name-other', 'model_subject-other-modified', 'OMS-SUBJECT-4'),
  changed('bundle_plain', 'model_subject-alone', 'OMS-SUBJECT-5', directory({ ...plainFiles, 'config.json': '[]\n' })),
  changed('manifest_order-tokenizer-other', 'model_unsorted-modified', 'OMS-ORDER-3',
    directory({ 'tokenizer.json': '{}', 'tokenizer/vocab.json': '[2]', 'tokenizer-2/vocab.json': '[1]' })),
  {
    ...changed(
      'manifest_shards-colons',
      'model_shards-colons-modified',
      'OMS-SHARD-7',
      directory({ 'a:b': '0123456X', 'a:0:4': '89', ':': 'x', '::1': 'y', 'c:': 'z' }),
    ),
    profile: 'shards',
  },
  {
    ...changed(
      'manifest_shards-number-form',
      'model_shards-number-form-modified',
      'OMS-JSON-4',
      directory({ 'a.bin': '0123X56789', 'config.json': '{}' }),
    ),
    profile: 'shards',
  },
];

const unsigned = reject(['model/unsigned']);

// biome-ignore format: each vector is a row of a table
const exclusions: readonly VerifyRecipe[] = [
  variant('manifest_ignore-paths-absent', 'model_ignore-paths-absent-unsigned', 'a file is added',
    ['OMS-VERIFY-4', 'OMS-IGNORE-9', 'OMS-HIST-3'], { model: directory({ ...plainFiles, cache: 'x' }) }, unsigned),
  variant('model_git-paths-recorded-other', 'model_git-paths-recorded-other-unsigned',
    'a file is added beside the git paths', ['OMS-VERIFY-4', 'OMS-IGNORE-6', 'OMS-IGNORE-2'],
    { model: directory({ ...plainFiles, '.git/HEAD': 'ref', gitignore: 'x' }) }, unsigned),
  variant('model_recorded-exclusion-link', 'model_recorded-exclusion-other-link',
    'a link is added that no exclusion names', ['OMS-LINK-15', 'OMS-LINK-16', 'OMS-MATCH-8'],
    { model: directory(plainFiles, [link('latest', 'weights'), link('latest2', 'weights')]) },
    ['model/symlink', 'model/unsigned']),
  variant('model_recorded-exclusion', 'model_recorded-exclusion-around',
    'a file is added in a directory whose name begins like the excluded one',
    ['OMS-MATCH-3', 'OMS-MATCH-2', 'OMS-IGNORE-6'],
    { model: directory({ ...plainFiles, 'cache/x': '1', 'cache-2/x': '2' }) }, unsigned),
  {
    ...variant(
      'bundle_v1-0',
      'model_v1-0-unsigned',
      'a file is added',
      ['OMS-VERIFY-4', 'OMS-HIST-1', 'OMS-HIST-3'],
      { model: directory({ ...plainFiles, cache: 'x' }) },
      unsigned,
    ),
    kind: 'historical',
    profile: 'historical',
  },
];

const size = (written: string) => ({
  payload: (json: string) => json.replace(/"shard_size":\d+,/, `"shard_size":${written},`),
});

const others: readonly VerifyRecipe[] = [
  {
    ...variant(
      'manifest_shards-largest',
      'manifest_shard-size-rounded',
      'the shard size is written so that the double nearest to it is out of range',
      ['OMS-SHARD-14', 'OMS-JSON-4'],
      { forge: size('9007199254740991.7') },
      either,
    ),
    profile: 'shards',
  },
  variant(
    'bundle_plain',
    'manifest_absolute-path-of-file',
    'one more resource is listed, whose name goes outside the model and back to a listed file',
    ['OMS-NAME-6', 'OMS-NAME-9'],
    { forge: { statement: (s: Forged) => listAlso(s.predicate.resources, '../model/weights/a.bin', 'aaaa') } },
    ['manifest/name-invalid', 'manifest/malformed'],
  ),
];
