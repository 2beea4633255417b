import { generateKey, makeCertificate, spkiOf } from '@model-signing/testing/certificates';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CK } from './cryptoki.ts';
import { certificate, privateKey, publicKey } from './testing/fake-token.ts';
import { FakeWorld, refusal } from './testing/fake-world.ts';

let world: FakeWorld;

beforeEach(() => {
  world = new FakeWorld();
});

afterEach(() => world[Symbol.dispose]());

describe('the public key of a private one', () => {
  const point = () => spkiOf(world.module.keys.publicKey).subarray(-65);
  const compressed = () => Buffer.concat([Buffer.of(2 + ((point()[64] as number) & 1)), point().subarray(1, 33)]);
  const pem = () => world.module.keys.publicKey.export({ type: 'spki', format: 'pem' });

  it.each<[string, () => Buffer]>([
    ['in an OCTET STRING', () => Buffer.concat([Buffer.of(4, 65), point()])],
    ['bare', point],
    ['compressed, in an OCTET STRING', () => Buffer.concat([Buffer.of(4, 33), compressed()])],
    ['compressed and bare', compressed],
  ])('is read from a point that is %s', async (_form, value) => {
    world.module.objects[1] = publicKey(world.module.keys, [[CK.CKA_EC_POINT, value()]]);
    await using key = await world.open();
    expect(key.publicKey).toBe(pem());
  });

  it.each<[string, () => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['an empty OCTET STRING', () => Buffer.of(4, 0)],
    ['too short', () => point().subarray(1)],
    ['longer than its OCTET STRING', () => Buffer.concat([Buffer.of(4, 65), point(), Buffer.of(0)])],
    ['not on the curve', () => Buffer.concat([point().subarray(0, 64), Buffer.of((point()[64] as number) ^ 1)])],
    ['infinity', () => Buffer.of(4, 1, 0)],
  ])('is refused if its point is %s', async (_form, value) => {
    world.module.objects[1] = publicKey(world.module.keys, [[CK.CKA_EC_POINT, value()]]);
    expect((await refusal('key/unsupported', () => world.open())).message).toContain('no point of P-256');
    await refusal('key/unsupported', () => world.read());
  });

  it.each<[string, Uint8Array, string]>([
    ['has no parameters', Buffer.alloc(0), 'its curve is that of the parameters '],
    ['is on Ed25519', Buffer.from('130c656477617264733235353139', 'hex'), 'its curve is "edwards25519"'],
    ['has parameters of its own', Buffer.alloc(200, 0x30), 'its curve is that of the parameters 3030'],
  ])('is refused if it %s', async (_what, parameters, problem) => {
    world.module.objects[1] = publicKey(world.module.keys, [[CK.CKA_EC_PARAMS, parameters]]);
    expect((await refusal('key/unsupported', () => world.open())).message).toContain(problem);
  });

  it('is read from the private key itself', async () => {
    world.module.objects.splice(0, 2, privateKey([[CK.CKA_PUBLIC_KEY_INFO, spkiOf(world.module.keys.publicKey)]]));
    await using key = await world.open();
    expect(key.publicKey).toBe(pem());
    const { publicKey: found } = await world.read({ pin: async () => '1234' });
    expect(found).toBe(pem());
  });

  it('is read from a certificate, of which the token has one with the same ID', async () => {
    const { der } = makeCertificate({ key: world.module.keys });
    world.module.objects[1] = certificate(der, [[CK.CKA_LABEL, Buffer.from('another label')]]);
    await using key = await world.open();
    expect(key.publicKey).toBe(pem());
    expect(key.certificate).toContain('BEGIN CERTIFICATE');
  });

  it('comes with the certificate of this key, not with that of an earlier one', async () => {
    const [own, earlier] = [makeCertificate({ key: world.module.keys }), makeCertificate()];
    world.module.objects.push(certificate(earlier.der), certificate(own.der));
    await using key = await world.open();
    expect(key.certificate?.trim()).toBe(own.pem.trim());
  });

  it('comes with no certificate if there are two of it', async () => {
    for (const subject of ['CN=a', 'CN=b'])
      world.module.objects.push(certificate(makeCertificate({ key: world.module.keys, subject }).der));
    await using key = await world.open();
    expect(key.certificate).toBeNull();
  });

  it('is not chosen between certificates of two keys', async () => {
    world.module.objects.splice(1, 1, certificate(makeCertificate().der), certificate(makeCertificate().der));
    await refusal('key/ambiguous', () => world.open());
    await refusal('key/ambiguous', () => world.read());
  });

  it.each<[string, () => Uint8Array]>([
    ['empty', () => new Uint8Array()],
    ['no DER', () => Buffer.alloc(300, 0x30)],
    ['cut', () => makeCertificate({ key: world.module.keys }).der.subarray(0, 200)],
    ['of an RSA key', () => makeCertificate({ key: 'RSA-2048' }).der],
    ['of a key on secp256k1', () => makeCertificate({ key: 'secp256k1', issuer: makeCertificate() }).der],
  ])('is not read from a certificate that is %s', async (_what, der) => {
    world.module.objects[1] = certificate(der());
    await refusal('key/unsupported', () => world.open());
  });

  it('is not read from a certificate of another kind', async () => {
    world.module.objects[1] = certificate(makeCertificate().der, [
      [CK.CKA_CERTIFICATE_TYPE, Buffer.of(1, 0, 0, 0, 0, 0, 0, 0)],
    ]);
    expect((await refusal('key/unsupported', () => world.open())).message).toContain('not of the kind X.509');
  });

  it('is the one that the type in the URI names', async () => {
    const { der } = makeCertificate();
    world.module.objects.push(certificate(der));
    world.uri = world.uri.replace('object', 'type=cert;object');
    expect((await world.read()).publicKey).not.toBe(pem());
    world.uri = world.uri.replace('type=cert', 'type=public');
    expect((await world.read()).publicKey).toBe(pem());
    await refusal('key/reference-invalid', () => world.open());
    world.uri = world.uri.replace('type=public', 'type=data');
    await refusal('key/reference-invalid', () => world.read());
  });

  it('of two equal objects is one', async () => {
    world.module.objects.push(publicKey(world.module.keys));
    await using _key = await world.open();
    world.module.objects.push(publicKey(generateKey()));
    await refusal('key/ambiguous', () => world.open());
  });
});
