import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the command is expected to exit with. */
  readonly status?: number;
}

/** Runs a command and answers with what it printed. @throws {Error} with its output, where it exits with another status */
export function run(command: string, args: readonly string[], { cwd, env, status = 0 }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === status) resolve(output);
      else reject(new Error(`${[command, ...args].join(' ')}: exit code ${code}, expected ${status}\n${output}`));
    });
  });
}
