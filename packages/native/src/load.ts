import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Loaded, loadFile } from './load-file.ts';

export type { Loaded };

/** What a compiled engine is named after. Of two for one machine, at most one loads. */
const platforms = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'darwin-arm64',
  'darwin-x64',
  'win32-x64-msvc',
] as const;

/** Where compiled engines are looked for, as a test may set it. */
export interface Place {
  /** The file or package that requires them. */
  readonly from: string | URL;
  readonly host?: string;
}

let loaded: Loaded | undefined;

/** Loads the compiled engine of this machine. The first result is kept. */
export function loadBinding(): Loaded {
  loaded ??= loadFrom({ from: import.meta.url });
  return loaded;
}

export function loadFrom({ from, host = `${process.platform}-${process.arch}` }: Place): Loaded {
  const names = platforms.filter((name) => name === host || name.startsWith(`${host}-`));
  if (names.length === 0) return { binding: null, problem: `there is none for ${host}` };
  const found = names.flatMap((name) => candidatesFor(name, from));
  const problems: string[] = [];
  for (const { platform, file } of found) {
    const result = loadFile({ platform, file, version: ownVersion() });
    if (result.binding !== null) return result;
    problems.push(result.problem);
  }
  return { binding: null, problem: problems[0] ?? missing(names, from) };
}

interface Candidate {
  readonly platform: string;
  readonly file: string;
}

/** The package of a platform, beside this code or beside the package of the engine, or in a checkout what was built there. */
function candidatesFor(platform: string, from: Place['from']): Candidate[] {
  const own = ownFolder(from);
  const places = own === null ? [from] : [from, path.join(own, 'package.json')];
  const installed = places.map((place) => resolve(place, `@model-signing/native-${platform}`));
  const built = own === null ? null : path.join(own, 'build', `${platform}.node`);
  const files = [...installed, built !== null && existsSync(built) ? built : null];
  return [...new Set(files)].flatMap((file) => (file === null ? [] : [{ platform, file }]));
}

/** The folder of the package `@model-signing/native`, which is not installed beside a command that has its code in it. */
function ownFolder(from: Place['from']): string | null {
  const manifest = resolve(from, '@model-signing/native/package.json');
  return manifest === null ? null : path.dirname(manifest);
}

function resolve(from: Place['from'], name: string): string | null {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return null;
  }
}

/** The version of the package that this code is in. Where it is a part of the command, the version of that is the same. */
function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/** A checkout has the source of the engine, and no packages of platforms. */
function missing(names: readonly string[], from: Place['from']): string {
  const own = ownFolder(from);
  if (own !== null && existsSync(path.join(own, 'crate'))) return 'it is not built (npm run native builds it)';
  const packages = names.map((name) => `@model-signing/native-${name}`);
  return `${packages.join(' or ')} is not installed`;
}
