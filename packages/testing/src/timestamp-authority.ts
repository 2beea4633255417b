import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { type Authority, type CertificateOptions, eku, makeCertificate, makeRoot } from './certificates.ts';
import { children, integer } from './der.ts';
import { serve, startServer } from './http.ts';
import { makeToken } from './timestamp-token.ts';

const run = promisify(execFile);

export interface TimestampAuthorityOptions {
  /** The certificate that signs timestamps. If absent, one is made, with a root of its own. */
  readonly signer?: Authority;
  /** What the tokens carry besides the signer's certificate. */
  readonly chain?: readonly Authority[];
  readonly digest?: 'sha256' | 'sha384' | 'sha512';
  /** The hash by which a token names its signer. */
  readonly bindingHash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
}

/** A real timestamp authority, `openssl ts`, that runs until it is closed. */
export interface TimestampAuthority {
  /** Where it listens, on the loopback interface. */
  readonly url: string;
  /** PEM: the certificate to trust. */
  readonly rootPem: string;
  readonly signer: Authority;
  /** The response to a request, without HTTP. */
  respond(request: Uint8Array): Promise<Uint8Array>;
  /** Stops the server and removes its folder. */
  close(): Promise<void>;
}

const timestampRoot = () => makeRoot({ subject: 'O=Test, CN=Timestamp Root' });

/** A root and a certificate for timestamps below it. */
export function makeTimestampSigner(root: Authority = timestampRoot(), options: CertificateOptions = {}): Authority {
  return makeCertificate({
    subject: 'O=Test, CN=Timestamp Authority',
    issuer: root,
    extendedKeyUsage: [eku.timeStamping],
    extendedKeyUsageCritical: true,
    ...options,
  });
}

function configuration(chain: boolean, digest: string, bindingHash: string): string {
  return [
    '[authority]',
    'serial = serial',
    'signer_cert = signer.pem',
    'signer_key = signer.key',
    ...(chain ? ['certs = chain.pem'] : []),
    `signer_digest = ${digest}`,
    'default_policy = 1.2.3.4.1',
    'digests = sha256, sha384, sha512',
    'accuracy = secs:1, millisecs:500, microsecs:100',
    'clock_precision_digits = 3',
    'tsa_name = yes',
    `ess_cert_id_alg = ${bindingHash}`,
    '',
  ].join('\n');
}

/** Handles one request at a time, since all share the file with the serial number. */
function responder(folder: string): (request: Uint8Array) => Promise<Uint8Array> {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  async function stamp(request: Uint8Array): Promise<Uint8Array> {
    const [query, reply] = [`${++count}.tsq`, `${count}.tsr`];
    await writeFile(path.join(folder, query), request);
    const section = ['-config', 'openssl.cnf', '-section', 'authority'];
    await run('openssl', ['ts', '-reply', ...section, '-queryfile', query, '-out', reply], { cwd: folder });
    return new Uint8Array(await readFile(path.join(folder, reply)));
  }
  return (request) => {
    const next = last.catch(() => undefined).then(() => stamp(request));
    last = next;
    return next;
  };
}

/** Starts a timestamp authority on a free port. Needs `openssl` on the path. */
export async function startTimestampAuthority(options: TimestampAuthorityOptions = {}): Promise<TimestampAuthority> {
  const root = timestampRoot();
  const { signer = makeTimestampSigner(root), chain = [], digest = 'sha256', bindingHash = 'sha256' } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'timestamp-authority-'));
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('signer.pem'), signer.pem);
  await writeFile(file('signer.key'), signer.privateKeyPem, { mode: 0o600 });
  await writeFile(file('chain.pem'), chain.map(({ pem }) => pem).join(''));
  await writeFile(file('serial'), '01\n');
  await writeFile(file('openssl.cnf'), configuration(chain.length > 0, digest, bindingHash));

  const respond = responder(folder);
  const server = await startServer(async ({ method, headers, body }) => {
    if (method !== 'POST' || headers['content-type'] !== 'application/timestamp-query') return { status: 415 };
    const reply = await respond(new Uint8Array(body));
    return { headers: { 'content-type': 'application/timestamp-reply' }, body: reply };
  });
  return {
    url: `${server.url}/`,
    rootPem: (options.signer ? (chain.at(-1) ?? signer) : root).pem,
    signer,
    respond,
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A timestamp authority for one test. */
export interface TestTimestampAuthority {
  /** PEM: the certificate to trust. */
  readonly rootPem: string;
  /** The response to a request. */
  answer(request: Uint8Array): Promise<Uint8Array>;
}

/** A real authority, `openssl ts` behind HTTP, until the test ends. */
export async function opensslAuthority(): Promise<TestTimestampAuthority & { readonly url: string }> {
  const { url, rootPem, respond, close } = await startTimestampAuthority();
  onTestFinished(close);
  return { url, rootPem, answer: respond };
}

export interface ForgeryOptions {
  /** How the authority's certificate differs from a valid one. */
  readonly certificate?: CertificateOptions;
  readonly time?: Date;
  /** Replaces the requested nonce. */
  readonly nonce?: bigint;
}

/** An authority that states any time, with a certificate that `openssl ts` would not accept. */
export function forgingAuthority(options: ForgeryOptions = {}): TestTimestampAuthority {
  const { certificate = {}, time = new Date(), nonce } = options;
  const root = timestampRoot();
  const signer = makeTimestampSigner(root, certificate);
  return {
    rootPem: root.pem,
    async answer(request) {
      const [, imprintDer, requested] = children(request);
      if (!imprintDer || !requested) throw new Error('a request without imprint or nonce');
      const timeText = `${time.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
      return makeToken({ signer, imprintDer, timeText, nonceDer: nonce === undefined ? requested : integer(nonce) });
    },
  };
}

/** Serves an authority, or a response that is not a timestamp, over HTTP until the test ends. */
export async function serveTimestamps(
  answer: (request: Uint8Array) => Promise<Uint8Array>,
  { type = 'application/timestamp-reply', status = 200, location = '' } = {},
): Promise<{ readonly url: string }> {
  const { url } = await serve(async ({ body }) => ({
    status,
    headers: { 'content-type': type, ...(location && { location }) },
    body: await answer(body).catch(() => Buffer.from('failed')),
  }));
  return { url: `${url}/` };
}
