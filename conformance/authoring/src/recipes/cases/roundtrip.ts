import type { RequirementId } from '@model-signing/spec';
import type { VectorInputs, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { publicKeyFile } from '../keys.ts';
import { accept, directory, expectationOf, file, type Outcome, type Recipe, type SignRecipe } from '../recipe.ts';
import { plainFiles, plainModel } from './models.ts';

const PLAIN = 'bundle_roundtrip';

/** A program must verify what it signed itself. */
export function roundtripRecipes(): readonly Recipe[] {
  return roundtrips;
}

const odd = directory({
  'a\\b': '1',
  'C:': '2',
  'a:0:4': '3',
  'a\nb': '4',
  '*': '5',
  ' a ': '6',
  'caf\u00e9': '7',
  'cafe\u0301': '8',
  '\u{1f600}': '9',
  '\uff5e': '0',
  'tokenizer/x': 'a',
  'tokenizer.json': 'b',
});

// biome-ignore format: each vector is a row of a table
const roundtrips: readonly SignRecipe[] = [
  roundtrip(PLAIN, 'a model is signed and verified, in strict mode', ['OMS-CONF-2', 'OMS-VERIFY-7', 'OMS-HIST-6'], {},
    { inputs: { strict: true } }, accept({ report: { resources: 3 } })),
  roundtrip('model_roundtrip-modified', 'a byte is modified after signing', ['OMS-VERIFY-3', 'OMS-VERIFY-1'],
    { from: PLAIN }, { model: directory({ ...plainFiles, 'weights/a.bin': 'aaaA' }) }, ['model/modified']),
  roundtrip('model_roundtrip-added', 'a file is added after signing', ['OMS-VERIFY-4'], { from: PLAIN },
    { model: directory({ ...plainFiles, 'run.py': '' }) }, ['model/unsigned']),
  roundtrip('model_roundtrip-removed', 'a file is removed after signing', ['OMS-VERIFY-2'], { from: PLAIN },
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }) }, ['model/missing']),
  roundtrip('model_roundtrip-renamed', 'the model is renamed after signing', ['OMS-SUBJECT-5'], {},
    { model: { ...plainModel, name: 'elsewhere' } }),
  roundtrip('signer_roundtrip-other-key', 'another key is expected', ['OMS-KEY-3', 'OMS-KEY-4', 'OMS-DSSE-10'], { from: PLAIN },
    { inputs: { publicKey: publicKeyFile('p256-b') } }, ['signer/key-mismatch', 'envelope/signature-invalid']),
  roundtrip('model_roundtrip-git', 'git paths come after signing', ['OMS-IGNORE-2', 'OMS-IGNORE-1'], {},
    { model: directory({ ...plainFiles, '.git/HEAD': 'x', '.gitignore': 'y' }) },
    accept({ report: { ignored: ['.git', '.gitignore'] } })),
  roundtrip('model_roundtrip-excluded', 'what was excluded is modified after signing',
    ['OMS-IGNORE-5', 'OMS-IGNORE-6'],
    { level: 'SHOULD', model: directory({ ...plainFiles, 'cache/x': '1' }), inputs: { ignorePaths: ['cache'] } },
    { model: directory({ ...plainFiles, 'cache/x': '2', 'cache/y': '3' }), inputs: { ignorePaths: [] } },
    accept({ report: { ignored: ['cache'] } })),
  roundtrip('model_roundtrip-signature-inside', 'the signature file is inside the model',
    ['OMS-IGNORE-3', 'OMS-IGNORE-4'], { inputs: { signature: 'model/model.sig' } },
    { inputs: { signature: 'model/model.sig' } }),
  roundtrip('model_roundtrip-signature-moved',
    'the signature file was inside the model, and is verified from elsewhere', ['OMS-IGNORE-5'],
    { level: 'SHOULD', inputs: { signature: 'model/model.sig' } },
    { model: directory(plainFiles, [file('model.sig', 'any copy')]), inputs: { signature: 'elsewhere.sig' } },
    accept({ report: { ignored: ['model.sig'] } })),
  roundtrip('manifest_roundtrip-odd-names', 'names contain everything that a name may hold',
    ['OMS-NAME-12', 'OMS-ORDER-1', 'OMS-NAME-7'], { model: odd }, { inputs: { strict: true } },
    accept({ report: { resources: 12 } })),
  roundtrip('model_roundtrip-single-file', 'the model is a single file', ['OMS-NAME-4', 'OMS-ENUM-2'],
    { model: { name: 'w.bin', content: { utf8: 'w' } } }, { inputs: { strict: true } },
    accept({ report: { resources: 1 } })),
  roundtrip('manifest_roundtrip-shards', 'a model is signed in shards', ['OMS-SER-8', 'OMS-SHARD-9'],
    { profile: 'shards', decidedBy: ['OMS-SHARD-9'], inputs: { serialization: 'shards', shardSize: 3 } },
    { inputs: { strict: true } },
    accept({ report: { resources: 5 } })),
  ...(['blake2b', 'blake3'] as const).map(
    (hashAlgorithm) => roundtrip(`manifest_roundtrip-${hashAlgorithm}`, `a model is signed with ${hashAlgorithm}`,
      ['OMS-ALG-3'], { profile: hashAlgorithm, inputs: { hashAlgorithm } }, { inputs: { strict: true } },
      accept({ report: { resources: 3 } }))),
];

function roundtrip(
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  sign: Pick<SignRecipe, 'from' | 'level' | 'profile' | 'decidedBy' | 'model' | 'inputs'>,
  verify: { readonly model?: VectorModel; readonly inputs?: Partial<VectorInputs> },
  outcome: Outcome = accept(),
): SignRecipe {
  return {
    kind: 'roundtrip',
    id,
    title,
    requirements,
    ...(sign.from ? {} : { model: plainModel }),
    ...sign,
    verify,
    expect: expectationOf(outcome),
  };
}
