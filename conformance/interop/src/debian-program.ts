/** Programs in packages of Debian, unpacked into a cache without installing them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './go-program.ts';

/**
 * Unpacks packages into one folder of the cache, named after the first one, and returns a file of it. Apt checks what it downloads.
 * The libraries that the packages need besides have to be installed.
 */
export function prepareDebianProgram(
  packages: readonly [string, ...string[]],
  program: string,
  cache: string,
): Program {
  const versions = packages.map((name) => [name, candidate(name)] as const);
  const unknown = versions.find(([, version]) => version === null);
  if (unknown) return { unavailable: `apt knows no package ${unknown[0]}` };
  const directory = path.join(cache, `${folderOf(versions)}-${process.arch}`);
  const file = path.join(directory, program);
  if (existsSync(file)) return { file };

  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    const failure = unpack(packages, unfinished);
    if (failure !== null) return { unavailable: failure };
    renameSync(unfinished, directory);
    return { file };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The first package with its version, and a digest of the others if there are any. */
function folderOf(versions: readonly (readonly [string, string | null])[]): string {
  const [first = '', ...others] = versions.map((each) => each.join('-').replaceAll(/[^\w.+-]/g, '_'));
  if (others.length === 0) return first;
  return `${first}-${createHash('sha256').update(others.join()).digest('hex').slice(0, 8)}`;
}

/** Returns null or what failed. */
function unpack(packages: readonly string[], folder: string): string | null {
  const downloaded = spawnSync('apt-get', ['download', '-qq', ...packages], { cwd: folder, encoding: 'utf8' });
  const archives = readdirSync(folder).filter((each) => each.endsWith('.deb'));
  if (downloaded.status !== 0 || archives.length !== packages.length)
    return `apt-get download failed: ${lastLine(downloaded.stderr)}`;
  for (const archive of archives) {
    const unpacked = spawnSync('dpkg-deb', ['-x', archive, '.'], { cwd: folder, encoding: 'utf8' });
    if (unpacked.status !== 0) return `dpkg-deb failed: ${lastLine(unpacked.stderr)}`;
    rmSync(path.join(folder, archive));
  }
  return null;
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
