/** The head of a response whose body has a stated length. */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case names; values of one name are joined. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of the body. */
  readonly length: number;
  /** Whether the server ends the connection after it. */
  readonly isLast: boolean;
}

/** Headers that a response has once, as they decide what is read and where. */
const ONCE = new Set(['content-length', 'content-range', 'content-encoding', 'etag', 'location', 'connection']);

/**
 * Reads the head of a response, without the empty line at its end. It is deliberately narrow: what is not read here is left to a
 * full implementation of HTTP.
 * @returns null for a head that is not plain, or a body whose length is not stated
 */
export function parseHead(text: string): ResponseHead | null {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(first)?.[1];
  const headers = headersOf(lines);
  if (status === undefined || headers === null || headers.has('transfer-encoding') || headers.has('upgrade'))
    return null;
  const length = headers.get('content-length');
  if (status === '204' || status === '304' || length === undefined || !/^(?:0|[1-9]\d{0,14})$/.test(length))
    return null;
  const connection = (headers.get('connection') ?? '').toLowerCase();
  return {
    status: Number(status),
    headers,
    length: Number(length),
    isLast: connection !== '' && connection !== 'keep-alive',
  };
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> | null {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return null;
    const text = line.slice(colon + 1);
    // Before spaces are removed, as that would remove a line break and a no-break space too.
    if (!/^[\t\x20-\x7e\x80-\x9f\xa1-\xff]*$/.test(text)) return null;
    const value = text.trim();
    const before = headers.get(name);
    if (before !== undefined && ONCE.has(name)) return null;
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
