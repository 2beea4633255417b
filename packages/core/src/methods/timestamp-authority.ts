import { anAbortSignal, checkEach, milliseconds } from '@model-signing/x509/options';
import { HttpError, sendRequest } from '#http';
import { OmsError } from '../format/errors.ts';

/** Asks a timestamp authority: takes a request and returns the response, both in DER (RFC 3161). */
export type TimestampAuthority = (request: Uint8Array) => Promise<Uint8Array>;

export interface HttpTimestampOptions {
  /** The time for the whole exchange, in milliseconds: at least 1 and less than 2^31. Default: 30,000. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Responses of authorities have one to eight thousand bytes. */
const MAX_RESPONSE_BYTES = 262_144;

const MEDIA_TYPE = 'application/timestamp-reply';

/**
 * Returns a timestamp authority behind HTTP (RFC 3161, 3.4). Plain `http:` is allowed, because the signer verifies every
 * response.
 *
 * The authority throws `signer/timestamp-unavailable` when it returns no timestamp, and the signal's reason when `signal` is
 * aborted.
 * @throws {TypeError} for a URL that is not `http:` or `https:`, or that has a user name in it
 */
export function httpTimestampAuthority(url: string | URL, options: HttpTimestampOptions = {}): TimestampAuthority {
  const { timeout = 30_000, signal } = checkEach(options, { timeout: milliseconds, signal: anAbortSignal });
  const target = new URL(url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new TypeError('the URL of a timestamp authority begins with http: or https:');
  }
  if (target.username !== '' || target.password !== '') {
    throw new TypeError('the URL of a timestamp authority cannot hold a user name or a password');
  }
  return async (request) => {
    try {
      const { body } = await sendRequest(target, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query', accept: MEDIA_TYPE },
        body: request,
        contentType: MEDIA_TYPE,
        maxBytes: MAX_RESPONSE_BYTES,
        timeout,
        signal,
      });
      return body;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      // The query is left out because it could hold a secret.
      const message = `the timestamp authority ${target.origin}${target.pathname} gave no timestamp: ${error.message}`;
      throw new OmsError('signer/timestamp-unavailable', message, { cause: error });
    }
  };
}
