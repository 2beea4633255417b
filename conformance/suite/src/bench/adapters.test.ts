import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bare, type Capabilities } from '../adapter/capabilities.ts';
import type { Adapter } from '../adapter/command-session.ts';
import { adapterSubject, introduceAdapters } from './adapters.ts';
import { type Case, casesOf, type Hash, type Operation } from './cases.ts';
import { writeModel } from './data.ts';
import { makeKey } from './keys.ts';
import { summarize } from './measurement.ts';
import { plot, ratioPanels, timePanels } from './ratio-plot.ts';
import { runCase, type Stage } from './rounds.ts';
import { SHORT_WORKLOADS } from './workloads.ts';

const signal = new AbortController().signal;
const everything: Capabilities = { ...bare, flags: ['hash-algorithm', 'serialization', 'shard-size'] };

let directory: string;
let stage: Stage;

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'bench-adapters-'));
  stage = {
    directory,
    keys: makeKey(directory, 'P-256'),
    python: 'python3',
    signal,
    tell: () => undefined,
  };
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An adapter that runs this JavaScript; `value(flag)` returns the value of a flag. */
function adapterOf(name: string, body: string): Adapter {
  const file = path.join(directory, `${name}.mjs`);
  const value = 'const value = (flag) => process.argv[process.argv.indexOf(flag) + 1];';
  writeFileSync(file, `import { existsSync, writeFileSync } from 'node:fs';\n${value}\n${body}\n`);
  return [process.execPath, file];
}

/** The body of an adapter that signs this root digest, whatever the model. */
function signing(rootDigest: string, capabilities: object = { flags: [] }, resources: readonly object[] = []): string {
  const statement = JSON.stringify({ subject: [{ digest: { sha256: rootDigest } }], predicate: { resources } });
  const bundle = JSON.stringify({ dsseEnvelope: { payload: Buffer.from(statement).toString('base64') } });
  return [
    `if (process.argv[2] === 'capabilities') process.stdout.write(${JSON.stringify(JSON.stringify(capabilities))});`,
    `if (process.argv[2] === 'sign-model') writeFileSync(value('--output-bundle'), ${JSON.stringify(bundle)});`,
    "if (process.argv[2] === 'verify-model') process.exitCode = existsSync(value('--bundle')) ? 0 : 1;",
  ].join('\n');
}

function tinyCase(operation: Operation, hash: Hash = 'sha256', shardSize: number | null = null): Case {
  const workload = SHORT_WORKLOADS.find(({ name }) => name === 'tiny');
  if (!workload) throw new Error('there is no tiny workload');
  return { workload, operation, hash, shardSize, cache: 'warm', limits: [] };
}

async function runTiny(operation: Operation, adapters: readonly Adapter[]) {
  const benchCase = tinyCase(operation);
  await writeModel(path.join(directory, 'tiny'), benchCase.workload, signal);
  const { subjects } = await introduceAdapters(adapters, { directory, signal });
  return runCase(benchCase, subjects, stage, { rounds: 1, warmUp: false });
}

it('the benchmark compares each adapter with the first one, round by round', async () => {
  const adapters = [adapterOf('one', signing('aa')), adapterOf('two', signing('aa'))];
  for (const operation of ['sign', 'verify'] as const) {
    const { measurement, failures } = await runTiny(operation, adapters);
    expect(failures).toEqual([]);
    const [one, two] = measurement?.contestants ?? [];
    expect([one?.party, one?.label, one?.ratio, one?.runs.length]).toEqual(['adapter', 'one.mjs', null, 1]);
    expect([two?.party, two?.label, two?.ratio?.median]).toEqual(['adapter-2', 'two.mjs', expect.any(Number)]);
    expect(two?.peakMemory?.max).toBeGreaterThan(0);
  }
});

it('the benchmark drops an adapter that signs another model than the first one', async () => {
  const { failures, measurement } = await runTiny('sign', [
    adapterOf('right', signing('aa')),
    adapterOf('wrong', signing('bb')),
  ]);
  expect(failures.map(({ label, reason }) => [label, reason])).toEqual([
    ['wrong.mjs', 'it signed the root digest bb, right.mjs signed aa'],
  ]);
  expect(measurement?.contestants.map(({ label }) => label)).toEqual(['right.mjs']);
});

it('an adapter that lists the same resources in another order takes part, and one with other digests does not', async () => {
  const first = { name: 'a', digest: '01' };
  const second = { name: 'b', digest: '02' };
  const { failures } = await runTiny('sign', [
    adapterOf('one', signing('aa', {}, [first, second])),
    adapterOf('reordered', signing('bb', {}, [second, first])),
    adapterOf('other', signing('cc', {}, [first, { ...second, digest: '03' }])),
    adapterOf('fewer', signing('dd', {}, [first])),
  ]);
  expect(failures.map(({ label }) => label)).toEqual(['other.mjs', 'fewer.mjs']);
});

