// What a user of the native engine sees: where its package is installed, where it is not, and where its file is broken.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isEngine, type PublishedPackage } from './packages.ts';
import { run } from './shell.ts';
import type { Consumer } from './tarballs.ts';

interface NativeUser extends Consumer {
  readonly step: (title: string, work: () => Promise<string>) => Promise<void>;
}

/** Uses the compiled engine of this machine, if the release has one, and does without it in a second project. */
export async function useNativeEngine(options: NativeUser): Promise<void> {
  const { folder, packages, step } = options;
  const compiled = packages.filter(isEngine);
  for (const { name } of compiled) {
    await step(`hash with ${name}, which npm installed by itself`, () => hashIn(options, folder, /^native$/));
    await step('install without optional dependencies, and hash', () => hashWithout(options, name));
    await step('hash with a broken engine', () => hashWithBroken(options, name));
  }
}

/** Signs and verifies in a project, and checks what hashed. */
async function hashIn({ env }: NativeUser, folder: string, expected: RegExp): Promise<string> {
  const inFolder = { cwd: folder, env };
  const output = await run(process.execPath, ['native.mjs'], inFolder);
  if (!expected.test(output.trim())) throw new Error(`what hashed is ${output.trim()}, expected ${expected}`);
  return output;
}

async function hashWithout(options: NativeUser, compiled: string): Promise<string> {
  const { env, packages } = options;
  const folder = path.join(options.folder, '../consumer-without');
  mkdirSync(folder);
  for (const each of ['model', 'native.mjs', 'key.pem'])
    cpSync(path.join(options.folder, each), path.join(folder, each), { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const names = ['core', 'native', 'cli'].map((each) => `@model-signing/${each}@${versionOf(packages, each)}`);
  await run('npm', ['install', '--omit=optional', '--ignore-scripts', ...names], { cwd: folder, env });
  return hashIn(options, folder, new RegExp(`^node: .*${compiled}.*is not installed`));
}

function versionOf(packages: readonly PublishedPackage[], name: string): string {
  const found = packages.find((each) => each.name === `@model-signing/${name}`);
  if (!found) throw new Error(`there is no package ${name}`);
  return found.version;
}

/** A file of the right name with wrong content must end no program, also not the command. */
async function hashWithBroken(options: NativeUser, compiled: string): Promise<string> {
  const { folder, env } = options;
  const directory = path.join(folder, 'node_modules', compiled);
  const { main } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  const file = path.join(directory, main);
  const whole = readFileSync(file);
  const command = path.join(folder, 'node_modules/@model-signing/cli/bin/model-signing.js');
  const sign = ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'broken.sig'];
  const signed = async () => {
    const flags = [command, ...sign, '--engine', 'native', '--json'];
    const output = await run(process.execPath, flags, { cwd: folder, env, onlyOutput: true });
    return String(JSON.parse(output).engine);
  };
  const before = await signed();
  writeFileSync(file, whole.subarray(0, whole.length / 2));
  const output = await hashIn(options, folder, /^node: .*does not load/);
  const after = await signed();
  writeFileSync(file, whole);
  if (before !== 'native' || after !== 'node')
    throw new Error(`the command hashed with ${before}, and with a broken engine with ${after}`);
  return output;
}
