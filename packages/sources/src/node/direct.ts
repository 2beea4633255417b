import { connect as connectTcp, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { TransportRequest, TransportResponse } from '../http/transport.ts';
import { parseHead, type ResponseHead } from './response-head.ts';

/** Bytes that the system is asked for at once: Node's own 64 KiB cost several times the processor time, in calls and in memory. */
const BUFFER_BYTES = 256 * 1024;

/** With less room than this left, a new buffer is begun. */
const MIN_ROOM = 64 * 1024;

/** What is read ahead of the reader at most, about, in bytes, so that the network goes on while the reader is at work. */
const MAX_AHEAD = 512 * 1024;

/** The most bytes before the body of a response. */
const MAX_HEAD_BYTES = 64 * 1024;

/** Idle connections to one origin, and how long each is kept, in milliseconds: servers close theirs after five seconds or more. */
const MAX_IDLE = 16;
const IDLE_MS = 4000;

/** A response that is not the plain one that is read here: it has to be asked for in another way. */
export class Unusual extends Error {}

/** A connection that was kept open was closed by the server, which has seen nothing of the request. */
export class ConnectionStale extends Error {}

/**
 * Sends a `GET` over a connection of its own, and reads a body of a stated length in large pieces. Everything else that HTTP allows is
 * refused, for a client that knows it.
 * @throws {Unusual} for a response without a length, in chunks, with an informational status, or with a head that is not plain
 * @throws {ConnectionStale}
 */
export async function getDirectly(url: URL, { headers, signal }: TransportRequest): Promise<TransportResponse> {
  signal.throwIfAborted();
  const idle = takeIdle(url.origin);
  const connection = idle ?? new Connection(url);
  const stop = () => connection.destroy(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const free = () => signal.removeEventListener('abort', stop);
  try {
    const head = await connection.ask(requestHead(url, headers));
    const body = connection.body(head, free);
    return { status: head.status, url, header: (name) => head.headers.get(name) ?? null, body };
  } catch (error) {
    free();
    connection.destroy();
    if (!idle || signal.aborted || connection.hasAnswered) throw error;
    // A server that closed one has closed the others too, most likely.
    for (const other of pool.get(url.origin) ?? []) other.destroy();
    throw new ConnectionStale();
  }
}

/** @throws {TypeError} for a header that could end the head early */
function requestHead(url: URL, headers: TransportRequest['headers']): string {
  const lines = Object.entries({ ...headers, connection: 'keep-alive' }).map(([name, value]) => {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TypeError(`the header ${JSON.stringify(name)} has characters that no header has`);
    }
    return `${name}: ${value}\r\n`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join('')}\r\n`;
}

const pool = new Map<string, Connection[]>();

function takeIdle(origin: string): Connection | undefined {
  const idle = pool.get(origin);
  const connection = idle?.pop();
  if (idle?.length === 0) pool.delete(origin);
  connection?.use();
  return connection;
}

function open(url: URL, onread: NetConnectOpts['onread']): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const settings = { host, port, ...(onread && { onread }) };
  if (url.protocol !== 'https:') return connectTcp(settings);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ ...settings, ...servername, ALPNProtocols: ['http/1.1'] } as ConnectionOptions);
}

const FIRST = 'HTTP/1.1 ';

/** Whether more has to come to decide on a head: another protocol, or lines that end otherwise, would be waited for in vain. */
function isPlainSoFar(received: Buffer): boolean {
  return FIRST.startsWith(received.toString('latin1', 0, FIRST.length)) && !received.includes('\n\n');
}

/** One connection, with one request at a time. */
class Connection {
  readonly #origin: string;
  readonly #socket: Socket;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  #ahead = 0;
  /** What has come and was not taken yet. */
  readonly #chunks: Uint8Array[] = [];
  #wake: (() => void) | null = null;
  #failure: Error | null = null;
  #isIdle = false;
  hasAnswered = false;

  constructor(url: URL) {
    this.#origin = url.origin;
    this.#socket = open(url, { buffer: () => this.#room(), callback: (length) => this.#take(length) });
    this.#socket
      .setNoDelay(true)
      .on('error', (error) => this.#fail(error))
      .on('end', () => this.#fail(new Error('the connection was closed')))
      .on('close', () => this.#fail(new Error('the connection was closed')))
      .on('timeout', () => this.destroy());
  }

  /** Sends a request, and reads the head of its response. */
  async ask(request: string): Promise<ResponseHead> {
    this.hasAnswered = false;
    this.#socket.write(request, 'latin1');
    let received = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.#next();
      this.hasAnswered = true;
      const from = Math.max(0, received.length - 3);
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n', from, 'latin1');
      if (end === -1 ? received.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) throw new Unusual('a long head');
      if (end === -1) {
        if (!isPlainSoFar(received)) throw new Unusual('a response that is not plain');
        continue;
      }
      const rest = received.subarray(end + 4);
      if (rest.length > 0) this.#putBack(rest);
      const head = parseHead(received.toString('latin1', 0, end));
      if (head === null) throw new Unusual('a response that is not plain');
      return head;
    }
  }

  /** The body of the response, which is read once. It frees the connection for the next request when it was read to its end. */
  body({ length, isLast }: ResponseHead, free: () => void): AsyncIterableIterator<Uint8Array> {
    let left = length;
    let isDone = false;
    const end = (): { readonly done: true; readonly value: undefined } => {
      if (!isDone) {
        isDone = true;
        free();
        if (left === 0 && !isLast && this.#chunks.length === 0) this.#release();
        else this.destroy();
      }
      return { done: true, value: undefined };
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        if (isDone || left === 0) return end();
        try {
          const chunk = await this.#next();
          const value = chunk.length > left ? chunk.subarray(0, left) : chunk;
          if (chunk.length > left) this.#putBack(chunk.subarray(left));
          left -= value.length;
          return { done: false, value };
        } catch (error) {
          end();
          throw error;
        }
      },
      return: async () => end(),
    };
  }

  use(): void {
    this.#isIdle = false;
    this.#socket.setTimeout(0).ref();
  }

  destroy(reason?: unknown): void {
    this.#fail(reason instanceof Error ? reason : new Error('the request was given up', { cause: reason }));
    this.#socket.destroy();
  }

  #release(): void {
    const idle = pool.get(this.#origin) ?? [];
    if (this.#failure || idle.length >= MAX_IDLE) {
      this.destroy();
      return;
    }
    this.#isIdle = true;
    this.#socket.setTimeout(IDLE_MS).unref();
    this.#socket.resume();
    pool.set(this.#origin, [...idle, this]);
  }

  #putBack(chunk: Uint8Array): void {
    this.#chunks.unshift(chunk);
    this.#ahead += chunk.length;
  }

  async #next(): Promise<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#ahead -= chunk.length;
        return chunk;
      }
      if (this.#failure) throw this.#failure;
      this.#socket.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Where the system puts what comes next: after what it has put there before, which a caller may still have. */
  #room(): Uint8Array {
    if (BUFFER_BYTES - this.#used < MIN_ROOM) {
      this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      this.#used = 0;
    }
    return this.#buffer.subarray(this.#used);
  }

  /** Takes what has come, and returns whether to go on. */
  #take(length: number): boolean {
    if (this.#isIdle) {
      this.destroy(); // a server that sends what was not asked for
      return false;
    }
    this.#chunks.push(this.#buffer.subarray(this.#used, this.#used + length));
    this.#used += length;
    this.#ahead += length;
    this.#wake?.();
    return this.#ahead < MAX_AHEAD;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    if (this.#isIdle) {
      const others = (pool.get(this.#origin) ?? []).filter((each) => each !== this);
      if (others.length > 0) pool.set(this.#origin, others);
      else pool.delete(this.#origin);
      this.#isIdle = false;
      this.#socket.destroy();
    }
    this.#wake?.();
  }
}
