/**
 * `npm run bench:parts`: compares the processor time of plan, hash and sign over eight parts with that of one process that signs the
 * same model, for 4 GiB in shards of 64 MiB. What the processes need to start is measured with a small model and taken off.
 * `-- --write` puts the numbers into the guide.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Argv, measure } from '../../suite/src/bench/measure.ts';
import { repository } from './subjects.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const guide = path.join(repository, 'docs/guide/many-hosts.md');
const command = path.join(repository, 'packages/cli/bin/model-signing.js');

const PARTS = 8;
const FILES = 8;
const SHARD = 64 * 1024 * 1024;
const FILE = 512 * 1024 * 1024;

/** The most that parts may take more than one process, of its processor time. */
const FLOOR = 0.1;

/** What one way of signing took, in seconds of processor time. */
interface Cost {
  readonly seconds: number;
  readonly root: string;
}

class Bench {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'parts-bench-'));
  readonly engine: string;
  #run = 0;

  constructor() {
    const { stdout } = spawnSync(process.execPath, [command, '--version', '--json'], { encoding: 'utf8' });
    this.engine = JSON.parse(stdout).engine;
    spawnSync(process.execPath, [command, 'key', 'generate', this.path('key.pem')]);
  }

  path(name: string): string {
    return path.join(this.directory, name);
  }

  /** No two shards are alike; hardly any bytes are on the disk, so that a slow disk plays no part. */
  writeModel(name: string, bytes: number, files: number): void {
    mkdirSync(this.path(name));
    for (let index = 0; index < files; index++) {
      const descriptor = openSync(this.path(`${name}/weights-${index}.bin`), 'w');
      for (let start = 0; start < bytes; start += SHARD) writeSync(descriptor, `${index}/${start}`, start);
      ftruncateSync(descriptor, bytes);
      closeSync(descriptor);
    }
  }

  /** One process signs. */
  async alone(model: string): Promise<Cost> {
    const signature = this.#next('sig');
    const seconds = await this.#seconds(
      'sign',
      ...this.#sign(model, signature),
      '--shard-size',
      `${SHARD}`,
      ...this.#engine(),
    );
    return { seconds, root: this.#rootOf(signature) };
  }

  /** One process plans, one for each part hashes, and one signs. */
  async inParts(model: string, parts: number): Promise<Cost> {
    const [plan, digests, signature] = [this.#next('json'), this.#next('digests'), this.#next('sig')];
    let seconds = await this.#seconds(
      'plan',
      this.path(model),
      '--parts',
      `${parts}`,
      '--shard-size',
      `${SHARD}`,
      '--output',
      plan,
    );
    for (let part = 0; part < parts; part++) {
      const args = [plan, '--model', this.path(model), '--part', `${part}`, '--out', digests, ...this.#engine()];
      seconds += await this.#seconds('hash', ...args);
    }
    seconds += await this.#seconds('sign', ...this.#sign(model, signature), '--plan', plan, '--digests', digests);
    return { seconds, root: this.#rootOf(signature) };
  }

  #engine(): string[] {
    return ['--engine', this.engine];
  }

  #sign(model: string, signature: string): string[] {
    return ['key', this.path(model), '--private-key', this.path('key.pem'), '--signature', signature];
  }

  #next(kind: string): string {
    return this.path(`${this.#run++}.${kind}`);
  }

  async #seconds(...args: string[]): Promise<number> {
    const argv: Argv = [process.execPath, command, ...args];
    const launcher = { python: 'python3', cwd: this.directory, signal: new AbortController().signal };
    const { userSeconds, systemSeconds } = await measure(argv, launcher);
    return (userSeconds ?? 0) + (systemSeconds ?? 0);
  }

  #rootOf(signature: string): string {
    const { stdout } = spawnSync(process.execPath, [command, 'inspect', signature, '--json'], { encoding: 'utf8' });
    return JSON.parse(stdout).rootDigest ?? JSON.parse(stdout).statement?.subject?.[0]?.digest?.sha256;
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;

/** What was measured in one round, in seconds of processor time. */
interface Round {
  readonly alone: number;
  readonly parts: number;
  /** What the processes of both need to start. */
  readonly aloneStart: number;
  readonly partsStart: number;
}

/** The share that parts take more, without what processes need to start. */
const overheadOf = ({ alone, parts, aloneStart, partsStart }: Round) => (parts - partsStart) / (alone - aloneStart) - 1;

async function round(bench: Bench): Promise<Round> {
  const alone = await bench.alone('model');
  const parts = await bench.inParts('model', PARTS);
  if (alone.root === undefined || alone.root !== parts.root)
    throw new Error(`the roots differ: ${alone.root} and ${parts.root}`);
  const aloneStart = await bench.alone('small');
  const partsStart = await bench.inParts('small', PARTS);
  return { alone: alone.seconds, parts: parts.seconds, aloneStart: aloneStart.seconds, partsStart: partsStart.seconds };
}

function table(all: readonly Round[], engine: string): string {
  const seconds = (pick: (round: Round) => number) => `${median(all.map(pick)).toFixed(2)} s`;
  const overhead = median(all.map(overheadOf)) * 100;
  const percent = `${Math.abs(overhead).toFixed(1)} % ${overhead < 0 ? 'less' : 'more'}`;
  return [
    '| processor time | one process | plan, 8 parts, sign |',
    '|---|---|---|',
    `| 4 GiB in shards of 64 MiB | ${seconds(({ alone }) => alone)} | ${seconds(({ parts }) => parts)} |`,
    `| of it, to start processes | ${seconds(({ aloneStart }) => aloneStart)} | ${seconds(({ partsStart }) => partsStart)} |`,
    '',
    `Parts take ${percent} than one process, without what processes need to start; the root is the same. Medians of ${all.length} rounds; engine ${engine}, Node ${process.versions.node}, ${availableParallelism()} processors.`,
  ].join('\n');
}

async function main(): Promise<void> {
  const bench = new Bench();
  try {
    bench.writeModel('model', FILE, FILES);
    bench.writeModel('small', 64, FILES);
    await bench.alone('model'); // so that the first round finds the files in memory, as the others do
    const all: Round[] = [];
    for (let index = 0; index < rounds; index++) {
      all.push(await round(bench));
      process.stderr.write(`round ${index + 1}: ${(overheadOf(all.at(-1) as Round) * 100).toFixed(1)} %\n`);
    }
    const text = table(all, bench.engine);
    process.stdout.write(`${text}\n`);
    const overhead = median(all.map(overheadOf));
    if (overhead > FLOOR) {
      process.stderr.write(`The overhead is above ${FLOOR * 100} %.\n`);
      process.exitCode = 1;
    }
    if (!values.write) return;
    const [before, , after] = readFileSync(guide, 'utf8').split(/<!-- \/?parts-cost -->/);
    writeFileSync(guide, `${before}<!-- parts-cost -->\n\n${text}\n\n<!-- /parts-cost -->${after}`);
  } finally {
    rmSync(bench.directory, { recursive: true, force: true });
  }
}

await main();
