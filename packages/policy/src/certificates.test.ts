import { createHash } from 'node:crypto';
import { keySigner, localModel, OmsError, signModel } from '@model-signing/core';
import { sigstoreVerifier } from '@model-signing/sigstore';
import {
  type Authority,
  type CertificateOptions,
  generateKey,
  makeCertificate,
  makeRoot,
} from '@model-signing/testing/certificates';
import { email, uri } from '@model-signing/testing/general-names';
import { TestInstance, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { makeTimestampSigner } from '@model-signing/testing/timestamp-authority';
import { makeToken } from '@model-signing/testing/timestamp-token';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load.ts';
import { policyVerifier } from './policy-verifier.ts';
import type { OpenSigstore } from './signer-verifiers.ts';
import { refusal } from './testing/refusal.ts';

const always = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2090-01-01T00:00:00Z') };
const root = makeRoot(always);
const issuing = makeCertificate({ subject: 'O=Test, CN=Issuing', ca: true, issuer: root, ...always });
const timestamps = makeTimestampSigner(makeRoot(always), always);

const leafOf = (options: CertificateOptions = {}) =>
  makeCertificate({
    subject: 'CN=Lab',
    issuer: issuing,
    subjectAltNames: [email('ml@lab.example')],
    ...always,
    ...options,
  });

interface Certified {
  readonly leaf?: Authority;
  readonly chain?: readonly Authority[];
  readonly time?: string;
}

/** A model, and a signature of it with these certificates. */
async function certified(...signatures: readonly Certified[]) {
  const model = localModel(modelDirectory({ 'weights.bin': 'aaaa' }));
  const made = signatures.map(async ({ leaf = leafOf(), chain = [], time }, index) => {
    const { bundle } = await signModel(model, keySigner({ privateKey: leaf.privateKeyPem }));
    const document = JSON.parse(Buffer.from(bundle).toString());
    const signature = Buffer.from(document.dsseEnvelope.signatures[0].sig, 'base64');
    const token = time && makeToken({ signature, signer: timestamps, time: new Date(time) }).toString('base64');
    document.verificationMaterial = {
      x509CertificateChain: {
        certificates: [leaf, ...chain].map(({ der }) => ({ rawBytes: Buffer.from(der).toString('base64') })),
      },
      tlogEntries: [],
      ...(token && { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: token }] } }),
    };
    return { name: `${index}.sig`, bundle: Buffer.from(JSON.stringify(document)) };
  });
  return { model, signatures: await Promise.all(made) };
}

const signer = (trusted: Authority, members: object = {}) => ({
  method: 'certificate',
  trusted: [trusted.pem],
  ...members,
});

async function verifierFor(
  signers: object,
  { require = {}, revoked = {} }: { require?: object; revoked?: object } = {},
) {
  const signedBy = Object.keys(signers).filter((each) => !each.startsWith('old'));
  const models = [{ match: ['/m'], require: { signedBy, ...require } }];
  return policyVerifier(await loadPolicy(JSON.stringify({ policyVersion: 1, signers, models, revoked })), '/m');
}

