import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TransportRequest } from '../http/transport.ts';
import { ConnectionStale, getDirectly, Unusual } from './direct.ts';

const never = new AbortController().signal;
const get = (url: string, request: Partial<TransportRequest> = {}) =>
  getDirectly(new URL(url), { method: 'GET', headers: {}, signal: never, ...request });

async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of body) length += chunk.length;
  return length;
}

/** A server that answers each request with these bytes, and counts its connections. */
async function answering(answer: (socket: Socket, request: string) => void) {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('data', (bytes) => answer(socket, bytes.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`, connections: () => sockets.size };
}

const reply = (body: string, more = '') => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`;

describe('a large body that is read directly', () => {
  it('a body is read whole, in whatever pieces it comes, and chunks that were returned do not change', async () => {
    const content = Buffer.alloc(3_000_000, 'abcdefg');
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      for (let at = 0; at < content.length; at += 70_001) response.write(content.subarray(at, at + 70_001));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const { body } = await get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('a request has its path, query, host and headers, and a connection that was read to the end is used again', async () => {
    const requests: string[] = [];
    const { url, connections } = await answering((socket, request) => {
      requests.push(request);
      socket.write(reply('abc'));
    });
    for (let i = 0; i < 3; i++)
      expect(await lengthOf((await get(url, { headers: { range: 'bytes=0-2' } })).body)).toBe(3);
    expect(connections()).toBe(1);
    const host = new URL(url).host;
    expect(requests[0]).toBe(
      `GET /a?b=c HTTP/1.1\r\nhost: ${host}\r\nrange: bytes=0-2\r\nconnection: keep-alive\r\n\r\n`,
    );
  });

  it.each([
    ['that the server announced to end', reply('abc', 'connection: close\r\n')],
    ['with more than one response', reply('abc') + reply('evil')],
  ])('a connection %s is not used again', async (_, answer) => {
    const { url, connections } = await answering((socket) => socket.write(answer));
    for (let i = 0; i < 2; i++) expect(await lengthOf((await get(url)).body)).toBe(3);
    expect(connections()).toBe(2);
  });

  it('a connection whose body was not read to the end is closed, and not used again', async () => {
    const { url, connections } = await answering((socket) => socket.write(reply('abc')));
    const { body } = await get(url);
    await body[Symbol.asyncIterator]().return?.();
    expect(await lengthOf((await get(url)).body)).toBe(3);
    expect(connections()).toBe(2);
  });

  it('bytes that nothing asked for end an idle connection, and are no part of the next response', async () => {
    const { url, connections } = await answering((socket) => {
      socket.write(reply('abc'));
      setTimeout(() => socket.write(reply('evil')), 5);
    });
    expect(await lengthOf((await get(url)).body)).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await lengthOf((await get(url)).body)).toBe(3);
    expect(connections()).toBe(2);
  });

  it.each([
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
    ['without a length', 'HTTP/1.1 200 OK\r\n\r\nabc'],
    ['after an informational response', `HTTP/1.1 103 Early Hints\r\n\r\n${reply('abc')}`],
    ['with a head that never ends', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(100_000)}`],
    ['whose lines end without a carriage return', 'HTTP/1.1 200 OK\ncontent-length: 3\n\nabc'],
    ['of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['that is binary', '\0\0\x12\x04\0\0\0\0\0'],
  ])('a response %s is left to a full client', async (_, answer) => {
    const { url } = await answering((socket) => socket.write(answer));
    await expect(get(url)).rejects.toThrow(Unusual);
  });

  it('a body that ends early is an error', async () => {
    const { url } = await answering((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'));
    const { body } = await get(url);
    await expect(lengthOf(body)).rejects.toThrow('the connection was closed');
  });

  it('a body with empty lines of any kind is read', async () => {
    const { url } = await answering((socket) => socket.write(reply('\n\n\r\n\r\n')));
    expect(await lengthOf((await get(url)).body)).toBe(6);
  });

  it('when one idle connection turns out to be closed, no other one is tried', async () => {
    const seen = new WeakSet<Socket>();
    const { url, connections } = await answering((socket) => {
      if (seen.has(socket)) socket.destroy();
      else seen.add(socket);
      socket.write(reply('abc'));
    });
    const all = await Promise.all(Array.from({ length: 4 }, () => get(url)));
    for (const { body } of all) await lengthOf(body);
    await expect(get(url)).rejects.toThrow(ConnectionStale);
    expect(await lengthOf((await get(url)).body)).toBe(3);
    expect(connections()).toBe(5);
  });

  it.each([{ 'a\r\nb': 'c' }, { a: 'b\r\nc: d' }, { a: 'b\n' }, { '': 'a' }, { a: '\u0100' }])(
    'a header that could begin another one is refused before anything is sent: %j',
    async (headers) => {
      const { url, connections } = await answering((socket) => socket.write(reply('abc')));
      await expect(get(url, { headers: headers as Record<string, string> })).rejects.toThrow(TypeError);
      expect(connections()).toBe(0);
    },
  );

  it('an abort ends the wait for a response, and for more of a body, with its reason', async () => {
    const { url } = await answering((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'));
    const controller = new AbortController();
    const { body } = await get(url, { signal: controller.signal });
    const reading = lengthOf(body);
    setTimeout(() => controller.abort(new Error('enough')), 5);
    await expect(reading).rejects.toThrow('enough');
    const { url: silent } = await answering(() => {});
    const other = new AbortController();
    setTimeout(() => other.abort(new Error('too late')), 5);
    await expect(get(silent, { signal: other.signal })).rejects.toThrow('too late');
  });
});
