import { constants, createHash, createSign, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as node from '../node/platform.ts';
import type { SignatureScheme } from '../public-key.ts';
import * as web from './platform.ts';

const message = [new TextEncoder().encode('a mes'), new TextEncoder().encode('sage')];

const spkiOf = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

interface Case {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
}

function ecCase(namedCurve: string, hash: 'sha256' | 'sha384' | 'sha512'): Case {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const signature = createSign(hash).update('a message').sign(privateKey);
  return { name: `${namedCurve}, ${hash}`, publicKey, scheme: { keyType: 'ec', hash }, signature };
}

const rsa = new Map([2048, 2049, 3072].map((bits) => [bits, generateKeyPairSync('rsa', { modulusLength: bits })]));

function rsaCase(bits: number, hash: 'sha256' | 'sha384' | 'sha512', saltLength?: number): Case {
  const { publicKey, privateKey } = rsa.get(bits) as NonNullable<ReturnType<typeof rsa.get>>;
  const padding = saltLength === undefined ? {} : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  const signature = createSign(hash)
    .update('a message')
    .sign({ key: privateKey, ...padding });
  const scheme = { keyType: 'rsa', hash, ...(saltLength !== undefined && { saltLength }) } as const;
  return { name: `RSA-${bits}, ${hash}, salt ${saltLength}`, publicKey, scheme, signature };
}

function ed25519Case(): Case {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signature = sign(null, Buffer.from('a message'), privateKey);
  return { name: 'Ed25519', publicKey, scheme: { keyType: 'ed25519', hash: null }, signature };
}

const cases: readonly Case[] = [
  ecCase('P-256', 'sha256'),
  ecCase('P-256', 'sha512'),
  ecCase('P-384', 'sha384'),
  ecCase('P-521', 'sha512'),
  ecCase('P-521', 'sha256'),
  ed25519Case(),
  rsaCase(2048, 'sha256'),
  rsaCase(2049, 'sha384'),
  rsaCase(3072, 'sha512'),
  rsaCase(2048, 'sha256', 32),
  rsaCase(2048, 'sha512', 0),
  rsaCase(2049, 'sha384', 48),
  rsaCase(2049, 'sha256', 222),
];

describe.each(cases)('a signature by $name', ({ publicKey, scheme, signature }) => {
  const spki = spkiOf(publicKey);
  const key = web.importPublicKey(spki);

  it(`the platform of browsers accepts a signature by ${publicKey.asymmetricKeyType} and describes the key as Node does`, () => {
    expect(key.verify(scheme, message, signature)).toBe(true);
    const { type, curve, rsa: size } = node.importPublicKey(spki);
    expect({ type: key.type, curve: key.curve, rsa: key.rsa }).toEqual({ type, curve, rsa: size });
  });

  it('the platform of browsers refuses another message, scheme and length', () => {
    expect(key.verify(scheme, [new Uint8Array(9)], signature)).toBe(false);
    expect(key.verify(scheme, message, signature.subarray(1))).toBe(false);
    expect(key.verify(scheme, message, new Uint8Array(signature.length))).toBe(false);
    expect(key.verify(scheme, message, new Uint8Array(0))).toBe(false);
    const other = { keyType: scheme.keyType === 'ec' ? 'rsa' : 'ec', hash: 'sha256' } as const;
    expect(key.verify(other, message, signature)).toBe(false);
    if (scheme.keyType !== 'rsa') return;
    expect(key.verify({ ...scheme, saltLength: (scheme.saltLength ?? 19) + 1 }, message, signature)).toBe(false);
  });

  it('the platform of browsers and Node say the same of a signature with a changed byte', () => {
    const byNode = node.importPublicKey(spki);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = new Uint8Array(signature);
        changed[at] = (changed[at] as number) ^ change;
        expect(key.verify(scheme, message, changed)).toBe(byNode.verify(scheme, message, changed));
      }),
      { numRuns: 25 },
    );
  });
});

it.each(['ec', 'rsa', 'ed25519'])('a changed %s key is refused, or is described and verifies as by Node', (kind) => {
  const { publicKey, scheme, signature } = cases.find((one) => one.publicKey.asymmetricKeyType === kind) as Case;
  const spki = spkiOf(publicKey);
  fc.assert(
    fc.property(fc.nat(spki.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = new Uint8Array(spki);
      changed[at] = (changed[at] as number) ^ change;
      let key: ReturnType<typeof web.importPublicKey>;
      try {
        key = web.importPublicKey(changed);
      } catch {
        return;
      }
      const isVerified = key.verify(scheme, message, signature);
      if (key.curve === undefined && !isVerified) return;
      const byNode = node.importPublicKey(changed);
      expect([byNode.curve, byNode.verify(scheme, message, signature)]).toEqual([key.curve, isVerified]);
    }),
    {
      numRuns: 200,
      // The hybrid forms of a point are other spellings of the same key.
      ...(kind === 'ec' && { examples: [6, 7].map((form) => [spki.indexOf(4, 23), 4 ^ form] as [number, number]) }),
    },
  );
});

