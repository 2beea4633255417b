// Makes the command a program in one file: the pinned Node with the bundled command and the native engine in it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { license } from '../../action/src/generated.ts';
import { noticesFile } from '../native/crates.ts';
import { platforms } from '../native/platforms.ts';
import { installNode, nodeIn, pinnedNode } from '../node-packages.ts';
import { digestOf } from '../release/sums.ts';
import { bundleProgram } from './bundle.ts';
import type { ProgramParts } from './parts.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A program and what was put into it. */
export interface BuiltProgram {
  readonly file: string;
  /** The licences of all that is in it. */
  readonly licences: string;
  readonly parts: ProgramParts;
  /** The folders of the npm packages in it, relative to the root. */
  readonly packages: readonly string[];
}

const programName = process.platform === 'win32' ? 'model-signing.exe' : 'model-signing';

/**
 * Builds the program of this machine into a folder.
 * @throws {Error} if there is no Node for this machine in the registry, or Node cannot build it
 */
export async function buildProgram(folder: string): Promise<BuiltProgram> {
  const node = installNode(pinnedNode());
  if (node === null) throw new Error(`the registry has no Node ${pinnedNode()} for this machine`);
  const { files, packages } = await bundleProgram();
  const work = mkdtempSync(path.join(tmpdir(), 'model-signing-single-'));
  try {
    for (const { name, text } of files) writeFileSync(path.join(work, name), text);
    const parts = addEngine(work);
    writeFileSync(path.join(work, 'parts.json'), JSON.stringify(parts));
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, programName);
    assemble(work, prepareNode(nodeIn(node), work), file);
    const licences = path.join(folder, 'LICENSES.txt');
    writeFileSync(licences, licenceTexts(node, packages));
    return { file, licences, parts, packages };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Puts the compiled engine of this machine beside the scripts, if it is built. */
function addEngine(work: string): ProgramParts {
  const { version } = JSON.parse(readFileSync(path.join(root, 'packages/cli/package.json'), 'utf8'));
  const built = (name: string) => path.join(root, 'packages/native/build', `${name}.node`);
  // Node for Linux is linked with glibc. On Windows, a file that is loaded cannot be removed, so none is unpacked there.
  const ours = platforms.filter(
    ({ os, cpu, libc }) => os === process.platform && cpu === process.arch && libc !== 'musl',
  );
  const engine = ours.find(({ name, os }) => os !== 'win32' && existsSync(built(name)))?.name ?? null;
  if (engine !== null) {
    checkEngine(engine, built(engine));
    copyFileSync(built(engine), path.join(work, 'engine.node'));
  } else if (process.env.NATIVE_ENGINE === 'required' && process.platform !== 'win32')
    throw new Error('the native engine is not built (npm run native builds it)');
  return { version, engine };
}

/** In a release, the engine must be the one that an earlier job compiled, by the digests that it named. @throws {Error} */
function checkEngine(name: string, file: string): void {
  const { env } = process;
  if (env.ENGINES === undefined) return;
  const expected: Readonly<Record<string, unknown>> = JSON.parse(env.ENGINES);
  if (digestOf(readFileSync(file)) !== expected[name])
    throw new Error(`the engine for ${name} is not the one that was built`);
}

/** A copy of Node, without what only a debugger needs where a program can remove it. */
function prepareNode(node: string, work: string): string {
  const copy = path.join(work, path.basename(node));
  copyFileSync(node, copy);
  chmodSync(copy, 0o755);
  if (process.platform === 'linux') run('strip', [copy], work);
  if (process.platform === 'darwin') run('codesign', ['--remove-signature', copy], work);
  return copy;
}

function assemble(work: string, executable: string, output: string): void {
  const threads = ['worker.cjs', 'stream-worker.cjs', 'range-worker.cjs'];
  const assets = ['parts.json', ...threads, ...(existsSync(path.join(work, 'engine.node')) ? ['engine.node'] : [])];
  const configuration = {
    main: 'main.cjs',
    executable,
    output,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS is meant for other programs: it could have code loaded that is not in the file.
    execArgvExtension: 'none',
    assets: Object.fromEntries(assets.map((name) => [name, name])),
  };
  writeFileSync(path.join(work, 'configuration.json'), JSON.stringify(configuration));
  run(executable, ['--build-sea', 'configuration.json'], work);
  if (process.platform === 'darwin') run('codesign', ['--sign', '-', output], work);
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

function licenceTexts(node: string, packages: readonly string[]): string {
  const texts = [
    `model-signing\n\n${readFileSync(path.join(root, 'LICENSE'), 'utf8')}`,
    `Node.js ${pinnedNode()}\n\n${readFileSync(path.join(node, 'LICENSE'), 'utf8')}`,
    ...packages.map(license),
    readFileSync(noticesFile, 'utf8'),
  ];
  return texts.map((text) => `${text.trimEnd()}\n`).join('\n');
}
