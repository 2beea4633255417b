import { describe, expect, it } from 'vitest';
import { certificateBundle, exampleDocument, type Loose, sigstoreBundle } from '../tools/example-documents.ts';
import {
  type Validation,
  validateBundle,
  validateEnvelope,
  validatePredicate,
  validateStatement,
} from './v1.0/index.ts';

type Case = [fact: string, requirement: string, pointer: string, change: (document: Loose) => void];

function refusals(validate: (value: unknown) => Validation<unknown>, valid: () => Loose, cases: Case[]) {
  it.each(cases)(`${validate.name} refuses %s (%s)`, (_fact, requirement, pointer, change) => {
    const document = valid();
    expect(validate(document)).toEqual({ ok: true, value: document });
    change(document);
    expect(validate(document)).toMatchObject({ ok: false, issues: [{ requirement, pointer }] });
  });
}

describe('validatePredicate', () => {
  refusals(validatePredicate, () => exampleDocument('predicate-files'), [
    [
      'a shard_size beside the method files',
      'OMS-SER-9',
      '/serialization/shard_size',
      (p) => (p.serialization.shard_size = 1),
    ],
    ['an empty list of resources', 'OMS-RES-8', '/resources', (p) => (p.resources = [])],
    ['an absolute name', 'OMS-NAME-6', '/resources/0/name', (p) => (p.resources[0].name = '/etc/passwd')],
    ['a name that steps to a parent', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = '../x')],
    ['a name that is a parent', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = '..')],
    ['a name that ends in a parent', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 'a/..')],
    ['a name with a trailing slash', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 'x/')],
    ['a name that begins with ./', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = './x')],
    ['a name with an inner .', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 'a/./b')],
    ['a name with an empty component', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 'a//b')],
    ['an empty name', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = '')],
    ['a name with a NUL', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 'a\0b')],
    ['a name that is a number', 'OMS-NAME-6', '/resources/1/name', (p) => (p.resources[1].name = 7)],
    ['a short digest', 'OMS-RES-4', '/resources/0/digest', (p) => (p.resources[0].digest = 'ab')],
    ['a digest of odd length', 'OMS-RES-4', '/resources/0/digest', (p) => (p.resources[0].digest = 'abc')],
    ['a digest with a line feed', 'OMS-RES-4', '/resources/0/digest', (p) => (p.resources[0].digest += '\n')],
    ['a digest in capitals', 'OMS-RES-4', '/resources/0/digest', (p) => (p.resources[0].digest = 'A'.repeat(64))],
    [
      'a digest longer than its algorithm gives',
      'OMS-RES-4',
      '/resources/0/digest',
      (p) => (p.resources[0].digest += 'ab'),
    ],
    [
      'an algorithm unlike hash_type',
      'OMS-RES-6',
      '/resources/0/algorithm',
      (p) => (p.resources[0].algorithm = 'blake3'),
    ],
    ['an unregistered hash_type', 'OMS-ALG-2', '/serialization/hash_type', (p) => (p.serialization.hash_type = 'md5')],
    ['a descriptor without digest', 'OMS-RES-2', '/resources/0', (p) => delete p.resources[0].digest],
    ['a descriptor without algorithm', 'OMS-RES-2', '/resources/0', (p) => delete p.resources[0].algorithm],
    ['a descriptor without name', 'OMS-RES-2', '/resources/0', (p) => delete p.resources[0].name],
    ['a predicate without serialization', 'OMS-PRED-2', '', (p) => delete p.serialization],
    ['a predicate without resources', 'OMS-PRED-2', '', (p) => delete p.resources],
    ['a serialization without method', 'OMS-SER-6', '/serialization', (p) => delete p.serialization.method],
    [
      'a serialization without allow_symlinks',
      'OMS-SER-6',
      '/serialization',
      (p) => delete p.serialization.allow_symlinks,
    ],
    ['an unknown method', 'OMS-SER-6', '/serialization/method', (p) => (p.serialization.method = 'tree')],
    [
      'an excluded path with *',
      'OMS-MATCH-6',
      '/serialization/ignore_paths/0',
      (p) => (p.serialization.ignore_paths[0] = '*.bin'),
    ],
    [
      'an excluded path with [',
      'OMS-MATCH-6',
      '/serialization/ignore_paths/0',
      (p) => (p.serialization.ignore_paths[0] = 'a[1'),
    ],
    [
      'an absolute excluded path',
      'OMS-MATCH-6',
      '/serialization/ignore_paths/0',
      (p) => (p.serialization.ignore_paths[0] = '/a'),
    ],
    [
      'an excluded path above the model',
      'OMS-MATCH-6',
      '/serialization/ignore_paths/0',
      (p) => (p.serialization.ignore_paths[0] = '../x'),
    ],
    [
      'the excluded path .',
      'OMS-MATCH-6',
      '/serialization/ignore_paths/0',
      (p) => (p.serialization.ignore_paths[0] = '.'),
    ],
  ]);

  const shard = (name: string) => (p: Loose) => (p.resources[0].name = name);
  refusals(validatePredicate, () => exampleDocument('predicate-shards'), [
    ['shards without shard_size', 'OMS-SER-6', '/serialization', (p) => delete p.serialization.shard_size],
    ['a shard_size of zero', 'OMS-SHARD-2', '/serialization/shard_size', (p) => (p.serialization.shard_size = 0)],
    [
      'a shard_size above 2^53',
      'OMS-SHARD-2',
      '/serialization/shard_size',
      (p) => (p.serialization.shard_size = 2 ** 53),
    ],
    [
      'a shard_size with a fraction',
      'OMS-SHARD-2',
      '/serialization/shard_size',
      (p) => (p.serialization.shard_size = 1.5),
    ],
    ['a shard without a range', 'OMS-SHARD-8', '/resources/0/name', shard('README.md')],
    ['a shard with half a range', 'OMS-SHARD-8', '/resources/0/name', shard('README.md:59')],
    ['a shard with a leading zero', 'OMS-SHARD-8', '/resources/0/name', shard('README.md:00:59')],
    ['a shard with a sign', 'OMS-SHARD-8', '/resources/0/name', shard('README.md:0:+59')],
    ['a shard that ends at zero', 'OMS-SHARD-8', '/resources/0/name', shard('README.md:0:0')],
    ['a shard without a path', 'OMS-SHARD-8', '/resources/0/name', shard(':0:59')],
    ['a shard of a parent', 'OMS-NAME-6', '/resources/0/name', shard('a/..:0:59')],
    ['a shard of an inner .', 'OMS-NAME-6', '/resources/0/name', shard('a/.:0:59')],
  ]);

  it('validatePredicate leaves order and unique names to the semantic rules', () => {
    const predicate = exampleDocument('predicate-files');
    predicate.resources = [...predicate.resources.toReversed(), predicate.resources[0]];
    expect(validatePredicate(predicate).ok).toBe(true);
  });

  it('validatePredicate ties the length of a digest to its algorithm', () => {
    const predicate = exampleDocument('predicate-files');
    predicate.serialization.hash_type = 'blake2b';
    predicate.resources = [{ name: 'a', digest: 'ab'.repeat(64), algorithm: 'blake2b' }];
    expect(validatePredicate(predicate).ok).toBe(true);
    predicate.resources[0].digest = 'ab'.repeat(32);
    expect(validatePredicate(predicate)).toMatchObject({ issues: [{ requirement: 'OMS-RES-4' }] });
  });
});

