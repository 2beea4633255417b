import { expect, it, vi } from 'vitest';
import { fetchSignature } from './fetch-signature.ts';

function serving(body: string, init: ResponseInit = {}) {
  return vi.fn<typeof globalThis.fetch>(async () => new Response(body, init));
}

it('a signature is read from an address over TLS, and without credentials', async () => {
  const fetch = serving('{}');
  const bytes = await fetchSignature('https://host.example/a%20b/model.sig?x=1', { fetch });
  expect(Buffer.from(bytes).toString()).toBe('{}');
  const [[url, init] = []] = fetch.mock.calls;
  expect(`${url}`).toBe('https://host.example/a%20b/model.sig?x=1');
  expect(init).toMatchObject({ method: 'GET', credentials: 'omit' });
  expect(new Headers(init?.headers).has('authorization')).toBe(false);
});

it('this machine is read without TLS', async () => {
  expect(await fetchSignature('http://127.0.0.1:8080/model.sig', { fetch: serving('{}') })).toHaveLength(2);
});

it.each([
  ['http://host.example/model.sig', 'must begin with https://'],
  ['ftp://host.example/model.sig', 'must begin with https://'],
  ['file:///etc/passwd', 'must begin with https://'],
  ['http://host.example/model.sig?key=hunter2', 'must begin with https://'],
  ['model.sig', 'cannot be parsed'],
  ['https://user:hunter2@host.example/model.sig', 'must not hold credentials'],
])('the address %s is refused before anything is asked', async (address, why) => {
  const fetch = serving('{}');
  const error = await fetchSignature(address, { fetch }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'source/reference-invalid', message: expect.stringContaining(why) });
  expect(`${error}`).not.toContain('hunter2');
  expect(fetch).not.toHaveBeenCalled();
});

it('a signature that is not there is not found', async () => {
  const fetch = serving('no', { status: 404 });
  await expect(fetchSignature('https://host.example/model.sig', { fetch })).rejects.toMatchObject({
    code: 'source/not-found',
  });
});

it('a redirect to another protocol is refused', async () => {
  const fetch = serving('', { status: 302, headers: { location: 'http://other.example/model.sig' } });
  await expect(fetchSignature('https://host.example/model.sig', { fetch })).rejects.toMatchObject({
    code: 'source/response-invalid',
  });
});
