import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the command is expected to exit with. */
  readonly status?: number;
  /** Answers with standard output alone, for what is read by a program; errors have all of it. */
  readonly onlyOutput?: boolean;
}

/** Runs a command and answers with what it printed. @throws {Error} with its output, where it exits with another status */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env, status = 0, onlyOutput = false } = options;
  return new Promise((resolve, reject) => {
    let output = '';
    let said = '';
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout.on('data', (chunk) => {
      said += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === status) resolve(onlyOutput ? said : output);
      else reject(new Error(`${[command, ...args].join(' ')}: exit code ${code}, expected ${status}\n${output}`));
    });
  });
}
