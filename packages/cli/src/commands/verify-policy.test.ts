import { mkdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PolicySandbox } from '../testing/policies.ts';
import { hubWith } from '../testing/stores.ts';

const SLSA = 'https://slsa.dev/provenance/v1';

/** What a rule requires that needs provenance by a signer. */
const requiring = (signer: string) => ({ attestations: [{ predicateType: SLSA, signedBy: [signer] }] });

describe('verify with a policy', () => {
  it('a model is accepted that a signer of the rule signed, and the result says what was counted', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    box.writePolicy(['alice']);
    const { code, result } = await box.judge(['eve', 'alice']);
    expect(code).toBe(0);
    expect(result).toMatchObject({
      ok: true,
      command: 'verify',
      verdict: 'verified',
      signature: 'alice.sig',
      signer: { method: 'key' },
      policy: {
        file: 'policy.json',
        signedBy: null,
        name: 'hf://acme/model',
        rule: { index: 0, pattern: 'hf://acme/*' },
        ...{ mode: 'enforce', enforced: true, threshold: 1 },
        counted: [{ signature: 'alice.sig', signer: 'alice', signers: ['alice'], time: null, timeFrom: 'clock' }],
        notCounted: [{ signature: 'eve.sig', signer: null, code: 'policy/signer' }],
      },
    });
  });

  it('the report for people names the rule, the signers, and what was not counted', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    box.writePolicy(['alice']);
    const line = ['verify', 'model', '--policy', 'policy.json', '--as', 'hf://acme/model'];
    const { code, stdout } = await box.run([...line, '--signature', 'alice.sig', '--signature', 'eve.sig']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Verification succeeded\n/);
    expect(stdout).toContain('rule:      number 1, for "hf://acme/*", by the name "hf://acme/model"\n');
    expect(stdout).toMatch(/^counted: {3}"alice" by "alice.sig": key on P-256 with hint [0-9a-f]{64}/m);
    expect(stdout).toMatch(/^uncounted: "eve.sig": .* \[policy\/signer\]$/m);
  });

  it('two signers of a threshold of two are counted over one model, and one of them is too few', async () => {
    const box = await PolicySandbox.with('alice', 'bob', 'eve');
    box.writePolicy(['alice', 'bob'], { threshold: 2 });
    const both = await box.judge(['alice', 'bob']);
    expect(both.code).toBe(0);
    expect(both.result).toMatchObject({ policy: { threshold: 2, counted: [{ signer: 'alice' }, { signer: 'bob' }] } });
    for (const signatures of [['alice'], ['alice', 'alice'], ['alice', 'eve']]) {
      const { code, result } = await box.judge(signatures);
      expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'policy/threshold' });
    }
  });

  it('signatures that lie in the model do not count as files of the model', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    for (const name of ['alice', 'bob']) renameSync(box.path(`${name}.sig`), box.path(`model/${name}.sig`));
    box.writePolicy(['alice', 'bob'], { threshold: 2, ignoredPaths: [] });
    const signatures = ['--signature', 'model/alice.sig', '--signature', 'model/bob.sig'];
    const line = ['verify', 'model', '--policy', 'policy.json', '--as', 'hf://acme/model', ...signatures];
    expect((await box.call(line)).code).toBe(0);
    box.write('model/other.sig', '{}');
    expect((await box.call(line)).result.error).toMatchObject({ code: 'model/mismatch' });
  });

  it('without --as, a model of this machine is called by its real path', async () => {
    const box = await PolicySandbox.with('alice');
    const real = realpathSync(box.path('model'));
    mkdirSync(box.path('links'));
    symlinkSync(box.dir, box.path('links/here'));
    box.writePolicy(['alice'], {}, { models: [{ match: [real], require: { signedBy: ['alice'] } }] });
    const line = ['--policy', 'policy.json', '--signature', 'alice.sig'];
    expect((await box.call(['verify', 'links/here/model', ...line])).code).toBe(0);
    const other = await box.call(['verify', 'model/config.json', ...line]);
    expect({ code: other.code, error: other.result.error.code }).toEqual({ code: 1, error: 'policy/no-rule' });
  });

  it('without --as, a model on a hub is called by its reference, and all of its signatures are judged', async () => {
    const box = await PolicySandbox.with('alice', 'bob');
    box.writePolicy(
      ['alice', 'bob'],
      {},
      {
        models: [{ match: ['hf://org/*'], require: { signedBy: ['alice', 'bob'], threshold: 2 } }],
      },
    );
    const { readFileSync } = await import('node:fs');
    const files = {
      'config.json': readFileSync(box.path('model/config.json')),
      'weights.bin': readFileSync(box.path('model/weights.bin')),
      'tokenizer/vocab.txt': readFileSync(box.path('model/tokenizer/vocab.txt')),
      'alice.oms.sig': readFileSync(box.path('alice.sig')),
      'bob.oms.sig': readFileSync(box.path('bob.sig')),
    };
    const { env } = await hubWith({ repositories: { 'org/model': files } });
    const { code, result } = await box.call(['verify', 'hf://org/model', '--policy', 'policy.json'], { env });
    expect(code, result.error?.message).toBe(0);
    expect(result).toMatchObject({
      policy: { name: expect.stringMatching(/^hf:\/\/org\/model/), counted: [{ signer: 'alice' }, { signer: 'bob' }] },
    });
  });

  it.each([
    [['verify', 'model', '--policy', 'policy.json', '--public-key', 'alice.pub'], 'a policy says itself who may sign'],
    [['verify', 'model', '--policy', 'policy.json', '--identity', 'me', '--identity-provider', 'p'], 'policy'],
    [['verify', 'key', 'model', '--policy', 'policy.json', '--public-key', 'alice.pub'], 'verify policy'],
    [['verify', 'policy', 'model', '--policy', 'policy.json', '--only', 'config.json'], '--only'],
    [['verify', 'model', '--policy', 'policy.json', '--policy', 'policy.json'], 'more than once'],
    [['verify', 'model', '--policy', 'policy.json', '--as', ''], 'the name of the model is empty'],
    [['verify', 'model', '--as', 'hf://acme/model', '--policy-signer', 'alice.pub'], '--policy-signer needs --policy'],
    [['verify', 'model', '--policy', 'policy.json', '--policy-signature', 'x'], '--policy-signature needs'],
  ])('a wrong command line is refused before anything is read: %s', async (args, said) => {
    const box = await PolicySandbox.with('alice');
    box.writePolicy(['alice']);
    const { code, stderr } = await box.call(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  it('a variable with a public key does not select a method beside a policy, and selects as before without one', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    box.writePolicy(['alice']);
    const env = { MODEL_SIGNING_PUBLIC_KEY: box.path('eve.pub') };
    expect((await box.judge(['alice'], [], { env })).code).toBe(0);
    const line = ['verify', 'model', '--signature', 'eve.sig', '--allow-symlinks', '--ignored-files'];
    expect((await box.call(line, { env })).code).toBe(0);
  });
});

