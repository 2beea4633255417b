import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';
import { promisify } from 'node:util';
import {
  type Authority,
  type CertificateOptions,
  eku,
  makeCertificate,
  makeRoot,
} from '@model-signing/testing/certificates';
import { dns, ip } from '@model-signing/testing/general-names';
import { beforeAll, describe, expect, it } from 'vitest';

const authority = makeRoot();
const names = [dns('localhost'), ip(127, 0, 0, 1)];
const certificate = (options: CertificateOptions = {}) =>
  makeCertificate({ issuer: authority, extendedKeyUsage: [eku.serverAuth], subjectAltNames: names, ...options });

const YEAR = 365 * 86_400_000;
const past = { notBefore: new Date(Date.now() - 2 * YEAR), notAfter: new Date(Date.now() - YEAR) };
const future = { notBefore: new Date(Date.now() + YEAR), notAfter: new Date(Date.now() + 2 * YEAR) };

type Version = 'TLSv1.2' | 'TLSv1.3';

/** A server over TLS on a free port of this machine, and what it was sent after the handshake. */
async function serveWith({ pem: cert, privateKeyPem: key }: Authority, version: Version) {
  let received = '';
  const server = createServer({ cert, key, minVersion: version, maxVersion: version }, (socket) => {
    socket
      .on('error', () => {})
      .on('data', (bytes) => {
        received += bytes.toString();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc');
      });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/`, received: () => received, stop: () => server.close() };
}

const PROGRAM = `
  import { HttpClient } from ${JSON.stringify(new URL('../http/client.ts', import.meta.url).href)};
  const headers = { authorization: 'Bearer secret' };
  const found = await Promise.all(JSON.parse(process.env.URLS).map(async (url) => {
    const outcomes = [];
    for (const isLarge of [false, true]) {
      const client = new HttpClient({ attempts: 1, timeout: 2 ** 30 });
      try {
        const response = await client.request(new URL(url), { headers, isLarge });
        let length = 0;
        for await (const chunk of response.body) length += chunk.length;
        outcomes.push(length + ' bytes');
      } catch (error) {
        outcomes.push(error.code + ' ' + error.message);
      }
    }
    return outcomes;
  }));
  console.log(JSON.stringify(found));
  process.exit();`;

/**
 * What becomes of a request for a small and one for a large body from each address. Node reads the certificates that it trusts when it
 * starts, so another process sends them.
 */
async function outcomes(urls: readonly string[], environment: Readonly<Record<string, string>>): Promise<string[][]> {
  const args = ['--no-warnings', '--conditions=@model-signing/source', '--input-type=module', '--eval', PROGRAM];
  const { NODE_TLS_REJECT_UNAUTHORIZED: _, NODE_EXTRA_CA_CERTS: __, ...inherited } = process.env;
  const env = { ...inherited, NO_PROXY: '*', URLS: JSON.stringify(urls), ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: import.meta.dirname });
  return JSON.parse(stdout);
}

const versions: readonly Version[] = ['TLSv1.2', 'TLSv1.3'];
const refusals: readonly (readonly [string, () => Authority, string])[] = [
  ['of another host', () => certificate({ subjectAltNames: [dns('hub.example')] }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['that has expired', () => certificate(past), 'CERT_HAS_EXPIRED'],
  ['that is not valid yet', () => certificate(future), 'CERT_NOT_YET_VALID'],
  ['that signed itself', () => certificate({ issuer: undefined }), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['of another authority', () => certificate({ issuer: makeRoot() }), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['for other purposes', () => certificate({ extendedKeyUsage: [eku.codeSigning] }), 'INVALID_PURPOSE'],
];

describe.each(versions)('requests over %s for small and large bodies', (version) => {
  const servers: Awaited<ReturnType<typeof serveWith>>[] = [];
  const found: Record<'trusted' | 'untrusted' | 'anything', string[][]> = { trusted: [], untrusted: [], anything: [] };

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'model-signing-tls-'));
    const file = path.join(folder, 'authority.pem');
    await writeFile(file, authority.pem);
    for (const make of [certificate, ...refusals.map(([, make]) => make)])
      servers.push(await serveWith(make(), version));
    const good = servers.slice(0, 1).map(({ url }) => url);
    const byAddress = good.map((url) => url.replace('localhost', '127.0.0.1'));
    found.trusted = await outcomes([...servers.map(({ url }) => url), ...byAddress], { NODE_EXTRA_CA_CERTS: file });
    found.untrusted = await outcomes(good, { NODE_TLS_REJECT_UNAUTHORIZED: '1' });
    found.anything = await outcomes(good, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    return async () => {
      for (const { stop } of servers) stop();
      await rm(folder, { recursive: true });
    };
  });

  it('a certificate of NODE_EXTRA_CA_CERTS is trusted, by the name and by the address of its host', () => {
    expect([found.trusted[0], found.trusted.at(-1)]).toEqual(Array(2).fill(['3 bytes', '3 bytes']));
    expect(servers[0]?.received()).toContain('Bearer secret');
  });

  it.each(refusals.map(([name, , code], index) => ({ name, code, index: index + 1 })))(
    'a server with a certificate $name is refused, and sent nothing',
    ({ code, index }) => {
      expect(found.trusted[index]).toHaveLength(2);
      for (const outcome of found.trusted[index] ?? []) {
        expect(outcome).toContain('source/unreachable the certificate of localhost');
        expect(outcome).toContain(code);
      }
      expect(servers[index]?.received()).toBe('');
    },
  );

  it('without NODE_EXTRA_CA_CERTS a private authority is not trusted, unless NODE_TLS_REJECT_UNAUTHORIZED is 0', () => {
    expect(found.untrusted[0]).toEqual(Array(2).fill(expect.stringContaining('is not trusted')));
    expect(found.anything[0]).toEqual(['3 bytes', '3 bytes']);
  });
});
