import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { bytesOf, filesOf, MiB, type Workload } from './workloads.ts';

const CHUNK = 4 * MiB;
const FILES_PER_DIRECTORY = 1000;

/** The disk space of the smallest file on common file systems, with its metadata. Bytes. */
const FILE_OVERHEAD = 4096 + 512;

/** Room for signatures and other files. Bytes. */
const RESERVE = 256 * MiB;

/** An upper bound of the disk space that a workload takes, in bytes. */
function diskNeed(workload: Workload): number {
  return bytesOf(workload) + filesOf(workload) * FILE_OVERHEAD + RESERVE;
}

/** Why the largest of these workloads does not fit into `directory`, or null if it does. */
export function missingSpace(directory: string, workloads: readonly Workload[]): string | null {
  const { bavail, bsize, files, ffree } = statfsSync(directory);
  const needed = Math.max(...workloads.map(diskNeed));
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (bavail * bsize < needed) {
    return `the data needs ${gigabytes(needed)} of free disk, and there are ${gigabytes(bavail * bsize)}`;
  }
  const entries = Math.max(...workloads.map(filesOf));
  // Some file systems create entries on demand and report 0 of 0.
  return files > 0 && ffree < entries ? `the data needs ${entries} files, and the disk has room for ${ffree}` : null;
}

function* filesBelow(root: string, { files }: Workload): Generator<{ file: string; size: number; first: boolean }> {
  for (const [group, { count, size }] of files.entries()) {
    for (let index = 0; index < count; index++) {
      const directory = path.join(root, `part-${group}-${Math.floor(index / FILES_PER_DIRECTORY)}`);
      const file = path.join(directory, `weights-${String(index).padStart(6, '0')}.bin`);
      yield { file, size, first: index % FILES_PER_DIRECTORY === 0 };
    }
  }
}

/** Yields to the event loop now and then, so that Ctrl-C works. */
function yielder(signal: AbortSignal): (bytes: number) => Promise<void> {
  let done = 0;
  return async (bytes) => {
    done += bytes + 64 * 1024;
    if (done < 8 * MiB) return;
    done = 0;
    await setImmediate();
    signal.throwIfAborted();
  };
}

/** Writes a model below `root`. The bytes are the same each time and do not compress. */
export async function writeModel(root: string, workload: Workload, signal: AbortSignal): Promise<void> {
  const keystream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'bench'), Buffer.alloc(16));
  const zeros = Buffer.alloc(CHUNK);
  const yieldNow = yielder(signal);
  for (const { file, size, first } of filesBelow(root, workload)) {
    if (first) mkdirSync(path.dirname(file), { recursive: true });
    if (size <= CHUNK) {
      writeFileSync(file, keystream.update(zeros.subarray(0, size)));
      await yieldNow(size);
      continue;
    }
    const descriptor = openSync(file, 'w');
    try {
      for (let left = size; left > 0; left -= CHUNK) {
        writeSync(descriptor, keystream.update(zeros.subarray(0, Math.min(left, CHUNK))));
        await yieldNow(CHUNK);
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Writes a model and waits until it is on disk, so that writing does not disturb measurements. */
export async function storeModel(root: string, workload: Workload, signal: AbortSignal): Promise<void> {
  await writeModel(root, workload, signal);
  execFileSync('sync');
}

/** Reads a model once, so that all of it is in the page cache. */
export async function readModel(root: string, workload: Workload, signal: AbortSignal): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  const yieldNow = yielder(signal);
  for (const { file } of filesBelow(root, workload)) {
    const descriptor = openSync(file, 'r');
    try {
      for (let read = 1; read > 0; await yieldNow(read)) read = readSync(descriptor, buffer);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Drops the page cache of the whole machine; false if that is not permitted. */
export function dropCaches(): boolean {
  try {
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}
