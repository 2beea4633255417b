import dns from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { HttpError, type HttpFailure, type HttpRequest, sendRequest } from './http.ts';
import { proxyFor } from './proxy.ts';

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

/** Starts a server on loopback that handles the connection itself once it has received data, and returns its port. */
async function serveRaw(handle: (socket: Socket) => void): Promise<{ port: number; closed: Promise<unknown> }> {
  const { promise: closed, resolve } = Promise.withResolvers<unknown>();
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', resolve);
    socket.once('data', () => handle(socket));
  });
  await new Promise<void>((started) => server.listen(0, '127.0.0.1', started));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, closed };
}

function useProxy(value: string): void {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'ALL_PROXY', 'NO_PROXY', 'no_proxy'])
    vi.stubEnv(name, undefined);
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, value);
}

const limits = { maxBytes: 1000, timeout: 240_000 };
const send = (url: string, options: Partial<HttpRequest> = {}) => sendRequest(url, { ...limits, ...options });

const text = async (url: string) => Buffer.from((await send(url)).body).toString();

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
  useProxy(proxy);
  expect(await text('http://unresolvable.example/path')).toBe('by proxy: http://unresolvable.example/path');
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  expect(await text(url)).toBe('direct');
});

it('a request without the proxy goes to the server itself, even if what names the proxy cannot be used', async () => {
  const url = await serve((_, response) => void response.end('direct'));
  for (const proxy of ['http://127.0.0.1:9', 'socks5://127.0.0.1:9']) {
    useProxy(proxy);
    const { body } = await send(url, { withoutProxy: true });
    expect(Buffer.from(body).toString()).toBe('direct');
  }
});

it('the proxy may be named as host and port, and its protocol in capital letters', async () => {
  const proxy = await serve((request, response) => void response.end(`by proxy: ${request.url}`));
  for (const value of [proxy.replace('http://', ''), proxy.replace('http:', 'HTTP:'), `${proxy}/`]) {
    useProxy(value);
    expect(await text('http://unresolvable.example/')).toBe('by proxy: http://unresolvable.example/');
  }
});

it.each(['socks5', 'socks5h', 'SOCKS4', 'ftp', 'file', 'pac+https'])(
  'a proxy of the protocol %s is refused, and the request does not go without it',
  async (protocol) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end();
    });
    for (const name of ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']) {
      useProxy('');
      vi.stubEnv(name, `${protocol}://usr:s3cret@127.0.0.1:1`);
      const error = await failed('proxy-unusable', url);
      expect(error.message).toContain(`the proxy in ${name} is of the protocol "${protocol}"`);
      expect(inspect(error)).not.toContain('s3cret');
    }
    expect(requests).toBe(0);
    vi.stubEnv('NO_PROXY', '127.0.0.0/8');
    expect(await text(url)).toBe('');
    vi.unstubAllEnvs();
  },
);

it('ALL_PROXY is used for requests whose protocol has no proxy of its own', async () => {
  const proxy = await serve((request, response) => void response.end(`by proxy: ${request.url}`));
  useProxy('');
  vi.stubEnv('ALL_PROXY', proxy);
  expect(await text('http://unresolvable.example/')).toBe('by proxy: http://unresolvable.example/');
});

it('of a proxy that cannot be reached, the address is named, and not the server', async () => {
  for (const protocol of ['http', 'https']) {
    useProxy('http://usr:s3cret@127.0.0.1:9');
    const error = await failed('proxy', `${protocol}://unresolvable.example/`);
    const variable = `${protocol.toUpperCase()}_PROXY`;
    expect(error.message).toBe(`the proxy http://127.0.0.1:9 (from ${variable}) could not be reached (ECONNREFUSED)`);
    expect(inspect(error)).not.toContain('s3cret');
  }
});

it.each<[excepted: boolean, list: string, host: string]>([
  [true, '*', 'a.example'],
  [true, 'A.example', 'a.example'],
  [true, 'b.example, a.example:80', 'a.example'],
  [false, 'a.example:8080', 'a.example'],
  [true, '.example', 'a.example'],
  [true, '*.example', 'a.example'],
  [false, '.ample', 'a.example'],
  [true, '10.0.0.0/8', '10.1.2.3'],
  [false, '10.0.0.0/16', '10.1.2.3'],
  [true, '10.1.2.1-10.1.2.9', '10.1.2.3'],
  [false, '10.1.2.9-10.1.2.1', '10.1.2.3'],
  [true, 'fd00::/8', '[fd12::1]'],
  [true, '::1', '[::1]'],
  [false, '10.0.0.0/99', '10.1.2.3'],
  [false, '10.0.0.0/8', '10.example'],
  [false, '', 'a.example'],
])('it is %s that NO_PROXY=%s excepts %s', (excepted, list, host) => {
  const environment = { http_proxy: 'http://127.0.0.1:1', NO_PROXY: list };
  expect(proxyFor(new URL(`http://${host}/`), environment) === null).toBe(excepted);
});

