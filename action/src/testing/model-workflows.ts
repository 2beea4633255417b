import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Verb } from '../inputs.ts';

const folder = path.resolve(import.meta.dirname, '../../../docs/workflows');

/** A step of a workflow for users. */
export interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

/** A workflow for users, by the name of its file. */
export function workflowNamed(name: string) {
  return parse(readFileSync(path.join(folder, name), 'utf8'));
}

/** The file that users copy for each action. */
const workflowFiles: Readonly<Record<Verb, string>> = { sign: 'sign-model.yml', verify: 'verify-model.yml' };

/** All steps of the workflow for an action. */
export function stepsOf(verb: Verb): WorkflowStep[] {
  const jobs = Object.values<{ steps: WorkflowStep[] }>(workflowNamed(workflowFiles[verb]).jobs);
  return jobs.flatMap(({ steps }) => steps);
}

/** The inputs that the workflow for an action gives it. */
export function inputsOfWorkflow(verb: Verb): Readonly<Record<string, string>> {
  return inputsIn(stepsOf(verb), verb);
}

/** The inputs that a step gives an action. */
export function inputsIn(steps: readonly WorkflowStep[], verb: Verb): Readonly<Record<string, string>> {
  const step = steps.find(({ uses }) => uses?.includes(`/action/${verb}@`));
  if (step?.with === undefined) throw new Error(`no step uses the action ${verb}`);
  return Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, String(value)]));
}

/** The repository of the models, as the workflow that verifies names it. */
const modelRepository = 'ORGANIZATION/MODELS';

/** What the issuer of GitHub says in a token for a job of a workflow, of this repository unless it says otherwise. */
export function jobClaims({ repository = modelRepository, ref = 'refs/tags/v1.2.3', file = workflowFiles.sign }) {
  const workflow = `${repository}/.github/workflows/${file}@${ref}`;
  const commit = '0123456789abcdef0123456789abcdef01234567';
  return {
    sub: `repo:${repository}:ref:${ref}`,
    job_workflow_ref: workflow,
    job_workflow_sha: commit,
    workflow_ref: workflow,
    workflow_sha: commit,
    workflow: 'Sign model',
    ...{ repository, ref, sha: commit, event_name: 'push' },
    ...{ repository_id: '1', repository_owner: repository.split('/')[0], repository_owner_id: '2' },
    ...{ repository_visibility: 'public', runner_environment: 'github-hosted', run_id: '3', run_attempt: '1' },
  };
}

/** The name that Fulcio certifies for such a token. */
export function jobIdentity(claims: { readonly job_workflow_ref: string }): string {
  return `https://github.com/${claims.job_workflow_ref}`;
}
