import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { localModel, signModel } from '@model-signing/core';
import { TestInstance, type TestSignature, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';

/** A folder with a model that was signed with an identity of a private instance, and the instance's trust root. */
async function signedSandbox(options: TestSignature = {}): Promise<Sandbox> {
  const sandbox = new Sandbox();
  const instance = new TestInstance();
  const { bundle } = await signModel(localModel(sandbox.path('model')), instance.signer(options));
  sandbox.write('model.sig', bundle);
  const trustedRoot = instance.trustedRoot();
  sandbox.write('trusted_root.json', JSON.stringify(trustedRoot));
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  sandbox.write('trust_config.json', JSON.stringify({ mediaType, trustedRoot, signingConfig: {} }));
  return sandbox;
}

const signature = ['--signature', 'model.sig'];
const expected = ['--identity', testIdentity, '--identity-provider', testIssuer];
const trusted = ['--trusted-root', 'trusted_root.json'];

describe('verify sigstore', () => {
  it('verify sigstore reports the identity, the provider and the time', async () => {
    const sandbox = await signedSandbox();
    const { code, result } = await sandbox.json(['verify', 'sigstore', 'model', ...signature, ...expected, ...trusted]);
    expect(code).toBe(0);
    expect(result).toMatchObject({
      ok: true,
      signer: { method: 'sigstore', identity: testIdentity, issuer: testIssuer, signedAt: expect.any(String) },
    });
  });

  it('verify without a method is verify sigstore, with flags first or last', async () => {
    const sandbox = await signedSandbox();
    const last = await sandbox.run(['verify', 'model', ...signature, ...expected, ...trusted]);
    const first = await sandbox.run(['verify', ...signature, ...expected, ...trusted, 'model']);
    expect([last.code, first.code]).toEqual([0, 0]);
    expect(last.stdout).toContain(`"${testIdentity}", as "${testIssuer}" vouched on`);
  });

  it('verify sigstore takes the trust root from a trust configuration', async () => {
    const sandbox = await signedSandbox();
    const { code } = await sandbox.run([
      ...['verify', 'model', ...signature, ...expected],
      ...['--trust-config', 'trust_config.json'],
    ]);
    expect(code).toBe(0);
  });

  it('verify sigstore trusts only the public instance by default', async () => {
    const sandbox = await signedSandbox();
    const { code, result } = await sandbox.json(['verify', 'model', ...signature, ...expected]);
    expect(code).toBe(1);
    expect(result.error.code).toBe('signer/certificate-untrusted');
  });

  it('verify sigstore matches a pattern against the whole name, and only with --identity-regexp', async () => {
    const sandbox = await signedSandbox();
    const line = ['verify', 'model', ...signature, '--identity-provider', testIssuer, ...trusted];
    const whole = await sandbox.run([...line, '--identity-regexp', '[a-z]+@example\\.com']);
    const part = await sandbox.json([...line, '--identity-regexp', '@example\\.com']);
    const exact = await sandbox.json([...line, '--identity', '[a-z]+@example\\.com']);
    expect(whole.code).toBe(0);
    expect([part.result.error.code, exact.result.error.code]).toEqual(Array(2).fill('signer/identity-mismatch'));
  });

  it('verify sigstore needs no home directory', async () => {
    const sandbox = await signedSandbox();
    const env = { HOME: '/nonexistent', XDG_CACHE_HOME: '' };
    const { result } = await sandbox.json(['verify', 'model', ...signature, ...expected], { env });
    expect(result.error.code).toBe('signer/certificate-untrusted');
  });
});

describe('inspect', () => {
  it('inspect shows the --identity and --identity-provider that would verify', async () => {
    const sandbox = await signedSandbox();
    const { stdout } = await sandbox.run(['inspect', 'model.sig']);
    expect(stdout).toMatch(/^NOT VERIFIED/);
    expect(stdout).toContain(`signed by: "${testIdentity}" (method sigstore)`);
    expect(stdout).toContain(`provider:  "${testIssuer}"`);
    const { result } = await sandbox.json(['inspect', 'model.sig']);
    expect(result).toMatchObject({ signer: { identity: testIdentity, identityProvider: testIssuer } });
  });
});

describe('refusals', () => {
  it.each([
    ['signer/identity-mismatch', ['--identity', 'other@example.com', '--identity-provider', testIssuer]],
    ['signer/issuer-mismatch', ['--identity', testIdentity, '--identity-provider', 'https://other.example']],
  ])('verify sigstore refuses another signer with %s', async (code, who) => {
    const sandbox = await signedSandbox();
    const finished = await sandbox.json(['verify', 'model', ...signature, ...who, ...trusted]);
    expect([finished.code, finished.result.error.code]).toEqual([1, code]);
  });

  it.each([
    ['no identity', ['--identity-provider', testIssuer]],
    ['an empty identity', ['--identity=', '--identity-provider', testIssuer]],
    ['an empty pattern', ['--identity-regexp=', '--identity-provider', testIssuer]],
    ['no provider', ['--identity', testIdentity]],
    ['an empty provider', ['--identity', testIdentity, '--identity-provider=']],
    ['an identity and a pattern', [...expected, '--identity-regexp', '.*']],
    ['a pattern that is none', ['--identity-regexp', '(', '--identity-provider', testIssuer]],
    ['two sources of trust', [...expected, '--trust-config', 'trust_config.json']],
    ['a private trust root and staging', [...expected, '--use-staging']],
  ])('verify sigstore refuses a command line with %s', async (_, flags) => {
    const sandbox = await signedSandbox();
    const finished = await sandbox.json(['verify', 'model', ...signature, ...flags, ...trusted]);
    expect([finished.code, finished.result.error.code]).toEqual([2, 'command/usage']);
  });

  it('verify sigstore refuses an invalid trust root without a verdict on the model', async () => {
    const sandbox = await signedSandbox();
    sandbox.write('trusted_root.json', '{}');
    const { code, result } = await sandbox.json(['verify', 'model', ...signature, ...expected, ...trusted]);
    expect([code, result.error.code]).toEqual([3, 'signer/trust-unreadable']);
  });

  it('verify sigstore refuses staging before its trust root was fetched', async () => {
    const sandbox = await signedSandbox();
    const env = { XDG_CACHE_HOME: sandbox.path('cache'), HOME: sandbox.dir, LOCALAPPDATA: sandbox.dir };
    const finished = await sandbox.json(['verify', 'model', ...signature, ...expected, '--use-staging'], { env });
    expect([finished.code, finished.result.error.code]).toEqual([3, 'signer/trust-missing']);
  });

  it('verify refuses a mistyped method instead of verifying a model of that name', async () => {
    const sandbox = await signedSandbox();
    const { code, stderr } = await sandbox.run(['verify', 'kye', 'model', ...signature]);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown method 'kye'");
    expect(stderr).toContain('id you mean key?');
  });
});

describe.skipIf(process.platform === 'win32')(
  'a stored trust root that cannot be used (skipped on Windows, where the directory cannot be set)',
  () => {
    const forge = (sandbox: Sandbox) => {
      const trustedRoot = readFileSync(sandbox.path('trusted_root.json'), 'utf8');
      const claim = { source: 'me', rootVersion: 1_000_000, expires: '2999-01-01T00:00:00Z', trustedRoot };
      return JSON.stringify(claim);
    };
    const states: [state: string, store: (sandbox: Sandbox, file: string) => void][] = [
      ['claims to be new', (sandbox, file) => sandbox.write(file, forge(sandbox))],
      ['is not JSON', (sandbox, file) => sandbox.write(file, '\u001b[2J')],
      ['is a directory', (sandbox, file) => mkdirSync(sandbox.path(file), { recursive: true })],
      [
        'is a pipe',
        (sandbox, file) => {
          mkdirSync(path.dirname(sandbox.path(file)), { recursive: true });
          execFileSync('mkfifo', [sandbox.path(file)]);
        },
      ],
      [
        'can be written by others',
        (sandbox, file) => {
          sandbox.write(file, forge(sandbox));
          chmodSync(sandbox.path(file), 0o666);
        },
      ],
    ];

    it('the hint about a directory that others can write to says how to make it safe', async () => {
      const sandbox = await signedSandbox();
      const env = { XDG_CACHE_HOME: sandbox.path('cache'), HOME: sandbox.path('.') };
      const folder = process.platform === 'darwin' ? 'Library/Caches/model-signing' : 'cache/model-signing';
      sandbox.write(`${folder}/staging.json`, '{}');
      chmodSync(sandbox.path(folder), 0o777);
      const { stderr } = await sandbox.run(['verify', 'model', ...signature, ...expected, '--use-staging'], { env });
      expect(stderr).toContain(`the directory ${sandbox.path(folder)} is writable by other users`);
      expect(stderr).toContain('chmod go-w');
    });

    it.each(states)('verify sigstore trusts no stored trust root that %s, and says so', async (_, store) => {
      const sandbox = await signedSandbox();
      const env = { XDG_CACHE_HOME: sandbox.path('cache'), HOME: sandbox.path('.') };
      const folder = process.platform === 'darwin' ? 'Library/Caches/model-signing' : 'cache/model-signing';
      for (const name of ['public-good', 'staging']) store(sandbox, `${folder}/${name}.json`);
      const line = ['verify', 'model', ...signature, ...expected];
      const [plain, strict, staging] = await Promise.all([
        sandbox.json(line, { env }),
        sandbox.json([...line, '--strict'], { env }),
        sandbox.json([...line, '--use-staging'], { env }),
      ]);
      expect([plain.code, plain.result.error.code]).toEqual([1, 'signer/certificate-untrusted']);
      expect(plain.result.error.message).toContain('note that the stored trust root');
      expect(plain.stderr).toContain('note that the stored trust root');
      expect([strict.code, strict.result.error.code]).toEqual([3, 'signer/trust-cache']);
      expect([staging.code, staging.result.error.code]).toEqual([3, 'signer/trust-cache']);
      expect(staging.stderr).toContain('--refresh-trust');
      expect(plain.stderr + plain.stdout).not.toContain('\u001b');
    });

    it.each(states)('sign sigstore --strict signs nothing with a stored trust root that %s', async (_, store) => {
      const sandbox = await signedSandbox();
      const services = await TestServices.start();
      sandbox.write('token', services.token());
      rmSync(sandbox.path('model.sig'));
      const env = { XDG_CACHE_HOME: sandbox.path('cache'), HOME: sandbox.path('.') };
      const folder = process.platform === 'darwin' ? 'Library/Caches/model-signing' : 'cache/model-signing';
      store(sandbox, `${folder}/public-good.json`);
      const line = ['sign', 'model', '--identity-token-file', 'token', '--strict'];
      const { code, result } = await sandbox.json(line, { env });
      expect([code, result.error.code]).toEqual([3, 'signer/trust-cache']);
      expect(sandbox.list()).not.toContain('model.sig');
    });
  },
);

describe('trust roots, one a line', () => {
  it('verify sigstore accepts a signature that any of them verifies, alone', async () => {
    const sandbox = await signedSandbox();
    const ours = readFileSync(sandbox.path('trusted_root.json'), 'utf8');
    const other = new TestInstance().trustedRoot();
    const mixed = { ...JSON.parse(ours), tlogs: other.tlogs };
    const file = (name: string, ...roots: object[]) => {
      sandbox.write(name, `\uFEFF${roots.map((root) => JSON.stringify(root)).join('\r\n')}\r\n`);
      return sandbox.json(['verify', 'model', ...signature, ...expected, '--trusted-root', name]);
    };
    expect((await file('good.jsonl', other, JSON.parse(ours))).code).toBe(0);
    // The authority of one and the log of the other.
    const parts = await file('parts.jsonl', mixed, {
      ...JSON.parse(ours),
      certificateAuthorities: other.certificateAuthorities,
    });
    expect([parts.code, parts.result.error.code]).toEqual([1, 'signer/log-invalid']);
  });
});