describe('refusals of a policy', () => {
  it.each<[code: string, exit: number, change: (box: PolicySandbox) => void, signatures: string[]]>([
    [
      'policy/no-rule',
      1,
      (box) => box.writePolicy(['alice'], {}, { models: [{ match: ['b/*'], reject: true }] }),
      ['alice'],
    ],
    [
      'policy/rejected',
      1,
      (box) => box.writePolicy(['alice'], {}, { models: [{ match: ['hf://acme/*'], reject: true }] }),
      ['alice'],
    ],
    ['policy/signer', 1, (box) => box.writePolicy(['alice']), ['eve']],
    ['policy/threshold', 1, (box) => box.writePolicy(['alice', 'eve'], { threshold: 2 }), ['alice']],
    ['policy/requirement', 1, (box) => box.writePolicy(['alice'], { hashAlgorithms: ['blake3'] }), ['alice']],
    ['policy/attestation', 1, (box) => box.writePolicy(['alice'], requiring('alice')), ['alice']],
    ['policy/requirement', 1, (box) => box.writePolicy(['alice'], { rootDigests: ['0'.repeat(64)] }), ['alice']],
    [
      'policy/revoked',
      1,
      (box) => box.writePolicy(['alice'], {}, { revoked: { signers: { alice: '2020-01-01' } } }),
      ['alice'],
    ],
    ['policy/invalid', 3, (box) => box.write('policy.json', '{"policyVersion":1}'), ['alice']],
    ['policy/invalid', 3, (box) => box.writePolicy(['alice'], { treshold: 2 } as object), ['alice']],
    [
      'policy/file-unusable',
      3,
      (box) => box.writePolicy(['alice'], {}, { signers: { alice: { method: 'key', publicKeyFile: 'none.pub' } } }),
      ['alice'],
    ],
    ['command/not-found', 3, () => {}, ['alice']],
  ])('%s exits with %i', async (error, code, change, signatures) => {
    const box = await PolicySandbox.with('alice', 'eve');
    change(box);
    const refused = await box.judge(signatures);
    expect({ code: refused.code, error: refused.result.error.code }).toEqual({ code, error });
    expect(refused.result.error).toMatchObject({ stage: null, requirement: null, exitCode: code });
  });

  it('a model that differs from what was signed is a mismatch, with every difference and the judgement', async () => {
    const box = await PolicySandbox.with('alice');
    box.writePolicy(['alice']);
    box.write('model/weights.bin', 'x');
    const { code, result } = await box.judge(['alice']);
    expect(code).toBe(1);
    expect(result.error).toMatchObject({
      code: 'model/mismatch',
      differences: [{ kind: 'modified', path: 'weights.bin' }],
      policy: { rule: { index: 0 }, counted: [], notCounted: [{ signature: 'alice.sig', signer: 'alice' }] },
    });
  });

  it('a refusal is said and not enforced in the mode warn, also with --quiet, and the result is not a verification', async () => {
    const box = await PolicySandbox.with('alice', 'eve');
    box.writePolicy(['alice'], {}, { mode: 'warn' });
    const { code, result, stderr } = await box.judge(['eve']);
    expect(code).toBe(0);
    expect(result).toMatchObject({ enforced: false, refusal: { code: 'policy/signer' }, policy: { enforced: false } });
    expect(result).not.toHaveProperty('verdict');
    expect(stderr).toContain('NOT ENFORCED');
    const line = ['verify', 'model', '--policy', 'policy.json', '--as', 'hf://acme/model', '--signature', 'eve.sig'];
    const quiet = await box.run([...line, '--quiet'], { env: box.env });
    expect({ code: quiet.code, stdout: quiet.stdout }).toEqual({ code: 0, stdout: '' });
    expect(quiet.stderr).toContain('NOT ENFORCED');
    const people = await box.run(line, { env: box.env });
    expect(people.stdout).toMatch(/^REFUSED, BUT NOT ENFORCED/);
    expect(people.stdout).not.toContain('succeeded');
    const accepted = await box.judge(['alice']);
    expect(accepted.result).toMatchObject({ verdict: 'verified', policy: { mode: 'warn', enforced: false } });
  });

  it('a policy on standard input is taken if it names no files', async () => {
    const box = await PolicySandbox.with('alice');
    const document = box.writePolicy(['alice']);
    const line = ['verify', 'model', '--policy', '-', '--as', 'hf://acme/model', '--signature', 'alice.sig'];
    expect((await box.call(line, { input: JSON.stringify(document) })).code).toBe(0);
    const named = { ...document, signers: { alice: { method: 'key', publicKeyFile: 'alice.pub' } } };
    const { code, result } = await box.call(line, { input: JSON.stringify(named) });
    expect({ code, error: result.error.code }).toEqual({ code: 3, error: 'policy/file-unusable' });
  });
});

