import { existsSync } from 'node:fs';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices, type TokenClaims } from '@model-signing/testing/sigstore-services';
import { describe, expect, it } from 'vitest';
import { finish, Sandbox } from '../testing/command.ts';

/** A folder with a model and the files for using a private instance. */
async function sandboxWith(services: TestServices, claims: TokenClaims = {}): Promise<Sandbox> {
  const sandbox = new Sandbox();
  const trustedRoot = services.instance.trustedRoot();
  const signingConfig = services.signingConfig();
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  sandbox.write('trust.json', JSON.stringify({ mediaType, trustedRoot, signingConfig }));
  sandbox.write('trusted_root.json', JSON.stringify(trustedRoot));
  sandbox.write('signing_config.json', JSON.stringify(signingConfig));
  sandbox.write('token', `${services.token(claims)}\n`);
  return sandbox;
}

const trust = ['--trust-config', 'trust.json'];
const token = ['--identity-token-file', 'token'];

/** Verifies what was signed, and returns the exit code. */
async function verified(sandbox: Sandbox, identity = testIdentity, issuer = testIssuer): Promise<number | null> {
  const who = ['--identity', identity, '--identity-provider', issuer];
  return (await sandbox.run(['verify', 'model', '--signature', 'model.sig', ...who, ...trust])).code;
}

