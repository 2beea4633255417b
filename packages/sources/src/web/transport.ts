import type { Transport } from '../http/transport.ts';

/** How requests are sent unless the caller gives a `fetch`. */
export function defaultTransport(): Transport {
  return fetchTransport(fetch);
}

/** Sends requests with the `fetch` of a browser, of Node, or of the caller. */
export function fetchTransport(fetch: typeof globalThis.fetch): Transport {
  return async (url, { method, headers, body, signal }) => {
    const init = { method, headers, signal, redirect: 'manual', cache: 'no-store', credentials: 'omit' } as const;
    const response = await fetch(url, body === undefined ? init : { ...init, body: new Uint8Array(body) });
    return {
      status: response.status,
      url: URL.parse(response.url) ?? url,
      header: (name) => response.headers.get(name),
      body: response.body ?? new Blob([]).stream(),
    };
  };
}
