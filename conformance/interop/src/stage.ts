import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../../..');

/** The command of this repository. */
const OURS: readonly string[] = [process.execPath, path.join(repository, 'packages/cli/bin/model-signing.js')];

/** The key that signs in these tests. */
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
export const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** The files of a model as ModelPack artifacts have them, one of them in a folder. */
export const MODEL: Readonly<Record<string, string>> = {
  'config.json': '{"hidden_size": 8}\n',
  'onnx/model.onnx': 'w'.repeat(300_000),
  'tokenizer.json': '{"model": {"type": "BPE"}}\n',
};

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a pair of keys, removed when the test ends. */
export class Stage {
  readonly directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'interop-')));
  /** Variables for what runs in the folder; undefined removes one. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;

  constructor(environment: Readonly<NodeJS.ProcessEnv> = {}) {
    this.environment = environment;
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
    this.write('key.pem', privateKey);
    this.write('key.pub.pem', publicKey);
    // What docker keeps of registries in the user's home plays no part.
    this.write('docker/config.json', '{}');
  }

  path(name: string): string {
    return path.join(this.directory, name);
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  /** Runs a program in the folder. */
  run([program = '', ...args]: readonly string[], input: Uint8Array = Buffer.alloc(0)): Promise<Finished> {
    const PATH = [this.path('bin'), process.env.PATH].join(path.delimiter);
    const docker = { DOCKER_CONFIG: this.path('docker') };
    const plain = { NO_COLOR: '1', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' };
    const env = { ...process.env, ...docker, PATH, ...plain, ...this.environment };
    const child = spawn(program, args, { cwd: this.directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A program that does not read its input may end before all of it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** Runs a program that has to succeed, and returns what it printed. */
  async succeed(command: readonly string[], input?: Uint8Array): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, input);
    if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs our command with `--json`. */
  async ours(...args: readonly string[]): Promise<Outcome> {
    const { code, stdout, stderr } = await this.run([...OURS, ...args, '--json']);
    if (!stdout.startsWith('{')) throw new Error(`no JSON on stdout, but on stderr: ${stderr}`);
    const result = JSON.parse(stdout);
    return { code, error: result.error ?? null, result, printed: stdout + stderr };
  }
}

/** What our command did. */
export interface Outcome {
  readonly code: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly result: Readonly<Record<string, unknown>>;
  /** All of the output, for what must not be in it. */
  readonly printed: string;
}

/** An outcome to expect; the error is part of it, so that a test that fails prints it. */
export const accepted = (result: object = {}) => ({ code: 0, error: null, result });

/** An outcome to expect. */
export const refused = (code: number, error: string) => ({ code, error: { code: error } });
