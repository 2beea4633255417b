import { createHash, createPublicKey } from 'node:crypto';
import type { PolicyDocument } from '@model-signing/spec/policy';
import { describe, expect, it } from 'vitest';
import { type LoadPolicyOptions, loadPolicy } from './load.ts';
import type { PolicyError } from './policy-error.ts';
import { authorities, fullPolicy, keys } from './testing/documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test may forge any value
type Forged = any;

/** Why a valid policy is refused after a change. */
async function refusalAfter(change: (document: Forged) => void, options?: LoadPolicyOptions): Promise<PolicyError> {
  const document = structuredClone(fullPolicy()) as Forged;
  change(document);
  return refusal(JSON.stringify(document), options);
}

async function refusal(source: string | Uint8Array, options?: LoadPolicyOptions): Promise<PolicyError> {
  try {
    await loadPolicy(source, options);
  } catch (error) {
    return error as PolicyError;
  }
  throw new Error('the policy was accepted');
}

const files: Record<string, string> = {
  'keys/alice.pub': keys.alice.publicKey,
  'ca.pem': authorities.corp,
  'root.json': '{}',
  'private.pem': keys.alice.privateKey,
};

async function readFile(path: string): Promise<Uint8Array> {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT: ${path}`);
  return new TextEncoder().encode(text);
}

const withFiles: PolicyDocument = {
  policyVersion: 1,
  signers: {
    alice: { method: 'key', publicKeyFile: 'keys/alice.pub' },
    corp: { method: 'certificate', trustedFiles: ['ca.pem'], timestampRootFiles: ['ca.pem'] },
    ci: { method: 'sigstore', issuer: 'https://i.example', identity: 'x', trustedRootFile: 'root.json' },
  },
  models: [{ match: ['/srv/*'], require: { signedBy: ['alice', 'corp', 'ci'] } }],
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('a policy', () => {
  it('a policy is read with the defaults that are careful', async () => {
    const policy = await loadPolicy(JSON.stringify(withFiles), { readFile });
    expect(policy.mode).toBe('enforce');
    expect(policy.rules).toEqual([
      {
        description: null,
        match: ['/srv/*'],
        reject: false,
        mode: 'enforce',
        require: {
          signedBy: ['alice', 'corp', 'ci'],
          threshold: 1,
          ignoredPaths: ['.git', '.gitattributes', '.github', '.gitignore'],
          unsignedFiles: 'refuse',
          symlinks: false,
          hashAlgorithms: null,
          historicalFormats: false,
          timestamp: 'optional',
          signedAfter: null,
          signedBefore: null,
          strict: false,
          rootDigests: null,
          attestations: [],
        },
      },
    ]);
  });

  it('the dates of a policy are moments in UTC, and a last day counts whole', async () => {
    const { signers, rules, revoked } = await loadPolicy(JSON.stringify(fullPolicy()));
    expect(signers.get('alice')?.validUntil?.toISOString()).toBe('2090-12-31T23:59:59.999Z');
    expect(signers.get('corp-ca')?.validUntil?.toISOString()).toBe('2090-12-31T12:00:00.000Z');
    expect(rules[3]?.require?.signedAfter?.toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(revoked.signers.get('bob')?.toISOString()).toBe('2026-06-01T00:00:00.000Z');
    expect(rules[2]?.mode).toBe('warn');
  });

  it('a pattern for an identity matches the whole of it', async () => {
    const { signers } = await loadPolicy(JSON.stringify(fullPolicy()));
    const release = signers.get('release');
    if (release?.method !== 'sigstore') throw new Error('the signer has another method');
    const good = 'https://github.com/acme/models/.github/workflows/release.yml@refs/tags/v1';
    expect(release.identity.matches(good)).toBe(true);
    expect(release.identity.matches(`https://evil.example/?${good}`)).toBe(false);
    expect(release.identity.matches(`${good}\nx`)).toBe(false);
  });

  it.each<[string, RegExp, (document: Forged) => void]>([
    [
      'an unknown member',
      /at \/models\/1\/require: .*found "signedby"/,
      (d) => {
        d.models[1].require.signedby = ['alice'];
      },
    ],
    [
      'an unknown member of a signer',
      /at \/signers\/alice/,
      (d) => {
        d.signers.alice.identity = 'x';
      },
    ],
    [
      'another version',
      /at \/policyVersion: expected the version of the policy format 1, found 2/,
      (d) => {
        d.policyVersion = 2;
      },
    ],
    [
      'no version',
      /"policyVersion"/,
      (d) => {
        delete d.policyVersion;
      },
    ],
    [
      'an unknown method',
      /at \/signers\/bob\/method: .*key, certificate and sigstore/,
      (d) => {
        d.signers.bob.method = 'pgp';
      },
    ],
    [
      'a Sigstore signer without an issuer',
      /"issuer"/,
      (d) => {
        delete d.signers.release.issuer;
      },
    ],
    [
      'a threshold of none',
      /at \/models\/3\/require\/threshold/,
      (d) => {
        d.models[3].require.threshold = 0;
      },
    ],
    [
      'a rule that rejects and requires',
      /exactly one of require and reject/,
      (d) => {
        d.models[0].require = { signedBy: ['alice'] };
      },
    ],
    [
      'a rule that does neither',
      /exactly one of require and reject/,
      (d) => {
        delete d.models[0].reject;
      },
    ],
    [
      'a rule that does not reject',
      /at \/models\/0\/reject/,
      (d) => {
        d.models[0].reject = false;
      },
    ],
    [
      'a signer that does not exist',
      /at \/models\/1\/require\/signedBy\/1: "relaese" is not among the signers/,
      (d) => {
        d.models[1].require.signedBy.push('relaese');
      },
    ],
    [
      'a revoked signer that does not exist',
      /at \/revoked\/signers\/alicia/,
      (d) => {
        d.revoked.signers.alicia = '2026-01-01';
      },
    ],
    [
      'a day that does not exist',
      /at \/signers\/alice\/validUntil: "2026-02-30" is not a date that exists/,
      (d) => {
        d.signers.alice.validUntil = '2026-02-30';
      },
    ],
    [
      'a time that does not exist',
      /not a date that exists/,
      (d) => {
        d.revoked.signers.bob = '2026-01-01T24:00:00Z';
      },
    ],
    [
      'a pattern outside RE2',
      /at \/signers\/release\/identity\/pattern: .*RE2/,
      (d) => {
        d.signers.release.identity = { pattern: '(?=x)' };
      },
    ],
    [
      'a pattern with a wildcard that is none',
      /at \/models\/0\/match\/0: .*"\?" has no meaning/,
      (d) => {
        d.models[0].match[0] = '/srv/mod?l';
      },
    ],
    [
      'an ignored path outside the model',
      /at \/models\/1\/require\/ignoredPaths\/0: .*outside/,
      (d) => {
        d.models[1].require.ignoredPaths = ['../x'];
      },
    ],
    [
      'a name of a signer in capitals',
      /expected a name of 1 to 63 .*found "Alice"/,
      (d) => {
        d.signers.Alice = d.signers.bob;
      },
    ],
    [
      'no signers',
      /at \/signers/,
      (d) => {
        d.signers = {};
      },
    ],
    [
      'a signer with two keys',
      /exactly one of publicKey and publicKeyFile/,
      (d) => {
        d.signers.alice.publicKeyFile = 'x';
      },
    ],
    [
      'a private key as the public one',
      /at \/signers\/alice\/publicKey: it is no public key/,
      (d) => {
        d.signers.alice.publicKey = keys.alice.privateKey;
      },
    ],
    [
      'a fingerprint of another key',
      /fingerprint/,
      (d) => {
        d.signers.alice.fingerprint = '0'.repeat(64);
      },
    ],
    [
      'a fingerprint of the DER form, which other tools print',
      /the hint [0-9a-f]{64}, and the policy demands the fingerprint [0-9a-f]{64}, which is that of its DER form/,
      (d) => {
        const key = createPublicKey(d.signers.alice.publicKey).export({ type: 'spki', format: 'der' });
        d.signers.alice.fingerprint = createHash('sha256').update(key).digest('hex');
      },
    ],
    [
      'a certificate that is none',
      /at \/signers\/corp-ca\/trusted\/0: it holds no certificates/,
      (d) => {
        d.signers['corp-ca'].trusted = ['x'];
      },
    ],
    [
      'an attestation by a signer that it does not have',
      /at \/models\/1\/require\/attestations\/0\/signedBy\/0: "eve" is not among the signers/,
      (d) => {
        d.models[1].require.attestations = [{ predicateType: 'https://example.com/v1', signedBy: ['eve'] }];
      },
    ],
    [
      'an attestation of the type of a signature',
      /is the type of a signature, and not of an attestation/,
      (d) => {
        const predicateType = 'https://model_signing/signature/v1.0';
        d.models[1].require.attestations = [{ predicateType, signedBy: ['release'] }];
      },
    ],
    [
      'an attestation of a type that is no URI',
      /at \/models\/1\/require\/attestations\/0\/predicateType/,
      (d) => {
        d.models[1].require.attestations = [{ predicateType: 'slsaprovenance1', signedBy: ['release'] }];
      },
    ],
    [
      'an attestation by no signer',
      /at \/models\/1\/require\/attestations\/0\/signedBy/,
      (d) => {
        d.models[1].require.attestations = [{ predicateType: 'https://example.com/v1', signedBy: [] }];
      },
    ],
    [
      'an attestation without who signs it',
      /signedBy/,
      (d) => {
        d.models[1].require.attestations = [{ predicateType: 'https://example.com/v1' }];
      },
    ],
    [
      'a member that an attestation does not have',
      /found "threshold"/,
      (d) => {
        const attestation = { predicateType: 'https://example.com/v1', signedBy: ['release'], threshold: 2 };
        d.models[1].require.attestations = [attestation];
      },
    ],
  ])('a policy with %s is refused at its place', async (_what, message, change) => {
    expect(await refusalAfter(change)).toMatchObject({
      code: 'policy/invalid',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['is no JSON', '{'],
    [
      'has a member twice',
      JSON.stringify(fullPolicy()).replace('"policyVersion":1', '"policyVersion":1,"policyVersion":1'),
    ],
    ['begins with a byte order mark', `\ufeff${JSON.stringify(fullPolicy())}`],
    ['has more than a megabyte', JSON.stringify(fullPolicy()).padEnd(1_048_577)],
    ['is nested too deeply', '['.repeat(1000)],
    ['is a list', '[]'],
  ])('a policy that %s is refused', async (_what, text) => {
    expect(await refusal(text)).toMatchObject({ name: 'PolicyError', code: 'policy/invalid' });
  });

  it('patterns that are large only together are refused as well', async () => {
    const refused = await refusalAfter((document) => {
      const release = { ...document.signers.release, identity: { pattern: '(?:[ab]{1,100}x){9}' } };
      for (let i = 0; i < 100; i++) document.signers[`r${i}`] = release;
    });
    expect(refused).toMatchObject({ code: 'policy/invalid', message: expect.stringContaining('too large') });
  });

  it('no message repeats a private key', async () => {
    const { message } = await refusalAfter((document) => {
      document.signers.alice.publicKey = keys.alice.privateKey;
    });
    const [, secret = ''] = keys.alice.privateKey.split('\n');
    expect(message).not.toContain(secret.slice(0, 20));
  });

  it('the files of a policy are read once, by the paths that are written there', async () => {
    const asked: string[] = [];
    const policy = await loadPolicy(JSON.stringify(withFiles), {
      readFile: (path) => {
        asked.push(path);
        return readFile(path);
      },
    });
    expect(asked).toEqual(['keys/alice.pub', 'ca.pem', 'root.json']);
    expect(policy.signers.get('ci')).toMatchObject({ trustedRootDigest: sha256('{}') });
    expect(policy.signers.get('corp')).toMatchObject({ anchors: [{ subject: expect.any(String) }] });
  });

  it.each<[string, RegExp, (document: Forged) => void]>([
    [
      'is absent',
      /"keys\/bob.pub", which the policy names at \/signers\/alice\/publicKeyFile, cannot be read/,
      (d) => {
        d.signers.alice.publicKeyFile = 'keys/bob.pub';
      },
    ],
    [
      'holds a private key',
      /"private.pem", .* is no public key/,
      (d) => {
        d.signers.alice.publicKeyFile = 'private.pem';
      },
    ],
    [
      'holds no certificate',
      /at \/signers\/corp\/trustedFiles\/0, holds no certificates/,
      (d) => {
        d.signers.corp.trustedFiles = ['keys/alice.pub'];
      },
    ],
    [
      'has another digest',
      /the policy demands 0{64}/,
      (d) => {
        d.signers.alice.publicKeyFile = { path: 'keys/alice.pub', sha256: '0'.repeat(64) };
      },
    ],
    [
      'holds another key than the fingerprint says',
      /the policy demands the fingerprint 0{64}/,
      (d) => {
        d.signers.alice.fingerprint = '0'.repeat(64);
      },
    ],
  ])('a policy whose file %s is refused by the name of the file', async (_what, message, change) => {
    const document = structuredClone(withFiles) as Forged;
    change(document);
    const expected = { code: 'policy/file-unusable', message: expect.stringMatching(message) };
    expect(await refusal(JSON.stringify(document), { readFile })).toMatchObject(expected);
  });

  it('the reason why a file cannot be read is in the message as it is, with its hidden characters escaped', async () => {
    const failing = () => Promise.reject(new Error('no file "a" \u001b[31m'));
    const { message } = await refusal(JSON.stringify(withFiles), { readFile: failing });
    expect(message).toContain('cannot be read: no file "a" \\u{1b}[31m');
  });

  it('a policy that names files is refused where none can be read', async () => {
    expect(await refusal(JSON.stringify(withFiles))).toMatchObject({ code: 'policy/file-unusable' });
  });

  it('a file that is larger than any list of certificates is refused', async () => {
    const large = { readFile: async () => new Uint8Array(4_194_305) };
    expect(await refusal(JSON.stringify(withFiles), large)).toMatchObject({
      message: expect.stringContaining('has more than'),
    });
  });

  it('files without digests are refused where digests are demanded, and a key with its fingerprint is not', async () => {
    const options = { readFile, requireDigests: true };
    expect(await refusal(JSON.stringify(withFiles), options)).toMatchObject({ code: 'policy/file-unusable' });
    const pinned = structuredClone(withFiles) as Forged;
    const alice = (await loadPolicy(JSON.stringify(withFiles), { readFile })).signers.get('alice') as Forged;
    pinned.signers.alice.fingerprint = alice.fingerprint;
    const file = { path: 'ca.pem', sha256: sha256(authorities.corp) };
    Object.assign(pinned.signers.corp, { trustedFiles: [file], timestampRootFiles: [file] });
    expect(await refusal(JSON.stringify(pinned), options)).toMatchObject({
      message: expect.stringContaining('root.json'),
    });
    pinned.signers.ci.trustedRootFile = { path: 'root.json', sha256: sha256('{}') };
    expect((await loadPolicy(JSON.stringify(pinned), options)).signers.size).toBe(3);
  });
});
