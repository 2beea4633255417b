import type { HashAlgorithm, HashEngine, HashOptions } from '@model-signing/core';
import {
  type HashLocalOptions,
  hashInNode,
  type LocalReader,
  makeEngine,
  openLocalReader,
} from '@model-signing/core/make-engine';
import { aFunction, checkEach, oneOf } from '@model-signing/x509/options';
import type { Binding } from './binding.ts';
import type { Loaded } from './load.ts';
import { haveBytes, type LocalJobs } from './local-jobs.ts';

export interface NativeEngineOptions {
  /**
   * When the compiled engine hashes local files: `large` (the default) for as much as makes up for the time that it takes to load,
   * or `always`. Node hashes what is left, and files that are read through functions. `openVerified` always reads local files with it.
   */
  readonly use?: 'large' | 'always' | undefined;
  /**
   * Called once, with a sentence, if the compiled engine is needed and cannot be loaded: Node hashes then. Default: a warning of the
   * process.
   */
  readonly onUnavailable?: ((message: string) => void) | undefined;
}

/** An engine that says what hashed. */
export interface NativeEngine extends HashEngine {
  /** Whether the compiled engine has hashed a file or a part of one so far, or Node has hashed all of them. */
  readonly used: 'native' | 'node';
}

/** With fewer bytes in fewer files, Node is done before the compiled engine is loaded. */
const WORTH_LOADING_BYTES = 16_000_000;
const WORTH_LOADING_FILES = 400;

/**
 * An engine that hashes local files with compiled code: several SHA-256 streams on each processor, BLAKE3 on all of them. Its digests,
 * checks and failures are those of the default engine, which hashes in its place where it cannot be loaded.
 *
 * @example
 * const engine = nativeEngine();
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier, { engine });
 */
export function nativeEngine(options: NativeEngineOptions = {}): NativeEngine {
  return engineOf(async () => (await import('./load.ts')).loadBinding(), options);
}

/** @param load called once the compiled engine is needed */
export function engineOf(load: () => Promise<Loaded>, options: NativeEngineOptions = {}): NativeEngine {
  const checked = checkEach(options, { use: oneOf('large', 'always'), onUnavailable: aFunction });
  const compiled = new Compiled(load, checked);
  const engine = makeEngine(
    (jobs, options) => compiled.hash(jobs, options),
    (options) => compiled.openReader(options),
  );
  return Object.defineProperty(engine, 'used', { get: () => compiled.used, enumerable: true }) as typeof engine &
    NativeEngine;
}

/** The compiled engine, loaded once it is needed. */
class Compiled {
  used: NativeEngine['used'] = 'node';
  readonly #open: () => Promise<Loaded>;
  readonly #isAlways: boolean;
  readonly #onUnavailable: (message: string) => void;
  #loaded: Promise<Binding | null> | undefined;

  constructor(open: () => Promise<Loaded>, { use = 'large', onUnavailable = warn }: NativeEngineOptions) {
    this.#open = open;
    this.#isAlways = use === 'always';
    this.#onUnavailable = onUnavailable;
  }

  async hash(jobs: LocalJobs, options: HashLocalOptions): Promise<string[]> {
    return (await this.#tryToHash(jobs, options)) ?? hashInNode(jobs, options);
  }

  /** It is loaded at once, since how much will be read is not known. */
  async openReader(options: Pick<HashOptions, 'algorithm' | 'threads'>): Promise<LocalReader> {
    const binding = isKnown(options.algorithm) ? await this.#load() : null;
    if (binding === null) return openLocalReader(options);
    const { readNatively } = await import('./reading.ts');
    return readNatively(binding, options, () => {
      this.used = 'native';
    });
  }

  /** Returns null if Node is to hash. */
  async #tryToHash(jobs: LocalJobs, options: HashLocalOptions): Promise<string[] | null> {
    if (jobs.length === 0 || !isKnown(options.algorithm)) return null;
    if (!this.#isAlways && !isWorthLoading(jobs)) return null;
    const binding = await this.#load();
    if (binding === null) return null;
    const { hashNatively } = await import('./hashing.ts');
    const digests = await hashNatively(binding, jobs, options);
    if (digests !== null) this.used = 'native';
    return digests;
  }

  async #load(): Promise<Binding | null> {
    this.#loaded ??= this.#open().then((loaded) => {
      if (loaded.binding === null) this.#onUnavailable(`the native engine is not used, because ${loaded.problem}`);
      return loaded.binding;
    });
    return this.#loaded;
  }
}

function warn(message: string): void {
  process.emitWarning(message);
}

/** The engine in Node says what is wrong with another one. */
function isKnown(algorithm: HashAlgorithm): boolean {
  return ['sha256', 'blake2b', 'blake3'].includes(algorithm);
}

function isWorthLoading(jobs: LocalJobs): boolean {
  return jobs.length >= WORTH_LOADING_FILES || haveBytes(jobs, WORTH_LOADING_BYTES);
}
