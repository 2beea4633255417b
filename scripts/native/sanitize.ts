// Runs the tests of the native engine's crate under AddressSanitizer. Rust's stable compiler has it behind a flag that has to be allowed
// by RUSTC_BOOTSTRAP.
import { spawnSync } from 'node:child_process';
import { crate, hostPlatform } from './cargo.ts';

const { target } = hostPlatform();
const env = {
  ...process.env,
  RUSTC_BOOTSTRAP: '1',
  RUSTFLAGS: '-Zsanitizer=address',
  // The tests hash many megabytes, which takes minutes without any optimization.
  CARGO_PROFILE_DEV_OPT_LEVEL: '2',
  CARGO_PROFILE_TEST_OPT_LEVEL: '2',
};
// Only with an explicit target are build scripts and macros, which run in the compiler, left as they are.
const args = ['test', '--locked', '--tests', '--target', target, '--target-dir', 'target/sanitizer'];
const { error, status } = spawnSync('cargo', args, { cwd: crate, env, stdio: 'inherit' });
if (error) console.error(`error: cargo cannot be run: ${error.message}`);
process.exitCode = status ?? 1;
