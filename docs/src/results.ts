// `npm run docs:results`: has the conformance suite judge this implementation and the Python one, and records what it found.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const conformance = path.join(root, 'conformance');
const suite = path.join(conformance, 'bin/oms-conformance.js');

/** The Python of the environment that the suite prepares for its peer. */
function peerPython(): string {
  const prepared = spawnSync(process.execPath, [path.join(conformance, 'src/peer/python-environment.ts')], {
    encoding: 'utf8',
  });
  const directory = prepared.stdout.trim();
  if (prepared.status !== 0 || directory === '')
    throw new Error(`no Python peer: ${prepared.stdout}${prepared.stderr}`);
  return path.join(directory, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** One report. An implementation that does not conform is a result and no failure. */
function judge(name: string, adapter: readonly string[], file: string): unknown {
  const flags = ['run', '--name', name, '--json', file, '--quiet', '--', ...adapter];
  const { status, stderr } = spawnSync(process.execPath, [suite, ...flags], { cwd: root, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${name} could not be judged:\n${stderr}`);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return { ...report, results: report.results.map(withoutTheObvious) };
}

/** What a program printed says something where it did not pass; elsewhere it is left out for the size of the record. */
function withoutTheObvious(result: { readonly state: string; readonly output: string }): object {
  return result.state.startsWith('pass') ? { ...result, output: '' } : result;
}

const scratch = mkdtempSync(path.join(tmpdir(), 'model-signing-results-'));
try {
  const reports = [
    judge(
      'TypeScript, this repository',
      [process.execPath, path.join(root, 'packages/cli/bin/conformance-adapter.js')],
      path.join(scratch, 'ours.json'),
    ),
    judge(
      'Python',
      [peerPython(), path.join(conformance, 'adapters/python/adapter.py')],
      path.join(scratch, 'python.json'),
    ),
  ];
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(path.join(root, 'docs/data/conformance.json'), `${JSON.stringify({ date, reports }, null, 1)}\n`);
  process.stdout.write('docs/data/conformance.json written\n');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
