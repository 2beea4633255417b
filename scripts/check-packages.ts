// Packs every published package, prints its size, and checks the tarball with publint and attw.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { packageContents } from './release/contents.ts';
import { publishedPackages } from './release/packages.ts';

const root = path.resolve(import.meta.dirname, '..');

function run(directory: string, command: string, ...args: string[]): boolean {
  const { status } = spawnSync(command, args, {
    cwd: path.join(root, directory),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) console.error(`${directory}: ${[command, ...args].join(' ')} failed`);
  return status === 0;
}

const kilobytes = (bytes: number) => `${Math.ceil(bytes / 1000)} kB`;

let ok = true;
for (const { name, directory, exports } of publishedPackages(root)) {
  const { files, packedSize, unpackedSize } = packageContents(path.join(root, directory));
  console.log(`\n${name}: ${files.length} files, ${kilobytes(packedSize)} packed, ${kilobytes(unpackedSize)} unpacked`);
  ok = run(directory, 'publint', '--strict') && ok;
  // A package without an entry point is a command and has no types to check.
  if (exports['.']) ok = run(directory, 'attw', '--pack', '.', '--profile', 'esm-only', '--quiet') && ok;
}
process.exitCode = ok ? 0 : 1;
