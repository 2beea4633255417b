import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/auth/callback';

/** A port of this machine to which a browser brings the answer of a login. */
export interface CallbackListener extends AsyncDisposable {
  /** What to name to the issuer of tokens. */
  readonly redirectUri: string;
  /** The answer; rejects when the signal is aborted. */
  readonly callback: Promise<URLSearchParams>;
}

/**
 * Listens on a free loopback port until a browser comes with `state`. Whatever else comes, such as a request that another page
 * made the browser send, is turned away and changes nothing.
 */
export async function listenForCallback(state: string, signal: AbortSignal): Promise<CallbackListener> {
  const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  promise.catch(() => {}); // it may be rejected before anybody waits for it
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const server = createServer((request, response) => {
    // What is asked for may be no address at all, such as "//".
    const address = URL.parse(request.url ?? '', 'http://localhost');
    const expected = request.method === 'GET' && address?.pathname === PATH;
    const searchParams = expected ? address.searchParams : new URLSearchParams();
    if (searchParams.get('state') !== state) return answer(response, 404, 'Nothing is here.');
    const signedIn = searchParams.has('code');
    answer(response, 200, `${signedIn ? 'You are signed in.' : 'Signing in failed.'} You can close this page.`);
    resolve(searchParams);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    redirectUri: `http://localhost:${(server.address() as AddressInfo).port}${PATH}`,
    callback: promise,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', onAbort);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  };
  response.writeHead(status, headers).end(`<!doctype html><title>model-signing</title><p>${text}</p>\n`);
}
