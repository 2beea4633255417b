import { describe, expect, it } from 'vitest';
import { open, registryWith, sign } from '../testing/registry.ts';
import type { OciCredentials } from './credentials.ts';

const username = 'user';
const password = 'a secret: ä';
const given = { username, password };

const secretsIn = (registry: Awaited<ReturnType<typeof registryWith>>) =>
  registry.log.filter(({ authorization }) => authorization !== null);

describe('credentials for a registry', () => {
  it.each(['token', 'basic'] as const)('a name and a password open a registry (%s)', async (auth) => {
    const registry = await registryWith({ ...given, auth });
    const model = await open(registry, 'org/model:v1', { credentials: given });
    await expect(model.attach(await sign(model))).resolves.toMatchObject({ how: 'api' });
    const basic = registry.log.filter(({ authorization }) => authorization?.startsWith('Basic '));
    expect(basic.every(({ origin, path }) => (auth === 'basic' ? origin === 'registry' : path === '/token'))).toBe(
      true,
    );
  });

  it('reading asks for no right to write, and writing asks for it once', async () => {
    const registry = await registryWith(given);
    const model = await open(registry, 'org/model:v1', { credentials: given });
    const scopes = () =>
      registry.log.filter(({ path }) => path === '/token').map(({ query }) => decodeURIComponent(query));
    expect(scopes()).toEqual([expect.stringMatching(/scope=repository:org\/model:pull$/)]);
    await model.attach(await sign(model));
    expect(scopes()).toEqual([expect.anything(), expect.stringMatching(/scope=repository:org\/model:pull,push$/)]);
  });

  it('an identity token is exchanged for a token, and sent to the token service only', async () => {
    const identityToken = 'identity-token-of-the-user';
    const registry = await registryWith({ identityToken });
    await expect(open(registry, 'org/model:v1', { credentials: { identityToken } })).resolves.toBeDefined();
    const asked = registry.log.filter(({ path }) => path === '/token');
    expect(asked).toMatchObject([{ method: 'POST', authorization: null }]);
    expect(JSON.stringify(registry.log)).not.toContain(identityToken);
  });

  it('a token of the registry is sent as it is', async () => {
    const registry = await registryWith(given);
    const credentials = { registryToken: 'made-elsewhere' };
    await expect(open(registry, 'org/model:v1', { credentials })).rejects.toMatchObject({
      code: 'source/unauthorized',
    });
    expect(secretsIn(registry).map(({ authorization }) => authorization)).toEqual(['Bearer made-elsewhere']);
  });

  it('a registry that everyone may read is read without credentials, by a token that needs none', async () => {
    const registry = await registryWith({ ...given, anonymousPull: true });
    const model = await open(registry);
    await expect(sign(model)).resolves.toBeDefined();
    const bundle = await sign(model);
    await expect(model.attach(bundle)).rejects.toMatchObject({
      code: 'source/unauthorized',
      message: expect.stringContaining('without credentials'),
    });
  });

  it.each([
    ['without credentials', null],
    ['with the credentials that it was sent', given],
  ])('a refusal of a request with a token says that it was made %s', async (how, credentials) => {
    const registry = await registryWith({ ...given, anonymousPull: true });
    registry.faults.set('v1', { respond: ({ headers }) => (headers.authorization ? { status: 403 } : undefined) });
    await expect(open(registry, 'org/model:v1', { credentials })).rejects.toMatchObject({
      code: 'source/unauthorized',
      message: expect.stringContaining(how),
    });
  });

  it('credentials of another user are refused, and are in no message', async () => {
    const registry = await registryWith(given);
    const wrong: OciCredentials = { username, password: 'another-password' };
    const error = await open(registry, 'org/model:v1', { credentials: wrong }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'source/unauthorized',
      message: expect.stringContaining('with these credentials'),
    });
    expect(String((error as Error).message)).not.toContain('another-password');
  });

  it('a token that expires while a model is read is renewed', async () => {
    const registry = await registryWith(given);
    const model = await open(registry, 'org/model:v1', { credentials: given });
    registry.auth.expireTokens();
    await expect(model.findSignatures()).resolves.toEqual([]);
  });

  it('requests at the same time share one login', async () => {
    const registry = await registryWith(given);
    const model = await open(registry, 'org/model:v1', { credentials: given });
    registry.auth.expireTokens();
    registry.log.length = 0;
    const { files } = await model.list({ followSymlinks: false, sizes: false, excludes: () => false });
    await Promise.all(
      files.map(async ({ content, size }) => {
        if ('read' in content) for await (const _ of content.read(0, size as number));
      }),
    );
    expect(registry.log.filter(({ path }) => path === '/token')).toHaveLength(1);
  });

  it('the credentials go to no host that an upload leads to', async () => {
    const registry = await registryWith({ ...given, uploadsElsewhere: true });
    const model = await open(registry, 'org/model:v1', { credentials: given });
    await expect(model.attach(await sign(model))).resolves.toMatchObject({ how: 'api' });
    const uploads = registry.log.filter(({ method, origin }) => method === 'PUT' && origin === 'elsewhere');
    expect(uploads.map(({ authorization }) => authorization)).toEqual([null]);
  });

  it.each([
    ['Bearer realm="http://auth.example/token"', 'http://auth.example'],
    ['Bearer realm="https://user:pass@auth.example/token"', 'names no token service'],
    ['Bearer service="x"', 'names no token service'],
    ['Bearer realm="file:///etc/passwd"', 'file:'],
  ])('the challenge %s gets no credentials', async (challenge, message) => {
    const registry = await registryWith();
    registry.faults.set('v1', { status: 401, headers: { 'www-authenticate': challenge } });
    await expect(open(registry, 'org/model:v1', { credentials: given })).rejects.toMatchObject({
      code: 'source/response-invalid',
      message: expect.stringContaining(message),
    });
    expect(secretsIn(registry)).toEqual([]);
  });

  it.each(['', 'Negotiate', 'Basic', '"', 'Bearer'])(
    'the challenge %j without credentials is a refusal',
    async (challenge) => {
      const registry = await registryWith();
      registry.faults.set('v1', { status: 401, headers: { 'www-authenticate': challenge } });
      await expect(open(registry)).rejects.toMatchObject({
        code: challenge === 'Bearer' ? 'source/response-invalid' : 'source/unauthorized',
      });
    },
  );

  it.each(['{}', '{"token":""}', '{"token":"a\\nb"}', '[]', 'null', '{"token":1}'])(
    'the response %s of a token service is no token',
    async (body) => {
      const registry = await registryWith(given);
      registry.faults.set('/token', { respond: () => ({ body }) });
      await expect(open(registry, 'org/model:v1', { credentials: given })).rejects.toMatchObject({
        code: 'source/response-invalid',
      });
    },
  );

  it('a token service that redirects to another host gets the password, and that host does not', async () => {
    const registry = await registryWith(given);
    const location = `${registry.url}/v2/`;
    registry.faults.set('/token', { status: 307, headers: { location } });
    await expect(open(registry, 'org/model:v1', { credentials: given })).rejects.toBeDefined();
    const basic = registry.log.filter(({ authorization }) => authorization?.startsWith('Basic '));
    expect(basic.map(({ path }) => path)).toEqual(['/token']);
  });
});
