import { createPublicKey } from 'node:crypto';
import {
  type CertificateIdentity,
  certificateSigner,
  certificateVerifier,
  type KeyIdentity,
  keySigner,
  keyVerifier,
  type Signer,
  type Verifier,
} from '@model-signing/core';
import { makeChain, spkiOf } from '@model-signing/testing/certificates';
import { pem } from '@model-signing/testing/der';
import { testKey } from '@model-signing/testing/forge';
import { type EntryKind, entryBody } from '@model-signing/testing/transparency-log';
import { describe, expect, it } from 'vitest';
import { loggedVerifier } from './logged-verifier.ts';
import { content, instance, type Loose } from './testing/attempts.ts';
import { refusal } from './testing/refusal.ts';

/** In seconds. */
const HOUR = 3600;
const kinds: EntryKind[] = ['dsse/0.0.1', 'intoto/0.0.2', 'hashedrekord/0.0.1', 'dsse/0.0.2', 'hashedrekord/0.0.2'];
const ignore = () => {};

/** What an entry says of who signed, in DER. */
interface LoggedBy {
  readonly der: Uint8Array;
  readonly label: 'CERTIFICATE' | 'PUBLIC KEY';
}

interface Method {
  readonly signer: Signer;
  readonly verifier: Verifier<KeyIdentity | CertificateIdentity>;
  readonly own: LoggedBy;
}

function withKey(): Method {
  const pair = testKey();
  const own = { der: spkiOf(createPublicKey(pair.publicKey)), label: 'PUBLIC KEY' } as const;
  return { signer: keySigner(pair), verifier: keyVerifier({ publicKey: pair.publicKey }), own };
}

function withCertificate(): Method {
  const { leaf, intermediates, root } = makeChain();
  const chain = intermediates.map((each) => each.pem);
  const signer = certificateSigner({ privateKey: leaf.privateKeyPem, certificate: leaf.pem, chain });
  const own = { der: leaf.der, label: 'CERTIFICATE' } as const;
  return { signer, verifier: certificateVerifier({ trusted: [root.pem] }), own };
}

interface Attempt {
  readonly kind?: EntryKind;
  /** Default: who signed. */
  readonly loggedBy?: LoggedBy;
  readonly loggedAt?: Date | undefined;
  readonly stampedAt?: Date | undefined;
  /** Changes the entry, in place. */
  readonly entry?: (entry: Loose) => void;
  /** Changes the trust root, in place. */
  readonly trust?: (root: Loose) => void;
}

/** Signs, logs, timestamps, and verifies. */
async function verify({ signer, verifier, own }: Method, attempt: Attempt = {}) {
  const { kind = 'dsse/0.0.1', loggedBy = own, loggedAt = new Date(), stampedAt = new Date() } = attempt;
  const { signature, material } = await signer.sign(content, ignore);
  const body = bodyOf(kind, Buffer.from(signature), loggedBy);
  const isSecond = kind === 'dsse/0.0.2' || kind === 'hashedrekord/0.0.2';
  const entry = isSecond ? instance.logV2.append(body) : instance.logV1.log(body, loggedAt);
  attempt.entry?.(entry);
  const timestampVerificationData = { rfc3161Timestamps: [instance.timestamp(signature, stampedAt)] };
  const root = instance.trustedRoot();
  attempt.trust?.(root);
  const requiring = await loggedVerifier(verifier, { trust: { trustedRoot: JSON.stringify(root) } });
  const proven = { ...material, tlogEntries: [entry], timestampVerificationData };
  return (await requiring.verify(content, signature, proven, ignore)).identity;
}

/** The testing package writes certificates: a key is at the same place, with another label or name. */
function bodyOf(kind: EntryKind, signature: Buffer, { der, label }: LoggedBy): object {
  const body = entryBody(kind, { ...content, signature, certificate: der, hash: 'sha256' });
  if (label === 'CERTIFICATE') return body;
  const inBase64 = (as: string) => Buffer.from(pem(der, as)).toString('base64');
  const text = JSON.stringify(body).replace(inBase64('CERTIFICATE'), inBase64(label));
  return JSON.parse(text.replace('x509Certificate', 'publicKey'));
}

describe.each([
  ['key', withKey],
  ['certificate', withCertificate],
])('the log entry of a signature with a %s', (what, method) => {
  it.each(kinds)(`an entry of the kind %s counts with the ${what} of the signer, and with no other`, async (kind) => {
    const signed = method();
    expect(await verify(signed, { kind })).toMatchObject({ loggedAt: expect.stringMatching(/Z$/) });
    const error = await refusal('signer/log-invalid', () => verify(signed, { kind, loggedBy: method().own }));
    expect(error).toMatchObject({
      message: `the log entry is not about this signature: it is about another ${what}`,
      requirement: 'OMS-KEYLOG-8',
    });
  });

  it.each<[string, EntryKind, { start?: string; end?: string }]>([
    ['ended before', 'hashedrekord/0.0.2', { end: '2021-01-01T00:00:00Z' }],
    ['begins after', 'hashedrekord/0.0.2', { start: '2999-01-01T00:00:00Z' }],
    ['ended before', 'dsse/0.0.1', { end: '2021-01-01T00:00:00Z' }],
    ['begins after', 'dsse/0.0.1', { start: '2999-01-01T00:00:00Z' }],
  ])(
    'an entry without a promise does not count if the period of the key of its log %s its time: %s',
    async (_, kind, period) => {
      const signed = method();
      const entry = (made: Loose) => delete made.inclusionPromise;
      await verify(signed, { kind, entry });
      const trust = (root: Loose) => {
        for (const { publicKey } of root.tlogs) publicKey.validFor = { start: '2020-01-01T00:00:00Z', ...period };
      };
      const error = await refusal('signer/log-invalid', () => verify(signed, { kind, entry, trust }));
      expect(error.requirement).toBe('OMS-KEYLOG-7');
    },
  );

  it('it was logged at the earlier one of the time of the promise and that of the timestamp', async () => {
    const signed = method();
    const [earlier, later] = [2, 1].map((hours) => new Date(Math.floor(Date.now() / 1000 - hours * HOUR) * 1000));
    const loggedAt = earlier?.toISOString();
    expect(await verify(signed, { loggedAt: earlier, stampedAt: later })).toMatchObject({ loggedAt });
    expect(await verify(signed, { loggedAt: later, stampedAt: earlier })).toMatchObject({ loggedAt });
  });
});
