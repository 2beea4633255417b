import { generateKeyPairSync } from 'node:crypto';
import { testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { expect, it, onTestFinished } from 'vitest';
import { Runner, type Step } from './testing/runner.ts';

const MINUTES = { timeout: 240_000 };

/** A runner whose workspace has a model and keys. */
function runnerWithModel(): Runner {
  const runner = new Runner();
  onTestFinished(() => runner.remove());
  runner.write('model/config.json', '{}\n');
  runner.write('model/weights.bin', 'w'.repeat(1000));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  runner.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  runner.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  return runner;
}

const signing = { model: 'model', method: 'key', 'private-key': 'key.pem' };
const verifying = { model: 'model', method: 'key', 'public-key': 'key.pub', signature: 'model.sig' };

/** A runner with a signed model. */
async function runnerWithSignature(): Promise<Runner> {
  const runner = runnerWithModel();
  const { code, log } = await runner.step('sign', signing);
  expect(code, log).toBe(0);
  return runner;
}

const errors = ({ commands }: Step) => commands.filter(({ name }) => name === 'error');

it('the actions sign and verify with a key, and say what they did in outputs and in a summary', MINUTES, async () => {
  const runner = runnerWithModel();
  const signed = await runner.step('sign', signing);
  expect([signed.code, signed.commands]).toEqual([0, []]);
  expect(signed.outputs).toEqual({
    'root-digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    signer: expect.stringMatching(/^[0-9a-f]{64}$/),
    'bundle-path': runner.path('model.sig'),
  });
  expect(signed.summary).toContain('<h3>Model signed</h3>');
  const verified = await runner.step('verify', verifying);
  expect([verified.code, verified.commands]).toEqual([0, []]);
  expect(verified.outputs).toEqual({ verdict: 'verified', ...signed.outputs });
  expect(verified.summary).toContain('<h3>Model verified</h3>');
  expect(verified.summary).toContain(
    `<tr><td>root digest</td><td><code>${signed.outputs['root-digest']}</code></td></tr>`,
  );
});

it(
  'the actions change the names of inputs to flags, with _ or -, and take one value from each line',
  MINUTES,
  async () => {
    const runner = await runnerWithSignature();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    runner.write('other.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    runner.write('model/notes.txt', 'not signed');
    const both = { ...verifying, 'public-key': 'other.pub\n  key.pub\n' };
    expect((await runner.step('verify', both)).outputs.verdict).toBe('rejected');
    const lenient = await runner.step('verify', { ...both, ignore_unsigned_files: 'true' });
    expect([lenient.code, lenient.outputs.verdict]).toEqual([0, 'verified']);
    expect(lenient.summary).toContain('<tr><td>unsigned, not verified</td><td><code>notes.txt</code></td></tr>');
    const part = await runner.step('verify', { ...both, only: 'config.json' });
    expect([part.code, part.outputs.verdict]).toEqual([0, 'partial']);
    expect(part.summary).toContain('Model verified in part');
  },
);

it('verify refuses a model that differs, with an annotation at each file', MINUTES, async () => {
  const runner = await runnerWithSignature();
  runner.write('model/config.json', '{"changed": true}\n');
  runner.write('model/extra.txt', 'x');
  const refused = await runner.step('verify', verifying);
  expect([refused.code, refused.outputs]).toEqual([
    1,
    { verdict: 'rejected', 'root-digest': '', signer: '', 'bundle-path': '' },
  ]);
  const [first, ...files] = errors(refused);
  expect(first).toMatchObject({
    properties: { title: 'Model refused' },
    text: expect.stringContaining('[model/mismatch'),
  });
  expect(files.map(({ properties, text }) => [properties.file, text.split(' ')[0]])).toEqual([
    ['model/config.json', 'modified:'],
    ['model/extra.txt', 'unsigned:'],
  ]);
  expect(refused.summary).toContain('<h3>Model refused</h3>');
  expect(refused.summary).toContain('<tr><td>unsigned</td><td><code>extra.txt</code></td></tr>');
});

it('verify refuses the signature of another signer', MINUTES, async () => {
  const runner = await runnerWithSignature();
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  runner.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  const refused = await runner.step('verify', verifying);
  expect([refused.code, refused.outputs.verdict, errors(refused).length]).toEqual([1, 'rejected', 1]);
});

it.each([
  ['an unknown input', 2, { ...verifying, ignored_file: 'false' }, 'there is no input "ignored-file"'],
  ['an input of another method', 2, { ...verifying, 'certificate-chain': 'a' }, "unknown option '--certificate-chain'"],
  ['no signer', 2, { model: 'model', 'identity-provider': 'https://a.example' }, "'--identity <name>' is required"],
  ['an option as its model', 3, { ...verifying, model: '--help' }, 'there is no model at "--help"'],
] as const)('a step with %s gives no verdict', MINUTES, async (_, code, inputs, text) => {
  const runner = await runnerWithSignature();
  const step = await runner.step('verify', inputs);
  expect(step.commands).toMatchObject([{ name: 'error', text: expect.stringContaining(text) }]);
  expect([step.code, new Set(Object.values(step.outputs))]).toEqual([code, new Set([''])]);
  expect(step.summary).toContain('Model could not be verified');
});

/** A runner with a model and a private Sigstore whose issuer gives the job this identity. */
async function runnerWithIdentity(identity: string) {
  const services = await TestServices.start();
  const runner = runnerWithModel();
  const token = services.token({ sub: identity, email: undefined });
  services.faults.set('/github', ({ url, headers }) => {
    const isAllowed = headers.authorization === 'Bearer job-secret' && url.searchParams.get('audience') === 'sigstore';
    if (!isAllowed) return { status: 401 };
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: token }) };
  });
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  const trust = { mediaType, trustedRoot: services.instance.trustedRoot(), signingConfig: services.signingConfig() };
  runner.write('trust.json', JSON.stringify(trust));
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${services.url}/github?x=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-secret',
  };
  return { runner, services, token, env };
}

