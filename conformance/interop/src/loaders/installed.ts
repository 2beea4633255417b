import path from 'node:path';
import type { Program } from '../go-program.ts';
import { prepareNpmFolder } from '../npm-folder.ts';

const cacheOf = (interop: string) => path.resolve(interop, '../../.cache/loaders');

/** @param interop the folder of this workspace */
export function prepareTransformers(interop: string): Program {
  return prepareNpmFolder(path.join(interop, 'loaders/transformers'), cacheOf(interop));
}

/** Without the binaries for graphics cards, which have 800 MB. */
export function prepareLlama(interop: string): Program {
  return prepareNpmFolder(path.join(interop, 'loaders/node-llama-cpp'), cacheOf(interop), ['--omit=optional']);
}
