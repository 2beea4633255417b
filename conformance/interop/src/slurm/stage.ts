/** The model, the command and the log of the test with Slurm. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { type Finished, kill, run, until } from './cluster.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

export const command = path.join(repository, 'packages/cli/bin/model-signing.js');

/** As many parts as files: each is hashed long enough to be interrupted. */
export const PARTS = 8;
const FILE_BYTES = 512 * 1024 * 1024;
const SHARD_BYTES = 64 * 1024 * 1024;

/** The processes of one task. */
export interface Task {
  readonly node: 'w1' | 'w2';
  /** From the outermost: what Slurm starts, the script and the command. */
  readonly pids: readonly number[];
  readonly worker: number;
}

export class SlurmStage {
  readonly directory: string;
  readonly #log: string;
  readonly #start = Date.now();

  constructor(directory: string, log: string) {
    this.directory = directory;
    this.#log = log;
    mkdirSync(path.dirname(log), { recursive: true });
    writeFileSync(log, '');
    mkdirSync(this.path('pids'), { recursive: true });
  }

  path(name: string): string {
    return path.join(this.directory, name);
  }

  say(text: string): void {
    const seconds = ((Date.now() - this.#start) / 1000).toFixed(1).padStart(6);
    const lines = text.trimEnd().split('\n');
    const said = lines.map((line, index) => `${index === 0 ? seconds : ' '.repeat(6)}  ${line}\n`).join('');
    appendFileSync(this.#log, said);
    process.stdout.write(said);
  }

  /** Writes the files of a model; no two shards are alike, and hardly any bytes are on the disk. */
  writeModel(name: string, wrongShard: number | null = null): void {
    mkdirSync(this.path(name), { recursive: true });
    const perFile = FILE_BYTES / SHARD_BYTES;
    for (let index = 0; index < PARTS; index++) {
      const file = this.path(`${name}/weights-${index}.bin`);
      const descriptor = openSync(file, 'w');
      for (let shard = 0; shard < perFile; shard++) {
        const number = index * perFile + shard;
        const text = number === wrongShard ? 'a bit that flipped' : `shard ${number}`;
        writeSync(descriptor, text.padEnd(32), shard * SHARD_BYTES);
      }
      writeSync(descriptor, '.', FILE_BYTES - 1);
      closeSync(descriptor);
      utimesSync(file, 1_700_000_000, 1_700_000_000);
    }
  }

  /** Runs our command in the folder of the test. */
  ours(...args: readonly string[]): Promise<Finished> {
    return run(process.execPath, [command, ...args], process.env);
  }

  /** Makes a plan of as many parts as there are files. */
  async plan(file: string, model: string, ...flags: string[]): Promise<void> {
    const args = ['--shard-size', '64MiB', '--parts', `${PARTS}`, '--output', this.path(file), ...flags];
    const { code, stdout, stderr } = await this.ours('plan', this.path(model), ...args);
    if (code !== 0) throw new Error(stderr);
    this.say(`plan: ${stdout.replaceAll('\n', '; ')}`);
  }

  /** The processes of a task, once they run. */
  task(out: string, part: number, restarts = 0): Promise<Task> {
    const file = this.path(`pids/${out}.${part}.${restarts}`);
    return until(`part ${part} of ${out} runs`, () => {
      if (!existsSync(file)) return null;
      const [node, ...pids] = readFileSync(file, 'utf8').trim().split(' ');
      const numbers = pids.map(Number);
      return { node: node as Task['node'], pids: numbers, worker: numbers.at(-1) as number };
    });
  }

  /** Ends what tasks have left behind, by the numbers that they wrote down. */
  endTasks(): void {
    for (const name of readdirSync(this.path('pids'))) {
      const pids = readFileSync(this.path(`pids/${name}`), 'utf8')
        .trim()
        .split(' ')
        .slice(1)
        .map(Number);
      for (const pid of pids.filter((each) => isOf(each, this.directory))) kill(pid, 'SIGKILL');
    }
  }

  hasAnswer(out: string, part: number): boolean {
    return existsSync(this.path(`${out}/part-${part}.json`));
  }

  /** Lets a worker that was held begin, and stops it when it has read some of its part. */
  async stopInTheMiddle({ worker }: Task): Promise<number> {
    await until('the worker is held', () => (stateOf(worker) === 'T' ? true : null), 20);
    kill(worker, 'SIGCONT');
    const read = await until(
      'the worker has read some bytes',
      () => (bytesRead(worker) > 64 * 1024 * 1024 ? bytesRead(worker) : null),
      2,
    );
    kill(worker, 'SIGSTOP');
    return read;
  }
}

/** Whether a process still is what it was, since numbers of processes are used again. */
function isOf(pid: number, directory: string): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.includes(directory) || line.startsWith('slurmstepd');
  } catch {
    return false;
  }
}

/** `T` for a process that is stopped. */
function stateOf(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2)[0];
}

function bytesRead(pid: number): number {
  const [, bytes = '0'] = /^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
  return Number(bytes);
}
