import type { Finding } from '../findings.ts';
import { fileDigests, lockedDigests, lockPath } from '../locks.ts';
import type { VersionMaterial } from '../version-material.ts';

const MEND = 'Restore it from version control, or make a new version with oms-spec new';

/** Every file of a frozen version is what it was when the version was frozen, and no file came or went. */
export function lockFindings({ layout, status }: VersionMaterial): Finding[] {
  const locked = lockedDigests(layout.version, layout.folder);
  if (status !== 'frozen' && locked === null) return [];
  const lock = lockPath(layout.version);
  if (locked === null) return [at(lock, 'the version is frozen and its lock is missing')];
  const actual = fileDigests(layout.version, layout.folder);
  if (status !== 'frozen') {
    return [at('versions.json', `${layout.version} has a lock and is not frozen`, 'Write "status": "frozen"')];
  }
  const changed = [...locked].flatMap(([path, digest]) => {
    if (actual.get(path) === digest) return [];
    return [
      at(path, actual.has(path) ? 'a file of a frozen version was changed' : 'a file of a frozen version is gone'),
    ];
  });
  const added = [...actual.keys()].filter((path) => !locked.has(path));
  return [...changed, ...added.map((path) => at(path, 'a file was added to a frozen version', 'Remove it'))];
}

function at(path: string, message: string, mend = MEND): Finding {
  return { path, line: 1, requirement: null, message, mend };
}
