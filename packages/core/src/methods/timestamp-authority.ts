import { OmsError } from '../format/errors.ts';

/** Asks a timestamping authority: takes a request and gives the response, both in DER (RFC 3161). */
export type TimestampAuthority = (request: Uint8Array) => Promise<Uint8Array>;

export interface HttpTimestampOptions {
  /** Seconds after which the answer has to be there. Default 30. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Answers of authorities have one to eight thousand bytes. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * A timestamping authority that is reached by HTTP (RFC 3161, 3.4). What it answers is checked by whoever asked, so that plain
 * `http:` will do.
 * @throws {TypeError} for a URL of another kind, or with a user name in it
 */
export function httpTimestampAuthority(url: string | URL, options: HttpTimestampOptions = {}): TimestampAuthority {
  const target = new URL(url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new TypeError('the URL of a timestamp authority begins with http: or https:');
  }
  if (target.username !== '' || target.password !== '') {
    throw new TypeError('the URL of a timestamp authority cannot hold a user name or a password');
  }
  return (request) => ask(target, request, options);
}

async function ask(url: URL, request: Uint8Array, { timeout = 30, signal }: HttpTimestampOptions): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(timeout * 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(request),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    if (response.status >= 300 && response.status < 400) {
      throw unavailable(url, `it answered with status ${response.status} and another address, which is not asked`);
    }
    if (!response.ok) throw unavailable(url, `it answered with status ${response.status}`);
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/timestamp-reply') throw unavailable(url, 'what it answered is no timestamp');
    return await readAnswer(response, url);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OmsError) throw error;
    if (deadline.aborted) throw unavailable(url, `it did not answer within ${timeout} seconds`, error);
    throw unavailable(url, reasonOf(error), error);
  }
}

async function readAnswer(response: Response, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw unavailable(url, `its answer has more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  const answer = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    answer.set(chunk, at);
    at += chunk.length;
  }
  return answer;
}

/** The platform's word for it, such as ECONNREFUSED, which is that of the innermost cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? `it could not be reached (${code})` : 'it could not be reached';
}

/** Without the query, in which a secret could be. */
function unavailable({ origin, pathname }: URL, problem: string, cause?: unknown): OmsError {
  const message = `the timestamp authority ${origin}${pathname} gave no timestamp: ${problem}`;
  return new OmsError('signer/timestamp-unavailable', message, { cause });
}
