import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { eku, makeChain, makeRoot } from '@model-signing/testing/certificates';
import {
  forgingAuthority,
  opensslAuthority,
  serveTimestamps,
  type TestTimestampAuthority,
} from '@model-signing/testing/timestamp-authority';
import { modelDirectory } from '@model-signing/testing/tree';
import { createTimestampRequest } from '@model-signing/x509';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import { refusal } from '../testing/refusal.ts';
import { verifyModel } from '../verify.ts';
import { type CertificateVerifierOptions, certificateSigner, certificateVerifier } from './certificate.ts';
import { httpTimestampAuthority, type TimestampAuthority } from './timestamp-authority.ts';

const DAY = 86_400_000;
const soon = new Date(Date.now() + 2 * DAY);

/** A leaf that has expired ten days from now, below authorities that have not. */
async function timestamped(timestampAuthority: TimestampAuthority, chain = makeChain({ leaf: { notAfter: soon } })) {
  const { leaf, intermediates } = chain;
  const model = modelDirectory({ a: 'a' });
  const signer = certificateSigner({
    privateKey: leaf.privateKeyPem,
    certificate: leaf.pem,
    chain: intermediates.map(({ pem }) => pem),
    timestampAuthority,
  });
  return { ...chain, model, ...(await signModel(localModel(model), signer)) };
}

type Timestamped = Awaited<ReturnType<typeof timestamped>>;

function verify({ model, bundle, root }: Timestamped, timestamps: TestTimestampAuthority | null, more: object = {}) {
  const options: CertificateVerifierOptions = {
    trusted: [root.pem],
    ...(timestamps && { timestampRoots: [timestamps.rootPem] }),
    ...more,
  };
  return verifyModel(localModel(model), bundle, certificateVerifier(options), 'strict' in more ? { strict: true } : {});
}

const tenDaysLater = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * DAY });
afterEach(() => vi.useRealTimers());

/** The same bundle with other timestamps. */
function withTimestamps(
  made: Timestamped,
  change: (timestamps: { signedTimestamp: string }[]) => unknown,
): Timestamped {
  const document = JSON.parse(Buffer.from(made.bundle).toString());
  change(document.verificationMaterial.timestampVerificationData.rfc3161Timestamps);
  return { ...made, bundle: Buffer.from(JSON.stringify(document)) };
}

