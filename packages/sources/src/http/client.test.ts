import { gzipSync } from 'node:zlib';
import { type Service, serve, type TestRequest } from '@model-signing/testing/http';
import { refusalOf } from '@model-signing/testing/refusal';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../source-error.ts';
import { HttpClient, type HttpClientOptions } from './client.ts';
import type { Transport, TransportRequest } from './transport.ts';

const refused = refusalOf(SourceError);

const clientOf = (options: HttpClientOptions = {}) => new HttpClient({ pause: 1, attempts: 3, ...options });

const read = async (client: HttpClient, url: string) =>
  Buffer.from(await client.bytes(new URL(url), { maxBytes: 1000 })).toString();

/** A transport that returns these responses by address, and records what it was asked for. */
function scripted(responses: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const requests: (TransportRequest & { readonly href: string })[] = [];
  const transport: Transport = async (url, request) => {
    requests.push({ ...request, href: url.href });
    const { status = '200', ...headers } = responses[url.href] ?? { status: '404' };
    return {
      status: Number(status),
      url,
      header: (name) => headers[name] ?? null,
      body: (async function* () {
        yield Buffer.from('content');
      })(),
    };
  };
  return { requests, transport };
}

/** A server that counts its requests. */
async function counting(service: (count: number, request: TestRequest) => ReturnType<Service>) {
  const requests: TestRequest[] = [];
  const { url } = await serve((request) => service(requests.push(request), request));
  return { url, requests };
}

const endless = () =>
  new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(0x5b)) });

describe('redirects', () => {
  const authorize = ({ origin }: URL) => (origin === 'https://hub.example' ? 'Bearer secret' : null);

  it('a redirect at the same origin gets the credentials, and one to another origin does not', async () => {
    const { requests, transport } = scripted({
      'https://hub.example/a': { status: '307', location: '/b' },
      'https://hub.example/b': { status: '302', location: 'https://storage.example/c?signed' },
      'https://storage.example/c?signed': {},
    });
    await read(clientOf({ transport, authorize }), 'https://hub.example/a');
    expect(requests.map(({ href, headers }) => [href, headers.authorization])).toEqual([
      ['https://hub.example/a', 'Bearer secret'],
      ['https://hub.example/b', 'Bearer secret'],
      ['https://storage.example/c?signed', undefined],
    ]);
  });

  it('an address that another origin gave gets no credentials, even if it is at the first origin again', async () => {
    const { requests, transport } = scripted({
      'https://hub.example/a': { status: '302', location: 'https://other.example/b' },
      'https://other.example/b': { status: '302', location: 'https://hub.example/secret' },
      'https://hub.example/secret': {},
    });
    await read(clientOf({ transport, authorize }), 'https://hub.example/a');
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', undefined, undefined]);
  });

  it('credentials that a caller put into the headers are for the first origin only', async () => {
    const { requests, transport } = scripted({
      'https://hub.example/a': { status: '302', location: 'https://other.example/b' },
      'https://other.example/b': {},
    });
    const headers = { authorization: 'Basic secret', cookie: 'secret', accept: 'text/plain' };
    await clientOf({ transport }).bytes(new URL('https://hub.example/a'), { headers, maxBytes: 100 });
    expect(requests[0]?.headers).toMatchObject(headers);
    expect(requests[1]?.headers).toEqual({ 'accept-encoding': 'identity', accept: 'text/plain' });
  });

  it.each([
    ['to a connection without TLS', 'http://hub.example/b', 'not over https'],
    ['from TLS to this machine without TLS', 'http://127.0.0.1/b', 'not over https'],
    ['from another host to this machine', 'https://localhost/b', 'this machine'],
    ['to a file', 'file:///etc/passwd', 'not over https'],
    ['to an address with a password', 'https://a:b@other.example/', 'password'],
    ['to what is no address', 'https://[', 'without an address'],
  ])('a redirect %s is refused and not followed', async (_, location, words) => {
    const { requests, transport } = scripted({ 'https://hub.example/a': { status: '302', location } });
    const error = await refused('source/response-invalid', () =>
      read(clientOf({ transport }), 'https://hub.example/a'),
    );
    expect(error.message).toContain(words);
    expect(requests).toHaveLength(1);
  });

  it('a redirect without an address is refused', async () => {
    const { transport } = scripted({ 'https://hub.example/a': { status: '302' } });
    await refused('source/response-invalid', () => read(clientOf({ transport }), 'https://hub.example/a'));
  });

  it('five redirects are followed, and a sixth is not', async () => {
    const chain = Array.from({ length: 7 }, (_, index) => [
      `https://hub.example/${index}`,
      index === 6 ? {} : { status: '302', location: `/${index + 1}` },
    ]);
    const { transport } = scripted(Object.fromEntries(chain));
    expect(await read(clientOf({ transport }), 'https://hub.example/1')).toBe('content');
    await refused('source/response-invalid', () => read(clientOf({ transport }), 'https://hub.example/0'));
  });

  it('a redirect of a request that changes something is refused', async () => {
    const { requests, transport } = scripted({ 'https://hub.example/a': { status: '307', location: '/b' } });
    const request = { method: 'PUT', body: new Uint8Array(3) } as const;
    await refused('source/response-invalid', () =>
      clientOf({ transport }).request(new URL('https://hub.example/a'), request),
    );
    expect(requests).toHaveLength(1);
  });

  it('a transport that ended up at an address without TLS is refused', async () => {
    const { transport } = scripted({ 'https://hub.example/a': {} });
    const elsewhere: Transport = async (url, request) => ({
      ...(await transport(url, request)),
      url: new URL('http://hub.example/a'),
    });
    await refused('source/response-invalid', () => read(clientOf({ transport: elsewhere }), 'https://hub.example/a'));
  });
});

