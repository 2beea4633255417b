/**
 * `npm run slurm`: hashes a model under a real Slurm with two nodes, kills a worker and a node, and lets a node lie. The log is in
 * `.cache/slurm/log.txt`. It needs root, for a network of its own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reportMissing } from '../needed-programs.ts';
import { Cluster } from './cluster.ts';
import { forged, lies } from './lies.ts';
import { check, foreign, kills, twice, verify } from './scenarios.ts';
import { command, SlurmStage } from './stage.ts';

const log = path.resolve(import.meta.dirname, '../../../../.cache/slurm/log.txt');

const INSIDE = '--inside';

const needed = ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'sinfo', 'munged', 'munge', 'unshare', 'ip'];

function missingPrograms(): string[] {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return needed.filter((name) => !folders.some((folder) => existsSync(path.join(folder, name))));
}

/** Starts this program again, in a network in which there is nothing else. */
async function outside(): Promise<number> {
  const tell = (text: string) => void process.stderr.write(`${text}\n`);
  if (!existsSync(path.resolve(path.dirname(command), '../dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const missing = missingPrograms();
  const why =
    process.getuid?.() !== 0 ? 'it needs root' : missing.length > 0 ? `there is no ${missing.join(', ')}` : null;
  if (why !== null) return reportMissing({ Slurm: { unavailable: why } }, tell) > 0 ? 1 : 0;
  const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
  const args = ['-n', process.execPath, import.meta.filename, INSIDE];
  const child = spawn('unshare', args, { stdio: 'inherit', env: { ...process.env, PATH } });
  const end = () => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** With the loopback device alone, no name of a host would be resolved. */
function bringUpNetwork(): void {
  const commands = [
    'link set lo up',
    'link add oms0 type veth peer name oms1',
    'addr add 10.99.0.1/24 dev oms0',
    'link set oms0 up',
    'link set oms1 up',
  ];
  for (const each of commands) {
    const { status, stderr } = spawnSync('ip', each.split(' '), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ip ${each}: ${stderr}`);
  }
}

async function inside(): Promise<number> {
  bringUpNetwork();
  const directory = mkdtempSync(path.join(tmpdir(), 'oms-slurm-'));
  const stage = new SlurmStage(directory, log);
  const cluster = new Cluster(path.join(directory, 'slurm'));
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error(signal)));
  });
  try {
    await Promise.race([interrupted, run(stage, cluster)]);
    return 0;
  } catch (error) {
    stage.say(`FAILED: ${error instanceof Error ? error.stack : error}\n${cluster.logs()}`);
    return 1;
  } finally {
    stage.endTasks();
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(stage: SlurmStage, cluster: Cluster): Promise<void> {
  await cluster.start();
  stage.say(`Slurm runs with two nodes: ${(await cluster.run('sinfo', ['--version'])).stdout}`);
  await play(stage, cluster);
  stage.say('everything was as it should be');
}

async function play(stage: SlurmStage, cluster: Cluster): Promise<void> {
  const scene = { stage, cluster };
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(stage.path('key.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(stage.path('key.pub.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  stage.writeModel('model');
  await stage.plan('plan.json', 'model');
  const root = await kills(scene);
  const alone = JSON.parse((await stage.ours('digest', stage.path('model'), '--shard-size', '64MiB', '--json')).stdout);
  check(root === alone.rootDigest, `the root of one machine, ${alone.rootDigest}`);
  stage.say('this is the root of one machine too');
  const { verdict, hashedBy } = await verify(scene, 'kills.sig');
  check(verdict === 'verified' && hashedBy === 'self', 'verified by reading every byte here');
  await twice(scene);
  await foreign(scene);
  await lies(scene);
  await forged(scene);
}

process.exitCode = process.argv.includes(INSIDE) ? await inside() : await outside();
