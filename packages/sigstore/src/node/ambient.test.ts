import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { checkToken } from '../token.ts';
import { ambientToken } from './ambient.ts';

const gitHub = (services: TestServices, secret = 'job-secret') => ({
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: `${services.url}/github?job=1`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret,
});

describe('ambientToken', () => {
  it('a token for the audience is requested from GitHub Actions', async () => {
    const services = await TestServices.start();
    const token = await ambientToken('sigstore', gitHub(services));
    expect(checkToken(token, 'sigstore').raw).toBe(token);
  });

  it('a token in the environment is preferred to every service', async () => {
    const services = await TestServices.start();
    expect(await ambientToken('sigstore', { ...gitHub(services), SIGSTORE_ID_TOKEN: 'given' })).toBe('given');
    expect(services.requests).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'a token is requested from the agent of Buildkite (skipped on Windows, which runs no script)',
    async () => {
      const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const agent = path.join(directory, 'buildkite-agent');
      writeFileSync(agent, '#!/bin/sh\necho "$@"\n');
      chmodSync(agent, 0o755);
      vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
      onTestFinished(() => void vi.unstubAllEnvs());
      const token = await ambientToken('sigstore', { BUILDKITE: 'true' });
      expect(token).toBe('oidc request-token --audience sigstore');
    },
  );

  it('the error about a missing token lists where it was looked for', async () => {
    const { message } = await refusal('signer/token-missing', () => ambientToken('sigstore', {}));
    expect(message).toContain('GitHub Actions');
  });

  it('the error in a GitHub job without permission names the permission', async () => {
    const { message } = await refusal('signer/token-missing', () =>
      ambientToken('sigstore', { GITHUB_ACTIONS: 'true' }),
    );
    expect(message).toContain('id-token: write');
  });

  it('a refusal by GitHub is reported without the secret of the job', async () => {
    const services = await TestServices.start();
    const attempt = () => ambientToken('sigstore', gitHub(services, 'wrong-secret'));
    const { message } = await refusal('signer/service-failed', attempt);
    expect(message).toContain('401');
    expect(message).not.toContain('wrong-secret');
  });

  it.each([400, 200])('a token in a response with status %i that is not JSON is not repeated', async (status) => {
    const services = await TestServices.start();
    const token = services.token();
    for (const body of [token, `"${token}`, token.slice(0, 20)]) {
      services.faults.set('/github', () => ({ status, body }));
      const { message } = await refusal('signer/service-failed', () => ambientToken('sigstore', gitHub(services)));
      expect(message).not.toContain(token.slice(0, 8));
    }
  });

  it.each(['endless', 'redirected'])('a response with a token that is %s is refused', async (how) => {
    const [services, elsewhere] = [await TestServices.start(), await TestServices.start()];
    const endless = () =>
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(0x20)) });
    services.faults.set('/github', () =>
      how === 'endless' ? { body: endless() } : { status: 307, headers: { location: `${elsewhere.url}/github` } },
    );
    const { message } = await refusal('signer/service-failed', () => ambientToken('sigstore', gitHub(services)));
    expect(message).toMatch(how === 'endless' ? /more than 65536 bytes/ : /redirects/);
    expect(elsewhere.requests).toEqual([]);
  });

  it('a secret that cannot be sent is not repeated in the error', async () => {
    const secret = 'wrong\nsecret';
    const attempt = async () => ambientToken('sigstore', gitHub(await TestServices.start(), secret));
    const { message } = await refusal('signer/service-failed', attempt);
    expect(message).not.toMatch(/wrong|secret\b(?!\))/);
  });

  it('the secret of a job is never sent unencrypted', async () => {
    const environment = {
      ...gitHub(await TestServices.start()),
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://github.example/',
    };
    await refusal('signer/service-failed', () => ambientToken('sigstore', environment));
  });

  it('the signal ends a request for a token with its reason', async () => {
    const services = await TestServices.start();
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    services.faults.set('/github', () => {
      controller.abort(reason);
      return { body: new ReadableStream() };
    });
    await expect(ambientToken('sigstore', gitHub(services), controller.signal)).rejects.toBe(reason);
  });

  it.skipIf(process.platform === 'win32')(
    'the signal ends a program that is asked for a token (skipped on Windows, which runs no script)',
    async () => {
      const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
      onTestFinished(() => rmSync(directory, { recursive: true }));
      const agent = path.join(directory, 'buildkite-agent');
      writeFileSync(agent, '#!/bin/sh\nexec sleep 60\n');
      chmodSync(agent, 0o755);
      vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
      onTestFinished(() => void vi.unstubAllEnvs());
      const controller = new AbortController();
      const attempt = ambientToken('sigstore', { BUILDKITE: 'true' }, controller.signal);
      controller.abort(new Error('no longer wanted'));
      await expect(attempt).rejects.toThrow('no longer wanted');
    },
  );
});
