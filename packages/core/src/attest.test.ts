import { createHash, createPublicKey } from 'node:crypto';
import { type Forgery, forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { attest, attestedSubject, openAttestation, signedPredicate } from './attest.ts';
import { SUB_MANIFESTS } from './format/extensions.ts';
import { encodeSubManifest, SUB_MANIFEST_NAME } from './format/manifest/sub-manifests.ts';
import { inspectFile } from './inspect.ts';
import { anyOf } from './methods/any-of.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';
import { hashModel, type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const verifier = keyVerifier(key);
const claim = { predicateType: 'https://example.com/test-results/v1', predicate: { passed: 12 } };

async function signedModel(options: SignModelOptions = {}) {
  const model = localModel(modelDirectory({ a: 'aaaaa', 'b/c': 'b' }));
  const { bundle } = await signModel(model, keySigner(key), options);
  return { model, bundle, signed: await openSignature(bundle, verifier, { draft: options.draft }) };
}

async function attested(options: Parameters<typeof attest>[3] = {}, signing: SignModelOptions = {}) {
  const made = await signedModel(signing);
  return { ...made, attestation: await attest(made.signed, claim, keySigner(key), options) };
}

const statementOf = (bundle: Uint8Array) =>
  JSON.parse(Buffer.from(JSON.parse(Buffer.from(bundle).toString()).dsseEnvelope.payload, 'base64').toString());

/** An attestation in which one thing is changed, signed again. */
async function forged(forgery: Forgery) {
  const { attestation, signed } = await attested();
  return { bundle: forge(attestation.bundle, key, forgery), signed };
}

describe('attest', () => {
  it('an attestation is about the root digest of the signature, and says of which kind it is', async () => {
    const { attestation, signed } = await attested();
    const { rootDigest } = signed.manifest;
    expect(attestation).toMatchObject({ predicateType: claim.predicateType, rootDigest, warnings: [] });
    expect(statementOf(attestation.bundle)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        {
          name: 'model',
          digest: { sha256: rootDigest },
          annotations: {
            modelSigning: {
              digest: 'root',
              predicateType: 'https://model_signing/signature/v1.0',
              method: 'files',
              hashType: 'sha256',
            },
          },
        },
      ],
      ...claim,
    });
  });

  it('an attestation names the files too if that is asked for, after the root digest', async () => {
    const { attestation, signed } = await attested({ perFile: true });
    const { subjects } = await openAttestation(attestation.bundle, verifier);
    expect(subjects[0]?.sha256).toBe(signed.manifest.rootDigest);
    expect(subjects.slice(1)).toEqual([
      { name: 'a', sha256: createHash('sha256').update('aaaaa').digest('hex'), domain: { digest: 'file' } },
      { name: 'b/c', sha256: createHash('sha256').update('b').digest('hex'), domain: { digest: 'file' } },
    ]);
  });

  it.each([{ hashAlgorithm: 'blake3' }, { shardSize: 3 }] as const)(
    'files cannot be subjects if the signature lacks their SHA-256: %o',
    async (signing) => {
      await refusal('statement/subject', () => attested({ perFile: true }, signing));
      await attested({}, signing);
    },
  );

  it('files cannot be subjects if those of sub-manifests are not in the signature', async () => {
    const extended = { draft: '1.1', extensions: [SUB_MANIFESTS] } as const;
    const { manifest } = await hashModel(memoryModel({ w: 'w' }), { ...extended, ignoreGitPaths: false });
    const document = encodeSubManifest(manifest);
    const model = memoryModel({
      a: 'a',
      'sub/w': 'w',
      [`sub/${SUB_MANIFEST_NAME}`]: new TextDecoder().decode(document),
    });
    const subManifests = [{ directory: 'sub', document }];
    const { bundle } = await signModel(model, keySigner(key), { ...extended, subManifests });
    const signed = await openSignature(bundle, verifier, extended);
    await refusal('statement/subject', () => attest(signed, claim, keySigner(key), { perFile: true }));
    const { rootDigest } = await attest(signed, claim, keySigner(key));
    expect(rootDigest).toBe(signed.manifest.rootDigest);
  });

  it('a predicate is signed as its bytes are, so that no number loses digits', async () => {
    const { signed } = await signedModel();
    const text = '{ "n": 12345678901234567890.10, "é": [1e2] }';
    const made = await attest(signed, { ...claim, predicate: Buffer.from(text) }, keySigner(key));
    const { payload } = JSON.parse(Buffer.from(made.bundle).toString()).dsseEnvelope;
    expect(Buffer.from(payload, 'base64').toString()).toContain(`"predicate":${text}}`);
  });

  const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it('a predicate may be nested as deeply as is allowed, and what is made can be opened', async () => {
    const { signed } = await signedModel();
    const made = await attest(signed, { ...claim, predicate: Buffer.from(nested(59)) }, keySigner(key));
    await openAttestation(made.bundle, verifier);
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['an array', Buffer.from('[]')],
    ['text', Buffer.from('"a"')],
    ['null', Buffer.from('null')],
    ['a member twice', Buffer.from('{"a":1,"a":2}')],
    ['too many levels', Buffer.from(nested(60))],
    ['too many bytes', Buffer.from(`{"a":"${'a'.repeat(16 * 1024 * 1024)}"}`)],
    ['another encoding', Buffer.from('{"a":1}', 'utf16le')],
    ['a list as a value', []],
  ] as const)('a predicate is refused that is %s', async (_, predicate) => {
    const { signed } = await signedModel();
    await refusal('statement/predicate-invalid', () => attest(signed, { ...claim, predicate }, keySigner(key)));
  });

  it.each([
    'https://model_signing/signature/v1.0',
    'https://model_signing/signature/v9',
    'https://model_signing/Digests/v0.1',
    'Https://Model_Signing/signature/v1.0',
    'test results',
    'https://example.com/\n',
    '',
    'toString',
  ])('nothing is attested with the type %j, so that no attestation can pass for a signature', async (predicateType) => {
    const { signed } = await signedModel();
    await refusal('statement/predicate-type', () => attest(signed, { ...claim, predicateType }, keySigner(key)));
  });

  it('nothing is attested with the type of a draft', async () => {
    const { signed, bundle } = await signedModel({ draft: '1.1' });
    const { predicateType } = statementOf(bundle);
    await refusal('statement/predicate-type', () => attest(signed, { ...claim, predicateType }, keySigner(key)));
  });

  it('a short name stands for the type that it has in cosign', async () => {
    const { signed } = await signedModel();
    const made = await attest(signed, { ...claim, predicateType: 'slsaprovenance1' }, keySigner(key));
    expect(made.predicateType).toBe('https://slsa.dev/provenance/v1');
  });

  it('only a signature that was opened can be attested, and no copy of it', async () => {
    const { signed } = await signedModel();
    await expect(attest({ ...signed } as never, claim, keySigner(key))).rejects.toThrow(TypeError);
  });
});

