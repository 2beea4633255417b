/** The registries that are not ours, and `oras`, which is another client of them: how each is had. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, type GoCommand, type Program, prepareGoProgram } from '../go-program.ts';

export type ProgramName = 'distribution' | 'docker-registry' | 'go-containerregistry' | 'oras';

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache/registries');

const GO_COMMANDS: Readonly<Record<Exclude<ProgramName, 'docker-registry'>, GoCommand>> = {
  'go-containerregistry': { folder: path.join(interop, 'registries/go-containerregistry') },
  oras: {
    module: 'oras.land/oras',
    version: 'v1.3.6',
    sum: 'h1:Lhsfr2tQLjsu/+CJZp6vYatwKT+62fbIUTlp4lUrfOA=',
    command: '/cmd/oras',
  },
  distribution: {
    module: 'github.com/distribution/distribution/v3',
    version: 'v3.1.2',
    sum: 'h1:/Bv2YIqqSR00HiO49FT93hovy6r9IlrzwUDsJjCN5qg=',
    command: '/cmd/registry',
  },
};

/** Finds or builds each program, one after another. A program that cannot be had does not keep the others from being had. */
export async function preparePrograms(tell: (text: string) => void): Promise<Readonly<Record<ProgramName, Program>>> {
  const options: BuildOptions = { cache, tell };
  return {
    'docker-registry': prepareDebianPackage('docker-registry', 'usr/bin/docker-registry'),
    'go-containerregistry': await prepareGoProgram(
      'go-containerregistry',
      GO_COMMANDS['go-containerregistry'],
      options,
    ),
    oras: await prepareGoProgram('oras', GO_COMMANDS.oras, options),
    distribution: await prepareGoProgram('distribution', GO_COMMANDS.distribution, options),
  };
}

/** Unpacks a package of Debian into the cache, without installing it. Apt checks what it downloads. */
function prepareDebianPackage(name: string, program: string): Program {
  const version = candidate(name);
  if (version === null) return { unavailable: `apt knows no package ${name}` };
  const directory = path.join(cache, `${name}-${version.replaceAll(/[^\w.+-]/g, '_')}-${process.arch}`);
  const file = path.join(directory, program);
  if (existsSync(file)) return { file };

  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    const downloaded = spawnSync('apt-get', ['download', '-qq', name], { cwd: unfinished, encoding: 'utf8' });
    const [archive] = readdirSync(unfinished).filter((each) => each.endsWith('.deb'));
    if (downloaded.status !== 0 || archive === undefined)
      return { unavailable: `apt-get download failed: ${lastLine(downloaded.stderr)}` };
    const unpacked = spawnSync('dpkg-deb', ['-x', archive, '.'], { cwd: unfinished, encoding: 'utf8' });
    if (unpacked.status !== 0) return { unavailable: `dpkg-deb failed: ${lastLine(unpacked.stderr)}` };
    rmSync(path.join(unfinished, archive));
    renameSync(unfinished, directory);
    return { file };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The version that apt would install. In CI the lists of packages are fetched if there are none. */
function candidate(name: string): string | null {
  const find = () => spawnSync('apt-cache', ['show', '--no-all-versions', name], { encoding: 'utf8' }).stdout ?? '';
  let found = find();
  if (found === '' && process.env.CI) {
    spawnSync('apt-get', ['update', '-qq']);
    found = find();
  }
  return /^Version: (\S+)$/m.exec(found)?.[1] ?? null;
}

function lastLine(text: string | null): string {
  return (text ?? '').trim().split('\n').at(-1) ?? '';
}