describe('a policy that must be signed', () => {
  const signed = ['--policy-signer', 'boss.pub'];

  /** A policy that is signed by `boss`, in `policy.json.sig`. */
  async function signedPolicy(): Promise<PolicySandbox> {
    const box = await PolicySandbox.with('alice', 'boss');
    box.writePolicy(['alice']);
    await box.signAs('boss', 'policy.json.sig', 'policy.json');
    return box;
  }

  it('is taken if the given signer signed it, and the result names the signer', async () => {
    const box = await signedPolicy();
    const { code, result } = await box.judge(['alice'], signed);
    expect(code, result.error?.message).toBe(0);
    expect(result).toMatchObject({ policy: { signedBy: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it.each<[string, (box: PolicySandbox) => Promise<void> | void]>([
    ['it is changed', (box) => box.write('policy.json', `${JSON.stringify(box.writePolicy(['alice']))} `)],
    ['another signer signed it', (box) => box.signAs('alice', 'policy.json.sig', 'policy.json')],
    ['it has no signature', (box) => renameSync(box.path('policy.json.sig'), box.path('elsewhere.sig'))],
    ['the signature is of something else', (box) => box.signAs('boss', 'policy.json.sig', 'alice.pub')],
  ])('is refused if %s', async (_, change) => {
    const box = await signedPolicy();
    await change(box);
    const { code, result } = await box.judge(['alice'], signed);
    expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'policy/unsigned' });
  });

  it('is not covered by its own signature in the files that it names, unless it has their digests', async () => {
    const box = await signedPolicy();
    const { createHash } = await import('node:crypto');
    const { readFileSync } = await import('node:fs');
    const name = async (publicKeyFile: string | { path: string; sha256: string }) => {
      box.writePolicy(['alice'], {}, { signers: { alice: { method: 'key', publicKeyFile } } });
      await box.signAs('boss', 'policy.json.sig', 'policy.json');
      return box.judge(['alice'], signed);
    };
    expect((await name('alice.pub')).result.error.code).toBe('policy/file-unusable');
    const sha256 = createHash('sha256')
      .update(readFileSync(box.path('alice.pub')))
      .digest('hex');
    expect((await name({ path: 'alice.pub', sha256 })).code).toBe(0);
  });

  it('is covered with the files that it names by the signature of its directory', async () => {
    const box = await PolicySandbox.with('alice', 'boss', 'eve');
    const policy = {
      policyVersion: 1,
      signers: { alice: { method: 'key', publicKeyFile: 'keys/alice.pub' } },
      models: [{ match: ['hf://acme/*'], require: { signedBy: ['alice'] } }],
    };
    const { readFileSync } = await import('node:fs');
    box.write('policies/policy.json', JSON.stringify(policy));
    box.write('policies/keys/alice.pub', readFileSync(box.path('alice.pub')));
    await box.signAs('boss', 'policies.sig', 'policies');
    const line = ['--policy', 'policies/policy.json', '--policy-signature', 'policies.sig', '--as', 'hf://acme/model'];
    const verify = (signer: string) =>
      box.call(['verify', 'model', ...line, ...signed, '--signature', `${signer}.sig`]);
    const accepted = await verify('alice');
    expect(accepted.code, accepted.result.error?.message).toBe(0);
    box.write('policies/keys/alice.pub', readFileSync(box.path('eve.pub')));
    const changed = await verify('eve');
    expect(changed.result.error).toMatchObject({ code: 'policy/unsigned', exitCode: 1 });
  });
});

describe('the attestations that a policy requires', () => {
  const attest = (box: PolicySandbox, by: string, ...more: string[]) =>
    box.call([
      ...[
        'attest',
        'key',
        'model',
        '--private-key',
        `${by}.pem`,
        '--signer-key',
        'alice.pub',
        '--signature',
        'alice.sig',
      ],
      ...['--predicate', 'claim.json', '--type', 'slsaprovenance1', ...more],
    ]);

  it('a model is accepted with an attestation by the signer of its type, and refused with one by the signer of the model', async () => {
    const box = await PolicySandbox.with('alice', 'ci');
    box.write('claim.json', '{}');
    box.writePolicy(['alice'], requiring('ci'), { signers: { alice: box.signer('alice'), ci: box.signer('ci') } });
    await attest(box, 'alice');
    const refused = await box.judge(['alice']);
    expect(refused).toMatchObject({ code: 1, result: { error: { code: 'policy/attestation' } } });
    expect(refused.stderr).toContain('NOT MET');
    await attest(box, 'ci');
    const accepted = await box.judge(['alice']);
    const required = [{ predicateType: SLSA, met: { signer: 'ci', attestation: 'model.attestations.jsonl line 2' } }];
    expect(accepted).toMatchObject({ code: 0, result: { policy: { attestations: { required } } } });
  });

  it('attestations are read from the files that are named, and what is no bundle in them is reported', async () => {
    const box = await PolicySandbox.with('alice');
    box.write('claim.json', '{}');
    box.writePolicy(['alice'], requiring('alice'));
    box.write('claims.jsonl', 'note\n');
    await attest(box, 'alice', '--attestations', 'claims.jsonl');
    const { code, result } = await box.judge(['alice'], ['--attestations', 'claims.jsonl']);
    expect({ code, warnings: result.warnings }).toMatchObject({
      code: 0,
      warnings: [{ code: 'command/attestation-unknown' }],
    });
  });

  it('attestations that no rule requires are not read, which is said', async () => {
    const box = await PolicySandbox.with('alice');
    box.writePolicy(['alice']);
    const { code, result } = await box.judge(['alice'], ['--attestations', 'none.jsonl']);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { warnings: [{ code: 'command/attestations-unused' }] },
    });
  });
});
