import { createHash } from 'node:crypto';
import { forge, testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUB_MANIFESTS } from './format/extensions.ts';
import { checkCount, encodeSubManifest, SUB_MANIFEST_NAME } from './format/manifest/sub-manifests.ts';
import { inspectBundle } from './inspect.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { openSignature } from './open.ts';
import { openVerified } from './open-verified.ts';
import { hashModel, type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';
import { verifySeveral } from './verify-several.ts';
import { verifySome } from './verify-some.ts';

const key = testKey('P-256');
const verifier = keyVerifier(key);
const extended = { draft: '1.1', extensions: [SUB_MANIFESTS] } as const;

type Files = Readonly<Record<string, string>>;

const top: Files = { 'config.json': '{}', 'weights.txt': 'about' };
const weights: Files = { 'a.bin': 'aaaa', 'sub/b.bin': 'bbbb' };
const tokens: Files = { 'vocab.json': '[]' };

/** Files below a directory. */
const inDirectory = (directory: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]));

async function subManifestOf(files: Files, options: SignModelOptions = {}): Promise<string> {
  const { manifest } = await hashModel(memoryModel(files), { ...options, ignoreGitPaths: false });
  return Buffer.from(encodeSubManifest(manifest)).toString();
}

async function signedModel(options: SignModelOptions = {}) {
  const documents = { weights: await subManifestOf(weights, options), tokens: await subManifestOf(tokens, options) };
  const files: Files = {
    ...top,
    ...inDirectory('weights', weights),
    ...inDirectory('tokens', tokens),
    [`weights/${SUB_MANIFEST_NAME}`]: documents.weights,
    [`tokens/${SUB_MANIFEST_NAME}`]: documents.tokens,
  };
  const subManifests = Object.entries(documents).map(([directory, text]) => ({
    directory,
    document: Buffer.from(text),
  }));
  const signed = await signModel(memoryModel(files), keySigner(key), { ...extended, ...options, subManifests });
  return { files, subManifests, ...signed };
}

// biome-ignore lint/suspicious/noExplicitAny: tests forge documents
type Loose = any;

/** The model and its bundle with another sub-manifest, whose digest is right. */
async function withSubManifest(change: (document: Loose) => unknown, more: Files = {}) {
  const { files, bundle } = await signedModel();
  const document = JSON.parse(files[`weights/${SUB_MANIFEST_NAME}`] as string);
  const changed = change(document) ?? document;
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
  const statement = (s: Loose) => {
    s.predicate.sub_manifests[1].digest = createHash('sha256').update(text).digest('hex');
    fixRoot(s);
  };
  const model = memoryModel({ ...files, [`weights/${SUB_MANIFEST_NAME}`]: text, ...more });
  return { model, bundle: forge(bundle, key, { statement }) };
}

function fixRoot(s: Loose): void {
  const { resources, sub_manifests: subManifests = [], serialization } = s.predicate;
  const hash = createHash('sha256').update(`OMS root v1.1\n${serialization.hash_type}\n`);
  const line = (name: string, digest: string) => hash.update(`${Buffer.byteLength(name)} ${name} ${digest}\n`);
  for (const { name, digest } of resources) line(name, digest);
  for (const { name, digest } of [subManifests].flat()) line(`${name}/`, digest);
  s.subject[1].digest.sha256 = hash.digest('hex');
  const published = createHash('sha256');
  for (const { digest } of [...resources, ...[subManifests].flat()])
    published.update(Buffer.from(String(digest), 'hex'));
  s.subject[0].digest.sha256 = published.digest('hex');
}

const forged = async (statement: (s: Loose) => void, fix = true) => {
  const { files, bundle } = await signedModel();
  const edit = (s: Loose) => {
    statement(s);
    if (fix) fixRoot(s);
  };
  return { model: memoryModel(files), bundle: forge(bundle, key, { statement: edit }) };
};