describe('addresses', () => {
  it.each([
    'http://hub.example/',
    'http://10.0.0.1/',
    'ftp://hub.example/',
    'http://localhost.example/',
    'http://127.0.0.1.example/',
  ])('nothing is sent to %s', async (url) => {
    const { requests, transport } = scripted({});
    await refused('source/response-invalid', () => read(clientOf({ transport }), url));
    expect(requests).toEqual([]);
  });

  it.each(['http://127.0.0.1:8080/', 'http://localhost:8080/', 'http://[::1]:8080/', 'https://hub.example/'])(
    'a request is sent to %s',
    async (url) => {
      const { transport } = scripted({ [url]: {} });
      expect(await read(clientOf({ transport }), url)).toBe('content');
    },
  );
});

describe('attempts', () => {
  it.each([408, 429, 500, 502, 503])('a response with status %d is tried again', async (status) => {
    const { url, requests } = await counting((count) => (count < 3 ? { status } : { body: 'yes' }));
    expect(await read(clientOf(), url)).toBe('yes');
    expect(requests).toHaveLength(3);
  });

  it('a server that fails at every attempt is unreachable, and is asked no more often than was allowed', async () => {
    const { url, requests } = await counting(() => ({ status: 503 }));
    const error = await refused('source/unreachable', () => read(clientOf(), url));
    expect(error.message).toContain('status 503');
    expect(requests).toHaveLength(3);
  });

  it.each([
    [401, 'source/unauthorized'],
    [403, 'source/unauthorized'],
    [404, 'source/not-found'],
    [410, 'source/not-found'],
    [400, 'source/response-invalid'],
    [304, 'source/response-invalid'],
  ] as const)('a response with status %d is %s at once', async (status, code) => {
    const { url, requests } = await counting(() => ({ status }));
    await refused(code, () => read(clientOf(), url));
    expect(requests).toHaveLength(1);
  });

  it('a status that the caller handles is returned, even one that would be tried again', async () => {
    const { url, requests } = await counting((count) => ({ status: count === 1 ? 404 : 503 }));
    const accept = [404, 503];
    expect((await clientOf().request(new URL(url), { accept })).status).toBe(404);
    expect((await clientOf().request(new URL(url), { accept })).status).toBe(503);
    expect(requests).toHaveLength(2);
  });

  it('a store says what its refusals mean', async () => {
    const { url } = await counting(() => ({ status: 404 }));
    const explain = () => new SourceError('source/unauthorized', 'gated');
    await refused('source/unauthorized', () => read(clientOf({ explain }), url));
  });

  it('a server that is not there is unreachable, and the error code of the connection says why', async () => {
    const error = await refused('source/unreachable', () => read(clientOf(), 'http://127.0.0.1:9/'));
    expect(error.message).toContain('(ECONNREFUSED)');
  });

  it.each([
    ['has no such name', 'ENOTFOUND', 'no host hub.example'],
    ['has an unknown certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['has the certificate of another host', 'ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host (ERR_'],
    ['has a certificate of the past', 'CERT_HAS_EXPIRED', 'has expired'],
    ['has a certificate that may not do this', 'INVALID_PURPOSE', 'not trusted'],
  ])('a server that %s is not tried again, and the message says why', async (_, code, words) => {
    let requests = 0;
    const transport: Transport = async () => {
      requests++;
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('secret'), { code }) });
    };
    const error = await refused('source/unreachable', () => read(clientOf({ transport }), 'https://hub.example/'));
    expect(error.message).toContain(words);
    expect([requests, error.message.includes('secret')]).toEqual([1, false]);
  });

  it('a server that was never reached is tried three times, and one that was reached as often as is allowed', async () => {
    let requests = 0;
    let isThere = false;
    const transport: Transport = async (url) => {
      requests++;
      if (isThere) return { status: 200, url, header: () => null, body: new Blob(['content']).stream() };
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    };
    const client = clientOf({ transport, attempts: 5 });
    await refused('source/unreachable', () => read(client, 'https://hub.example/'));
    expect(requests).toBe(3);
    isThere = true;
    expect(await read(client, 'https://hub.example/')).toBe('content');
    isThere = false;
    await refused('source/unreachable', () => read(client, 'https://hub.example/'));
    expect(requests).toBe(3 + 1 + 5);
  });

  it('a short body that breaks off is read again from its start', async () => {
    const { url, requests } = await counting((count) => {
      if (count > 1) return { body: 'whole' };
      const start = (controller: ReadableStreamDefaultController) => controller.enqueue(Buffer.from('wh'));
      const pull = (controller: ReadableStreamDefaultController) => controller.error(new Error('cut'));
      return { body: new ReadableStream({ start, pull }) };
    });
    expect(await read(clientOf(), url)).toBe('whole');
    expect(requests).toHaveLength(2);
  });

  it('a pause that a server asks for ends when the caller gives up', async () => {
    const abort = new AbortController();
    const { url } = await counting(() => {
      setTimeout(() => abort.abort(new Error('enough')), 20);
      return { status: 429, headers: { 'retry-after': '3600' } };
    });
    await expect(read(clientOf({ signal: abort.signal }), url)).rejects.toThrow('enough');
  });
});

