import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The expected exit code; 0 by default. */
  readonly status?: number;
  /** Return only standard output, for a program to parse; errors still contain all output. */
  readonly onlyOutput?: boolean;
}

/** Runs a command and returns its output. @throws {Error} with the output, if the exit code is not the expected one */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env, status = 0, onlyOutput = false } = options;
  return new Promise((resolve, reject) => {
    let output = '';
    let standardOutput = '';
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout.on('data', (chunk) => {
      standardOutput += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === status) resolve(onlyOutput ? standardOutput : output);
      else reject(new Error(`${[command, ...args].join(' ')}: exit code ${code}, expected ${status}\n${output}`));
    });
  });
}
