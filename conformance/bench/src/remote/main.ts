/**
 * `npm run bench:remote`: compares verifying and pulling a model on a hub with a plain download of the same files from the same server,
 * in the same run, and reports what `--metadata-only` takes. Everything is on loopback.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fixRoot, forge, testKey } from '../../../../packages/testing/src/forge.ts';
import { type Argv, measure, type Run } from '../../../suite/src/bench/measure.ts';
import { repository } from '../subjects.ts';
import { AT_ONCE, type HubShape, REPOSITORY } from './shape.ts';

const command = path.join(repository, 'packages/cli/bin/model-signing.js');
const plainRead = path.join(import.meta.dirname, 'plain-read.mjs');

interface RunningHub {
  readonly process: ChildProcess;
  readonly url: string;
  readonly commit: string;
  readonly digests: Readonly<Record<string, string>>;
}

async function startHub(shape: HubShape): Promise<RunningHub> {
  const child = fork(path.join(import.meta.dirname, 'hub.ts'), [JSON.stringify(shape)], { stdio: 'inherit' });
  const [started] = await once(child, 'message');
  return { process: child, ...started };
}

/** What the hub has sent since this was called last. */
async function sentBy(hub: RunningHub): Promise<{ readonly requests: number; readonly bytes: number }> {
  hub.process.send('sent');
  const [sent] = await once(hub.process, 'message');
  return sent;
}

/** Runs a program of Node to its end, and returns what it took. */
function run(program: readonly string[], hub: RunningHub): Promise<Run> {
  const argv: Argv = ['/usr/bin/env', `HF_ENDPOINT=${hub.url}`, process.execPath, ...program];
  return measure(argv, { python: 'python3', cwd: tmpdir(), signal: new AbortController().signal });
}

/** Signs what the hub advertises: a small signed model whose statement is changed to that and signed again. */
async function sign(hub: RunningHub, directory: string): Promise<string[]> {
  const key = testKey();
  const at = (name: string) => path.join(directory, name);
  writeFileSync(at('key.pem'), key.privateKey);
  writeFileSync(at('key.pub.pem'), key.publicKey);
  mkdirSync(at('small'), { recursive: true });
  writeFileSync(at('small/config.json'), '{}');
  await run([command, 'sign', 'key', at('small'), '--private-key', at('key.pem'), '--signature', at('small.sig')], hub);
  const bundle = forge(readFileSync(at('small.sig')), key, {
    statement(statement) {
      const { resources } = statement.predicate;
      const [template] = resources;
      for (const [name, digest] of Object.entries(hub.digests)) resources.push({ ...template, name, digest });
      fixRoot(statement);
    },
  });
  writeFileSync(at('model.sig'), bundle);
  return ['--signature', at('model.sig'), '--public-key', at('key.pub.pem')];
}

const processorSeconds = ({ userSeconds, systemSeconds }: Run) => (userSeconds ?? 0) + (systemSeconds ?? 0);

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

interface Figure {
  readonly what: string;
  readonly runs: readonly Run[];
  /** The time of the plain download in the same round, divided by its own. */
  readonly ratios?: readonly number[];
  /** The same of the processor time. */
  readonly processorRatios?: readonly number[];
  readonly target?: string;
  readonly isReached?: boolean;
  readonly note?: string;
}

/** Compares runs with the plain downloads of the same rounds. */
function compare(what: string, runs: readonly Run[], plain: readonly Run[], bound: number): Figure {
  const dividedBy = (of: (run: Run) => number) => runs.map((own, round) => of(plain[round] as Run) / of(own));
  const ratios = dividedBy(({ seconds }) => seconds);
  const isReached = median(ratios) >= bound;
  return { what, runs, ratios, processorRatios: dividedBy(processorSeconds), target: `≥ ${bound}× plain`, isReached };
}

