import { OmsError, quote } from '@model-signing/core';
import { SourceError } from '../source-error.ts';
import { discard, type HttpClient } from './client.ts';
import type { TransportResponse } from './transport.ts';
import { mayPass } from './unreachable.ts';

/** From so many bytes on, it pays to read in large pieces. */
const LARGE = 1024 * 1024;

export interface RangeRequest {
  /** The first byte. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  /** The bytes of the whole file, as it was listed. */
  readonly size: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a connection has to bring so that the next one starts with a full number of attempts. */
const PROGRESS = 1024 * 1024;

/**
 * Reads exactly the bytes of a range, and after a cut goes on where it stopped.
 * @throws {SourceError} `source/response-invalid` for any other bytes, and as `HttpClient.request`
 * @throws {OmsError} `model/changed` if the content was replaced in the meantime
 */
export async function* readRange(client: HttpClient, url: URL, range: RangeRequest): AsyncGenerator<Uint8Array> {
  const { start, end, signal } = range;
  if (range.size === 0) await checkEmpty(client, url, range);
  let at = start;
  let etag: string | null = null;
  for (let failures = 0; at < end; ) {
    const before = at;
    let failure: SourceError | null = null;
    const response = await ask(client, url, { ...range, start: at }, etag);
    etag = checkTag(response, etag);
    try {
      for await (const chunk of response.body) {
        if (chunk.length > end - at) throw invalid(url, `sent more than the ${end - start} bytes that were asked for`);
        at += chunk.length;
        if (chunk.length > 0) yield chunk;
      }
    } catch (error) {
      if (!(error instanceof SourceError) || !mayPass(error)) throw error;
      failure = error;
    }
    if (at === end && failure === null) return;
    failures = at - before >= PROGRESS ? 1 : failures + 1;
    if (failures >= client.attempts) {
      throw failure ?? invalid(url, `ended after ${at - start} of ${end - start} bytes`);
    }
    await client.pause(failures, signal);
  }
}

/** A file that is listed as empty is asked for too, as what a download gets could have content. */
async function checkEmpty(client: HttpClient, url: URL, range: RangeRequest): Promise<void> {
  const { body } = await ask(client, url, range, null);
  for await (const chunk of body) {
    if (chunk.length > 0) throw invalid(url, 'sent content for a file that its list says is empty');
  }
}

async function ask(client: HttpClient, url: URL, range: RangeRequest, etag: string | null): Promise<TransportResponse> {
  const { start, end, size, headers, signal } = range;
  const isWhole = start === 0 && end === size;
  const condition = etag === null ? {} : { 'if-range': etag };
  const asked = isWhole ? {} : { range: `bytes=${start}-${end - 1}`, ...condition };
  const response = await client.request(url, {
    headers: { ...headers, ...asked },
    isLarge: end - start >= LARGE,
    accept: [416],
    signal,
  });
  try {
    if (isWhole) checkWhole(response, size, url);
    else checkPart(response, range, url, etag);
    return response;
  } catch (error) {
    discard(response);
    throw error;
  }
}

function checkWhole({ status, header }: TransportResponse, size: number, url: URL): void {
  if (status !== 200) throw invalid(url, `returned status ${status} for a whole file`);
  const length = header('content-length');
  if (length === null || length === String(size)) return;
  throw invalid(url, `sends ${quote(length)} bytes, and its list says ${size}`);
}

/** A server may ignore a range or choose another one, and its bytes would be taken for those at another place of the file. */
function checkPart(
  response: TransportResponse,
  { start, end, size }: RangeRequest,
  url: URL,
  etag: string | null,
): void {
  const { status, header } = response;
  if (status === 200 && etag !== null && header('etag') !== etag) throw changed(url);
  if (status !== 206) throw invalid(url, `returned status ${status} for a part of a file, which has status 206`);
  const found = header('content-range') ?? 'no range';
  const expected = `bytes ${start}-${end - 1}/${size}`;
  if (found.trim() !== expected) throw invalid(url, `sent ${quote(found)} in place of "${expected}"`);
  const length = header('content-length');
  if (length !== null && length !== String(end - start))
    throw invalid(url, `sends ${quote(length)} bytes of ${end - start}`);
}

/** The strong tag of the content; null if there is none, as a weak one says nothing about bytes. */
function checkTag(response: TransportResponse, before: string | null): string | null {
  const tag = response.header('etag');
  const strong = tag !== null && /^"[\x21\x23-\x7e]{0,200}"$/.test(tag) ? tag : null;
  if (before === null || strong === null || before === strong) return before ?? strong;
  discard(response);
  throw changed(response.url);
}

function changed(url: URL): OmsError {
  return new OmsError('model/changed', `the content of ${url.pathname} at ${url.host} changed while it was read`);
}

function invalid(url: URL, problem: string): SourceError {
  return new SourceError('source/response-invalid', `${url.host} ${problem}, for ${url.pathname}`);
}