it('a key of Ed25519 and a signature with parts of small order, or written in another way, verify as by Node', () => {
  const { Point } = ed25519;
  const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse();
  const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const small = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex, true));
  const odd = [
    ...Array.from({ length: 19 }, (_, i) => bytesOf(2n ** 255n - 19n + BigInt(i))),
    Buffer.from(`01${'00'.repeat(30)}80`, 'hex'),
  ];
  const isSame = (key: Uint8Array, signature: Uint8Array) => {
    const spki = new Uint8Array(Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]));
    const by = ({ importPublicKey }: Pick<typeof web, 'importPublicKey'>) =>
      importPublicKey(spki).verify({ keyType: 'ed25519', hash: null }, message, signature);
    const byNode = by(node);
    expect(by(web)).toBe(byNode);
    return byNode;
  };
  const anIndex = fc.nat(small.length - 1);
  const aScalar = fc.bigInt({ min: 1n, max: Point.Fn.ORDER - 1n });
  const accepted = new Set<boolean>();
  fc.assert(
    fc.property(anIndex, anIndex, aScalar, aScalar, fc.constantFrom(...odd), (i, j, secret, nonce, other) => {
      const shift = (scalar: bigint, index: number) =>
        Point.BASE.multiply(scalar)
          .add(small[index] as typeof Point.BASE)
          .toBytes();
      const [key, r] = [shift(secret, i), shift(nonce, j)];
      const hash = createHash('sha512').update(Buffer.concat([r, key, ...message]));
      const s = (nonce + (numberOf(hash.digest()) % Point.Fn.ORDER) * secret) % Point.Fn.ORDER;
      const signature = Buffer.concat([r, bytesOf(s)]);
      accepted.add(isSame(key, new Uint8Array(signature)));
      isSame(key, new Uint8Array(Buffer.concat([r, bytesOf(s + Point.Fn.ORDER)])));
      isSame(key, new Uint8Array(Buffer.concat([other, bytesOf(s)])));
      for (const weak of [small[i]?.toBytes(), other]) isSame(weak as Uint8Array, new Uint8Array(signature));
    }),
    { numRuns: 40, examples: [[0, 0, 5n, 7n, odd[0] as Buffer]] },
  );
  expect(accepted.has(true)).toBe(true);
});

it.each([
  ['P-256', '3019301306072a8648ce3d020106082a8648ce3d03010703020000'],
  ['P-384', '3016301006072a8648ce3d020106052b8104002203020000'],
  ['P-521', '3016301006072a8648ce3d020106052b8104002303020000'],
])('the point at infinity of %s is not a key, in browsers and in every version of Node', (_curve, spki) => {
  for (const { importPublicKey } of [web, node]) {
    expect(() => importPublicKey(new Uint8Array(Buffer.from(spki, 'hex')))).toThrow();
  }
});

it('an RSA key of more than 8192 bits, and an exponent above 33 bits, verify nothing and cost no time', () => {
  const integer = (hex: string) => {
    const length = hex.length / 2;
    return Buffer.concat([Buffer.from([2, 0x82, length >> 8, length & 0xff]), Buffer.from(hex, 'hex')]);
  };
  const sequence = (tag: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
  };
  const keyOf = (bytes: number, exponent: string) => {
    const rsaKey = sequence(0x30, integer(`00${'ff'.repeat(bytes)}`), Buffer.from(exponent, 'hex'));
    const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
    return web.importPublicKey(sequence(0x30, algorithm, sequence(3, Buffer.from([0]), rsaKey)));
  };
  const large = keyOf(1025, '0203010001');
  expect(large.rsa?.bits).toBe(8200);
  expect(large.verify({ keyType: 'rsa', hash: 'sha256' }, message, new Uint8Array(1025).fill(1))).toBe(false);
  const slow = keyOf(1024, `0220${'7f'.repeat(32)}`);
  expect(slow.verify({ keyType: 'rsa', hash: 'sha256' }, message, new Uint8Array(1024).fill(1))).toBe(false);
});

it.each(['secp256k1', 'brainpoolP256r1'])('a key on %s is one of a curve that cannot be used', (namedCurve) => {
  const key = web.importPublicKey(spkiOf(generateKeyPairSync('ec', { namedCurve }).publicKey));
  expect({ type: key.type, curve: key.curve }).toEqual({ type: 'ec', curve: undefined });
});

it.each(['rsa-pss', 'dsa', 'x25519', 'x448', 'ed448'] as const)(
  'a key of the kind %s is named and verifies nothing',
  (kind) => {
    const make = generateKeyPairSync as unknown as (kind: string, options: object) => { publicKey: KeyObject };
    const { publicKey } = make(kind, { modulusLength: 2048, divisorLength: 256 });
    const key = web.importPublicKey(spkiOf(publicKey));
    expect(key.type).toBe(node.importPublicKey(spkiOf(publicKey)).type);
    expect(key.verify({ keyType: 'ec', hash: 'sha256' }, message, new Uint8Array(70))).toBe(false);
  },
);

it('bytes become the same texts, and texts the same bytes, as by Node', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(web.toHex(bytes)).toBe(node.toHex(bytes));
      expect(web.toBase64(bytes)).toBe(node.toBase64(bytes));
      expect(web.toLatin1(bytes)).toBe(node.toLatin1(bytes));
      expect(web.fromBase64(node.toBase64(bytes))).toEqual(bytes);
      expect(web.fromHex(node.toHex(bytes))).toEqual(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0aFg=+/-_ \nAQ') }), (text) => {
      expect(web.fromBase64(text)).toEqual(node.fromBase64(text));
      expect(web.fromHex(text)).toEqual(node.fromHex(text));
    }),
    { numRuns: 2000 },
  );
});

it('without the native methods of newer platforms, Base64 is decoded as strictly', async () => {
  const native = Uint8Array as unknown as { fromBase64?: unknown };
  const { fromBase64 } = native;
  native.fromBase64 = undefined;
  try {
    expect(web.fromBase64('AAEC')).toEqual(Uint8Array.of(0, 1, 2));
    for (const text of ['AAE', 'AA=', 'AAF=', 'AA EC', 'AAEC\n', 'AA-_', '===='])
      expect(web.fromBase64(text)).toBeNull();
  } finally {
    native.fromBase64 = fromBase64;
  }
});

it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('%s of pieces is the same as by Node', (algorithm) => {
  expect(Buffer.from(web.digest(algorithm, message))).toEqual(Buffer.from(node.digest(algorithm, message)));
});
