import { TestInstance, type TestSignature, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import type { EntryKind } from '@model-signing/testing/transparency-log';
import { describe, expect, it } from 'vitest';
import { content, instance, type Loose, other, refused, verify } from './testing/attempts.ts';
import { refusal } from './testing/refusal.ts';
import { sigstoreVerifier } from './verifier.ts';

describe('accepts', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('a signature by a key on %s', async (curve) => {
    for (const kind of ['dsse/0.0.1', 'hashedrekord/0.0.2'] as const) {
      expect(await verify({ sign: { curve, kind } })).toMatchObject({ identity: testIdentity, issuer: testIssuer });
    }
  });

  it.each<EntryKind>(['dsse/0.0.1', 'intoto/0.0.2', 'hashedrekord/0.0.1', 'dsse/0.0.2', 'hashedrekord/0.0.2'])(
    'a log entry of the kind %s',
    async (kind) => {
      expect(await verify({ sign: { kind } })).toMatchObject({ method: 'sigstore' });
    },
  );

  it('the time of a log of version 1 in place of a timestamp, and says when that was', async () => {
    const date = new Date('2026-01-02T03:04:05Z');
    const early = new TestInstance({ start: new Date('2025-01-01T00:00:00Z') });
    const made = early.sign(content, { timestamped: false, date });
    const trust = { trustedRoot: JSON.stringify(early.trustedRoot()) };
    const verifier = await sigstoreVerifier({ identity: testIdentity, issuer: testIssuer, trust });
    const { identity } = await verifier.verify(content, made.signature, made.material, () => {});
    expect(identity).toMatchObject({ signedAt: date.toISOString() });
  });

  it.each([
    ['an address', 'signer@example.com', undefined],
    ['a URI', 'https://ci.example/workflow.yml@refs/heads/main', undefined],
    ['a user name', 'signer!issuer.example', 'user-name'],
  ] as const)('%s as identity', async (_, identity, nameForm) => {
    expect(await verify({ sign: { identity, nameForm }, expect: { identity } })).toMatchObject({ identity });
  });

  it.each(['dsse/0.0.1', 'hashedrekord/0.0.2'] as const)(
    'a trust root of version 0.2, which names the key of a checkpoint too: %s',
    async (kind) => {
      const trust = (root: Loose) => {
        root.mediaType = 'application/vnd.dev.sigstore.trustedroot.v0.2+json';
        for (const log of root.tlogs) {
          const keyId = Buffer.from(log.logId.keyId, 'base64').subarray(0, 4).toString('base64');
          Object.assign(log, { checkpointKeyId: { keyId }, operator: 'log.example' });
        }
      };
      expect(await verify({ sign: { kind }, trust })).toMatchObject({ method: 'sigstore' });
    },
  );

  it('members that it does not know', async () => {
    const material = (changed: Loose) => {
      changed.tlogEntries[0].later = 1;
      changed.tlogEntries[0].inclusionProof.later = 1;
    };
    expect(await verify({ material })).toMatchObject({ method: 'sigstore' });
  });
});

describe('refuses another signer', () => {
  it.each([
    ['signer/identity-mismatch', { identity: 'other@example.com' }],
    ['signer/identity-mismatch', { identity: 'Signer@example.com' }],
    ['signer/identity-mismatch', { identity: '.*' }],
    ['signer/identity-mismatch', { identity: 'signer@example.co' }],
    ['signer/issuer-mismatch', { issuer: 'https://other.example' }],
    ['signer/issuer-mismatch', { issuer: `${testIssuer}/` }],
    ['signer/issuer-mismatch', { issuer: '.*' }],
  ] as const)('with %s where %j is expected', async (code, expected) => {
    await refused(code, { expect: expected });
  });

  it.each([
    ['no identity', { identity: undefined }],
    ['an empty identity', { identity: '' }],
    ['an empty pattern', { identity: undefined, identityPattern: '' }],
    ['an empty issuer', { issuer: '' }],
    ['an identity and a pattern', { identityPattern: '.*' }],
  ])('never where %s is expected: that is a mistake of the caller', async (_, expected) => {
    await expect(verify({ expect: expected })).rejects.toThrow(TypeError);
  });
});

describe('an identity pattern', () => {
  const match = (identityPattern: string) => verify({ expect: { identity: undefined, identityPattern } });

  it.each(['signer@example\\.com', '[a-z]+@example\\.com', '(?:signer|other)@.*', '.*'])(
    '%s matches',
    async (pattern) => {
      expect(await match(pattern)).toMatchObject({ identity: testIdentity });
    },
  );

  it.each(['signer', 'example\\.com', 'signer@example', '@example\\.com$', 'x|signer', 'SIGNER@EXAMPLE\\.COM'])(
    '%s does not, since it matches a part at most',
    async (pattern) => {
      await refusal('signer/identity-mismatch', () => match(pattern));
    },
  );

  it.each(['(', '(?=signer).*', '(a)\\1', 'a'.repeat(1001)])('%.20s is none', async (pattern) => {
    await expect(match(pattern)).rejects.toThrow(SyntaxError);
  });

  it('on which backtracking would take years is refused at once', async () => {
    const identity = `${'a'.repeat(5000)}@example.com`;
    const attempt = { sign: { identity }, expect: { identity: undefined, identityPattern: '(a+)+b' } };
    await refused('signer/identity-mismatch', attempt);
  });
});

