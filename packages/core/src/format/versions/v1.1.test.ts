import { createHash } from 'node:crypto';
import { PREDICATE_TYPE } from '@model-signing/spec/v1.1';
import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectBundle } from '../../inspect.ts';
import { keySigner, keyVerifier } from '../../methods/key.ts';
import { localModel } from '../../node/local-model.ts';
import { type HashModelOptions, signModel } from '../../sign.ts';
import { files, shards } from '../../testing/manifests.ts';
import { refusal } from '../../testing/refusal.ts';
import { verifyModel } from '../../verify.ts';
import type { ErrorCode } from '../errors.ts';
import type { Draft } from '../manifest/manifest.ts';
import { v1_0 } from './v1.0.ts';
import { draftVersion } from './v1.1.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value in a document
type Subjects = [any, any];

const key = testKey();
const draft: Draft = '1.1';
const v1_1 = draftVersion([]);
const annotations = { 'org.example.licence': 'Apache-2.0' };

async function signed(options: HashModelOptions = { draft, annotations }) {
  const model = localModel(modelDirectory({ a: '1', 'b/c': '2' }));
  return { model, ...(await signModel(model, keySigner(key), options)) };
}

function payloadOf(bundle: Uint8Array): string {
  return Buffer.from(JSON.parse(Buffer.from(bundle).toString()).dsseEnvelope.payload, 'base64').toString();
}

describe('the draft of version 1.1', () => {
  it('a bundle in the draft is accepted where the draft is named, with its annotations', async () => {
    const { model, bundle } = await signed();
    const verification = await verifyModel(model, bundle, keyVerifier(key), { draft });
    expect(verification).toMatchObject({ draft, annotations, warnings: [] });
  });

  it('a bundle in the draft is refused where no draft is named', async () => {
    const { model, bundle } = await signed();
    await refusal('statement/predicate-type', () => verifyModel(model, bundle, keyVerifier(key)));
  });

  it('a bundle in version 1.0 is accepted where the draft is named', async () => {
    const { model, bundle } = await signed({});
    const verification = await verifyModel(model, bundle, keyVerifier(key), { draft });
    expect(verification).not.toHaveProperty('draft');
  });

  it('a bundle in the draft has its own predicate type, which inspecting shows', async () => {
    const { bundle } = await signed();
    expect(JSON.parse(payloadOf(bundle)).predicateType).toBe(PREDICATE_TYPE);
    expect((await inspectBundle(bundle)).manifest).toMatchObject({ draft, annotations });
  });

  it('the draft states the root digest of version 1.0 first and its own after it, and each says which it is', async () => {
    const { bundle, manifest } = await signed();
    const { subject } = JSON.parse(payloadOf(bundle));
    const about = (sha256: string, predicateType: string) => ({
      name: subject[0].name,
      digest: { sha256 },
      annotations: { modelSigning: { digest: 'root', predicateType } },
    });
    expect(subject).toEqual([
      about(v1_0.rootDigest(manifest), v1_0.predicateType),
      about(v1_1.rootDigest(manifest), v1_1.predicateType),
    ]);
    expect(manifest.publishedRootDigest).toBe(v1_0.rootDigest(manifest));
  });

  it.each<[string, ErrorCode, (subject: Subjects) => void]>([
    [
      'with the root digest of version 1.0 as its own',
      'manifest/root-digest-mismatch',
      ([first, second]) => {
        second.digest.sha256 = first.digest.sha256;
      },
    ],
    [
      'with its root digest as that of version 1.0',
      'manifest/root-digest-mismatch',
      ([first, second]) => {
        first.digest.sha256 = second.digest.sha256;
      },
    ],
    ['with exchanged subjects', 'statement/subject', (subject) => subject.reverse()],
    [
      'with exchanged root digests',
      'manifest/root-digest-mismatch',
      ([first, second]) => {
        [first.digest, second.digest] = [second.digest, first.digest];
      },
    ],
    ['without the first subject', 'statement/subject', (subject: unknown[]) => subject.shift()],
    ['without the second subject', 'statement/subject', (subject: unknown[]) => subject.pop()],
    ['with a third subject', 'statement/subject', (subject: unknown[]) => subject.push(subject[1])],
    [
      'with a subject that does not say which it is',
      'statement/malformed',
      ([, second]) => {
        Reflect.deleteProperty(second, 'annotations');
      },
    ],
  ])('the draft refuses a statement %s', async (_what, code, change) => {
    const { model, bundle } = await signed();
    const forged = forge(bundle, key, { statement: ({ subject }) => change(subject) });
    await refusal(code, () => verifyModel(model, forged, keyVerifier(key), { draft }));
  });

  it.each<[string, unknown]>([
    ['that are no object', []],
    ['with a value that is no string', { a: 1 }],
    ['with a capital in a key', { A: 'x' }],
    ['with a key that is too long', { ['a'.repeat(129)]: 'x' }],
    ['with a value that is too long', { a: 'x'.repeat(4097) }],
    ['that are too many', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, 'x']))],
  ])('the draft refuses annotations %s, in signing and in verifying', async (_what, bad) => {
    const error = await refusal('manifest/annotations-invalid', () => signed({ draft, annotations: bad as never }));
    expect(error.requirement).toBe('OMS-ANNOT-2');
    const { model, bundle } = await signed();
    const forged = forge(bundle, key, { statement: (statement) => (statement.predicate.annotations = bad) });
    const refused = await refusal('manifest/annotations-invalid', () =>
      verifyModel(model, forged, keyVerifier(key), { draft }),
    );
    expect(refused.requirement).toBe('OMS-ANNOT-3');
  });

  it('the draft refuses to sign an annotation that has no UTF-8 form', async () => {
    await refusal('manifest/annotations-invalid', () => signed({ draft, annotations: { a: '\ud800' } }));
  });

  it('signing in another draft is refused', async () => {
    await expect(signed({ draft: '1.2' as never })).rejects.toThrow('the only draft is "1.1"');
  });

  it('version 1.0 has no place for annotations', async () => {
    await expect(signed({ annotations })).rejects.toThrow(TypeError);
  });
});

describe('the root digest of the draft', () => {
  const digest = '0'.repeat(64);
  const content = (...paths: string[]) => ({
    serialization: files,
    resources: paths.map((path) => ({ path, digest })),
  });

  it('the root digest of the draft is the SHA-256 of the root text', () => {
    const text = `OMS root v1.1\nsha256\n4 é a ${digest}\n`;
    expect(v1_1.rootDigest(content('é a'))).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('the root digest of the draft covers ranges by their names in the statement', () => {
    const text = `OMS root v1.1\nsha256\n5 w:0:9 ${digest}\n`;
    const resources = [{ path: 'w', range: [0, 9] as const, digest }];
    expect(v1_1.rootDigest({ serialization: shards, resources })).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('the root digest of the draft changes when a file is renamed, as that of version 1.0 does not', () => {
    expect(v1_0.rootDigest(content('a'))).toBe(v1_0.rootDigest(content('aa')));
    expect(v1_1.rootDigest(content('a'))).not.toBe(v1_1.rootDigest(content('aa')));
  });

  it('the root digest of the draft differs for different lists of names', () => {
    const list = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '1', 'é') }), { maxLength: 4 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const equal = v1_1.rootDigest(content(...one)) === v1_1.rootDigest(content(...other));
        expect(equal).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
