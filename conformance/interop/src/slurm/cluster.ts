/** Slurm with two nodes on this machine, in a network of its own. Every process that it starts is ended by its handle. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export type NodeName = 'w1' | 'w2';

/** How long the slowest thing may take on a busy machine, such as that a node is missed. Milliseconds. */
const LIMIT = 6 * 60 * 1000;

/** Waits until something holds. */
export async function until<T>(what: string, look: () => Promise<T | null> | T | null, pause = 200): Promise<T> {
  const deadline = Date.now() + LIMIT;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`in ${LIMIT / 60_000} minutes it did not happen that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Cluster {
  readonly #directory: string;
  readonly #daemons = new Map<string, ChildProcess>();
  readonly environment: NodeJS.ProcessEnv;

  constructor(directory: string) {
    this.#directory = directory;
    const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
    this.environment = { ...environment, SLURM_CONF: path.join(directory, 'slurm.conf') };
  }

  async start(): Promise<void> {
    for (const name of ['run', 'log', 'state', 'spool.w1', 'spool.w2']) {
      mkdirSync(path.join(this.#directory, name), { recursive: true, mode: 0o700 });
    }
    writeFileSync(this.#path('run/munge.key'), randomBytes(128), { mode: 0o400 });
    writeFileSync(this.#path('slurm.conf'), this.#configuration());
    this.#daemon('munged', [
      ...['--force', '-F', '--key-file', this.#path('run/munge.key'), '--socket', this.#path('run/munge.sock')],
      ...['--pid-file', this.#path('run/munged.pid'), '--log-file', this.#path('log/munged.txt')],
      ...['--seed-file', this.#path('run/munged.seed')],
    ]);
    await until('munge answers', () => this.#succeeds('munge', ['-n', '-S', this.#path('run/munge.sock')]));
    this.#daemon('slurmctld', ['-D']);
    await until('the controller answers', () => this.#succeeds('scontrol', ['ping']));
    for (const node of ['w1', 'w2'] as const) await this.startNode(node);
  }

  async startNode(node: NodeName): Promise<void> {
    this.#daemon(`slurmd ${node}`, ['-D', '-N', node]);
    await until(`${node} is idle`, async () => {
      this.#refuseDead();
      return (await this.stateOf(node)) === 'idle' ? true : null;
    });
  }

  /** What a host that loses its power does: the daemon and all that it has started are gone at once. */
  async killNode(node: NodeName, jobs: readonly number[]): Promise<void> {
    const daemon = this.#daemons.get(`slurmd ${node}`);
    if (daemon === undefined) throw new Error(`${node} does not run`);
    const ended = once(daemon, 'exit');
    this.#daemons.delete(`slurmd ${node}`);
    daemon.kill('SIGKILL');
    for (const pid of jobs) kill(pid, 'SIGKILL');
    await ended;
  }

  async stateOf(node: NodeName): Promise<string> {
    return (await this.run('sinfo', ['-h', '-N', '-n', node, '-o', '%T'])).stdout.trim();
  }

  run(program: string, args: readonly string[]): Promise<Finished> {
    return run(program, args, this.environment);
  }

  /** Submits a job and returns its number. */
  async submit(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run('sbatch', ['--parsable', ...args]);
    if (code !== 0) throw new Error(`sbatch ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** Waits until nothing of a job is left to run. */
  async ended(job: string): Promise<void> {
    await until(`the job ${job} ended`, async () => {
      this.#refuseDead();
      const { code, stdout } = await this.run('squeue', ['-h', '-r', '-j', job, '-o', '%i %T %r']);
      return code !== 0 || stdout.trim() === '' ? true : null;
    });
  }

  /** What Slurm's own logs say, for a failure. */
  logs(): string {
    const tail = (name: string) => `== ${name}\n${read(this.#path(`log/${name}`)).slice(-4000)}`;
    return ['slurmctld.txt', 'slurmd w1.txt', 'slurmd w2.txt', 'munged.txt'].map(tail).join('\n');
  }

  /** The lines of the controller's log that say something. */
  controllerLines(pattern: RegExp): string[] {
    return read(this.#path('log/slurmctld.txt'))
      .split('\n')
      .filter((line) => pattern.test(line));
  }

  async stop(): Promise<void> {
    for (const daemon of [...this.#daemons.values()].reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue;
      const ended = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      const timer = setTimeout(() => daemon.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
  }

  #path(name: string): string {
    return path.join(this.#directory, name);
  }

  #daemon(name: string, args: readonly string[]): void {
    const log = openSync(this.#path(`log/${name}.txt`), 'a');
    const [program = ''] = name.split(' ');
    const options = { env: this.environment, cwd: this.#directory, stdio: ['ignore', log, log] as const };
    this.#daemons.set(name, spawn(program, args, { ...options, stdio: [...options.stdio] }));
  }

  #refuseDead(): void {
    const dead = [...this.#daemons].find(([, { exitCode, signalCode }]) => exitCode !== null || signalCode !== null);
    if (dead) throw new Error(`${dead[0]} has ended\n${this.logs()}`);
  }

  async #succeeds(program: string, args: readonly string[]): Promise<true | null> {
    this.#refuseDead();
    return (await this.run(program, args)).code === 0 ? true : null;
  }

  #configuration(): string {
    const host = hostname();
    const node = (name: NodeName, port: number) =>
      `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=2 RealMemory=1000 State=UNKNOWN`;
    return [
      'ClusterName=model-signing',
      `SlurmctldHost=${host}(127.0.0.1)`,
      'SlurmUser=root',
      'SlurmdUser=root',
      'AuthType=auth/munge',
      // A job that is started again waits until the credentials of its first run have expired.
      `AuthInfo=socket=${this.#path('run/munge.sock')},cred_expire=20`,
      'CryptoType=crypto/munge',
      'SlurmctldPort=16817',
      'SlurmdPort=16818',
      `StateSaveLocation=${this.#path('state')}`,
      `SlurmdSpoolDir=${this.#path('spool.%n')}`,
      `SlurmctldPidFile=${this.#path('run/slurmctld.pid')}`,
      `SlurmdPidFile=${this.#path('run/slurmd.%n.pid')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'ReturnToService=2',
      'SlurmctldTimeout=30',
      'SlurmdTimeout=15',
      'InactiveLimit=0',
      'KillWait=2',
      'MinJobAge=300',
      'SchedulerType=sched/backfill',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU',
      'SlurmdParameters=config_overrides',
      'JobRequeue=1',
      'MpiDefault=none',
      'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
      node('w1', 17001),
      node('w2', 17002),
      'PartitionName=hash Nodes=w1,w2 Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n');
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Sends a signal to a process that may have ended. */
export function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
      message,
    } = error as Error &
      Partial<Record<'stdout' | 'stderr', string>> & {
        code?: unknown;
      };
    return { code: typeof code === 'number' ? code : -1, stdout, stderr: stderr || message };
  }
}
