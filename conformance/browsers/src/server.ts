// Serves the scripts and the vectors to a browser, on loopback.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  readonly type: string;
  readonly content: string | Uint8Array;
  /** Of the page, a policy that the browser enforces. */
  readonly policy?: string;
}

export interface PageServer extends AsyncDisposable {
  readonly url: string;
}

export async function serve(files: ReadonlyMap<string, Served>): Promise<PageServer> {
  const server: Server = createServer((request, response) => {
    const found = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!found) return response.writeHead(404).end();
    const policy = found.policy === undefined ? {} : { 'content-security-policy': found.policy };
    response.writeHead(200, { 'content-type': found.type, ...policy });
    response.end(found.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
