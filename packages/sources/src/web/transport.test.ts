import { expect, it } from 'vitest';
import { HttpClient } from '../http/client.ts';
import { fetchTransport } from './transport.ts';

/** A `fetch` as browsers have it: it shows no redirect that it does not follow. */
function browserFetch(redirects: Readonly<Record<string, string>>) {
  const calls: [url: string, redirect: string | undefined][] = [];
  const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    calls.push([url, init.redirect]);
    const target = redirects[url];
    if (target !== undefined && init.redirect === 'manual') {
      const hidden = { status: 0, type: 'opaqueredirect', url, headers: new Headers(), body: null };
      return hidden as unknown as Response;
    }
    return Object.defineProperty(new Response('content'), 'url', { value: target ?? url });
  };
  return { calls, fetch: fetch as typeof globalThis.fetch };
}

const read = async (client: HttpClient, url: string) =>
  Buffer.from(await client.bytes(new URL(url), { maxBytes: 100 })).toString();

it('a browser follows the redirects that it hides, and is asked only once which it does', async () => {
  const { calls, fetch } = browserFetch({ 'https://hub.example/a': 'https://storage.example/a' });
  const client = new HttpClient({ transport: fetchTransport(fetch) });
  expect(await read(client, 'https://hub.example/a')).toBe('content');
  expect(await read(client, 'https://hub.example/a')).toBe('content');
  expect(calls).toEqual([
    ['https://hub.example/a', 'manual'],
    ['https://hub.example/a', 'follow'],
    ['https://hub.example/a', 'follow'],
  ]);
});

it('an address without TLS that a browser ended up at is refused', async () => {
  const { fetch } = browserFetch({ 'https://hub.example/a': 'http://storage.example/a' });
  const client = new HttpClient({ transport: fetchTransport(fetch) });
  await expect(read(client, 'https://hub.example/a')).rejects.toMatchObject({ code: 'source/response-invalid' });
});

it('a hidden redirect of a request that changes something is not followed', async () => {
  const { calls, fetch } = browserFetch({ 'https://hub.example/a': 'https://storage.example/a' });
  const client = new HttpClient({ transport: fetchTransport(fetch), attempts: 1 });
  const request = { method: 'PUT', body: new Uint8Array(1) } as const;
  await expect(client.request(new URL('https://hub.example/a'), request)).rejects.toMatchObject({
    code: 'source/response-invalid',
  });
  expect(calls).toHaveLength(1);
});

it('what a browser has decoded is not taken for compressed content', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-length': '3', etag: '"a"' };
  const fetch = async () => new Response('content', { headers });
  const transport = fetchTransport(fetch);
  const response = await transport(new URL('https://hub.example/'), {
    method: 'GET',
    headers: {},
    signal: new AbortController().signal,
  });
  const found = ['content-encoding', 'content-length', 'etag'].map((name) => response.header(name));
  expect(found).toEqual([null, null, '"a"']);
  expect(await read(new HttpClient({ transport }), 'https://hub.example/')).toBe('content');
});

it('a request carries no cookies and uses no cache', async () => {
  let init: RequestInit | undefined;
  const fetch = async (_: unknown, given?: RequestInit) => {
    init = given;
    return new Response('content');
  };
  await read(new HttpClient({ transport: fetchTransport(fetch as typeof globalThis.fetch) }), 'https://hub.example/');
  expect(init).toMatchObject({ credentials: 'omit', cache: 'no-store', redirect: 'manual' });
});