const workflow = 'https://github.com/octo/models/.github/workflows/sign-model.yml@refs/tags/v1.2.3';
const keyless = { model: 'model', 'trust-config': 'trust.json' };
const trusting = { ...keyless, signature: 'model.sig', 'identity-provider': testIssuer };

it('sign takes the identity of the job, and verify accepts it by a pattern for its tags', MINUTES, async () => {
  const { runner, token, env } = await runnerWithIdentity(workflow);
  const signed = await runner.step('sign', keyless, env);
  expect([signed.code, signed.outputs.signer], signed.log).toEqual([0, workflow]);
  expect(signed.commands).toEqual([{ name: 'add-mask', properties: {}, text: 'job-secret' }]);
  expect(signed.log.replace('::add-mask::job-secret\n', '')).not.toContain('job-secret');
  expect(signed.log + signed.summary).not.toContain(token);
  const pattern = 'https://github\\.com/octo/models/\\.github/workflows/sign-model\\.yml@refs/tags/v[0-9.]+';
  const verified = await runner.step('verify', { ...trusting, 'identity-regexp': pattern });
  expect([verified.code, verified.outputs.verdict, verified.outputs.signer]).toEqual([0, 'verified', workflow]);
  const other = await runner.step('verify', { ...trusting, 'identity-regexp': pattern.replace('octo', 'other') });
  expect([other.code, other.outputs.verdict]).toEqual([1, 'rejected']);
});

it('sign says which permission a job without an identity needs, and asks no service', MINUTES, async () => {
  const { runner, services } = await runnerWithIdentity(workflow);
  const { code, commands, outputs } = await runner.step('sign', keyless);
  expect([code, outputs['bundle-path']]).toEqual([3, '']);
  expect(commands).toHaveLength(1);
  expect(commands[0]?.text).toMatch(
    /"id-token: write".*\[signer\/token-missing\]; give the job that signs the permission/,
  );
  expect(services.requests).toEqual([]);
});

it('sign reports that GitHub refuses a token, and repeats nothing of the secret of the job', MINUTES, async () => {
  const { runner, env } = await runnerWithIdentity(workflow);
  const { code, log } = await runner.step('sign', keyless, {
    ...env,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'another-secret',
  });
  expect(code).toBe(3);
  expect(log).toContain('signer/service-failed');
  expect(log.replace('::add-mask::another-secret\n', '')).not.toContain('another-secret');
});

it('verify reports a policy that refuses and is not enforced as a warning, without a verdict', MINUTES, async () => {
  const runner = await runnerWithSignature();
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  runner.write('other.pub', publicKey.export({ type: 'spki', format: 'pem' }));
  const policy = {
    policyVersion: 1,
    mode: 'warn',
    signers: { team: { method: 'key', publicKeyFile: 'other.pub' } },
    models: [{ match: ['m'], require: { signedBy: ['team'] } }],
  };
  runner.write('policy.json', JSON.stringify(policy));
  const inputs = { model: 'model', method: 'policy', policy: 'policy.json', as: 'm', signature: 'model.sig' };
  const { code, outputs, commands, summary, log } = await runner.step('verify', inputs);
  expect([code, outputs.verdict, outputs['root-digest']], log).toEqual([0, '', '']);
  expect(commands.map(({ name }) => name)).toEqual(['warning']);
  expect(summary).toContain('Model refused, but the policy is not enforced');
});
