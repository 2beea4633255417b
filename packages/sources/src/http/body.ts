import { parseJsonOf } from '@model-signing/core/json';
import { SourceError } from '../source-error.ts';
import type { TransportResponse } from './transport.ts';

/** Bounds on the values of a JSON document. */
export interface JsonBounds {
  /** Levels of nested objects and arrays. Default: 16. */
  readonly maxDepth?: number | undefined;
  /** Values in the whole document. Default: 100,000. */
  readonly maxValues?: number | undefined;
}

/** The most bytes of a body that are read only so that the connection can be used again, and how long they are waited for. */
const MAX_DRAINED = 16 * 1024;
const MAX_DRAIN_MS = 500;

/**
 * The body of a response, of at most so many bytes.
 * @throws {SourceError} `source/too-large`, `source/unreachable`
 */
export async function readBytes(response: TransportResponse, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new SourceError('source/too-large', `the response of ${response.url.host} has more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * The JSON document that a server sent: valid UTF-8, no member twice, within bounds.
 * @throws {SourceError} `source/response-invalid`, `source/too-large`
 */
export function parseJsonBody(bytes: Uint8Array, url: URL, bounds: JsonBounds = {}): unknown {
  const { maxDepth = 16, maxValues = 100_000 } = bounds;
  const document = {
    title: `response of ${url.host}`,
    refuse: (problem: string, message: string) =>
      new SourceError(problem === 'too-large' ? 'source/too-large' : 'source/response-invalid', message),
  };
  return parseJsonOf(bytes, document, { maxBytes: bytes.length, maxDepth, maxValues });
}

/**
 * Gives up a response whose body is of no interest. A short one is read in the background, so that its connection stays in use; a server
 * that does not send it in time loses the connection, which would keep the process running.
 */
export function discard({ header, body }: TransportResponse): null {
  const iterator = body[Symbol.asyncIterator]();
  const length = Number(header('content-length') ?? Number.NaN);
  const isShort = length <= MAX_DRAINED;
  (isShort ? drain(iterator) : Promise.resolve(iterator.return?.())).catch(() => {});
  return null;
}

async function drain(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  const late = setTimeout(() => iterator.return?.().catch(() => {}), MAX_DRAIN_MS);
  try {
    let length = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      length += next.value.length;
      if (length > MAX_DRAINED) return void (await iterator.return?.());
    }
  } finally {
    clearTimeout(late);
  }
}