describe('openAttestation', () => {
  it('an attestation says who signed it, of which type it is, and what it claims', async () => {
    const { attestation, signed } = await attested();
    const opened = await openAttestation(attestation.bundle, verifier);
    expect(opened).toMatchObject({ signer: attestation.signer, ...claim, warnings: [] });
    expect(attestedSubject(opened, signed)).toEqual(opened.subjects[0]);
  });

  it('an attestation never passes for a signature, nor a signature for an attestation', async () => {
    const { attestation, model, bundle } = await attested();
    await refusal('statement/predicate-type', () => verifyModel(model, attestation.bundle, verifier));
    await refusal('statement/predicate-type', () => openSignature(attestation.bundle, verifier));
    await refusal('statement/predicate-type', () => openAttestation(bundle, verifier));
    const draft = await signedModel({ draft: '1.1' });
    await refusal('statement/predicate-type', () => openAttestation(draft.bundle, verifier));
  });

  it('the predicate of a signature with another type is no signature, and stays an attestation', async () => {
    const { bundle, model } = await signedModel();
    const other = forge(bundle, key, { statement: (s) => (s.predicateType = 'https://example.com/v1') });
    await refusal('statement/predicate-type', () => verifyModel(model, other, verifier));
    expect((await openAttestation(other, verifier)).predicateType).toBe('https://example.com/v1');
  });

  it('an attestation by another key is refused', async () => {
    const { attestation } = await attested();
    await refusal('signer/key-mismatch', () => openAttestation(attestation.bundle, keyVerifier(testKey())));
    await refusal('envelope/signature-invalid', () =>
      openAttestation(forge(attestation.bundle, testKey(), {}), verifier),
    );
  });

  it('a changed attestation is refused', async () => {
    const { attestation } = await attested();
    const document = JSON.parse(Buffer.from(attestation.bundle).toString());
    const statement = { ...statementOf(attestation.bundle), predicate: { passed: 13 } };
    document.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement)).toString('base64');
    const changed = Buffer.from(JSON.stringify(document));
    await refusal('envelope/signature-invalid', () => openAttestation(changed, verifier));
  });

  it('an attestation is read as cosign writes it: version 0.1, no tlogEntries, a hint of the DER key', async () => {
    const der = createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' });
    const hint = createHash('sha256').update(der).digest('base64');
    const edit = (b: { verificationMaterial: object; dsseEnvelope: { signatures: { keyid?: string }[] } }) => {
      b.verificationMaterial = { publicKey: { hint } };
      delete b.dsseEnvelope.signatures[0]?.keyid;
    };
    const { bundle, signed } = await forged({
      statement: (s) => {
        s._type = 'https://in-toto.io/Statement/v0.1';
        s.subject = [{ name: 'FILE', digest: { sha256: s.subject[0].digest.sha256 } }];
      },
      bundle: edit,
    });
    const other = keyVerifier(testKey());
    const opened = await openAttestation(bundle, anyOf([other, verifier]));
    expect(opened.subjects).toEqual([{ name: 'FILE', sha256: signed.manifest.rootDigest, domain: null }]);
    expect(attestedSubject(opened, signed)?.name).toBe('FILE');
    await refusal('envelope/signature-invalid', () => openAttestation(bundle, other));
  });

  it.each([
    ['another statement type', (s) => (s._type = 'https://in-toto.io/Statement/v2'), 'statement/type'],
    ['no statement type', (s) => delete s._type, 'statement/type'],
    ['no predicate type', (s) => delete s.predicateType, 'statement/predicate-type'],
    ['a short name as predicate type', (s) => (s.predicateType = 'cyclonedx'), 'statement/predicate-type'],
    ['no subject', (s) => (s.subject = []), 'statement/subject'],
    ['a subject that is no list', (s) => (s.subject = {}), 'statement/subject'],
    ['a subject without digests', (s) => delete s.subject[0].digest, 'statement/subject'],
    ['a SHA-256 in capitals', (s) => (s.subject[0].digest.sha256 = 'A'.repeat(64)), 'statement/subject'],
    ['a short SHA-256', (s) => (s.subject[0].digest.sha256 = 'ab'), 'statement/subject'],
    ['a SHA-256 that is a number', (s) => (s.subject[0].digest.sha256 = 1), 'statement/subject'],
    [
      'the predicate type of a signature',
      (s) => (s.predicateType = 'https://model_signing/signature/v2'),
      'statement/predicate-type',
    ],
  ] satisfies [string, Required<Forgery>['statement'], Parameters<typeof refusal>[0]][])(
    'an attestation is refused with %s',
    async (_, statement, code) => {
      const { bundle } = await forged({ statement });
      await refusal(code, () => openAttestation(bundle, verifier));
    },
  );

  it('an attestation is refused with another payload type, and with a payload that is no object', async () => {
    const { bundle } = await forged({ bundle: (b) => (b.dsseEnvelope.payloadType = 'text/plain') });
    await refusal('envelope/payload-type', () => openAttestation(bundle, verifier));
    const list = await forged({ payload: Buffer.from('[]') });
    await refusal('statement/malformed', () => openAttestation(list.bundle, verifier));
  });

  it('an attestation is refused whose signature covers the form of version 0.2.0', async () => {
    const { attestation } = await attested();
    const lenient = {
      ...verifier,
      verify: async () => ({ identity: attestation.signer, form: 'historical' }),
    } as never;
    await refusal('envelope/signature-invalid', () => openAttestation(attestation.bundle, lenient));
  });
});

