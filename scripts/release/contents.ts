import { spawnSync } from 'node:child_process';
import path from 'node:path';

export interface PackageContents {
  /** Relative to the package, in the order of npm. */
  readonly files: readonly string[];
  /** Bytes of the tarball, and of what it unpacks to. */
  readonly packedSize: number;
  readonly unpackedSize: number;
}

/** What npm would publish of a package in its current build. */
export function packageContents(directory: string): PackageContents {
  const { stdout, status } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm pack failed in ${path.basename(directory)}`);
  // An array in npm 11, an object keyed by the package's name in npm 12.
  const [packed] = Object.values(JSON.parse(stdout)) as {
    files: { path: string }[];
    size: number;
    unpackedSize: number;
  }[];
  if (!packed) throw new Error(`npm pack printed nothing in ${path.basename(directory)}`);
  return { files: packed.files.map((file) => file.path), packedSize: packed.size, unpackedSize: packed.unpackedSize };
}

/** Top-level files that a package may have besides the files that it declares. */
const always = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];

/** Files that do not belong in a package: those that its `files` does not name, and those for development only. */
export function strayFiles(contents: PackageContents, declared: readonly string[]): string[] {
  const folders = declared.filter((entry) => !entry.startsWith('!')).map((entry) => entry.replace(/\/$/, ''));
  return contents.files.filter((file) => {
    const parts = file.split('/');
    const promised =
      always.includes(file) || folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
    const ours =
      /\.(test|bench)\./.test(file) ||
      parts.some((part) => part === 'testing' || part === 'node_modules' || part.startsWith('.')) ||
      (/\.(tgz|log|tsbuildinfo|pem|key)$/.test(file) && !parts.at(-1)?.startsWith('test-'));
    return !promised || ours;
  });
}