describe('validateStatement', () => {
  refusals(validateStatement, () => exampleDocument('statement'), [
    ['a subject without sha256', 'OMS-ROOT-3', '/subject/0/digest', (s) => (s.subject[0].digest = { md5: '00' })],
    ['a short root digest', 'OMS-ROOT-3', '/subject/0/digest/sha256', (s) => (s.subject[0].digest.sha256 = '00')],
    ['a subject without digest', 'OMS-STMT-6', '/subject/0', (s) => delete s.subject[0].digest],
    ['an empty subject name', 'OMS-SUBJECT-4', '/subject/0/name', (s) => (s.subject[0].name = '')],
    ['no subject', 'OMS-SUBJECT-2', '/subject', (s) => (s.subject = [])],
    ['two subjects', 'OMS-SUBJECT-2', '/subject', (s) => s.subject.push(s.subject[0])],
    ['another statement type', 'OMS-STMT-2', '/_type', (s) => (s._type = 'https://in-toto.io/Statement/v0.1')],
    [
      'a later predicate type',
      'OMS-STMT-4',
      '/predicateType',
      (s) => (s.predicateType = 'https://model_signing/signature/v1.1'),
    ],
    ['a statement without predicate', 'OMS-STMT-6', '', (s) => delete s.predicate],
    ['a predicate without resources', 'OMS-PRED-2', '/predicate', (s) => delete s.predicate.resources],
  ]);

  it('validateStatement ignores additive members at every level', () => {
    const statement = exampleDocument('statement');
    for (const part of [statement, statement.subject[0], statement.predicate, statement.predicate.serialization]) {
      part.later = true;
    }
    statement.predicate.resources[0].later = true;
    expect(validateStatement(statement).ok).toBe(true);
  });
});

