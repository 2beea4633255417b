// `npm run native:check`: everything about the Rust code that must pass before a commit, with the time of each part.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { timesText } from '../check-parts.ts';
import { crate } from './cargo.ts';

const parts = [
  { name: 'format', command: ['cargo', 'fmt', '--check'] },
  { name: 'lints', command: ['cargo', 'clippy', '--locked', '--all-targets', '--quiet', '--', '--deny', 'warnings'] },
  // In an optimized build, because the tests hash a lot; overflows of integers are checked nonetheless.
  { name: 'tests', command: ['cargo', 'test', '--locked', '--release', '--quiet'] },
  { name: 'memory', command: [process.execPath, path.join(import.meta.dirname, 'sanitize.ts')] },
  { name: 'crates', command: [process.execPath, path.join(import.meta.dirname, 'crates.ts'), '--check'] },
] as const;

const env = { ...process.env, CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS: 'true', CARGO_PROFILE_RELEASE_LTO: 'off' };
const times: { readonly name: string; readonly seconds: number }[] = [];
let failed: string | null = null;
for (const { name, command } of parts) {
  const [program, ...args] = command;
  const start = performance.now();
  const { error, status } = spawnSync(program, args, { cwd: crate, env, stdio: 'inherit' });
  times.push({ name, seconds: (performance.now() - start) / 1000 });
  if (error?.message)
    process.stderr.write(`${program} cannot be run (${error.message}): install Rust, from https://rustup.rs\n`);
  if (status !== 0) {
    failed = name;
    break;
  }
}
process.stdout.write(timesText(times));
if (failed !== null) process.stderr.write(`${failed} failed\n`);
process.exitCode = failed === null ? 0 : 1;
