import { generateKeyPairSync } from 'node:crypto';
import { ClientTrustConfig } from '@sigstore/protobuf-specs';
import { expect, it } from 'vitest';
import { clientTrustConfig, signingConfig, trustedRoot } from './trust.ts';

const services = {
  issuer: 'http://127.0.0.1:1',
  fulcio: 'http://127.0.0.1:2',
  ctLog: 'http://127.0.0.1:3',
  rekor: 'http://127.0.0.1:4',
  rekorV1: 'http://127.0.0.1:5',
  timestampAuthority: 'http://127.0.0.1:6',
};
const now = new Date('2026-01-02T03:04:05.678Z');

function spki(type: 'ec' | 'ed25519'): Buffer {
  const { publicKey } = type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync(type);
  return publicKey.export({ type: 'spki', format: 'der' });
}

const anchors = {
  fulcioChain: [Buffer.from('intermediate'), Buffer.from('root')],
  timestampChain: [Buffer.from('timestamps')],
  ctLogKey: spki('ec'),
  rekorV1Key: spki('ec'),
  rekorKey: spki('ed25519'),
  rekorOrigin: 'rekor.test',
};

it.each([
  [1, services.rekorV1],
  [2, services.rekor],
] as const)(
  "the lab writes a trust configuration that Sigstore's own code reads, with the address of Rekor v%i",
  (version, address) => {
    const root = trustedRoot(services, anchors, now);
    const config = signingConfig(services, version, now);
    const read = ClientTrustConfig.fromJSON(clientTrustConfig(root, config));
    expect(read.signingConfig?.rekorTlogUrls).toMatchObject([{ url: address, majorApiVersion: version }]);
    expect(read.trustedRoot?.tlogs.map(({ logId }) => logId?.keyId.length)).toEqual([32, 32]);
    expect(read.trustedRoot?.certificateAuthorities[0]?.certChain?.certificates).toHaveLength(2);
  },
);

it('the lab writes a trust root that is valid from the second it is made', () => {
  const [log] = trustedRoot(services, anchors, now).tlogs;
  expect(log?.publicKey.validFor).toEqual({ start: '2026-01-02T03:04:05Z' });
});
