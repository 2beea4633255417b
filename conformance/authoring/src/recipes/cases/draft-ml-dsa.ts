import type { Reason, RequirementId } from '../../../../suite/src/vectors/vector.ts';
import { ML_DSA, mlDsaKey, type SignatureName, signedByMlDsa } from '../ml-dsa.ts';
import { accept, directory, type Recipe, reject, type SignRecipe, type VerifyRecipe, variant } from '../recipe.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';

const VERIFY = 'signer_draft-ml-dsa';
const SIGN = 'signer_draft-sign-ml-dsa';

/** Signatures by keys for ML-DSA-65, an extension of the draft (section 12.1). */
export function draftMlDsaRecipes(): readonly Recipe[] {
  return [...verifying, ...signing];
}

const INVALID: readonly Reason[] = ['envelope/signature-invalid', 'bundle/malformed'];
const UNSUPPORTED: readonly Reason[] = ['signer/key-unsupported'];

const other = (id: string, title: string, name: SignatureName, edit?: (signature: Buffer) => Buffer) =>
  variant(VERIFY, `${VERIFY}-${id}`, title, ['OMS-PQ-5', 'OMS-DSSE-10'], { forge: signedByMlDsa(name, edit) }, INVALID);

// biome-ignore format: each vector is a row of a table
const verifying: readonly VerifyRecipe[] = [
  {
    id: VERIFY, kind: 'verify', profile: 'draft', level: 'MAY', title: 'the signature is by a key for ML-DSA-65, and the caller names the extension',
    requirements: ['OMS-PQ-1', 'OMS-PQ-2', 'OMS-PQ-5'], model: plainModel, listing: { draft: true }, forge: signedByMlDsa('right'),
    inputs: { draft: '1.1', strict: true, publicKey: mlDsaKey.publicFile, extensions: [ML_DSA] },
    expect: accept({ report: { signer: mlDsaKey.hint } }),
  },
  variant(VERIFY, `${VERIFY}-unasked`, 'the caller does not name the extension', ['OMS-PQ-2'], { inputs: { extensions: undefined } },
    [...UNSUPPORTED, 'envelope/signature-invalid']),
  other('off', 'a bit of the signature is another one', 'right', (signature) => {
    signature[1000] = (signature[1000] ?? 0) ^ 1;
    return signature;
  }),
  other('short', 'the last byte of the signature is missing', 'right', (signature) => signature.subarray(0, -1)),
  other('long', 'the signature has a byte more', 'right', (signature) => Buffer.concat([signature, Buffer.of(0)])),
  other('context', 'the signature has a context', 'context'),
  other('digest', 'the signature is over the digest of the text', 'digest'),
  other('payload', 'the signature is over the payload alone', 'payload'),
  variant(VERIFY, `${VERIFY}-model`, 'a file of the model differs', ['OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'config.json': '{ }\n' }) },
    { outcome: 'reject', reasons: ['model/modified'], differences: [{ kind: 'modified', path: 'config.json' }] }),
];

const signs = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  rest: Partial<SignRecipe>,
): SignRecipe => ({
  id,
  kind: 'sign',
  profile: 'draft',
  title,
  requirements,
  model: plainModel,
  expect: accept({ signed: { annotations: {}, ...expectedOf(plainModel, { draft: true }) } }),
  ...rest,
});

// biome-ignore format: each vector is a row of a table
const signing: readonly SignRecipe[] = [
  signs(SIGN, 'a model is signed with a key for ML-DSA-65, and the caller names the extension', ['OMS-PQ-4', 'OMS-PQ-1'],
    { level: 'MAY', inputs: { draft: '1.1', privateKey: mlDsaKey.privateFile, extensions: [ML_DSA] } }),
  signs(`${SIGN}-unasked`, 'a model is to be signed with a key for ML-DSA-65, and the caller does not name the extension', ['OMS-PQ-3'],
    { from: SIGN, inputs: { extensions: undefined }, expect: reject(UNSUPPORTED) }),
];
