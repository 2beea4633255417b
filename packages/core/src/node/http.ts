import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { anAbortSignal, checkEach, milliseconds } from '@model-signing/x509/options';
import { HttpError, type HttpResponse } from '../format/http-error.ts';
import { type ChosenProxy, ProxyUnusable, proxyFor } from './proxy.ts';

export { HttpError, type HttpFailure, type HttpResponse } from '../format/http-error.ts';

/** A request and the limits on its response. */
export interface HttpRequest {
  /** Default: `GET`. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** The media type that a response must have. Default: any. */
  readonly contentType?: string | undefined;
  /** The most bytes that the body of a response may have. */
  readonly maxBytes: number;
  /** The time for one attempt, from connecting to the last byte, in milliseconds. */
  readonly timeout: number;
  /**
   * How many times the request is sent, at most, while it fails for a transient reason. The first pause is 500 ms, and each
   * further one is twice as long. Default: 1.
   */
  readonly attempts?: number | undefined;
  /** Whether no proxy is used, which could be on another machine. Default: false. */
  readonly withoutProxy?: boolean | undefined;
  /** The certificates to check the server's with, in PEM, instead of the usual ones. */
  readonly ca?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 500;

/**
 * Sends a request and returns the response if its status is 2xx. Follows no redirect, which could take a secret or the
 * request to a host that the caller never named. Uses the proxy that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name,
 * unless the request is `withoutProxy`; one of another protocol than `http` and `https` is refused.
 *
 * Each attempt ends at its deadline or when `signal` is aborted, whatever the server or the proxy does, and leaves no
 * connection open.
 * @throws {HttpError} when it fails
 * @throws the reason of `signal` when that is aborted
 */
export async function sendRequest(url: string | URL, options: HttpRequest): Promise<HttpResponse> {
  const { attempts = 1, signal } = options;
  checkEach(options, { timeout: milliseconds, signal: anAbortSignal }, { required: ['timeout'] });
  for (let count = 1, pause = FIRST_PAUSE_MS; ; count++, pause *= 2) {
    signal?.throwIfAborted();
    try {
      return await attempt(new URL(url), options);
    } catch (error) {
      signal?.throwIfAborted();
      if (count >= attempts || !(error instanceof HttpError) || !error.isTransient) throw error;
    }
    await setTimeout(pause, undefined, { signal }).catch(() => {}); // the abort is thrown with its own reason above
  }
}

async function attempt(url: URL, options: HttpRequest): Promise<HttpResponse> {
  const proxy = options.withoutProxy ? null : usableProxy(url);
  const deadline = AbortSignal.timeout(options.timeout);
  // The timer of the deadline does not keep the process running, which would end before it when nothing else is open.
  const running = setInterval(() => {}, options.timeout);
  try {
    return await exchange(url, proxy, options, options.signal ? AbortSignal.any([options.signal, deadline]) : deadline);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    if (deadline.aborted) throw new HttpError('timeout', `it did not respond within ${options.timeout / 1000} seconds`);
    throw unreachable(error, proxy);
  } finally {
    clearInterval(running);
  }
}

/** @throws {HttpError} `proxy-unusable` */
function usableProxy(url: URL): ChosenProxy | null {
  try {
    return proxyFor(url);
  } catch (error) {
    throw error instanceof ProxyUnusable ? new HttpError('proxy-unusable', error.message) : error;
  }
}

/** Other messages of Node may quote the server, or the proxy and its password, so only those of system calls are kept. */
function unreachable(error: unknown, proxy: ChosenProxy | null): HttpError {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (proxy && (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'ERR_PROXY_TUNNEL')) {
    const what = code === 'ERR_PROXY_TUNNEL' ? 'opened no connection to it' : 'could not be reached';
    return new HttpError('proxy', `${proxy.title} ${what} (${code})`, syscall ? { cause: error } : {});
  }
  const message = `it could not be reached${code ? ` (${code})` : ''}`;
  return new HttpError('unreachable', message, syscall ? { cause: error } : {});
}

/** Sends a request and reads the response, until the signal is aborted. Leaves no connection open. */
async function exchange(
  url: URL,
  proxy: ChosenProxy | null,
  options: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const connections: Duplex[] = [];
  const request = open(url, proxy, options, connections);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  let response: IncomingMessage | undefined;
  request
    // What comes after a whole response is of no concern.
    .on('error', (error) => response?.complete || reject(error))
    .once('close', () => response ?? reject(new Error('the connection was closed')))
    .once('upgrade', (message: IncomingMessage) => reject(refusalOf(message)))
    .once('response', (message: IncomingMessage) => {
      response = message;
      readResponse(message, options).then(resolve, reject);
    })
    .end(options.body);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    request.destroy();
    for (const connection of connections) connection.destroy();
  }
}

/** Creates a request, and adds each connection that it opens to a list. */
function open(
  url: URL,
  proxy: ChosenProxy | null,
  { method, headers, ca }: HttpRequest,
  connections: Duplex[],
): ClientRequest {
  // The type declarations of Node 22 do not have `proxyEnv` yet.
  const proxyEnv = proxy ? { http_proxy: proxy.url, https_proxy: proxy.url } : {};
  const settings: object = ca === undefined ? { proxyEnv } : { proxyEnv, ca };
  const agent = url.protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
  const connect = agent.createConnection;
  // A request that is destroyed does not destroy its connection before the tunnel through a proxy is up.
  agent.createConnection = (...given) => {
    const connection = connect.apply(agent, given);
    if (connection) connections.push(connection);
    return connection;
  };
  const common = { method: method ?? 'GET', headers: { 'accept-encoding': 'identity', ...headers }, agent };
  return url.protocol === 'https:' ? requestHttps(url, common) : requestHttp(url, common);
}

/** A server that changes the protocol has not responded to the request. */
function refusalOf(message: IncomingMessage): HttpError {
  const { statusCode: status = 0 } = message;
  const response = { status, headers: headersOf(message), body: new Uint8Array() };
  return new HttpError('status', `it returned status ${status}`, { response });
}

async function readResponse(message: IncomingMessage, { contentType, maxBytes }: HttpRequest): Promise<HttpResponse> {
  const { statusCode: status = 0 } = message;
  if (status >= 300 && status < 400) {
    throw new HttpError('redirect', `it redirects to another address (status ${status}), which is not followed`);
  }
  const response = { status, headers: headersOf(message), body: await readBody(message, maxBytes) };
  if (status < 200 || status > 299) throw new HttpError('status', `it returned status ${status}`, { response });
  const found = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== undefined && found !== contentType) {
    throw new HttpError('content-type', `its response is not of type ${contentType}`);
  }
  return response;
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw new HttpError('too-large', `its response has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  if (!message.complete) throw new Error('the connection was closed');
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
