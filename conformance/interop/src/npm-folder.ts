/** Packages of the registry that are too large for the repository's own `npm ci`, installed into a cache, keyed by their lock. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './go-program.ts';

/**
 * Installs what the lock in a folder pins, without running a script of any package, and returns the folder with `node_modules`.
 * @param flags further flags of `npm install`
 */
export function prepareNpmFolder(folder: string, cache: string, flags: readonly string[] = []): Program {
  const files = ['package.json', 'package-lock.json'];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(path.join(folder, file)));
  const key = `${path.basename(folder)}-${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`;
  const directory = path.join(cache, key);
  if (existsSync(directory)) return { file: directory };

  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    for (const file of files) copyFileSync(path.join(folder, file), path.join(unfinished, file));
    // `npm ci` refuses a lock without the optional packages of platforms that the registry does not have.
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...flags];
    const { status, stderr, error } = spawnSync('npm', args, { cwd: unfinished, encoding: 'utf8' });
    if (status !== 0) return { unavailable: `npm install failed: ${error?.message ?? firstLine(stderr)}` };
    renameSync(unfinished, directory);
    return { file: directory };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A log has no use for the addresses of a machine's registries. */
function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replaceAll(/https?:\/\/\S+/g, '…');
}
