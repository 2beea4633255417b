// `npm run runtimes`: packs the packages, installs them as a user would, and lets each runtime run the README's program and the
// command. It fails if one of them does not, or if the record says otherwise; `--write` writes the record and the table in the guide.
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { publishedPackages } from '../release/packages.ts';
import { run } from '../release/shell.ts';
import { type Line, type Project, projects, versions } from './projects.ts';
import { recordOf, type Tried, write } from './table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const installed = ['@model-signing/spec', '@model-signing/x509', '@model-signing/core', '@model-signing/cli'];
const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

const work = mkdtempSync(path.join(tmpdir(), 'model-signing-runtimes-'));
// The machine's own settings have no part in this, and nothing of it stays.
const { NODE_OPTIONS, ...rest } = process.env;
const env = { ...rest, HOME: work, DENO_DIR: path.join(work, 'deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };

/** The first program of the README that uses the library. */
function readmeProgram(): string {
  const [, program] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
  if (!program?.includes('@model-signing/core')) throw new Error('README.md has no program that uses the library');
  return program;
}

/** Installs the packed packages and the runtimes, without running a script of any. Returns `node_modules`. */
async function install(): Promise<string> {
  for (const { name, directory } of publishedPackages(root)) {
    if (!installed.includes(name)) continue;
    const options = { cwd: path.join(root, directory), env: { ...env, HOME: process.env.HOME } };
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', work], options);
  }
  const tarballs = readdirSync(work).filter((name) => name.endsWith('.tgz'));
  if (tarballs.length !== installed.length)
    throw new Error(`packed ${tarballs.join(', ')}, expected ${installed.length}`);
  writeFileSync(path.join(work, 'package.json'), '{ "private": true }\n');
  const others = [`deno@${versions.deno}`, `bun@${versions.bun}`];
  for (const name of ['typescript', '@types/node']) others.push(`${name}@${devDependencies[name]}`);
  const words = ['install', '--ignore-scripts', '--prefer-offline', ...tarballs.map((each) => `./${each}`), ...others];
  await run('npm', words, { cwd: work, env: { ...env, HOME: process.env.HOME } });
  return path.join(work, 'node_modules');
}

/** Runs a project: the library's program, then the command, which must accept both signatures and refuse a changed model. */
async function tryProject({ title, files, library, command }: Project): Promise<void> {
  const cwd = path.join(work, title.replaceAll(/\W+/g, '-').toLowerCase());
  mkdirSync(path.join(cwd, 'my-model'), { recursive: true });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const all = {
    ...files,
    'my-model/config.json': '{}',
    'my-model/weights.bin': 'w'.repeat(100_000),
    'key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'key.pub.pem': publicKey.export({ type: 'spki', format: 'pem' }),
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(path.join(cwd, name), text);
  const call = ([program, ...words]: Line, status = 0) => run(program, words, { cwd, env, status });
  let printed = '';
  for (const line of library) printed = await call(line);
  if (!/^2 files signed by [0-9a-f]{64}$/m.test(printed)) throw new Error(`${title}: the program printed ${printed}`);
  const verify: Line = [...command, 'verify', 'key', 'my-model', '--public-key', 'key.pub.pem', '--signature'];
  await call([...verify, 'model.sig']);
  await call([...command, 'sign', 'key', 'my-model', '--private-key', 'key.pem', '--signature', 'command.sig']);
  await call([...verify, 'command.sig']);
  appendFileSync(path.join(cwd, 'my-model/weights.bin'), 'x');
  await call([...verify, 'command.sig'], 1);
  console.log(`${title}: the library and the command work`);
}

async function main(): Promise<void> {
  const modules = await install();
  const all = projects(readmeProgram(), modules, devDependencies.typescript);
  for (const project of all) await tryProject(project);
  const runtimes = all.map(({ title, version }) => ({ title, version }));
  const tried: Tried = { platform: `${process.platform}-${process.arch}`, runtimes };
  if (process.argv.includes('--write')) write(tried);
  else if (!isDeepStrictEqual(tried, recordOf()))
    throw new Error('docs/data/runtimes.json says otherwise: run npm run runtimes -- --write');
}

try {
  await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
