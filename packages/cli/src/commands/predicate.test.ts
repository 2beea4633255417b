import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

/** Signatures of a model, and of another one as its base model and as its data. */
async function signedBox(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.sign();
  box.write('base/weights.bin', 'base');
  await box.run(['sign', 'key', 'base', '--private-key', 'key.pem', '--signature', 'base.sig', '--shard-size', '3']);
  return box;
}

const slsa = [
  'predicate',
  'slsa',
  'model.sig',
  '--build-type',
  'https://example.com/train/v1',
  '--builder',
  'https://b.example',
];

test('predicate slsa begins a provenance with what the model was made from', { timeout: 240_000 }, async () => {
  const box = await signedBox();
  const { result: base } = await box.json(['inspect', 'base.sig']);
  const { code, stdout } = await box.run([...slsa, '--dataset', 'base.sig', '--base-model', 'base.sig']);
  const domain = { digest: 'root', method: 'shards', hashType: 'sha256', shardSize: 3 };
  const digest = { sha256: base.rootDigest?.replace('sha256:', '') };
  expect({ code, document: JSON.parse(stdout) }).toEqual({
    code: 0,
    document: {
      buildDefinition: {
        buildType: 'https://example.com/train/v1',
        externalParameters: {},
        resolvedDependencies: [
          { name: 'base', digest, annotations: { role: 'base-model', modelSigning: domain } },
          { name: 'base', digest, annotations: { role: 'dataset', modelSigning: domain } },
        ],
      },
      runDetails: { builder: { id: 'https://b.example' } },
    },
  });
});

test('predicate cyclonedx begins a bill of materials with the files of the model', { timeout: 240_000 }, async () => {
  const box = await signedBox();
  const flags = ['--base-model', 'base.sig', '--dataset', 'base.sig'];
  const { result } = await box.json(['predicate', 'cyclonedx', 'model.sig', ...flags]);
  expect(result).toMatchObject({
    verified: false,
    predicateType: 'https://cyclonedx.org/bom',
    predicate: {
      specVersion: '1.6',
      metadata: {
        component: {
          type: 'machine-learning-model',
          name: 'model',
          hashes: [{ alg: 'SHA-256' }],
          pedigree: { ancestors: [{ name: 'base', type: 'machine-learning-model' }] },
        },
      },
      components: [
        { type: 'data', name: 'base' },
        { type: 'file', name: 'config.json', hashes: [{ alg: 'SHA-256' }] },
        { type: 'file', name: 'tokenizer/vocab.txt' },
        { type: 'file', name: 'weights.bin' },
      ],
    },
  });
});

test('what a predicate begins with can be attested as it is', { timeout: 240_000 }, async () => {
  const box = await signedBox();
  const { stdout } = await box.run(slsa);
  const from = ['attest', 'key', '--from', 'model.sig', '--private-key', 'key.pem', '--type', 'slsaprovenance1'];
  expect((await box.run([...from, '--predicate', '-'], { input: stdout })).code).toBe(0);
});

test('a predicate is refused without its builder, and for what is no signature', { timeout: 240_000 }, async () => {
  const box = await signedBox();
  expect((await box.run(slsa.slice(0, -2))).code).toBe(2);
  expect((await box.run(['predicate', 'cyclonedx', 'model/config.json'])).code).toBe(1);
  expect((await box.run([...slsa, '--base-model', 'model/config.json'])).code).toBe(1);
});

test.each(['not a URI', 'https:', 'trainer', 'https://example.com/<train>'])(
  'predicate slsa refuses %j, which is no URI, as --check-predicate would',
  async (text) => {
    const box = await signedBox();
    for (const flag of ['--build-type', '--builder']) {
      const given = slsa.with(slsa.indexOf(flag) + 1, text);
      expect(await box.run(given)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(`'${flag} <uri>'`),
      });
    }
  },
);
