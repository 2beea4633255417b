import { readdirSync, readFileSync } from 'node:fs';

/**
 * The memory of a process (its peak) and of its descendants (now), in bytes; null if the system does not report it,
 * which is everywhere but on Linux.
 */
export function residentMemory(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const own = statusOf(pid, 'VmHWM');
  return own === null ? null : childrenOf(pid).reduce((sum, child) => sum + treeMemory(child, 0), own);
}

/** No adapter has a deeper tree of processes. */
const MAX_DEPTH = 8;

function treeMemory(pid: number, depth: number): number {
  const own = statusOf(pid, 'VmRSS') ?? 0;
  if (depth === MAX_DEPTH) return own;
  return childrenOf(pid).reduce((sum, child) => sum + treeMemory(child, depth + 1), own);
}

function statusOf(pid: number, field: string): number | null {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((candidate) => candidate.startsWith(`${field}:`));
    const kibibytes = Number.parseInt(line?.slice(field.length + 1) ?? '', 10);
    return Number.isNaN(kibibytes) ? null : kibibytes * 1024;
  } catch {
    return null; // it ended
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
