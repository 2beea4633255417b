import { availableParallelism } from 'node:os';
import { now } from '../yielder.ts';

/** How often the usage is sampled. */
const INTERVAL_MS = 30;

/**
 * Hashing is I/O-bound if it uses less than this share of the processors. The share is small if the system counts no reads
 * from a disk, since other processes may then be using the processors.
 */
const BUSY_SHARE = { reading: 0.6, notReading: 0.25 };

/** What a process has used so far. */
export type Usage = Pick<NodeJS.ResourceUsage, 'userCPUTime' | 'systemCPUTime' | 'fsRead'>;

/** Where {@link DiskWatch} gets its numbers. */
export interface UsageSource {
  /** Milliseconds. */
  now(): number;
  usage(): Usage;
  processors(): number;
}

const thisProcess: UsageSource = { now, usage: () => process.resourceUsage(), processors: availableParallelism };

/** Tells whether hashing waits for the disk rather than for the processors. */
export class DiskWatch {
  readonly #source: UsageSource;
  #lookedAt: number;
  #usage: Usage;

  constructor(source: UsageSource = thisProcess) {
    this.#source = source;
    this.#lookedAt = source.now();
    this.#usage = source.usage();
  }

  /** Whether hashing was I/O-bound since the last sample; false if that was too recent. */
  isIoBound(): boolean {
    const elapsed = this.#source.now() - this.#lookedAt;
    if (elapsed < INTERVAL_MS) return false;
    const before = this.#usage;
    const usage = this.#source.usage();
    this.#lookedAt += elapsed;
    this.#usage = usage;
    const used = usage.userCPUTime - before.userCPUTime + usage.systemCPUTime - before.systemCPUTime;
    const share = used / 1000 / elapsed / this.#source.processors();
    return share < (usage.fsRead > before.fsRead ? BUSY_SHARE.reading : BUSY_SHARE.notReading);
  }
}
