import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { ProxyUnusable, proxyFor } from '@model-signing/core/proxy';
import type { Transport, TransportRequest, TransportResponse } from '../http/transport.ts';
import { SourceError } from '../source-error.ts';

/**
 * How requests are sent unless the caller gives a `fetch`: over connections that are kept and used again, through the proxy that
 * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name.
 */
export function defaultTransport(): Transport {
  return async (url, request) => {
    try {
      return await send(url, request);
    } catch (error) {
      if (!(error instanceof ConnectionStale)) throw error;
      return await send(url, request);
    }
  };
}

/** A connection that was kept open was closed by the server, which has seen nothing of the request. */
class ConnectionStale extends Error {}

/** Connections are shared by all requests of the process. An idle one does not keep the process running. */
const agents = new Map<string, HttpAgent>();

function agentFor(url: URL): HttpAgent {
  const proxy = usableProxy(url);
  const key = `${url.protocol} ${proxy ?? ''}`;
  const known = agents.get(key);
  if (known) return known;
  // The type declarations of Node 22 do not have `proxyEnv` yet.
  const settings: object = {
    keepAlive: true,
    proxyEnv: proxy === null ? {} : { http_proxy: proxy, https_proxy: proxy },
  };
  const agent = url.protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
  agents.set(key, agent);
  return agent;
}

function usableProxy(url: URL): string | null {
  try {
    return proxyFor(url)?.url ?? null;
  } catch (error) {
    throw error instanceof ProxyUnusable ? new SourceError('source/unreachable', error.message) : error;
  }
}

function send(url: URL, { method, headers, body, signal }: TransportRequest): Promise<TransportResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = body === undefined ? {} : { 'content-length': body.length };
  const request = open(url, { method, headers: { ...headers, ...length }, agent: agentFor(url) });
  const stop = () => request.destroy(asError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  request
    .on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale && !signal.aborted ? new ConnectionStale() : error);
    })
    .once('upgrade', () => request.destroy(new Error('the server changes the protocol')))
    .once('response', (message: IncomingMessage) => {
      message.once('close', () => signal.removeEventListener('abort', stop));
      resolve(toTransportResponse(url, message));
    })
    .end(body);
  return promise;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('the request was aborted', { cause: reason });
}

function toTransportResponse(url: URL, message: IncomingMessage): TransportResponse {
  return {
    status: message.statusCode ?? 0,
    url,
    header: (name) => {
      const value = message.headers[name];
      return value === undefined ? null : String(value);
    },
    body: { [Symbol.asyncIterator]: () => chunksOf(message) },
  };
}

/** An iterator whose `return` frees the connection even if nothing was read. */
function chunksOf(message: IncomingMessage): AsyncIterableIterator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const next = await chunks.next();
      if (next.done && !message.complete) throw new Error('the connection was closed');
      return next;
    },
    async return() {
      message.on('error', () => {}).destroy();
      return { done: true, value: undefined };
    },
  };
}
