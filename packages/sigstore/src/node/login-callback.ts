import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/auth/callback';

/** A loopback port that receives the redirect at the end of a login. */
export interface CallbackListener extends AsyncDisposable {
  /** The redirect URI to send to the issuer of tokens. */
  readonly redirectUri: string;
  /** The parameters of the redirect; rejects when the signal is aborted. */
  readonly callback: Promise<URLSearchParams>;
}

/**
 * Listens on a free loopback port for a redirect with this `state`. Any other request, such as one that another page made
 * the browser send, gets status 404 and has no effect.
 */
export async function listenForCallback(state: string, signal: AbortSignal): Promise<CallbackListener> {
  const { promise, resolve, reject } = Promise.withResolvers<URLSearchParams>();
  promise.catch(() => {}); // it may reject before it is awaited
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const server = createServer((request, response) => {
    // The request target may be no valid URL, such as "//".
    const address = URL.parse(request.url ?? '', 'http://localhost');
    const expected = request.method === 'GET' && address?.pathname === PATH;
    const searchParams = expected ? address.searchParams : new URLSearchParams();
    if (searchParams.get('state') !== state) return respond(response, 404, 'Nothing is here.');
    const signedIn = searchParams.has('code');
    respond(response, 200, `${signedIn ? 'You are signed in.' : 'Signing in failed.'} You can close this page.`);
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

function respond(response: ServerResponse, status: number, text: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  };
  response.writeHead(status, headers).end(`<!doctype html><title>model-signing</title><p>${text}</p>\n`);
}
