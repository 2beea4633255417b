// Zig, which links for other platforms and for old versions of glibc, in a folder of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const requirements = path.join(import.meta.dirname, 'zig-requirements.txt');
const cache = path.resolve(import.meta.dirname, '../../.cache');

export interface Zig {
  /** The program that is cargo with zig as its linker. */
  readonly cargo: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Finds zig or installs it with pip. @throws {Error} if it cannot be installed */
export function prepareZig(): Zig {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = path.join(cache, `zig-${version}-${process.arch}`);
  const zig = {
    cargo: path.join(folder, 'bin/cargo-zigbuild'),
    env: { CARGO_ZIGBUILD_ZIG_PATH: path.join(folder, 'ziglang/zig') },
  };
  if (existsSync(folder)) return zig;

  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, 'unfinished-'));
  try {
    // No virtual environment: its programs name the folder in which they were installed, and this one is renamed.
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--target',
      unfinished,
    ];
    python(...pip, '--require-hashes', '--only-binary', ':all:', '--requirement', requirements);
    renameSync(unfinished, folder);
    return zig;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function python(...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  const why = error?.message ?? stderr.trim().split('\n').at(-1);
  if (status !== 0) throw new Error(`zig could not be installed by python3 ${args.slice(0, 3).join(' ')}: ${why}`);
}
