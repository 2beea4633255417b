import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CK } from './cryptoki.ts';
import { type FakeModule, privateKey } from './testing/fake-token.ts';
import { FakeWorld, refusal } from './testing/fake-world.ts';

const digest = createHash('sha256').update('message').digest();

let world: FakeWorld;

beforeEach(() => {
  world = new FakeWorld();
});

afterEach(() => world[Symbol.dispose]());

describe('the PIN of a token', () => {
  it('is not tried if it is locked', async () => {
    world.flag(CK.CKF_USER_PIN_LOCKED);
    expect((await refusal('key/pin-locked', () => world.open())).message).toContain('unlock it');
    expect(world.module.calls).not.toContain('login');
  });

  it.each([
    [CK.CKF_USER_PIN_LOCKED, 'key/pin-locked', 'is locked'],
    [CK.CKF_USER_PIN_FINAL_TRY, 'key/pin-wrong', 'one more wrong PIN locks the token'],
  ] as const)('that is wrong is refused with what the token says then (flag %i)', async (flag, code, problem) => {
    const login = world.module.C_Login.bind(world.module);
    world.module.C_Login = (...parameters) => {
      world.flag(flag);
      login(...parameters);
    };
    const attempt = () => world.open({ pin: async () => '8642' });
    expect((await refusal(code, attempt)).message).toContain(problem);
    expect(world.module.calls.filter((call) => call === 'login')).toHaveLength(1);
  });

  it('is asked for with a warning if the next wrong one locks the token', async () => {
    world.flag(CK.CKF_USER_PIN_FINAL_TRY);
    const asked: unknown[] = [];
    const pin = async (token: unknown) => {
      asked.push(token);
      return '1234';
    };
    await using _key = await world.open({ pin });
    expect(asked).toEqual([{ label: 'fake', serial: '1', manufacturer: 'maker', model: 'model', isFinalTry: true }]);
  });

  it('is not asked for if it is typed at the token', async () => {
    world.flag(CK.CKF_PROTECTED_AUTHENTICATION_PATH);
    world.module.pin = '';
    await using _key = await world.open({ pin: () => Promise.reject(new Error('asked')) });
    expect(world.module.calls).toContain('login');
  });

  it('is not asked for if the token wants none', async () => {
    const [token] = world.module.tokens as [FakeModule['tokens'][0]];
    world.module.tokens[0] = { ...token, flags: CK.CKF_TOKEN_INITIALIZED };
    world.module.pin = '';
    world.module.C_Login(Buffer.alloc(8), CK.CKU_USER, '');
    world.module.calls.length = 0;
    await using _key = await world.open({ pin: () => Promise.reject(new Error('asked')) });
    expect(world.module.calls).not.toContain('login');
  });

  it.each([
    ['empty', '', 'key/pin-missing'],
    ['not UTF-8', Uint8Array.of(0xff), 'key/pin-wrong'],
  ] as const)('is refused if it is %s', async (_what, pin, code) => {
    await refusal(code, () => world.open({ pin: async () => pin }));
    expect(world.module.calls).not.toContain('login');
    world.expectClean();
  });

  const impossible = [
    ['the end of a line', '1234\n', 'has a line break'],
    ['two lines', '1234\r\n5678', 'has a line break'],
    ['a NUL', '1234\0', 'has a character that cannot be typed'],
    ['a byte order mark', '\ufeff1234', 'has a character that cannot be typed'],
    ['more bytes than a PIN', '1'.repeat(1025), 'has more than 1024 bytes'],
  ] as const;

  it.each(impossible)('is not tried if it has %s, wherever it comes from', async (_what, pin, problem) => {
    const refused = await refusal('key/pin-wrong', () => world.open({ pin: async () => pin }));
    expect(refused.message).toContain(`${problem}; it was not tried`);
    await refusal('key/pin-wrong', () => world.open({ pin: async () => Buffer.from(pin) }));
    if (!pin.includes('\0')) {
      world.uri += `&pin-value=${encodeURIComponent(pin)}`;
      await refusal('key/pin-wrong', () => world.open());
    }
    expect(world.module.calls).not.toContain('login');
    world.expectClean();
  });

  it('is read from a file without a byte order mark and without the end of its line', async () => {
    const file = path.join(world.folder, 'pin');
    writeFileSync(file, '\ufeff1234\r\n');
    world.uri += `&pin-source=${encodeURIComponent(file)}`;
    await using _key = await world.open();
    expect(world.module.calls).toContain('login');
  });

  it('that is no text is a mistake of the caller', async () => {
    await expect(world.open({ pin: async () => 1234 })).rejects.toThrow('must return a string, a Uint8Array or null');
    world.expectClean();
  });

  it('that cannot be had ends the session', async () => {
    await expect(world.open({ pin: () => Promise.reject(new Error('no terminal')) })).rejects.toThrow('no terminal');
    world.expectClean();
  });

  it('is given again for each signature of a key that wants it, and only for that', async () => {
    world.module.objects[0] = privateKey([[CK.CKA_ALWAYS_AUTHENTICATE, Uint8Array.of(1)]]);
    await using key = await world.open();
    await key.sign(digest);
    await key.sign(digest);
    expect(world.module.calls.slice(-4)).toEqual(['sign', 'login for the key', 'sign', 'login for the key']);
  });

  it.each([
    ['missing', null, 'key/pin-missing', 'cannot be read (ENOENT)'],
    ['empty', '\n', 'key/pin-missing', 'is empty'],
    ['longer than a PIN', '1'.repeat(2000), 'key/pin-wrong', 'more than 1024 bytes'],
    ['of several lines', '1234\n5678\n', 'key/pin-wrong', 'more than one line'],
    ['not UTF-8', Buffer.of(0x31, 0xff), 'key/pin-wrong', 'not UTF-8'],
  ] as const)('in a file that is %s is refused', async (what, contents, code, problem) => {
    const file = path.join(world.folder, `pin ${what}`);
    if (contents !== null) writeFileSync(file, contents);
    world.uri += `&pin-source=${encodeURIComponent(file)}`;
    expect((await refusal(code, () => world.open())).message).toContain(problem);
    world.expectClean();
  });
});