describe('a model with sub-manifests', () => {
  it.each<SignModelOptions>([{}, { hashAlgorithm: 'blake3' }, { hashAlgorithm: 'blake2b', shardSize: 3 }])(
    'a model with sub-manifests verifies with the files of all levels: %j',
    async (options) => {
      const { files, bundle, manifest } = await signedModel(options);
      expect(manifest.resources.every(({ path }) => path in top)).toBe(true);
      expect(manifest.subManifests?.map(({ directory }) => directory)).toEqual(['tokens', 'weights']);
      const verification = await verifyModel(memoryModel(files), bundle, verifier, { ...extended, strict: true });
      expect(verification).toMatchObject({ verdict: 'verified', extensions: [SUB_MANIFESTS] });
      expect([...new Set(verification.resources.map(({ path }) => path))]).toEqual([
        'config.json',
        'weights.txt',
        'tokens/vocab.json',
        'weights/a.bin',
        'weights/sub/b.bin',
      ]);
    },
  );

  it('a verifier that was not given the extension refuses, whatever else it is told to ignore', async () => {
    const { files, bundle } = await signedModel();
    for (const options of [{ draft: '1.1' }, { draft: '1.1', ignoreUnsignedFiles: true }] as const) {
      const error = await refusal('manifest/extension-unsupported', () =>
        verifyModel(memoryModel(files), bundle, verifier, options),
      );
      expect(error.requirement).toBe('OMS-EXT-2');
    }
    await refusal('statement/predicate-type', () => verifyModel(memoryModel(files), bundle, verifier));
  });

  it('an extension without a draft, and one that does not exist, are errors of the caller', async () => {
    const { bundle, subManifests } = await signedModel();
    await expect(openSignature(bundle, verifier, { extensions: [SUB_MANIFESTS] })).rejects.toThrow(TypeError);
    const unknown = { draft: '1.1', extensions: ['x' as typeof SUB_MANIFESTS] } as const;
    await expect(openSignature(bundle, verifier, unknown)).rejects.toThrow('there is no extension');
    const signing = signModel(memoryModel(top), keySigner(key), { draft: '1.1', subManifests });
    await expect(signing).rejects.toThrow('need the extension');
  });

  it('a model with sub-manifests is inspected without its files', async () => {
    const { bundle } = await signedModel();
    expect((await inspectBundle(bundle)).manifest.subManifests?.length).toBe(2);
  });

  it.each<[kind: string, path: string, change: (files: Record<string, string>) => void]>([
    ['modified', 'weights/a.bin', (files) => Object.assign(files, { 'weights/a.bin': 'aaaA' })],
    ['missing', 'weights/sub/b.bin', (files) => delete files['weights/sub/b.bin']],
    ['unsigned', 'weights/c.bin', (files) => Object.assign(files, { 'weights/c.bin': 'c' })],
    [
      'unsigned',
      'weights/sub/oms-manifest.json',
      (files) => Object.assign(files, { 'weights/sub/oms-manifest.json': 'c' }),
    ],
    ['missing', 'weights/oms-manifest.json', (files) => delete files['weights/oms-manifest.json']],
    ['modified', 'tokens/oms-manifest.json', (files) => Object.assign(files, { 'tokens/oms-manifest.json': '{}' })],
  ])('a file of a directory with a sub-manifest is found %s: %s', async (kind, path, change) => {
    const { files, bundle } = await signedModel();
    const other = { ...files };
    change(other);
    const error = await refusal('model/mismatch', () => verifyModel(memoryModel(other), bundle, verifier, extended));
    expect(error.differences).toMatchObject([{ kind, path }]);
  });

  it('a part is verified with the sub-manifests that it needs, and no others', async () => {
    const { files, bundle } = await signedModel();
    const without = { ...files };
    delete (without as Record<string, string>)[`tokens/${SUB_MANIFEST_NAME}`];
    const signed = await openSignature(bundle, verifier, extended);
    const { verdict, resources } = await verifySome(signed, memoryModel(without), ['weights/sub/b.bin']);
    expect([verdict, resources.map(({ path }) => path)]).toEqual(['partial', ['weights/sub/b.bin']]);
    expect((await verifySome(signed, memoryModel(without), ['weights'])).resources.length).toBe(2);
    await refusal('model/mismatch', () => verifySome(signed, memoryModel(without), ['tokens/vocab.json']));
    await refusal('model/not-signed', () => verifySome(signed, memoryModel(files), ['weights/c.bin']));
  });

  it('a file is opened with the sub-manifest that lists it, which is read once and not before', async () => {
    const { files, bundle } = await signedModel();
    const now: Record<string, string> = { ...files };
    const lists: (readonly string[] | undefined)[] = [];
    const model: Model = {
      name: 'model',
      list: async (options) => {
        lists.push(options.only);
        return memoryModel(now).list(options);
      },
    };
    const listsOf = (document: string) => lists.filter((only) => only?.includes(document)).length;
    const [ofWeights, ofTokens] = [`weights/${SUB_MANIFEST_NAME}`, `tokens/${SUB_MANIFEST_NAME}`];
    await using opened = await openVerified(model, bundle, verifier, extended);
    const read = async (name: string) => Buffer.from(await (await opened.open(name)).read()).toString();
    const isOwn = { resources: 2, verifiedResources: 1, unchecked: 3 };
    expect([await read('config.json'), opened.report()]).toEqual(['{}', expect.objectContaining(isOwn)]);
    expect([listsOf(ofWeights), listsOf(ofTokens)]).toEqual([0, 0]);
    const both = ['weights/sub/b.bin', 'weights/a.bin'];
    expect(await Promise.all(both.map(read))).toEqual(['bbbb', 'aaaa']);
    expect(await read(ofWeights)).toBe(files[ofWeights]);
    expect(opened.report()).toMatchObject({ resources: 4, unchecked: 2, verdict: 'partial' });
    expect([listsOf(ofWeights), listsOf(ofTokens)]).toEqual([2, 0]); // for its content, and as a file
    await refusal('model/not-signed', () => opened.open('weights/c.bin'));
    await refusal('model/not-signed', () => opened.open('weights'));
    now[ofTokens] = files[ofWeights] as string;
    await refusal('model/mismatch', () => opened.open('tokens/vocab.json'));
    now[ofTokens] = files[ofTokens] as string;
    expect(await read('tokens/vocab.json')).toBe('[]');
    expect(opened.report()).toMatchObject({ resources: 5, unchecked: 2 });
    now['weights/a.bin'] = 'evil';
    await using other = await openVerified(model, bundle, verifier, extended);
    const changed = await other.open('weights/a.bin');
    await refusal('model/mismatch', () => changed.read());
  });

  it('several signatures of which one has sub-manifests have an outcome each', async () => {
    const { files, bundle } = await signedModel();
    const flat = await signModel(memoryModel(files), keySigner(key));
    const signed = await Promise.all([bundle, flat.bundle].map((each) => openSignature(each, verifier, extended)));
    const outcomes = async (model: Files) =>
      (await verifySeveral(signed, memoryModel(model))).map(({ error }) => error?.code ?? null);
    expect(await outcomes(files)).toEqual([null, null]);
    expect(await outcomes({ ...files, [`weights/${SUB_MANIFEST_NAME}`]: '{}' })).toEqual([
      'model/mismatch',
      'model/mismatch',
    ]);
  });
});