it('the benchmark drops only the first adapter if that is the one that writes no signature', async () => {
  const { failures, measurement } = await runTiny('sign', [
    adapterOf('babble', "if (process.argv[2] === 'sign-model') writeFileSync(value('--output-bundle'), '{}');"),
    adapterOf('fine', signing('aa')),
  ]);
  expect(failures.map(({ label, reason }) => [label, reason])).toEqual([
    ['babble.mjs', 'what it wrote is not a signature with a root digest'],
  ]);
  expect(measurement?.contestants.map(({ label }) => label)).toEqual(['fine.mjs']);
});

it('the benchmark drops an adapter that reports success and writes nothing, whatever an earlier run left', async () => {
  await runTiny('sign', [adapterOf('honest', signing('aa'))]);
  const { failures, measurement } = await runTiny('sign', [adapterOf('idle', '')]);
  expect(failures.map(({ reason }) => reason)).toEqual(['it ended with 0 and wrote no signature']);
  expect(measurement).toBeNull();
});

it('the benchmark drops an adapter that refuses what it signed', async () => {
  const refusing = `${signing('aa')}\nif (process.argv[2] === 'verify-model') process.exitCode = 1;`;
  await runTiny('sign', [adapterOf('refusing', refusing)]);
  const { failures } = await runTiny('verify', [adapterOf('refusing', refusing)]);
  expect(failures.map(({ reason }) => reason)).toEqual(['it ended with exit code 1']);
});

const takesPart = (capabilities: Capabilities, benchCase: Case) =>
  adapterSubject(['adapter'], 0, 'adapter', capabilities).takesPart(benchCase);

it('the benchmark measures other digests and shards only for an adapter that declares them', () => {
  expect(takesPart(bare, tinyCase('sign'))).toBe(true);
  expect(takesPart(bare, tinyCase('verify', 'blake3'))).toBe(false);
  expect(takesPart(bare, tinyCase('sign', 'sha256', 1000))).toBe(false);
  expect(takesPart(everything, tinyCase('sign', 'blake3', 1000))).toBe(true);
  expect(takesPart({ ...everything, hashAlgorithms: ['sha256', 'blake2b'] }, tinyCase('sign', 'blake3'))).toBe(false);
  const core = { ...everything, profiles: ['core'] };
  expect(takesPart(core, tinyCase('sign', 'blake3'))).toBe(false);
  expect(takesPart(core, tinyCase('sign', 'sha256', 1000))).toBe(false);
  expect(takesPart({ ...everything, roles: ['verify'] }, tinyCase('verify'))).toBe(false);
  expect(takesPart(everything, tinyCase('version'))).toBe(false);
});

it('the benchmark lists as skipped what an adapter does not declare', async () => {
  const { skipped } = await introduceAdapters(
    [
      adapterOf('bare', signing('aa')),
      adapterOf('one-way', signing('aa', { oms: { protocol: 2, roles: ['verify'] } })),
      adapterOf('full', signing('aa', { flags: ['--hash-algorithm', '--serialization', '--shard-size'] })),
    ],
    { directory, signal },
  );
  expect(skipped.map(({ what }) => what)).toEqual(['bare.mjs, blake2b, blake3, shards', 'one-way.mjs']);
});

const run = (seconds: number) => ({
  seconds,
  userSeconds: 1,
  systemSeconds: 1,
  peakMemory: 1e8,
  othersSeconds: 0,
});
const measured = (parties: readonly ('adapter' | 'adapter-2')[]) =>
  casesOf(SHORT_WORKLOADS, { short: true, cold: false }).map((benchCase) =>
    summarize(
      benchCase,
      parties.map((party, index) => ({ party, label: `<${party}>`, runs: [run(1 + index), run(2 + index)] })),
    ),
  );

it('the benchmark plots the times of a single adapter', () => {
  const measurements = measured(['adapter']);
  const svg = plot([...timePanels(measurements), ...ratioPanels(measurements)]);
  const legend = 2;
  expect(svg.match(/<rect class="(sign|verify)"/g)).toHaveLength(measurements.length + legend);
  expect(svg).toContain('Time of &lt;adapter&gt;');
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
});

it('the benchmark plots how much faster the first adapter is than another', () => {
  expect(plot(ratioPanels(measured(['adapter', 'adapter-2'])))).toContain(
    '&lt;adapter&gt;: times faster than &lt;adapter-2&gt;',
  );
});
