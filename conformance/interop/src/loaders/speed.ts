// `npm run loaders:speed`: measures how much longer a model of 200 MB takes to load under guard, and writes the table into the guide.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { keySigner, localModel, signModel } from '@model-signing/core';
import { type HubFile, startHub } from '@model-signing/testing/hub';
import { onnxModel } from '@model-signing/testing/onnx-model';
import { findChromium } from '../../../browsers/src/launch.ts';
import { fileOf } from '../needed-programs.ts';
import { ChromiumLoader } from './in-chromium.ts';
import { prepareTransformers } from './installed.ts';
import type { LoadRequest } from './load.ts';
import type { Measured } from './speed-in-node.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '9' }, print: { type: 'boolean', default: false } },
});
const runs = Number(values.runs);
const guide = path.resolve(import.meta.dirname, '../../../../docs/guide/before-a-model-loads.md');
const interop = path.resolve(import.meta.dirname, '../..');

/** Milliseconds of each run, with the cache full. */
interface Times {
  readonly runtime: string;
  readonly plain: number[];
  readonly unguarded: number[];
  readonly guarded: number[];
}

type Measure = (request: LoadRequest) => Promise<Measured>;

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] as number;

/** In each round, the model is loaded with and without a guard, in turns. The first round fills the cache and does not count. */
async function measure(runtime: string, request: LoadRequest, run: Measure): Promise<Times> {
  const times: Times = { runtime, plain: [], unguarded: [], guarded: [] };
  await run(request);
  for (let round = 0; round < runs; round++) {
    const isUnguardedFirst = round % 2 === 0;
    for (const isUnguarded of [isUnguardedFirst, !isUnguardedFirst]) {
      const { time, plain } = await run({ ...request, isUnguarded });
      times[isUnguarded ? 'unguarded' : 'guarded'].push(time);
      times.plain.push(plain);
    }
  }
  return times;
}

function runInNode(installed: string, cache: string): Measure {
  return async (request) => {
    const program = path.join(import.meta.dirname, 'speed-in-node.ts');
    const args = [program, JSON.stringify({ installed, cache, request })];
    // This process has to stay responsive, because the hub runs in it.
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout);
  };
}

function runInChromium(loader: ChromiumLoader, bytes: number): Measure {
  return async (request) => {
    const { time, features, message } = await loader.load(request);
    if (!features) throw new Error(String(message));
    return { time, plain: await loader.timePlain(bytes) };
  };
}

function table(all: readonly Times[]): string {
  const rows = all.map(({ runtime, plain, unguarded, guarded }) => {
    const added = median(guarded.map((time, round) => time - (unguarded[round] as number)));
    const hash = median(plain);
    const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
    return `| ${[runtime, seconds(median(unguarded)), seconds(added), seconds(hash), (added / hash).toFixed(2)].join(' | ')} |`;
  });
  return [
    '| runtime | load without a guard | longer under guard | SHA-256 of the same bytes in memory | ratio |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `Medians of ${runs} loads with a full cache; Node ${process.versions.node}, ${availableParallelism()} processors.`,
  ].join('\n');
}

async function main(): Promise<void> {
  const installed = fileOf(prepareTransformers(interop));
  const folder = mkdtempSync(path.join(tmpdir(), 'guard-speed-'));
  try {
    const tree = onnxModel({ vocabulary: 50_000, width: 1000 });
    for (const [name, content] of Object.entries(tree)) {
      mkdirSync(path.dirname(path.join(folder, 'model', name)), { recursive: true });
      writeFileSync(path.join(folder, 'model', name), content);
    }
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const { bundle } = await signModel(localModel(path.join(folder, 'model')), keySigner({ privateKey }));
    const model = 'org/large';
    const files: Record<string, HubFile> = { ...tree, 'model.sig': bundle };
    const hub = await startHub({ repositories: { [model]: files } });
    await using _ = { [Symbol.asyncDispose]: hub.stop };
    const request: LoadRequest = { hub: hub.url, model, revision: hub.head(model), publicKey };
    const inNode = runInNode(installed, path.join(folder, 'cache'));
    const all = [
      await measure('Node, by path', request, inNode),
      await measure('Node, in memory', { ...request, inMemory: true }, inNode),
    ];
    if (values.print) process.stdout.write(`${table(all)}\n`); // what comes next takes longer
    const executable = findChromium();
    if (executable === null) throw new Error('Chromium is not installed');
    await using loader = await ChromiumLoader.open(executable, installed);
    const bytes = (tree['onnx/model.onnx'] as Uint8Array).length;
    all.push(await measure(loader.browser, request, runInChromium(loader, bytes)));
    const text = table(all);
    process.stdout.write(`${text}\n`);
    if (values.print) return;
    const page = readFileSync(guide, 'utf8');
    const [before, , after] = page.split(/<!-- \/?guard-cost -->/);
    writeFileSync(guide, `${before}<!-- guard-cost -->\n\n${text}\n\n<!-- /guard-cost -->${after}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
