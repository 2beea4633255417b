/**
 * The servers that are not ours: released Go modules at pinned versions, which the Go command builds into a cache, keyed by
 * their versions and the version of Go.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type ProgramName = 'ct-log' | 'fulcio' | 'rekor' | 'timestamp-authority';

/** The built programs, or why there are none. */
export type Programs = { readonly files: Readonly<Record<ProgramName, string>> } | { readonly unavailable: string };

interface ReleasedCommand {
  readonly module: string;
  readonly version: string;
  /** The checksum of the module in the form of go.sum; the module's own go.sum pins all its dependencies. */
  readonly sum: string;
  /** The command's package, below the module; empty for the module itself. */
  readonly command: string;
}

/** A program of this folder, whose go.mod and go.sum pin a released module. */
interface OwnCommand {
  readonly folder: string;
}

// Each is the newest release that builds with Go 1.26.
const PROGRAMS: Readonly<Record<ProgramName, ReleasedCommand | OwnCommand>> = {
  'ct-log': {
    module: 'github.com/transparency-dev/tesseract',
    version: 'v0.1.1',
    sum: 'h1:KMyqb5/43noPwaBIuFxaWOnhtx360JRb1nEPqUVn1KQ=',
    command: '/cmd/tesseract/posix',
  },
  fulcio: {
    module: 'github.com/sigstore/fulcio',
    version: 'v1.8.8',
    sum: 'h1:AtVoVQ4R7YaP6RHIH9puHyB398CHS/9WYc6d+gKf5Y0=',
    command: '',
  },
  rekor: {
    module: 'github.com/sigstore/rekor-tiles/v2',
    version: 'v2.3.0',
    sum: 'h1:HhMgH61UP0t899V8Fjt7pz1YdgOBptbaQdnCF+79cdc=',
    command: '/cmd/rekor-server/posix',
  },
  'timestamp-authority': { folder: path.resolve(import.meta.dirname, '../timestamp-authority') },
};

/** Reproducible: without debugging information and paths of this machine. */
const BUILD_FLAGS = ['-trimpath', '-ldflags=-s -w'];

/** The priority of compilers: low, so that other work is not slowed down. */
const NICE = 15;

const cache = path.resolve(import.meta.dirname, '../../../.cache/sigstore-lab/programs');

/** Finds the programs or builds them one after another, which takes minutes; calls `tell` for each that it builds. */
export async function preparePrograms(tell: (text: string) => void): Promise<Programs> {
  const go = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: goEnvironment() });
  if (go.status !== 0) {
    return { unavailable: `"go" could not be run: ${go.error?.message ?? go.stderr.trim()}` };
  }
  const files: Partial<Record<ProgramName, string>> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[]) {
    const directory = path.join(cache, `${name}-${identityOf(name)}-${go.stdout.trim()}-${process.arch}`);
    files[name] = path.join(directory, 'program');
    if (existsSync(files[name])) continue;
    const started = Date.now();
    tell(`building ${name}`);
    const failure = await build(name, directory);
    if (failure !== null) return { unavailable: `${name} could not be built: ${failure}` };
    tell(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
  }
  return { files: files as Record<ProgramName, string> };
}

function identityOf(name: ProgramName): string {
  const program = PROGRAMS[name];
  if ('version' in program) return program.version;
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(path.join(program.folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Builds into a new directory and moves it, so that an interrupted build leaves nothing. Returns null or the failure. */
async function build(name: ProgramName, directory: string): Promise<string | null> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    const program = PROGRAMS[name];
    const failure =
      'folder' in program
        ? await runGo(['build', ...BUILD_FLAGS, '-mod=readonly', '-o', path.join(unfinished, 'program'), '.'], {
            cwd: program.folder,
          })
        : await install(program, unfinished);
    if (failure !== null) return failure;
    renameSync(unfinished, directory);
    return null;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function install({ module, version, sum, command }: ReleasedCommand, directory: string): Promise<string | null> {
  const downloaded = await goOutput(['mod', 'download', '-json', `${module}@${version}`], { cwd: directory });
  if (downloaded.status !== 0) return downloaded.output;
  const found = (JSON.parse(downloaded.output) as { Sum?: string }).Sum;
  if (found !== sum) return `${module}@${version} has the checksum ${found}, not ${sum}`;

  const failure = await runGo(['install', ...BUILD_FLAGS, `${module}${command}@${version}`], {
    cwd: directory,
    GOBIN: directory,
  });
  if (failure !== null) return failure;
  // The name of the command is the last part of its package.
  renameSync(path.join(directory, path.posix.basename(module + command)), path.join(directory, 'program'));
  return null;
}

interface GoOptions {
  readonly cwd: string;
  readonly GOBIN?: string;
}

async function runGo(args: readonly string[], options: GoOptions): Promise<string | null> {
  const { status, output } = await goOutput(args, options);
  return status === 0 ? null : output;
}

/** The output of Go, or the end of it when Go fails. */
function goOutput(args: readonly string[], { cwd, GOBIN }: GoOptions) {
  return new Promise<{ status: number | null; output: string }>((resolve) => {
    const child = spawn('go', args, {
      cwd,
      env: { ...goEnvironment(), ...(GOBIN === undefined ? {} : { GOBIN }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let problems = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      problems += text;
    });
    child.on('spawn', () => os.setPriority(child.pid as number, NICE));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status, output: status === 0 ? output : lastWords(output + problems) }));
  });
}

function lastWords(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}

/** Two compilers at a time, no C compiler, and no exception from checksums. */
function goEnvironment(): NodeJS.ProcessEnv {
  const { GONOSUMDB: _, GONOSUMCHECK: __, GOINSECURE: ___, GOPRIVATE: ____, ...environment } = process.env;
  return {
    ...environment,
    GOFLAGS: '-p=2 -buildvcs=false',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  };
}