describe('waiting', () => {
  it('a server that accepts the connection and sends nothing is given up', async () => {
    const { url, requests } = await counting(() => new Promise(() => {}));
    const error = await refused('source/unreachable', () => read(clientOf({ timeout: 50, attempts: 2 }), url));
    expect(error.message).toContain('sent nothing for 0.05 seconds');
    expect(requests).toHaveLength(2);
  });

  it('a body that stops is given up', async () => {
    const body = () => new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('some')) });
    const { url } = await counting(() => ({ body: body() }));
    await refused('source/unreachable', () => read(clientOf({ timeout: 100, attempts: 1 }), url));
  });

  it('a body that comes byte by byte is given up, although every byte comes in time', async () => {
    const drip = () =>
      new ReadableStream({
        pull: async (controller) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          controller.enqueue(Buffer.from('.'));
        },
      });
    const { url } = await counting(() => ({ body: drip() }));
    await refused('source/unreachable', () => read(clientOf({ timeout: 100, attempts: 1 }), url));
  });

  it('the time in which a caller does not read is not counted as waiting for the server', async () => {
    const transport: Transport = async (url) => ({
      status: 200,
      url,
      header: () => null,
      body: (async function* () {
        yield new Uint8Array(1);
        yield new Uint8Array(2);
      })(),
    });
    const { body } = await clientOf({ transport, timeout: 20, attempts: 1 }).request(new URL('https://hub.example/'));
    let length = 0;
    for await (const chunk of body) {
      length += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(length).toBe(3);
  });

  it('the reason of the caller ends a request, a body and a client, whatever the transport does', async () => {
    const hanging: Transport = () => new Promise(() => {});
    for (const options of ['client', 'request'] as const) {
      const abort = new AbortController();
      const client = clientOf({ transport: hanging, ...(options === 'client' ? { signal: abort.signal } : {}) });
      const request = options === 'request' ? { signal: abort.signal } : {};
      const sent = client.request(new URL('https://hub.example/'), request);
      abort.abort(new Error('enough'));
      await expect(sent).rejects.toThrow('enough');
    }
    const abort = new AbortController();
    const { url } = await counting(() => ({ body: endless() }));
    const { body } = await clientOf().request(new URL(url), { signal: abort.signal });
    const reading = (async () => {
      for await (const _ of body) abort.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });

  it('a signal that is aborted already sends nothing', async () => {
    const { requests, transport } = scripted({ 'https://hub.example/': {} });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(read(clientOf({ transport, signal }), 'https://hub.example/')).rejects.toThrow('enough');
    expect(requests).toEqual([]);
  });
});

describe('bodies', () => {
  it('a body of exactly the limit is read, and one byte more is refused while it arrives', async () => {
    const { url } = await counting((_, request) => ({ body: Buffer.alloc(Number(request.url.pathname.slice(1))) }));
    expect(await read(clientOf(), `${url}/1000`)).toHaveLength(1000);
    await refused('source/too-large', () => read(clientOf(), `${url}/1001`));
    const { url: never } = await counting(() => ({ body: endless() }));
    await refused('source/too-large', () => read(clientOf(), never));
  });

  it('a body that is compressed although no compression was accepted is refused', async () => {
    const { url, requests } = await counting(() => ({
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('x'.repeat(500)),
    }));
    await refused('source/response-invalid', () => read(clientOf(), url));
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  const json = async (body: string | Uint8Array, bounds = {}) => {
    const { url } = await counting(() => ({ body }));
    return clientOf().json(new URL(url), { maxBytes: 100_000, ...bounds });
  };

  it('a JSON document is returned as it is', async () => {
    expect(await json('{"a":[1,"b",null]}')).toEqual({ a: [1, 'b', null] });
  });

  it.each([
    ['is no JSON', '<html>'],
    ['has a member twice', '{"sha":"a","sha":"b"}'],
    ['is not UTF-8', Buffer.from('"\xff"', 'latin1')],
    ['has an unpaired surrogate', '"\\ud800"'],
    ['is empty', ''],
  ])('a document that %s is refused', async (_, body) => {
    await refused('source/response-invalid', () => json(body));
  });

  it('a document that is nested too deep or has too many values is refused before its values are built', async () => {
    await refused('source/too-large', () => json('['.repeat(50_000)));
    await refused('source/too-large', () => json(`[${'0,'.repeat(200)}0]`, { maxValues: 100 }));
    expect(await json('[[[]]]', { maxDepth: 3 })).toEqual([[[]]]);
    await refused('source/too-large', () => json('[[[[]]]]', { maxDepth: 3 }));
  });
});

it('no message holds credentials, a query, or what a server sent', async () => {
  const authorize = () => 'Bearer hf_secret';
  const responses = {
    'https://hub.example/a?signature=secret': { status: '403' },
    'https://hub.example/b?signature=secret': { status: '302', location: 'http://secret:secret@other.example/?secret' },
    'https://hub.example/c?signature=secret': { status: '500', 'x-error-message': 'secret' },
  };
  for (const url of Object.keys(responses)) {
    const client = clientOf({ ...scripted(responses), authorize });
    const error = await read(client, url).catch((caught: unknown) => caught as SourceError);
    expect(`${(error as SourceError).message} ${(error as SourceError).cause}`).not.toContain('secret');
  }
});
