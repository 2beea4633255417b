import { testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_BUNDLE_BYTES } from './format/bundle.ts';
import { OmsError } from './format/errors.ts';
import { inspectBundle, inspectFile } from './inspect.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { openSignature } from './open.ts';
import { signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';

const key = testKey();
const { bundle: signature } = await signModel(memoryModel({ a: 'a' }), keySigner(key));
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'model', digest: { sha256: 'ab' } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { anything: [1, { deep: null }] },
};

interface Parts {
  readonly payload?: unknown;
  readonly material?: unknown;
  readonly envelope?: object;
  readonly bundle?: object;
}

function attestation({ payload = statement, material = { publicKey: { hint: 'x' } }, ...more }: Parts = {}): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: material,
    dsseEnvelope: {
      payload: base64(payload),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: 'AA==' }],
      ...more.envelope,
    },
    ...more.bundle,
  });
}

async function claimsOf(text: string) {
  const [entry] = await inspectFile(Buffer.from(text));
  if (entry?.kind !== 'other') throw new Error(`the entry is of the kind ${entry?.kind}`);
  return entry.claims;
}

describe('inspectFile', () => {
  it('inspectFile reads the signature of a model as inspectBundle does', async () => {
    expect(await inspectFile(signature)).toEqual([{ kind: 'model', inspection: await inspectBundle(signature) }]);
  });

  it.each(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'])(
    'inspectFile reads an attestation whose statement has the type %s',
    async (_type) => {
      expect(await claimsOf(attestation({ payload: { ...statement, _type } }))).toEqual({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        material: { publicKey: { hint: 'x' }, tlogEntries: [] },
        payloadType: 'application/vnd.in-toto+json',
        signatures: 1,
        statement: {
          type: _type,
          predicateType: 'https://slsa.dev/provenance/v1',
          subjects: [{ name: 'model', digests: [{ algorithm: 'sha256', digest: 'ab' }] }],
          subjectCount: 1,
        },
        message: null,
      });
    },
  );

  it.each(['a'.repeat(64), 'MCowBQYDK2VwAyEA/+==', ''])(
    'inspectFile reads the key hint %j of any tool',
    async (hint) => {
      expect((await claimsOf(attestation({ material: { publicKey: { hint } } }))).material.publicKey).toEqual({ hint });
    },
  );

  it('inspectFile reads certificates, times of log entries and timestamps, and leaves out what is malformed', async () => {
    const material = {
      x509CertificateChain: { certificates: [{ rawBytes: 'AA==' }, { rawBytes: 7 }, null] },
      tlogEntries: [{ integratedTime: '1700000000' }, { integratedTime: 1700000001 }, null, {}],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'AQ==' }, 'x'] },
    };
    expect((await claimsOf(attestation({ material }))).material).toEqual({
      x509CertificateChain: { certificates: [{ rawBytes: 'AA==' }] },
      tlogEntries: ['1700000000', '1700000001', null, null].map((integratedTime) => ({ integratedTime })),
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'AQ==' }] },
    });
  });

  it.each<[string, Parts]>([
    ['another payload', { envelope: { payloadType: 'text/plain', payload: base64('hello') } }],
    ['an in-toto payload that is not JSON', { payload: '{' }],
    ['an in-toto payload that is an array', { payload: [statement] }],
  ])('inspectFile reads an envelope with %s, without a statement', async (_, parts) => {
    expect((await claimsOf(attestation(parts))).statement).toBeNull();
  });

  it('inspectFile reads a bare envelope and the signature of a message', async () => {
    const { dsseEnvelope } = JSON.parse(attestation());
    const bare = await claimsOf(JSON.stringify(dsseEnvelope));
    expect(bare).toMatchObject({ mediaType: null, statement: { predicateType: statement.predicateType } });
    const messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest: 'AA==' }, signature: 'AA==' };
    const message = await claimsOf(attestation({ bundle: { dsseEnvelope: undefined, messageSignature } }));
    expect(message).toMatchObject({ payloadType: null, message: { algorithm: 'SHA2_256', digest: 'AA==' } });
  });

  it('inspectFile bounds what it shows', async () => {
    const subject = Array.from({ length: 5000 }, (_, i) => ({ name: `${i}`, digest: { sha256: 'ab' } }));
    const long = 'x'.repeat(100_000);
    const tlogEntries = Array.from({ length: 5000 }, () => ({ integratedTime: long.slice(0, 5000) }));
    const payload = { ...statement, subject, predicateType: long };
    const material = { publicKey: { hint: long }, tlogEntries, certificate: { rawBytes: long.repeat(2) } };
    const claims = await claimsOf(attestation({ payload, material }));
    expect(claims.statement).toMatchObject({ subjectCount: 5000, predicateType: `${long.slice(0, 1000)}…` });
    expect(claims.statement?.subjects).toHaveLength(1000);
    expect(claims.material.certificate).toBeUndefined();
    expect(JSON.stringify(claims).length).toBeLessThan(200_000);
  });

  it('inspectFile refuses what says that it is the signature of a model and is none, with its fault', async () => {
    const wrong = JSON.parse(Buffer.from(signature).toString());
    const payload = JSON.parse(Buffer.from(wrong.dsseEnvelope.payload, 'base64').toString());
    payload.subject[0].digest.sha256 = '0'.repeat(64);
    wrong.dsseEnvelope.payload = base64(payload);
    await refusal('manifest/root-digest-mismatch', () => inspectFile(Buffer.from(JSON.stringify(wrong))));
  });

  it.each([
    ['{}', 'bundle/media-type'],
    ['null', 'bundle/malformed'],
    ['[]', 'bundle/malformed'],
    ['', 'bundle/not-json'],
    ['{', 'bundle/not-json'],
    ['{"dsseEnvelope":{}}', 'bundle/media-type'],
    ['{"dsseEnvelope":{"payload":7}}', 'bundle/media-type'],
  ] as const)('inspectFile refuses %j', async (text, code) => {
    await refusal(code, () => inspectFile(Buffer.from(text)));
  });

  it('inspectFile returns claims or an OmsError, whatever is in place of a part of an attestation', async () => {
    const part = fc.jsonValue({ maxDepth: 2 });
    const parts = fc.record(
      {
        payload: part,
        material: part,
        envelope: fc.dictionary(fc.constantFrom('payload', 'payloadType', 'signatures'), part),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(parts, async (changed) => {
        const entries = await inspectFile(Buffer.from(attestation(changed as Parts))).catch((error: unknown) => error);
        expect(Array.isArray(entries) || entries instanceof OmsError).toBe(true);
      }),
    );
  });
});

