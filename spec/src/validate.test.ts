import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleDocument, type Loose } from '../tools/example-documents.ts';
import * as spec from './v1.0/index.ts';

const VALIDATORS = [
  spec.validateBundle,
  spec.validateProducedBundle,
  spec.validateEnvelope,
  spec.validateProducedEnvelope,
  spec.validateStatement,
  spec.validateProducedStatement,
  spec.validatePredicate,
  spec.validateProducedPredicate,
];

/** Every path to a part of a document. */
function paths(value: Loose, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.keys(value).flatMap((key) => paths(value[key], [...path, key]))];
}

/** The document with the part at a path replaced. */
function replaced(document: Loose, path: string[], part: unknown): Loose {
  const [step, ...rest] = path;
  if (step === undefined) return part;
  const copy = Array.isArray(document) ? [...document] : { ...document };
  copy[step] = replaced(document[step], rest, part);
  return copy;
}

describe('validators', () => {
  it('validators never throw', () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, withDate: true });
    fc.assert(
      fc.property(anything, (value) => {
        for (const validate of VALIDATORS) expect(typeof validate(value).ok).toBe('boolean');
      }),
    );
  });

  it('validators never throw on a valid document with anything in place of a part', () => {
    const bundle = exampleDocument('bundle-key');
    const statement = exampleDocument('statement');
    const change = (document: Loose) =>
      fc.tuple(fc.constantFrom(...paths(document)), fc.anything({ withBigInt: true }));
    fc.assert(
      fc.property(change(bundle), change(statement), ([bundlePath, one], [statementPath, other]) => {
        expect(typeof spec.validateBundle(replaced(bundle, bundlePath, one)).ok).toBe('boolean');
        expect(typeof spec.validateStatement(replaced(statement, statementPath, other)).ok).toBe('boolean');
      }),
    );
  });

  it('validators accept the digests that the pattern of the schema matches, and no others', () => {
    const statement = exampleDocument('statement');
    const at = ['predicate', 'resources', '0', 'digest'];
    const digest = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 63, maxLength: 65 });
    const unit = fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom(...'/:`gAF\n\0\u0130\u{10061}'));
    const changed = fc
      .tuple(digest, fc.nat(65), unit)
      .map(([text, at, unit]) => text.slice(0, at) + unit + text.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(digest, changed), (text) => {
        const isDigest = /^[0-9a-f]{64}$/u.test(text);
        expect(spec.validateStatement(replaced(statement, at, text)).ok).toBe(isDigest);
      }),
      { numRuns: 1000 },
    );
  });

  it('validators refuse objects that throw when they are read', () => {
    const hostile = Proxy.revocable({}, {});
    hostile.revoke();
    const throwing = Object.defineProperty({}, 'mediaType', {
      get() {
        throw new Error('no');
      },
    });
    for (const value of [hostile.proxy, throwing]) {
      expect(spec.validateBundle(value)).toMatchObject({ ok: false, issues: [{ pointer: '', requirement: null }] });
    }
  });

  it('validateEnvelope checks a payload of 20 million characters without overflowing the stack', () => {
    const envelope = exampleDocument('envelope');
    envelope.payload = 'QUJD'.repeat(5_000_000);
    expect(spec.validateEnvelope(envelope).ok).toBe(true);
    envelope.payload += '!';
    expect(spec.validateEnvelope(envelope)).toMatchObject({ issues: [{ requirement: 'OMS-JSON-6' }] });
  });

  it('validatePredicate checks names of 2 million components without overflowing the stack', () => {
    const predicate = exampleDocument('predicate-shards');
    predicate.resources[0].name = `${'a/'.repeat(2_000_000)}b:0:1`;
    expect(spec.validatePredicate(predicate).ok).toBe(true);
    predicate.resources[0].name = `${':1'.repeat(2_000_000)}b`;
    expect(spec.validatePredicate(predicate).ok).toBe(false);
  });

  it('validatePredicate points at a fault behind many resources', () => {
    const predicate = exampleDocument('predicate-files');
    const [resource] = predicate.resources;
    predicate.resources = Array.from({ length: 200_000 }, (_, index) => ({ ...resource, name: `file-${index}` }));
    expect(spec.validatePredicate(predicate).ok).toBe(true);
    predicate.resources[199_999].name = '..';
    expect(spec.validatePredicate(predicate)).toMatchObject({ issues: [{ pointer: '/resources/199999/name' }] });
  });
});

describe('messages', () => {
  function message(validate: (value: unknown) => spec.Validation<unknown>, document: Loose): string {
    const result = validate(document);
    return result.ok ? 'accepted' : String(result.issues[0]?.message);
  }

  it('a message says which methods were found', () => {
    const bundle = exampleDocument('bundle-key');
    bundle.verificationMaterial.certificate = { rawBytes: 'QUJD' };
    expect(message(spec.validateBundle, bundle)).toBe(
      'expected exactly one of publicKey, x509CertificateChain and certificate, found publicKey and certificate',
    );
    bundle.verificationMaterial = {};
    expect(message(spec.validateBundle, bundle)).toMatch(/found none$/);
  });

  it('a message says which predicate type was found', () => {
    const statement = exampleDocument('statement');
    statement.predicateType = 'https://model_signing/Digests/v0.1';
    expect(message(spec.validateStatement, statement)).toMatch(/found "https:\/\/model_signing\/Digests\/v0.1"$/);
  });

  it('a message says which member is absent', () => {
    const predicate = exampleDocument('predicate-files');
    delete predicate.resources[0].digest;
    expect(message(spec.validatePredicate, predicate)).toBe('expected the member "digest", which is absent');
  });

  it('a message shortens and quotes untrusted text', () => {
    const bundle = exampleDocument('bundle-key');
    bundle.mediaType = `\u001b[31m"\u202e${'x'.repeat(1000)}`;
    const text = message(spec.validateBundle, bundle);
    expect(text).toContain('found "\\u001b[31m\\"\u202exxx');
    expect(text).toContain('(1007 characters)');
    expect(text.length).toBeLessThan(400);
  });

  it('a message shortens and quotes the names of unknown members', () => {
    const bundle = exampleDocument('bundle-key');
    bundle[`\n${'x'.repeat(1000)}`] = 1;
    expect(message(spec.validateProducedBundle, bundle)).toMatch(/found "\\nx+…" \(1001 characters\)$/);
  });
});

describe('constants', () => {
  it('the exported identifiers are those of the examples', () => {
    const bundle = exampleDocument('bundle-key');
    const statement = exampleDocument('statement');
    expect(spec.BUNDLE_MEDIA_TYPE).toBe(bundle.mediaType);
    expect(spec.PAYLOAD_TYPE).toBe(bundle.dsseEnvelope.payloadType);
    expect(spec.STATEMENT_TYPE).toBe(statement._type);
    expect(spec.PREDICATE_TYPE).toBe(statement.predicateType);
  });
});
