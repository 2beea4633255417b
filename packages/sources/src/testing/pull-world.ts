import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { keySigner, keyVerifier, openSignature, type SignModelOptions, signModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { type PullOptions, pull as pullModel } from '../node/pull.ts';
import { Cut, memorySource } from './memory-source.ts';

export const key = testKey();
export const verifier = keyVerifier(key);

/** The content of `weights/a.bin`. */
export const big = randomBytes(10_000);
const files = { 'config.json': '{}', 'weights/a.bin': big, 'weights/b.bin': 'bbbb', 'empty.txt': '' };

/**
 * A signed model in a store, and the place where it is to be put.
 * @param more files that are in the store and not signed
 */
export async function pullWorld(options: SignModelOptions = {}, more: Readonly<Record<string, string>> = {}) {
  const source = memorySource(files);
  const { bundle } = await signModel(source, keySigner(key), options);
  for (const [name, text] of Object.entries(more)) source.files.set(name, Buffer.from(text));
  source.reads.length = 0;
  const signed = await openSignature(bundle, verifier);
  const parent = temporaryDirectory();
  const to = path.join(parent, 'pulled');
  const pull = (changes: Partial<PullOptions> = {}) => pullModel(source, signed, { to, bundle, ...changes });
  return { source, bundle, signed, parent, to, part: `${to}.part`, pull };
}

/** The files below a directory and their sizes in bytes, in the order of their names. */
export function filesIn(directory: string): Record<string, number> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const entries = names.map((name) => [name.replaceAll(path.sep, '/'), lstatSync(path.join(directory, name))] as const);
  return Object.fromEntries(entries.filter(([, stats]) => stats.isFile()).map(([name, { size }]) => [name, size]));
}

/** A pull that was cut after 4000 bytes of the large file, and the file that it left. */
export async function cut(options: SignModelOptions = {}) {
  const world = await pullWorld(options);
  world.source.faults.set('weights/a.bin', { cutAfter: 4000, times: 1 });
  await world.pull({ concurrency: 1 }).catch((error) => {
    if (!(error instanceof Cut)) throw error;
  });
  world.source.reads.length = 0;
  const [name = ''] = Object.entries(filesIn(world.part)).find(([, size]) => size >= 4000) ?? [];
  return { ...world, large: path.join(world.part, name) };
}
