// The packages of ours in the image: packed by a release, or as this checkout would pack them.
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { platforms } from '../native/platforms.ts';
import { engineFile, packageName, writeEnginePackage } from '../release/engines.ts';
import { assetName } from '../release/packages.ts';
import { run, unpack } from './locked.ts';

/** Folders with what is packed. */
export interface OwnPackages {
  readonly version: string;
  readonly command: string;
  /** By the name of the platform; what is missing was not built. */
  readonly engines: ReadonlyMap<string, string>;
}

const COMMAND = '@model-signing/cli';
const LINUX = platforms.filter(({ libc }) => libc === 'glibc');

/** The packages in the tarballs of a release, with the engines that are there. @throws {Error} if the command is missing */
export function releasedPackages(root: string, tarballs: string, work: string): OwnPackages {
  const version = versionIn(path.join(root, 'packages/cli'));
  mkdirSync(work, { recursive: true });
  const unpacked = (name: string): string | null => {
    const file = `${assetName({ name, version })}.tgz`;
    if (!existsSync(path.join(tarballs, file))) return null;
    const folder = path.join(work, file);
    unpack(path.join(tarballs, file), folder);
    return folder;
  };
  const command = unpacked(COMMAND);
  if (command === null) throw new Error(`there is no ${COMMAND} ${version} in ${tarballs}`);
  const engines = LINUX.flatMap((platform) => {
    const folder = unpacked(packageName(platform));
    return folder === null ? [] : [[platform.name, folder] as const];
  });
  return { version, command, engines: new Map(engines) };
}

/** What this checkout would pack, with the engines that are built. */
export function ownPackages(root: string, work: string): OwnPackages {
  const source = path.join(root, 'packages/cli');
  mkdirSync(work, { recursive: true });
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], source);
  const [archive = ''] = globSync('*.tgz', { cwd: work });
  const command = path.join(work, 'command');
  unpack(path.join(work, archive), command);
  const engines = LINUX.flatMap((platform) => {
    const folder = path.join(work, platform.name);
    if (!existsSync(engineFile(root, platform.name))) return [];
    writeEnginePackage(root, platform, folder);
    return [[platform.name, folder] as const];
  });
  return { version: versionIn(source), command, engines: new Map(engines) };
}

function versionIn(folder: string): string {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
}
