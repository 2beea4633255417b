import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import {
  certificateSigner,
  certificateVerifier,
  keySigner,
  keyVerifier,
  localModel,
  signModel,
  verifyModel,
} from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { makeCertificate, makeRoot } from '@model-signing/testing/certificates';
import { refusalOf } from '@model-signing/testing/refusal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CK } from './cryptoki.ts';
import { openPkcs11Key, readPkcs11PublicKey } from './index.ts';
import { SoftHsm, softHsmModule } from './testing/softhsm.ts';

const refusal = refusalOf(KeyError);
const module = softHsmModule();
const curves = [
  ['P-256', 'sha256'],
  ['P-384', 'sha384'],
  ['P-521', 'sha512'],
] as const;

const root = makeRoot();
/** The certificates of the keys of a card, by curve. */
const certificates = new Map<string, string>();

let hsm: SoftHsm;
const uriOf = (path: string, query = 'pin-value=1234') => `pkcs11:${path}?module-path=${module}${query && `&${query}`}`;
const pin = async () => '1234';

describe.skipIf(module === null)('a token of SoftHSM (SOFTHSM2_MODULE names its module)', () => {
  beforeAll(() => {
    hsm = new SoftHsm(module as string);
    hsm.addToken('release keys', '1234', (token) => {
      for (const [i, [type]] of curves.entries()) token.addKey({ id: `0${i + 1}`, label: `key ${type}`, type });
      token.addKey({ id: '11', label: 'RSA', type: 'RSA' });
      token.addKey({ id: '12', label: 'Ed25519', type: 'Ed25519' });
      token.addKey({ id: '13', label: 'secp256k1', type: 'secp256k1' });
      token.addKey({ id: '14', label: 'derives', attributes: [{ type: CK.CKA_SIGN, value: false }] });
      token.addKey({ id: '15', label: 'each time', attributes: [{ type: CK.CKA_ALWAYS_AUTHENTICATE, value: true }] });
      token.addKey({ id: '21', label: 'same label' });
      token.addKey({ id: '22', label: 'same label' });
      token.addKey({ id: '23', label: 'one' });
      token.addKey({ id: '23', label: 'other' });
      token.addKey({ id: '24', label: 'no public key', hidesPublicKey: true });
      token.addKey({ label: 'no ID' });
    });
    hsm.addToken('other', '5678', (token) => token.addKey({ id: '01', label: 'key P-256' }));
    hsm.addToken('card', '1234', (token) => {
      for (const [i, [type]] of curves.entries()) {
        const named = { id: `0${i + 1}`, label: `card ${type}` };
        const spki = token.addKey({ ...named, type, hidesPublicKey: true }) as Buffer;
        const certificate = makeCertificate({ issuer: root, raw: { spki } });
        certificates.set(type, certificate.pem);
        token.addCertificate(certificate.der, named);
      }
      const spki = token.addKey({ id: '09', label: 'bare', hidesPublicKey: true }) as Buffer;
      certificates.set('bare', makeCertificate({ issuer: root, raw: { spki } }).pem);
    });
  });

  afterAll(() => hsm[Symbol.dispose]());

  it.each(curves)('signs a digest on %s with a key that an ID or a label names', async (curve, hash) => {
    const id = curves.findIndex(([name]) => name === curve) + 1;
    for (const path of [`token=release%20keys;id=%0${id}`, `token=release%20keys;object=key%20${curve};type=private`]) {
      await using key = await openPkcs11Key(uriOf(path));
      const message = randomBytes(40);
      const signature = await key.sign(createHash(hash).update(message).digest());
      expect(verify(hash, message, key.publicKey, signature)).toBe(true);
      expect(key.publicKey).toBe(createPublicKey(key.publicKey).export({ type: 'spki', format: 'pem' }));
      expect(key.description).toContain(`id=%0${id} object="key ${curve}"`);
      expect(key.certificate).toBeNull();
    }
  });

  it('makes 100 signatures that all verify, whatever the first bits of r and s are', async () => {
    await using key = await openPkcs11Key(uriOf('token=release%20keys;id=%03'));
    const messages = Array.from({ length: 100 }, () => randomBytes(40));
    const signatures = await Promise.all(messages.map((each) => key.sign(createHash('sha512').update(each).digest())));
    expect(messages.every((each, i) => verify('sha512', each, key.publicKey, signatures[i] as Uint8Array))).toBe(true);
  });

  it.each(curves)(
    'signs a model with a key on %s, and the public key that it shows without a PIN verifies it',
    async (curve) => {
      const file = hsm.file(`model ${curve}`);
      writeFileSync(file, randomBytes(1000));
      const path = `token=release%20keys;object=key%20${curve}`;
      await using key = await openPkcs11Key(uriOf(path, ''), { pin });
      const { bundle } = await signModel(localModel(file), keySigner({ key }));
      const { publicKey } = await readPkcs11PublicKey(uriOf(path, ''), {
        pin: () => Promise.reject(new Error('asked')),
      });
      expect(publicKey).toBe(key.publicKey);
      const { signer } = await verifyModel(localModel(file), bundle, keyVerifier({ publicKey }));
      expect(signer).toMatchObject({ method: 'key', curve });
    },
  );

  it.each(curves)(
    'takes a public key on %s from the certificate with the same ID, and signs a model with both',
    async (curve) => {
      const path = `token=card;object=card%20${curve}`;
      await using key = await openPkcs11Key(uriOf(path));
      expect(key.certificate?.trim()).toBe(certificates.get(curve)?.trim());
      expect(await readPkcs11PublicKey(uriOf(path, ''))).toMatchObject({ publicKey: key.publicKey });
      const file = hsm.file(`card ${curve}`);
      writeFileSync(file, 'weights');
      const signer = certificateSigner({ key, certificate: key.certificate as string, chain: [root.pem] });
      const { bundle } = await signModel(localModel(file), signer);
      const verified = await verifyModel(localModel(file), bundle, certificateVerifier({ trusted: [root.pem] }));
      expect(verified.signer.method).toBe('certificate');
    },
  );

  it('takes the public key from a certificate that the caller has, if the token has none', async () => {
    const uri = uriOf('token=card;object=bare');
    const error = await refusal('key/not-found', () => openPkcs11Key(uri));
    expect(error.message).toContain('the token has neither its public key nor a certificate');
    await using key = await openPkcs11Key(uri, { certificate: certificates.get('bare') as string });
    const digest = createHash('sha256').update('message').digest();
    expect(verify('sha256', Buffer.from('message'), key.publicKey, await key.sign(digest))).toBe(true);
    expect(key.certificate).toBeNull();
  });

  it.each([
    ['token=release%20keys;id=%11', 'its type is RSA'],
    ['token=release%20keys;id=%12', 'its type is Ed25519'],
    ['token=release%20keys;id=%13', 'its curve is secp256k1'],
    ['token=release%20keys;id=%14', 'CKA_SIGN is false'],
  ])('does not open the key %s, and says why it cannot sign models', async (path, problem) => {
    const error = await refusal('key/unsupported', () => openPkcs11Key(uriOf(path)));
    expect(error.message).toContain(problem);
  });

  it.each([
    ['object=same%20label', ['id=%21;object=same%20label', 'id=%22;object=same%20label']],
    ['id=%23', ['id=%23;object=one', 'id=%23;object=other']],
  ])('does not choose between two keys that %s fits, and names a URI for each', async (path, choices) => {
    const error = await refusal('key/ambiguous', () => openPkcs11Key(uriOf(`token=release%20keys;${path}`)));
    expect(error.message).toContain('2 private keys fit the PKCS #11 URI');
    expect(error.choices).toEqual(
      choices.map((each) => expect.stringMatching(new RegExp(`serial=[0-9a-f]+;${each}[?]module-path=/`))),
    );
    for (const choice of error.choices) {
      await using key = await openPkcs11Key(choice, { pin });
      expect(key.publicKey).toContain('BEGIN PUBLIC KEY');
    }
  });

  it('does not choose between two tokens, and names both', async () => {
    const error = await refusal('key/ambiguous', () => openPkcs11Key(uriOf('object=key%20P-256')));
    expect(error.message).toContain('tokens fit the PKCS #11 URI');
    expect(error.choices.join()).not.toContain('1234');
    const [other = ''] = error.choices.filter((each) => each.includes('token=other'));
    await using _key = await openPkcs11Key(other, { pin: async () => '5678' });
    expect(error.choices).toContainEqual(
      expect.stringMatching(/^pkcs11:token=other;serial=[0-9a-f]+;object=key%20P-256[?]/),
    );
    expect(error.choices).toContainEqual(
      expect.stringMatching(/^pkcs11:token=release%20keys;serial=[0-9a-f]+;object=key%20P-256[?]/),
    );
  });

  it('finds a key with a label and no ID, and its public key by the label', async () => {
    await using key = await openPkcs11Key(uriOf('token=release%20keys;object=no%20ID'));
    expect(key.description).toContain('object="no ID"');
  });

  it('takes the only key of a token if the URI names none', async () => {
    await using key = await openPkcs11Key(uriOf('token=other', 'pin-value=5678'));
    expect(key.description).toContain('key P-256');
  });

  it.each([
    'serial',
    'manufacturer',
    'model',
    'slot-id',
    'slot-manufacturer',
    'library-manufacturer',
    'library-version',
  ])('opens no key of a token whose %s is another one', async (attribute) => {
    const right = { manufacturer: 'SoftHSM%20project', model: 'SoftHSM%20v2', 'library-version': '2.6' } as Record<
      string,
      string
    >;
    const path = `token=other;${attribute}=`;
    await refusal('key/not-found', () =>
      openPkcs11Key(uriOf(`${path}${attribute.includes('-id') || attribute.includes('-version') ? '77' : 'x'}`)),
    );
    const value = right[attribute];
    if (value === undefined) return;
    await using key = await openPkcs11Key(uriOf(path + value, 'pin-value=5678'));
    expect(key.description).toContain('"other"');
  });

  it('names the tokens that there are, if the URI fits none', async () => {
    const error = await refusal('key/not-found', () => openPkcs11Key(uriOf('token=release;id=%01')));
    expect(error.message).toContain('pkcs11:token=release%20keys;serial=');
  });

  it('names the keys that there are, if the URI fits none', async () => {
    const error = await refusal('key/not-found', () => openPkcs11Key(uriOf('token=release%20keys;id=%99')));
    expect(error.message).toContain('id=%01 object="key P-256"');
  });

  it('wants the PIN, and says how to give it', async () => {
    const attempt = () => openPkcs11Key(uriOf('token=other;id=%01', ''));
    expect((await refusal('key/pin-missing', attempt)).message).toContain('pin-source=file:/PATH');
    const withNone = { pin: async () => null };
    await refusal('key/pin-missing', () => openPkcs11Key(uriOf('token=other;id=%01', ''), withNone));
  });

  it('asks for the PIN with the token that wants it, and takes text or UTF-8', async () => {
    const asked: unknown[] = [];
    for (const given of ['5678', new TextEncoder().encode('5678')]) {
      const ask = async (token: unknown) => {
        asked.push(token);
        return given;
      };
      await using _key = await openPkcs11Key(uriOf('token=other;id=%01', ''), { pin: ask });
    }
    expect(asked).toEqual([1, 2].map(() => expect.objectContaining({ label: 'other', isFinalTry: false })));
  });

  it('takes the PIN from a file, without the line break at its end', async () => {
    for (const [name, text] of [
      ['plain', '5678'],
      ['with line break', '5678\n'],
      ['of Windows', '5678\r\n'],
    ] as const) {
      const file = hsm.file(name);
      writeFileSync(file, text);
      for (const source of [file, `file:${file}`, `file://${file}`, `file://localhost${file}`]) {
        const uri = uriOf(
          'token=other;id=%01',
          `pin-source=${encodeURIComponent(source.replaceAll(' ', source === file ? ' ' : '%20'))}`,
        );
        await using _key = await openPkcs11Key(uri);
      }
    }
  });

  it('refuses a wrong PIN after one try, without showing it', async () => {
    let asked = 0;
    const wrong = async () => {
      asked += 1;
      return '8642';
    };
    const error = await refusal('key/pin-wrong', () => openPkcs11Key(uriOf('token=other;id=%01', ''), { pin: wrong }));
    expect(asked).toBe(1);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${(error.cause as Error).stack}`).not.toContain(
      '8642',
    );
  });

  it('keeps two keys of one token apart, of which one is closed while the other signs', async () => {
    const first = await openPkcs11Key(uriOf('token=release%20keys;id=%01'));
    await using second = await openPkcs11Key(uriOf('token=release%20keys;id=%02'));
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    const digest = createHash('sha384').update('message').digest();
    expect(verify('sha384', Buffer.from('message'), second.publicKey, await second.sign(digest))).toBe(true);
    const error = await refusal('key/unreachable', () => first.sign(createHash('sha256').digest()));
    expect(error.message).toContain('its session was closed');
  });

  it('logs out of the token with its last key', async () => {
    const uri = uriOf('token=other;id=%01', '');
    await using _key = await openPkcs11Key(uri, { pin: async () => '5678' });
    await _key[Symbol.asyncDispose]();
    await refusal('key/pin-wrong', () => openPkcs11Key(uri, { pin: async () => '0000' }));
  });

  it('signs with a key that wants its PIN each time', async () => {
    await using key = await openPkcs11Key(uriOf('token=release%20keys;id=%15'));
    for (const text of ['first', 'second']) {
      const signature = await key.sign(createHash('sha256').update(text).digest());
      expect(verify('sha256', Buffer.from(text), key.publicKey, signature)).toBe(true);
    }
  });

  it('leaves the cryptography of the process as it was', async () => {
    await using key = await openPkcs11Key(uriOf('token=other', 'pin-value=5678'));
    await key[Symbol.asyncDispose]();
    expect(createHash('sha256').update('').digest('hex')).toMatch(/^e3b0c442/);
    expect(randomBytes(16).equals(randomBytes(16))).toBe(false);
  });
});
