import { setImmediate } from 'node:timers/promises';
import { TurnYielder } from '../hashing/yielder.ts';

/** Milliseconds since the process began. Unlike `performance`, it needs no module. */
export function now(): number {
  return process.uptime() * 1000;
}

/** Yields to timers, signals and Ctrl-C. */
export class Yielder extends TurnYielder {
  constructor(signal: AbortSignal | undefined) {
    super(signal, { now, nextTask: () => setImmediate() });
  }
}
