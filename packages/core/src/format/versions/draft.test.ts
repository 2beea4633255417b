import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectBundle } from '../../inspect.ts';
import { localModel } from '../../node/local-model.ts';
import { type HashModelOptions, signModel } from '../../sign.ts';
import { keySigner, keyVerifier } from '../../signer.ts';
import { forge, testKey } from '../../testing/forge.ts';
import { refusal } from '../../testing/refusal.ts';
import { modelDirectory } from '../../testing/tree.ts';
import { verifyModel } from '../../verify.ts';
import { rootDigest } from '../manifest.ts';
import { encodeStatement } from '../statement.ts';
import { DRAFT_PREDICATE_TYPE, type Draft, draftRootDigest } from './draft.ts';

const key = testKey();
const draft: Draft = '1.1';
const annotations = { 'org.example.licence': 'Apache-2.0' };

async function signed(options: HashModelOptions = { draft, annotations }) {
  const model = localModel(modelDirectory({ a: '1', 'b/c': '2' }));
  return { model, ...(await signModel(model, keySigner(key), options)) };
}

function payloadOf(bundle: Uint8Array): string {
  return Buffer.from(JSON.parse(Buffer.from(bundle).toString()).dsseEnvelope.payload, 'base64').toString();
}

describe('version 1.0', () => {
  it('is written as it always was, byte for byte, where no draft is asked for', () => {
    const digest = createHash('sha256').update('1').digest('hex');
    const serialization = {
      method: 'files',
      hashType: 'sha256',
      shardSize: null,
      allowSymlinks: false,
      ignorePaths: ['.git'],
    } as const;
    const resources = [{ name: 'a', digest }];
    const statement = encodeStatement('model', { serialization, resources, rootDigest: rootDigest(resources) });
    expect(Buffer.from(statement).toString()).toBe(
      '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model","digest":{"sha256":' +
        '"9c2e4d8fe97d881430de4e754b4205b9c27ce96715231cffc4337340cb110280"}}],' +
        '"predicateType":"https://model_signing/signature/v1.0","predicate":{"serialization":{"method":"files",' +
        '"hash_type":"sha256","allow_symlinks":false,"ignore_paths":[".git"]},"resources":[{"name":"a",' +
        `"algorithm":"sha256","digest":"${digest}"}]}}`,
    );
  });

  it('has no place for annotations', async () => {
    await expect(signed({ annotations })).rejects.toThrow(TypeError);
  });
});

describe('the draft of version 1.1', () => {
  it('is verified by those who ask for it, with its annotations', async () => {
    const { model, bundle } = await signed();
    const verification = await verifyModel(model, bundle, keyVerifier(key), { draft });
    expect(verification).toMatchObject({ draft, annotations, warnings: [] });
  });

  it('is refused by those who do not ask for it', async () => {
    const { model, bundle } = await signed();
    await refusal('statement/predicate-type', () => verifyModel(model, bundle, keyVerifier(key)));
  });

  it('leaves version 1.0 acceptable to those who ask for it', async () => {
    const { model, bundle } = await signed({});
    const verification = await verifyModel(model, bundle, keyVerifier(key), { draft });
    expect(verification).not.toHaveProperty('draft');
  });

  it('is named by its own predicate type and seen by whoever inspects', async () => {
    const { bundle } = await signed();
    expect(JSON.parse(payloadOf(bundle)).predicateType).toBe(DRAFT_PREDICATE_TYPE);
    expect((await inspectBundle(bundle)).manifest).toMatchObject({ draft, annotations });
  });

  it('refuses the root digest of version 1.0', async () => {
    const { model, bundle, manifest } = await signed();
    const weaker = forge(bundle, key, {
      statement: (statement) => {
        statement.subject[0].digest.sha256 = rootDigest(manifest.resources);
      },
    });
    await refusal('manifest/root-digest-mismatch', () => verifyModel(model, weaker, keyVerifier(key), { draft }));
  });

  it.each<[string, unknown]>([
    ['that are no object', []],
    ['with a value that is no string', { a: 1 }],
    ['with a capital in a key', { A: 'x' }],
    ['with a key that is too long', { ['a'.repeat(129)]: 'x' }],
    ['with a value that is too long', { a: 'x'.repeat(4097) }],
    ['that are too many', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, 'x']))],
  ])('refuses annotations %s, to sign and to verify', async (_what, bad) => {
    const error = await refusal('manifest/annotations-invalid', () => signed({ draft, annotations: bad as never }));
    expect(error.requirement).toBe('OMS-ANNOT-2');
    const { model, bundle } = await signed();
    const forged = forge(bundle, key, { statement: (statement) => (statement.predicate.annotations = bad) });
    const refused = await refusal('manifest/annotations-invalid', () =>
      verifyModel(model, forged, keyVerifier(key), { draft }),
    );
    expect(refused.requirement).toBe('OMS-ANNOT-3');
  });

  it('refuses to sign an annotation that has no UTF-8 form', async () => {
    await refusal('manifest/annotations-invalid', () => signed({ draft, annotations: { a: '\ud800' } }));
  });

  it('takes no other draft', async () => {
    await expect(signed({ draft: '1.2' as never })).rejects.toThrow('the only draft is "1.1"');
  });
});

describe('draftRootDigest', () => {
  const digest = '0'.repeat(64);

  it('is the SHA-256 of the root text', () => {
    const text = `OMS root v1.1\nsha256\n3 é a ${digest}\n`.replace('3 é a', '4 é a');
    const expected = createHash('sha256').update(text).digest('hex');
    expect(draftRootDigest('sha256', [{ name: 'é a', digest }])).toBe(expected);
  });

  it('changes when a file is renamed, as that of version 1.0 does not', () => {
    const [before, after] = [[{ name: 'a', digest }], [{ name: 'aa', digest }]];
    expect(rootDigest(before)).toBe(rootDigest(after));
    expect(draftRootDigest('sha256', before)).not.toBe(draftRootDigest('sha256', after));
  });

  it('is another one for every other list of names', () => {
    const list = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '1', 'é') }), { maxLength: 4 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const of = (names: string[]) =>
          draftRootDigest(
            'sha256',
            names.map((name) => ({ name, digest })),
          );
        expect(of(one) === of(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
