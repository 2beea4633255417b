// Runs this repository's package and others on the cases of x509-limbo, and prints the wrong verdicts of each.
// usage: npm run limbo [-- --verbose], with the suite's file in the environment variable X509_LIMBO
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  LIMBO_BUDGET,
  type LimboCase,
  listFaults,
  otherSubject,
  otherSubjectCounts,
  readLimbo,
} from '../../packages/x509/src/testing/limbo.ts';
import { acceptedCases } from '../../packages/x509/src/testing/limbo-accepted.ts';
import { type Candidate, candidates, peerFolder, peers } from './candidates.ts';
import { chainRatio } from './timing.ts';

interface Tally {
  wrongAccepts: string[];
  wrongRefusals: string[];
  overBudget: string[];
}

/** Installs the peers if they are missing, and returns whether they are available. */
function installPeers(): boolean {
  const manifest = `${JSON.stringify({ private: true, dependencies: peers }, null, 2)}\n`;
  const file = path.join(peerFolder, 'package.json');
  const done = path.join(peerFolder, 'installed.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return true;
  mkdirSync(peerFolder, { recursive: true });
  writeFileSync(file, manifest);
  const args = ['install', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
  const { status } = spawnSync('npm', args, {
    cwd: peerFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) return false;
  writeFileSync(done, manifest);
  return true;
}

async function startWorker(candidate: Candidate): Promise<Worker> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: candidate });
  await new Promise((resolve, reject) => {
    worker.once('error', reject).once('message', () => {
      worker.off('error', reject);
      resolve(undefined);
    });
  });
  return worker;
}

/** The verdict of a worker, or null if it exceeded the budget. */
function ask(worker: Worker, limboCase: LimboCase): Promise<boolean | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => resolve(null)), LIMBO_BUDGET);
    const onMessage = (accepted: boolean) => finish(() => resolve(accepted));
    const onError = (error: unknown) => finish(() => reject(error));
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError);
      settle();
    };
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(limboCase);
  });
}

async function judge(candidate: Candidate, cases: readonly LimboCase[]): Promise<Tally> {
  const tally: Tally = { wrongAccepts: [], wrongRefusals: [], overBudget: [] };
  let worker = await startWorker(candidate);
  for (const limboCase of cases) {
    const accepted = await ask(worker, limboCase);
    const expected = limboCase.expected_result === 'SUCCESS';
    if (accepted === null) {
      tally.overBudget.push(limboCase.id);
      await worker.terminate();
      worker = await startWorker(candidate);
    } else if (accepted !== expected) {
      (accepted ? tally.wrongAccepts : tally.wrongRefusals).push(limboCase.id);
    }
  }
  await worker.terminate();
  return tally;
}

/** Prints the reason for each case that is accepted on purpose, and fails for every other wrong verdict. */
function reportOurs({ wrongAccepts, wrongRefusals, overBudget }: Tally): void {
  for (const id of wrongAccepts) {
    const reason = acceptedCases[id];
    if (reason !== undefined) console.log(`  accepted on purpose: ${id}: ${reason}`);
  }
  const faults = [
    ...listFaults(cases, wrongAccepts, Object.keys(acceptedCases)),
    ...wrongRefusals.map((id) => `${id} is refused`),
    ...overBudget.map((id) => `${id} is over budget`),
  ];
  for (const fault of faults) console.log(`  fault: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

const file = process.env.X509_LIMBO;
if (!file) {
  console.error('Name the limbo.json of x509-limbo, or an extract of it, in the environment variable X509_LIMBO.');
  process.exit(2);
}
const all = readLimbo(file);
const cases = all.filter((limboCase) => otherSubject(limboCase) === null);
const accepts = cases.filter(({ expected_result: result }) => result === 'SUCCESS').length;
console.log(`x509-limbo: ${cases.length} of ${all.length} cases apply; ${accepts} should be accepted`);
for (const [subject, count] of otherSubjectCounts(all)) console.log(`  not applicable: ${count} about ${subject}`);
console.log();

const withPeers = installPeers();
if (!withPeers) console.error('skipped: the other packages could not be installed');
const verbose = process.argv.includes('--verbose');
console.log(`${''.padEnd(22)}wrong accepts  wrong refusals  over budget (${LIMBO_BUDGET / 1000} s)`);
for (const candidate of withPeers ? candidates : candidates.slice(0, 1)) {
  const { wrongAccepts, wrongRefusals, overBudget } = await judge(candidate, cases);
  const columns = [wrongAccepts, wrongRefusals, overBudget].map(({ length }, i) =>
    String(length).padStart([13, 16, 13][i] ?? 0),
  );
  console.log(`${candidate.padEnd(22)}${columns.join('')}`);
  const wrong = [...wrongAccepts, ...wrongRefusals, ...overBudget];
  if (verbose) for (const id of wrong) console.log(`  ${id}`);
  if (candidate === candidates[0]) reportOurs({ wrongAccepts, wrongRefusals, overBudget });
}
if (!withPeers && process.env.CI) process.exitCode = 1;

console.log('\nparsing and verifying a chain of three certificates, as a multiple of one bare signature check');
for (const [key, hash] of [
  ['P-256', 'sha256'],
  ['P-384', 'sha384'],
  ['P-521', 'sha512'],
  ['RSA-2048', 'sha256'],
] as const) {
  console.log(`${key.padEnd(22)}${chainRatio(key, hash).toFixed(1).padStart(13)}`);
}
