import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Authority, eku, makeCertificate, makeRoot } from './chains.ts';

const run = promisify(execFile);

export interface TimestampAuthorityOptions {
  /** The certificate that signs timestamps; one made for it, of a root of its own, if absent. */
  readonly signer?: Authority;
  /** What the tokens carry besides the signer's certificate. */
  readonly chain?: readonly Authority[];
  readonly digest?: 'sha256' | 'sha384' | 'sha512';
  /** The hash by which a token names its signer. */
  readonly bindingHash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
}

/** A real timestamping authority, `openssl ts`, for as long as a test needs it. */
export interface TimestampAuthority {
  /** Where it listens, on the loopback interface. */
  readonly url: string;
  /** PEM: the certificate to trust. */
  readonly rootPem: string;
  readonly signer: Authority;
  /** The answer to a request, without HTTP. */
  respond(request: Uint8Array): Promise<Uint8Array>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/** A root and a certificate for timestamps below it. */
export function makeTimestampSigner(root: Authority = makeRoot({ subject: 'O=Test, CN=Timestamp Root' })): Authority {
  return makeCertificate({
    subject: 'O=Test, CN=Timestamp Authority',
    issuer: root,
    extendedKeyUsage: [eku.timeStamping],
    extendedKeyUsageCritical: true,
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

/** Starts it on a free port. Needs `openssl` on the path. */
export async function startTimestampAuthority(options: TimestampAuthorityOptions = {}): Promise<TimestampAuthority> {
  const root = makeRoot({ subject: 'O=Test, CN=Timestamp Root' });
  const { signer = makeTimestampSigner(root), chain = [], digest = 'sha256', bindingHash = 'sha256' } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'timestamp-authority-'));
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('signer.pem'), signer.pem);
  await writeFile(file('signer.key'), signer.privateKeyPem, { mode: 0o600 });
  await writeFile(file('chain.pem'), chain.map(({ pem }) => pem).join(''));
  await writeFile(file('serial'), '01\n');
  await writeFile(file('openssl.cnf'), configuration(chain.length > 0, digest, bindingHash));

  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  async function answer(request: Uint8Array): Promise<Uint8Array> {
    const [query, reply] = [`${++count}.tsq`, `${count}.tsr`];
    await writeFile(file(query), request);
    const section = ['-config', 'openssl.cnf', '-section', 'authority'];
    await run('openssl', ['ts', '-reply', ...section, '-queryfile', query, '-out', reply], { cwd: folder });
    return new Uint8Array(await readFile(file(reply)));
  }
  /** One after another: they share the file with the serial number. */
  function respond(request: Uint8Array): Promise<Uint8Array> {
    const next = last.catch(() => undefined).then(() => answer(request));
    last = next;
    return next;
  }

  const server = createServer((request, response) => void handle(request, response, respond));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    rootPem: (options.signer ? (chain.at(-1) ?? signer) : root).pem,
    signer,
    respond,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  respond: (request: Uint8Array) => Promise<Uint8Array>,
): Promise<void> {
  try {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/timestamp-query') {
      response.writeHead(415).end();
      return;
    }
    const reply = await respond(new Uint8Array(Buffer.concat(pieces)));
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(reply);
  } catch {
    response.writeHead(500).end();
  }
}
