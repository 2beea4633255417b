import { TestInstance, type TestSignature, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import type { EntryKind } from '@model-signing/testing/transparency-log';
import { describe, expect, it } from 'vitest';
import { content, instance, type Loose, other, refused, verify } from './testing/attempts.ts';
import { refusal } from './testing/refusal.ts';
import { sigstoreVerifier } from './verifier.ts';

describe('accepted signatures', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('a signature by a key on %s is accepted', async (curve) => {
    for (const kind of ['dsse/0.0.1', 'hashedrekord/0.0.2'] as const) {
      expect(await verify({ sign: { curve, kind } })).toMatchObject({ identity: testIdentity, issuer: testIssuer });
    }
  });

  it.each<EntryKind>(['dsse/0.0.1', 'intoto/0.0.2', 'hashedrekord/0.0.1', 'dsse/0.0.2', 'hashedrekord/0.0.2'])(
    'a log entry of the kind %s is accepted',
    async (kind) => {
      expect(await verify({ sign: { kind } })).toMatchObject({ method: 'sigstore' });
    },
  );

  it('the time of a log of version 1 is accepted instead of a timestamp, and reported', async () => {
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
  ] as const)('%s is accepted as identity', async (_, identity, nameForm) => {
    expect(await verify({ sign: { identity, nameForm }, expect: { identity } })).toMatchObject({ identity });
  });

  it.each(['dsse/0.0.1', 'hashedrekord/0.0.2'] as const)(
    'a trust root of version 0.2, which names the key of a checkpoint too, is accepted: %s',
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

  it('unknown members are accepted', async () => {
    const material = (changed: Loose) => {
      changed.tlogEntries[0].later = 1;
      changed.tlogEntries[0].inclusionProof.later = 1;
    };
    expect(await verify({ material })).toMatchObject({ method: 'sigstore' });
  });
});

describe('another signer', () => {
  it.each([
    ['signer/identity-mismatch', { identity: 'other@example.com' }],
    ['signer/identity-mismatch', { identity: 'Signer@example.com' }],
    ['signer/identity-mismatch', { identity: '.*' }],
    ['signer/identity-mismatch', { identity: 'signer@example.co' }],
    ['signer/issuer-mismatch', { issuer: 'https://other.example' }],
    ['signer/issuer-mismatch', { issuer: `${testIssuer}/` }],
    ['signer/issuer-mismatch', { issuer: '.*' }],
  ] as const)('another signer is refused with %s if %j is expected', async (code, expected) => {
    await refused(code, { expect: expected });
  });

  it.each([
    ['no identity', { identity: undefined }],
    ['an empty identity', { identity: '' }],
    ['an empty pattern', { identity: undefined, identityPattern: '' }],
    ['an empty issuer', { issuer: '' }],
    ['an identity and a pattern', { identityPattern: '.*' }],
  ])('expecting %s is a mistake of the caller', async (_, expected) => {
    await expect(verify({ expect: expected })).rejects.toThrow(TypeError);
  });
});

describe('an identity pattern', () => {
  const match = (identityPattern: string) => verify({ expect: { identity: undefined, identityPattern } });

  it.each(['signer@example\\.com', '[a-z]+@example\\.com', '(?:signer|other)@.*', '.*'])(
    'the identity pattern %s matches',
    async (pattern) => {
      expect(await match(pattern)).toMatchObject({ identity: testIdentity });
    },
  );

  it.each(['signer', 'example\\.com', 'signer@example', '@example\\.com$', 'x|signer', 'SIGNER@EXAMPLE\\.COM'])(
    'the identity pattern %s does not match, since it matches at most a part',
    async (pattern) => {
      await refusal('signer/identity-mismatch', () => match(pattern));
    },
  );

  it.each(['(', '(?=signer).*', '(a)\\1', 'a'.repeat(1001)])(
    'the text %.20s is not an identity pattern',
    async (pattern) => {
      await expect(match(pattern)).rejects.toThrow(SyntaxError);
    },
  );

  it('an identity pattern on which backtracking would take years fails at once', async () => {
    const identity = `${'a'.repeat(5000)}@example.com`;
    const attempt = { sign: { identity }, expect: { identity: undefined, identityPattern: '(a+)+b' } };
    await refused('signer/identity-mismatch', attempt);
  });
});

describe('refused certificates', () => {
  it.each<[string, TestSignature]>([
    ['that is not for signing code', { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' }],
    ['that is a CA certificate', { isAuthority: true }],
    ['that names two identities', { names: 2 }],
    ['that names no identity', { names: 0 }],
    ['that names an empty identity', { identity: '' }],
    ['that names two issuers', { olderIssuer: 'https://other.example' }],
    [
      'that was not yet valid at the time of the signature',
      { notBefore: new Date(Date.now() + 3_600_000), notAfter: new Date(Date.now() + 7_200_000) },
    ],
    [
      'that was no longer valid at the time of the signature',
      { notBefore: new Date(Date.now() - 7_200_000), notAfter: new Date(Date.now() - 3_600_000) },
    ],
  ])('a certificate %s is refused', async (_, sign) => {
    await refused('signer/certificate-untrusted', { sign });
  });

  it('a certificate with an unknown critical extension is refused', async () => {
    const sign = { furtherExtensions: [{ id: '1.2.3.4', critical: true, value: Buffer.of(2, 1, 1) }] };
    const { message } = await refused('signer/certificate-untrusted', { sign });
    expect(message).toContain('critical extension 1.2.3.4');
  });

  it('a certificate by an authority of another instance is refused', async () => {
    const foreign = new TestInstance().trustedRoot();
    await refused('signer/certificate-untrusted', {
      trust: (root) => {
        root.certificateAuthorities = foreign.certificateAuthorities;
      },
    });
  });

  it('a certificate by an authority that is trusted for another time is refused', async () => {
    await refused('signer/certificate-untrusted', {
      trust: (root) => {
        root.certificateAuthorities[0].validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
      },
    });
  });

  it.each([
    ['is cut short', (der: Buffer) => Buffer.from(der.subarray(0, 100))],
    ['is empty inside', () => Buffer.from([0x30, 0])],
    ['is nested without end', () => Buffer.alloc(60_000, 0x30)],
  ])('a certificate that %s is refused', async (_, change) => {
    await refused('signer/certificate-untrusted', {
      material: ({ certificate }) => {
        certificate.rawBytes = change(Buffer.from(certificate.rawBytes, 'base64')).toString('base64');
      },
    });
  });

  it.each(['none', 'malformed', 'by-another-log'] as const)(
    'a certificate whose logging is not proven is refused: %s',
    async (fault) => {
      await refused('signer/sct-invalid', { sign: { certificateTimestamps: fault } });
    },
  );

  it('a certificate that was logged in an untrusted log is refused', async () => {
    await refused('signer/sct-invalid', { trust: (root) => void root.ctlogs.pop() });
  });
});

describe('refused signatures', () => {
  it('a signature over another payload is refused', async () => {
    await refused('envelope/signature-invalid', { payload: other });
  });

  it('a signature over another payload type is refused', async () => {
    await refused('envelope/signature-invalid', { payload: { ...content, payloadType: 'text/plain' } });
  });

  it('a signature that was changed is refused', async () => {
    await refused('envelope/signature-invalid', {
      signature(signature) {
        signature[10] = (signature[10] as number) ^ 1;
        return signature;
      },
    });
  });

  it('a signature by a key other than the certified one is refused', async () => {
    const stolen = instance.sign(content).material;
    await refused('envelope/signature-invalid', {
      material: (material) => {
        material.certificate = stolen.certificate;
      },
    });
  });
});

describe('refused timestamps', () => {
  it('a bundle without a verified time is refused', async () => {
    await refused('signer/timestamp-invalid', { sign: { kind: 'hashedrekord/0.0.2', timestamped: false } });
  });

  it('a timestamp of another signature is refused', async () => {
    const { timestampVerificationData } = instance.sign(content).material;
    await refused('signer/timestamp-invalid', {
      material: (material) => Object.assign(material, { timestampVerificationData }),
    });
  });

  it('a timestamp by an untrusted authority is refused', async () => {
    await refused('signer/timestamp-invalid', { trust: (root) => void root.timestampAuthorities.pop() });
  });

  it('a bundle with the same timestamp twice is refused', async () => {
    await refused('signer/timestamp-invalid', {
      material: ({ timestampVerificationData: { rfc3161Timestamps } }) => rfc3161Timestamps.push(rfc3161Timestamps[0]),
    });
  });

  it('a bundle with too many timestamps is refused', async () => {
    await refused('signer/timestamp-invalid', {
      material: ({ timestampVerificationData: { rfc3161Timestamps } }) => {
        rfc3161Timestamps.push(...Array(100).fill(rfc3161Timestamps[0]));
      },
    });
  });

  it.each(['MAA=', 'AAAA', 'MAMCAQA=', 'MIID', Buffer.alloc(60_000, 0x30).toString('base64')])(
    'a malformed timestamp is refused: %.12s',
    async (signedTimestamp) => {
      await refused('signer/timestamp-invalid', {
        material: ({ timestampVerificationData }) => {
          timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp }];
        },
      });
    },
  );
});
