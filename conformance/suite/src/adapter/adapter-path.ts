import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** The package of this suite. */
const ownPackage = path.resolve(import.meta.dirname, '../..');

/** The program of this suite, as npm makes it in a folder of programs. */
const OWN_PROGRAM = 'oms-conformance';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment in which adapters run: that of the suite, without the folders of programs that npm put in front of the PATH
 * for the suite itself. Otherwise an adapter that calls "model-signing" would find ours, and not the one that is installed.
 *
 * A project that has the suite as a dependency keeps its folder, because its own programs are there too.
 */
export function adapterEnvironment(environment: Environment, suite: string = ownPackage): Record<string, string> {
  const all = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // npm says so to each program that it starts; without it, the PATH is as the caller set it.
  if (environment.npm_lifecycle_event === undefined) return Object.fromEntries(all);
  return Object.fromEntries(
    all.map(([name, value]) => [name, name.toUpperCase() === 'PATH' ? withoutSuite(value, suite).kept : value]),
  );
}

/**
 * The program to start. One that is only in a folder that the adapter's PATH leaves out is started from there, because the
 * command line names it.
 */
export function adapterProgram(program: string, environment: Environment, suite: string = ownPackage): string {
  const [, value = ''] = Object.entries(environment).find(([name]) => name.toUpperCase() === 'PATH') ?? [];
  if (environment.npm_lifecycle_event === undefined || path.basename(program) !== program) return program;
  const { kept, removed } = withoutSuite(value, suite);
  const has = (folder: string) => folder !== '' && existsSync(path.join(folder, program));
  if (kept.split(path.delimiter).some(has)) return program;
  const folder = removed.find(has);
  return folder === undefined ? program : path.join(folder, program);
}

function withoutSuite(value: string, suite: string): { kept: string; removed: string[] } {
  const folders = value.split(path.delimiter);
  const end = folders.findIndex((folder) => !isOfNpm(folder));
  const front = folders.slice(0, end === -1 ? folders.length : end);
  const removed = front.filter((folder) => isForSuite(folder, suite));
  const kept = [...front.filter((folder) => !removed.includes(folder)), ...folders.slice(front.length)];
  return { kept: kept.join(path.delimiter), removed };
}

/** Whether a folder is one of those that npm puts in front. */
function isOfNpm(folder: string): boolean {
  const [parent, name] = folder.split(/[\\/]/).slice(-2);
  return (parent === 'node_modules' && name === '.bin') || name === 'node-gyp-bin';
}

/** Whether a folder of programs has this suite, and is there for it alone: that of its clone, or of a call by npx. */
function isForSuite(folder: string, suite: string): boolean {
  if (path.basename(folder) !== '.bin' || !existsSync(path.join(folder, OWN_PROGRAM))) return false;
  const modules = path.dirname(folder);
  const isOfNpx = path.basename(path.dirname(path.dirname(modules))) === '_npx';
  if (isOfNpx) return true;
  const isInstalled = real(suite).split(path.sep).includes('node_modules');
  return !isInstalled && real(suite).startsWith(`${real(path.dirname(modules))}${path.sep}`);
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
