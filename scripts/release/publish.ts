// Publishes the tarballs that an earlier job packed. It runs beside an identity, so it installs and builds nothing and uses no
// package. `node scripts/release/publish.ts FOLDER`, with the digest of the list of digests in SUMS.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assetName, PAGE } from './packages.ts';
import { run } from './shell.ts';
import { checkSums, digestFrom, setOutput } from './sums.ts';
import { type Tarball, tarballManifest } from './tarballs.ts';

export interface PublishOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Whether npm records which workflow published. */
  readonly provenance: boolean;
}

/** Each package after those that it depends on, so that none is in the registry without its dependencies. */
export function inOrder(tarballs: readonly Tarball[]): Tarball[] {
  const left = new Map([...tarballs].sort((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]));
  const ordered: Tarball[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find(({ dependencies }) => dependencies.every((name) => !left.has(name)));
    if (!next) throw new Error(`the packages ${[...left.keys()].join(', ')} depend on each other`);
    left.delete(next.name);
    ordered.push(next);
  }
  return ordered;
}

/** The tag of the registry: a pre-release never becomes the default version. */
export function distTag(version: string): string {
  return /^\d+\.\d+\.\d+-([a-z]+)/.exec(version)?.[1] ?? (version.includes('-') ? 'next' : 'latest');
}

/**
 * Publishes the tarballs of a folder whose versions the registry lacks. The page beside them is published nowhere.
 * @returns the asset names of the packages that the registry serves with these very bytes, published now or before
 */
export async function publishAll(folder: string, sums: string, options: PublishOptions): Promise<string[]> {
  const files = checkSums(folder, sums).filter((name) => name !== PAGE.name);
  const tarballs = await Promise.all(files.map((file) => tarballManifest(path.join(folder, file), options.env)));
  const released: string[] = [];
  for (const each of inOrder(tarballs)) {
    const there = await publishedIntegrity(each, folder, options.env);
    if (there === null) {
      const flags = ['--access', 'public', '--ignore-scripts', '--tag', distTag(each.version)];
      const provenance = options.provenance ? ['--provenance'] : [];
      await run('npm', ['publish', each.file, ...flags, ...provenance], { cwd: folder, env: options.env });
    }
    if (there === null || there === integrityOf(each.file)) released.push(assetName(each));
  }
  return released;
}

function integrityOf(file: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
}

/** What the registry says of a version, or null if it lacks it. */
async function publishedIntegrity(
  { name, version }: Tarball,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    const flags = ['dist.integrity', '--prefer-online', '--json'];
    const found = await run('npm', ['view', `${name}@${version}`, ...flags], { cwd, env, onlyOutput: true });
    return found.trim() === '' ? null : JSON.parse(found);
  } catch (error) {
    if (/\bE404\b/.test((error as Error).message)) return null;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...more] = process.argv.slice(2);
  if (folder === undefined || more.length > 0) throw new Error('usage: SUMS=… node scripts/release/publish.ts FOLDER');
  const options = { env: process.env, provenance: true };
  const released = await publishAll(path.resolve(folder), digestFrom('SUMS'), options);
  setOutput('released', JSON.stringify(released));
  console.log(`in the registry with these bytes: ${released.join(', ') || 'none'}`);
}
