import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addFiles, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { dockerCredentials } from './docker-credentials.ts';

/** A folder with docker's configuration, and the environment that names it. */
function configured(config: unknown, programs: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const folder = temporaryDirectory();
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  addFiles(folder, { 'config.json': text });
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    const file = path.join(bin, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  return { DOCKER_CONFIG: folder, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
}

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const user = { username: 'me', password: 'pass:word' };

describe("docker's configuration", () => {
  it.each(['ghcr.io', 'https://ghcr.io', 'https://ghcr.io/v1/', 'https://ghcr.io/v2/', 'https://ghcr.io/v2'])(
    'the name %s in it is the registry ghcr.io',
    async (key) => {
      const environment = configured({ auths: { [key]: auth('me:pass:word') } });
      await expect(dockerCredentials('ghcr.io', environment)).resolves.toEqual(user);
    },
  );

  it.each([
    'ghcr.io:443',
    'https://ghcr.io:5000',
    'ghcr.io.evil.example',
    'evil.example',
    'io',
    'https://evil.example/ghcr.io',
    'http://ghcr.io',
    'ghcr.io/org',
    '*',
    '*.io',
    'GHCR.IO',
  ])('the name %s in it is not the registry ghcr.io', async (key) => {
    const environment = configured({ auths: { [key]: auth('me:pass:word') } });
    await expect(dockerCredentials('ghcr.io', environment)).resolves.toBeNull();
  });

  it('the registry of docker has the name that docker gives it', async () => {
    const environment = configured({ auths: { 'https://index.docker.io/v1/': auth('me:pass:word') } });
    await expect(dockerCredentials('docker.io', environment)).resolves.toEqual(user);
    await expect(dockerCredentials('notdocker.io', environment)).resolves.toBeNull();
  });

  it('a port is part of the name', async () => {
    const environment = configured({ auths: { 'localhost:5000': auth('me:pass:word') } });
    await expect(dockerCredentials('localhost:5000', environment)).resolves.toEqual(user);
    await expect(dockerCredentials('localhost', environment)).resolves.toBeNull();
    await expect(dockerCredentials('localhost:5001', environment)).resolves.toBeNull();
  });

  it('an identity token and a token of the registry come before a password', async () => {
    const host = 'ghcr.io';
    const identity = configured({ auths: { [host]: { ...auth('me:x'), identitytoken: 'abc' } } });
    await expect(dockerCredentials(host, identity)).resolves.toEqual({ identityToken: 'abc' });
    const registry = configured({ auths: { [host]: { registrytoken: 'def' } } });
    await expect(dockerCredentials(host, registry)).resolves.toEqual({ registryToken: 'def' });
    const plain = configured({ auths: { [host]: user } });
    await expect(dockerCredentials(host, plain)).resolves.toEqual(user);
  });

  it.each(['', ' \r\n', '{}', '{"auths":null}', '{"auths":[]}', '{"auths":{"ghcr.io":{}}}', '{"credsStore":""}', '[]'])(
    'the configuration %s has no credentials',
    async (text) => {
      await expect(dockerCredentials('ghcr.io', configured(text))).resolves.toBeNull();
    },
  );

  it('a file with a member twice, and what is no file, are said to be that', async () => {
    const twice = configured('{"auths":{},"auths":{}}');
    await expect(dockerCredentials('ghcr.io', twice)).rejects.toThrow('a member twice');
    const folder = temporaryDirectory();
    mkdirSync(path.join(folder, 'config.json'));
    await expect(dockerCredentials('ghcr.io', { DOCKER_CONFIG: folder })).rejects.toThrow('no regular file');
  });

  it.skipIf(process.platform === 'win32')('a pipe, to which nothing writes, is not waited for', async () => {
    const folder = temporaryDirectory();
    execFileSync('mkfifo', [path.join(folder, 'config.json')]);
    await expect(dockerCredentials('ghcr.io', { DOCKER_CONFIG: folder })).rejects.toThrow('no regular file');
  });

  it('a machine without the file has no credentials', async () => {
    await expect(dockerCredentials('ghcr.io', { DOCKER_CONFIG: temporaryDirectory() })).resolves.toBeNull();
  });

  it('a file that cannot be used is an error that quotes nothing of it', async () => {
    const secret = 'hunter2hunter2';
    for (const text of [
      `{"auths":{"ghcr.io":{"auth":"${secret}`,
      JSON.stringify({ auths: { 'ghcr.io': auth(secret) } }),
      JSON.stringify({ auths: { 'ghcr.io': { registrytoken: `${secret}\n` } } }),
    ]) {
      const error = await dockerCredentials('ghcr.io', configured(text)).catch((reason: Error) => reason);
      expect(error).toMatchObject({ code: 'source/unauthorized', message: expect.stringContaining('config.json') });
      expect((error as Error).message).not.toContain(secret);
    }
  });
});

// The programs of these tests are scripts for a shell.
describe.skipIf(process.platform === 'win32')('a credential program', () => {
  const store = (script: string, config: object = { credsStore: 'test' }) => configured(config, { test: script });
  const prints = (text: string) => `cat > /dev/null; printf '%s' '${text}'`;

  it('a program is asked for the registry, and what it prints is used', async () => {
    const script = 'read -r server; printf \'{"Username":"%s","Secret":"%s"}\' "$1" "$server"';
    await expect(dockerCredentials('ghcr.io', store(script))).resolves.toEqual({
      username: 'get',
      password: 'ghcr.io',
    });
    await expect(dockerCredentials('docker.io', store(script))).resolves.toEqual({
      username: 'get',
      password: 'https://index.docker.io/v1/',
    });
  });

  it('a program for one registry comes before the one for all, and has the exact name of the registry', async () => {
    const programs = {
      own: prints('{"Username":"a","Secret":"own"}'),
      test: prints('{"Username":"a","Secret":"all"}'),
    };
    const environment = configured({ credsStore: 'test', credHelpers: { 'ghcr.io': 'own' } }, programs);
    await expect(dockerCredentials('ghcr.io', environment)).resolves.toMatchObject({ password: 'own' });
    await expect(dockerCredentials('sub.ghcr.io', environment)).resolves.toMatchObject({ password: 'all' });
  });

  it('a program that returns a token in place of a password gives an identity token', async () => {
    const script = prints('{"Username":"<token>","Secret":"abc"}');
    await expect(dockerCredentials('ghcr.io', store(script))).resolves.toEqual({ identityToken: 'abc' });
  });

  it('a program that has nothing for a registry is no error', async () => {
    const script = 'cat > /dev/null; echo "credentials not found in native keychain"; exit 1';
    await expect(dockerCredentials('ghcr.io', store(script))).resolves.toBeNull();
    const config = { credsStore: 'test', auths: { 'ghcr.io': auth('me:pass:word') } };
    await expect(dockerCredentials('ghcr.io', store(script, config))).resolves.toEqual(user);
  });

  it.each([
    ['fails', 'echo hunter2hunter2; exit 3', 'exit code 3'],
    ['prints no JSON', 'echo hunter2hunter2', 'no credentials'],
    ['prints other JSON', prints('{"Secret":1,"x":"hunter2hunter2"}'), 'no credentials'],
    ['prints without end', 'yes hunter2hunter2', 'more than'],
    ['is killed', 'kill -9 $$', 'a signal'],
  ])('a program that %s is an error that quotes nothing of its output', async (_what, script, message) => {
    const error = await dockerCredentials('ghcr.io', store(script)).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'source/unauthorized', message: expect.stringContaining(message) });
    expect((error as Error).message).not.toContain('hunter2');
  });

  it('a program that is not there is an error that names it', async () => {
    await expect(dockerCredentials('ghcr.io', configured({ credsStore: 'absent' }))).rejects.toMatchObject({
      code: 'source/unauthorized',
      message: expect.stringContaining('docker-credential-absent'),
    });
  });

  it.each(['../../bin/sh', 'a/b', 'x; touch x', '$(id)', '', '-x', 'a b', 'a\\b'])(
    'the name %j is not run',
    async (name) => {
      const environment = configured({ credHelpers: { 'ghcr.io': name } }, { 'x; touch x': 'exit 0' });
      const outcome = await dockerCredentials('ghcr.io', environment).catch((error: unknown) => error);
      if (name === '') expect(outcome).toBeNull();
      else expect(outcome).toMatchObject({ message: expect.stringContaining('not the name of a program') });
    },
  );
});