describe('the claim of an attestation', () => {
  it('a claim is given as the bytes that were signed, whatever JavaScript makes of its numbers', async () => {
    const { signed } = await signedModel();
    const text = '{ "large": 12345678901234567890,\n "huge": 1e400, "exact": 1.10, "predicate": {"a": -0} }';
    const made = await attest(signed, { ...claim, predicate: Buffer.from(text) }, keySigner(key));
    const opened = await openAttestation(made.bundle, verifier);
    expect(Buffer.from(signedPredicate(opened) ?? '').toString()).toBe(text);
    expect(() => signedPredicate({ ...opened })).toThrow(TypeError);
  });

  it('a claim with a member twice is neither attested nor read', async () => {
    const { signed, attestation } = await attested();
    const twice = { ...claim, predicate: Buffer.from('{"passed":1,"passed":2}') };
    await refusal('statement/predicate-invalid', () => attest(signed, twice, keySigner(key)));
    const text = JSON.stringify(statementOf(attestation.bundle)).replace('{"passed":12}', '{"passed":1,"passed":2}');
    const { bundle } = await forged({ payload: Buffer.from(text) });
    await refusal('statement/duplicate-member', () => openAttestation(bundle, verifier));
  });

  it('an attestation without a claim has none', async () => {
    const { bundle } = await forged({ statement: (s) => delete s.predicate });
    expect(signedPredicate(await openAttestation(bundle, verifier))).toBeNull();
  });
});

