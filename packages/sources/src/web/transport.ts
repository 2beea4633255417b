import type { Transport, TransportRequest, TransportResponse } from '../http/transport.ts';

/** How requests are sent unless the caller gives a `fetch`. */
export function defaultTransport(): Transport {
  return fetchTransport(fetch);
}

/** Sends requests with the `fetch` of a browser, of Node, or of the caller. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  // A browser hides where a redirect leads, so that it has to follow redirects itself; it drops credentials at another origin.
  let hidesRedirects = false;
  return async (url, request) => {
    const canFollow = request.method === 'GET' || request.method === 'HEAD';
    const send = (redirect: 'follow' | 'manual') => fetch(url, { ...initOf(request), redirect });
    let response = await send(hidesRedirects && canFollow ? 'follow' : 'manual');
    if (response.type === 'opaqueredirect' && canFollow) {
      hidesRedirects = true;
      response = await send('follow');
    }
    return toTransportResponse(url, response);
  };
}

function initOf({ method, headers, body, signal }: TransportRequest): RequestInit {
  const init = { method, headers, signal, cache: 'no-store', credentials: 'omit' } as const;
  return body === undefined ? init : { ...init, body: new Uint8Array(body) };
}

function toTransportResponse(asked: URL, response: Response): TransportResponse {
  const { status, headers } = response;
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const hidden = isEncoded ? ['content-encoding', 'content-length'] : [];
  return {
    status,
    url: URL.parse(response.url) ?? asked,
    header: (name) => (hidden.includes(name) ? null : headers.get(name)),
    body: response.body ?? new Blob([]).stream(),
  };
}