describe('validateEnvelope', () => {
  refusals(validateEnvelope, () => exampleDocument('envelope'), [
    ['a payload that is not Base64', 'OMS-JSON-6', '/payload', (e) => (e.payload = '!!!')],
    ['a payload with a line feed', 'OMS-JSON-6', '/payload', (e) => (e.payload += '\n')],
    ['an empty payload', 'OMS-JSON-6', '/payload', (e) => (e.payload = '')],
    ['padding in the middle', 'OMS-JSON-6', '/payload', (e) => (e.payload = 'QQ==QQ==')],
    ['a signature that is not Base64', 'OMS-JSON-6', '/signatures/0/sig', (e) => (e.signatures[0].sig = '!!!')],
    ['no signature', 'OMS-DSSE-5', '/signatures', (e) => (e.signatures = [])],
    ['two signatures', 'OMS-DSSE-5', '/signatures', (e) => e.signatures.push(e.signatures[0])],
    ['a keyid that is a number', 'OMS-DSSE-7', '/signatures/0/keyid', (e) => (e.signatures[0].keyid = 1)],
    ['another payload type', 'OMS-DSSE-2', '/payloadType', (e) => (e.payloadType = 'text/plain')],
    ['an envelope without payload', 'OMS-BUNDLE-6', '', (e) => delete e.payload],
  ]);
});

describe('validateBundle', () => {
  const material = '/verificationMaterial';
  refusals(validateBundle, () => exampleDocument('bundle-key'), [
    ['a media type with a suffix', 'OMS-BUNDLE-3', '/mediaType', (b) => (b.mediaType += ';version=0.1')],
    [
      'another media type',
      'OMS-BUNDLE-3',
      '/mediaType',
      (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle-evil'),
    ],
    ['an absent media type', 'OMS-BUNDLE-3', '', (b) => delete b.mediaType],
    ['a bundle without envelope', 'OMS-BUNDLE-6', '', (b) => delete b.dsseEnvelope],
    ['no method', 'OMS-METHOD-2', material, (b) => delete b.verificationMaterial.publicKey],
    ['two methods', 'OMS-METHOD-2', material, (b) => (b.verificationMaterial.certificate = 42)],
    [
      'a hint that is a number',
      'OMS-BUNDLE-6',
      `${material}/publicKey/hint`,
      (b) => (b.verificationMaterial.publicKey.hint = 7),
    ],
    [
      'a hint beside rawBytes',
      'OMS-KEY-10',
      `${material}/publicKey`,
      (b) => (b.verificationMaterial.publicKey.rawBytes = 'QUJD'),
    ],
    ['neither hint nor rawBytes', 'OMS-KEY-6', `${material}/publicKey`, (b) => (b.verificationMaterial.publicKey = {})],
  ]);

  refusals(validateBundle, certificateBundle, [
    [
      'an empty chain',
      'OMS-CERT-3',
      `${material}/x509CertificateChain/certificates`,
      (b) => (b.verificationMaterial.x509CertificateChain.certificates = []),
    ],
    [
      'a chain without certificates',
      'OMS-CERT-3',
      `${material}/x509CertificateChain`,
      (b) => (b.verificationMaterial.x509CertificateChain = {}),
    ],
  ]);

  const entry = `${material}/tlogEntries/0`;
  refusals(validateBundle, sigstoreBundle, [
    [
      'sigstore with an empty list of log entries',
      'OMS-SIGSTORE-3',
      `${material}/tlogEntries`,
      (b) => (b.verificationMaterial.tlogEntries = []),
    ],
    ['an empty log entry', 'OMS-SIGSTORE-4', entry, (b) => (b.verificationMaterial.tlogEntries = [{}])],
    [
      'a log entry without proof or promise',
      'OMS-SIGSTORE-4',
      entry,
      (b) => delete b.verificationMaterial.tlogEntries[0].inclusionPromise,
    ],
    [
      'a log entry without the log',
      'OMS-SIGSTORE-4',
      `${entry}/logId`,
      (b) => (b.verificationMaterial.tlogEntries[0].logId = {}),
    ],
    [
      'a certificate that is a number',
      'OMS-BUNDLE-6',
      `${material}/certificate`,
      (b) => (b.verificationMaterial.certificate = 42),
    ],
  ]);
});
