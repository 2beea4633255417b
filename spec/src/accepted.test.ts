import { describe, expect, it } from 'vitest';
import { certificateBundle, exampleDocument, type Loose, sigstoreBundle } from '../tools/example-documents.ts';
import {
  validateBundle,
  validatePredicate,
  validateProducedBundle,
  validateProducedEnvelope,
  validateProducedPredicate,
  validateProducedStatement,
} from './v1.0/index.ts';

const family = 'application/vnd.dev.sigstore.bundle';

type Case = [fact: string, requirement: string, change: (bundle: Loose) => void];

describe('historical and additional members', () => {
  it.each<Case>([
    ['a null keyid', 'OMS-HIST-6', (b) => (b.dsseEnvelope.signatures[0].keyid = null)],
    ['historical rawBytes', 'OMS-KEY-2', (b) => (b.verificationMaterial.publicKey = { rawBytes: 'QUJD' })],
    ['an earlier media type', 'OMS-BUNDLE-2', (b) => (b.mediaType = `${family}+json;version=0.3`)],
    ['a hint that is not hexadecimal', 'OMS-KEY-9', (b) => (b.verificationMaterial.publicKey.hint = 'SHA256:bf5c')],
    ['an unknown member of the bundle', 'OMS-BUNDLE-8', (b) => (b.later = 1)],
    ['an unknown member of the signature', 'OMS-BUNDLE-8', (b) => (b.dsseEnvelope.signatures[0].later = 1)],
    ['an unknown member of the envelope', 'OMS-BUNDLE-8', (b) => (b.dsseEnvelope.later = 1)],
    [
      'a member named __proto__',
      'OMS-BUNDLE-8',
      (b) => Object.defineProperty(b, '__proto__', { value: 1, enumerable: true }),
    ],
  ])('a verifier accepts %s, and a producer must not write it (%s)', (_fact, requirement, change) => {
    const bundle = exampleDocument('bundle-key');
    change(bundle);
    expect(validateBundle(bundle).ok).toBe(true);
    expect(validateProducedBundle(bundle)).toMatchObject({ ok: false, issues: [{ requirement }] });
  });

  it('a verifier accepts the historical certificate without a chain or log entries, and a producer must not write it', () => {
    const bundle = sigstoreBundle();
    delete bundle.verificationMaterial.tlogEntries;
    expect(validateBundle(bundle).ok).toBe(true);
    expect(validateProducedBundle(bundle)).toMatchObject({ ok: false, issues: [{ requirement: 'OMS-SIGSTORE-2' }] });
  });

  it('a verifier accepts the historical name ".", and a producer must not write it', () => {
    const predicate = exampleDocument('predicate-files');
    predicate.resources = [{ ...predicate.resources[0], name: '.' }];
    expect(validatePredicate(predicate).ok).toBe(true);
    expect(validateProducedPredicate(predicate)).toMatchObject({ issues: [{ requirement: 'OMS-NAME-4' }] });
  });

  it('a verifier accepts the historical name "." of a shard, and a producer must not write it', () => {
    const predicate = exampleDocument('predicate-shards');
    predicate.resources = [{ ...predicate.resources[0], name: '.:0:59' }];
    expect(validatePredicate(predicate).ok).toBe(true);
    expect(validateProducedPredicate(predicate)).toMatchObject({ issues: [{ requirement: 'OMS-NAME-4' }] });
  });

  it('a verifier accepts an unknown member of a predicate, and a producer must not write it', () => {
    const predicate = exampleDocument('predicate-files');
    predicate.size = 3;
    expect(validatePredicate(predicate).ok).toBe(true);
    expect(validateProducedPredicate(predicate)).toMatchObject({ issues: [{ requirement: 'OMS-BUNDLE-8' }] });
  });
});

