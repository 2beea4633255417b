import { quote } from '@model-signing/core';
import { formatCount, formatSize } from '../sizes.ts';
import type { ReusedParts } from './reuse.ts';

/** What was taken over, hashed and recorded, for results in JSON; nothing unless it was asked for. */
export function reusedFields(reused: ReusedParts | null) {
  if (reused === null) return {};
  const { done, recorded, racy } = reused;
  return {
    ...(done && {
      reused: { ...done.reused, from: done.from },
      hashed: { ...done.hashed, bytes: done.hashedBytes },
      audited: done.audited,
    }),
    ...{ racy, recorded },
  };
}

/** The same in lines for people. */
export function reusedLines(reused: ReusedParts | null): [string, string][] {
  if (reused === null) return [];
  const { done, recorded, racy } = reused;
  const lines: [string, string][] = [];
  if (done !== null) {
    const { files, bytes } = done.reused;
    const taken = `${formatCount(files, 'file')} not read (${formatSize(bytes)}), by the digests in ${quote(done.from)}`;
    lines.push(['reused', files === 0 ? 'nothing' : taken]);
    lines.push(['hashed', `${formatCount(done.hashed.resources, 'resource')}, ${formatSize(done.hashedBytes)}`]);
    const { resources } = done.audited;
    const drawn = `${formatCount(resources, 'unchanged resource')}, ${formatSize(done.audited.bytes)}: as signed before`;
    lines.push(['audited', resources === 0 ? 'nothing' : drawn]);
  }
  if (recorded !== null) {
    const late =
      racy === 0 ? '' : `; ${formatCount(racy, 'file')} with times of the last two seconds, or in the future`;
    lines.push(['recorded', `${formatCount(recorded, 'file')} for the next --reuse${late}`]);
  }
  return lines;
}
