import { readFileSync } from 'node:fs';
import { startHub } from '@model-signing/testing/hub';
import { testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { expect, it, onTestFinished } from 'vitest';
import { argumentsFor, givenInputs, type Verb } from './inputs.ts';
import {
  inputsIn,
  inputsOfWorkflow,
  jobClaims,
  jobIdentity,
  stepsOf,
  workflowNamed,
} from './testing/model-workflows.ts';
import { Runner } from './testing/runner.ts';

const verbs: readonly Verb[] = ['sign', 'verify'];

it.each(verbs)('the workflow for %s gives the action inputs that it has', (verb) => {
  const inputs = Object.entries(inputsOfWorkflow(verb)).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  expect(argumentsFor(verb, givenInputs(verb, Object.fromEntries(inputs)))[0]).toBe(verb);
});

it('the signature has one name from the step that makes it to the step that verifies it', () => {
  const signature = inputsOfWorkflow('sign').signature;
  const steps = [...stepsOf('sign'), ...stepsOf('verify')];
  const uploaded = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'))?.with;
  const downloaded = steps.find(({ uses }) => uses?.startsWith('actions/download-artifact@'))?.with;
  const scripts = steps.map(({ run = '' }) => run).join('\n');
  expect([uploaded?.path, inputsOfWorkflow('verify').signature]).toEqual([signature, signature]);
  expect(downloaded?.name).toBe(uploaded?.name);
  expect(scripts).toContain(`gh release upload "$GITHUB_REF_NAME" ${signature} `);
  expect(scripts).toContain(`--pattern ${signature}`);
});

it('no job has both an identity and write access, and none has more', () => {
  const permissions = verbs.flatMap((verb) => {
    const { jobs, permissions: all } = workflowNamed(`${verb}-model.yml`);
    return Object.values<{ permissions?: object }>(jobs).map((job) => job.permissions ?? all);
  });
  expect(permissions).toEqual([{ contents: 'read', 'id-token': 'write' }, { contents: 'write' }, { contents: 'read' }]);
});

/** A runner, and the variables by which its job gets this identity from an issuer in the process. */
async function runnerWithIdentity(identity: string) {
  const services = await TestServices.start();
  const runner = new Runner();
  onTestFinished(() => runner.remove());
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  const trust = { mediaType, trustedRoot: services.instance.trustedRoot(), signingConfig: services.signingConfig() };
  runner.write('trust.json', JSON.stringify(trust));
  const value = services.token({ sub: identity, email: undefined });
  services.faults.set('/github', () => ({ body: JSON.stringify({ value }) }));
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `${services.url}/github?x`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job' };
  return { runner, env };
}

it.each([
  ['accepts', 'the first tag', {}, 'verified'],
  ['accepts', 'another tag', { ref: 'refs/tags/v2.0.0-rc.1' }, 'verified'],
  ['refuses', 'a branch', { ref: 'refs/heads/v1' }, 'rejected'],
  ['refuses', 'another workflow', { file: 'other.yml' }, 'rejected'],
  ['refuses', 'a workflow with a similar name', { file: 'sign-model_yml' }, 'rejected'],
  ['refuses', 'another repository', { repository: 'ORGANIZATION/MODELS-2' }, 'rejected'],
  ['refuses', 'a repository of another owner', { repository: 'evil/ORGANIZATION' }, 'rejected'],
])(
  'the workflow for verify %s what the one for sign signs at %s',
  { timeout: 240_000 },
  async (_, __, job, verdict) => {
    const claims = jobClaims(job);
    const { runner, env } = await runnerWithIdentity(jobIdentity(claims));
    runner.write('model/config.json', '{}');
    runner.write('models/model/config.json', '{}');
    const own = { 'trust-config': 'trust.json' };
    const signed = await runner.step('sign', { ...inputsOfWorkflow('sign'), ...own }, env);
    expect([signed.code, signed.outputs.signer], signed.log).toEqual([0, jobIdentity(claims)]);
    const provider = { 'identity-provider': testIssuer };
    const verified = await runner.step('verify', { ...inputsOfWorkflow('verify'), ...provider, ...own });
    expect(verified.outputs.verdict, verified.log).toBe(verdict);
  },
);

it('a model that the workflow for the hub signed at a commit is verified with its signature on the hub', {
  timeout: 240_000,
}, async () => {
  const files = { 'config.json': '{}', 'weights.bin': 'w'.repeat(5000) };
  const hub = await startHub({ repositories: { 'ORGANIZATION/MODEL': files } });
  onTestFinished(() => hub.stop());
  const identity = jobIdentity(jobClaims({ file: 'sign-model-on-hub.yml', ref: 'refs/heads/main' }));
  const { runner, env } = await runnerWithIdentity(identity);
  const inputs = inputsIn(workflowNamed('sign-model-on-hub.yml').jobs.sign.steps, 'sign');
  const atCommit = (commit: string) => inputs.model?.replace(/\$\{\{ inputs\.commit \}\}/, commit) ?? '';
  const onHub = { HF_ENDPOINT: hub.url, HF_TOKEN: '', HF_TOKEN_PATH: 'none', HF_HOME: 'none' };
  const trust = { 'trust-config': 'trust.json' };
  const reviewed = { ...inputs, ...trust, model: atCommit(hub.head('ORGANIZATION/MODEL')) };
  const signed = await runner.step('sign', reviewed, { ...env, ...onHub });
  expect([signed.code, signed.outputs.signer], signed.log).toEqual([0, identity]);
  const later = hub.commit('ORGANIZATION/MODEL', { ...files, 'model.sig': readFileSync(runner.path('model.sig')) });
  const whom = { identity, 'identity-provider': testIssuer };
  const verified = await runner.step('verify', { ...trust, ...whom, model: atCommit(later) }, onHub);
  expect([verified.code, verified.outputs], verified.log).toMatchObject([
    0,
    { verdict: 'verified', 'bundle-path': '' },
  ]);
  expect(verified.summary).toContain(`<td>source</td><td><code>${atCommit(later)}</code></td>`);
});

it('the workflow for the hub uploads with a client of an exact version what the action signed, without an identity', () => {
  const { sign, upload } = workflowNamed('sign-model-on-hub.yml').jobs;
  const scripts = upload.steps.map(({ run = '' }) => run).join('\n');
  const [signing, artifact] = sign.steps;
  const download = upload.steps.find(({ uses = '' }) => uses.startsWith('actions/download-artifact@'));
  expect([sign.permissions, upload.permissions]).toEqual([{ 'id-token': 'write' }, {}]);
  expect([artifact.with.path, download.with.name]).toEqual([signing.with.signature, artifact.with.name]);
  expect(scripts).toMatch(/ @huggingface\/hub@\d+\.\d+\.\d+\n/);
  expect(scripts).toContain(` upload ORGANIZATION/MODEL ${download.with.path} `);
});
