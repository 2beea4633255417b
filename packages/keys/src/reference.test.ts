import { refusalOf } from '@model-signing/testing/refusal';
import { describe, expect, it } from 'vitest';
import { KeyError } from './key-error.ts';
import { type KeyReference, parseKeyReference } from './reference.ts';

const refusal = refusalOf(KeyError);

const transit = (key: string, version: number | null = null) =>
  ({ kind: 'transit', service: 'openbao', key, version }) as const;
const plugin = (name: string, resource: string) => ({ kind: 'plugin', plugin: name, resource }) as const;

describe('a reference to a key', () => {
  it.each<[string, KeyReference]>([
    ['key.pem', { kind: 'file', path: 'key.pem' }],
    ['./odd://name', { kind: 'file', path: './odd://name' }],
    ['/srv/keys/key.pem', { kind: 'file', path: '/srv/keys/key.pem' }],
    ['://key', { kind: 'file', path: '://key' }],
    ['C:\\keys\\key.pem', { kind: 'file', path: 'C:\\keys\\key.pem' }],
    ['pkcs11:token=a;object=b', { kind: 'pkcs11', uri: 'pkcs11:token=a;object=b' }],
    ['PKCS11:token=a', { kind: 'pkcs11', uri: 'PKCS11:token=a' }],
    ['openbao://release', transit('release')],
    ['openbao://a.b-c_d', transit('a.b-c_d')],
    ['openbao://k', transit('k')],
    ['openbao://release?version=3', transit('release', 3)],
    ['hashivault://release', { kind: 'transit', service: 'hashivault', key: 'release', version: null }],
    ['awskms:///alias/models', plugin('awskms', '/alias/models')],
    ['awskms://host:1234/alias/models', plugin('awskms', 'host:1234/alias/models')],
    ['my-hsm.v2://a://b?c=d&e', plugin('my-hsm.v2', 'a://b?c=d&e')],
  ])('%s is read', (text, expected) => {
    expect(parseKeyReference(text)).toEqual(expected);
  });

  it.each([
    ['', 'is empty'],
    ['AWSKMS://key', '"AWSKMS" before ://'],
    ['-x://key', '"-x" before ://'],
    ['a b://key', '"a b" before ://'],
    ['..://key', '".." before ://'],
    [`${'a'.repeat(65)}://key`, 'before ://'],
    ['file:///srv/key.pem', 'without file://'],
    ['awskms://', 'no key is named after awskms://'],
    ['openbao://', 'no key is named after openbao://'],
    ['openbao://a/b', '"a/b" after openbao://'],
    ['openbao://../sys', '"../sys" after openbao://'],
    ['openbao://-a', '"-a" after openbao://'],
    ['openbao://a%2fb', '"a%2fb" after openbao://'],
    ['openbao://a?', 'not ""'],
    ['openbao://a?version=', 'not "version="'],
    ['openbao://a?version=0', 'not "version=0"'],
    ['openbao://a?version=01', 'not "version=01"'],
    ['openbao://a?version=-1', 'not "version=-1"'],
    ['openbao://a?version=1.5', 'not "version=1.5"'],
    ['openbao://a?version=latest', 'not "version=latest"'],
    ['openbao://a?version=1=2', 'not "version=1=2"'],
    ['openbao://a?version=1&version=2', 'not "version=1&version=2"'],
    ['openbao://a?version=1?', 'only its version may follow'],
    ['openbao://a?Version=1', 'not "Version=1"'],
    ['openbao://a#1', '"a#1" after openbao://'],
    ['awskms://a\nb', 'control character'],
    ['awskms://a\0b', 'control character'],
    ['awskms://\ud800', 'control character'],
    [`awskms://${'a'.repeat(4096)}`, 'more than 4096 characters'],
  ])('%j is refused, and the message says what is wrong', async (text, message) => {
    const error = await refusal('key/reference-invalid', () => parseKeyReference(text));
    expect(error.message).toContain(message);
  });
});
