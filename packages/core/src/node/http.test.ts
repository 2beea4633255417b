import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { HttpError, type HttpFailure, type HttpRequest, sendRequest } from './http.ts';

afterEach(() => void vi.unstubAllEnvs());

/** Starts a server on loopback and returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const limits = { maxBytes: 1000, timeout: 20_000 };
const send = (url: string, options: Partial<HttpRequest> = {}) => sendRequest(url, { ...limits, ...options });

async function failed(failure: HttpFailure, url: string, options: Partial<HttpRequest> = {}): Promise<HttpError> {
  const error = await send(url, options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(HttpError);
  expect((error as HttpError).failure).toBe(failure);
  return error as HttpError;
}

it('a request is sent with its method, headers and body, and the response is returned', async () => {
  const url = await serve(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.setHeader('content-type', 'Text/Plain; charset=utf-8');
    response.end(`${request.method} ${request.headers.accept} ${body}`);
  });
  const options = { method: 'POST', headers: { accept: 'text/plain' }, body: 'question', contentType: 'text/plain' };
  const { status, body } = await send(url, options);
  expect([status, Buffer.from(body).toString()]).toEqual([200, 'POST text/plain question']);
});

it('a response of exactly the limit is returned, and one byte more is refused while it arrives', async () => {
  const url = await serve((request, response) => void response.end(Buffer.alloc(Number(request.url?.slice(1)))));
  expect((await send(`${url}/1000`)).body).toHaveLength(1000);
  expect((await failed('too-large', `${url}/1001`)).message).toContain('more than 1000 bytes');
  const endless = await serve((_, response) => {
    const write = () => void (response.write(Buffer.alloc(600)) && setImmediate(write));
    write();
  });
  await failed('too-large', endless);
});

it('a response that arrives slowly is given up at the deadline, even if it never stalls for long', async () => {
  const url = await serve((_, response) => {
    const timer = setInterval(() => response.write('.'), 5);
    response.on('close', () => clearInterval(timer));
  });
  expect((await failed('timeout', url, { timeout: 100 })).message).toBe('it did not respond within 0.1 seconds');
});

it('a server that accepts the connection and never responds is given up at the deadline', async () => {
  await failed('timeout', await serve(() => {}), { timeout: 50 });
});

it.each([301, 302, 303, 307, 308])('a redirect with status %d is refused and not followed', async (status) => {
  let followed = false;
  const elsewhere = await serve((_, response) => {
    followed = true;
    response.end();
  });
  const url = await serve((_, response) => void response.writeHead(status, { location: elsewhere }).end());
  expect((await failed('redirect', url)).message).toContain(`status ${status}`);
  expect(followed).toBe(false);
});

it.each(['text/html', undefined])('a response of type %s is refused where JSON is expected', async (type) => {
  const url = await serve(
    (_, response) => void response.writeHead(200, type ? { 'content-type': type } : {}).end('{}'),
  );
  await failed('content-type', url, { contentType: 'application/json' });
});

it('a response that breaks off is a failure to reach the server, not a short response', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half', () => response.destroy());
  });
  await failed('unreachable', url);
});

it('a server that is not there is named by the error code of the connection', async () => {
  expect((await failed('unreachable', 'http://127.0.0.1:9/')).message).toBe('it could not be reached (ECONNREFUSED)');
});

it('a failure status includes the whole response, and is not retried by default', async () => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests++;
    response.writeHead(503).end('not today');
  });
  const { response, message } = await failed('status', url);
  expect([message, Buffer.from(response?.body ?? []).toString()]).toEqual(['it returned status 503', 'not today']);
  expect(requests).toBe(1);
});

it('a failure that may pass is retried, and the first success is returned', async () => {
  let requests = 0;
  const url = await serve((_, response) => void response.writeHead(++requests < 2 ? 503 : 200).end('done'));
  expect((await send(url, { attempts: 3 })).status).toBe(200);
  expect(requests).toBe(2);
});

it.each([400, 404, 302])('status %d is not retried, since another attempt would not change it', async (status) => {
  let requests = 0;
  const url = await serve((_, response) => {
    requests++;
    response.writeHead(status).end();
  });
  await failed(status === 302 ? 'redirect' : 'status', url, { attempts: 3 });
  expect(requests).toBe(1);
});

it('an aborted signal ends the request, or the pause before the next attempt, with its own reason', async () => {
  const reason = new Error('enough');
  const url = await serve((_, response) => void response.writeHead(503).end());
  await expect(send(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const silent = await serve(() => controller.abort(reason));
  await expect(send(silent, { signal: controller.signal })).rejects.toBe(reason);
  const late = new AbortController();
  const failing = await serve((_, response) => {
    response.writeHead(503).end();
    setTimeout(() => late.abort(reason), 20);
  });
  await expect(send(failing, { signal: late.signal, attempts: 5 })).rejects.toBe(reason);
});

it('the proxy in HTTP_PROXY is used, except for the hosts in NO_PROXY', async () => {
  const proxy = await serve((request, response) => void response.end(`by proxy: ${request.url}`));
  const url = await serve((_, response) => void response.end('direct'));
  const text = async (target: string) => Buffer.from((await send(target)).body).toString();
  for (const name of ['HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTP_PROXY', proxy);
  expect(await text('http://unresolvable.example/path')).toBe('by proxy: http://unresolvable.example/path');
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  expect(await text(url)).toBe('direct');
});

it('the proxy in HTTPS_PROXY opens a tunnel to an https host', async () => {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  for (const name of ['https_proxy', 'NO_PROXY', 'no_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await failed('unreachable', 'https://unresolvable.example/');
  expect(asked).toEqual(['unresolvable.example:443']);
});
