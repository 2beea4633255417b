/** Processes that outlive the process that started them, and are stopped by their ids alone. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Started {
  readonly name: string;
  readonly pid: number;
  /** The time of its start as the system reports it, because ids are used again. */
  readonly since: string;
}

/** The time that a process has to end on its own. Milliseconds. */
const GRACE = 3000;

const ID_FILE = 'processes.json';

/** Starts a program whose output goes to `directory`, and records its id there before anything else can fail. */
export function startProcess(
  directory: string,
  name: string,
  [program, ...args]: readonly [string, ...string[]],
): void {
  const log = openSync(path.join(directory, `${name}.log`), 'a');
  try {
    const child = spawn(program, args, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
    child.on('error', () => {}); // it then has no id, which the next line reports
    if (child.pid === undefined) throw new Error(`${name} could not be started: ${program}`);
    record(directory, [...recorded(directory), { name, pid: child.pid, since: startOf(child.pid) ?? '' }]);
    child.unref();
  } finally {
    closeSync(log);
  }
}

/** The names of the processes recorded in a directory that have ended. */
export function endedProcesses(directory: string): string[] {
  return recorded(directory)
    .filter((process) => !isRunning(process))
    .map(({ name }) => name);
}

/** Whether any process recorded in a directory still runs. */
export function hasProcesses(directory: string): boolean {
  return recorded(directory).some(isRunning);
}

/** Stops the processes recorded in a directory, waits until they have ended, and returns their number. */
export async function endProcesses(directory: string): Promise<number> {
  const running = recorded(directory).filter(isRunning);
  for (const each of running) signal(each, 'SIGTERM');
  const deadline = Date.now() + GRACE;
  while (running.some(isRunning) && Date.now() < deadline) await sleep(50);
  for (const each of running.filter(isRunning)) signal(each, 'SIGKILL');
  while (running.some(isRunning)) await sleep(20);
  record(directory, []);
  return running.length;
}

function recorded(directory: string): Started[] {
  const file = path.join(directory, ID_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Started[]) : [];
}

/** Replaces the list in one step, so that an interruption leaves a complete one. */
function record(directory: string, processes: readonly Started[]): void {
  if (!existsSync(directory)) return;
  const file = path.join(directory, ID_FILE);
  writeFileSync(`${file}.new`, JSON.stringify(processes));
  renameSync(`${file}.new`, file);
}

function isRunning({ pid, since }: Started): boolean {
  return startOf(pid) === since;
}

function signal({ pid }: Started, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The time of a process's start; null when it has ended, even if its exit code was not collected yet. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') {
    const { status, stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const [state = 'Z', ...start] = stdout.trim().split(/\s+/);
    return status !== 0 || state.startsWith('Z') ? null : start.join(' ');
  }
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before may hold anything; state is the 3rd field of proc(5), the start the 22nd.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
