/**
 * Prepares the Go peer: its command, built from the commit that go/peer.json pins. The source comes from the Go module proxy, or
 * from a checkout that the caller names. Run as a program, it prints the path of the command.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportSkipped } from './unavailable.ts';

/** The built command and where it is from, or why there is none. */
export type GoPeer = { readonly program: string; readonly origin: string } | { readonly unavailable: string };

/** A command that the caller built. */
export const GO_PEER_VARIABLE = 'MODEL_SIGNING_GO_PEER';

/** A checkout of the peer's repository, at the pinned commit, to build the command from. */
export const GO_SOURCE_VARIABLE = 'MODEL_SIGNING_GO_SOURCE';

interface Replacement {
  readonly path: string;
  readonly version: string;
  /** The rest of its lines in go.sum, behind the version. */
  readonly sums: readonly string[];
}

interface Pin {
  readonly module: string;
  /** The beginning of the commit. */
  readonly revision: string;
  /** The package of the command, in the module. */
  readonly command: string;
  /** Dependencies that the peer pins at a version that module proxies may refuse. */
  readonly replacements: readonly Replacement[];
}

const interop = path.resolve(import.meta.dirname, '../..');
const pinFile = path.join(interop, 'go/peer.json');
const defaultCache = path.resolve(interop, '../../.cache');

/** The part of the commit that names the version of the peer. */
export const goRevision: string = readPin().revision;

function readPin(): Pin {
  return JSON.parse(readFileSync(pinFile, 'utf8')) as Pin;
}

/** Finds the command or builds it, which takes minutes the first time. */
export function prepareGoPeer(cache = defaultCache): GoPeer {
  const named = process.env[GO_PEER_VARIABLE];
  if (named) {
    return existsSync(named)
      ? { program: path.resolve(named), origin: `the command that ${GO_PEER_VARIABLE} names` }
      : { unavailable: `${GO_PEER_VARIABLE} names ${JSON.stringify(named)}, which does not exist` };
  }
  const version = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: goEnvironment() });
  if (version.status !== 0) return { unavailable: `"go" could not be run: ${reason(version)}` };

  const key = createHash('sha256').update(readFileSync(pinFile)).update(version.stdout).update(process.arch);
  const directory = path.join(cache, `go-peer-${key.digest('hex').slice(0, 16)}`);
  const program = path.join(directory, process.platform === 'win32' ? 'model-signing.exe' : 'model-signing');
  const found = { program, origin: `commit ${goRevision}` };
  if (existsSync(program)) return found;

  const source = findSource(readPin());
  if ('unavailable' in source) return source;
  const failure = build(readPin(), source.directory, directory, path.basename(program));
  return failure === null ? found : { unavailable: `its command could not be built: ${failure}` };
}

/** The directory with the peer's source at the pinned commit. */
function findSource(pin: Pin): { readonly directory: string } | { readonly unavailable: string } {
  const checkout = process.env[GO_SOURCE_VARIABLE];
  if (checkout) {
    const head = spawnSync('git', ['-C', checkout, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
    if (head.status !== 0) return { unavailable: `${GO_SOURCE_VARIABLE} names no checkout: ${reason(head)}` };
    return head.stdout.startsWith(pin.revision)
      ? { directory: path.resolve(checkout) }
      : { unavailable: `${GO_SOURCE_VARIABLE} is at commit ${head.stdout.trim()}, and ${pin.revision} is pinned` };
  }
  const module = `${pin.module}@${pin.revision}`;
  // Outside of any module, the module may declare another path than the one it is fetched by, as this one does.
  const downloaded = spawnSync('go', ['mod', 'download', '-json', module], {
    cwd: path.parse(interop).root,
    encoding: 'utf8',
    env: goEnvironment(),
  });
  const { Dir, Error: problem } = parseDownload(downloaded.stdout);
  if (downloaded.status === 0 && Dir) return { directory: Dir };
  return {
    unavailable:
      `the module proxy did not serve ${module}: ${withoutAddresses(problem ?? reason(downloaded))}; ` +
      `to build it from a checkout, set ${GO_SOURCE_VARIABLE}`,
  };
}

function parseDownload(text: string): { readonly Dir?: string; readonly Error?: string } {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The addresses of a machine's proxies are no business of a log. */
function withoutAddresses(text: string): string {
  return text
    .replaceAll(/https?:\/\/\S+/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Builds into a new directory and moves it, so that an interrupted build leaves nothing. Returns null or the failure. */
function build(pin: Pin, source: string, directory: string, name: string): string | null {
  mkdirSync(path.dirname(directory), { recursive: true });
  const unfinished = mkdtempSync(path.join(path.dirname(directory), 'unfinished-go-peer-'));
  try {
    writeModuleFiles(pin, source, unfinished);
    const output = path.join(unfinished, name);
    const flags = ['-trimpath', '-ldflags=-s -w', `-modfile=${path.join(unfinished, 'go.mod')}`, '-mod=mod'];
    const built = spawnSync('go', ['build', ...flags, '-o', output, pin.command], {
      cwd: source,
      encoding: 'utf8',
      env: goEnvironment(),
    });
    if (built.status !== 0) return withoutAddresses(reason(built));
    rmSync(directory, { recursive: true, force: true });
    renameSync(unfinished, directory);
    return null;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The peer's own go.mod and go.sum with the replacements, beside the source, which stays as it is. */
function writeModuleFiles({ replacements }: Pin, source: string, directory: string): void {
  const lines = replacements.map(({ path: name, version }) => `replace ${name} => ${name} ${version}\n`);
  const sums = replacements.flatMap(({ path: name, version, sums }) =>
    sums.map((sum) => (sum.startsWith('/') ? `${name} ${version}${sum}\n` : `${name} ${version} ${sum}\n`)),
  );
  const read = (file: string) =>
    existsSync(path.join(source, file)) ? readFileSync(path.join(source, file), 'utf8') : '';
  writeFileSync(path.join(directory, 'go.mod'), `${read('go.mod')}\n${lines.join('')}`);
  writeFileSync(path.join(directory, 'go.sum'), read('go.sum') + sums.join(''));
}

/** Two compilers at a time, no C compiler, and no exception from checksums. */
function goEnvironment(): NodeJS.ProcessEnv {
  const { GONOSUMDB: _, GONOSUMCHECK: __, GOINSECURE: ___, GOPRIVATE: ____, ...environment } = process.env;
  return { ...environment, GOFLAGS: '-p=2 -buildvcs=false', GOWORK: 'off', CGO_ENABLED: '0' };
}

/** The end of a failed program's output. */
function reason({ error, stderr, stdout, status }: SpawnSyncReturns<string>): string {
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-3).join(' ');
  return error?.message ?? (said || `exit code ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const peer = prepareGoPeer();
  if ('program' in peer) process.stdout.write(`${peer.program}\n`);
  else process.exitCode = reportSkipped('Go', peer.unavailable, false);
}
