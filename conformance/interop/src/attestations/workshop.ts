/** A folder in which tools write and read attestations, removed at the end. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The command of this repository. */
const OURS: readonly string[] = [
  process.execPath,
  path.resolve(import.meta.dirname, '../../../../packages/cli/bin/model-signing.js'),
];

/** A program that takes longer hangs. Milliseconds. */
const LIMIT = 300_000;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** All that it printed. */
  readonly printed: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
}

export class Workshop implements Disposable {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'attestations-')));

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs a program in the folder. What a user's environment says about identities plays no part. */
  run([program = '', ...args]: readonly string[], { environment = {}, input }: RunOptions = {}): Promise<Outcome> {
    const names = Object.keys(process.env).filter(
      (name) => !/^(ACTIONS_ID_TOKEN|SIGSTORE_|COSIGN_|GITHUB_)/.test(name),
    );
    const inherited = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    const env = { ...inherited, NO_COLOR: '1', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', ...environment };
    const child = spawn(program, args, { cwd: this.folder, env, stdio: 'pipe', timeout: LIMIT });
    // A program that does not read its input may end before all of it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    let [stdout, printed] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      printed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, printed }));
    });
  }

  /** Runs a program that has to succeed, and returns what it wrote to standard output. */
  async succeed(command: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, printed } = await this.run(command, options);
    if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code}\n${printed}`);
    return stdout;
  }

  /** Runs our command. */
  ours(...args: readonly string[]): Promise<Outcome> {
    return this.run([...OURS, ...args]);
  }

  /** Runs our command, which has to succeed. */
  async oursSucceeds(...args: readonly string[]): Promise<void> {
    await this.succeed([...OURS, ...args, '--quiet']);
  }

  /** The digest that a bundle in a file is about. */
  digestOf(file: string): string {
    const { dsseEnvelope } = JSON.parse(this.read(file));
    const [subject] = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()).subject;
    return subject.digest.sha256;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
