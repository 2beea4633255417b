// The memory of a browser: that of all its processes, with what they share counted once. Linux only.
import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 50;

function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^PPid:\s*(\d+)$/m.exec(read(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) found.set(Number(name), Number(parent));
  }
  return found;
}

/** Empty for a process that has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The memory of all processes that this one has started, in bytes. */
function memoryOfChildren(): number {
  const parentOf = parents();
  const isOurs = (id: number): boolean => {
    const parent = parentOf.get(id);
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  const kilobytes = [...parentOf.keys()].filter(isOurs).map((id) => {
    return Number(/^Pss:\s*(\d+) kB$/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) * 1024;
}

/** How much more memory the browser has at its peak during the work than before it, in bytes; null where that is not known. */
export async function peakOf(work: () => Promise<unknown>): Promise<number | null> {
  if (process.platform !== 'linux') {
    await work();
    return null;
  }
  const before = memoryOfChildren();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOfChildren());
  }, EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak - before;
}
