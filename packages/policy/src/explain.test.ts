import { describe, expect, it } from 'vitest';
import { explainPolicy } from './explain.ts';
import { loadPolicy } from './load.ts';
import { fullPolicy, keys } from './testing/documents.ts';

describe('the explanation of a policy', () => {
  it('it names the rule, the pattern and what is required, and is the same after JSON', async () => {
    const policy = await loadPolicy(JSON.stringify(fullPolicy()));
    const explanation = explainPolicy(policy, '/srv/models/crown-jewel');
    expect(explanation).toMatchObject({
      index: 3,
      pattern: '/srv/models/crown-jewel',
      description: 'the best one',
      mode: 'enforce',
      reject: false,
      require: { threshold: 2, timestamp: 'required', signedAfter: '2026-01-01T00:00:00.000Z' },
      revoked: { rootDigests: ['c'.repeat(64)], signers: [{ name: 'bob' }, { name: 'release' }] },
    });
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  it('it says of each signer what decides whether a signature is by it', async () => {
    const policy = await loadPolicy(JSON.stringify(fullPolicy()));
    const { signers } = explainPolicy(policy, '/srv/models/crown-jewel');
    expect(signers).toMatchObject([
      {
        name: 'corp-ca',
        method: 'certificate',
        identity: { exact: 'ml@acme.example' },
        subject: { pattern: 'CN=ACME .*' },
        fingerprint: 'a'.repeat(64),
        trusted: [{ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) }],
        timestampRoots: [{ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) }],
        validUntil: '2090-12-31T12:00:00.000Z',
        revokedFrom: null,
      },
      { name: 'release', method: 'sigstore', trustedRoot: null, revokedFrom: '2085-01-01T00:00:00.000Z' },
    ]);
  });

  it('it says of each revoked signer what its signatures are recognised by', async () => {
    const { revoked } = explainPolicy(await loadPolicy(JSON.stringify(fullPolicy())), '/srv/models/crown-jewel');
    expect(revoked.signers).toMatchObject([
      { name: 'bob', signer: { method: 'key', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { name: 'release', signer: { method: 'sigstore', identity: { pattern: expect.any(String) } } },
    ]);
  });

  it('it names the other names of a signer', async () => {
    const document = fullPolicy();
    document.signers.bob = { method: 'key', publicKey: keys.alice.publicKey };
    const { signers } = explainPolicy(await loadPolicy(JSON.stringify(document)), '/srv/models/m');
    expect(signers).toMatchObject([
      { name: 'alice', sameAs: ['bob'] },
      { name: 'bob', sameAs: ['alice'], revokedFrom: '2026-06-01T00:00:00.000Z' },
    ]);
  });

  it('a rule that rejects has no signers and no requirements', async () => {
    const policy = await loadPolicy(JSON.stringify(fullPolicy()));
    expect(explainPolicy(policy, 'hf://acme/broken@v1')).toMatchObject({ reject: true, require: null, signers: [] });
  });

  it('a name that no rule is for has no explanation', async () => {
    const policy = await loadPolicy(JSON.stringify(fullPolicy()));
    expect(() => explainPolicy(policy, 'x')).toThrow(expect.objectContaining({ code: 'policy/no-rule' }));
  });
});
