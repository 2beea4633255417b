import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { programOf } from '../../../interop/src/peer/python-environment.ts';
import { identityToken } from '../identity.ts';
import { FILES, readServices } from '../instance.ts';
import type { TokenRequest } from '../oidc/tokens.ts';
import type { Services } from '../trust.ts';
import { LAB_VARIABLE, PEER_VARIABLE } from './surroundings.ts';

/** The signer in these tests. */
export const IDENTITY = 'dev@example.com';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** The command of this repository. */
export const OURS: readonly string[] = [process.execPath, path.join(repository, 'packages/cli/bin/model-signing.js')];

/** Why tests are skipped: the variables that are not set. Empty if all are. */
export function skipReason(...variables: readonly string[]): string {
  const missing = variables.filter((variable) => !process.env[variable]);
  return missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not set; npm run sigstore sets them)`;
}

/** The running instance. */
export const lab = {
  get directory(): string {
    const directory = process.env[LAB_VARIABLE];
    if (!directory) throw new Error(`${LAB_VARIABLE} is not set`);
    return directory;
  },
  get services(): Services {
    return readServices(this.directory);
  },
  file(name: keyof typeof FILES): string {
    return path.join(this.directory, FILES[name]);
  },
  token(change: Partial<TokenRequest> = {}): string {
    return identityToken(this.directory, IDENTITY, change);
  },
};

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with all output so far until it returns a promise of the text to type. */
  readonly talk?: (printed: string) => Promise<string> | undefined;
}

/** The output of the command with `--json`. */
interface Result {
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string };
  readonly signer?: { readonly method: string; readonly identity?: string; readonly issuer?: string };
}

/** The environment without variables that give an identity. */
function environment(): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter(
    (name) => !/^(ACTIONS_ID_TOKEN|SIGSTORE_|GITHUB_|BUILDKITE|BROWSER$)/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** A folder with a small model, removed when the test ends. */
export class Stage {
  readonly directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'sigstore-e2e-')));

  constructor() {
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
    this.write('model/config.json', '{"hidden_size": 8}\n');
    this.write('model/weights.bin', 'w'.repeat(1000));
  }

  path(name: string): string {
    return path.join(this.directory, name);
  }

  write(name: string, content: string | Uint8Array): string {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  writeJson(name: string, value: unknown): string {
    return this.write(name, JSON.stringify(value));
  }

  readJson<T>(name: string): T {
    return JSON.parse(readFileSync(path.resolve(this.directory, name), 'utf8')) as T;
  }

  /** The files beside the model and the folder with the configuration. */
  list(): string[] {
    return readdirSync(this.directory).filter((name) => name !== 'model' && name !== 'config');
  }

  run([program = '', ...args]: readonly string[], { env = {}, talk }: CallOptions = {}): Promise<Finished> {
    const child = spawn(program, args, {
      cwd: this.directory,
      env: { ...environment(), NO_COLOR: '1', PYTHONUTF8: '1', ...env },
      timeout: 300_000,
    });
    let [stdout, stderr] = ['', ''];
    child.stdin.on('error', () => {}); // it may end without reading
    let typing: Promise<unknown> | undefined;
    if (!talk) child.stdin.end();
    const answer = () => {
      typing ??= talk?.(stdout + stderr)?.then((typed) => child.stdin.end(`${typed}\n`));
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      answer();
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      answer();
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        Promise.resolve(typing).then(() => resolve({ code, stdout, stderr }), reject);
      });
    });
  }

  /** Runs our command with `--json`. */
  async ours(args: readonly string[], options: CallOptions = {}): Promise<Finished & { readonly result: Result }> {
    const finished = await this.run([...OURS, ...args, '--json'], options);
    if (!finished.stdout.startsWith('{')) throw new Error(`no JSON on stdout, but on stderr: ${finished.stderr}`);
    return { ...finished, result: JSON.parse(finished.stdout) as Result };
  }

  /** Signs the model into model.sig, by default with a valid token and Rekor v1. */
  sign(more: readonly string[] = [], { token = lab.token(), trust = lab.file('trustConfig') } = {}) {
    const tokenFile = this.write('config/token', token);
    const args = ['--signature', 'model.sig', '--trust-config', trust, '--identity-token-file', tokenFile];
    return this.ours(['sign', 'sigstore', 'model', ...args, ...more]);
  }

  /** Verifies model.sig, by default for its signer. */
  verify(change: { identity?: string; issuer?: string; trustedRoot?: string; signature?: string } = {}) {
    return this.ours(verifyArguments(change));
  }

  /** Runs the Python peer's command. */
  peer(action: 'sign' | 'verify', args: readonly string[]): Promise<Finished> {
    const command = programOf(process.env[PEER_VARIABLE] ?? '', 'model_signing');
    return this.run([command, action, 'sigstore', 'model', '--signature', 'model.sig', ...args]);
  }
}

/** The arguments of our command to verify. */
export function verifyArguments({
  identity = IDENTITY,
  issuer = lab.services.issuer,
  trustedRoot = lab.file('trustedRoot'),
  signature = 'model.sig',
} = {}): string[] {
  const trust = ['--trusted-root', trustedRoot, '--identity', identity, '--identity-provider', issuer];
  return ['verify', 'sigstore', 'model', '--signature', signature, ...trust];
}
