// Runs the tests of the SHA-256 kernels for Arm in an emulator: `node scripts/native/arm64.ts qemu-aarch64-static`. They are compiled
// apart from the crate, because they need no C compiler then.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crate } from './cargo.ts';

const target = 'aarch64-unknown-linux-musl';
const [emulator = 'qemu-aarch64-static'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'kernels-'));

try {
  run('rustup', ['target', 'add', target]);
  for (const name of ['sha256', 'sha256.rs']) symlinkSync(path.join(crate, 'src', name), path.join(folder, name));
  writeFileSync(path.join(folder, 'lib.rs'), 'pub mod sha256;\n');
  const library = path.join(folder, 'libmodel_signing_native.rlib');
  compile(['--crate-type', 'rlib', '--crate-name', 'model_signing_native', path.join(folder, 'lib.rs'), '-o', library]);
  const tests = path.join(folder, 'tests');
  const source = path.join(crate, 'tests/sha256.rs');
  compile(['--test', '--extern', `model_signing_native=${library}`, source, '-o', tests]);
  run(emulator, [tests]);
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Compiles with the linker that comes with Rust. */
function compile(args: readonly string[]): void {
  const linker = ['-C', 'linker=rust-lld', '-C', 'link-self-contained=yes'];
  run('rustc', ['--edition', '2024', '-O', '--target', target, ...linker, ...args]);
}

function run(program: string, args: readonly string[]): void {
  const { error, status } = spawnSync(program, args, { stdio: 'inherit' });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? `exit code ${status}`}`);
}
