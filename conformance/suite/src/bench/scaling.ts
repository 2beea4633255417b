import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Case, Party } from './cases.ts';
import { storeModel } from './data.ts';
import { type Failure, runCase, type Stage } from './rounds.ts';
import { growthExponent, type Spread } from './statistics.ts';
import type { Subject } from './subjects.ts';
import { GiB, KiB, MiB, type Workload } from './workloads.ts';

/** The time of one subject by one quantity. */
export interface Curve {
  readonly axis: 'bytes' | 'files';
  readonly party: Party;
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly seconds: Spread }[];
}

const SIZES = [1, 4, 16, 64, 256, 1024, 4096].map((size) => size * MiB);
const COUNTS = [10, 100, 1000, 10_000, 100_000];

/** The models of a scaling run: one file of growing size, and a growing number of files of 4 KiB. */
function scalingWorkloads(short: boolean): { axis: Curve['axis']; x: number; workload: Workload }[] {
  const sizes = short ? [MiB, 2 * MiB] : SIZES;
  const counts = short ? [10, 20] : COUNTS;
  const model = (axis: Curve['axis'], x: number, count: number, size: number) => {
    const title = axis === 'bytes' ? `one file of ${size / MiB} MiB` : `${count} files of 4 KiB`;
    return { axis, x, workload: { name: `scaling-${axis}`, title, files: [{ count, size }] } };
  };
  return [...sizes.map((size) => model('bytes', size, 1, size)), ...counts.map((n) => model('files', n, n, 4 * KiB))];
}

/** A workload that takes as much disk space as the largest of them. */
export const LARGEST_SCALING = { name: 'scaling', title: 'scaling', files: [{ count: 1, size: 4 * GiB }] };

/** Signs models of growing size with each subject that is an implementation. */
export async function measureScaling(
  subjects: readonly Subject[],
  stage: Stage,
  { short, runs }: { short: boolean; runs: number },
): Promise<{ curves: Curve[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const curves = new Map<string, { curve: Curve; points: Curve['points'][number][] }>();
  for (const { axis, x, workload } of scalingWorkloads(short)) {
    const benchCase: Case = { workload, operation: 'sign', hash: 'sha256', shardSize: null, cache: 'warm', limits: [] };
    await storeModel(path.join(stage.directory, workload.name), workload, stage.signal);
    const outcome = await runCase(benchCase, subjects, stage, { rounds: runs, warmUp: !short });
    clearStage(stage);
    failures.push(...outcome.failures);
    for (const { party, label, seconds } of outcome.measurement?.contestants ?? []) {
      const key = `${axis} ${party}`;
      const points = curves.get(key)?.points ?? [];
      points.push({ x, seconds });
      curves.set(key, { curve: { axis, party, label, points }, points });
    }
  }
  return { curves: [...curves.values()].map(({ curve }) => curve), failures };
}

/** Removes the files of a workload. */
export function clearStage({ directory }: Stage): void {
  rmSync(directory, { recursive: true, force: true });
}

/** The exponent of growth over the last step of a curve; null for a curve of one point. */
export function lastGrowth({ points }: Curve): number | null {
  const [from, to] = points.slice(-2);
  if (!from || !to) return null;
  return growthExponent([from.x, from.seconds.median], [to.x, to.seconds.median]);
}
