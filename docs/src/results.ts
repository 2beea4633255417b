// `npm run docs:results`: judges this implementation and the others with the conformance suite, asks this command and the Python
// one for their features, and records the results for the site. With `--check` it only compares, and fails if the record differs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { judgedPeers } from '../../conformance/interop/src/findings/peers.ts';
import type { Conformance, ConformanceReport } from './comparison.ts';
import { askFeatures, readFeatures } from './features.ts';
import { changesOf, recordText, reportToRecord } from './record.ts';

const root = path.resolve(import.meta.dirname, '../..');
const data = path.join(root, 'docs/data');
const record = path.join(data, 'conformance.json');
const conformance = path.join(root, 'conformance');
const suite = path.join(conformance, 'suite/bin/oms-conformance.js');

/** One report. Not conforming is a result; only failing to run is an error. */
function judge(name: string, adapter: readonly string[], called: string): ConformanceReport {
  const [program, script = program] = adapter as [string, ...string[]];
  if (!existsSync(script)) throw new Error(`the adapter of ${name} is missing: ${path.relative(root, script)}`);
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

/** What a command prints for `--help`. @throws {Error} if it cannot be run */
function helpOf(...program: readonly string[]): (args: readonly string[]) => string {
  return (args) => {
    const [command = '', ...first] = program;
    const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1' };
    const { stdout, stderr, error } = spawnSync(command, [...first, ...args], { encoding: 'utf8', env });
    if (error || `${stdout}${stderr}`.trim() === '') throw new Error(`${path.basename(command)} printed no help`);
    return stdout;
  };
}

/** Another implementation with its adapter. */
interface Prepared {
  readonly name: string;
  readonly adapter: readonly [string, ...string[]];
  /** The folder of its command. */
  readonly programs: string;
}

/**
 * The implementations that can be had here. The others are named, and the record is then without them.
 * @throws {Error} if one is missing that has to be there
 */
function preparePeers(): Prepared[] {
  return judgedPeers.flatMap(({ name, required, prepare }) => {
    const prepared = prepare();
    if (!('unavailable' in prepared)) return [{ name, ...prepared }];
    const problem = `${name} is not judged: ${prepared.unavailable}`;
    if (required) throw new Error(problem);
    process.stdout.write(`${problem}\n`);
    return [];
  });
}

/** How the adapter of another implementation is called in the record: without the paths of this machine. */
function adapterName({ name }: Prepared): string {
  return name === 'Go' ? 'node conformance/interop/go/adapter.ts' : 'python conformance/interop/python/adapter.py';
}

function findings(): Conformance {
  const peers = preparePeers();
  const python = peers.find(({ name }) => name === 'Python');
  if (python === undefined) throw new Error('no Python implementation is known');
  const command = path.join(root, 'packages/cli/bin/model-signing.js');
  return {
    date: new Date().toISOString().slice(0, 10),
    features: askFeatures(readFeatures(data), {
      ours: helpOf(process.execPath, command),
      python: helpOf(path.join(python.programs, 'model_signing')),
    }),
    reports: [
      judge(
        'TypeScript',
        [process.execPath, path.join(root, 'packages/conformance-adapter/src/library.ts')],
        'node packages/conformance-adapter/src/library.ts',
      ),
      ...peers.map((peer) => judge(peer.name, peer.adapter, adapterName(peer))),
    ],
  };
}

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    process.stderr.write(`unknown flag ${JSON.stringify(unknown)}; usage: npm run docs:results [-- --check]\n`);
    return 2;
  }
  const found = findings();
  const recorded: Conformance | null = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : null;
  const changes = recorded ? changesOf(recorded, found) : ['nothing was recorded before'];
  const listed = [...changes.slice(0, 20), ...(changes.length > 20 ? [`and ${changes.length - 20} more`] : [])];
  if (args.includes('--check')) {
    process.stdout.write([...listed, `${changes.length} differences from docs/data/conformance.json`, ''].join('\n'));
    if (changes.length > 0) process.stderr.write('to record the new results, run npm run docs:results\n');
    return changes.length === 0 ? 0 : 1;
  }
  // The date is that of the first run with these results; unchanged results keep it.
  const text = recordText(recorded && changes.length === 0 ? { ...found, date: recorded.date } : found);
  const isNew = !existsSync(record) || readFileSync(record, 'utf8') !== text;
  if (isNew) writeFileSync(record, text);
  const done = isNew ? 'wrote docs/data/conformance.json' : 'no changes, nothing written';
  process.stdout.write([...listed, done, ''].join('\n'));
  return 0;
}

process.exitCode = main(process.argv.slice(2));
