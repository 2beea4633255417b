import { closeSync, fdatasync, fstatSync, lstatSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { quote } from '@model-signing/core';
import { inTarget } from '../system-fault.ts';

/** A file that was written. */
interface WrittenFile {
  /** What messages call it. */
  readonly name: string;
  /** Where it is. */
  readonly place: string;
}

/** Files that are written back at the same time, as far as there are threads for it: those that wait together share a commit. */
const SETTLED_AT_ONCE = 64;

/** Files that are looked at before other work of the process has its turn. */
const LOOKED_AT_ONCE = 64;

/** Returns how many bytes the files have. */
export async function sizeOf(files: readonly WrittenFile[], signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0;
  for (const [index, { name, place }] of files.entries()) {
    signal?.throwIfAborted();
    const { size } = await inTarget(`look at ${quote(name)}`, async () => lstatSync(place));
    bytes += size;
    if (index % LOOKED_AT_ONCE === 0) await setImmediate();
  }
  return bytes;
}

/** Makes the content of the files outlast a crash of the machine. Returns how many bytes they have. */
export async function settle(files: readonly WrittenFile[], signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0;
  const remaining = files.values();
  const settleRemaining = async () => {
    for (const { name, place } of remaining) {
      signal?.throwIfAborted();
      const size = await inTarget(`write ${quote(name)}`, () => settleFile(place));
      bytes += size;
    }
  };
  const all = await Promise.allSettled(Array.from({ length: SETTLED_AT_ONCE }, settleRemaining));
  for (const one of all) if (one.status === 'rejected') throw one.reason;
  return bytes;
}

async function settleFile(place: string): Promise<number> {
  // Opening and closing take less time than a promise does, and there may be very many files.
  const descriptor = openSync(place, 'r+');
  try {
    await promisify(fdatasync)(descriptor);
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}
