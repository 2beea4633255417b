import { availableParallelism } from 'node:os';
import { now } from '../yielder.ts';

/** How often it is looked whether the disk is the limit. */
const LOOK_MS = 30;

/**
 * The disk is the limit if the processors are used less than a share: a small one where the system counts no reading from a
 * disk, since then other processes may have the processors.
 */
const BUSY_SHARE = { reading: 0.6, notReading: 0.25 };

/** What a process has used so far. */
export type Usage = Pick<NodeJS.ResourceUsage, 'userCPUTime' | 'systemCPUTime' | 'fsRead'>;

/** What {@link DiskWatch} looks at. */
export interface Gauges {
  /** Milliseconds. */
  now(): number;
  usage(): Usage;
  processors(): number;
}

const gauges: Gauges = { now, usage: () => process.resourceUsage(), processors: availableParallelism };

/** Tells whether the disk, not the processors, is what hashing waits for. */
export class DiskWatch {
  readonly #gauges: Gauges;
  #lookedAt: number;
  #usage: Usage;

  constructor(given: Gauges = gauges) {
    this.#gauges = given;
    this.#lookedAt = given.now();
    this.#usage = given.usage();
  }

  /** Whether the disk was the limit since the last look; false if that was just now. */
  isTheLimit(): boolean {
    const elapsed = this.#gauges.now() - this.#lookedAt;
    if (elapsed < LOOK_MS) return false;
    const before = this.#usage;
    const usage = this.#gauges.usage();
    this.#lookedAt += elapsed;
    this.#usage = usage;
    const used = usage.userCPUTime - before.userCPUTime + usage.systemCPUTime - before.systemCPUTime;
    const share = used / 1000 / elapsed / this.#gauges.processors();
    return share < (usage.fsRead > before.fsRead ? BUSY_SHARE.reading : BUSY_SHARE.notReading);
  }
}
