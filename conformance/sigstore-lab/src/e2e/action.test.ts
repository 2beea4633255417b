import { describe, expect, it, onTestFinished } from 'vitest';
import { inputsOfWorkflow, jobClaims, jobIdentity } from '../../../../action/src/testing/model-workflows.ts';
import { Runner } from '../../../../action/src/testing/runner.ts';
import { jobIssuer, jobVariables } from '../oidc/jobs.ts';
import { lab, skipReason } from './stage.ts';
import { LAB_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE);

/** A runner with the model where each of the two workflows for users has it. */
function runnerWithModels(): Runner {
  const runner = new Runner();
  onTestFinished(() => runner.remove());
  for (const folder of ['model', 'models/model']) {
    runner.write(`${folder}/config.json`, '{"hidden_size": 8}\n');
    runner.write(`${folder}/weights.bin`, 'w'.repeat(1000));
  }
  return runner;
}

const verifying = () => ({
  ...inputsOfWorkflow('verify'),
  'trusted-root': lab.file('trustedRoot'),
  'identity-provider': jobIssuer(lab.services.issuer),
});

describe.skipIf(reason)(`the actions${reason}`, () => {
  it.each(['trustConfig', 'trustConfigV2'] as const)(
    'the workflow for verify accepts what the one for sign signed with the identity of its job, by %s',
    async (config) => {
      const runner = runnerWithModels();
      const claims = jobClaims({});
      const inputs = { ...inputsOfWorkflow('sign'), 'trust-config': lab.file(config) };
      const signed = await runner.step('sign', inputs, jobVariables(lab.services.issuer, claims));
      expect([signed.code, signed.outputs.signer], signed.log).toEqual([0, jobIdentity(claims)]);
      const verified = await runner.step('verify', verifying());
      expect([verified.code, verified.outputs], verified.log).toEqual([0, { verdict: 'verified', ...signed.outputs }]);
      runner.write('models/model/weights.bin', 'x');
      const refused = await runner.step('verify', verifying());
      expect([refused.code, refused.outputs.verdict]).toEqual([1, 'rejected']);
      const files = refused.commands.flatMap(({ properties }) => properties.file ?? []);
      expect(files).toEqual(['models/model/weights.bin']);
    },
  );

  it.each([
    ['a branch', { ref: 'refs/heads/main' }],
    ['another workflow', { file: 'other.yml' }],
    ['another repository', { repository: 'ORGANIZATION/OTHERS' }],
  ])('the workflow for verify refuses what a job of %s signed', async (_, job) => {
    const runner = runnerWithModels();
    const inputs = { ...inputsOfWorkflow('sign'), 'trust-config': lab.file('trustConfig') };
    const signed = await runner.step('sign', inputs, jobVariables(lab.services.issuer, jobClaims(job)));
    expect(signed.code, signed.log).toBe(0);
    const refused = await runner.step('verify', verifying());
    expect([refused.outputs.verdict, refused.commands[0]?.text]).toEqual([
      'rejected',
      expect.stringContaining('[signer/identity-mismatch'),
    ]);
  });

  it('sign writes no signature if the certificate authority refuses the job, and says nothing of its token', async () => {
    const runner = runnerWithModels();
    const { job_workflow_ref, ...others } = jobClaims({});
    const inputs = { ...inputsOfWorkflow('sign'), 'trust-config': lab.file('trustConfig') };
    const { code, log, outputs } = await runner.step('sign', inputs, jobVariables(lab.services.issuer, others));
    expect([code, outputs['bundle-path']]).toEqual([3, '']);
    expect(log).toContain('signer/service-failed');
    expect(log).not.toMatch(/eyJ[\w-]{20,}\.eyJ/);
  });
});
