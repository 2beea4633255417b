import { inspect } from 'node:util';
import { KeyError } from '@model-signing/keys';
import { refusalOf } from '@model-signing/testing/refusal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePkcs11Uri } from './uri.ts';
import { formatUri } from './uri-choice.ts';

const refusal = refusalOf(KeyError);

const nothing = {
  token: null,
  serial: null,
  manufacturer: null,
  model: null,
  slotId: null,
  slotDescription: null,
  slotManufacturer: null,
  libraryManufacturer: null,
  libraryDescription: null,
  libraryVersion: null,
  object: null,
  id: null,
  type: null,
  modulePath: null,
  moduleName: null,
  pinFile: null,
};

const bytes = (...octets: number[]) => Uint8Array.from(octets);

describe('a PKCS #11 URI', () => {
  it.each([
    ['pkcs11:', {}],
    ['PKCS11:token=a', { token: 'a' }],
    // The examples of RFC 7512, section 3.
    ['pkcs11:object=my-pubkey;type=public', { object: 'my-pubkey', type: 'public' }],
    [
      'pkcs11:object=my-key;type=private?pin-source=file:/etc/token',
      { object: 'my-key', type: 'private', pinFile: '/etc/token' },
    ],
    [
      'pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=?pin-source=file:/etc/token_pin',
      {
        token: 'The Software PKCS#11 Softtoken',
        manufacturer: 'Snake Oil, Inc.',
        model: '1.0',
        object: 'my-certificate',
        type: 'cert',
        id: bytes(0x69, 0x95, 0x3e, 0x5c, 0xf4, 0xbd, 0xec, 0x91),
        serial: '',
        pinFile: '/etc/token_pin',
      },
    ],
    [
      'pkcs11:object=my-sign-key;type=private?module-name=mypkcs11',
      { object: 'my-sign-key', type: 'private', moduleName: 'mypkcs11' },
    ],
    [
      'pkcs11:object=my-sign-key;type=private?module-path=/mnt/libmypkcs11.so.1',
      { object: 'my-sign-key', type: 'private', modulePath: '/mnt/libmypkcs11.so.1' },
    ],
    [
      'pkcs11:token=Software%20PKCS%2311%20softtoken;manufacturer=Snake%20Oil,%20Inc.?pin-value=the-pin',
      { token: 'Software PKCS#11 softtoken', manufacturer: 'Snake Oil, Inc.' },
    ],
    ['pkcs11:slot-description=Sun%20Metaslot', { slotDescription: 'Sun Metaslot' }],
    [
      'pkcs11:library-manufacturer=Snake%20Oil,%20Inc.;library-description=Soft%20Token%20Library;library-version=1.23',
      {
        libraryManufacturer: 'Snake Oil, Inc.',
        libraryDescription: 'Soft Token Library',
        libraryVersion: { major: 1, minor: 23 },
      },
    ],
    ['pkcs11:token=A%20name%20with%20a%20substring%20%25%3B', { token: 'A name with a substring %;' }],
    [
      'pkcs11:token=Name%20with%20a%20small%20A%20with%20acute:%20%C3%A1',
      { token: 'Name with a small A with acute: á' },
    ],
    [
      'pkcs11:library-version=3;slot-id=18446744073709551615',
      { libraryVersion: { major: 3, minor: 0 }, slotId: 2n ** 64n - 1n },
    ],
    ['pkcs11:token=a+b', { token: 'a+b' }],
    ['pkcs11:token=my token', { token: 'my token' }],
    ['pkcs11:id=abc', { id: bytes(0x61, 0x62, 0x63) }],
    ['pkcs11:id=%00%ff', { id: bytes(0, 255) }],
    ['pkcs11:token=a=b&c', { token: 'a=b&c' }],
    ['pkcs11:?module-path=/a?b', { modulePath: '/a?b' }],
    ['pkcs11:token=a?x-vendor=1&x-vendor=2', { token: 'a' }],
    ['pkcs11:?pin-source=/run/pin', { pinFile: '/run/pin' }],
    ['pkcs11:?pin-source=file:///run/my%2520pin', { pinFile: '/run/my pin' }],
    ['pkcs11:?pin-source=file://localhost/run/pin', { pinFile: '/run/pin' }],
  ])('%s is read', (uri, expected) => {
    expect(parsePkcs11Uri(uri)).toEqual({ ...nothing, ...expected });
  });

  it.each([
    ['token=a', 'begins with pkcs11:'],
    ['pkcs11', 'begins with pkcs11:'],
    [`pkcs11:token=${'a'.repeat(9000)}`, 'more than 8192 characters'],
    ['pkcs11:token=a\n', 'control character'],
    ['pkcs11:token=\u0000', 'control character'],
    ['pkcs11:token=\ud800', 'half of a surrogate pair'],
    ['pkcs11:token=a#b', '%23'],
    ['pkcs11:token', 'no NAME=VALUE as attribute 1 of its path'],
    ['pkcs11:token=a;', 'no NAME=VALUE as attribute 2 of its path'],
    ['pkcs11:=a', 'no NAME=VALUE as attribute 1 of its path'],
    ['pkcs11:?1234', 'no NAME=VALUE as attribute 1 of its query'],
    ['pkcs11:to ken=a', 'an impossible name for attribute 1 of its path'],
    ['pkcs11:Token=a', 'an unknown attribute "Token" in its path'],
    ['pkcs11:tokne=a', 'an unknown attribute "tokne" in its path; there are token,'],
    ['pkcs11:x-vendor=a', 'an unknown attribute "x-vendor" in its path'],
    ['pkcs11:?pin-valeu=1234', 'an unknown attribute "pin-valeu" in its query'],
    ['pkcs11:pin-value=1234', 'pin-value in the wrong place: it belongs after a ?'],
    ['pkcs11:?token=a', 'token in the wrong place: it belongs before the ?'],
    ['pkcs11:__proto__=a', 'an unknown attribute "__proto__"'],
    ['pkcs11:token=a;token=b', 'the attribute token twice'],
    ['pkcs11:?pin-value=1&pin-value=1', 'the attribute pin-value twice'],
    ['pkcs11:?pin-value=1&pin-source=/a', 'both pin-source and pin-value'],
    ['pkcs11:?pin-value=', 'an empty pin-value'],
    ['pkcs11:token=100%', 'write a % as %25'],
    ['pkcs11:id=%1', 'a % without two hexadecimal digits'],
    ['pkcs11:id=%xy', 'a % without two hexadecimal digits'],
    ['pkcs11:token=%ff', 'not UTF-8 in the attribute token'],
    ['pkcs11:token=%00', 'a NUL in the attribute token'],
    ['pkcs11:slot-id=', 'a slot-id'],
    ['pkcs11:slot-id=-1', 'a slot-id'],
    ['pkcs11:slot-id=0x1', 'a slot-id'],
    ['pkcs11:slot-id=18446744073709551616', 'a slot-id'],
    ['pkcs11:library-version=1.2.3', 'a library-version'],
    ['pkcs11:library-version=256', 'a library-version'],
    ['pkcs11:type=', 'a type'],
    ['pkcs11:type=Private', 'a type'],
    ['pkcs11:?module-path=lib.so', 'a module-path that is not absolute'],
    ['pkcs11:?module-path=', 'a module-path that is not absolute'],
    ['pkcs11:?module-name=', 'a module-name'],
    ['pkcs11:?module-name=..', 'a module-name'],
    ['pkcs11:?module-name=a/b', 'a module-name'],
    ['pkcs11:?pin-source=|/bin/pin', 'a pin-source that is a program'],
    ['pkcs11:?pin-source=%7c/bin/pin', 'a pin-source that is a program'],
    ['pkcs11:?pin-source=pin.txt', 'neither an absolute path nor file:/PATH'],
    ['pkcs11:?pin-source=file:pin.txt', 'neither an absolute path nor file:/PATH'],
    ['pkcs11:?pin-source=file://host/pin', 'neither an absolute path nor file:/PATH'],
    ['pkcs11:?pin-source=file:////host/pin', 'neither an absolute path nor file:/PATH'],
    ['pkcs11:?pin-source=https://host/pin', 'neither an absolute path nor file:/PATH'],
  ])('%j is refused', (uri, problem) => {
    const error = refusal('key/reference-invalid', () => parsePkcs11Uri(uri));
    expect(error.message).toContain(problem);
  });

  it.each([
    '?pin-value=PIN-8642;x',
    ';pin-value=PIN-8642',
    ';pin=PIN-8642',
    '?pin-valu=PIN-8642',
    '?PIN-8642',
    '?pin-value=PIN-8642&pin-value=PIN-8642',
    '?pin-value=PIN-8642&pin-source=/a',
    '?pin-value=PIN-8642%',
    '?pin-value=PIN-8642%ff',
    '?pin-value=PIN-8642#',
    '?pin-source=PIN-8642',
    '?module-path=PIN-8642',
    '?module-name=/PIN-8642',
    ';slot-id=PIN-8642',
  ])('no message and no cause shows the PIN in pkcs11:token=a%s', (rest) => {
    let shown = '';
    try {
      shown = `${inspect(parsePkcs11Uri(`pkcs11:token=a${rest}`))} ${JSON.stringify(Object.entries(parsePkcs11Uri(`pkcs11:token=a${rest}`)).filter(([name]) => name !== 'slotId'))}`;
    } catch (error) {
      shown = inspect(error, { depth: 9 });
    }
    expect(shown.replaceAll(/at .*/g, '')).not.toContain('8642');
  });

  it('has the PIN where only code that asks for it finds it', () => {
    const uri = parsePkcs11Uri('pkcs11:token=a?pin-value=12%2634');
    expect(uri.pinValue).toBe('12&34');
    expect(Object.keys(uri)).not.toContain('pinValue');
  });

  it('that was written and read again names the same key', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((each) => !each.includes('\0'));
    const id = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(text, text, id, text, (token, serial, keyId, object) => {
        const read = parsePkcs11Uri(formatUri({ token, serial, id: keyId, object }));
        expect(read).toEqual({ ...nothing, token, serial, id: keyId, object });
      }),
    );
  });
});
