// What is wrong with a GitHub workflow, a composite action or an excerpt of one: whatever lets others change what runs beside an
// identity. `scripts/workflows.test.ts` applies this to every such file and to the code blocks of the documentation.
import { parse } from 'yaml';
import { changesPrograms, scriptFaults } from './allowed-commands.ts';

type Variables = Readonly<Record<string, unknown>>;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Variables;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Defaults {
  readonly run?: { readonly shell?: string };
}

type Permissions = string | Readonly<Record<string, string>> | undefined;

interface Job {
  readonly permissions?: Permissions;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly secrets?: unknown;
  readonly env?: Variables;
  readonly defaults?: Defaults;
  readonly container?: unknown;
  readonly services?: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly on?: unknown;
  readonly permissions?: Permissions;
  readonly env?: Variables;
  readonly defaults?: Defaults;
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps?: readonly Step[] };
}

/** Events that run with the secrets of the repository on what others propose. */
const dangerousEvents = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** @returns the faults, one line each */
export function workflowFaults(text: string): string[] {
  const document: unknown = parse(text);
  if (Array.isArray(document)) return [...comments(text), ...stepsFaults('the steps', document as Step[], false)];
  const { on, permissions, jobs, runs, env, defaults, ...rest } = (document ?? {}) as Document & Step;
  if (runs) return [...comments(text), ...stepsFaults('the action', runs.steps ?? [], true)];
  if (!jobs) return [...comments(text), ...stepsFaults('the step', [{ ...rest, ...(env ? { env } : {}) }], false)];
  return [
    ...comments(text),
    ...dangerousEvents.filter((event) => eventsOf(on).includes(event)).map((event) => `it runs on ${event}`),
    ...(permissions === undefined ? ['it does not limit its permissions'] : []),
    ...(grants(permissions).length > 0 ? ['it grants every job write access or an identity'] : []),
    ...surroundingFaults('the workflow', env, defaults),
    ...Object.entries(jobs).flatMap(([name, job]) => jobFaults(name, job, permissions)),
  ];
}

function eventsOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on : Object.keys(on ?? {});
}

/** The permissions that give write access or an identity. */
function grants(permissions: Permissions): string[] {
  if (typeof permissions === 'string') return permissions === 'read-all' ? [] : [permissions];
  return Object.entries(permissions ?? {}).flatMap(([name, value]) => (value === 'write' ? [name] : []));
}

function jobFaults(name: string, job: Job, inherited: Permissions): string[] {
  const steps = job.uses === undefined ? (job.steps ?? []) : [{ uses: job.uses }];
  // An earlier step could change what a later one runs, so a secret of one step counts for all.
  const privileged = grants(job.permissions ?? inherited).length > 0 || holdsSecret(job);
  return [
    ...(job.secrets === 'inherit' ? [`${name} passes on every secret`] : []),
    ...surroundingFaults(name, job.env, job.defaults),
    ...[job.container, ...Object.values(job.services ?? {})].flatMap((image) => imageFaults(name, image)),
    ...stepsFaults(name, steps, privileged),
  ];
}

/** Whether an expression in it gives a secret, the token of the job included. */
function holdsSecret(value: unknown): boolean {
  return /\$\{\{[^}]*(?:\bsecrets\b|\bgithub\s*(?:\.\s*token\b|\[)|toJSON\(\s*github\b)/i.test(
    JSON.stringify(value ?? null),
  );
}

/** What applies to every step of a job. */
function surroundingFaults(where: string, env: Variables = {}, defaults: Defaults = {}): string[] {
  return [
    ...(holdsSecret(env) ? [`${where} gives every step a secret`] : []),
    ...variableFaults(env).map((fault) => `${where}: ${fault}`),
    ...shellFaults(defaults.run?.shell).map((fault) => `${where}: ${fault}`),
  ];
}

function variableFaults(env: Variables = {}): string[] {
  return Object.keys(env)
    .filter(changesPrograms)
    .map((name) => `it sets ${name}`);
}

/** A shell may be a command with any arguments, or another language. */
function shellFaults(shell: string | undefined): string[] {
  return shell === undefined || shell === 'bash' || shell === 'sh' ? [] : [`the shell ${shell} is not allowed`];
}

function imageFaults(where: string, container: unknown): string[] {
  if (container === undefined) return [];
  const image = typeof container === 'string' ? container : (container as { readonly image?: unknown } | null)?.image;
  return /^[\w.:/-]+@sha256:[0-9a-f]{64}$/.test(String(image))
    ? []
    : [`${where}: the image ${image} is not pinned to a digest`];
}

function stepsFaults(where: string, steps: readonly Step[], privileged: boolean): string[] {
  return steps.flatMap(({ uses, run, shell, env, with: options }) =>
    [
      ...(uses === undefined ? [] : usesFaults(uses, options)),
      ...(run === undefined ? [] : scriptFaults(run, privileged)),
      ...shellFaults(shell),
      ...variableFaults(env),
    ].map((fault) => `${where}: ${fault}`),
  );
}

function usesFaults(used: string, options: Step['with'] = {}): string[] {
  const uses = used.toLowerCase(); // GitHub does not tell them apart by case
  const pinned =
    /^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40}$/.test(uses) ||
    /^docker:\/\/[\w.:/-]+@sha256:[0-9a-f]{64}$/.test(uses) ||
    /^\.\/(?!.*\.\.)/.test(uses);
  const keeps = uses.startsWith('actions/checkout@') && options['persist-credentials'] !== false;
  const scripts = Object.entries(options).filter(([name]) => /script|command|^run$|^args$|^entrypoint$/i.test(name));
  return [
    ...(pinned ? [] : [`${used} is not pinned to a commit`]),
    ...(keeps ? ['the checkout leaves its credentials behind'] : []),
    ...(scripts.some(([, script]) => String(script).includes('${{')) ? ['an expression becomes part of a script'] : []),
  ];
}

/** A commit says nothing to a reader, so its version stands beside it. */
function comments(text: string): string[] {
  const used = [...text.matchAll(/^\s*(?:- )?uses: *(\S+@\S+)(.*)$/gm)];
  return used
    .filter(([, , rest = '']) => !/^ # v\d+\.\d+\.\d+$/.test(rest))
    .map(([, uses]) => `${uses} is not followed by its version`);
}
