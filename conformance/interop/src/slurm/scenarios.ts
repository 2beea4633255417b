/** What happens to workers and nodes, and what comes of it. Each step says what it did and throws if it was not what it should be. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, kill, until } from './cluster.ts';
import { command, PARTS, type SlurmStage, type Task } from './stage.ts';

export interface Scene {
  readonly stage: SlurmStage;
  readonly cluster: Cluster;
}

const worker = path.join(import.meta.dirname, 'worker.sh');

/** The engine whose reads the kernel counts, so that a worker can be stopped in the middle. */
const IN_NODE = ['--engine', 'node', '--jobs', '1'];

export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`this should be: ${what}`);
}

/** Submits the hashing of parts as a job array. */
export async function submit(
  { stage, cluster }: Scene,
  out: string,
  parts: string,
  {
    model = 'model',
    flags = [],
    slurm = [],
  }: { model?: string; flags?: readonly string[]; slurm?: readonly string[] } = {},
): Promise<string> {
  mkdirSync(stage.path(out), { recursive: true });
  const options = [`--array=${parts}`, `--export=ALL,NODE=${process.execPath},COMMAND=${command}`];
  const log = `--output=${stage.path(`${out}.%a.txt`)}`;
  const args = [stage.directory, stage.path(out), stage.path(model), ...IN_NODE, ...flags];
  const job = await cluster.submit([...options, log, ...slurm, worker, ...args]);
  stage.say(`job ${job}: parts ${parts} into ${out}${slurm.length > 0 ? `, ${slurm.join(' ')}` : ''}`);
  return job;
}

/** A worker is killed, then a node with all that runs there; both parts are hashed again, and the model is signed. */
export async function kills(scene: Scene): Promise<string> {
  const { stage, cluster } = scene;
  stage.say('== a worker is killed while it hashes, and then a node');
  for (const part of [0, 1, 2, 3]) writeFileSync(stage.path(`hold.kills.${part}.0`), '');
  const job = await submit(scene, 'kills', `0-${PARTS - 1}`);
  const signing = await signAfter(scene, job);
  const tasks = await Promise.all([0, 1, 2, 3].map((part) => stage.task('kills', part)));
  const onNode = (name: string) => tasks.flatMap((task, part) => (task.node === name ? [{ task, part }] : []));
  const [victim] = onNode('w1');
  check(victim !== undefined && onNode('w2').length > 0, 'parts run on both nodes');
  const read = await stage.stopInTheMiddle(victim.task);
  check(!stage.hasAnswer('kills', victim.part), 'a part without an answer');
  kill(victim.task.worker, 'SIGKILL');
  stage.say(`killed the worker ${victim.task.worker} of part ${victim.part} on w1, after it had read ${read} bytes`);
  const again = await stage.task('kills', victim.part, 1).then((task) => task.node);
  stage.say(`part ${victim.part} was started again, on ${again}`);
  await killNode(scene, onNode('w2'));
  for (const { task } of onNode('w1')) kill(task.worker, 'SIGCONT');
  await cluster.ended(job);
  for (const line of cluster.controllerLines(/not responding|due to failure|requeue/i).slice(0, 8))
    stage.say(`slurmctld: ${line}`);
  check(cluster.controllerLines(/due to failure of node w2/).length > 0, 'Slurm starts the parts of w2 again');
  await cluster.ended(signing);
  await cluster.startNode('w2');
  stage.say('w2 is back');
  return signedRoot(scene, 'kills');
}

async function killNode({ stage, cluster }: Scene, held: readonly { task: Task; part: number }[]): Promise<void> {
  const [first] = held;
  check(first !== undefined, 'a part on w2');
  const read = await stage.stopInTheMiddle(first.task);
  await cluster.killNode(
    'w2',
    held.flatMap(({ task }) => task.pids),
  );
  const parts = held.map(({ part }) => part).join(', ');
  stage.say(`killed the node w2 with parts ${parts}, after part ${first.part} had read ${read} bytes`);
  for (const { part } of held) check(!stage.hasAnswer('kills', part), `part ${part} without an answer`);
  await until('Slurm misses w2', async () => ((await cluster.stateOf('w2')).startsWith('down') ? true : null));
  stage.say('Slurm says that w2 is down');
}

