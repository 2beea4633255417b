import { spawn } from 'node:child_process';

/** The result of a command. */
export interface Outcome {
  readonly exitCode: number | null;
  /** Both streams, in the order of arrival. */
  readonly output: string;
  readonly command: string;
}

/** A command that takes longer than this hangs. Seconds. */
const LIMIT = 300;

const started = new Map<string, number>();

/** How many commands this process started, by implementation. */
export function callCounts(): ReadonlyMap<string, number> {
  return started;
}

/** Runs a program without a shell and without input. Rejects only if it cannot be started. */
export function run(who: string, [program, ...args]: readonly [string, ...string[]], cwd: string): Promise<Outcome> {
  started.set(who, (started.get(who) ?? 0) + 1);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT * 1000,
      env: { ...process.env, NO_COLOR: '1', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' },
    });
    let output = '';
    const collect = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output, command: [program, ...args].join(' ') }));
  });
}
