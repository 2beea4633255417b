import { OmsError } from '@model-signing/core';
import { TestInstance, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sigstoreVerifier } from './verifier.ts';

const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };
const instance = new TestInstance();
const made = instance.sign(content);
const trust = { trustedRoot: JSON.stringify(instance.trustedRoot()) };

// biome-ignore lint/suspicious/noExplicitAny: a forger writes whatever it likes
type Loose = any;

/** The places of bytes in a bundle, in Base64 or as plain text. */
const places: readonly [name: string, place: (material: Loose) => [holder: Loose, member: string], base64: boolean][] =
  [
    ['certificate', ({ certificate }) => [certificate, 'rawBytes'], true],
    [
      'timestamp',
      ({ timestampVerificationData: { rfc3161Timestamps } }) => [rfc3161Timestamps[0], 'signedTimestamp'],
      true,
    ],
    ['promise', ({ tlogEntries: [entry] }) => [entry.inclusionPromise, 'signedEntryTimestamp'], true],
    ['body', ({ tlogEntries: [entry] }) => [entry, 'canonicalizedBody'], true],
    ['log ID', ({ tlogEntries: [entry] }) => [entry.logId, 'keyId'], true],
    ['checkpoint', ({ tlogEntries: [entry] }) => [entry.inclusionProof.checkpoint, 'envelope'], false],
  ];

const edits = fc.array(fc.record({ at: fc.nat(4000), value: fc.nat(255) }), { minLength: 1, maxLength: 4 });

/** Returns the identity that the verifier names, or the code with which it refuses. Any other error fails the test. */
async function outcome(change: (material: Loose) => void): Promise<string> {
  const material = structuredClone(made.material);
  change(material);
  const verifier = await sigstoreVerifier({ identity: testIdentity, issuer: testIssuer, trust });
  try {
    const { identity } = await verifier.verify(content, made.signature, material, () => {});
    return identity.method;
  } catch (error) {
    if (error instanceof OmsError) return error.code;
    throw error;
  }
}

/** The certificate with the point at infinity in place of its key, on P-256. */
function withKeyAtInfinity(der: Buffer): Buffer {
  const algorithm = Buffer.from('301306072a8648ce3d020106082a8648ce3d030107', 'hex');
  const at = der.indexOf(algorithm) - 2;
  const key = Buffer.concat([Buffer.of(0x30, algorithm.length + 4), algorithm, Buffer.of(3, 2, 0, 0)]);
  const rest = der.subarray(at + 2 + (der[at + 1] as number));
  const changed = Buffer.concat([der.subarray(0, at), key, rest]);
  // The lengths of the certificate and of its signed part.
  for (const place of [2, 6]) changed.writeUInt16BE(der.readUInt16BE(place) - (der.length - changed.length), place);
  return changed;
}

describe('hostile verification material', () => {
  it('a certificate whose key is the point at infinity is refused, where some versions of Node would end the process', async () => {
    const found = await outcome(({ certificate }) => {
      certificate.rawBytes = withKeyAtInfinity(Buffer.from(certificate.rawBytes, 'base64')).toString('base64');
    });
    expect(found).toBe('signer/certificate-untrusted');
  });

  it.each(places)('any bytes of the %s are refused with a code or prove the same', async (_, place, base64) => {
    const run = async (changes: readonly { at: number; value: number }[], length: number) => {
      const found = await outcome((material) => {
        const [holder, member] = place(material);
        const bytes = Buffer.from(holder[member], base64 ? 'base64' : 'utf8').subarray(0, length);
        for (const { at, value } of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        holder[member] = bytes.toString(base64 ? 'base64' : 'utf8');
      });
      expect(found).toMatch(/^(?:sigstore|(?:signer|envelope)\/[a-z-]+)$/);
    };
    const length = fc.oneof(fc.constant(100_000), fc.nat(2000));
    await fc.assert(fc.asyncProperty(edits, length, run), { numRuns: 150 });
  });

  it('any JSON value in a log entry is refused with a code or proves the same', async () => {
    const run = async (member: string, value: unknown) => {
      // A time that an entry states, and that its promise does not vouch for, may be one without a valid certificate.
      const found = await outcome(({ tlogEntries: [entry] }) => {
        const holder = member in entry ? entry : entry.inclusionProof;
        holder[member] = value;
      });
      expect(found).toMatch(/^(?:sigstore|signer\/(?:log-invalid|timestamp-invalid|certificate-untrusted))$/);
    };
    const members = [
      'logIndex',
      'integratedTime',
      'inclusionPromise',
      'inclusionProof',
      'treeSize',
      'hashes',
      'rootHash',
    ];
    const any = fc.oneof(fc.jsonValue(), fc.string());
    await fc.assert(fc.asyncProperty(fc.constantFrom(...members), any, run), { numRuns: 300 });
  });
});
