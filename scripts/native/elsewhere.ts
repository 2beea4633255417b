// `npm run native:elsewhere`: builds the native engine for platforms other than this one, and hashes a model with it on Node of that
// platform: Arm by an emulator, in which the tests of the kernels run as well. The digests have to be those of the engine in Node on
// this machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileOf } from '../../conformance/interop/src/needed-programs.ts';
import { installNode, nodeIn, pinnedNode } from '../node-packages.ts';
import { buildEngine } from './cargo.ts';
import { prepareEmulator } from './emulator.ts';
import { platformNamed } from './platforms.ts';

const root = path.resolve(import.meta.dirname, '../..');
const command = path.join(root, 'packages/cli/bin/model-signing.js');
const algorithms = ['sha256', 'blake2b', 'blake3'];

type CommandLine = readonly [program: string, ...args: string[]];

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
  const emulator = fileOf(prepareEmulator());
  const sysroot = path.join(path.dirname(emulator), '../aarch64-linux-gnu');
  console.log(run([process.execPath, path.join(import.meta.dirname, 'arm64.ts'), emulator], root).trim());
  const installed = installNode(pinnedNode(), 'linux-arm64');
  if (installed === null) throw new Error('the registry has no Node for linux-arm64');
  const node: CommandLine = [emulator, '-L', sysroot, nodeIn(installed)];
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
