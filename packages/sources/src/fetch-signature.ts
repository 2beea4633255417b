import { MAX_BUNDLE_BYTES, quote } from '@model-signing/core';
import { aFunction, anAbortSignal, checkEach } from '@model-signing/x509/options';
import { HttpClient } from './http/client.ts';
import { isSafe } from './http/origin.ts';
import { SourceError } from './source-error.ts';
import { fetchTransport } from './web/transport.ts';

export interface FetchSignatureOptions {
  /** What sends the requests. Default: that of the platform. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

const rules = { fetch: aFunction, signal: anAbortSignal };

/**
 * Reads a signature from an address that begins with `https://`, or with `http://` for this machine. No credentials are sent.
 * @throws {SourceError} `source/reference-invalid` for another address; `source/not-found`, `source/too-large` and what else a server fails
 * with
 */
export async function fetchSignature(address: string, options: FetchSignatureOptions = {}): Promise<Uint8Array> {
  const checked = checkEach(options, rules);
  const url = addressOf(address);
  const transport = checked.fetch === undefined ? undefined : fetchTransport(checked.fetch);
  const client = new HttpClient({ signal: checked.signal, transport });
  return client.bytes(url, { maxBytes: MAX_BUNDLE_BYTES });
}

function addressOf(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw invalid('the address of a signature cannot be parsed: expected https://HOST/PATH');
  if (url.username !== '' || url.password !== '') {
    throw invalid(`the address of a signature at ${url.host} must not hold credentials`);
  }
  if (!isSafe(url)) {
    // A query can hold a key, as that of a presigned address does.
    throw invalid(
      `${quote(`${url.protocol}//${url.host}${url.pathname}`)} is not the address of a signature: it must begin with https://`,
    );
  }
  return url;
}

function invalid(message: string): SourceError {
  return new SourceError('source/reference-invalid', message);
}
