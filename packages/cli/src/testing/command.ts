import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parseResult } from './result-schema.ts';

/** The installed command; `npm test` builds it first. */
export const bin = fileURLToPath(new URL('../../bin/model-signing.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What killed it, if anything did. */
  readonly signal?: string;
}

export interface CallOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** Arguments of Node itself, before the command. */
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
}

/** The environment of a test, without the machine's own settings for colours and CI. */
const { NO_COLOR, FORCE_COLOR, CI, MODEL_SIGNING_LOG_LEVEL, MODEL_SIGNING_LOG_FORMAT, NODE_OPTIONS, ...environment } =
  process.env;

/** A folder with a small model, keys, and the command to run in it; removed when the test ends. */
export class Sandbox {
  readonly dir: string;

  constructor() {
    this.dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'model-signing-')));
    onTestFinished(() => rmSync(this.dir, { recursive: true, force: true }));
    this.write('model/config.json', '{"hidden_size": 8}\n');
    this.write('model/weights.bin', 'w'.repeat(1000));
    this.write('model/tokenizer/vocab.txt', 'a\nb\n');
    this.writeKeys('key');
  }

  path(name: string): string {
    return path.join(this.dir, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Writes `<name>.pem` and `<name>.pub`, and with a passphrase `<name>.pem` encrypted. */
  writeKeys(name: string, passphrase?: string): void {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
    this.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }));
    this.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }

  /** Names in a directory, hidden ones too. */
  list(name = '.'): string[] {
    return readdirSync(this.path(name)).sort();
  }

  start(
    args: readonly string[],
    { env = {}, nodeArgs = [], cwd = '.' }: CallOptions = {},
  ): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, [...nodeArgs, bin, ...args], {
      cwd: this.path(cwd),
      env: { ...environment, ...env },
    });
  }

  async run(args: readonly string[], options: CallOptions = {}): Promise<Finished> {
    const child = this.start(args, options);
    child.stdin.on('error', () => {}); // the command may end without reading
    child.stdin.end(options.input ?? '');
    return finish(child);
  }

  /** Runs with `--json` and returns the one object on stdout too. */
  async json(args: readonly string[], options: CallOptions = {}): Promise<Finished & { readonly result: JsonResult }> {
    const finished = await this.run([...args, '--json'], options);
    return { ...finished, result: JSON.parse(finished.stdout) };
  }

  sign(...more: string[]): Promise<Finished> {
    return this.run(['sign', 'key', 'model', '--private-key', 'key.pem', ...more]);
  }

  verify(...more: string[]): Promise<Finished & { readonly result: JsonResult }> {
    return this.json(['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub', ...more]);
  }
}

/** The JSON of a result, typed loosely, as a script sees it. */
export interface JsonResult {
  readonly schema: string;
  readonly ok: boolean;
  readonly error: {
    readonly code: string;
    readonly stage: string | null;
    readonly requirement: string | null;
    readonly message: string;
    readonly hints: readonly string[];
    readonly exitCode: number;
    readonly differences: readonly { readonly kind: string; readonly path: string }[];
  };
  readonly rootDigest?: string;
  readonly version?: string;
  readonly ignored?: readonly string[];
  readonly unsigned?: readonly string[];
  readonly warnings?: readonly object[];
}

/** Waits until a process has ended, and returns everything it printed. What `--json` printed must be as its schema says. */
export function finish(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      try {
        if (asksForJson(child.spawnargs)) parseResult(stdout);
        resolve({ code, stdout, stderr, ...(signal ? { signal } : {}) });
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Words after `--` are not flags. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
}
