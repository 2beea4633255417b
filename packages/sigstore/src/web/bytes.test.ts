import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bytes, fromLooseBase64, makeBytes } from './bytes.ts';
import { isDeepStrictEqual as isDeepEqual } from './deep-equal.ts';
import { nodeCrypto } from './node-crypto.ts';

it('bytes have the same texts as in a Buffer of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (values) => {
      for (const encoding of ['utf8', 'utf-8', 'hex', 'base64', 'ascii'] as const) {
        expect(makeBytes.from(values).toString(encoding)).toBe(Buffer.from(values).toString(encoding));
      }
    }),
  );
});

it('texts are decoded as by a Buffer of Node, and loose Base64 too', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AbYZ09+/-_=! \nf0é') }), (text) => {
      for (const encoding of ['utf8', 'hex', 'base64'] as const) {
        expect([...makeBytes.from(text, encoding)]).toEqual([...Buffer.from(text, encoding)]);
      }
      expect([...fromLooseBase64(text)]).toEqual([...Buffer.from(text, 'base64')]);
    }),
    { numRuns: 3000 },
  );
});

it('bytes are views and copies in the same places as in a Buffer of Node', () => {
  const bytes = makeBytes.from([1, 2, 3]);
  const view = bytes.subarray(1);
  view[0] = 9;
  expect([...bytes]).toEqual([1, 9, 3]);
  expect((view as Bytes).toString('hex')).toBe('0903');
  expect(bytes.equals(Uint8Array.of(1, 9, 3))).toBe(true);
  expect(bytes.equals(Uint8Array.of(1, 9))).toBe(false);
  const copy = makeBytes.alloc(3);
  expect(bytes.copy(copy)).toBe(3);
  expect([...makeBytes.concat([copy, view])]).toEqual([1, 9, 3, 9, 3]);
});

it('new bytes are zero and share no byte with others, whatever their lengths', () => {
  const lengths = fc.array(fc.oneof(fc.nat(40), fc.constantFrom(1024, 2048, 2049, 70_000)), { maxLength: 200 });
  fc.assert(
    fc.property(lengths, (sizes) => {
      const all = sizes.map((size, i) => {
        const bytes = i % 3 === 0 ? makeBytes.concat([makeBytes.alloc(size)]) : makeBytes.alloc(size);
        expect(bytes).toHaveLength(size);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
        return bytes.fill(i);
      });
      expect(all.every((bytes, i) => bytes.every((byte) => byte === (i & 0xff)))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it.each([5, null, undefined, {}, { length: 3 }, true])('bytes cannot be made of %j', (value) => {
  expect(() => makeBytes.from(value)).toThrow(TypeError);
});

it('values are equal throughout exactly if they are for Node', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(fc.nat(2), fc.bigInt({ min: 0n, max: 2n }), fc.constantFrom('a', null, undefined), tie('some')),
    some: fc.oneof(
      fc.array(tie('any'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('any'), { noNullPrototype: true }),
      fc.uint8Array({ max: 1, maxLength: 2 }),
      fc.constantFrom(new Date(0), new Date(1)),
    ),
  })).any;
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(isDeepEqual(a, b)).toBe(isDeepStrictEqual(a, b));
      expect(isDeepEqual(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it('hashes, keys and signatures of the libraries are those of Node', () => {
  expect(nodeCrypto.createHash('sha256').update('a').digest().toString('hex')).toBe(
    createHash('sha256').update('a').digest('hex'),
  );
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const data = Buffer.from('data');
  const signature = sign('sha256', data, privateKey);
  for (const type of ['spki', 'pkcs1'] as const) {
    const key = nodeCrypto.createPublicKey({ key: publicKey.export({ type, format: 'der' }), format: 'der', type });
    expect(nodeCrypto.verify('sha256', data, key, signature)).toBe(true);
    expect(nodeCrypto.verify('sha384', data, key, signature)).toBe(false);
  }
});

it('without a named hash, an EC key verifies with SHA-256 and an Ed25519 key the message itself', () => {
  const data = Buffer.from('data');
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ed = generateKeyPairSync('ed25519');
  const imported = (key: typeof ec.publicKey) =>
    nodeCrypto.createPublicKey({ key: key.export({ type: 'spki', format: 'der' }), format: 'der', type: 'spki' });
  expect(nodeCrypto.verify(undefined, data, imported(ec.publicKey), sign('sha256', data, ec.privateKey))).toBe(true);
  expect(nodeCrypto.verify(undefined, data, imported(ed.publicKey), sign(null, data, ed.privateKey))).toBe(true);
  expect(nodeCrypto.verify(undefined, data, imported(ed.publicKey), new Uint8Array(64))).toBe(false);
});
