import { SourceError } from '../source-error.ts';
import { discard } from './body.ts';
import type { TransportResponse } from './transport.ts';

/** The longest pause that a server may ask for, in milliseconds. */
const MAX_PAUSE = 30_000;

/** Whether the same request may succeed a little later. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Checks the status and the encoding of a response that is no redirect.
 * @param accept statuses besides 2xx that the caller handles
 * @param explain what a refusal of the store means
 * @throws {SourceError} `source/unauthorized`, `source/not-found`, `source/unreachable`, `source/response-invalid`
 */
export function checkResponse(
  response: TransportResponse,
  accept: readonly number[],
  explain: (response: TransportResponse) => SourceError | null,
): TransportResponse {
  const { status, url } = response;
  const isFine = (status >= 200 && status <= 299) || accept.includes(status);
  const encoding = response.header('content-encoding') ?? 'identity';
  if (isFine && encoding.toLowerCase() === 'identity') return response;
  discard(response);
  if (isFine) {
    throw new SourceError(
      'source/response-invalid',
      `${url.host} sent a compressed response, although none was asked for`,
    );
  }
  const explained = explain(response);
  if (explained) throw explained;
  const what = `${url.host} returned status ${status} for ${url.pathname}`;
  if (status === 401 || status === 403) {
    throw new SourceError('source/unauthorized', `${what}: it wants other credentials`);
  }
  if (status === 404 || status === 410) throw new SourceError('source/not-found', `${what}: there is no such thing`);
  if (isTransient(status)) throw new SourceError('source/unreachable', `${what}, after every attempt`);
  throw new SourceError('source/response-invalid', what);
}

/** How long a server asks to wait, in milliseconds and within bounds; null if it does not say. */
export function pauseOf({ header }: TransportResponse): number | null {
  const text = header('retry-after') ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_PAUSE);
}
