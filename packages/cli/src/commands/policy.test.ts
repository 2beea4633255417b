import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { localModel, signModel } from '@model-signing/core';
import type { PolicyDocument } from '@model-signing/spec/policy';
import { TestInstance, testIdentity } from '@model-signing/testing/sigstore-instance';
import { describe, expect, it } from 'vitest';
import { PolicySandbox } from '../testing/policies.ts';

describe('policy check', () => {
  it('a policy that can be used is one, and its signers and rules are counted', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    box.writePolicy(['alice', 'bob']);
    const { code, result } = await box.call(['policy', 'check', 'policy.json']);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { command: 'policy-check', mode: 'enforce', signers: 2, rules: 1, problems: [] },
    });
  });

  it.each<[string, Partial<PolicyDocument>, string]>([
    ['a typo', { modls: [] } as object, 'policy/invalid'],
    ['a signer that no one is', { models: [{ match: ['a'], require: { signedBy: ['bob'] } }] }, 'policy/invalid'],
    [
      'a file that is missing',
      { signers: { alice: { method: 'key', publicKeyFile: 'none' } } },
      'policy/file-unusable',
    ],
    ['no rule', { models: [] }, 'policy/invalid'],
  ])('a policy with %s is rejected with exit code 1', async (_, change, error) => {
    const box = await PolicySandbox.with('alice');
    box.writePolicy(['alice'], {}, change);
    const { code, result } = await box.call(['policy', 'check', 'policy.json']);
    expect({ code, error: result.error }).toMatchObject({ code: 1, error: { code: error, exitCode: 1 } });
  });

  it('a short name of a type is met with the type, which is what a policy has', async () => {
    const box = await PolicySandbox.with('alice');
    const attestations = [{ predicateType: 'slsaprovenance1', signedBy: ['alice'] }] as const;
    const document = { models: [{ match: ['a'], require: { signedBy: ['alice'], attestations } }] };
    box.writePolicy(['alice'], {}, document as unknown as Partial<PolicyDocument>);
    const { code, result } = await box.call(['policy', 'check', 'policy.json']);
    expect({ code, error: result.error }).toMatchObject({
      code: 1,
      error: {
        code: 'policy/invalid',
        hints: ['slsaprovenance1 is the short name of https://slsa.dev/provenance/v1, which a policy has in full'],
      },
    });
  });

  it('a policy that is not there is no verdict', async () => {
    const box = await PolicySandbox.with();
    const { code, result } = await box.call(['policy', 'check', 'none.json']);
    expect({ code, error: result.error.code }).toEqual({ code: 3, error: 'command/not-found' });
  });

  it('mistakes are listed with their places, and are errors', async () => {
    const box = await PolicySandbox.with('alice');
    const rule = { match: ['**'], require: { signedBy: ['alice'] } };
    box.writePolicy(['alice'], {}, { models: [rule, { match: ['hf://acme/*'], reject: true }] });
    const { code, result, stderr } = await box.call(['policy', 'check', 'policy.json']);
    expect(code).toBe(1);
    const codes = ['unreachable-rule', 'matches-everything'];
    const problems = codes.map((one) => expect.objectContaining({ code: one, pointer: expect.any(String) }));
    expect(result.error).toMatchObject({ code: 'policy/invalid', problems: expect.arrayContaining(problems) });
    for (const one of codes) expect(stderr).toContain(`[${one}]`);
  });

  it('what is only worth a look is a warning, and with --strict a mistake', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    box.writePolicy(['alice', 'bob'], {}, { models: [{ match: ['hf://acme/*'], require: { signedBy: ['alice'] } }] });
    const { code, result } = await box.call(['policy', 'check', 'policy.json']);
    expect({ code, result }).toMatchObject({ code: 0, result: { problems: [{ code: 'unused-signer' }] } });
    expect((await box.call(['policy', 'check', 'policy.json', '--strict'])).code).toBe(1);
  });
});

describe('policy explain', () => {
  it('the rule, the signers and the requirements of a name are shown with their defaults', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    box.writePolicy(
      ['alice', 'bob'],
      { threshold: 2, signedAfter: '2026-01-01' },
      { revoked: { signers: { bob: '2026-06-01' } } },
    );
    const line = ['policy', 'explain', 'policy.json', '--as', 'hf://acme/model'];
    const { code, result } = await box.call(line);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: {
        name: 'hf://acme/model',
        rule: { index: 0, pattern: 'hf://acme/*' },
        ...{ ruleCount: 1, reject: false, mode: 'enforce' },
        signers: [
          { name: 'alice', method: 'key' },
          { name: 'bob', revokedFrom: '2026-06-01T00:00:00.000Z' },
        ],
        require: { threshold: 2, unsignedFiles: 'refuse', symlinks: false, signedAfter: '2026-01-01T00:00:00.000Z' },
      },
    });
    const { stdout } = await box.run(line);
    expect(stdout).toMatch(/^"hf:\/\/acme\/model" needs the signatures of 2 signers\n/);
    expect(stdout).toContain('REVOKED from 2026-06-01');
  });

  it('a name that no rule is for is refused, and one that a rule rejects is explained', async () => {
    const box = await PolicySandbox.with('alice');
    box.writePolicy(['alice'], {}, { models: [{ match: ['bad/*'], reject: true }] });
    const none = await box.call(['policy', 'explain', 'policy.json', '--as', 'hf://acme/model']);
    expect({ code: none.code, error: none.result.error.code }).toEqual({ code: 1, error: 'policy/no-rule' });
    const rejected = await box.call(['policy', 'explain', 'policy.json', '--as', 'bad/model']);
    expect(rejected.result).toMatchObject({ ok: true, reject: true, require: null, signers: [] });
  });
});