describe('a manifest with sub-manifests', () => {
  const verifying = async (made: Promise<{ model: ReturnType<typeof memoryModel>; bundle: Uint8Array }>) => {
    const { model, bundle } = await made;
    return verifyModel(model, bundle, verifier, extended);
  };

  it('a forged manifest that was not changed is accepted, so that each refusal has its reason', async () => {
    expect((await verifying(forged(() => {}))).verdict).toBe('verified');
    expect((await verifying(withSubManifest(() => {}))).verdict).toBe('verified');
  });

  const sub = (s: Loose): Loose[] => s.predicate.sub_manifests;
  it.each<[title: string, code: Parameters<typeof refusal>[0], change: (s: Loose) => void]>([
    ['without the identifier', 'manifest/sub-manifest-invalid', (s) => delete s.predicate.extensions],
    ['without the member', 'manifest/sub-manifest-invalid', (s) => delete s.predicate.sub_manifests],
    ['with a further extension', 'manifest/extension-unsupported', (s) => s.predicate.extensions.push('urn:x')],
    ['with its identifier twice', 'manifest/extensions-invalid', (s) => s.predicate.extensions.push(SUB_MANIFESTS)],
    [
      'with extensions as text',
      'manifest/extensions-invalid',
      (s) => Object.assign(s.predicate, { extensions: SUB_MANIFESTS, sub_manifests: undefined }),
    ],
    ['with no list of them', 'manifest/sub-manifest-invalid', (s) => Object.assign(s.predicate, { sub_manifests: {} })],
    ['with an empty list', 'manifest/sub-manifest-invalid', (s) => Object.assign(s.predicate, { sub_manifests: [] })],
    [
      'with another algorithm',
      'manifest/sub-manifest-invalid',
      (s) => Object.assign(sub(s)[0], { algorithm: 'blake3' }),
    ],
    ['with a short digest', 'manifest/digest-invalid', (s) => Object.assign(sub(s)[0], { digest: '00' })],
    [
      'with a directory outside',
      'manifest/sub-manifest-invalid',
      (s) => Object.assign(sub(s)[0], { name: '../tokens' }),
    ],
    [
      'with a directory that ends in a slash',
      'manifest/sub-manifest-invalid',
      (s) => Object.assign(sub(s)[0], { name: 'tokens/' }),
    ],
    ['with a directory twice', 'manifest/sub-manifest-invalid', (s) => sub(s).push(sub(s)[0])],
    [
      'with a directory in another',
      'manifest/sub-manifest-invalid',
      (s) => Object.assign(sub(s)[0], { name: 'weights/sub' }),
    ],
    [
      'with the name of a file',
      'manifest/sub-manifest-invalid',
      (s) => Object.assign(sub(s)[0], { name: 'config.json' }),
    ],
    [
      'that lists a file at both levels',
      'manifest/sub-manifest-invalid',
      (s) => s.predicate.resources.push({ ...s.predicate.resources[0], name: 'weights/a.bin' }),
    ],
    [
      'beside the historical name of a single file',
      'manifest/name-invalid',
      (s) => s.predicate.resources.splice(0, 2, { ...s.predicate.resources[0], name: '.' }),
    ],
  ])('a manifest is refused %s', async (_, code, change) => {
    await refusal(code, () => verifying(forged(change)));
  });

  it('a root digest that leaves out the sub-manifests is refused', async () => {
    const flat = (s: Loose) => {
      const { sub_manifests: kept } = s.predicate;
      s.predicate.sub_manifests = [];
      fixRoot(s);
      s.predicate.sub_manifests = kept;
    };
    await refusal('manifest/root-digest-mismatch', () => verifying(forged(flat, false)));
    const renamed = (s: Loose) => Object.assign(sub(s)[0], { name: 'tokens2' });
    await refusal('manifest/root-digest-mismatch', () => verifying(forged(renamed, false)));
  });

  const listing = (name: string) => (d: Loose) => void d.resources.push({ ...d.resources[0], name });
  it.each<[title: string, code: Parameters<typeof refusal>[0], requirement: string, change: (d: Loose) => unknown]>([
    ['that is no JSON', 'manifest/sub-manifest-invalid', 'OMS-SUB-7', () => '{'],
    ['that is null', 'manifest/sub-manifest-invalid', 'OMS-SUB-7', () => 'null'],
    [
      'with a member twice',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-7',
      (d) => JSON.stringify(d).replace('{', '{"resources":[],'),
    ],
    ['that is an array', 'manifest/sub-manifest-invalid', 'OMS-SUB-7', (d) => [d]],
    [
      'with annotations',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-7',
      (d) => void Object.assign(d, { annotations: {} }),
    ],
    [
      'with a sub-manifest of its own',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-7',
      (d) =>
        void Object.assign(d, { extensions: [SUB_MANIFESTS], sub_manifests: [{ ...d.resources[0], name: 'sub' }] }),
    ],
    ['without serialization', 'manifest/sub-manifest-invalid', 'OMS-SUB-7', (d) => void delete d.serialization],
    [
      'with exclusions',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-8',
      (d) => void Object.assign(d.serialization, { ignore_paths: [] }),
    ],
    [
      'that followed links',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-8',
      (d) => void Object.assign(d.serialization, { allow_symlinks: true }),
    ],
    [
      'with another algorithm throughout',
      'manifest/sub-manifest-invalid',
      'OMS-SUB-8',
      (d) => {
        d.serialization.hash_type = 'blake3';
        for (const each of d.resources) each.algorithm = 'blake3';
      },
    ],
    [
      'with another algorithm for one file',
      'manifest/algorithm-mismatch',
      'OMS-RES-6',
      (d) => void Object.assign(d.resources[0], { algorithm: 'blake3' }),
    ],
    ['without resources', 'manifest/empty', 'OMS-RES-8', (d) => void Object.assign(d, { resources: [] })],
    ['with a file twice', 'manifest/name-duplicate', 'OMS-RES-10', listing('a.bin')],
    ['with a name outside its directory', 'manifest/name-invalid', 'OMS-NAME-6', listing('../config.json')],
    [
      'with a name that leaves its directory and comes back',
      'manifest/name-invalid',
      'OMS-NAME-6',
      listing('../weights/a.bin'),
    ],
    ['with an absolute name', 'manifest/name-invalid', 'OMS-NAME-6', listing('/a.bin')],
    ['with the name of a directory', 'manifest/name-invalid', 'OMS-NAME-6', listing('sub/')],
    [
      'with the historical name of a single file',
      'manifest/name-invalid',
      'OMS-SUB-9',
      (d) => void d.resources.splice(0, 2, { ...d.resources[0], name: '.' }),
    ],
    ['that lists itself', 'manifest/sub-manifest-invalid', 'OMS-SUB-10', listing('oms-manifest.json')],
    [
      'with a name that its directory makes too long',
      'manifest/name-invalid',
      'OMS-LIMIT-5',
      listing('n'.repeat(4096)),
    ],
    [
      'with a short digest',
      'manifest/digest-invalid',
      'OMS-RES-4',
      (d) => void Object.assign(d.resources[0], { digest: '00' }),
    ],
  ])('a sub-manifest is refused %s, although its digest is right', async (_, code, requirement, change) => {
    const error = await refusal(code, () => verifying(withSubManifest(change)));
    expect(error.requirement).toBe(requirement);
  });

  it('the number of resources over all levels has a bound', () => {
    expect(() => checkCount(10_000_000)).not.toThrow();
    expect(() => checkCount(10_000_001)).toThrow(expect.objectContaining({ code: 'manifest/too-many-resources' }));
  });
});

