import { createHash, verify } from 'node:crypto';
import type { KeyErrorCode } from '@model-signing/keys';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CK, type Cryptoki } from './cryptoki.ts';
import { FakeModule } from './testing/fake-token.ts';
import { FakeWorld, failing, refusal } from './testing/fake-world.ts';

const digest = createHash('sha256').update('message').digest();

let world: FakeWorld;

beforeEach(() => {
  world = new FakeWorld();
});

afterEach(() => world[Symbol.dispose]());

describe('a key of a module', () => {
  it('signs, and leaves nothing open', async () => {
    {
      await using key = await world.open();
      expect(verify('sha256', Buffer.from('message'), key.publicKey, await key.sign(digest))).toBe(true);
      expect(key.description).toBe('PKCS #11, the token "fake" (serial "1"), id=%01 object="key"');
    }
    expect(world.module.calls).toEqual(['initialize', 'open', 'login', 'sign', 'close', 'finalize']);
  });

  it('whose public key is shown is read without a login', async () => {
    await world.read();
    expect(world.module.calls).toEqual(['initialize', 'open', 'close', 'finalize']);
  });

  it.each<[keyof Cryptoki, string, KeyErrorCode]>([
    ['C_Initialize', 'CKR_GENERAL_ERROR', 'key/refused'],
    ['C_GetSlotList', 'CKR_DEVICE_ERROR', 'key/refused'],
    ['C_OpenSession', 'CKR_TOKEN_NOT_PRESENT', 'key/unreachable'],
    ['C_OpenSession', 'CKR_SESSION_COUNT', 'key/refused'],
    ['C_Login', 'CKR_PIN_INCORRECT', 'key/pin-wrong'],
    ['C_Login', 'CKR_PIN_LEN_RANGE', 'key/pin-wrong'],
    ['C_Login', 'CKR_PIN_INVALID', 'key/pin-wrong'],
    ['C_Login', 'CKR_PIN_LOCKED', 'key/pin-locked'],
    ['C_Login', 'CKR_PIN_EXPIRED', 'key/refused'],
    ['C_Login', 'CKR_USER_PIN_NOT_INITIALIZED', 'key/refused'],
    ['C_Login', 'CKR_FUNCTION_CANCELED', 'key/refused'],
    ['C_FindObjectsInit', 'CKR_SESSION_HANDLE_INVALID', 'key/unreachable'],
    ['C_FindObjects', 'CKR_DEVICE_REMOVED', 'key/unreachable'],
    ['C_GetAttributeValue', 'CKR_DEVICE_MEMORY', 'key/refused'],
    ['C_GetAttributeValue', 'CKR_USER_NOT_LOGGED_IN', 'key/pin-missing'],
  ])('is not opened if %s returns %s, and nothing is left open', async (name, returned, code) => {
    world.module[name] = failing(returned);
    const error = await refusal(code, () => world.open());
    expect(error.message).toContain(`(${returned})`);
    world.expectClean();
    world.module[name] = FakeModule.prototype[name] as never;
    await using _key = await world.open();
  });

  it.each<[keyof Cryptoki, string, KeyErrorCode]>([
    ['C_SignInit', 'CKR_MECHANISM_INVALID', 'key/unsupported'],
    ['C_SignInit', 'CKR_KEY_FUNCTION_NOT_PERMITTED', 'key/unsupported'],
    ['C_SignInit', 'CKR_USER_NOT_LOGGED_IN', 'key/pin-missing'],
    ['C_SignAsync', 'CKR_DEVICE_REMOVED', 'key/unreachable'],
    ['C_SignAsync', 'CKR_BUFFER_TOO_SMALL', 'key/refused'],
    ['C_SignAsync', 'CKR_FUNCTION_REJECTED', 'key/refused'],
  ])('makes no signature if %s returns %s, and one if it then works', async (name, returned, code) => {
    await using key = await world.open();
    world.module[name] = (async () => failing(returned)()) as never;
    if (name === 'C_SignInit') world.module[name] = failing(returned);
    expect((await refusal(code, () => key.sign(digest))).message).toContain(`it did not sign`);
    world.module[name] = FakeModule.prototype[name] as never;
    expect(verify('sha256', Buffer.from('message'), key.publicKey, await key.sign(digest))).toBe(true);
  });

  it('is refused with the number of a code that the vendor defined', async () => {
    world.module.C_Login = failing('CKR_VENDOR_DEFINED', 0x8000_0001);
    expect((await refusal('key/refused', () => world.open())).message).toContain('(0x80000001)');
  });

  it('shows a bug of the module as a bug', async () => {
    world.module.C_OpenSession = () => {
      throw new TypeError('no function');
    };
    await expect(world.open()).rejects.toThrow(TypeError);
    world.expectClean();
  });

  it('is used without locks where the module has none', async () => {
    const flags: number[] = [];
    world.module.C_Initialize = (options) => {
      flags.push(options.flags);
      if (options.flags !== 0) failing('CKR_CANT_LOCK', 10)();
    };
    await using _key = await world.open();
    expect(flags).toEqual([CK.CKF_OS_LOCKING_OK, 0]);
  });

  it('of a module that other code initialized is used, and the module is not finalized', async () => {
    world.module.C_Initialize = failing('CKR_CRYPTOKI_ALREADY_INITIALIZED', 401);
    await (await world.open())[Symbol.asyncDispose]();
    expect(world.module.calls).toEqual(['open', 'login', 'close']);
  });

  it('is closed although the module fails to close it', async () => {
    const key = await world.open();
    world.module.C_CloseSession = failing('CKR_DEVICE_REMOVED', 50);
    world.module.C_Finalize = failing('CKR_GENERAL_ERROR', 5);
    await key[Symbol.asyncDispose]();
  });

  it('never overlaps another call of the module', async () => {
    let running = 0;
    const sign = world.module.C_SignAsync.bind(world.module);
    world.module.C_SignAsync = async (...parameters) => {
      expect(++running).toBe(1);
      const signature = await sign(...parameters);
      running -= 1;
      return signature;
    };
    const [first, second] = [await world.open(), await world.open()];
    await Promise.all([first.sign(digest), second.sign(digest), first[Symbol.asyncDispose](), second.sign(digest)]);
    await second[Symbol.asyncDispose]();
    world.expectClean();
  });

  it('is given up when it is aborted, and closed when the token ends', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    world.module.C_Finalize = () => {
      FakeModule.prototype.C_Finalize.call(world.module);
      ended.resolve();
    };
    const sign = world.module.C_SignAsync.bind(world.module);
    world.module.C_SignAsync = async (...parameters) => {
      await promise;
      return sign(...parameters);
    };
    const abort = new AbortController();
    const key = await world.open({ signal: abort.signal });
    const signing = key.sign(digest);
    abort.abort(new Error('enough'));
    await expect(signing).rejects.toThrow('enough');
    await key[Symbol.asyncDispose]();
    expect(world.module.calls).not.toContain('close');
    resolve();
    await ended.promise;
    expect(world.module.calls.slice(-2)).toEqual(['close', 'finalize']);
  });

  it('is not opened after an abort', async () => {
    await expect(world.open({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(world.module.calls).toEqual([]);
  });
});
