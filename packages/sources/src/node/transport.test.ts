import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { serve } from '@model-signing/testing/http';
import { startProxy } from '@model-signing/testing/proxy';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpClient } from '../http/client.ts';
import type { Transport, TransportRequest } from '../http/transport.ts';
import { SourceError } from '../source-error.ts';
import { fetchTransport } from '../web/transport.ts';
import { defaultTransport } from './transport.ts';

afterEach(() => void vi.unstubAllEnvs());

const never = new AbortController().signal;

const get = (transport: Transport, url: string, request: Partial<TransportRequest> = {}) =>
  transport(new URL(url), { method: 'GET', headers: {}, signal: never, ...request });

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Starts a server on loopback, and counts its connections and how many of them were closed. */
async function listen(server: Server): Promise<{ url: string; connections: () => number; closed: () => number }> {
  const open = new Set<Socket>();
  let connections = 0;
  let closed = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket
      .on('error', () => {})
      .once('close', () => {
        closed++;
        open.delete(socket);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => connections, closed: () => closed };
}

const http = (listener: RequestListener) => listen(createServer(listener));

/** The transport of Node as it reads large bodies. */
function largeTransport(): Transport {
  const transport = defaultTransport();
  return (url, request) => transport(url, { ...request, isLarge: true });
}

const transports: readonly (readonly [string, () => Transport])[] = [
  ['of Node', defaultTransport],
  ['of Node for large bodies', largeTransport],
  ['with fetch', () => fetchTransport(fetch)],
];

describe.each(transports)('the transport %s', (_, create) => {
  it('a request is sent with its method, headers and body, and the response is returned as it came', async () => {
    const { url } = await serve(({ method, headers, body }) => ({
      status: 201,
      headers: { 'x-method': method, 'x-accept': String(headers.accept) },
      body,
    }));
    const request = { method: 'PUT', headers: { accept: 'text/plain' }, body: Buffer.from('question') } as const;
    const { status, header, body } = await get(create(), url, request);
    const found = [status, header('x-method'), header('x-accept'), header('x-none'), await textOf(body)];
    expect(found).toEqual([201, 'PUT', 'text/plain', null, 'question']);
  });

  it('a redirect is a response like any other', async () => {
    const { url } = await serve(() => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' } }));
    const { status, header } = await get(create(), url);
    expect([status, header('location')]).toEqual([302, 'http://127.0.0.1:9/']);
  });

  it('a response to HEAD has no body', async () => {
    const { url } = await serve(() => ({ headers: { 'content-length': '5' } }));
    const { header, body } = await get(create(), url, { method: 'HEAD' });
    expect([header('content-length'), await textOf(body)]).toEqual(['5', '']);
  });

  it('a body that breaks off fails, and is not a short body', async () => {
    for (const headers of [{ 'content-length': 100 }, {}]) {
      const { url } = await http((_, response) => {
        response.writeHead(200, headers);
        response.write('half', () => response.destroy());
      });
      const { body } = await get(create(), url);
      await expect(textOf(body)).rejects.toThrow();
    }
  });

  it('a reader that stops early, or never begins, ends the connection', async () => {
    for (const steps of [0, 1]) {
      const { url, connections, closed } = await http((_, response) => {
        const write = () => void (response.write(Buffer.alloc(1000)) && setImmediate(write));
        write();
      });
      const { body } = await new HttpClient({ transport: create() }).request(new URL(url));
      const iterator = body[Symbol.asyncIterator]();
      for (let step = 0; step < steps; step++) await iterator.next();
      await iterator.return?.();
      expect(connections()).toBeGreaterThan(0);
      // How many connections one request takes is left to the platform.
      await vi.waitFor(() => expect(closed()).toBe(connections()), { timeout: 240_000 });
    }
  });

  it('an aborted request and an aborted body fail, and end the connection', async () => {
    const { url, closed } = await http((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': 100 }).write('half');
    });
    for (const path of ['/none', '/body']) {
      const before = closed();
      const abort = new AbortController();
      const sent = get(create(), url + path, { signal: abort.signal });
      if (path === '/none') setTimeout(() => abort.abort(new Error('enough')), 20);
      const reading = sent.then(async ({ body }) => {
        setTimeout(() => abort.abort(new Error('enough')), 20);
        return textOf(body);
      });
      await expect(reading).rejects.toThrow();
      await vi.waitFor(() => expect(closed()).toBeGreaterThan(before), { timeout: 240_000 });
    }
  });

  it('a server that does not speak HTTP is a failure, and what it says is in no message', async () => {
    const tcp = createTcpServer((socket) => void socket.on('error', () => {}).end('secret\r\n\r\n'));
    const { url } = await listen(tcp);
    const client = new HttpClient({ transport: create(), attempts: 1 });
    const error = await client.request(new URL(url)).catch((caught: unknown) => caught as SourceError);
    expect(error).toMatchObject({ code: 'source/unreachable' });
    expect(inspect(error)).not.toContain('secret');
  });
});

describe('connections', () => {
  it.each([
    ['a short body that does not come', { 'content-length': 100 }, 404],
    ['a body without a length that does not end', {}, 404],
    ['a redirect whose body does not come', { 'content-length': 100, location: 'http://hub.example/' }, 302],
    ['a compressed body that does not come', { 'content-length': 100, 'content-encoding': 'gzip' }, 200],
  ])('a server with %s does not keep the connection, which would keep the process', async (_, headers, status) => {
    const { url, closed } = await http((_request, response) => response.writeHead(status, headers).flushHeaders());
    const client = new HttpClient({ attempts: 1, timeout: 2 ** 30 });
    await expect(client.bytes(new URL(url), { maxBytes: 100 })).rejects.toThrow(SourceError);
    await vi.waitFor(() => expect(closed()).toBe(1), { timeout: 240_000 });
  });

  it('a server that changes the protocol is a failure, and loses its connection', async () => {
    const { url, closed } = await listen(
      createTcpServer((socket) => {
        const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: x', 'connection: upgrade', '', 'more'];
        socket.on('data', () => socket.write(lines.join('\r\n')));
      }),
    );
    await expect(get(defaultTransport(), url)).rejects.toThrow('changes the protocol');
    await vi.waitFor(() => expect(closed()).toBe(1), { timeout: 240_000 });
  });

  it('connections are used again, after redirects and refusals too', async () => {
    const { url, connections } = await http((request, response) => {
      const [status = 200, location] =
        request.url === '/redirect' ? [302, '/content'] : [request.url === '/none' ? 404 : 200];
      const headers = location === undefined ? {} : { location };
      response.writeHead(status, { ...headers, 'content-length': 7 }).end('content');
    });
    const client = new HttpClient({ attempts: 1 });
    for (const path of ['/content', '/redirect', '/none', '/redirect', '/none', '/redirect', '/content']) {
      await client.bytes(new URL(url + path), { maxBytes: 100 }).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    // A redirect is followed while the rest of its response is still to come.
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it('a request on a connection that the server has closed in the meantime is sent again at once', async () => {
    let count = 0;
    const { url, closed } = await listen(
      createTcpServer((socket) => {
        // It closes the connection only when the second request has been written to it.
        socket.on('data', () => {
          count++;
          if (count === 2) socket.destroy();
          else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        });
      }),
    );
    const transport = defaultTransport();
    expect(await textOf((await get(transport, url)).body)).toBe('ok');
    expect(closed()).toBe(0);
    expect(await textOf((await get(transport, url)).body)).toBe('ok');
    expect(count).toBe(3);
  });
});

describe('proxies', () => {
  function useProxy(value: string): void {
    for (const name of ['https_proxy', 'all_proxy', 'ALL_PROXY', 'NO_PROXY', 'no_proxy', 'http_proxy']) {
      vi.stubEnv(name, undefined);
    }
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, value);
  }

  it('a request goes through the proxy that the environment names', async () => {
    const { url } = await serve(() => ({ body: 'content' }));
    const proxy = await startProxy(url);
    useProxy(proxy.url);
    expect(await textOf((await get(defaultTransport(), `${url}/file`)).body)).toBe('content');
    expect(proxy.requests).toEqual([`${url}/file`]);
  });

  it('no request goes through the proxy to a host that is excepted', async () => {
    const { url } = await serve(() => ({ body: 'content' }));
    const proxy = await startProxy(url);
    useProxy(proxy.url);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await textOf((await get(defaultTransport(), url)).body)).toBe('content');
    expect(proxy.requests).toEqual([]);
  });

  it('a proxy that cannot be used is a failure, and no request goes without it', async () => {
    let requests = 0;
    const { url } = await serve(() => ({ body: String(requests++) }));
    useProxy('socks5://user:secret@127.0.0.1:1');
    const error = await get(defaultTransport(), url).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SourceError);
    expect(inspect(error)).not.toContain('secret');
    expect(requests).toBe(0);
  });

  it('the password of a proxy is in no message, whatever the proxy does', async () => {
    const { url } = await listen(createTcpServer((socket) => void socket.on('error', () => {}).end('no\r\n\r\n')));
    useProxy(url.replace('http://', 'http://user:secret@'));
    for (const target of ['http://127.0.0.1:9/', 'https://hub.example/']) {
      const client = new HttpClient({ attempts: 1, timeout: 240_000 });
      const error = await client.request(new URL(target)).catch((caught: unknown) => caught as SourceError);
      expect(error).toMatchObject({ code: 'source/unreachable' });
      expect(inspect(error)).not.toContain('secret');
    }
  });

  it('a proxy that never opens a tunnel is given up, and its connection is closed', async () => {
    const { url, closed } = await listen(createTcpServer((socket) => void socket.resume()));
    useProxy(url);
    const client = new HttpClient({ attempts: 1, timeout: 100 });
    const error = await client.request(new URL('https://hub.example/')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'source/unreachable' });
    await vi.waitFor(() => expect(closed()).toBe(1), { timeout: 240_000 });
  });
});
