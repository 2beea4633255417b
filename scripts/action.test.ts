import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '..');
const action = parse(readFileSync(path.join(root, 'conformance/action.yml'), 'utf8'));
const { run } = action.runs.steps.find(({ id }: { id?: string }) => id === 'run');

/** An npm that installs this checkout's suite, and notes how it was called. */
const npm = (log: string) => `#!/bin/sh
printf '%s\\n' "$*" > '${log}'
mkdir -p oms-conformance/node_modules/@model-signing
ln -s '${path.join(root, 'conformance/suite')}' oms-conformance/node_modules/@model-signing/conformance
`;

/** Runs the action's script for an adapter, as a runner would. */
function runAction(adapter: string, inputs: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-action-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => path.join(folder, name);
  for (const name of ['bin', 'temp', 'work']) mkdirSync(file(name));
  writeFileSync(file('bin/npm'), npm(file('npm.log')));
  writeFileSync(file('work/adapter.mjs'), adapter);
  chmodSync(file('bin/npm'), 0o755);
  const env = {
    ...process.env,
    PATH: [file('bin'), path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    RUNNER_TEMP: file('temp'),
    GITHUB_ACTION_PATH: path.join(root, 'conformance'),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    ...{ ADAPTER: 'node adapter.mjs', NAME: 'an adapter', VERSION: '1.2.3', EXPECTED: '', REASONS: '' },
    FLAGS: '--only bundle_plain --timeout 300',
    ...inputs,
  };
  const script = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', run];
  const { status, stdout, stderr } = spawnSync('bash', script, { cwd: file('work'), env, encoding: 'utf8' });
  const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');
  return { status, stdout, stderr, read };
}

const skipped = process.platform === 'win32';

it.skipIf(skipped)('the action judges an adapter with an exact version of the suite, and writes the summary', () => {
  const { status, stderr, read } = runAction('process.exit(1);');
  expect(status, stderr).toBe(1);
  expect(read('output')).toBe('conformant=false\n');
  expect(read('summary')).toContain('## an adapter');
  expect(read('npm.log')).toMatch(/--ignore-scripts .*@model-signing\/conformance@1\.2\.3\n$/);
  for (const name of ['report.json', 'junit.xml', 'summary.md', 'badge.svg', 'index.html']) {
    expect(read(`work/oms-conformance/${name}`), name).not.toBe('');
  }
});

it.skipIf(skipped)('a line that comes from an adapter or its name is never a command for the runner', () => {
  const adapter = 'console.log("::error::injected\\n::set-output name=x::y"); process.exit(3);';
  const { stdout, read } = runAction(adapter, { NAME: '::error::injected' });
  const token = /^::stop-commands::([0-9a-f-]{36})$/m.exec(stdout)?.[1];
  const between = stdout.slice(stdout.indexOf(`::stop-commands::${token}`), stdout.indexOf(`::${token}::`));
  const outside = stdout.replace(between, '');
  expect(token).toBeDefined();
  expect(between).toContain('\\::error::injected does not conform');
  expect(outside.match(/^::.*/gm)).toEqual([`::${token}::`]);
  expect(read('summary')).not.toMatch(/^::/m);
});

it.skipIf(skipped)('the action installs its own version unless it is given another one', () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'conformance/suite/package.json'), 'utf8'));
  const { read } = runAction('process.exit(1);', { VERSION: action.inputs.version.default });
  expect(read('npm.log')).toMatch(new RegExp(`@model-signing/conformance@${version.replaceAll('.', '\\.')}\n$`));
});

it.skipIf(skipped)('the action installs nothing for a version that is not exact', () => {
  const { status, read } = runAction('', { VERSION: 'latest' });
  expect(status).toBe(2);
  expect(read('npm.log')).toBe('');
});

it.skipIf(skipped)('the action passes the verdict, the report of an earlier run and the time limit on', () => {
  const first = runAction('process.exit(1);', { JUDGE: 'clarified' });
  expect(JSON.parse(first.read('work/oms-conformance/report.json')).judge).toBe('clarified');
  const missing = runAction('process.exit(1);', { RERUN: 'missing.json', TIME_LIMIT: '600' });
  expect([missing.status, missing.stdout + missing.stderr]).toEqual([
    2,
    expect.stringContaining('missing.json: there is no such file'),
  ]);
  expect(runAction('process.exit(1);', { TIME_LIMIT: 'soon' }).status).toBe(2);
});

it.skipIf(skipped)('the action claims nothing about an adapter that cannot be judged', () => {
  const { status, read } = runAction('process.exit(1);', { FLAGS: '--only OMS-VERIFY-3 --timeout 300' });
  expect(status).toBe(3);
  expect(read('output')).toBe('conformant=\n');
});

it('each input of the action is passed to its script', () => {
  const { env } = action.runs.steps.find(({ id }: { id?: string }) => id === 'run');
  const passed = Object.values(env).map((value) => /inputs\.([\w-]+)/.exec(String(value))?.[1]);
  expect([...passed, 'artifact-name'].sort()).toEqual(Object.keys(action.inputs).sort());
});
