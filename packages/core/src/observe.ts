import type { HashAlgorithm } from './format/algorithms.ts';
import type { Method } from './format/bundle.ts';
import type { Verdict } from './verdict.ts';

/** What can be observed: the verbs of this package, and their two slow steps: `hash_files`, and `seal`, which waits for the signer. */
export type OperationName =
  | 'sign'
  | 'hash'
  | 'verify'
  | 'verify_some'
  | 'verify_several'
  | 'open'
  | 'attest'
  | 'open_attestation'
  | 'hash_files'
  | 'seal';

/** What is known of an operation once it has ended. What failed before it was known is missing. */
export interface OperationFacts {
  /** How the model is or was signed. */
  method?: Method;
  /** What the model is called. Untrusted text of any length. */
  modelName?: string;
  /** How many files were handed to the engine; of `hash_files` only. */
  files?: number;
  /** How many bytes the engine says it has hashed; of `hash_files` only. */
  bytes?: number;
  hashAlgorithm?: HashAlgorithm;
  /** What a verification found, if it found nothing to refuse. */
  verdict?: Verdict;
}

/** How an operation ended. */
export interface OperationEnd extends Readonly<OperationFacts> {
  readonly milliseconds: number;
  readonly failed: boolean;
  /** What was thrown, if it failed. Its message may hold names of files, and whatever the code of others wrote into it. */
  readonly error: unknown;
}

/** Learns which operations run, how long they take and how they end. It has no part in what they return or throw. */
export interface Observer {
  /**
   * Called when an operation begins. It calls `run` at once, from where the operation should run: for asynchronous context, such as the
   * parent of the spans in it.
   * @returns a function to call at the end of the operation
   */
  begin(operation: OperationName, run: () => void): (end: OperationEnd) => void;
}

let current: Observer | null = null;

/**
 * Observes every operation of this package from now on, in the whole process or page. There is one observer at a time: the newest.
 * What it throws is ignored. Without one, an operation takes no longer than before.
 * @returns a function that ends it
 *
 * @example
 * const stop = observe({
 *   begin(operation, run) {
 *     run();
 *     return ({ milliseconds, verdict }) => console.log(operation, Math.round(milliseconds), verdict ?? '');
 *   },
 * });
 * stop();
 */
export function observe(observer: Observer): () => void {
  if (typeof observer?.begin !== 'function') throw new TypeError('the observer must have a function `begin`');
  current = observer;
  return () => {
    if (current === observer) current = null;
  };
}

/** Whether anything observes, so that facts that cost time are worth finding out. */
export function isObserved(): boolean {
  return current !== null;
}

/** Runs an operation, and lets the observer know. The work writes what it finds out into the facts. */
export async function observed<T>(operation: OperationName, work: (facts: OperationFacts) => Promise<T>): Promise<T> {
  const facts: OperationFacts = {};
  const observer = current;
  if (observer === null) return work(facts);
  const began = performance.now();
  const { running, end } = begin(observer, operation, () => work(facts));
  const report = (error: unknown, failed: boolean) =>
    unlessThrown(() => end({ ...facts, error, failed, milliseconds: performance.now() - began }));
  try {
    const result = await running;
    report(undefined, false);
    return result;
  } catch (error) {
    report(error, true);
    throw error;
  }
}

/** Starts the work, exactly once, whatever the observer does. */
function begin<T>(observer: Observer, operation: OperationName, work: () => Promise<T>) {
  let started: Promise<T> | undefined;
  const start = (): Promise<T> => {
    started ??= work();
    return started;
  };
  const end = unlessThrown(() => observer.begin(operation, () => void start()));
  return { running: start(), end: typeof end === 'function' ? end : () => {} };
}

/** What a call returns, unless it throws. If it returns a promise, whatever the types say, its rejection is ignored as well. */
function unlessThrown<T>(call: () => T): T | undefined {
  try {
    const returned = call();
    if (returned instanceof Promise) returned.catch(() => {});
    return returned;
  } catch {
    return undefined;
  }
}
