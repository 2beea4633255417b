import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { onTestFinished } from 'vitest';

/** A request as a test service sees it. */
export interface TestRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface TestResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent until the client closes the connection. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
}

export type Service = (request: TestRequest) => TestResponse | Promise<TestResponse>;

/** A server on a free loopback port. If a service throws, the status is 500. */
export interface TestServer {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startServer(service: Service): Promise<TestServer> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const pieces: Buffer[] = [];
      for await (const piece of incoming) pieces.push(piece);
      const { method = 'GET', headers } = incoming;
      const url = new URL(incoming.url ?? '/', base());
      const response = await service({ method, url, headers, body: Buffer.concat(pieces) });
      outgoing.writeHead(response.status ?? 200, response.headers);
      if (response.body instanceof ReadableStream) await pipeline(response.body, outgoing).catch(() => {});
      else outgoing.end(response.body);
    } catch {
      outgoing.writeHead(500).end();
    }
  });
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: base(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A server that is closed when the test ends. */
export async function serve(service: Service): Promise<TestServer> {
  const server = await startServer(service);
  onTestFinished(() => server.close());
  return server;
}
