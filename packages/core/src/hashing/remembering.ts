import type { HashJob, PreparedEngine } from '../engine.ts';
import type { HashAlgorithm } from '../format/algorithms.ts';
import type { PointerKind } from '../format/pointer.ts';
import { checkHashed } from './listed.ts';

/**
 * An engine for several listings of one model that hashes each byte range with each algorithm once. A file is the same in two
 * listings if it has the same path, or, where it is read through a function, the same name.
 */
export function rememberingEngine(engine: PreparedEngine): PreparedEngine {
  const memories = new Map<HashAlgorithm, Map<string, string>>();
  const pointers = new Map<string, PointerKind>();
  return {
    async hash(jobs, options) {
      const { algorithm, onPointer } = options;
      const memory = memories.get(algorithm) ?? new Map<string, string>();
      memories.set(algorithm, memory);
      const unknown = jobs.filter((job) => !memory.has(rangeOf(job)));
      if (unknown.length > 0) {
        // A later listing may ask for the pointers that this one does not ask for.
        const notePointer = ({ file }: HashJob, kind: PointerKind) => pointers.set(file.name, kind);
        const digests = await engine.hash(unknown, { ...options, onPointer: notePointer });
        checkHashed(digests, unknown, algorithm);
        for (const [index, job] of unknown.entries()) memory.set(rangeOf(job), digests[index] as string);
      }
      if (onPointer) reportPointers(jobs, pointers, onPointer);
      return jobs.map((job) => memory.get(rangeOf(job)) as string);
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

function reportPointers(
  jobs: readonly HashJob[],
  pointers: ReadonlyMap<string, PointerKind>,
  report: (job: HashJob, kind: PointerKind) => void,
): void {
  if (pointers.size === 0) return;
  for (const job of jobs) {
    const kind = pointers.get(job.file.name);
    if (kind !== undefined) report(job, kind);
  }
}

/** Names a byte range of a file. A local path is absolute, so no name of a file that is read through a function equals it. */
function rangeOf({ file, start, end }: HashJob): string {
  const { name, size, content } = file;
  const place = 'path' in content ? content.path : `read:${name}`;
  // The name of a whole file is a string that exists already, because there may be very many files.
  return start === 0 && (end === null || end === size) ? place : `${start}-${end ?? ''}:${place}`;
}
