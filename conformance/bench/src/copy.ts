/**
 * `npm run bench:copy`: compares `verify --copy-to` with `cp -r` and a `verify` of the copy, in the same rounds, and with `--reflink` on
 * a file system that clones files. `cp` gets `--reflink=never`, since on Linux it
 * clones by itself where it can, and would copy nothing. With `--write`, the table is written into the guide.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { testKey } from '../../../packages/testing/src/forge.ts';
import { type Argv, measure, type Run } from '../../suite/src/bench/measure.ts';
import { repository } from './subjects.ts';

const command = path.join(repository, 'packages/cli/bin/model-signing.js');
const guide = path.join(repository, 'docs/guide/copy-and-check.md');

/** The files of a model. */
interface Shape {
  readonly title: string;
  readonly files: number;
  /** Of each file. */
  readonly bytes: number;
}

interface Row {
  readonly model: string;
  readonly what: string;
  readonly runs: readonly Run[];
  /** How many times as fast as the first way it was, in each round; absent for that itself. */
  readonly ratios?: readonly number[];
  /** Its processor time, divided by that of the first way. */
  readonly processorRatios?: readonly number[];
}

const processorSeconds = ({ userSeconds, systemSeconds }: Run) => (userSeconds ?? 0) + (systemSeconds ?? 0);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

function run(program: readonly string[], cwd: string): Promise<Run> {
  return measure(program as Argv, { python: 'python3', cwd, signal: new AbortController().signal });
}

const ours = (...args: string[]) => [process.execPath, command, ...args];

async function makeModel(folder: string, { files, bytes }: Shape): Promise<string[]> {
  const key = testKey();
  writeFileSync(path.join(folder, 'key.pem'), key.privateKey);
  writeFileSync(path.join(folder, 'key.pub.pem'), key.publicKey);
  const content = Buffer.allocUnsafe(bytes);
  for (let index = 0; index < files; index++) {
    const name = path.join(folder, 'model', `${index % 50}`, `${index}.bin`);
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, randomFillSync(content));
  }
  await run(ours('sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig'), folder);
  return ['--signature', 'model.sig', '--public-key', 'key.pub.pem'];
}

/** Stands for a new name in each run. */
const COPY = 'COPY';

/**
 * Copies of smaller files stay until the end: ext4 passes over inodes that were freed within the last minutes, so that making many
 * files soon after removing many takes several times as long.
 */
const SMALL_BYTES = 1_000_000;

/** Runs each way once in a round, in turns; the first round only warms up. */
async function compare(folder: string, shape: Shape, canClone: boolean, rounds: number): Promise<Row[]> {
  const flags = await makeModel(folder, shape);
  const copyTo = ours('verify', 'key', 'model', ...flags, '--copy-to', COPY);
  const copied = ['cp', '-r', ...(process.platform === 'linux' ? ['--reflink=never'] : []), 'model', COPY];
  const checked = ours('verify', 'key', COPY, ...flags);
  const ways: Readonly<Record<string, readonly (readonly string[])[]>> = {
    '`cp -r`, then `verify`': [copied, checked],
    '`cp -r`, then `verify --engine node`': [copied, [...checked, '--engine', 'node']],
    '`cp -r`, `sync`, then `verify`': [copied, ['sync', '-f', COPY], checked],
    '`verify --copy-to`': [copyTo],
    '`verify --copy-to --no-sync`': [[...copyTo, '--no-sync']],
    ...(canClone ? { '`verify --copy-to --reflink`': [[...copyTo, '--reflink']] } : {}),
  };
  let copies = 0;
  const measured = new Map<string, Run[]>(Object.keys(ways).map((what) => [what, []]));
  for (let round = -1; round < rounds; round++) {
    const order = Object.entries(ways);
    for (const [what, steps] of round % 2 === 0 ? order : order.toReversed()) {
      const took: Run[] = [];
      const copy = `copy-${copies++}`;
      for (const step of steps) {
        const words = step.map((word) => (word === COPY ? copy : word));
        took.push(await run(words, folder));
      }
      if (shape.bytes > SMALL_BYTES) rmSync(path.join(folder, copy), { recursive: true });
      spawnSync('sync', ['-f', folder]); // what one way left to be written is not charged to the next
      if (round >= 0) measured.get(what)?.push(sum(took));
    }
  }
  return rowsOf(shape.title, measured);
}

