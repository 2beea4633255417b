import { lstat } from 'node:fs/promises';
import { type HashEngine, type HashJob, OmsError, quote } from '@model-signing/core';
import type { CopiedFile } from './copy-file.ts';
import { isSameState, stateOf } from './part-file.ts';

/**
 * Gives the digests that were computed while files were written, of files that are as they were then. It never reads content.
 * @throws {OmsError} `model/changed` for a file that was changed or replaced since
 */
export function recordedEngine(copied: readonly CopiedFile[]): HashEngine {
  const byPath = new Map(copied.map((each) => [each.file.path, each]));
  return {
    reportsPointers: true,
    async hash(jobs, { onPointer, signal }) {
      const digests: string[] = [];
      for (const job of jobs) {
        signal?.throwIfAborted();
        const found = byPath.get(job.file.name);
        if (!found) throw new Error(`the file ${quote(job.file.name)} was not copied`);
        digests.push(await digestOf(job, found));
        if (found.pointer) onPointer?.(job, found.pointer);
      }
      return digests;
    },
  };
}

async function digestOf(
  { file: { name, content }, start, end }: HashJob,
  { file, state }: CopiedFile,
): Promise<string> {
  if (!('path' in content)) throw new TypeError(`the copy of ${quote(name)} is not a local file`);
  const now = await lstat(content.path, { bigint: true }).catch(() => null);
  if (!now?.isFile() || !isSameState(stateOf(now), state)) {
    throw new OmsError('model/changed', `the copy of ${quote(name)} was changed or replaced by another program`);
  }
  const unit = file.units.find((each) => each.start === start && each.end === (end ?? file.size));
  if (!unit) throw new Error(`the file ${quote(name)} was copied in other ranges`);
  return unit.digest;
}
