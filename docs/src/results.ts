// `npm run docs:results`: has the conformance suite judge this implementation and the Python one, asks both what they offer,
// and records the answers for the site. With `--check` it records nothing and fails where the record says something else.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Conformance, ConformanceReport } from './comparison.ts';
import { askFeatures, readFeatures } from './features.ts';
import { changesOf, recordText, reportToRecord } from './record.ts';

const root = path.resolve(import.meta.dirname, '../..');
const data = path.join(root, 'docs/data');
const record = path.join(data, 'conformance.json');
const conformance = path.join(root, 'conformance');
const suite = path.join(conformance, 'suite/bin/oms-conformance.js');

/** The folder of programs in the environment that the suite prepares for its peer. */
function peerPrograms(): string {
  const prepared = spawnSync(process.execPath, [path.join(conformance, 'interop/src/peer/python-environment.ts')], {
    encoding: 'utf8',
  });
  const directory = prepared.stdout.trim();
  if (prepared.status !== 0 || directory === '')
    throw new Error(`no Python peer: ${prepared.stdout}${prepared.stderr}`);
  return path.join(directory, process.platform === 'win32' ? 'Scripts' : 'bin');
}

/** One report. An implementation that does not conform is a result and no failure; one that cannot be run is a failure. */
function judge(name: string, adapter: readonly string[], called: string): ConformanceReport {
  const program = adapter.at(-1) as string;
  if (!existsSync(program)) throw new Error(`the adapter of ${name} is not at ${path.relative(root, program)}`);
  const scratch = mkdtempSync(path.join(tmpdir(), 'model-signing-results-'));
  try {
    const file = path.join(scratch, 'report.json');
    const flags = ['run', '--name', name, '--json', file, '--quiet', '--', ...adapter];
    const { status, stderr } = spawnSync(process.execPath, [suite, ...flags], { cwd: root, encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(`${name} could not be judged:\n${stderr}`);
    return reportToRecord(JSON.parse(readFileSync(file, 'utf8')), called);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a command prints when it is asked for help. @throws {Error} where it cannot be run at all */
function helpOf(...program: readonly string[]): (args: readonly string[]) => string {
  return (args) => {
    const [command = '', ...first] = program;
    const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
    const { stdout, stderr, error } = spawnSync(command, [...first, ...args], { encoding: 'utf8', env });
    if (error || `${stdout}${stderr}`.trim() === '') throw new Error(`${path.basename(command)} has no help`);
    return stdout;
  };
}

function findings(): Conformance {
  const peer = peerPrograms();
  const command = path.join(root, 'packages/cli/bin/model-signing.js');
  return {
    date: new Date().toISOString().slice(0, 10),
    features: askFeatures(readFeatures(data), {
      ours: helpOf(process.execPath, command),
      python: helpOf(path.join(peer, 'model_signing')),
    }),
    reports: [
      judge(
        'TypeScript',
        [process.execPath, path.join(root, 'packages/cli/bin/conformance-adapter.mjs')],
        'model-signing-conformance-adapter',
      ),
      judge(
        'Python',
        [path.join(peer, 'python'), path.join(conformance, 'interop/python/adapter.py')],
        'python conformance/interop/python/adapter.py',
      ),
    ],
  };
}

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`there is no flag ${JSON.stringify(unknown)}: npm run docs:results [-- --check]\n`);
    return 2;
  }
  const found = findings();
  const recorded: Conformance | null = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : null;
  const changes = recorded ? changesOf(recorded, found) : ['nothing was recorded before'];
  const listed = [...changes.slice(0, 20), ...(changes.length > 20 ? [`and ${changes.length - 20} more`] : [])];
  if (args.includes('--check')) {
    process.stdout.write([...listed, `${changes.length} differences from docs/data/conformance.json`, ''].join('\n'));
    if (changes.length > 0) process.stderr.write('npm run docs:results records what is found now\n');
    return changes.length === 0 ? 0 : 1;
  }
  // The date says when something was found, and what is found again keeps it.
  const text = recordText(recorded && changes.length === 0 ? { ...found, date: recorded.date } : found);
  const isNew = !existsSync(record) || readFileSync(record, 'utf8') !== text;
  if (isNew) writeFileSync(record, text);
  const done = isNew ? 'docs/data/conformance.json written' : 'nothing new, nothing written';
  process.stdout.write([...listed, done, ''].join('\n'));
  return 0;
}

process.exitCode = main(process.argv.slice(2));
