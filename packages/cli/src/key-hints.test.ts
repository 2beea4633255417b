import { KeyError, type KeyErrorCode } from '@model-signing/keys';
import { describe, expect, it } from 'vitest';
import { exitCodeOfKey } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { keyHints } from './key-hints.ts';

const call = (given: Record<string, unknown>, operand = 'model') => ({
  known: new Set(operand === 'model' ? ['key'] : []),
  given,
  operand,
});

const hintsFor = (code: KeyErrorCode, given: Record<string, unknown>, message = '', choices: string[] = []) =>
  keyHints(new KeyError(code, message, { choices }), call(given)).join('\n');

describe('the hints for a key that cannot be used', () => {
  it.each([
    ['key/not-found', 'pkcs11:object=a', 'pkcs11-tool --list-objects'],
    ['key/not-found', 'pkcs11:token=a;id=0A01?module-name=x', 'written id=%0A%01, not id=0A01'],
    ['key/not-found', 'openbao://a', 'bao list transit/keys'],
    ['key/module-missing', 'myvault://a', 'sigstore-kms-myvault'],
    ['key/unauthorized', 'openbao://a', 'BAO_TOKEN or VAULT_TOKEN'],
    ['key/unauthorized', 'hashivault://a', 'VAULT_TOKEN or BAO_TOKEN'],
    ['key/unreachable', 'openbao://a', 'BAO_ADDR or VAULT_ADDR'],
    ['key/reference-invalid', 'pkcs11:a', 'pkcs11:token=NAME;object=KEY'],
    ['key/reference-invalid', 'Foo://a', 'sigstore-kms-NAME'],
    ['key/pin-missing', 'pkcs11:object=a', '--pin-file'],
  ] as const)('%s of the key %s leads to: %s', (code, key, text) => {
    expect(hintsFor(code, { key })).toContain(text);
    expect(hintsFor(code, { key: [key] })).toContain(text);
  });

  it('the package for tokens is named with the command that installs it', () => {
    const given = { pkcs11Uri: 'pkcs11:object=a' };
    const message = 'a key in a token needs the package @model-signing/pkcs11, which is not installed';
    expect(hintsFor('key/module-missing', given, message)).toContain('npm install @model-signing/pkcs11');
    const inOneFile = message.replace('is not installed', 'a program in one file cannot load');
    expect(hintsFor('key/module-missing', given, inOneFile)).toContain('the npm package @model-signing/cli');
    expect(hintsFor('key/module-missing', given, 'there is no PKCS #11 module "/x"')).toContain('PKCS11_MODULE_PATH');
  });

  it('what tells several keys apart is in the hint, and in JSON as well', () => {
    const choices = ['pkcs11:token=a;id=%01?module-name=x&pin-source=/p', 'pkcs11:id=%02'];
    const hint = hintsFor('key/ambiguous', { key: 'pkcs11:token=a' }, '', choices);
    expect(hint).toBe("name one of them: 'pkcs11:token=a;id=%01?module-name=x&pin-source=/p' or pkcs11:id=%02");
    const error = new KeyError('key/ambiguous', 'two keys', { choices });
    expect(failureOf(error, call({ key: 'pkcs11:token=a' }))).toMatchObject({ choices, exitCode: 2, stage: null });
  });

  it('keys that no URI tells apart are not offered', () => {
    expect(hintsFor('key/ambiguous', { key: 'pkcs11:token=a' }, '', ['pkcs11:id=%01', 'pkcs11:id=%01'])).toBe('');
  });

  it.each([
    ['vault://a', 'hashivault'],
    ['bao://a', 'openbao'],
    ['openboa://a', 'openbao'],
    ['aws://a', 'awskms'],
    ['azurekm://a', 'azurekms'],
  ])('the key %s without its plugin leads to the name %s', (key, name) => {
    expect(hintsFor('key/module-missing', { key })).toContain(`did you mean ${name}?`);
  });

  it('a plugin that is missing under its own name is not called something else', () => {
    for (const key of ['awskms://a', 'myvendor://a']) {
      expect(hintsFor('key/module-missing', { key })).not.toContain('did you mean');
    }
  });

  it('a variable that is wrong is in the message, so that no hint asks whether the service is running', () => {
    const given = { key: 'openbao://a' };
    expect(hintsFor('key/unreachable', given, 'BAO_ADDR is not set')).toBe('');
    expect(hintsFor('key/unreachable', given, 'it could not be reached (ECONNREFUSED)')).toContain('BAO_ADDR');
  });

  it('hints of one kind of key are not given for another one, or for several at once', () => {
    expect(hintsFor('key/unauthorized', { key: 'myvault://a' })).toBe('');
    expect(hintsFor('key/unauthorized', { key: ['openbao://a', 'openbao://b'] })).toBe('');
  });

  it('the key may be the argument of the command', () => {
    const found = keyHints(new KeyError('key/not-found', ''), call({}, 'openbao://a'));
    expect(found.join()).toContain('bao list transit/keys');
  });
});

it('a key that cannot be used is a wrong command line if the reference is to blame, and never a verdict', () => {
  const codes = {
    'key/reference-invalid': 2,
    'key/ambiguous': 2,
    'key/not-found': 3,
    'key/unsupported': 3,
    'key/pin-missing': 3,
    'key/pin-wrong': 3,
    'key/pin-locked': 3,
    'key/module-missing': 3,
    'key/unauthorized': 3,
    'key/unreachable': 3,
    'key/refused': 3,
    'key/response-invalid': 3,
  } satisfies Record<KeyErrorCode, number>;
  for (const [code, exit] of Object.entries(codes)) expect(exitCodeOfKey(code as KeyErrorCode), code).toBe(exit);
});
