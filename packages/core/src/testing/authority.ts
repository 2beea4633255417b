import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { elementsOf, parseElement, Tag } from '../../../x509/src/der.ts';
import {
  type Authority,
  type CertificateOptions,
  eku,
  makeCertificate,
  makeRoot,
} from '../../../x509/src/testing/chains.ts';
import { encodeElement, encodeInteger, encodeOid, sequence } from '../../../x509/src/testing/der-writer.ts';
import { startTimestampAuthority } from '../../../x509/src/testing/timestamp-authority.ts';

const openssl = (args: readonly string[], cwd: string) => promisify(execFile)('openssl', args, { cwd });

/** A timestamping authority of a test, with the certificate that a verifier has to trust for it. */
export interface TestAuthority {
  /** PEM. */
  readonly rootPem: string;
  /** Answers a request as the authority does. */
  answer(request: Uint8Array): Promise<Uint8Array>;
}

/** An authority's certificate in a folder, with its root. */
function makeSigner(options: CertificateOptions): { root: Authority; directory: string } {
  const root = makeRoot({ subject: 'O=Test, CN=Timestamp Root' });
  const purpose = { extendedKeyUsage: [eku.timeStamping], extendedKeyUsageCritical: true };
  const signer = makeCertificate({ subject: 'O=Test, CN=Timestamps', issuer: root, ...purpose, ...options });
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-authority-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(path.join(directory, 'signer.pem'), signer.pem);
  writeFileSync(path.join(directory, 'signer.key'), signer.privateKeyPem, { mode: 0o600 });
  return { root, directory };
}

/** A real authority, `openssl ts` behind HTTP, until the test ends. */
export async function opensslAuthority(): Promise<TestAuthority & { readonly url: string }> {
  const { url, rootPem, respond, close } = await startTimestampAuthority();
  onTestFinished(close);
  return { url, rootPem, answer: respond };
}

export interface ForgeryOptions {
  /** What is to be wrong with the authority's certificate. */
  readonly certificate?: CertificateOptions;
  readonly time?: Date;
  /** Makes another request of the one that came. */
  readonly nonce?: bigint;
}

/** An authority that says what it is told to, by a certificate that a real one would not start with. */
export function forgingAuthority({ certificate = {}, time = new Date(), nonce }: ForgeryOptions = {}): TestAuthority {
  const { root, directory } = makeSigner(certificate);
  return {
    rootPem: root.pem,
    async answer(request) {
      const [, imprint, asked] = elementsOf(parseElement(request, Tag.sequence).body);
      if (!imprint || !asked) throw new Error('a request without imprint or nonce');
      const digits = time.toISOString().replace(/[-:T]|\..*/g, '');
      const info = sequence(
        encodeInteger(1n),
        encodeOid('1.2.3.4.1'),
        imprint.raw,
        encodeInteger(7n),
        encodeElement(Tag.generalizedTime, Buffer.from(`${digits}Z`)),
        nonce === undefined ? asked.raw : encodeInteger(nonce),
      );
      writeFileSync(path.join(directory, 'info'), info);
      const content = ['-in', 'info', '-binary', '-econtent_type', '1.2.840.113549.1.9.16.1.4', '-nodetach'];
      const signer = ['-signer', 'signer.pem', '-inkey', 'signer.key', '-md', 'sha256', '-cades', '-nosmimecap'];
      await openssl(['cms', '-sign', ...content, ...signer, '-outform', 'DER', '-out', 'token'], directory);
      return sequence(sequence(encodeInteger(0n)), readFileSync(path.join(directory, 'token')));
    },
  };
}

/** Any answers behind HTTP on this machine, until the test ends. */
export async function serve(
  answer: (request: Uint8Array) => Promise<Uint8Array>,
  { type = 'application/timestamp-reply', status = 200, location = '' } = {},
): Promise<{ readonly url: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const body = await answer(Buffer.concat(chunks)).catch(() => Buffer.from('failed'));
      response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
