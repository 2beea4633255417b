// The packages of the native engine, one for each platform: `node scripts/release/engines.ts` makes their folders from the compiled
// engines in packages/native/build, and has the packages that load an engine name them. The repository itself names none, because
// `npm ci` in a clone would look for packages that are not published yet.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { binaryFaults } from '../native/binary.ts';
import { noticesFile } from '../native/crates.ts';
import { type Platform, platforms } from '../native/platforms.ts';
import { ENGINES, NATIVE } from './packages.ts';
import { digestOf } from './sums.ts';

/** The packages whose code looks for the compiled engine: the library, and the command with the library in it. */
const LOADERS = [NATIVE, 'packages/cli'];

/**
 * Makes the packages of the platforms for which there is a compiled engine. They are of the version that the checkout has.
 * @throws {Error} if there is none, or one is not for its platform
 */
export function makeEnginePackages(root: string): string {
  rmSync(path.join(root, ENGINES), { recursive: true, force: true });
  const built = platforms.filter(({ name }) => existsSync(engineFile(root, name)));
  if (built.length === 0) throw new Error(`there is no compiled engine in ${NATIVE}/build`);
  for (const platform of built) {
    checkEngine(root, platform);
    writeEnginePackage(root, platform, path.join(root, ENGINES, platform.name));
  }
  const { version } = readManifest(path.join(root, NATIVE));
  const names = Object.fromEntries(built.map((platform) => [packageName(platform), version]));
  for (const loader of LOADERS) {
    const folder = path.join(root, loader);
    writeManifest(folder, { ...readManifest(folder), optionalDependencies: names });
  }
  return `${built.map(({ name }) => name).join(', ')} in version ${version}`;
}

/** Writes the package of a compiled engine into a folder. @throws {Error} if the engine is not compiled */
export function writeEnginePackage(root: string, platform: Platform, folder: string): void {
  const { version, license, engines, repository, homepage, bugs } = readManifest(path.join(root, NATIVE));
  mkdirSync(folder, { recursive: true });
  const about = { version, ...described(platform), license, engines, repository, homepage, bugs };
  writeManifest(folder, { name: packageName(platform), ...about, ...published(platform) });
  writeFileSync(path.join(folder, 'README.md'), readme(platform));
  copyFileSync(path.join(root, NATIVE, 'LICENSE'), path.join(folder, 'LICENSE'));
  copyFileSync(noticesFile, path.join(folder, path.basename(noticesFile)));
  copyFileSync(engineFile(root, platform.name), path.join(folder, `${platform.name}.node`));
}

/** The file of a compiled engine in a checkout, which may not be there. */
export function engineFile(root: string, name: string): string {
  return path.join(root, NATIVE, 'build', `${name}.node`);
}

export const packageName = ({ name }: Pick<Platform, 'name'>) => `@model-signing/native-${name}`;

function checkEngine(root: string, platform: Platform): void {
  const faults = binaryFaults(readFileSync(engineFile(root, platform.name)), platform);
  if (faults.length > 0) throw new Error(`the engine for ${platform.name}: ${faults.join('; ')}`);
}

function described({ name }: Platform) {
  return {
    description: `The compiled engine of @model-signing/native for ${name}`,
    keywords: ['model-signing', 'openssf', 'native'],
  };
}

/** By `os`, `cpu` and `libc`, npm installs the package only where it can be loaded. */
function published({ name, os, cpu, libc }: Platform) {
  return {
    os: [os],
    cpu: [cpu],
    ...(libc ? { libc: [libc] } : {}),
    main: `${name}.node`,
    files: [`${name}.node`, path.basename(noticesFile)],
    preferUnplugged: true,
  };
}

function readme(platform: Platform): string {
  return `# ${packageName(platform)}

The compiled engine of [@model-signing/native](https://www.npmjs.com/package/@model-signing/native) for ${platform.name}. npm installs
it with that package and with the command, \`@model-signing/cli\`. It runs no script when it is installed.
`;
}

function readManifest(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

function writeManifest(folder: string, manifest: Readonly<Record<string, unknown>>): void {
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Checks that there is an engine for every platform, and that each is the one that an earlier job built.
 * @param digests SHA-256 by the name of the platform, in JSON
 * @throws {Error}
 */
export function checkBuilt(root: string, digests: string): void {
  const expected: Readonly<Record<string, unknown>> = JSON.parse(digests);
  for (const { name } of platforms) {
    const found = existsSync(engineFile(root, name)) ? digestOf(readFileSync(engineFile(root, name))) : null;
    if (found === null || found !== expected[name])
      throw new Error(`the engine for ${name} is not the one that was built`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, '../..');
  const { env } = process;
  checkBuilt(root, env.ENGINES ?? '{}');
  console.log(makeEnginePackages(root));
}
