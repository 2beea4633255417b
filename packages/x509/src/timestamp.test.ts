import { createHash } from 'node:crypto';
import {
  type Authority,
  eku,
  generateKey,
  type KeyType,
  makeCertificate,
  makeRoot,
  rsa,
} from '@model-signing/testing/certificates';
import { explicit, integer, oid, sequence, utf8String } from '@model-signing/testing/der';
import {
  makeTimestampSigner,
  startTimestampAuthority,
  type TimestampAuthority,
} from '@model-signing/testing/timestamp-authority';
import { digestOids, issuerSerial, makeToken, type TokenOptions } from '@model-signing/testing/timestamp-token';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { parsePemCertificates } from './pem.ts';
import type { Hash } from './public-key.ts';
import { refusal } from './testing/refusal.ts';
import { verifyTimestamp } from './timestamp.ts';
import { createTimestampRequest } from './timestamp-request.ts';
import { parseTimestampResponse } from './timestamp-response.ts';

const signature = Uint8Array.from(Buffer.from('the decoded bytes of a signature'));

async function post(url: string, request: Uint8Array): Promise<Uint8Array> {
  const headers = { 'content-type': 'application/timestamp-query' };
  const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(request) });
  return new Uint8Array(await response.arrayBuffer());
}

describe('timestamps by openssl ts', () => {
  let authority: TimestampAuthority;
  beforeAll(async () => {
    authority = await startTimestampAuthority();
  });
  afterAll(() => authority.close());

  it.each(['sha256', 'sha384', 'sha512'] as const)(
    'a timestamp over the %s of a signature is verified',
    async (hash) => {
      const before = Date.now();
      const { der, nonce } = createTimestampRequest({ signature, hash });
      const response = await post(authority.url, der);
      const roots = parsePemCertificates(authority.rootPem);
      const { time, certificates, policy, ...verified } = verifyTimestamp({ response, signature, roots, nonce });
      expect(time.getTime()).toBeGreaterThan(before - 2000);
      expect(time.getTime()).toBeLessThan(Date.now() + 1000);
      expect(policy).toBe('1.2.3.4.1');
      expect(certificates.map(({ subject }) => subject.text)).toEqual([
        'O=Test, CN=Timestamp Authority',
        'O=Test, CN=Timestamp Root',
      ]);
      expect(verified.authority.raw).toEqual(authority.signer.der);
    },
  );

  it('a timestamp of another signature, or in response to another request, is refused', async () => {
    const { der, nonce } = createTimestampRequest({ signature });
    const response = await post(authority.url, der);
    const roots = parsePemCertificates(authority.rootPem);
    expect(verifyTimestamp({ response, signature, roots }).time).toBeInstanceOf(Date);
    refusal('timestamp-imprint', () => verifyTimestamp({ response, signature: signature.subarray(1), roots }));
    refusal('timestamp-nonce', () => verifyTimestamp({ response, signature, roots, nonce: nonce + 1n }));
    refusal('untrusted', () => verifyTimestamp({ response, signature, roots: [parseCertificate(makeRoot().der)] }));
    refusal('untrusted', () => verifyTimestamp({ response, signature, roots: [] }));
  });

  it('the path of a timestamp authority may use intermediates from the token or from the caller', async () => {
    const root = makeRoot();
    const between = makeCertificate({ subject: 'CN=Between', ca: true, issuer: root });
    const signer = makeTimestampSigner(between);
    const roots = [parseCertificate(root.der)];
    for (const chain of [[], [between]]) {
      const other = await startTimestampAuthority({ signer, chain });
      try {
        const { der, nonce } = createTimestampRequest({ signature });
        const options = { response: await other.respond(der), signature, roots, nonce };
        if (chain.length === 0) refusal('untrusted', () => verifyTimestamp(options));
        const intermediates = chain.length === 0 ? [parseCertificate(between.der)] : [];
        expect(verifyTimestamp({ ...options, intermediates }).certificates).toHaveLength(3);
      } finally {
        await other.close();
      }
    }
  });

  it.each<[KeyType, 'sha256' | 'sha384' | 'sha512', 'sha1' | 'sha256' | 'sha512']>([
    ['P-384', 'sha384', 'sha256'],
    ['P-521', 'sha512', 'sha512'],
    ['RSA-2048', 'sha256', 'sha1'],
    ['RSA-2048', 'sha512', 'sha256'],
  ])('a timestamp signed with %s and %s that names its signer by %s is verified', async (key, digest, bindingHash) => {
    const root = makeRoot();
    const signer = makeCertificate({
      subject: 'CN=TSA',
      key,
      issuer: root,
      extendedKeyUsage: [eku.timeStamping],
      extendedKeyUsageCritical: true,
    });
    const other = await startTimestampAuthority({ signer, digest, bindingHash });
    try {
      const { der, nonce } = createTimestampRequest({ signature });
      const options = { response: await other.respond(der), signature, nonce };
      expect(verifyTimestamp({ ...options, roots: [parseCertificate(root.der)] }).certificates).toHaveLength(2);
      expect(verifyTimestamp({ ...options, roots: [parseCertificate(signer.der)] }).certificates).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('a response in which the authority refuses the request is refused', async () => {
    const { der } = createTimestampRequest({ signature });
    const unknownHash = new Uint8Array(Buffer.from(der));
    const at = Buffer.from(der).indexOf(Buffer.from(oid('2.16.840.1.101.3.4.2.1')));
    unknownHash[at + 10] = 99;
    const response = await post(authority.url, unknownHash);
    const { message } = refusal('timestamp-refused', () => verifyTimestamp({ response, signature, roots: [] }));
    expect(message).toContain('status 2');
    expect(parseTimestampResponse(response)).toMatchObject({ status: 2, token: undefined });
  });
});

describe('requests', () => {
  it('a request holds a hash of the signature and a new nonce, and asks for certificates', () => {
    const requests = Array.from({ length: 50 }, () => createTimestampRequest({ signature }));
    expect(new Set(requests.map(({ nonce }) => nonce)).size).toBe(50);
    for (const { der, nonce } of requests) {
      expect(Buffer.from(der).includes(createHash('sha256').update(signature).digest())).toBe(true);
      expect(Buffer.from(der).includes(Buffer.from(integer(nonce)))).toBe(true);
      expect(der.subarray(-3)).toEqual(Uint8Array.of(1, 1, 255));
    }
  });

  it('a request is refused with a nonce outside 64 bits or with a hash that is not allowed', () => {
    for (const nonce of [0n, -1n, 1n << 64n])
      expect(() => createTimestampRequest({ signature, nonce })).toThrow(TypeError);
    expect(() => createTimestampRequest({ signature, hash: 'sha1' as 'sha256' })).toThrow(TypeError);
  });
});

describe('tokens', () => {
  const key = generateKey();
  const root = makeRoot({ subject: 'O=Test, CN=Timestamp Root', key });
  const signer = makeTimestampSigner(root);
  const roots = [parseCertificate(root.der)];
  const verify = (options: TokenOptions = {}, more: { nonce?: bigint } = {}) =>
    verifyTimestamp({ response: makeToken({ signature, signer, ...options }), signature, roots, ...more });

  const otherSigner = makeTimestampSigner(root);

  const DAY = 86_400_000;
  const certified = (options: Parameters<typeof makeCertificate>[0]): Authority =>
    makeCertificate({
      subject: 'O=Test, CN=TSA',
      issuer: root,
      extendedKeyUsage: [eku.timeStamping],
      extendedKeyUsageCritical: true,
      ...options,
    });

  it('a valid token is accepted with its time, to the millisecond', () => {
    const time = new Date(Date.now() - 3000.5);
    expect(verify({ time }).time).toEqual(time);
    expect(verify({ nonce: 7n }, { nonce: 7n }).serial).toBe('01');
    expect(verify({ keyId: true }).certificates).toHaveLength(2);
    expect(verify({ algorithm: 'pss', signer: certified({ key: 'RSA-2048' }) }).certificates).toHaveLength(2);
    expect(verify({ digest: 'sha512', signer: certified({ key: 'Ed25519' }) }).certificates).toHaveLength(2);
    expect(verify({ signer: certified({ keyUsage: ['nonRepudiation'] }) }).certificates).toHaveLength(2);
  });

  it("a token is accepted if its authority's certificate has expired since the time it states", () => {
    const dates = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - 5 * DAY) };
    const past = makeRoot({ subject: 'O=Test, CN=Timestamp Root', key, ...dates });
    const old = certified({ issuer: past, ...dates });
    const at = (days: number) => {
      const time = new Date(Date.now() - days * DAY);
      const response = makeToken({ signature, signer: old, time });
      return verifyTimestamp({ response, signature, roots: [parseCertificate(past.der)] });
    };
    expect(at(7).certificates).toHaveLength(2);
    refusal('expired', () => at(4));
    refusal('not-yet-valid', () => at(10));
  });

  it.each<[string, Parameters<typeof refusal>[0], TokenOptions]>([
    ['of code signing', 'usage', { signer: certified({ extendedKeyUsage: [eku.codeSigning] }) }],
    ['of no usage', 'usage', { signer: certified({ extendedKeyUsage: null }) }],
    ['of any usage', 'usage', { signer: certified({ extendedKeyUsage: [eku.any] }) }],
    ['of two usages', 'usage', { signer: certified({ extendedKeyUsage: [eku.timeStamping, eku.codeSigning] }) }],
    ['of a usage that is not critical', 'usage', { signer: certified({ extendedKeyUsageCritical: false }) }],
    ['whose key is not for signatures', 'usage', { signer: certified({ keyUsage: ['keyEncipherment'] }) }],
    ['with a weak key', 'algorithm-weak', { signer: certified({ key: 'RSA-1024' }) }],
    ['of another root', 'untrusted', { signer: makeTimestampSigner() }],
  ])('a token by a signer %s is refused', (_, code, options) => {
    const error = refusal(code, () => verify(options));
    expect(error.subject).toMatch(/^O=Test, CN=T/);
  });

  describe.each(Object.keys(digestOids) as Hash[])('with %s', (hash) => {
    const digest = (bytes: Uint8Array) => createHash(hash).update(bytes).digest();
    const about = (imprint: Uint8Array) => verify({ imprintHash: digestOids[hash], imprint });
    const right = digest(signature);
    /** An authority whose usual signature goes with the hash. */
    const authority = () =>
      certified({ key: ({ sha256: 'P-256', sha384: 'P-384', sha512: 'Ed25519' } as const)[hash] });

    it(`a token whose imprint is by ${hash} is accepted for its signature, and for no other`, () => {
      expect(about(right).certificates).toHaveLength(2);
      const others = [
        digest(signature.subarray(1)),
        digest(new Uint8Array()),
        new Uint8Array(),
        new Uint8Array(right.length),
        right.subarray(1),
        right.subarray(0, -1),
        Buffer.concat([right, Buffer.of(0)]),
        ...Object.keys(digestOids)
          .filter((other) => other !== hash)
          .map((other) => createHash(other).update(signature).digest()),
        ...Array.from(right, (octet, i) => right.map((each, at) => (at === i ? octet ^ 1 : each))),
      ];
      for (const other of others) refusal('timestamp-imprint', () => about(other));
    });

    it(`a token whose content is signed by its ${hash} is refused if the content is another`, () => {
      const signer = authority();
      expect(verify({ digest: hash, signer }).certificates).toHaveLength(2);
      const signedContent = Uint8Array.of(1);
      refusal('timestamp-signature', () => verify({ digest: hash, signer, signedContent }));
      refusal('timestamp-signature', () => verify({ digest: hash, signer, signedContent: null }));
    });

    it(`a token that names its signer by ${hash} is refused if that is another certificate`, () => {
      expect(verify({ boundHash: hash }).certificates).toHaveLength(2);
      refusal('timestamp-signer', () => verify({ boundHash: hash, bound: otherSigner }));
    });
  });

  it('a token may name its signer by issuer and serial number, which must then be right', () => {
    const naming = (names: (issuer: Uint8Array) => Uint8Array[]) =>
      verify({ boundIssuer: (authority) => issuerSerial(authority, names) });
    expect(naming((issuer) => [explicit(4, issuer)]).certificates).toHaveLength(2);
    refusal('timestamp-signer', () => naming(() => []));
    refusal('timestamp-signer', () => naming(() => [explicit(4, sequence())]));
    refusal('timestamp-malformed', () => naming(() => [explicit(4)]));
    refusal('timestamp-malformed', () => naming((issuer) => [explicit(4, issuer, issuer)]));
  });

  it.each<[string, Parameters<typeof refusal>[0], TokenOptions]>([
    ['that its authority refused', 'timestamp-refused', { status: 2 }],
    ['with an unknown status', 'timestamp-refused', { status: 5 }],
    ['about another signature', 'timestamp-imprint', { signature: Uint8Array.of(1) }],
    ['without the nonce', 'timestamp-nonce', {}],
    ['with another nonce', 'timestamp-nonce', { nonce: 8n }],
    ['with a negative nonce', 'timestamp-malformed', { nonceDer: Uint8Array.of(2, 1, 0x87) }],
    ['by SHA-1', 'timestamp-malformed', { imprintHash: '1.3.14.3.2.26' }],
    ['of an unknown version', 'timestamp-malformed', { version: 2n }],
    ['of another content type', 'timestamp-malformed', { contentType: '1.2.840.113549.1.7.1' }],
    [
      'whose signature is about another content type',
      'timestamp-malformed',
      { signedContentType: '1.2.840.113549.1.7.1' },
    ],
    ['without a content type', 'timestamp-malformed', { signedContentType: null }],
    ['whose content was changed', 'timestamp-signature', { signedContent: Uint8Array.of(1) }],
    ['without a digest of its content', 'timestamp-signature', { signedContent: null }],
    ['whose signature is of another key', 'timestamp-signature', { signingKey: otherSigner.keys.privateKey }],
    ['bound to another certificate', 'timestamp-signer', { bound: otherSigner }],
    ['bound to no certificate', 'timestamp-signer', { bound: null }],
    ['bound to two different certificates', 'timestamp-signer', { boundV1: otherSigner }],
    ["without its signer's certificate", 'timestamp-signer', { certificates: [root] }],
    ['with a signed attribute twice', 'timestamp-malformed', { twice: true }],
    ['with two signers', 'timestamp-malformed', { signers: 2 }],
    ['with no signer', 'timestamp-malformed', { signers: 0 }],
    ['with two hashes for one signature', 'algorithm-unsupported', { digest: 'sha384' }],
    ['with too many certificates', 'timestamp-malformed', { certificates: Array(33).fill(root) }],
    ['with a critical extension', 'timestamp-malformed', { extensionCritical: true }],
    ['with a time that is not in UTC', 'timestamp-malformed', { timeText: '20260101000000+0100' }],
    ['with a fraction that ends in zero', 'timestamp-malformed', { timeText: '20260101000000.50Z' }],
    ['with bytes after it', 'timestamp-malformed', { trailing: Uint8Array.of(5, 0) }],
  ])('an otherwise valid token %s is refused', (_, code, options) => {
    refusal(code, () => verify({ nonce: code === 'timestamp-nonce' ? undefined : 7n, ...options }, { nonce: 7n }));
  });

  it('a token may hold malformed certificates and an extension that is not critical', () => {
    expect(verify({ rawCertificates: [sequence()], extensionCritical: false }).certificates).toHaveLength(2);
  });

  it('the certificates in a token do not become trust anchors', () => {
    const own = makeRoot({ subject: 'O=Test, CN=Timestamp Root' });
    const foreign = makeTimestampSigner(own);
    refusal('untrusted', () => verify({ signer: foreign, certificates: [foreign, own] }));
  });

  it("a token is refused if its authority's certificate has a weak signature", () => {
    const weakRoot = makeRoot({ key: 'RSA-2048' });
    const weak = certified({ issuer: weakRoot, algorithm: rsa('sha1') });
    const response = makeToken({ signature, signer: weak });
    refusal('algorithm-weak', () => verifyTimestamp({ response, signature, roots: [parseCertificate(weakRoot.der)] }));
  });

  it('the explanation of a refusal is quoted with its control characters escaped', () => {
    const text = sequence(utf8String('busy\x1b[2J'));
    const response = sequence(sequence(integer(2n), text));
    expect(refusal('timestamp-refused', () => verifyTimestamp({ response, signature, roots })).message).toBe(
      'the authority issued no timestamp: status 2 "busy\\u{1b}[2J"',
    );
  });

  it('a response that is too large or not DER is refused', () => {
    refusal('too-large', () => parseTimestampResponse(new Uint8Array(262_145)));
    for (const bytes of [[], [0x30, 0], [0x30, 5, 0x30, 3, 2, 1, 0]]) {
      refusal('timestamp-malformed', () => parseTimestampResponse(Uint8Array.from(bytes)));
    }
    expect(() => parseTimestampResponse('x' as unknown as Uint8Array)).toThrow(TypeError);
  });
});
