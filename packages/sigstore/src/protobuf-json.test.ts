import { SigningConfig, TransparencyLogEntry, TrustedRoot } from '@sigstore/protobuf-specs';
import { expect, it } from 'vitest';
import { readMessage } from './protobuf-json.ts';

const huge = { length: 2 ** 40 };

it.each([
  ['a key', TrustedRoot, { tlogs: [{ publicKey: { rawBytes: huge } }] }],
  ['a certificate', TrustedRoot, { certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: huge }] } }] }],
  ['a log ID', TransparencyLogEntry, { logId: { keyId: huge } }],
  ['a hash', TransparencyLogEntry, { inclusionProof: { hashes: [null, huge] } }],
  ['a list of services', SigningConfig, { caUrls: huge }],
])('a message is refused before memory is allocated if %s is an object with a length', (_, type, json) => {
  expect(() => readMessage<unknown>(type, json)).toThrow('it has a member "length"');
});

it('a message without such an object is read', () => {
  const { tlogs } = readMessage(TrustedRoot, { tlogs: [{ publicKey: { rawBytes: 'AQI=' } }] });
  expect(tlogs[0]?.publicKey?.rawBytes).toEqual(Buffer.of(1, 2));
});

it('a message in very deep JSON is refused or read without an overflow of the stack', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  expect(() => readMessage(SigningConfig, { other: deep })).not.toThrow();
});