async function measureReading(runs: number, shape: HubShape, directory: string): Promise<Figure[]> {
  const hub = await startHub(shape);
  try {
    const flags = await sign(hub, directory);
    const name = `hf://${REPOSITORY}@${hub.commit}`;
    const urls = ['config.json', ...Object.keys(hub.digests)].map(
      (file) => `${hub.url}/${REPOSITORY}/resolve/${hub.commit}/${file}`,
    );
    const target = path.join(directory, 'pulled');
    const programs: Readonly<Record<string, readonly string[]>> = {
      plain: [plainRead, String(AT_ONCE), ...urls],
      verify: [command, 'verify', 'key', name, ...flags],
      pull: [command, 'pull', 'key', name, '--to', target, ...flags],
    };
    const measured: Record<string, Run[]> = { plain: [], verify: [], pull: [] };
    for (let round = -1; round < runs; round++) {
      const order = Object.keys(programs).sort(() => Math.random() - 0.5);
      for (const each of order) {
        const took = await run(programs[each] as readonly string[], hub);
        rmSync(target, { recursive: true, force: true });
        if (round >= 0) measured[each]?.push(took); // the first round only warms up
      }
    }
    const plain = measured.plain as Run[];
    const { verify = [], pull = [] } = measured;
    return [
      { what: 'plain download (fetch)', runs: plain },
      compare('verify', verify, plain, 0.9),
      compare('pull', pull, plain, 0.85),
    ];
  } finally {
    hub.process.disconnect();
  }
}

async function measureMetadata(runs: number, directory: string): Promise<Figure> {
  const hub = await startHub({ files: 165, bytes: 3_030_000_000, hasContent: false });
  try {
    const flags = await sign(hub, directory);
    const name = `hf://${REPOSITORY}@${hub.commit}`;
    const measured: Run[] = [];
    let most = 0;
    for (let round = -1; round < runs; round++) {
      await sentBy(hub);
      const took = await run([command, 'verify', 'key', name, '--metadata-only', ...flags], hub);
      const { bytes } = await sentBy(hub);
      if (round >= 0) measured.push(took);
      most = Math.max(most, bytes);
    }
    return {
      what: '--metadata-only',
      runs: measured,
      target: '< 500 ms and < 64 kB',
      isReached: median(measured.map(({ seconds }) => seconds)) < 0.5 && most < 64_000,
      note: `${most} bytes from the hub`,
    };
  } finally {
    hub.process.disconnect();
  }
}

function tableOf(figures: readonly Figure[], shape: HubShape): string {
  const load = loadavg()[0]?.toFixed(1);
  const rows = figures.map(({ what, runs, ratios, processorRatios, target = '', isReached = false, note = '' }) => {
    const seconds = runs.map((each) => each.seconds);
    const spread = `${median(seconds).toFixed(2)} (${Math.min(...seconds).toFixed(2)} – ${Math.max(...seconds).toFixed(2)})`;
    const processor = median(runs.map(processorSeconds)).toFixed(2);
    const ofPlain = processorRatios ? ` (${median(processorRatios).toFixed(2)}×)` : '';
    const memory = median(runs.map(({ peakMemory }) => peakMemory ?? 0)) / 1e6;
    const ratio = ratios ? `${median(ratios).toFixed(2)}×` : note;
    const reached = target === '' ? '' : isReached ? 'yes' : 'no';
    return `| ${[what, spread, processor + ofPlain, memory.toFixed(0), ratio, target, reached].join(' | ')} |`;
  });
  return [
    `Files: ${shape.files} × ${shape.bytes / 1e6} MB, ${AT_ONCE} at a time; --metadata-only: 166 files, 500 GB.`,
    `Processors: ${availableParallelism()}; load at the end: ${load}. Node ${process.version}.`,
    '',
    '| what | seconds, median (least – most) | processor seconds (of plain) | MB of memory | of plain | target | reached |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, short: { type: 'boolean', default: false } },
});
const runs = values.short ? 1 : Number(values.runs);
const shape: HubShape = { files: 20, bytes: values.short ? 5e6 : 100e6, hasContent: true };
const directory = mkdtempSync(path.join(tmpdir(), 'bench-remote-'));
try {
  const figures = [...(await measureReading(runs, shape, directory)), await measureMetadata(runs, directory)];
  process.stdout.write(tableOf(figures, shape));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
