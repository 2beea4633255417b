import type { Finding } from '../findings.ts';
import { git } from '../git.ts';
import { lockPath, parseLock } from '../locks.ts';
import type { VersionMaterial } from '../version-material.ts';

const FIX = 'Restore it from version control, or make a new version with oms-spec new';

/** Every file of a frozen version is as it was when the version was frozen; none was added or removed. */
export function lockFindings({ layout, status, digests, textOf }: VersionMaterial): Finding[] {
  const lock = lockPath(layout.version);
  const text = textOf(lock);
  if (status !== 'frozen' && text === null) return [];
  if (text === null) return [at(lock, 'the version is frozen but its lock is missing')];
  if (status !== 'frozen') {
    return [at('versions.json', `${layout.version} has a lock but is not frozen`, 'Write "status": "frozen"')];
  }
  const locked = parseLock(text);
  const changed = [...locked].flatMap(([path, digest]) => {
    if (digests.get(path) === digest) return [];
    if (!digests.has(path)) return [at(path, 'a file of a frozen version is missing')];
    return [{ ...at(path, 'a file of a frozen version was changed'), line: changedLine(path, lock, layout.folder) }];
  });
  const added = [...digests.keys()].filter((path) => !locked.has(path));
  return [...changed, ...added.map((path) => at(path, 'a file was added to a frozen version', 'Remove it'))];
}

/** The first line that changed since the version was frozen, as far as git knows: a lock has only digests. */
function changedLine(path: string, lock: string, folder: string): number {
  const frozen = git(folder, 'log', '-1', '--format=%H', '--', lock)?.trim();
  const changes = frozen ? git(folder, 'diff', '--unified=0', frozen, '--', path) : null;
  return Number(/^@@ -\d+(?:,\d+)? \+(\d+)/m.exec(changes ?? '')?.[1] ?? 1) || 1;
}

function at(path: string, message: string, fix = FIX): Finding {
  return { path, line: 1, requirement: null, message, fix };
}
