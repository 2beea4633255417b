import { createECDH, createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../format/encoding.ts';
import { sha256 } from '../node/platform.ts';
import { refusal } from '../testing/refusal.ts';
import { importPrivateKey, importPublicKey } from './ec-key.ts';

const curves = ['P-256', 'P-384', 'P-521'] as const;
const message = [encodeUtf8('to be '), encodeUtf8('signed')];

function privateNumber({ privateKey }: { readonly privateKey: KeyObject }): Buffer {
  return Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
}

describe.each(curves)('a key on %s', (curve) => {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const passphrase = 'correct horse';

  const forms: [string, string][] = [
    ['PKCS#8', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['SEC1', pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString()],
    [
      'encrypted PKCS#8',
      pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    ],
    [
      'encrypted SEC1',
      pair.privateKey.export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
    ],
  ];

  it.each(forms)(`a key on ${curve} signs from %s`, async (_, pem) => {
    const signature = await importPrivateKey(pem, passphrase).sign(message);
    const key = importPublicKey(publicPem);
    expect(await key.verify(message, signature)).toBe(true);
    expect(await key.verify([encodeUtf8('to be signed')], signature)).toBe(true);
    expect(await key.verify([encodeUtf8('something else')], signature)).toBe(false);
  });

  it.each(forms.slice(2))(
    `a key on ${curve} refuses %s without or with a wrong passphrase, and does not repeat it`,
    async (_, pem) => {
      await refusal('signer/passphrase-missing', () => importPrivateKey(pem));
      const error = await refusal('signer/passphrase-wrong', () => importPrivateKey(pem, 'wrong secret'));
      expect(`${error.message} ${error.cause}`).not.toContain('wrong secret');
    },
  );

  it.each(['pkcs8', 'sec1'] as const)(
    `a key on ${curve} in encrypted %s says that the passphrase is wrong when what it decrypts to is only not a key`,
    async (type) => {
      // A cipher without padding decrypts under every passphrase, as one with padding does now and then.
      const pem = pair.privateKey.export({ type, format: 'pem', cipher: 'aes-256-ofb', passphrase }).toString();
      await refusal('signer/passphrase-wrong', () => importPrivateKey(pem, 'wrong secret'));
      expect(importPrivateKey(pem, passphrase).publicKey.curve).toBe(curve);
    },
  );

  it.each([
    ['the private half of another key', () => privateNumber(generateKeyPairSync('ec', { namedCurve: curve }))],
    ['a number that is too large for the curve', (d: Buffer) => Buffer.alloc(d.length, 0xff)],
    ['zero', (d: Buffer) => Buffer.alloc(d.length)],
  ])(`a private key on ${curve} that holds %s is refused before it signs anything`, async (_, damaged) => {
    const d = privateNumber(pair);
    const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
    const at = der.indexOf(d);
    const bytes = Buffer.concat([der.subarray(0, at), damaged(d), der.subarray(at + d.length)]);
    const pem = `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
    await refusal('signer/key-unreadable', () => importPrivateKey(pem));
  });

  it(`a key on ${curve} takes its passphrase as bytes`, () => {
    expect(importPrivateKey(forms[2]?.[1] ?? '', encodeUtf8(passphrase)).publicKey.curve).toBe(curve);
  });

  it(`a key on ${curve} has the SHA-256 of its PEM text as hint`, () => {
    expect(importPublicKey(publicPem).hint).toBe(createHash('sha256').update(publicPem).digest('hex'));
    expect(importPublicKey(`text before\n${publicPem}`).hint).toBe(importPublicKey(publicPem).hint);
  });

  it(`a key on ${curve} has the same hint from a compressed point`, () => {
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([
      Buffer.of(4),
      Buffer.from(jwk.x ?? '', 'base64url'),
      Buffer.from(jwk.y ?? '', 'base64url'),
    ]);
    const names = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
    const compressed = createECDH(names[curve]) && compressPoint(point);
    const der = pair.publicKey.export({ type: 'spki', format: 'der' });
    expect(importPublicKey(toPem(withPoint(der, point.length, compressed))).hint).toBe(importPublicKey(publicPem).hint);
  });

  it(`a key on ${curve} does not verify a signature that is not DER`, async () => {
    for (const signature of [new Uint8Array(), randomBytes(64), Buffer.from('3000', 'hex')]) {
      expect(await importPublicKey(publicPem).verify(message, signature)).toBe(false);
    }
  });
});

describe('keys that are refused', () => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  it('a private key in place of a public key is refused', async () => {
    const pem = p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const error = await refusal('signer/key-unreadable', () => importPublicKey(pem));
    expect(error.message).toContain('private key');
  });

  it('a public key in place of a private key is refused', async () => {
    const pem = p256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await refusal('signer/key-unreadable', () => importPrivateKey(pem));
  });

  it.each(['', 'not a key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
    'the text %j is refused as a key',
    async (pem) => {
      await refusal('signer/key-unreadable', () => importPublicKey(pem));
      await refusal('signer/key-unreadable', () => importPrivateKey(pem));
    },
  );

  it.each([p256, generateKeyPairSync('ed25519')])(
    'a public key with bytes after it in the same block is refused, as the platforms differ in what they make of it',
    async ({ publicKey }) => {
      const der = publicKey.export({ type: 'spki', format: 'der' });
      for (const after of [Buffer.of(0), Buffer.from('300130', 'hex'), der]) {
        const error = await refusal('signer/key-unreadable', () => importPublicKey(toPem(Buffer.concat([der, after]))));
        expect(error.message).toContain('other bytes follow it');
      }
    },
  );

  it('two public keys in one file are refused', async () => {
    const pem = p256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await refusal('signer/key-unreadable', () => importPublicKey(pem + pem));
  });

  it('a missing public key is a mistake of the caller', () => {
    expect(() => importPublicKey(undefined as unknown as string)).toThrow(TypeError);
  });

  it('a key file of a million bytes is refused', async () => {
    await refusal('signer/key-unreadable', () => importPublicKey(new Uint8Array(1e6)));
  });

  it.each([
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['brainpoolP256r1', generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })],
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['Ed25519', generateKeyPairSync('ed25519')],
  ])('a key of %s is refused', async (_, { publicKey, privateKey }) => {
    const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await refusal('signer/key-unsupported', () => importPublicKey(publicPem));
    await refusal('signer/key-unsupported', () => importPrivateKey(privatePem));
  });
});

it('sha256 hashes pieces as if they were one', () => {
  expect(sha256([encodeUtf8('ab'), encodeUtf8('c')])).toBe(createHash('sha256').update('abc').digest('hex'));
});

function compressPoint(point: Buffer): Buffer {
  const half = (point.length - 1) / 2;
  return Buffer.concat([Buffer.of(2 + ((point.at(-1) ?? 0) & 1)), point.subarray(1, 1 + half)]);
}

/** A SubjectPublicKeyInfo with another form of the point, for which the BIT STRING and the outer length are rewritten. */
function withPoint(der: Buffer, pointLength: number, point: Buffer): Buffer {
  const outerHead = (der[1] ?? 0) < 0x80 ? 2 : 3;
  const algorithm = der.subarray(outerHead, outerHead + 2 + (der[outerHead + 1] ?? 0));
  expect(der.length).toBeGreaterThan(pointLength);
  const bits = Buffer.concat([Buffer.of(0x03, point.length + 1, 0), point]);
  return Buffer.concat([Buffer.of(0x30, algorithm.length + bits.length), algorithm, bits]);
}

function toPem(der: Buffer): string {
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
}

it.each([
  ['P-256', '3019301306072a8648ce3d020106082a8648ce3d03010703020000'],
  ['P-384', '3016301006072a8648ce3d020106052b8104002203020000'],
  ['P-521', '3016301006072a8648ce3d020106052b8104002303020000'],
])('the point at infinity of %s is refused, where some versions of Node would end the process', async (_curve, der) => {
  const base64 = Buffer.from(der, 'hex').toString('base64');
  const pem = `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
  await refusal('signer/key-unreadable', () => importPublicKey(pem));
});