describe('refuses a certificate', () => {
  it.each<[string, TestSignature]>([
    ['that is not for signing code', { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' }],
    ['of an authority', { isAuthority: true }],
    ['that names two identities', { names: 2 }],
    ['that names none', { names: 0 }],
    ['that names an empty one', { identity: '' }],
    ['that contradicts itself on its issuer', { olderIssuer: 'https://other.example' }],
    [
      'that was not valid yet when it signed',
      { notBefore: new Date(Date.now() + 3_600_000), notAfter: new Date(Date.now() + 7_200_000) },
    ],
    [
      'that was valid no more when it signed',
      { notBefore: new Date(Date.now() - 7_200_000), notAfter: new Date(Date.now() - 3_600_000) },
    ],
  ])('%s', async (_, sign) => {
    await refused('signer/certificate-untrusted', { sign });
  });

  it('with a critical extension that is not known', async () => {
    const sign = { furtherExtensions: [{ id: '1.2.3.4', critical: true, value: Buffer.of(2, 1, 1) }] };
    const { message } = await refused('signer/certificate-untrusted', { sign });
    expect(message).toContain('critical extension 1.2.3.4');
  });

  it('by an authority of another instance', async () => {
    const foreign = new TestInstance().trustedRoot();
    await refused('signer/certificate-untrusted', {
      trust: (root) => {
        root.certificateAuthorities = foreign.certificateAuthorities;
      },
    });
  });

  it('by an authority that is trusted for another time', async () => {
    await refused('signer/certificate-untrusted', {
      trust: (root) => {
        root.certificateAuthorities[0].validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
      },
    });
  });

  it.each([
    ['is none', (der: Buffer) => Buffer.from(der.subarray(0, 100))],
    ['is empty inside', () => Buffer.from([0x30, 0])],
    ['is nested without end', () => Buffer.alloc(60_000, 0x30)],
  ])('that %s', async (_, change) => {
    await refused('signer/certificate-untrusted', {
      material: ({ certificate }) => {
        certificate.rawBytes = change(Buffer.from(certificate.rawBytes, 'base64')).toString('base64');
      },
    });
  });

  it.each(['none', 'malformed', 'by-another-log'] as const)('whose own logging is not proven: %s', async (fault) => {
    await refused('signer/sct-invalid', { sign: { certificateTimestamps: fault } });
  });

  it('that was logged where nobody trusts', async () => {
    await refused('signer/sct-invalid', { trust: (root) => void root.ctlogs.pop() });
  });
});

describe('refuses a signature', () => {
  it('over another payload', async () => {
    await refused('envelope/signature-invalid', { payload: other });
  });

  it('of another payload type', async () => {
    await refused('envelope/signature-invalid', { payload: { ...content, payloadType: 'text/plain' } });
  });

  it('that was changed', async () => {
    await refused('envelope/signature-invalid', {
      signature(signature) {
        signature[10] = (signature[10] as number) ^ 1;
        return signature;
      },
    });
  });

  it('by another key than the certified one', async () => {
    const stolen = instance.sign(content).material;
    await refused('envelope/signature-invalid', {
      material: (material) => {
        material.certificate = stolen.certificate;
      },
    });
  });
});

describe('refuses timestamps', () => {
  it('where no time is verified', async () => {
    await refused('signer/timestamp-invalid', { sign: { kind: 'hashedrekord/0.0.2', timestamped: false } });
  });

  it('over another signature', async () => {
    const { timestampVerificationData } = instance.sign(content).material;
    await refused('signer/timestamp-invalid', {
      material: (material) => Object.assign(material, { timestampVerificationData }),
    });
  });

  it('by an authority that nobody trusts', async () => {
    await refused('signer/timestamp-invalid', { trust: (root) => void root.timestampAuthorities.pop() });
  });

  it('that say the same twice', async () => {
    await refused('signer/timestamp-invalid', {
      material: ({ timestampVerificationData: { rfc3161Timestamps } }) => rfc3161Timestamps.push(rfc3161Timestamps[0]),
    });
  });

  it('that are more than anybody makes', async () => {
    await refused('signer/timestamp-invalid', {
      material: ({ timestampVerificationData: { rfc3161Timestamps } }) => {
        rfc3161Timestamps.push(...Array(100).fill(rfc3161Timestamps[0]));
      },
    });
  });

  it.each(['MAA=', 'AAAA', 'MAMCAQA=', 'MIID', Buffer.alloc(60_000, 0x30).toString('base64')])(
    'that are malformed: %.12s',
    async (signedTimestamp) => {
      await refused('signer/timestamp-invalid', {
        material: ({ timestampVerificationData }) => {
          timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp }];
        },
      });
    },
  );
});