describe('a timestamp by a real authority, over HTTP', () => {
  it('a timestamp over HTTP lets a signature outlive its certificate', async () => {
    const authority = await opensslAuthority();
    const made = await timestamped(httpTimestampAuthority(authority.url));
    const before = Date.now() - 60_000;
    tenDaysLater();
    await refusal('signer/certificate-expired', () => verify(made, null));
    const { signer, warnings } = await verify(made, authority, { strict: true });
    expect(warnings).toEqual([]);
    expect(signer).toMatchObject({ timeFrom: 'timestamp' });
    const at = 'verifiedAt' in signer ? Date.parse(signer.verifiedAt) : 0;
    expect(at).toBeGreaterThan(before);
    expect(at).toBeLessThan(before + DAY);
  });

  it('a timestamp is ignored with a warning if no authority is trusted, and refused in strict mode', async () => {
    const made = await timestamped((await opensslAuthority()).answer);
    const { signer, warnings } = await verify(made, null);
    expect(signer).toMatchObject({ timeFrom: 'clock' });
    expect(warnings).toMatchObject([{ code: 'signer/timestamp-ignored', requirement: 'OMS-CERT-25' }]);
    await refusal('signer/timestamp-ignored', () => verify(made, null, { strict: true }));
  });

  it('a timestamp does not count if the caller chooses the time', async () => {
    const authority = await opensslAuthority();
    const made = await timestamped(authority.answer);
    const verificationTime = new Date(Date.now() + 10 * DAY);
    await refusal('signer/certificate-expired', () => verify(made, authority, { verificationTime }));
    const { signer, warnings } = await verify(made, authority, { verificationTime: new Date() });
    expect(signer).toMatchObject({ timeFrom: 'caller' });
    expect(warnings.map(({ code }) => code)).toEqual(['signer/verification-time', 'signer/timestamp-ignored']);
  });

  it('a timestamp of an authority that is not trusted is refused', async () => {
    const made = await timestamped((await opensslAuthority()).answer);
    await refusal('signer/timestamp-untrusted', async () => verify(made, await opensslAuthority()));
    const timestampRoots = [made.root.pem];
    await refusal('signer/timestamp-untrusted', () => verify(made, null, { timestampRoots }));
  });

  it('a timestamp of another signature is refused', async () => {
    const authority = await opensslAuthority();
    const [made, other] = [await timestamped(authority.answer), await timestamped(authority.answer)];
    const [foreign] = JSON.parse(Buffer.from(other.bundle).toString()).verificationMaterial.timestampVerificationData
      .rfc3161Timestamps;
    const swapped = withTimestamps(made, (timestamps) => timestamps.splice(0, 1, foreign));
    const error = await refusal('signer/timestamp-imprint', () => verify(swapped, authority));
    expect(error.requirement).toBe('OMS-TIME-4');
  });

  it('a timestamp that was changed is refused', async () => {
    const authority = await opensslAuthority();
    const made = await timestamped(authority.answer);
    const flip = (from: RegExp, to: string) =>
      withTimestamps(made, (timestamps) => {
        for (const each of timestamps) {
          const text = Buffer.from(each.signedTimestamp, 'base64').toString('latin1').replace(from, to);
          each.signedTimestamp = Buffer.from(text, 'latin1').toString('base64');
        }
      });
    await refusal('signer/timestamp-signature', () => verify(flip(/20\d\d(?=\d{10}(?:\.\d+)?Z)/, '2020'), authority));
    await refusal('signer/timestamp-malformed', () => verify(flip(/^0/, '1'), authority));
  });

  it('a timestamp beside one of a trusted authority is ignored with a warning; of two that count the earlier decides', async () => {
    const time = new Date(Math.floor(Date.now() / 1000 - 3600) * 1000);
    const [real, earlier] = [await opensslAuthority(), forgingAuthority({ time })];
    const made = await timestamped(real.answer);
    const document = JSON.parse(Buffer.from(made.bundle).toString());
    const signature = Buffer.from(document.dsseEnvelope.signatures[0].sig, 'base64');
    const response = Buffer.from(await earlier.answer(createTimestampRequest({ signature }).der));
    const both = withTimestamps(made, (list) => list.push({ signedTimestamp: response.toString('base64') }));
    const { warnings } = await verify(both, real);
    expect(warnings).toMatchObject([{ code: 'signer/timestamp-ignored', message: expect.stringContaining('another') }]);
    await refusal('signer/timestamp-ignored', () => verify(both, real, { strict: true }));
    const timestampRoots = [real.rootPem, earlier.rootPem];
    expect((await verify(both, null, { timestampRoots })).signer).toMatchObject({ verifiedAt: time.toISOString() });
  });

  it('a timestamp among too many is refused', async () => {
    const authority = await opensslAuthority();
    const made = await timestamped(authority.answer);
    const many = withTimestamps(made, (timestamps) => {
      for (let i = 0; i < 16; i++) timestamps.push(timestamps[0] as { signedTimestamp: string });
    });
    await refusal('signer/timestamp-malformed', () => verify(many, authority));
  });
});

describe('a timestamp that an authority should not have made', () => {
  it('a forged timestamp is accepted as long as nothing is wrong with it', async () => {
    const authority = forgingAuthority();
    const made = await timestamped(authority.answer);
    tenDaysLater();
    expect((await verify(made, authority)).signer).toMatchObject({ timeFrom: 'timestamp' });
  });

  it.each([
    ['by a certificate for something else', { extendedKeyUsage: [eku.codeSigning] }, 'signer/timestamp-usage'],
    [
      'by a certificate for something else too',
      { extendedKeyUsage: [eku.timeStamping, eku.codeSigning] },
      'signer/timestamp-usage',
    ],
    ['by a certificate for nothing in particular', { extendedKeyUsage: null }, 'signer/timestamp-usage'],
    ['by a certificate whose usage is not critical', { extendedKeyUsageCritical: false }, 'signer/timestamp-usage'],
    [
      'by a certificate that had expired',
      { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - 8 * DAY) },
      'signer/timestamp-expired',
    ],
    ['by a certificate that was not yet valid', { notBefore: soon }, 'signer/timestamp-not-yet-valid'],
    [
      'by a certificate with an unknown critical extension',
      { extensions: [{ id: '1.2.3.4', critical: true, value: new Uint8Array([5, 0]) }] },
      'signer/timestamp-path',
    ],
  ] as const)('a timestamp %s is refused', async (_, certificate, code) => {
    const authority = forgingAuthority({ certificate });
    const made = await timestamped(authority.answer);
    const error = await refusal(code, () => verify(made, authority));
    expect(error.message).toContain('CN=Timestamp Authority');
  });

  it('a timestamp at a time when the leaf was not valid does not help the leaf', async () => {
    const late = forgingAuthority({ time: new Date(soon.getTime() + DAY) });
    const made = await timestamped(late.answer);
    tenDaysLater();
    await refusal('signer/certificate-expired', () => verify(made, late));
    const early = forgingAuthority({ time: new Date(Date.now() - 20 * DAY), certificate: { notBefore: new Date(0) } });
    await refusal('signer/timestamp-not-yet-valid', async () => {
      vi.useRealTimers();
      return verify(await timestamped(early.answer), early);
    });
  });
});