/** A job that signs when all parts are hashed. Only it has the key. */
async function signAfter({ stage, cluster }: Scene, job: string): Promise<string> {
  const script = [
    '#!/bin/bash',
    `cd ${stage.directory}`,
    `exec ${process.execPath} ${command} sign key model --private-key key.pem --signature kills.sig --plan plan.json --digests kills --json > kills.json`,
    '',
  ].join('\n');
  writeFileSync(stage.path('sign.sh'), script);
  chmodSync(stage.path('sign.sh'), 0o755);
  return cluster.submit([`--dependency=afterok:${job}`, `--output=${stage.path('sign.txt')}`, stage.path('sign.sh')]);
}

function signedRoot({ stage }: Scene, name: string): string {
  const result = JSON.parse(readFileSync(stage.path(`${name}.json`), 'utf8'));
  check(
    result.ok === true && result.hashedBy === 'hosts',
    `a signature from the digests of hosts, not ${JSON.stringify(result)}`,
  );
  stage.say(`signed from the digests of ${result.hosts} hosts: ${result.rootDigest}`);
  return result.rootDigest;
}

/** Signs with our command, and returns the result in JSON. */
export async function sign({ stage }: Scene, out: string, ...flags: string[]) {
  const take = ['--plan', stage.path('plan.json'), '--digests', stage.path(out)];
  const key = ['--private-key', stage.path('key.pem'), '--signature', stage.path(`${out}.sig`), '--overwrite'];
  const { stdout } = await stage.ours('sign', 'key', stage.path('model'), ...key, ...take, ...flags, '--json');
  const result = JSON.parse(stdout);
  const said = result.ok
    ? `signed ${result.rootDigest}, hosts ${result.hosts}`
    : `${result.error.code}: ${result.error.message}`;
  stage.say(`sign ${[out, ...flags.filter((flag) => !flag.startsWith('/'))].join(' ')}: ${said}`);
  return result;
}

/** Verifies by reading every byte on this host. */
export async function verify({ stage }: Scene, signature: string) {
  const trust = ['--public-key', stage.path('key.pub.pem'), '--signature', stage.path(signature)];
  const { stdout } = await stage.ours('verify', 'key', stage.path('model'), ...trust, '--json');
  const result = JSON.parse(stdout);
  stage.say(
    `verify ${signature}: ${result.ok ? `${result.verdict}, hashed by ${result.hashedBy}` : result.error.message}`,
  );
  return result;
}

/** Two tasks hash the same part at the same time, on two nodes. */
export async function twice(scene: Scene): Promise<void> {
  const { stage, cluster } = scene;
  stage.say('== a part is hashed by two nodes at the same time, and once more');
  const node = (name: string) => submit(scene, 'twice', '5', { slurm: [`--nodelist=${name}`] });
  for (const job of await Promise.all([node('w1'), node('w2')])) await cluster.ended(job);
  const first = readFileSync(stage.path('twice/part-5.json'));
  await cluster.ended(await submit(scene, 'twice', '5'));
  check(readFileSync(stage.path('twice/part-5.json')).equals(first), 'the same answer as before');
  check(readdirSync(stage.path('twice')).join() === 'part-5.json', 'one answer and nothing else');
  check(readFileSync(stage.path('twice.5.txt'), 'utf8').includes('was there already'), 'a task that says so');
  const one = JSON.parse(first.toString());
  const other = JSON.parse(readFileSync(stage.path('kills/part-5.json'), 'utf8'));
  check(JSON.stringify(one.digests) === JSON.stringify(other.digests), 'the same digests as in the first job');
  stage.say('one whole answer is there, with the same digests');
}

/** An answer of another plan of the same model is in the folder. */
export async function foreign(scene: Scene): Promise<void> {
  const { stage, cluster } = scene;
  stage.say('== a part is of another plan');
  await stage.plan('other.json', 'model', '--no-ignore-git-paths');
  copyFileSync(stage.path('plan.json'), stage.path('first.json'));
  copyFileSync(stage.path('other.json'), stage.path('plan.json'));
  await cluster.ended(await submit(scene, 'other', '4'));
  copyFileSync(stage.path('first.json'), stage.path('plan.json'));
  copyAnswers(stage, 'kills', 'foreign');
  copyFileSync(stage.path('other/part-4.json'), stage.path('foreign/part-4.json'));
  const { error } = await sign(scene, 'foreign');
  check(error?.code === 'command/digests-foreign', 'refused as foreign');
}

export function copyAnswers(stage: SlurmStage, from: string, to: string): void {
  mkdirSync(stage.path(to), { recursive: true });
  for (const name of readdirSync(stage.path(from))) {
    if (/^part-[\d.]+json$/.test(name)) copyFileSync(stage.path(`${from}/${name}`), stage.path(`${to}/${name}`));
  }
}
