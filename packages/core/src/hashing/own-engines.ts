import type { HashEngine } from '../engine.ts';

/** An engine of ours, which hashes and reads by itself. */
export type OwnEngine = Required<Omit<HashEngine, 'hashedBy'>>;

/** Registered, so that an engine from another copy of this package is recognised too. */
const stops = Symbol.for('@model-signing/core: the engine stops by itself');

/** Says of an engine that it stops by itself, and soon, when the signal is aborted. */
export function stopsByItself<Engine extends HashEngine>(engine: Engine): Engine {
  return Object.defineProperty(engine, stops, { value: true });
}

/** Whether an engine is waited for after an abort, so that nothing of it is left when the verb rejects. */
export function isWaitedFor(engine: HashEngine): boolean {
  return stops in engine;
}
