// The npm packages in the image: those that the lock file has for the command, with the digests that it has for them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ImagePlatform } from './platforms.ts';

/** The members of an entry of a lock file that are read here. */
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly libc?: string | readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type Lock = Readonly<Record<string, Locked>>;

/** A package to install. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** In the form of Subresource Integrity. */
  readonly integrity: string;
  /** Where it is installed, below the folder of the command; empty for one that is not a part of it. */
  readonly place: string;
}

const COMMAND = 'packages/cli';
const FOLDER = 'node_modules/';

/** What the command needs on a platform, as npm installs it. @throws {Error} if two versions would get the same place */
export function neededPackages(lock: Lock, platform: ImagePlatform): LockedPackage[] {
  const found = new Map<string, string>();
  const visit = (from: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = lock[from] ?? {};
    for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) {
      const key = resolve(lock, from, name);
      // The packages of the native engine are made by a release, and are in no lock file.
      if (key === null && name in optionalDependencies) continue;
      if (key === null) throw new Error(`the lock file has no ${name} for ${from}`);
      if (!isFor(lock[key] ?? {}, platform)) continue;
      const place = key.startsWith(`${COMMAND}/`) ? key.slice(COMMAND.length + 1) : key;
      if (found.get(place) === key) continue;
      if (found.has(place)) throw new Error(`${key} and ${found.get(place)} would be in one place`);
      found.set(place, key);
      visit(key);
    }
  };
  visit(COMMAND);
  return [...found].map(([place, key]) => lockedAt(lock, key, place)).sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** The package with Node for a platform. */
export function nodePackage(lock: Lock, { node }: ImagePlatform): LockedPackage {
  return lockedAt(lock, `${FOLDER}${node}`, '');
}

export function readLock(root: string): Lock {
  return JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
}

function lockedAt(lock: Lock, key: string, place: string): LockedPackage {
  const { version, integrity } = lock[key] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`the lock file has no digest for ${key}`);
  return { name: key.slice(key.lastIndexOf(FOLDER) + FOLDER.length), version, integrity, place };
}

/** As Node looks for a package: beside the one that needs it, and then in the folders above. */
function resolve(lock: Lock, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const key = folder === '' ? `${FOLDER}${name}` : `${folder}/${FOLDER}${name}`;
    if (key in lock) return key;
    if (folder === '') return null;
  }
}

function isFor({ os, cpu, libc }: Locked, platform: ImagePlatform): boolean {
  const allows = (list: string | readonly string[] | undefined, wanted: string) =>
    list === undefined || [list].flat().includes(wanted);
  return allows(os, 'linux') && allows(cpu, platform.cpu) && allows(libc, 'glibc');
}

/** Fetches packages by npm into a cache and unpacks them. @returns their folders. @throws {Error} if a digest differs */
export function unpackedPackages(packages: readonly LockedPackage[], cache: string): string[] {
  const missing = packages.filter((each) => !existsSync(folderOf(each, cache)));
  if (missing.length > 0) {
    mkdirSync(cache, { recursive: true });
    const names = missing.map(({ name, version }) => `${name}@${version}`);
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', '.', ...names], cache);
  }
  for (const each of missing) {
    const archive = path.join(cache, `${fileName(each)}.tgz`);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== each.integrity) throw new Error(`${each.name} ${each.version} is not what the lock file has`);
    unpack(archive, folderOf(each, cache));
    rmSync(archive);
  }
  return packages.map((each) => folderOf(each, cache));
}

const fileName = ({ name, version }: LockedPackage) => `${name.replace('@', '').replace('/', '-')}-${version}`;

/** Another digest is another folder. */
function folderOf(found: LockedPackage, cache: string): string {
  const digest = createHash('sha256').update(found.integrity).digest('hex').slice(0, 8);
  return path.join(cache, `${fileName(found)}-${digest}`);
}

/** Unpacks the tarball of a package. */
export function unpack(archive: string, folder: string): void {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  run('tar', ['-xzf', archive, '--strip-components=1', '--no-same-owner', '-C', unfinished], path.dirname(archive));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

export function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 64e6 });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
