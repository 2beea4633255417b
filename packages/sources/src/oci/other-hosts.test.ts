import { expect, it } from 'vitest';
import { open, registryWith, sign } from '../testing/registry.ts';
import { ociModel } from './model.ts';

const username = 'user';
const password = 'the secret of a user';
const HOST = 'registry.example';

/** A registry on the internet, as far as a client can tell, with some of its responses replaced. */
async function remote(replace: (url: URL, method: string) => Response | null) {
  const registry = await registryWith({ username, password, auth: 'basic' });
  const signed = await sign(await open(registry, 'org/model:v1', { credentials: { username, password } }));
  const asked: { readonly url: string; readonly authorization: string | null }[] = [];
  const asRemote = async (input: string | URL | Request, init: RequestInit = {}) => {
    const url = new URL(String(input));
    asked.push({ url: url.href, authorization: new Headers(init.headers).get('authorization') });
    const replaced = replace(url, init.method ?? 'GET');
    if (replaced) return replaced;
    const { status, headers, body } = await fetch(`${registry.url}${url.pathname}${url.search}`, init);
    return new Response(body, { status, headers }); // which does not say where it came from
  };
  const opening = () =>
    ociModel(`oci://${HOST}/org/model:v1`, { credentials: { username, password }, fetch: asRemote });
  return { opening, signed, asked };
}

it('another host that a registry redirects to gets no credentials, whatever it asks for', async () => {
  const challenge = 'Bearer realm="https://tokens.example/token",service="registry.example", Basic realm="x"';
  const { opening, asked } = await remote((url) => {
    if (url.host === HOST) return new Response(null, { status: 307, headers: { location: 'https://files.example/x' } });
    return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } });
  });
  await expect(opening()).rejects.toMatchObject({ code: 'source/unauthorized' });
  expect(asked.map(({ url }) => new URL(url).host)).toEqual([HOST, 'files.example']);
  expect(asked.map(({ authorization }) => authorization)).toEqual([null, null]);
});

it.each(['http://files.example/upload', 'http://127.0.0.1:1/upload', 'https://127.0.0.1:1/upload'])(
  'a registry on the internet that wants an upload to %s gets nothing there',
  async (location) => {
    const { opening, signed, asked } = await remote((_, method) =>
      method === 'POST' ? new Response(null, { status: 202, headers: { location } }) : null,
    );
    const model = await opening();
    await expect(model.attach(signed)).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining('wants an upload to'),
    });
    expect(new Set(asked.map(({ url }) => new URL(url).host))).toEqual(new Set([HOST]));
  },
);

it.each(['http://tokens.example/token', 'https://127.0.0.1:1/token', 'ftp://tokens.example/token'])(
  'a registry on the internet that names the token service %s is refused before anything is sent there',
  async (realm) => {
    const challenge = `Bearer realm="${realm}"`;
    const { opening, asked } = await remote(
      () => new Response(null, { status: 401, headers: { 'www-authenticate': challenge } }),
    );
    await expect(opening()).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining('to which nothing is sent'),
    });
    expect(asked).toHaveLength(1);
  },
);
