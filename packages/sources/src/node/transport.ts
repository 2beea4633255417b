import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { ProxyUnusable, proxyFor } from '@model-signing/core/proxy';
import type { Transport, TransportRequest, TransportResponse } from '../http/transport.ts';
import { PermanentFailure } from '../http/unreachable.ts';
import { ConnectionStale, getDirectly, Unusual } from './direct.ts';
import { MessageBody } from './message-body.ts';

/**
 * How requests are sent unless the caller gives a `fetch`: over connections that are kept and used again, through the proxy that
 * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name.
 */
export function defaultTransport(): Transport {
  return async (url, request) => {
    if (request.method !== 'GET' || request.isLarge !== true || usableProxy(url) !== null)
      return twice(send, url, request);
    try {
      return await twice(getDirectly, url, request);
    } catch (error) {
      if (!(error instanceof Unusual)) throw error;
      return twice(send, url, request);
    }
  };
}

/** Sends a request again if the connection was stale. */
async function twice(send: Transport, url: URL, request: TransportRequest): Promise<TransportResponse> {
  try {
    return await send(url, request);
  } catch (error) {
    if (!(error instanceof ConnectionStale)) throw error;
    return await send(url, request);
  }
}

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
  const connect = agent.createConnection;
  agent.createConnection = (...given) => {
    const connection = connect.apply(agent, given);
    if (connection) (given[0] as Partial<ConnectionOptions>).onConnection?.(connection);
    return connection;
  };
  agents.set(key, agent);
  return agent;
}

/** An agent hands the options of a request on to what connects for it. */
interface ConnectionOptions extends RequestOptions {
  /** Called with a connection as soon as it is begun. */
  readonly onConnection: (connection: Duplex) => void;
}

function usableProxy(url: URL): string | null {
  try {
    return proxyFor(url)?.url ?? null;
  } catch (error) {
    throw error instanceof ProxyUnusable ? new PermanentFailure(error.message) : error;
  }
}

function send(url: URL, { method, headers, body, signal }: TransportRequest): Promise<TransportResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<TransportResponse>();
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = body === undefined ? {} : { 'content-length': body.length };
  let begun: Duplex | null = null;
  const onConnection = (connection: Duplex) => (begun = connection);
  const options: ConnectionOptions = { method, headers: { ...headers, ...length }, agent: agentFor(url), onConnection };
  const request = open(url, options);
  const stop = () => {
    request.destroy(asError(signal.reason));
    begun?.destroy(); // which a request does not do before the tunnel through a proxy is up
  };
  signal.addEventListener('abort', stop, { once: true });
  request
    .once('socket', () => (begun = null))
    .on('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop);
      const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale && !signal.aborted ? new ConnectionStale() : error);
    })
    .once('upgrade', (_, connection: Duplex) => {
      connection.destroy(); // which is no longer that of the request
      signal.removeEventListener('abort', stop);
      reject(new Error('the server changes the protocol'));
    })
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
    body: new MessageBody(message),
  };
}