describe('signers with certificates', () => {
  it('any one of the names in a certificate may be the expected identity', async () => {
    const leaf = leafOf({ subjectAltNames: [uri('https://lab.example/ml'), email('ml@lab.example')] });
    const { model, signatures } = await certified({ leaf, chain: [issuing] });
    const { counted } = await (await verifierFor({ lab: signer(root, { identity: 'ml@lab.example' }) })).verify(
      model,
      signatures,
    );
    expect(counted).toMatchObject([{ signer: 'lab', timeFrom: 'clock', identity: { method: 'certificate' } }]);
  });

  it('a fingerprint accepts one certificate of an authority, and refuses another for the same identity', async () => {
    const [leaf, other] = [leafOf(), leafOf()];
    const fingerprint = createHash('sha256').update(leaf.der).digest('hex');
    const verifier = await verifierFor({ lab: signer(root, { fingerprint }) });
    const { model, signatures } = await certified({ leaf, chain: [issuing] }, { leaf: other, chain: [issuing] });
    const { counted, notCounted } = await verifier.verify(model, signatures);
    expect(counted.map(({ signature }) => signature)).toEqual(['0.sig']);
    expect(notCounted).toMatchObject([{ signature: '1.sig', code: 'policy/signer' }]);
    expect(notCounted[0]?.message).toContain('CN=Lab');
  });

  it('of two names with different timestamp authorities, the one that verifies the time counts where a time is required', async () => {
    const { model, signatures } = await certified({ chain: [issuing], time: '2026-03-01T12:00:00Z' });
    const timed = signer(root, { timestampRoots: [timestamps.pem] });
    const verifier = await verifierFor({ untimed: signer(root), timed }, { require: { timestamp: 'required' } });
    const { counted } = await verifier.verify(model, signatures);
    expect(counted).toMatchObject([
      { signer: 'timed', signers: ['timed'], time: '2026-03-01T12:00:00.000Z', timeFrom: 'timestamp' },
    ]);
    expect(counted[0]?.identity).toMatchObject({ timeFrom: 'timestamp' });
  });

  it('the result has the warnings of the signer for whom a signature counts', async () => {
    const { model, signatures } = await certified({ chain: [issuing], time: '2026-03-01T12:00:00Z' });
    const { verification } = await (await verifierFor({ untimed: signer(root) })).verify(model, signatures);
    expect(verification?.warnings).toMatchObject([{ code: 'signer/timestamp-ignored', requirement: 'OMS-CERT-25' }]);
    const strict = await verifierFor({ untimed: signer(root) }, { require: { strict: true } });
    const { message } = await refusal('policy/requirement', () => strict.verify(model, signatures));
    expect(message).toContain('signer/timestamp-ignored');
  });

  it('two certificates for one identity, each by an authority of its own, are one signer', async () => {
    const other = makeRoot({ subject: 'CN=Other', ...always });
    const members = { identity: 'ml@lab.example' };
    const verifier = await verifierFor(
      { a: signer(root, members), b: signer(other, members) },
      { require: { threshold: 2 } },
    );
    const { model, signatures } = await certified(
      { chain: [issuing] },
      { leaf: leafOf({ issuer: other, subject: 'CN=B' }) },
    );
    await refusal('policy/threshold', () => verifier.verify(model, signatures));
  });

  it('two certificates for different identities by one authority are two signers, if two names accept them', async () => {
    const pattern = { identity: { pattern: '.*@lab\\.example' } };
    const verifier = await verifierFor(
      { ml: signer(root, { identity: 'ml@lab.example' }), all: signer(root, pattern) },
      { require: { threshold: 2 } },
    );
    const second = leafOf({ subject: 'CN=Second', subjectAltNames: [email('second@lab.example')] });
    const { model, signatures } = await certified({ chain: [issuing] }, { leaf: second, chain: [issuing] });
    const { counted } = await verifier.verify(model, signatures);
    expect(counted.map(({ signer }) => signer)).toEqual(['ml', 'all']);
  });

  it('a bundle whose certificate cannot be read is by no signer', async () => {
    const { model, signatures } = await certified({ leaf: { ...leafOf(), der: Buffer.from('no certificate') } });
    const { message } = await refusal('policy/signer', async () =>
      (await verifierFor({ lab: signer(root) })).verify(model, signatures),
    );
    expect(message).toContain('lab: ');
  });
});