describe('a file of several bundles', () => {
  const line = (bytes: Uint8Array) => Buffer.from(bytes).toString();

  it.each(['\n', '\r\n', '\n\n', '\n \t\n'])(
    'inspectFile lists each line of a file in JSON Lines (between them %j)',
    async (between) => {
      const file = Buffer.from([line(signature), attestation(), '{"not":"a bundle"}', ''].join(between));
      const entries = await inspectFile(file);
      expect(entries.map(({ kind }) => kind)).toEqual(['model', 'other', 'unreadable']);
      expect(entries[2]).toMatchObject({ error: { code: 'bundle/media-type' } });
    },
  );

  it('a line that is no object is one entry that cannot be read, and hides no other one', async () => {
    for (const bad of ['garbage', '[]', '5', '"text"', '}', '{"cut":', '\u001e', '{"a":1},']) {
      for (const lines of [
        [line(signature), bad, attestation()],
        [bad, line(signature), attestation()],
        [line(signature), attestation(), bad],
      ]) {
        const entries = await inspectFile(Buffer.from(lines.join('\n')));
        const kinds = lines.map((each) => (each === bad ? 'unreadable' : each === attestation() ? 'other' : 'model'));
        expect(
          entries.map(({ kind }) => kind),
          bad,
        ).toEqual(kinds);
        const { message } = await refusal('bundle/not-json', () => inspectBundle(Buffer.from(lines.join('\n'))));
        if (lines[0] !== bad) expect(message).toContain('this file holds several bundles');
      }
    }
  });

  it.each([
    ['\n', 'one on each line (JSON Lines)'],
    ['\r\n', 'one on each line (JSON Lines)'],
    ['\r', 'with carriage returns between them in place of line feeds'],
    ['\n\u001e', 'with record separators between them'],
    ['\u001e', 'with record separators between them'],
    ['', 'one after another without a line feed between them'],
    [' ', 'one after another without a line feed between them'],
  ])('a file of several bundles with %j between them is refused as such', async (between, words) => {
    for (const start of ['', '\u001e', '\ufeff']) {
      const file = Buffer.from(start + [line(signature), line(signature)].join(between));
      const { message } = await refusal('bundle/not-json', () => openSignature(file, keyVerifier(key)));
      expect(message).toContain(`this file holds several bundles, ${words}`);
    }
    const pretty = JSON.stringify(JSON.parse(line(signature)), null, 2);
    const { message } = await refusal('bundle/not-json', () => inspectFile(Buffer.from(`${pretty}\n${pretty}`)));
    expect(message).toContain('one after another, each on several lines');
  });

  it('a file in JSON Lines that begins with a byte order mark is read line by line', async () => {
    const file = Buffer.from(`\ufeff${line(signature)}\n${line(signature)}`);
    expect(await inspectFile(file)).toMatchObject([{ kind: 'model' }, { kind: 'model' }]);
  });

  it('the envelope of a model signature is inspected without a bundle, and shows why it cannot be read', async () => {
    const { dsseEnvelope } = JSON.parse(line(signature));
    const inspected = (envelope: object) => inspectFile(Buffer.from(JSON.stringify(envelope)));
    expect(await inspected(dsseEnvelope)).toMatchObject([{ kind: 'other', claims: { signatures: 1 } }]);
    const payload = `**${dsseEnvelope.payload.slice(2)}`;
    const { message } = await refusal('bundle/not-base64', () => inspected({ ...dsseEnvelope, payload }));
    expect(message).toContain('the payload is not Base64 with padding');
    await refusal('bundle/malformed', () => inspected({ ...dsseEnvelope, payload: 5 }));
  });

  it('a file of several bundles is no signature, and the refusal says what it is', async () => {
    const file = Buffer.from(`${line(signature)}\n${line(signature)}\n`);
    const { message } = await refusal('bundle/not-json', () => openSignature(file, keyVerifier(key)));
    expect(message).toContain('this file holds several bundles');
    await refusal('bundle/not-json', () => inspectBundle(file));
  });

  it('a bundle on several lines, or with a line feed after it, is one bundle', async () => {
    const pretty = Buffer.from(JSON.stringify(JSON.parse(line(signature)), null, 2));
    for (const file of [pretty, Buffer.from(`${line(signature)}\n`), Buffer.from(`\n${line(signature)}\n\n`)]) {
      expect(await inspectFile(file)).toMatchObject([{ kind: 'model' }]);
      await openSignature(file, keyVerifier(key));
    }
  });

  it('a bundle with other text after it is not taken for several', async () => {
    const { message } = await refusal('bundle/not-json', () => inspectFile(Buffer.from(`${line(signature)}\nmore`)));
    expect(message).not.toContain('several');
  });

  it('a file of too many bundles, or of too many bytes, is refused', async () => {
    await refusal('bundle/too-large', () => inspectFile(Buffer.from('{}\n'.repeat(1001))));
    await refusal('bundle/too-large', () => inspectFile(new Uint8Array(MAX_BUNDLE_BYTES + 1)));
    expect(await inspectFile(Buffer.from('{}\n'.repeat(1000)))).toHaveLength(1000);
  });
});
