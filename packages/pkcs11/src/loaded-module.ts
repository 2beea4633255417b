import { realpathSync } from 'node:fs';
import { printable, quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { CK, type Cryptoki } from './cryptoki.ts';
import { moduleRefusal, returnedCode } from './refusal.ts';

/** Loads the file of a module. */
export type ModuleLoader = (file: string) => Promise<Cryptoki>;

/** A module that is initialized for one key. */
export interface ModuleUse extends AsyncDisposable {
  readonly cryptoki: Cryptoki;
  /** Runs work that calls the module after the work before it: a module may allow only one thread at a time. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
}

interface LoadedModule {
  readonly cryptoki: Cryptoki;
  users: number;
  /** False if other code of this process initialized the module, and will finalize it. */
  isOurs: boolean;
  queue: Promise<unknown>;
}

/** A module stays loaded: many crash if their code is unloaded while a thread of theirs or an exit handler remains. */
const loaded = new Map<string, LoadedModule>();

/**
 * Loads a module, or takes the one that is loaded, and initializes it if no key uses it yet.
 * @throws {KeyError} `key/module-missing`, `key/refused`
 */
export async function useModule(file: string, load: ModuleLoader): Promise<ModuleUse> {
  const identity = realPath(file);
  let module = loaded.get(identity);
  if (!module) {
    const cryptoki = await load(file);
    // Another caller may have loaded it meanwhile, and there is one state of it in the process.
    module = loaded.get(identity) ?? { cryptoki, users: 0, isOurs: false, queue: Promise.resolve() };
    loaded.set(identity, module);
  }
  return begin(module, file);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

async function begin(module: LoadedModule, file: string): Promise<ModuleUse> {
  const { cryptoki } = module;
  const run = <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const result = module.queue.then(work);
    module.queue = result.catch(() => {});
    return result;
  };
  await run(() => {
    if (module.users === 0) module.isOurs = initialize(cryptoki, file);
    module.users += 1;
  });
  let ended: Promise<void> | undefined;
  return {
    cryptoki,
    run,
    [Symbol.asyncDispose]: () => {
      ended ??= run(() => {
        module.users -= 1;
        if (module.users === 0 && module.isOurs) finalize(cryptoki);
      });
      return ended;
    },
  };
}

/** @returns whether the module was not initialized before */
function initialize(cryptoki: Cryptoki, file: string): boolean {
  try {
    initializeLocking(cryptoki);
    return true;
  } catch (error) {
    if (returnedCode(error) === 'CKR_CRYPTOKI_ALREADY_INITIALIZED') return false;
    throw moduleRefusal(`the PKCS #11 module ${quote(file)} could not be initialized`, error);
  }
}

function initializeLocking(cryptoki: Cryptoki): void {
  try {
    cryptoki.C_Initialize({ flags: CK.CKF_OS_LOCKING_OK });
  } catch (error) {
    // Modules that cannot lock are safe too, since calls never overlap.
    if (!['CKR_CANT_LOCK', 'CKR_ARGUMENTS_BAD'].includes(returnedCode(error) ?? '')) throw error;
    cryptoki.C_Initialize({ flags: 0 });
  }
}

function finalize(cryptoki: Cryptoki): void {
  try {
    cryptoki.C_Finalize();
  } catch {
    // The signature is made, and a module that cannot end cleanly leaves nothing to do.
  }
}

/** The version that is tested with this package. */
const PKCS11JS = 'pkcs11js@2.1.7';

/** Loads a module with the native package `pkcs11js`, which is installed only where tokens are used. */
export async function loadWithPkcs11js(
  file: string,
  // Without its types, since those who build this package may have no compiler for it.
  importPackage: () => Promise<unknown> = () => import('pkcs11js' as string),
): Promise<Cryptoki> {
  const { PKCS11 } = await packageOf(importPackage);
  const module = new PKCS11();
  try {
    module.load(file);
  } catch (error) {
    const reason = error instanceof Error ? printable(error.message.slice(0, 300)) : 'unknown';
    const problem = `the PKCS #11 module ${quote(file)} cannot be loaded: ${reason}`;
    throw new KeyError('key/module-missing', problem, { cause: error });
  }
  return module;
}

interface Package {
  readonly PKCS11: new () => Cryptoki & { load(file: string): void };
}

async function packageOf(importPackage: () => Promise<unknown>): Promise<Package> {
  try {
    return ((await importPackage()) as { readonly default: Package }).default;
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    const isAbsent = code === 'ERR_MODULE_NOT_FOUND';
    const problem = isAbsent
      ? `keys in tokens need the package pkcs11js, which is not installed: run \`npm install ${PKCS11JS}\` where`
      : `the package pkcs11js is installed without its compiled part: run \`npm rebuild pkcs11js\` where`;
    const needs = 'model-signing is installed (--global for a global installation); it needs Python and a C++ compiler';
    const detail =
      isAbsent || typeof message !== 'string' ? '' : ` (${printable(message.split('\n', 1)[0]?.slice(0, 200) ?? '')})`;
    throw new KeyError('key/module-missing', `${problem} ${needs}${detail}`, { cause: error });
  }
}
