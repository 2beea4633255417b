import type { EntryKind } from '@model-signing/testing/transparency-log';
import { describe, expect, it } from 'vitest';
import { content, instance, type Loose, other, refused } from './testing/attempts.ts';

/** A change to the validity period of a key. */
interface TestPeriod {
  readonly start?: string;
  readonly end?: string;
}

describe('refused log entries', () => {
  it('a bundle without a log entry is refused', async () => {
    await refused('signer/log-missing', { material: (material) => Object.assign(material, { tlogEntries: [] }) });
  });

  it.each<EntryKind>(['dsse/0.0.1', 'intoto/0.0.2', 'hashedrekord/0.0.1', 'dsse/0.0.2', 'hashedrekord/0.0.2'])(
    'a log entry about another artifact is refused: %s',
    async (kind) => {
      const elsewhere = instance.sign(other, { kind }).material.tlogEntries;
      const material = (changed: Loose) => Object.assign(changed, { tlogEntries: elsewhere });
      const { requirement } = await refused('signer/log-invalid', { sign: { kind }, material });
      expect(requirement).toBe('OMS-SIGSTORE-13');
    },
  );

  it.each<[string, Partial<Record<'payload' | 'signature' | 'certificate', Buffer>>, EntryKind]>([
    ['another payload', { payload: other.payload }, 'dsse/0.0.1'],
    ['another payload', { payload: other.payload }, 'intoto/0.0.2'],
    ['another payload', { payload: other.payload }, 'hashedrekord/0.0.1'],
    ['another payload', { payload: other.payload }, 'dsse/0.0.2'],
    ['another payload', { payload: other.payload }, 'hashedrekord/0.0.2'],
    ['another signature', { signature: Buffer.from('other') }, 'dsse/0.0.1'],
    ['another signature', { signature: Buffer.from('other') }, 'hashedrekord/0.0.2'],
    ['another certificate', { certificate: foreignCertificate() }, 'dsse/0.0.1'],
    ['another certificate', { certificate: foreignCertificate() }, 'hashedrekord/0.0.2'],
  ])('a log entry about %s is refused (case %#)', async (_, change, kind) => {
    await refused('signer/log-invalid', {
      sign: { kind },
      material(material, made) {
        const certificate = Buffer.from(material.certificate.rawBytes, 'base64');
        const logged = { ...content, signature: Buffer.from(made.signature), certificate, hash: 'sha256' as const };
        material.tlogEntries = [instance.log(kind, { ...logged, ...change }, new Date())];
      },
    });
  });

  it('a log entry by an untrusted log is refused', async () => {
    await refused('signer/log-invalid', { trust: (root) => void root.tlogs.shift() });
  });

  it('a log entry by a log that is trusted for another time is refused', async () => {
    await refused('signer/log-invalid', {
      trust: (root) => {
        root.tlogs[0].publicKey.validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
      },
    });
  });

  it.each<[string, EntryKind, TestPeriod]>([
    ['no longer valid', 'hashedrekord/0.0.2', { end: '2021-01-01T00:00:00Z' }],
    ['not yet valid', 'hashedrekord/0.0.2', { start: '2999-01-01T00:00:00Z' }],
  ])('a log entry by a log of version 2 whose key is %s is refused', async (_, kind, period) => {
    await refused('signer/log-invalid', {
      sign: { kind },
      trust: ({ tlogs: [, { publicKey }] }) => (publicKey.validFor = { ...publicKey.validFor, ...period }),
    });
  });

  it('a log entry without a promise by a log whose key is no longer valid is refused', async () => {
    await refused('signer/log-invalid', {
      material: ({ tlogEntries: [entry] }) => delete entry.inclusionPromise,
      trust: ({ tlogs: [{ publicKey }] }) => {
        publicKey.validFor = { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' };
      },
    });
  });

  it.each<EntryKind>(['dsse/0.0.1', 'hashedrekord/0.0.2'])(
    'a bundle with the same log entry twice is refused: %s',
    async (kind) => {
      await refused('signer/log-invalid', {
        sign: { kind },
        material: ({ tlogEntries }) => tlogEntries.push({ ...tlogEntries[0], logIndex: '7' }),
      });
    },
  );

  const flipped = (base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[4] = (bytes[4] as number) ^ 1;
    return bytes.toString('base64');
  };
  const changes: [fault: string, change: (entry: Loose) => void][] = [
    ['a removed inclusion proof', (entry) => delete entry.inclusionProof],
    ['a removed checkpoint', (entry) => delete entry.inclusionProof.checkpoint],
    ['a forged promise', ({ inclusionPromise: p }) => (p.signedEntryTimestamp = flipped(p.signedEntryTimestamp))],
    ['an empty promise', (entry) => (entry.inclusionPromise = {})],
    ['another integrated time', (entry) => (entry.integratedTime = String(Number(entry.integratedTime) + 1))],
    ['another index', (entry) => (entry.inclusionProof.logIndex = '0')],
    ['an index beyond the tree', (entry) => (entry.inclusionProof.logIndex = '999')],
    ['a root hash other than that of its checkpoint', ({ inclusionProof: p }) => (p.rootHash = flipped(p.rootHash))],
    ['a tree size other than that of its checkpoint', ({ inclusionProof: p }) => (p.treeSize = '99999')],
    ['another hash in its proof', ({ inclusionProof: { hashes } }) => (hashes[0] = flipped(hashes[0]))],
    ['one hash too few', ({ inclusionProof: { hashes } }) => hashes.pop()],
    ['no hashes', ({ inclusionProof }) => delete inclusionProof.hashes],
    [
      'more hashes than a tree has levels',
      (e) => (e.inclusionProof.hashes = Array(1000).fill(e.inclusionProof.rootHash)),
    ],
    [
      'a checkpoint of another tree',
      ({ inclusionProof: { checkpoint } }) =>
        (checkpoint.envelope = checkpoint.envelope.replace(/\n\d+\n/, '\n99999\n')),
    ],
    ['a checkpoint without a signature', ({ inclusionProof }) => (inclusionProof.checkpoint.envelope = 'a\n1\nb\n\n')],
    ['a checkpoint that is a number', ({ inclusionProof }) => (inclusionProof.checkpoint.envelope = 1)],
    ['a proof that is a string', (entry) => (entry.inclusionProof = 'proof')],
    ['hashes that are numbers', ({ inclusionProof }) => (inclusionProof.hashes = [1])],
    ['a log index that is not a number', (entry) => (entry.logIndex = 'one')],
    ['a log index that is too large', (entry) => (entry.logIndex = '9007199254740993')],
    ['an unknown kind', (entry) => (entry.kindVersion = { kind: 'rekord', version: '0.0.1' })],
    ['an unknown version', (entry) => (entry.kindVersion.version = '9.9.9')],
    ['a kind other than that of its body', (entry) => (entry.kindVersion = { kind: 'dsse', version: '0.0.2' })],
    ['loose Base64', (entry) => (entry.canonicalizedBody = `${entry.canonicalizedBody.replace(/=+$/, '')}\n`)],
    ['a body that is not JSON', (entry) => (entry.canonicalizedBody = Buffer.from('no').toString('base64'))],
    ['a body that is null', (entry) => (entry.canonicalizedBody = Buffer.from('null').toString('base64'))],
    ['a body of megabytes', (entry) => (entry.canonicalizedBody = 'A'.repeat(4_000_000))],
  ];
  it.each(changes)('a log entry with %s is refused', async (_, change) => {
    await refused('signer/log-invalid', { material: ({ tlogEntries: [entry] }) => void change(entry) });
  });

  it('a bundle with too many log entries is refused', async () => {
    await refused('signer/log-invalid', {
      material: ({ tlogEntries }) => tlogEntries.push(...Array(8000).fill(tlogEntries[0])),
    });
  });

  it.each([
    '{}',
    '{"spec":null}',
    '{"spec":{}}',
    '{"spec":{"signatures":[]}}',
    '{"spec":{"signatures":[null]}}',
    '[]',
    '1',
  ])('a log entry with the body %s is refused, even if the log has signed it', async (spec) => {
    const body = { apiVersion: '0.0.1', kind: 'dsse', ...JSON.parse(spec) };
    await refused('signer/log-invalid', {
      material: (material) => {
        material.tlogEntries = [instance.logV1.log(body, new Date())];
      },
    });
  });
});

/** A certificate of the same instance for the same identity, of another key. */
function foreignCertificate(): Buffer {
  return Buffer.from(instance.sign(content).material.certificate?.rawBytes ?? '', 'base64');
}
