import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { lockPath, lockText } from '../locks.ts';
import { materialOf, withFiles } from '../testing/material.ts';
import type { VersionMaterial } from '../version-material.ts';
import { lockFindings } from './locks.ts';

const DIGESTS = new Map([
  ['v1.0/algorithms.json', 'ab'.repeat(32)],
  ['v1.0/oms.md', 'cd'.repeat(32)],
]);

/** The findings in a version that was frozen with {@link DIGESTS} and now has other files. */
function found(digests: ReadonlyMap<string, string>, change: Partial<VersionMaterial> = {}): string[] {
  const frozen = withFiles(materialOf('v1.0'), { [lockPath('v1.0')]: lockText(DIGESTS) });
  return lockFindings({ ...frozen, status: 'frozen', digests, ...change }).map(formatFinding);
}

const FIX = 'Restore it from version control, or make a new version with oms-spec new.';

describe('lockFindings', () => {
  it('lockFindings finds nothing wrong with a frozen version whose files are those of its lock', () => {
    expect(found(DIGESTS)).toEqual([]);
  });

  it('lockFindings finds a file of a frozen version that was changed', () => {
    expect(found(new Map([...DIGESTS, ['v1.0/algorithms.json', 'ef'.repeat(32)]]))).toEqual([
      `spec/v1.0/algorithms.json:1: a file of a frozen version was changed. ${FIX}`,
    ]);
  });

  it('lockFindings finds a missing file of a frozen version', () => {
    expect(found(new Map([...DIGESTS].slice(1)))).toEqual([
      `spec/v1.0/algorithms.json:1: a file of a frozen version is missing. ${FIX}`,
    ]);
  });

  it('lockFindings finds a file that was added to a frozen version', () => {
    expect(found(new Map([...DIGESTS, ['v1.0/notes.txt', 'ef'.repeat(32)]]))).toEqual([
      'spec/v1.0/notes.txt:1: a file was added to a frozen version. Remove it.',
    ]);
  });

  it('lockFindings finds a frozen version without a lock, and a lock of a version that is not frozen', () => {
    expect(found(DIGESTS, { textOf: () => null })).toEqual([
      `spec/locks/v1.0.sha256:1: the version is frozen but its lock is missing. ${FIX}`,
    ]);
    expect(found(DIGESTS, { status: 'current' })).toEqual([
      'spec/versions.json:1: v1.0 has a lock but is not frozen. Write "status": "frozen".',
    ]);
    expect(found(DIGESTS, { status: 'current', textOf: () => null })).toEqual([]);
  });
});
