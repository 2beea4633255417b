/**
 * `npm run bench:reuse`: compares signing a model again with a full signing of it, in the same run: unchanged without and with the
 * audit, and with one changed file. `-- --size 20GiB --write` writes the table into the guide.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { measure, type Run } from '../../../suite/src/bench/measure.ts';
import { repository } from '../subjects.ts';

const GIB = 2 ** 30;
const SMALL = 64 * 2 ** 20;

/** How many times as fast as a full signing an unchanged model is signed again, if it is large enough that starting does not count. */
const FLOOR = 20;
const FLOOR_BYTES = 20 * GIB;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2GiB' },
    runs: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const size = Number(/^(\d+)GiB$/.exec(values.size)?.[1]) * GIB;
if (!(size >= GIB && runs >= 1)) throw new Error('--size is a number of GiB, such as 20GiB, and --runs a number');

const command = path.join(repository, 'packages/cli/bin/model-signing.js');
const guide = path.join(repository, 'docs/guide/sign-again.md');

/** Files of 1 GiB, and a fifth of the bytes in files of 64 MiB. They have no blocks on the disk, and are hashed like all others. */
function makeModel(folder: string): string[] {
  mkdirSync(folder);
  const large = Math.floor((size * 0.8) / GIB);
  const sizes = [
    ...Array.from({ length: large }, () => GIB),
    ...Array.from({ length: (size - large * GIB) / SMALL }, () => SMALL),
  ];
  return sizes.map((bytes, index) => {
    const file = path.join(folder, `part-${String(index).padStart(5, '0')}.bin`);
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, bytes);
    closeSync(descriptor);
    return file;
  });
}

interface Subject {
  readonly title: string;
  readonly args: readonly string[];
  readonly times: Run[];
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
const cpu = ({ userSeconds, systemSeconds }: Run) => (userSeconds ?? 0) + (systemSeconds ?? 0);

/** How many times as fast as the full signing of the same round, by the time and by the processor time. */
function ratios(full: readonly Run[], { times }: Subject): readonly [time: number, processor: number] {
  const per = (of: (run: Run) => number) => median(times.map((run, round) => of(full[round] as Run) / of(run)));
  return [per(({ seconds }) => seconds), per(cpu)];
}

function table(full: Subject, others: readonly Subject[]): string {
  const seconds = (subject: Subject) => median(subject.times.map((run) => run.seconds)).toFixed(2);
  const processor = (subject: Subject) => median(subject.times.map(cpu)).toFixed(2);
  const row = (subject: Subject, ratio: string) =>
    `| ${subject.title} | ${seconds(subject)} s | ${processor(subject)} s | ${ratio} |`;
  return [
    `| ${values.size} in files of 1 GiB and 64 MiB | time | processor time | as fast as the full signing (by processor time) |`,
    '|---|---|---|---|',
    row(full, '1'),
    ...others.map((subject) => {
      const [time, processorTime] = ratios(full.times, subject);
      return row(subject, `${time.toFixed(1)} × (${processorTime.toFixed(1)} ×)`);
    }),
    '',
    `Medians of ${runs} rounds; Node ${process.versions.node}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}.`,
  ].join('\n');
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-reuse-'));
  const at = (name: string) => path.join(folder, name);
  const env = ['/usr/bin/env', `XDG_CACHE_HOME=${at('cache')}`] as const;
  const launcher = { python: 'python3', cwd: folder, signal: new AbortController().signal };
  const sign = (...args: readonly string[]) =>
    measure([...env, process.execPath, command, 'sign', 'key', 'model', '--private-key', 'key.pem', ...args], launcher);
  try {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const files = makeModel(at('model'));
    await setTimeout(3000); // so that the files are old enough to be recorded
    await sign('--signature', 'base.sig', '--reuse-record');
    const subject = (title: string, ...args: readonly string[]): Subject => ({ title, args, times: [] });
    const again = ['--reuse', 'base.sig', '--signature', 'again.sig'];
    const full = subject('full signing', '--signature', 'full.sig');
    const unchanged = [
      subject('unchanged, `--audit none`', ...again, '--audit', 'none'),
      subject('unchanged, default audit', ...again),
    ];
    const round = async (subjects: readonly Subject[]) => {
      for (const one of subjects) one.times.push(await sign(...one.args));
    };
    for (let at = 0; at < runs; at++) await round([full, ...unchanged]);
    const changed = subject('one file of 64 MiB changed, `--audit none`', ...again, '--audit', 'none');
    utimesSync(files.at(-1) as string, 1, 1);
    for (let at = 0; at < runs; at++) await round([changed]);
    const text = table(full, [...unchanged, changed]);
    process.stdout.write(`${text}\n`);
    if (values.write) writeTable(text);
    const [, processor] = ratios(full.times, unchanged[0] as Subject);
    if (size >= FLOOR_BYTES && processor < FLOOR) {
      process.stderr.write(`below the floor: ${processor.toFixed(1)} × and not ${FLOOR} ×\n`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeTable(text: string): void {
  const [before, , after] = readFileSync(guide, 'utf8').split(/<!-- \/?reuse-cost -->/);
  writeFileSync(guide, `${before}<!-- reuse-cost -->\n\n${text}\n\n<!-- /reuse-cost -->${after}`);
}

await main();
