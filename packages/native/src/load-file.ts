import { createRequire } from 'node:module';
import { printable, quote } from '@model-signing/core';
import type { Binding } from './binding.ts';
import { libraryFault } from './library-fault.ts';

/** The compiled engine, or why there is none, in words that follow "the native engine is not used, because". */
export type Loaded =
  | { readonly binding: Binding; readonly platform: string }
  | { readonly binding: null; readonly problem: string };

/** A file that may be a compiled engine, and what it is expected to be. */
export interface EngineFile {
  readonly platform: string;
  /** An absolute path. */
  readonly file: string;
  readonly version: string;
}

/** What a compiled engine of this source has. */
const FUNCTIONS = ['start', 'openReader', 'giveBackFreedMemory'] as const;

/** Loads a compiled engine, if the file is one, whole, of this version and of this source. */
export function loadFile({ platform, file, version }: EngineFile): Loaded {
  try {
    const fault = file.endsWith('.node') ? libraryFault(file) : null;
    if (fault !== null) return failed(`it does not load: ${printable(file)} ${fault}`);
    const binding = createRequire(import.meta.url)(file) as Binding;
    const found = typeof binding.VERSION === 'string' ? quote(binding.VERSION) : 'unknown';
    if (binding.VERSION !== version) {
      return failed(`its version is ${found}, and ${quote(version)} is needed: install both in one version`);
    }
    const lacks = FUNCTIONS.find((name) => typeof binding[name] !== 'function');
    if (lacks === undefined) return { binding, platform };
    return failed(`it lacks ${quote(lacks)}, so it was built from other source (npm run native builds it again)`);
  } catch (error) {
    return failed(describe(error));
  }
}

function failed(problem: string): Loaded {
  return { binding: null, problem };
}

function describe(error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_DLOPEN_DISABLED') return disabled();
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n', 1);
  return `it does not load: ${printable(line)}`;
}

/** Node has two ways to forbid add-ons, with one error. */
function disabled(): string {
  return process.permission === undefined
    ? 'this process has been started without add-ons (--no-addons)'
    : 'the permissions of this process forbid add-ons (--allow-addons allows them)';
}
