/** The loaders that the tests need; the command that runs them installs or finds each, and names it in the environment. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Program } from '../go-program.ts';

export type LoaderName = 'transformers' | 'node-llama-cpp' | 'chromium';

/** As JSON: for each loader the folder in which it is installed, for the browser its program, or why there is none. */
export const LOADERS_VARIABLE = 'MODEL_SIGNING_LOADERS';

/** The folder of a loader, or why tests skip that need it. */
export function loaderFor(name: LoaderName): Program {
  const named = process.env[LOADERS_VARIABLE];
  if (!named) return { unavailable: 'npm run loaders has it' };
  return (JSON.parse(named) as Record<LoaderName, Program>)[name];
}

/** The module of a package as a program in the folder imports it. */
export function moduleIn(folder: string, name: string): string {
  const { resolve } = createRequire(path.join(folder, 'package.json'));
  return pathToFileURL(resolve(name)).href;
}
