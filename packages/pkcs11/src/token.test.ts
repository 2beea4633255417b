import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, localModel, signModel } from '@model-signing/core';
import { generateKey } from '@model-signing/testing/certificates';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CK } from './cryptoki.ts';
import { FakeModule, privateKey, signDigest } from './testing/fake-token.ts';
import { FakeWorld, failing, refusal } from './testing/fake-world.ts';

const digest = createHash('sha256').update('message').digest();

let world: FakeWorld;

beforeEach(() => {
  world = new FakeWorld();
});

afterEach(() => world[Symbol.dispose]());

describe('what a token says', () => {
  it.each<[string, () => Buffer, string]>([
    ['empty', () => Buffer.alloc(0), '0 bytes instead of 64'],
    ['short', () => Buffer.alloc(63, 1), '63 bytes instead of 64'],
    ['of another curve', () => Buffer.alloc(96, 1), '96 bytes instead of 64'],
    ['in DER', () => Buffer.alloc(71, 0x30), '71 bytes instead of 64'],
  ])('is no signature if it is %s', async (_what, signature, problem) => {
    world.module.C_SignAsync = async () => signature();
    await using key = await world.open();
    expect((await refusal('key/response-invalid', () => key.sign(digest))).message).toContain(problem);
  });

  it.each<[string, () => Buffer]>([
    ['by another key', () => Buffer.from(signDigest(generateKey(), digest))],
    ['of zeros', () => Buffer.alloc(64)],
    ['at random', () => randomBytes(64)],
  ])('writes no bundle if it is a signature %s', async (_what, signature) => {
    world.module.C_SignAsync = async () => signature();
    await using key = await world.open();
    const file = path.join(world.folder, 'model');
    writeFileSync(file, 'weights');
    const signing = signModel(localModel(file), keySigner({ key }));
    await expect(signing).rejects.toMatchObject({ code: 'signer/key-answer-invalid' });
  });

  it('may be another digest than the key signs, which is a mistake of the caller', async () => {
    await using key = await world.open();
    await expect(key.sign(digest.subarray(1))).rejects.toThrow('signs a digest of 32 bytes');
  });

  it.each<[string, () => void, string]>([
    [
      'tokens without end',
      () => (world.module.C_GetSlotList = () => Array(5000).fill(Buffer.alloc(8))),
      'more than 1024 tokens',
    ],
    ['objects without end', () => (world.module.C_FindObjects = () => [Buffer.alloc(8)]), 'more than 256 objects'],
    [
      'an attribute of a megabyte',
      () => (world.module.C_GetAttributeValue = () => [{ value: Buffer.alloc(1_048_576) }]),
      'more than 65536 bytes',
    ],
    ['an attribute that is a number', () => (world.module.C_GetAttributeValue = () => [{ value: 7 }]), 'has no bytes'],
  ])('is refused if it is %s', async (_what, fault, problem) => {
    fault();
    expect((await refusal('key/response-invalid', () => world.open())).message).toContain(problem);
    world.expectClean();
  });

  it('cannot deceive the reader of a message', async () => {
    const [token] = world.module.tokens as [FakeModule['tokens'][0]];
    world.module.tokens[0] = { ...token, label: 'a\u202e\u001b[31m"; DROP'.padEnd(32) };
    world.module.objects[0] = privateKey([
      [CK.CKA_LABEL, Buffer.from('key')],
      [CK.CKA_KEY_TYPE, Buffer.alloc(8)],
    ]);
    const { message } = await refusal('key/unsupported', () => world.open());
    expect(message).toContain('the token "a\\u{202e}\\u{1b}[31m\\"; DROP"');
  });

  it('is ignored if it is of a token that is not initialized or was removed', async () => {
    const [token] = world.module.tokens as [FakeModule['tokens'][0]];
    world.module.tokens.push({ ...token, flags: 0 });
    const info = world.module.C_GetTokenInfo.bind(world.module);
    world.module.C_GetSlotList = () => [
      ...FakeModule.prototype.C_GetSlotList.call(world.module, true),
      Buffer.alloc(8, 9),
    ];
    world.module.C_GetTokenInfo = (slot) => (slot[0] === 9 ? failing('CKR_TOKEN_NOT_PRESENT', 224)() : info(slot));
    await using _key = await world.open();
  });

  it('is that there is no token', async () => {
    world.module.tokens.length = 0;
    expect((await refusal('key/not-found', () => world.open())).message).toContain('is the token plugged in?');
  });

  it('tells two tokens with one label and one serial apart by their slots', async () => {
    const [token] = world.module.tokens as [FakeModule['tokens'][0]];
    world.module.tokens.push(token);
    const { choices } = await refusal('key/ambiguous', () => world.open());
    const rest = world.uri.slice('pkcs11:'.length);
    expect(choices).toEqual([7, 8].map((slot) => `pkcs11:token=fake;serial=1;slot-id=${slot};${rest}`));
    world.uri = choices[1] as string;
    await using _key = await world.open();
  });

  it('is two keys that nothing tells apart', async () => {
    world.module.objects.push(privateKey());
    const { message } = await refusal('key/ambiguous', () => world.open());
    expect(message).toContain('some have the same ID and label');
  });

  it('is that it cannot sign with ECDSA', async () => {
    world.module.C_GetMechanismList = () => [1];
    expect((await refusal('key/unsupported', () => world.open())).message).toContain(
      'cannot sign with ECDSA (CKM_ECDSA)',
    );
    world.module.C_GetMechanismList = failing('CKR_FUNCTION_NOT_SUPPORTED', 84);
    await using _key = await world.open();
  });
});
