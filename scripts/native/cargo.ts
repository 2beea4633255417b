// How cargo builds the native engine.
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { sealFor } from '../../packages/native/src/seal.ts';
import { type Platform, platformNamed } from './platforms.ts';
import { prepareZig } from './zig.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The folder of the crate. */
export const crate = path.join(root, 'packages/native/crate');

/** Where the loader looks for compiled engines in a checkout. */
const buildFolder = path.join(root, 'packages/native/build');

/** The version of Rust that a release is built with. */
const RELEASED_WITH = '1.95.0';

/** The oldest glibc that the supported versions of Node run on. */
export const OLDEST_GLIBC = '2.28';

export interface BuildOptions {
  /** Builds what is published: with the pinned Rust, and for the oldest glibc. */
  readonly release: boolean;
}

/** Builds the engine for a platform, and puts it where the loader finds it. @returns its path */
export function buildEngine(platform: Platform, { release }: BuildOptions): string {
  const host = hostPlatform();
  const env = release ? { ...process.env, RUSTUP_TOOLCHAIN: RELEASED_WITH } : process.env;
  if (release) rustup(['toolchain', 'install', RELEASED_WITH, '--profile', 'minimal', '--no-self-update']);
  if (platform !== host) rustup(['target', 'add', platform.target, ...(release ? ['--toolchain', RELEASED_WITH] : [])]);
  // Apple's linker links for both processors, and for old systems; so does Microsoft's for the latter.
  const byZig =
    platform === host ? release && platform.libc === 'glibc' : !(platform.os === 'darwin' && host.os === 'darwin');
  if (byZig) {
    const zig = prepareZig();
    const target = platform.libc === 'glibc' ? `${platform.target}.${OLDEST_GLIBC}` : platform.target;
    run(zig.cargo, ['zigbuild', ...flagsFor(platform), '--target', target, '--target-dir', 'target/zig'], {
      ...env,
      ...zig.env,
    });
    return install(path.join(crate, 'target/zig', platform.target, 'release', platform.library), platform);
  }
  run('cargo', ['build', ...flagsFor(platform), '--target', platform.target], env);
  return install(path.join(crate, 'target', platform.target, 'release', platform.library), platform);
}

/** The platform of the Rust compiler. @throws {Error} if there is none */
export function hostPlatform(): Platform {
  const { error, stdout, status } = spawnSync('rustc', ['-vV'], { encoding: 'utf8' });
  const host = /^host: (\S+)$/m.exec(stdout ?? '')?.[1];
  if (host !== undefined) return platformNamed(host);
  const why = error ? 'rustc cannot be run' : `rustc -vV failed with exit code ${status}`;
  throw new Error(
    `${why}: install Rust ${oldestRust()} or newer (https://rustup.rs) to build the native engine. It is optional: without it, Node hashes`,
  );
}

function oldestRust(): string | undefined {
  return /^rust-version = "(.*)"$/m.exec(readFileSync(path.join(crate, 'Cargo.toml'), 'utf8'))?.[1];
}

function flagsFor({ target, libc }: Platform): string[] {
  const cargoHome = process.env.CARGO_HOME ?? path.join(homedir(), '.cargo');
  const flags = [
    // Panics name source files, and a published file must not hold the paths of the machine that built it.
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${root}=model-signing`,
    // A library for musl must use the C library of the process.
    ...(libc === 'musl' ? ['-Ctarget-feature=-crt-static'] : []),
  ];
  return ['--release', '--locked', '--config', `target.${target}.rustflags=${JSON.stringify(flags)}`];
}

/** Replaces a file in one step, because a process that has loaded the old one still reads it. A library for Linux is sealed. */
function install(from: string, { name, os }: Platform): string {
  const to = path.join(buildFolder, `${name}.node`);
  mkdirSync(buildFolder, { recursive: true });
  const next = `${to}.${process.pid}`;
  try {
    copyFileSync(from, next);
    if (os === 'linux') appendFileSync(next, sealFor(readFileSync(from)));
    renameSync(next, to);
  } finally {
    rmSync(next, { force: true });
  }
  return to;
}

/** Has rustup install what is missing, where Rust is rustup's; other installations have to have it. */
function rustup(args: readonly string[]): void {
  const { error, status } = spawnSync('rustup', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!error && status !== 0) throw new Error(`rustup ${args.join(' ')} failed with exit code ${status}`);
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { error, status } = spawnSync(command, args, { cwd: crate, env, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed with exit code ${status}`);
}