describe('the subject of an attestation', () => {
  const subjectAfter = async (statement: Required<Forgery>['statement']) => {
    const { bundle, signed } = await forged({ statement });
    return attestedSubject(await openAttestation(bundle, verifier), signed);
  };

  it('an attestation is about the model wherever the root digest is among the subjects', async () => {
    expect(await subjectAfter((s) => s.subject.unshift({ name: 'x', digest: { sha1: 'ab' } }))).not.toBeNull();
    expect(await subjectAfter((s) => (s.subject[0].name = 'another name'))).not.toBeNull();
    expect(await subjectAfter((s) => delete s.subject[0].annotations)).toMatchObject({ domain: null });
  });

  it.each([
    ['with another digest', (s) => (s.subject[0].digest.sha256 = '0'.repeat(64))],
    ['with the digest under another algorithm', (s) => (s.subject[0].digest = { sha512: s.subject[0].digest.sha256 })],
    ['that says it is a file', (s) => (s.subject[0].annotations.modelSigning = { digest: 'file' })],
    ['of a domain that is not known', (s) => (s.subject[0].annotations.modelSigning = { digest: 'tree' })],
    ['of a domain that is no object', (s) => (s.subject[0].annotations.modelSigning = 'root')],
    ['of another version', (s) => (s.subject[0].annotations.modelSigning.predicateType += '1')],
    ['of another method', (s) => (s.subject[0].annotations.modelSigning.method = 'shards')],
    ['of another algorithm', (s) => (s.subject[0].annotations.modelSigning.hashType = 'blake3')],
    ['of shards, which the signature has not', (s) => (s.subject[0].annotations.modelSigning.shardSize = 3)],
    ['of shards of no size', (s) => (s.subject[0].annotations.modelSigning.shardSize = 'large')],
  ] satisfies [string, Required<Forgery>['statement']][])(
    'an attestation is not about the model with a subject %s',
    async (_, statement) => {
      expect(await subjectAfter(statement)).toBeNull();
    },
  );

  it('a subject of shards is the root digest of a signature with shards of its size, and of no other', async () => {
    const { attestation, signed } = await attested({}, { shardSize: 3 });
    const subjectOf = async (bundle: Uint8Array) => attestedSubject(await openAttestation(bundle, verifier), signed);
    expect(await subjectOf(attestation.bundle)).toMatchObject({ domain: { method: 'shards', shardSize: 3 } });
    const other = forge(attestation.bundle, key, {
      statement: (s) => (s.subject[0].annotations.modelSigning.shardSize = 4),
    });
    expect(await subjectOf(other)).toBeNull();
  });

  it('the root digest is not one value of a model: each signature has its own attestations', async () => {
    const model = localModel(modelDirectory({ a: 'aaaaa', 'b/c': 'b' }));
    const options: SignModelOptions[] = [{}, { hashAlgorithm: 'blake3' }, { shardSize: 3 }];
    const signatures = await Promise.all(
      options.map(async (each) => openSignature((await signModel(model, keySigner(key), each)).bundle, verifier)),
    );
    for (const signed of signatures) {
      const { bundle } = await attest(signed, claim, keySigner(key));
      const opened = await openAttestation(bundle, verifier);
      expect(signatures.map((each) => attestedSubject(opened, each) !== null)).toEqual(
        signatures.map((each) => each === signed),
      );
    }
  });

  it('only what was opened has a subject, and no copy of it', async () => {
    const { attestation, signed } = await attested();
    const opened = await openAttestation(attestation.bundle, verifier);
    expect(() => attestedSubject({ ...opened }, signed)).toThrow(TypeError);
    expect(() => attestedSubject(opened, { ...signed } as never)).toThrow(TypeError);
  });
});

