import { setTimeout } from 'node:timers/promises';
import { serve, type TestResponse } from '@model-signing/testing/http';
import { describe, expect, it } from 'vitest';
import type { KeyErrorCode } from './key-error.ts';
import type { OpenedKey } from './opened-key.ts';
import { open, refusal, startWith } from './testing/open-transit.ts';

describe('a service that does not respond', () => {
  it('a service that is not there is named by the error code of the connection', async () => {
    const environment = { BAO_ADDR: 'http://127.0.0.1:9', BAO_TOKEN: 's3cret' };
    const { message } = await refusal('key/unreachable', () => open({ environment }));
    expect(message).toBe('the key release in openbao at http://127.0.0.1:9: it could not be reached (ECONNREFUSED)');
  });

  it('a service is given up after the time, whether it is silent or sends its response without end', async () => {
    async function* drops() {
      for (;;) {
        yield Buffer.from(' ');
        await setTimeout(5);
      }
    }
    for (const service of [
      () => new Promise<TestResponse>(() => {}),
      () => ({ body: ReadableStream.from<Uint8Array>(drops()) }),
    ]) {
      const { url } = await serve(service);
      const environment = { BAO_ADDR: url, BAO_TOKEN: 's3cret' };
      const { message } = await refusal('key/unreachable', () => open({ environment }, undefined, { timeout: 200 }));
      expect(message).toContain('it did not respond within 0.2 seconds');
    }
  });

  it('a service has one time limit for all attempts to sign', async () => {
    const transit = await startWith((response, request) =>
      request.method === 'POST' ? new Promise(() => {}) : response,
    );
    let opened: OpenedKey | undefined;
    // A busy machine needs more time to open it.
    for (let timeout = 200; opened === undefined; timeout *= 4) {
      opened = await open(transit, undefined, { timeout }).catch(() => undefined);
    }
    await refusal('key/unreachable', async () => opened?.sign(new Uint8Array(32)));
    expect(transit.requests.filter((each) => each.startsWith('POST'))).toHaveLength(1);
  });

  it('a service is not waited for when the signal is aborted, whose reason is thrown', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const transit = await startWith(() => {
      controller.abort(reason);
      return new Promise(() => {});
    });
    await expect(open(transit, undefined, { signal: controller.signal })).rejects.toBe(reason);
    const signal = AbortSignal.abort(reason);
    await expect(open(transit, undefined, { signal })).rejects.toBe(reason);
    expect(transit.requests).toHaveLength(1);
  });
});

describe('a function of the caller in place of the HTTP client', () => {
  it('a function of the caller in place of the HTTP client gets the address, the token and the body, and may follow no redirect', async () => {
    const transit = await startWith();
    const sent: unknown[] = [];
    const opened = await open(transit, undefined, {
      fetch: (url, init) => {
        sent.push([url, init?.method, init?.redirect, new Headers(init?.headers).get('x-vault-token')]);
        return fetch(url, init);
      },
    });
    await opened.sign(new Uint8Array(32));
    expect(sent).toEqual([
      [`${transit.url}/v1/transit/keys/release`, 'GET', 'manual', transit.token],
      [`${transit.url}/v1/transit/sign/release`, 'POST', 'manual', transit.token],
    ]);
  });

  it.each<[string, KeyErrorCode, typeof fetch]>([
    ['fails, and repeats the token', 'key/unreachable', async () => Promise.reject(new Error('s3cret'))],
    [
      'fails at once',
      'key/unreachable',
      () => {
        throw new Error('s3cret');
      },
    ],
    [
      'breaks off',
      'key/unreachable',
      async () => new Response(new ReadableStream({ pull: (to) => to.error('s3cret') })),
    ],
    [
      'sends without end',
      'key/response-invalid',
      async () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)) })),
    ],
    ['has no body', 'key/response-invalid', async () => new Response(null)],
    ['hides a redirect', 'key/response-invalid', async () => Response.error()],
  ])('a function of the caller in place of the HTTP client that %s is refused as %s', async (_, code, fetch) => {
    const environment = { BAO_ADDR: 'https://bao.example', BAO_TOKEN: 's3cret' };
    await refusal(code, () => open({ environment }, undefined, { fetch }));
  });

  it('a function of the caller in place of the HTTP client is not waited for when it ignores the time limit', async () => {
    const environment = { BAO_ADDR: 'https://bao.example', BAO_TOKEN: 's3cret' };
    const options = { fetch: () => new Promise<never>(() => {}), timeout: 20 };
    await refusal('key/unreachable', () => open({ environment }, undefined, options));
  });
});