describe('what the public text permits', () => {
  it.each<[fact: string, change: (bundle: Loose) => void]>([
    ['no keyid', (b) => delete b.dsseEnvelope.signatures[0].keyid],
    ['the hint as keyid', (b) => (b.dsseEnvelope.signatures[0].keyid = b.verificationMaterial.publicKey.hint)],
    ['no tlogEntries', (b) => delete b.verificationMaterial.tlogEntries],
    ['log entries beside a key', (b) => (b.verificationMaterial.tlogEntries = [{}])],
    [
      'timestamps beside a key',
      (b) => (b.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: 'QUJD' }] }),
    ],
    ['an unknown member of the material', (b) => (b.verificationMaterial.later = 1)],
    ['an unknown member of the key', (b) => (b.verificationMaterial.publicKey.keyDetails = 'PKIX_ECDSA_P256_SHA_256')],
    ['a hint of another digest', (b) => (b.verificationMaterial.publicKey.hint = 'AB'.repeat(20))],
    ['a signature in the URL-safe alphabet', (b) => (b.dsseEnvelope.signatures[0].sig = 'ab-_')],
  ])('a producer may write a bundle with %s', (_fact, change) => {
    const bundle = exampleDocument('bundle-key');
    change(bundle);
    expect(validateProducedBundle(bundle)).toMatchObject({ ok: true });
  });

  it('a producer may write further members of the subject and of a descriptor', () => {
    const statement = exampleDocument('statement');
    statement.subject[0].later = true;
    statement.predicate.resources[0].annotations = { size: 3 };
    expect(validateProducedStatement(statement)).toMatchObject({ ok: true });
  });
});

describe('verifiers', () => {
  it('a verifier accepts the key bundles of v1.0.0: rawBytes with details, no log entries, a null keyid', () => {
    const bundle = exampleDocument('bundle-key');
    bundle.verificationMaterial = { publicKey: { rawBytes: 'QUJD', keyDetails: 'PKIX_ECDSA_P384_SHA_384' } };
    bundle.dsseEnvelope.signatures[0].keyid = null;
    expect(validateBundle(bundle).ok).toBe(true);
  });

  it('a verifier accepts the sigstore bundles of Python clients: no keyid, both proofs of inclusion, no timestamps', () => {
    const bundle = sigstoreBundle();
    delete bundle.dsseEnvelope.signatures[0].keyid;
    bundle.verificationMaterial.tlogEntries[0].inclusionProof = { treeSize: '1', hashes: [] };
    bundle.verificationMaterial.timestampVerificationData = {};
    expect(validateBundle(bundle).ok).toBe(true);
  });

  it('a producer may write a predicate without ignore_paths', () => {
    const predicate = exampleDocument('predicate-files');
    delete predicate.serialization.ignore_paths;
    expect(validateProducedPredicate(predicate).ok).toBe(true);
  });

  it.each(['.hidden', '...', 'a/..b', 'a\\b', 'a\nb', 'a:1:2', '\u{1F600}', 'a b'])(
    'a producer may write the name %j',
    (name) => {
      const predicate = exampleDocument('predicate-files');
      predicate.resources[0].name = name;
      expect(validateProducedPredicate(predicate).ok).toBe(true);
    },
  );

  it.each(['a:1:2:0:9', 'a:b:0:1', '..a:10:20', '.:0:9:0:5'])('a producer may write the shard %j', (name) => {
    const predicate = exampleDocument('predicate-shards');
    predicate.resources[0].name = name;
    expect(validateProducedPredicate(predicate).ok).toBe(true);
  });
});

describe('producers', () => {
  it('a producer may write every example of the specification', () => {
    expect(validateProducedBundle(exampleDocument('bundle-key')).ok).toBe(true);
    expect(validateProducedEnvelope(exampleDocument('envelope')).ok).toBe(true);
    expect(validateProducedStatement(exampleDocument('statement')).ok).toBe(true);
    expect(validateProducedPredicate(exampleDocument('predicate-files')).ok).toBe(true);
    expect(validateProducedPredicate(exampleDocument('predicate-shards')).ok).toBe(true);
  });

  it('a producer may write bundles of the methods certificate, with and without timestamps, and sigstore', () => {
    const timed = certificateBundle();
    timed.verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [{ signedTimestamp: 'QUJD' }] };
    expect(validateProducedBundle(certificateBundle()).ok).toBe(true);
    expect(validateProducedBundle(timed).ok).toBe(true);
    expect(validateProducedBundle(sigstoreBundle()).ok).toBe(true);
  });
});