describe('sign sigstore', () => {
  it('sign without a method is sign sigstore, and reports the signer', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const { code, result } = await sandbox.json(['sign', 'model', ...trust, ...token]);
    expect(code).toBe(0);
    expect(result).toMatchObject({ signer: { method: 'sigstore', identity: testIdentity, issuer: testIssuer } });
    expect(await verified(sandbox)).toBe(0);
  });

  it('sign sigstore takes the trust root and the services from two files', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const files = ['--trusted-root', 'trusted_root.json', '--signing-config', 'signing_config.json'];
    const { code, stderr } = await sandbox.run(['sign', 'sigstore', 'model', ...files, ...token]);
    expect([code, stderr]).toEqual([0, '']);
    expect(await verified(sandbox)).toBe(0);
  });

  it('sign sigstore uses the identity of a job on GitHub', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${services.url}/github`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-secret',
    };
    const { code } = await sandbox.run(['sign', 'model', ...trust, '--use-ambient-credentials'], { env });
    expect(code).toBe(0);
    expect(await verified(sandbox, 'subject')).toBe(0);
  });

  it('sign sigstore asks a person to sign in with a browser, even with --quiet', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const child = sandbox.start(['sign', 'model', ...trust, '--quiet'], { env: { BROWSER: 'true' } });
    child.stdin.end();
    const address = new Promise<string>((resolve) => {
      let text = '';
      child.stderr.on('data', (part) => {
        text += part;
        const found = text.split('\n').find((line, at, lines) => line.startsWith('http') && at < lines.length - 1);
        if (found) resolve(found);
      });
    });
    const finished = finish(child);
    expect(await (await fetch(await address)).text()).toContain('You are signed in');
    expect((await finished).code).toBe(0);
    expect(await verified(sandbox, testIdentity, services.issuer)).toBe(0);
  });

  it('sign sigstore reads the code that a browser elsewhere shows', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const child = sandbox.start(['sign', 'model', ...trust, '--oauth-force-oob']);
    child.stderr.on('data', async (part: Buffer | string) => {
      const address = String(part)
        .split('\n')
        .find((line) => line.startsWith('http'));
      if (address) child.stdin.end(`${await (await fetch(address)).text()}\n`);
    });
    expect((await finish(child)).code).toBe(0);
    expect(await verified(sandbox, testIdentity, services.issuer)).toBe(0);
  });
});

describe('the secret of a client', () => {
  /** Signs in with a code, and returns what the client sent to the issuer. */
  async function signIn(flags: readonly string[], input = '') {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    sandbox.write('secret', 's3cret of the client\n');
    const sent: string[] = [];
    services.faults.set('/oidc/token', ({ headers }) => {
      sent.push(Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString());
      return { status: 400, headers: { 'content-type': 'application/json' }, body: '{"error":"s3cret of the client"}' };
    });
    const child = sandbox.start(['sign', 'model', ...trust, '--json', '--client-id', 'mine', ...flags], {
      env: { BROWSER: 'true' },
    });
    child.stdin.end(input);
    let visited = false;
    child.stderr.on('data', async (part: Buffer | string) => {
      const address = /^http\S+$/m.exec(String(part))?.[0];
      if (address === undefined || visited) return;
      visited = true;
      await fetch(address);
    });
    return { ...(await finish(child)), sent };
  }

  it.each([
    ['a file', ['--client-secret-file', 'secret'], '', false],
    ['standard input', ['--client-secret-file', '-'], 's3cret of the client\n', false],
    ['a flag, with a warning', ['--client-secret', 's3cret of the client'], '', true],
  ] as const)(
    'sign sigstore takes the secret of a client from %s, and repeats none of it',
    async (_, flags, input, warns) => {
      const { stdout, stderr, sent } = await signIn(flags, input);
      expect(sent).toEqual(['mine:s3cret+of+the+client']);
      expect(stderr.includes('other users of this machine can see --client-secret')).toBe(warns);
      expect(stdout + stderr).not.toContain('s3cret');
      expect(stdout + stderr).toContain('signer/login-failed');
    },
  );

  it('sign sigstore takes the secret of a client from one place only', async () => {
    const { stdout, stderr } = await signIn(['--client-secret-file', 'secret', '--client-secret', 's3cret']);
    expect(stderr).toContain('--client-secret');
    expect(stdout + stderr).not.toContain('s3cret');
  });
});

describe('failures', () => {
  it.each<[string, number, TokenClaims]>([
    ['signer/token-expired', 3, { exp: 1 }],
    ['signer/token-audience', 3, { aud: 'other' }],
    ['signer/token-invalid', 3, { sub: undefined, email: undefined }],
  ])('sign sigstore with %s writes nothing and does not prompt', async (code, exit, claims) => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services, claims);
    const finished = await sandbox.json(['sign', 'model', ...trust, ...token]);
    expect([finished.code, finished.result.error.code]).toEqual([exit, code]);
    expect(services.requests).toEqual([]);
    expect(existsSync(sandbox.path('model.sig'))).toBe(false);
  });

  it('sign sigstore writes nothing when the log cannot be reached, and names it', async () => {
    const services = await TestServices.start();
    services.faults.set('/api/v1/log/entries', () => ({ status: 404 }));
    const sandbox = await sandboxWith(services);
    const { code, result } = await sandbox.json(['sign', 'model', ...trust, ...token]);
    expect([code, result.error.code]).toEqual([3, 'signer/service-failed']);
    expect(result.error.message).toContain(`the transparency log ${services.url}`);
    expect(existsSync(sandbox.path('model.sig'))).toBe(false);
  });

  it('sign sigstore writes nothing when the responses of the services do not verify', async () => {
    const services = await TestServices.start();
    const sandbox = await sandboxWith(services);
    const { instance } = await TestServices.start();
    const trustedRoot = JSON.stringify(instance.trustedRoot());
    sandbox.write('trusted_root.json', trustedRoot);
    const files = ['--trusted-root', 'trusted_root.json', '--signing-config', 'signing_config.json'];
    const { code, result } = await sandbox.json(['sign', 'model', ...files, ...token]);
    expect([code, result.error.code]).toEqual([1, 'signer/certificate-untrusted']);
    expect(existsSync(sandbox.path('model.sig'))).toBe(false);
  });

  it('sign sigstore writes nothing outside a CI system that gives identities', async () => {
    const sandbox = await sandboxWith(await TestServices.start());
    const env = { GITHUB_ACTIONS: '', SIGSTORE_ID_TOKEN: '', BUILDKITE: '', CIRCLECI: '', BUILDER_OUTPUT: '' };
    const finished = await sandbox.json(['sign', 'model', ...trust, '--use-ambient-credentials'], { env });
    expect([finished.code, finished.result.error.code]).toEqual([3, 'signer/token-missing']);
  });

  it('sign sigstore writes nothing when no code is typed', async () => {
    const sandbox = await sandboxWith(await TestServices.start());
    const { code, result } = await sandbox.json(['sign', 'model', ...trust, '--oauth-force-oob']);
    expect([code, result.error.code]).toEqual([3, 'signer/login-failed']);
  });

  it('sign sigstore writes nothing when it is interrupted while a person signs in', async () => {
    const sandbox = await sandboxWith(await TestServices.start());
    const child = sandbox.start(['sign', 'model', ...trust], { env: { BROWSER: 'true' } });
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect((await finish(child)).code).toBe(130);
    expect(existsSync(sandbox.path('model.sig'))).toBe(false);
  });

  it.each([
    ['two tokens', [...token, '--identity-token', 'secret-token']],
    ['a token and a login', [...token, '--oauth-force-oob']],
    ['services without trust', ['--signing-config', 'signing_config.json']],
    ['a client without a name', ['--client-id=']],
  ])('sign sigstore writes nothing for a command line with %s', async (_, flags) => {
    const sandbox = await sandboxWith(await TestServices.start());
    const { code, stdout, stderr } = await sandbox.run(['sign', 'model', ...flags, '--json']);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('secret-token');
  });

  it.each([
    ['nothing', 'there is no identity token file at', ''],
    ['.', 'the identity token file', ''],
    ['-', 'the identity token on standard input cannot be read: it has more than', 'a'.repeat(100_000)],
  ])('sign sigstore writes nothing with %j as token file, and names it', async (file, says, input) => {
    const sandbox = await sandboxWith(await TestServices.start());
    const { code, stderr } = await sandbox.run(['sign', 'model', ...trust, '--identity-token-file', file], { input });
    expect(code).toBe(3);
    expect(stderr).toContain(says);
  });

  it('sign sigstore writes nothing for a mistyped flag with a value, and suggests the right one', async () => {
    const sandbox = await sandboxWith(await TestServices.start());
    const { code, stderr } = await sandbox.run(['sign', 'model', ...trust, '--identity-tokn-file', 'token']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--identity-tokn-file'");
    expect(stderr).toContain('id you mean --identity-token-file?');
  });

  it('sign writes nothing for a mistyped method', async () => {
    const sandbox = await sandboxWith(await TestServices.start());
    const { code, stderr } = await sandbox.run(['sign', 'kye', 'model', '--private-key', 'key.pem']);
    expect(code).toBe(2);
    expect(stderr).toContain('id you mean key?');
  });
});

it('a token is kept out of everything that is printed', async () => {
  const services = await TestServices.start();
  const sandbox = await sandboxWith(services);
  const given = services.token({ aud: 'other' });
  const { stdout, stderr } = await sandbox.run([
    ...['sign', 'model', ...trust, '--identity-token', given],
    ...['--json', '--log-level', 'debug'],
  ]);
  expect(stderr).toContain('other users of this machine can see --identity-token');
  expect(stdout + stderr).not.toContain(given.slice(0, 40));
});