describe('signing with sub-manifests', () => {
  it('a directory that has other files than its sub-manifest lists is refused', async () => {
    const { files, subManifests } = await signedModel();
    const sign = (model: Files) => signModel(memoryModel(model), keySigner(key), { ...extended, subManifests });
    await refusal('model/changed', () => sign({ ...files, 'weights/c.bin': 'c' }));
    const { 'weights/a.bin': _, ...fewer } = files as Record<string, string>;
    await refusal('model/changed', () => sign(fewer));
    await expect(sign(files)).resolves.toBeDefined();
  });

  it('a sub-manifest that a verifier would refuse is not signed', async () => {
    const { files } = await signedModel();
    const document = Buffer.from(await subManifestOf(weights, { hashAlgorithm: 'blake3' }));
    const given = { ...extended, subManifests: [{ directory: 'weights', document }] };
    await refusal('manifest/sub-manifest-invalid', () => signModel(memoryModel(files), keySigner(key), given));
  });

  it('a manifest with exclusions makes no sub-manifest', async () => {
    const { manifest } = await hashModel(memoryModel(weights));
    expect(() => encodeSubManifest(manifest)).toThrow('ignoreGitPaths: false');
  });

  it('a sub-manifest does not list an earlier one', async () => {
    expect(await subManifestOf({ ...weights, [SUB_MANIFEST_NAME]: 'old' })).toBe(await subManifestOf(weights));
  });

  it('any distribution of files over directories verifies, and lists each file once', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-c](\/[a-c]){0,2}$/), { minLength: 2, maxLength: 8, selector: (p) => p }),
        async (paths) => {
          const names = paths.map((path) => `${path}.bin`);
          const files = Object.fromEntries(names.map((name) => [name, name]));
          const directories = [
            ...new Set(names.flatMap((name) => (name.includes('/') ? [name.split('/')[0] as string] : []))),
          ];
          const subManifests = await Promise.all(
            directories.map(async (directory) => {
              const own = names.filter((name) => name.startsWith(`${directory}/`));
              const text = await subManifestOf(
                Object.fromEntries(own.map((name) => [name.slice(directory.length + 1), name])),
              );
              return { directory, document: Buffer.from(text) };
            }),
          );
          const model: Record<string, string> = { 'README.md': '', ...files };
          for (const { directory, document } of subManifests)
            model[`${directory}/${SUB_MANIFEST_NAME}`] = String(document);
          const options = subManifests.length > 0 ? { ...extended, subManifests } : extended;
          const { bundle } = await signModel(memoryModel(model), keySigner(key), options);
          const { resources } = await verifyModel(memoryModel(model), bundle, verifier, extended);
          expect(resources.map(({ path }) => path).sort()).toEqual(['README.md', ...names].sort());
        },
      ),
      { numRuns: 25 },
    ));
});