it('a request ends on an abort although the name of its host is still looked up', async () => {
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((() => {}) as never);
  onTestFinished(() => lookup.mockRestore());
  const controller = new AbortController();
  const attempt = send('http://unresolvable.example/', { signal: controller.signal });
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(attempt).rejects.toThrow('enough');
  expect(lookup).toHaveBeenCalled();
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
  useProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await failed('proxy', 'https://unresolvable.example/');
  expect(asked).toEqual(['unresolvable.example:443']);
});

it('a server that changes the protocol has failed, and its connection is closed', async () => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n';
  const { port, closed } = await serveRaw((socket) => socket.write(upgrade));
  expect((await failed('status', `http://127.0.0.1:${port}/`)).message).toBe('it returned status 101');
  await closed;
});

it('interim responses do not delay the deadline', async () => {
  const { port, closed } = await serveRaw((socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 5);
    socket.once('close', () => clearInterval(timer));
  });
  await failed('timeout', `http://127.0.0.1:${port}/`, { timeout: 100 });
  await closed;
});

it.each([
  ['a header', 'x: '],
  ['the status line', 'HTTP/1.1 200 '],
])('a response with %s that never ends is refused before it fills the memory', async (what, start) => {
  const { port, closed } = await serveRaw((socket) => {
    socket.write(what === 'a header' ? `HTTP/1.1 200 OK\r\n${start}` : start);
    const more = () => {
      while (socket.writable && socket.write('x'.repeat(65_536)));
    };
    socket.on('drain', more);
    more();
  });
  await failed('unreachable', `http://127.0.0.1:${port}/`);
  await closed;
});

it('a body of unknown length is not taken for complete at the deadline, on an abort or on a reset', async () => {
  const start = 'HTTP/1.1 200 OK\r\n\r\nhalf';
  const { port, closed } = await serveRaw((socket) => socket.write(start));
  const url = `http://127.0.0.1:${port}/`;
  await failed('timeout', url, { timeout: 100 });
  await closed;
  const reason = new Error('enough');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  await expect(send(url, { signal: controller.signal })).rejects.toBe(reason);
  const resetting = await serveRaw((socket) =>
    socket.write(start, () => setTimeout(() => socket.resetAndDestroy(), 50)),
  );
  await failed('unreachable', `http://127.0.0.1:${resetting.port}/`);
});

it('what a server sends after a whole response is ignored', async () => {
  const { port } = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nyes'));
  expect((await send(`http://127.0.0.1:${port}/`)).body).toHaveLength(2);
});

it.each([
  ['is silent', ''],
  ['never ends its headers', 'HTTP/1.1 200 OK\r\n'],
  ['opens a tunnel in which TLS stalls', 'HTTP/1.1 200 OK\r\n\r\n'],
])('a proxy that %s is given up at the deadline or on an abort, and its connection is closed', async (_, sent) => {
  const proxy = await serveRaw((socket) => sent && socket.write(sent));
  useProxy(`http://127.0.0.1:${proxy.port}`);
  await failed('timeout', 'https://unresolvable.example/', { timeout: 100 });
  await proxy.closed;
  const reason = new Error('enough');
  const another = await serveRaw((socket) => sent && socket.write(sent));
  useProxy(`http://127.0.0.1:${another.port}`);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  await expect(send('https://unresolvable.example/', { signal: controller.signal })).rejects.toBe(reason);
  await another.closed;
});

it.each(['101 Switching Protocols', '407 s3cret'])(
  'a proxy that responds to CONNECT with %s has failed, its connection is closed and its text is not repeated',
  async (status) => {
    const { port, closed } = await serveRaw((socket) => socket.write(`HTTP/1.1 ${status}\r\n\r\n`));
    useProxy(`http://usr:s3cret@127.0.0.1:${port}`);
    const error = await failed('proxy', 'https://unresolvable.example/');
    const title = `the proxy http://127.0.0.1:${port} (from HTTPS_PROXY)`;
    expect(error.message).toBe(`${title} opened no connection to it (ERR_PROXY_TUNNEL)`);
    expect(error.cause).toBeUndefined();
    await closed;
  },
);

it.each(['http://usr:s3cret@', 'http://usr:s3%zzcret@127.0.0.1:9'])(
  'an error about the proxy %s does not repeat its password, in its message or in its cause',
  async (proxy) => {
    useProxy(proxy);
    const error = await failed('proxy-unusable', 'http://unresolvable.example/');
    expect(inspect(error)).not.toMatch(/s3(cret|%zz)/);
  },
);
