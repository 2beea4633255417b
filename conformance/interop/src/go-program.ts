/** Programs in Go that are built from pinned modules into a cache, keyed by their versions and the version of Go. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A program that can be started, or why there is none. */
export type Program = { readonly file: string } | { readonly unavailable: string };

/** A command of a released module. */
export interface ReleasedCommand {
  readonly module: string;
  readonly version: string;
  /** The checksum of the module in the form of go.sum; the module's own go.sum pins all its dependencies. */
  readonly sum: string;
  /** The command's package, below the module; empty for the module itself. */
  readonly command: string;
}

/** A program of this repository, in a folder whose go.mod and go.sum pin a released module. */
export interface OwnCommand {
  readonly folder: string;
}

export type GoCommand = ReleasedCommand | OwnCommand;

export interface BuildOptions {
  /** The directory for the built programs. */
  readonly cache: string;
  /** Called with a sentence when a build begins and ends, because it takes minutes. */
  readonly tell: (text: string) => void;
}

/** Reproducible: without debugging information and paths of this machine. */
const BUILD_FLAGS = ['-trimpath', '-ldflags=-s -w'];

/** The priority of compilers: low, so that other work is not slowed down. */
const NICE = 15;

/** Finds a program or builds it. */
export async function prepareGoProgram(name: string, command: GoCommand, options: BuildOptions): Promise<Program> {
  const go = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: goEnvironment() });
  if (go.status !== 0) return { unavailable: `"go" could not be run: ${go.error?.message ?? go.stderr.trim()}` };

  const { cache, tell } = options;
  const directory = path.join(cache, `${name}-${identityOf(command)}-${go.stdout.trim()}-${process.arch}`);
  const file = path.join(directory, 'program');
  if (existsSync(file)) return { file };
  const started = Date.now();
  tell(`building ${name}`);
  const failure = await build(command, cache, directory);
  if (failure !== null) return { unavailable: `${name} could not be built: ${withoutAddresses(failure)}` };
  tell(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
  return { file };
}

function identityOf(command: GoCommand): string {
  if ('version' in command) return command.version;
  const hash = createHash('sha256');
  const files = readdirSync(command.folder).filter((file) => file.endsWith('.go'));
  for (const file of ['go.mod', 'go.sum', ...files.sort()]) hash.update(readFileSync(path.join(command.folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Builds into a new directory and moves it, so that an interrupted build leaves nothing. Returns null or the failure. */
async function build(command: GoCommand, cache: string, directory: string): Promise<string | null> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    const failure =
      'folder' in command
        ? await runGo(['build', ...BUILD_FLAGS, '-mod=readonly', '-o', path.join(unfinished, 'program'), '.'], {
            cwd: command.folder,
          })
        : await install(command, unfinished);
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

/** A log has no use for the addresses of a machine's proxies. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/https?:\/\/\S+/g, '…');
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
