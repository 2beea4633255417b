import type { PolicyDocument } from '@model-signing/spec/policy';
import { makeRoot } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';

export const keys = { alice: testKey(), bob: testKey(), eve: testKey() };
export const authorities = { corp: makeRoot().pem, time: makeRoot().pem, other: makeRoot().pem };

export const RELEASE = 'https://github.com/acme/models/.github/workflows/release.yml@refs/tags/v1';

/** A policy that uses every member of the format, and has no problem. */
export function fullPolicy(): PolicyDocument {
  return {
    $schema: './policy.schema.json',
    policyVersion: 1,
    description: 'models of ACME',
    mode: 'enforce',
    signers: {
      alice: { method: 'key', publicKey: keys.alice.publicKey, description: 'Alice', validUntil: '2090-12-31' },
      bob: { method: 'key', publicKey: keys.bob.publicKey },
      'corp-ca': {
        method: 'certificate',
        trusted: [authorities.corp],
        identity: 'ml@acme.example',
        subject: { pattern: 'CN=ACME .*' },
        fingerprint: 'a'.repeat(64),
        timestampRoots: [authorities.time],
        validUntil: '2090-12-31T12:00:00Z',
      },
      release: {
        method: 'sigstore',
        issuer: 'https://token.actions.githubusercontent.com',
        identity: { pattern: 'https://github\\.com/acme/models/\\.github/workflows/release\\.yml@refs/tags/v.*' },
      },
    },
    models: [
      { match: ['/srv/models/quarantine/**', 'hf://acme/broken'], reject: true },
      { match: ['hf://acme/*'], require: { signedBy: ['release'], ignoredPaths: [], strict: true } },
      { match: ['oci://registry.example/acme/model:v1'], mode: 'warn', require: { signedBy: ['alice'] } },
      {
        description: 'the best one',
        match: ['/srv/models/crown-jewel'],
        require: {
          signedBy: ['corp-ca', 'release'],
          threshold: 2,
          timestamp: 'required',
          hashAlgorithms: ['sha256', 'blake3'],
          rootDigests: ['b'.repeat(64)],
          signedAfter: '2026-01-01',
          signedBefore: '2080-01-01T00:00:00Z',
        },
      },
      {
        match: ['/srv/models/*', '/data/*/models/**'],
        require: {
          signedBy: ['alice', 'bob'],
          threshold: 2,
          ignoredPaths: ['.git', 'cache'],
          unsignedFiles: 'report',
          symlinks: true,
          historicalFormats: true,
          timestamp: 'optional',
        },
      },
    ],
    revoked: { rootDigests: ['c'.repeat(64)], signers: { bob: '2026-06-01', release: '2085-01-01T00:00:00Z' } },
  };
}
