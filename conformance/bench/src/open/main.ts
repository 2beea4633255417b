/**
 * `npm run bench:open`: compares reading a whole model through `openVerified` with verifying it, with each engine and in the same run, as
 * whole processes. With `--write`, the table is written into the guide.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { keySigner, localModel, signModel } from '@model-signing/core';
import { nativeEngine } from '@model-signing/native';
import { testKey } from '../../../../packages/testing/src/forge.ts';
import { measure, type Run } from '../../../suite/src/bench/measure.ts';
import { repository } from '../subjects.ts';

const guide = path.join(repository, 'docs/guide/read-while-verifying.md');
const program = path.join(import.meta.dirname, 'read.mjs');
const FLOOR = 0.85;
const MIB = 1024 * 1024;

const ways = ['verify', 'pieces', 'stream'] as const;
type Way = (typeof ways)[number];

const processorSeconds = ({ userSeconds, systemSeconds }: Run) => (userSeconds ?? 0) + (systemSeconds ?? 0);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** Writes a file whose bytes do not repeat within a shard. */
function writeModel(root: string, bytes: number): void {
  mkdirSync(root);
  const file = openSync(path.join(root, 'weights.bin'), 'w');
  const block = Buffer.alloc(MIB);
  for (let at = 0; at < bytes; at += MIB) {
    for (let word = 0; word < MIB; word += 4) block.writeUInt32LE(Math.imul(at + word, 2654435761) >>> 0, word);
    writeSync(file, block);
  }
  closeSync(file);
}

interface Row {
  readonly shard: number;
  readonly engine: string;
  readonly runs: Readonly<Record<Way, Run[]>>;
}

/** In each round, every way is run once, in an order of its own. The first round fills the cache and does not count. */
async function measureRow(folder: string, shard: number, engine: string, rounds: number): Promise<Row> {
  const at = (name: string) => path.join(folder, name);
  const runs: Record<Way, Run[]> = { verify: [], pieces: [], stream: [] };
  for (let round = -1; round < rounds; round++) {
    for (const way of ways.toSorted(() => Math.random() - 0.5)) {
      const argv = [
        process.execPath,
        program,
        way,
        engine,
        at('model'),
        at(`${shard}.sig`),
        at('key.pub.pem'),
      ] as const;
      const took = await measure(argv, { python: 'python3', cwd: folder, signal: new AbortController().signal });
      if (round >= 0) runs[way].push(took);
    }
  }
  return { shard, engine, runs };
}

function cellsOf({ shard, engine, runs }: Row): string {
  const ofVerify = (way: Way, of: (run: Run) => number) =>
    median(runs[way].map((own, round) => of(runs.verify[round] as Run) / of(own)));
  const wall = ({ seconds }: Run) => seconds;
  const ratio = (way: Way) => `${ofVerify(way, wall).toFixed(2)} (${ofVerify(way, processorSeconds).toFixed(2)})`;
  const reached = ofVerify('pieces', wall) >= FLOOR ? 'yes' : 'no';
  const seconds = median(runs.verify.map(wall)).toFixed(2);
  const memory = median(runs.pieces.map(({ peakMemory }) => peakMemory ?? 0)) / MIB;
  return `| ${[`${shard} MiB`, engine, `${seconds} s`, ratio('pieces'), ratio('stream'), `${memory.toFixed(0)} MiB`, reached].join(' | ')} |`;
}

function tableOf(rows: readonly Row[], bytes: number, rounds: number): string {
  return [
    `| shards | engine | \`verifyModel\` | speed of \`pieces\` | speed of \`stream\` | memory | at least ${FLOOR} |`,
    '|---|---|---|---|---|---|---|',
    ...rows.map(cellsOf),
    '',
    `One file of ${bytes / MIB} MiB in the cache; speeds are relative to \`verifyModel\` in the same round, in brackets by processor time.`,
    `Medians of ${rounds} rounds of whole processes; Node ${process.versions.node}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}.`,
  ].join('\n');
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    mib: { type: 'string', default: '4096' },
    write: { type: 'boolean', default: false },
  },
});
const [rounds, bytes] = [Number(values.runs), Number(values.mib) * MIB];
const folder = mkdtempSync(path.join(tmpdir(), 'bench-open-'));
try {
  writeModel(path.join(folder, 'model'), bytes);
  const key = testKey();
  writeFileSync(path.join(folder, 'key.pub.pem'), key.publicKey);
  const engine = nativeEngine({ use: 'always' });
  const rows: Row[] = [];
  for (const shard of [16, 64]) {
    const options = { shardSize: shard * MIB, engine };
    const { bundle } = await signModel(localModel(path.join(folder, 'model')), keySigner(key), options);
    writeFileSync(path.join(folder, `${shard}.sig`), bundle);
    const engines = engine.used === 'native' ? ['node', 'native'] : ['node'];
    for (const name of engines) rows.push(await measureRow(folder, shard, name, rounds));
  }
  const table = tableOf(rows, bytes, rounds);
  process.stdout.write(`${table}\n`);
  if (values.write) {
    const [before, , after] = readFileSync(guide, 'utf8').split(/<!-- \/?read-speed -->/);
    writeFileSync(guide, `${before}<!-- read-speed -->\n\n${table}\n\n<!-- /read-speed -->${after}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