function sum(runs: readonly Run[]): Run {
  const total = (of: (run: Run) => number | null) => runs.reduce((all, each) => all + (of(each) ?? 0), 0);
  return {
    seconds: total((each) => each.seconds),
    userSeconds: total((each) => each.userSeconds),
    systemSeconds: total((each) => each.systemSeconds),
    peakMemory: Math.max(...runs.map(({ peakMemory }) => peakMemory ?? 0)),
    othersSeconds: total((each) => each.othersSeconds),
  };
}

function rowsOf(model: string, measured: ReadonlyMap<string, readonly Run[]>): Row[] {
  const [[, baseline = []] = []] = measured;
  return Array.from(measured, ([what, runs], index) => {
    if (index === 0) return { model, what, runs };
    const ofBaseline = (of: (run: Run) => number) => runs.map((own, round) => of(own) / of(baseline[round] as Run));
    const ratios = ofBaseline(({ seconds }) => seconds).map((ratio) => 1 / ratio);
    return { model, what, runs, ratios, processorRatios: ofBaseline(processorSeconds) };
  });
}

/** A file system that clones files, in a file; or why there is none. */
function mountCloning(folder: string, bytes: number): { readonly at: string } | { readonly skipped: string } {
  const [image, at] = [path.join(folder, 'image'), path.join(folder, 'mounted')];
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { skipped: 'only root of Linux can mount an XFS' };
  writeFileSync(image, '');
  truncateSync(image, bytes);
  mkdirSync(at);
  for (const [program, ...args] of [
    ['mkfs.xfs', '-q', '-m', 'reflink=1', image],
    ['mount', '-o', 'loop', image, at],
  ] as const) {
    const { error, status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (error || status !== 0) return { skipped: `${program} failed: ${(error?.message ?? stderr).trim()}` };
  }
  return { at };
}

function tableOf(rows: readonly Row[], notes: readonly string[], rounds: number): string {
  const lines = rows.map(({ model, what, runs, ratios, processorRatios }) => {
    const times = median(runs.map(({ seconds }) => seconds)).toFixed(2);
    const processor = median(runs.map(processorSeconds)).toFixed(2);
    const memory = (Math.max(...runs.map(({ peakMemory }) => peakMemory ?? 0)) / 1e6).toFixed(0);
    const as = (values: readonly number[] | undefined) => (values ? `${median(values).toFixed(2)} ×` : '1');
    return `| ${[model, what, `${times} s`, as(ratios), `${processor} s`, as(processorRatios), `${memory} MB`].join(' | ')} |`;
  });
  return [
    '| model | how | time | speed | processor time | of the first way | memory |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
    `Medians of ${rounds} rounds with the model in the page cache; ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}.`,
    ...notes,
  ].join('\n');
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.runs);
const bytes = Number(values.megabytes) * 1e6;
const shapes: readonly Shape[] = [
  { title: '8 large files', files: 8, bytes: Math.round(bytes / 8) },
  { title: '5,000 small files', files: 5000, bytes: Math.round(bytes / 50_000) },
];
const folder = mkdtempSync(path.join(tmpdir(), 'bench-copy-'));
const cloning = mountCloning(folder, 5 * bytes + 1e9 + (rounds + 1) * bytes);
try {
  const rows: Row[] = [];
  for (const [index, shape] of shapes.entries()) {
    const here = path.join(folder, `here-${index}`);
    mkdirSync(here);
    rows.push(...(await compare(here, shape, false, rounds)));
    rmSync(here, { recursive: true });
    if (!('at' in cloning)) continue;
    const there = path.join(cloning.at, `${index}`);
    mkdirSync(there);
    rows.push(...(await compare(there, { ...shape, title: `${shape.title}, on XFS` }, true, rounds)));
    rmSync(there, { recursive: true });
  }
  const notes = 'skipped' in cloning ? ['', `\`--reflink\` was skipped: ${cloning.skipped}.`] : [];
  const text = tableOf(rows, notes, rounds);
  process.stdout.write(`${text}\n`);
  if (values.write) {
    const [before, , after] = readFileSync(guide, 'utf8').split(/<!-- \/?copy-cost -->/);
    writeFileSync(guide, `${before}<!-- copy-cost -->\n\n${text}\n\n<!-- /copy-cost -->${after}`);
  }
} finally {
  if ('at' in cloning) spawnSync('umount', [cloning.at]);
  rmSync(folder, { recursive: true, force: true });
}