describe('an answer of an authority', () => {
  const answering = async (answer: (request: Uint8Array) => Promise<Uint8Array>) => timestamped(answer);

  it('a timestamp for another request is refused in signing', async () => {
    const authority = forgingAuthority({ nonce: 42n });
    const error = await refusal('signer/timestamp-nonce', () => answering(authority.answer));
    expect(error.requirement).toBe('OMS-TIME-3');
  });

  it('a timestamp of another signature is refused in signing', async () => {
    const authority = await opensslAuthority();
    let first: Uint8Array | undefined;
    const replaying = async (request: Uint8Array) => {
      first ??= await authority.answer(request);
      return first;
    };
    await answering(replaying);
    await refusal('signer/timestamp-imprint', () => answering(replaying));
  });

  it('a response without a timestamp is refused in signing, with its reason escaped', async () => {
    const text = '3010300e0201023009 0c07'.replace(' ', '');
    const refusing = async () => Buffer.concat([Buffer.from(text, 'hex'), Buffer.from('no\u001b[31m', 'latin1')]);
    const error = await refusal('signer/timestamp-refused', () => answering(refusing));
    expect(error.message).toContain('no\\u{1b}[31m');
  });

  it('a response that is not an RFC 3161 response is refused in signing', async () => {
    await refusal('signer/timestamp-malformed', () => answering(async () => Buffer.from('<html>')));
  });
});

describe('an authority behind HTTP', () => {
  const unavailable = (authority: TimestampAuthority) =>
    refusal('signer/timestamp-unavailable', () => authority(Buffer.from('request')));

  it('a timestamp authority that fails or returns something else is named, without its query', async () => {
    const answer = async () => Buffer.from('{}');
    const failing = await serveTimestamps(answer, { status: 503 });
    const error = await unavailable(httpTimestampAuthority(`${failing.url}tsa?token=secret`));
    expect(error.message).toBe(`the timestamp authority ${failing.url}tsa gave no timestamp: it returned status 503`);
    const other = await serveTimestamps(answer, { type: 'application/json' });
    expect((await unavailable(httpTimestampAuthority(other.url))).message).toContain(
      'not of type application/timestamp-reply',
    );
  });

  it('a redirect of a timestamp authority is not followed, and the message says so', async () => {
    const elsewhere = await serveTimestamps(async () => Buffer.from('{}'));
    for (const status of [302, 307]) {
      const { url } = await serveTimestamps(async () => Buffer.from(''), { status, location: elsewhere.url });
      const error = await unavailable(httpTimestampAuthority(url));
      expect(error.message).toContain(`it redirects to another address (status ${status}), which is not followed`);
    }
  });

  it('a response of a timestamp authority that is too large is given up', async () => {
    const { url } = await serveTimestamps(async () => Buffer.alloc(300_000));
    expect((await unavailable(httpTimestampAuthority(url))).message).toContain('more than 262144 bytes');
  });

  /** Takes connections, and sends no more than the beginning of a response. */
  async function stalling(beginning = ''): Promise<string> {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.write(beginning));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('a silent timestamp authority is given up after the deadline, or when the caller aborts', async () => {
    const url = await stalling();
    expect((await unavailable(httpTimestampAuthority(url, { timeout: 50 }))).message).toContain('within 0.05 seconds');
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(httpTimestampAuthority(url, { signal })(Buffer.from('request'))).rejects.toBe(reason);
  });

  it('a response of a timestamp authority that stalls is not taken for a whole one at the deadline', async () => {
    const url = await stalling('HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n0');
    const error = await unavailable(httpTimestampAuthority(url, { timeout: 100 }));
    expect(error.message).toContain('it did not respond within 0.1 seconds');
  });

  it('a timestamp authority that changes the protocol gave no timestamp', async () => {
    const url = await stalling('HTTP/1.1 101 Other\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n');
    expect((await unavailable(httpTimestampAuthority(url))).message).toContain('it returned status 101');
  });

  it('a timestamp authority that cannot be reached is named', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect((await unavailable(httpTimestampAuthority(`http://127.0.0.1:${port}/`))).message).toContain('ECONNREFUSED');
  });

  it.each(['ftp://tsa.example/', 'file:///tsa', 'http://user@tsa.example/', 'http://u:p@tsa.example/', 'tsa'])(
    'httpTimestampAuthority refuses the URL %s',
    (url) => expect(() => httpTimestampAuthority(url)).toThrow(TypeError),
  );
});

it('a trust anchor for timestamps is not a trust anchor for signers, and vice versa', async () => {
  const authority = await opensslAuthority();
  const made = await timestamped(authority.answer);
  const options = { trusted: [makeRoot().pem], timestampRoots: [made.root.pem] };
  await refusal('signer/timestamp-untrusted', () =>
    verifyModel(localModel(made.model), made.bundle, certificateVerifier(options)),
  );
});