describe('policy init', () => {
  it('a policy is begun that accepts the model and can be used', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    const line = [
      'policy',
      'init',
      'model',
      '--as',
      'hf://acme/*',
      '--public-key',
      'alice.pub',
      '--signature',
      'alice.sig',
    ];
    const { code, result } = await box.call(line);
    expect(code, result.error?.message).toBe(0);
    expect(result).toMatchObject({ command: 'policy-init', policy: 'policy.json' });
    expect(JSON.parse(readFileSync(box.path('policy.json'), 'utf8'))).toMatchObject({ policyVersion: 1 });
    expect((await box.call(['policy', 'check', 'policy.json', '--strict'])).code).toBe(0);
    expect((await box.judge(['alice'])).code).toBe(0);
    expect((await box.judge(['eve'])).code).toBe(1);
  });

  it.each(['m*', 'm[1]', 'm?', 'm{a}'])('a directory called %s never becomes a pattern for others', async (folder) => {
    const box = await PolicySandbox.with('alice');
    renameSync(box.path('model'), box.path(folder));
    await box.signAs('alice', 'alice.sig', folder);
    const line = ['policy', 'init', folder, '--public-key', 'alice.pub', '--signature', 'alice.sig'];
    const { code, result } = await box.call(line);
    expect({ code, error: result.error }).toMatchObject({ code: 2, error: { code: 'command/usage' } });
    expect(existsSync(box.path('policy.json'))).toBe(false);
    const named = await box.call([...line, '--as', 'hf://acme/model']);
    expect(named.code, named.result.error?.message).toBe(0);
    const judged = ['verify', folder, '--policy', 'policy.json', '--as', 'hf://acme/model'];
    expect((await box.call([...judged, '--signature', 'alice.sig'])).code).toBe(0);
    const trusted = await box.call(['trust', folder, '--as', folder, ...line.slice(3)]);
    expect(trusted.result.error.code).toBe('command/usage');
  });

  it('a policy that is there is not replaced, and the other signer is not accepted', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    box.write('policy.json', 'mine');
    const line = ['policy', 'init', 'model', '--public-key', 'alice.pub', '--signature', 'alice.sig'];
    const { code, result } = await box.call(line);
    expect({ code, error: result.error.code }).toEqual({ code: 3, error: 'command/unwritable' });
    expect(readFileSync(box.path('policy.json'), 'utf8')).toBe('mine');
    const wrong = [
      'policy',
      'init',
      'model',
      '--public-key',
      'alice.pub',
      '--signature',
      'eve.sig',
      '--policy',
      'p.json',
    ];
    expect((await box.call(wrong)).result.error.code).toBe('signer/key-mismatch');
    expect(() => statSync(box.path('p.json'))).toThrow();
  });

  it('with --policy - the policy goes to standard output', async () => {
    const box = await PolicySandbox.with('alice');
    const line = ['policy', 'init', 'model', '--public-key', 'alice.pub', '--signature', 'alice.sig', '--policy', '-'];
    const { code, stdout } = await box.run(line);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ policyVersion: 1, models: [{ match: [box.path('model')] }] });
  });

  it('the trust root of a private instance is named with its digest', async () => {
    const box = await PolicySandbox.with();
    const instance = new TestInstance();
    const { bundle } = await signModel(localModel(box.path('model')), instance.signer());
    box.write('model.sig', bundle);
    box.write('trust/root.json', JSON.stringify(instance.trustedRoot()));
    const line = ['policy', 'init', 'model', '--as', 'hf://acme/*', '--trusted-root', 'trust/root.json'];
    const { code, result } = await box.call([...line, '--policy', 'policy.json', '--signature', 'model.sig']);
    expect(code, result.error?.message).toBe(0);
    const document = JSON.parse(readFileSync(box.path('policy.json'), 'utf8')) as PolicyDocument;
    expect(Object.values(document.signers)).toMatchObject([
      { identity: testIdentity, trustedRootFile: { path: 'trust/root.json', sha256: expect.any(String) } },
    ]);
    expect((await box.judge([], ['--signature', 'model.sig'])).code).toBe(0);
  });
});
