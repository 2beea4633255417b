import { localModel, signModel } from '@model-signing/core';
import { TestInstance, type TestSignature, testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
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