it('an attestation is inspected without being verified', async () => {
  const { attestation, bundle } = await attested();
  const file = Buffer.concat([bundle, Buffer.from('\n'), attestation.bundle]);
  const entries = await inspectFile(file);
  expect(entries.map(({ kind }) => kind)).toEqual(['model', 'other']);
});

describe('attestations over a signature of the draft', () => {
  const key = testKey();
  const verifier = keyVerifier(key);
  const claim = { predicateType: 'https://example.com/tests/v1', predicate: { passed: 1 } };
  const draft = { draft: '1.1' } as const;
  const sign = async (files: Readonly<Record<string, string>>, options = {}) => {
    const { bundle } = await signModel(localModel(modelDirectory(files)), keySigner(key), options);
    return openSignature(bundle, verifier, draft);
  };
  const attestTo = async (signed: Awaited<ReturnType<typeof sign>>) => {
    const { bundle } = await attest(signed, claim, keySigner(key));
    return openAttestation(bundle, verifier);
  };

  it('an attestation over a signature of the draft has both root digests, that of version 1.0 first', async () => {
    const signed = await sign({ a: 'a' }, draft);
    const { subjects } = await attestTo(signed);
    const { rootDigest, publishedRootDigest } = signed.manifest;
    expect(subjects.map(({ sha256 }) => sha256)).toEqual([publishedRootDigest, rootDigest]);
    expect(publishedRootDigest).toBe((await sign({ a: 'a' })).manifest.rootDigest);
  });

  it('attestations over a signature of either version are about the same model signed in the other one', async () => {
    const [published, drafted] = [await sign({ a: 'a' }), await sign({ a: 'a' }, draft)];
    for (const signed of [published, drafted]) {
      const attestation = await attestTo(signed);
      expect(attestedSubject(attestation, published)).not.toBeNull();
      expect(attestedSubject(attestation, drafted)).not.toBeNull();
    }
  });

  it('an attestation that has the root digest of the draft is not about a model with other names', async () => {
    const attestation = await attestTo(await sign({ a: 'a' }, draft));
    expect(attestedSubject(attestation, await sign({ b: 'a' }, draft))).toBeNull();
    // Version 1.0 cannot tell them apart.
    expect(attestedSubject(attestation, await sign({ b: 'a' }))).not.toBeNull();
  });
});