describe('revoked authorities', () => {
  const revoked = { signers: { old: '2026-01-01' } };

  it('a revoked authority is recognised though the bundle leaves out the certificate that leads to it', async () => {
    const verifier = await verifierFor({ lab: signer(issuing), old: signer(root) }, { revoked });
    for (const chain of [[issuing], []]) {
      const { model, signatures } = await certified({ chain });
      await refusal('policy/revoked', () => verifier.verify(model, signatures));
    }
  });

  it('a revoked authority is recognised though the certificate is valid no longer, for a later timestamp', async () => {
    const leaf = leafOf({ notAfter: new Date('2026-06-01T00:00:00Z') });
    const lab = signer(issuing, { timestampRoots: [timestamps.pem] });
    const verifier = await verifierFor({ lab, old: signer(root) }, { revoked });
    const late = await certified({ leaf, chain: [issuing], time: '2026-03-01T00:00:00Z' });
    await refusal('policy/revoked', () => verifier.verify(late.model, late.signatures));
    const early = await certified({ leaf, chain: [issuing], time: '2025-12-31T23:59:59Z' });
    expect((await verifier.verify(early.model, early.signatures)).counted).toHaveLength(1);
  });

  it('the revocation of another authority, identity, subject or certificate does not touch a signature', async () => {
    const other = makeRoot({ subject: 'CN=Other', ...always });
    const { model, signatures } = await certified({ chain: [issuing] });
    for (const old of [
      signer(other),
      signer(root, { identity: 'other@lab.example' }),
      signer(root, { subject: 'CN=Other' }),
      signer(root, { fingerprint: '0'.repeat(64) }),
    ]) {
      const verifier = await verifierFor({ lab: signer(root), old }, { revoked });
      expect((await verifier.verify(model, signatures)).counted).toHaveLength(1);
    }
  });

  it('the revocation of another authority does not touch a signature that was timestamped while its certificate was valid', async () => {
    const leaf = leafOf({ notAfter: new Date('2026-06-01T00:00:00Z') });
    const other = signer(makeRoot({ subject: 'CN=Other', ...always }));
    const lab = signer(root, { timestampRoots: [timestamps.pem] });
    const verifier = await verifierFor({ lab, old: other }, { revoked });
    const { model, signatures } = await certified({ leaf, chain: [issuing], time: '2026-03-01T00:00:00Z' });
    expect((await verifier.verify(model, signatures)).counted).toHaveLength(1);
  });

  it('the revocation of one certificate is by its fingerprint, whatever authorities stand beside it', async () => {
    const leaf = leafOf({ key: generateKey() });
    const fingerprint = createHash('sha256').update(leaf.der).digest('hex');
    const old = signer(makeRoot({ subject: 'CN=Other', ...always }), { fingerprint });
    const verifier = await verifierFor({ lab: signer(root), old }, { revoked });
    const { model, signatures } = await certified({ leaf, chain: [issuing] });
    await refusal('policy/revoked', () => verifier.verify(model, signatures));
  });
});

describe('signers with identities', () => {
  it('a trust root that cannot be read leaves no verdict, and is tried again', async () => {
    const model = localModel(modelDirectory({ 'weights.bin': 'aaaa' }));
    const instance = new TestInstance();
    const { bundle } = await signModel(model, instance.signer({ identity: testIdentity }));
    const ci = { method: 'sigstore', issuer: testIssuer, identity: testIdentity };
    const models = [{ match: ['/m'], require: { signedBy: ['ci'] } }];
    const policy = await loadPolicy(JSON.stringify({ policyVersion: 1, mode: 'warn', signers: { ci }, models }));
    let attempts = 0;
    const openSigstore: OpenSigstore = async ({ issuer }) => {
      if (++attempts === 1) throw new OmsError('signer/trust-unreadable', 'the trust root cannot be read');
      const trust = { trustedRoot: JSON.stringify(instance.trustedRoot()) };
      return sigstoreVerifier({ identity: testIdentity, issuer, trust });
    };
    const verifier = policyVerifier(policy, '/m', { openSigstore });
    const signatures = [{ name: 'a.sig', bundle }];
    await expect(verifier.verify(model, signatures)).rejects.toMatchObject({ code: 'signer/trust-unreadable' });
    for (let i = 0; i < 2; i++) {
      const { counted } = await verifier.verify(model, signatures);
      expect(counted).toMatchObject([{ signer: 'ci', timeFrom: 'sigstore', identity: { method: 'sigstore' } }]);
    }
    expect(attempts).toBe(2);
  });
});
