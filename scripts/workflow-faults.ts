// What is wrong with a GitHub workflow, a composite action or an excerpt of one: whatever lets others change what runs beside an
// identity. `scripts/workflows.test.ts` applies this to every such file and to the code blocks of the documentation.
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Permissions = string | Readonly<Record<string, string>> | undefined;

interface Job {
  readonly permissions?: Permissions;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly secrets?: unknown;
}

interface Document {
  readonly on?: unknown;
  readonly permissions?: Permissions;
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly steps?: readonly Step[] };
}

/** Events that run with the secrets of the repository on what others propose. */
const dangerousEvents = ['pull_request_target', 'workflow_run', 'issue_comment'];

/** @returns the faults, one line each */
export function workflowFaults(text: string): string[] {
  const document: unknown = parse(text);
  if (Array.isArray(document)) return [...comments(text), ...stepsFaults('the steps', document as Step[], false)];
  const { on, permissions, jobs, runs, ...rest } = (document ?? {}) as Document & Step;
  if (runs) return [...comments(text), ...stepsFaults('the action', runs.steps ?? [], true)];
  if (!jobs) return [...comments(text), ...stepsFaults('the step', [rest], false)];
  return [
    ...comments(text),
    ...dangerousEvents.filter((event) => eventsOf(on).includes(event)).map((event) => `it runs on ${event}`),
    ...(permissions === undefined ? ['it does not limit its permissions'] : []),
    ...(grants(permissions).length > 0 ? ['it grants every job write access or an identity'] : []),
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
  const privileged = grants(job.permissions ?? inherited).length > 0;
  const secrets = job.secrets === 'inherit' ? [`${name} passes on every secret`] : [];
  return [...secrets, ...stepsFaults(name, steps, privileged)];
}

function stepsFaults(where: string, steps: readonly Step[], privileged: boolean): string[] {
  return steps.flatMap(({ uses, run, with: options }) => [
    ...(uses === undefined ? [] : usesFaults(uses, options)).map((fault) => `${where}: ${fault}`),
    ...(run === undefined ? [] : runFaults(run, privileged)).map((fault) => `${where}: ${fault}`),
  ]);
}

function usesFaults(uses: string, options: Step['with'] = {}): string[] {
  const pinned = /^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40}$/.test(uses) || uses.startsWith('./');
  const keeps = uses.startsWith('actions/checkout@') && options['persist-credentials'] !== false;
  return [
    ...(pinned ? [] : [`${uses} is not pinned to a commit`]),
    ...(keeps ? ['the checkout leaves its credentials behind'] : []),
  ];
}

/** A commit says nothing to a reader, so its version stands beside it. */
function comments(text: string): string[] {
  const used = [...text.matchAll(/^\s*(?:- )?uses: *(\S+@\S+)(.*)$/gm)];
  return used
    .filter(([, , rest = '']) => !/^ # v\d+\.\d+\.\d+$/.test(rest))
    .map(([, uses]) => `${uses} is not followed by its version`);
}

function runFaults(run: string, privileged: boolean): string[] {
  const commands = run
    .replace(/\\\n/g, ' ')
    .split(/\n|&&|\|\||;|\||\$\(|\(/)
    .map((command) => command.trim());
  return [
    ...(run.includes('${{') ? ['an expression becomes part of a script'] : []),
    ...commands.flatMap((command) => commandFaults(command, privileged)),
  ];
}

const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

function commandFaults(command: string, privileged: boolean): string[] {
  const words = command.replace(/^(?:\w+=\S*\s+)*(?:sudo\s+)?/, '').split(/\s+/);
  const [program = '', verb = ''] = words;
  const faults: string[] = [];
  const about = (fault: string) => faults.push(`"${command}" ${fault}`);
  const installs = program === 'npm' && ['ci', 'install', 'i', 'add'].includes(verb);
  const executes = ['npx', 'pnpx', 'bunx'].includes(program) || (program === 'npm' && ['exec', 'x'].includes(verb));
  const local = executes && words.includes('--no-install');
  if (installs || (executes && !local)) {
    const unpinned = packagesOf(words, executes).filter((one) => !isPinned(one));
    if (unpinned.length > 0) about(`fetches ${unpinned.join(' ')}, which is not pinned`);
  }
  if (/^(?:pnpm|yarn|bun)$/.test(program)) about('uses an installer without rules here');
  if (/^pipx?3?$/.test(program) && verb === 'install' && !words.includes('--require-hashes'))
    about('does not check hashes');
  if (program === 'go' && ['run', 'install'].includes(verb) && !/@v\d+\.\d+\.\d+$/.test(words[2] ?? ''))
    about('is not pinned');
  if (/^(?:curl|wget)$/.test(program)) about('fetches what no digest checks');
  if (installs && !words.includes('--ignore-scripts')) about('runs the scripts of packages');
  if (privileged && (executes || (program === 'npm' && ['run', 'test', 'start', 'run-script'].includes(verb)))) {
    about('runs code of packages beside an identity or write access');
  }
  return faults;
}

/** The packages that a command names; for `npx` only the first word is one. */
function packagesOf(words: readonly string[], executes: boolean): string[] {
  const rest = words.slice(words[0] === 'npm' ? 2 : 1).map((word) => word.replace(/^["']|["')]+$/g, ''));
  const named = rest.filter(
    (word, i) => !word.startsWith('-') && !/^--(?:prefix|registry|package)$/.test(rest[i - 1] ?? ''),
  );
  return executes ? named.slice(0, 1) : named;
}

/** A variable counts as a version, because a script that takes one from its inputs has to check that it is exact. */
function isPinned(name: string): boolean {
  const version = name.slice(name.lastIndexOf('@') + 1);
  return name.startsWith('./') || (name.lastIndexOf('@') > 0 && (exact.test(version) || version === '$VERSION'));
}
