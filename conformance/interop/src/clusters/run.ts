/**
 * `npm run clusters`: checks the manifests of the documentation against the published schemas of Kubernetes, which the Python package
 * `kubernetes-validate` holds, and that it refuses each with one field misspelt. No cluster is started.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reportMissing } from '../needed-programs.ts';
import { programOf } from '../peer/python-environment.ts';

const VERSION = '1.37.0';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** The manifests, each with one of its fields. */
const manifests: Readonly<Record<string, string>> = {
  'kubernetes-job.yaml': 'backoffLimitPerIndex',
  'verified-model.yaml': 'readOnlyRootFilesystem',
};

const environment = path.join(repository, `.cache/kubernetes-validate-${VERSION}`);
const program = programOf(environment, 'kubernetes-validate');

/** Installs the package into an environment of its own; returns null or why it is not there. */
function install(): string | null {
  if (existsSync(program)) return null;
  rmSync(environment, { recursive: true, force: true });
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check'];
  const steps = [
    ['python3', '-m', 'venv', environment],
    [programOf(environment, 'python'), '-m', 'pip', 'install', ...quiet, `kubernetes-validate==${VERSION}`],
  ];
  for (const [file = '', ...args] of steps) {
    const { status, stderr, error } = run(file, args);
    if (status !== 0) return (error?.message ?? stderr.trim().split('\n').at(-1)) || `${file} failed`;
  }
  return null;
}

function run(file: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(file, args, { encoding: 'utf8' });
}

/** Whether the schemas accept a manifest, and what they say. */
function validate(file: string): { readonly accepts: boolean; readonly text: string } {
  const { status, stdout, stderr } = run(program, ['--strict', file]);
  return { accepts: status === 0, text: `${stdout}${stderr}`.trim() };
}

function main(): number {
  const tell = (text: string) => void process.stderr.write(`${text}\n`);
  const why = install();
  if (why !== null) return reportMissing({ 'kubernetes-validate': { unavailable: why } }, tell) > 0 ? 1 : 0;
  const folder = mkdtempSync(path.join(tmpdir(), 'oms-clusters-'));
  try {
    const checks = Object.entries(manifests).map(([name, field]) => isChecked(name, field, { folder, tell }));
    return checks.every(Boolean) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Workplace {
  readonly folder: string;
  readonly tell: (text: string) => void;
}

/** Whether the schemas accept a manifest, and refuse it with a misspelt field. */
function isChecked(name: string, field: string, { folder, tell }: Workplace): boolean {
  const manifest = path.join(repository, 'docs/clusters', name);
  const { accepts, text } = validate(manifest);
  tell(`${path.relative(repository, manifest)}: ${accepts ? 'as the schemas demand' : text}`);
  const wrong = path.join(folder, name);
  writeFileSync(wrong, readFileSync(manifest, 'utf8').replace(field, field.slice(0, -1)));
  const isRefused = !validate(wrong).accepts;
  tell(`the same with a misspelt field: ${isRefused ? 'refused' : 'ACCEPTED, so the check finds nothing'}`);
  return accepts && isRefused;
}

process.exitCode = main();
