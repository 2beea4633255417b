import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { attempt } from './system-errors.ts';

/** A link by which the cache of a hub gives a file its name: the content is a blob of the same repository. */
export interface CacheLink {
  /** As the link says it, such as `../../blobs/5f2c…`. */
  readonly target: string;
  /** The real path of the blob. */
  readonly blob: string;
  /** The real path of the directory `snapshots/REVISION` that holds the link. */
  readonly revision: string;
}

const BLOBS = 'blobs';
const SNAPSHOTS = 'snapshots';

/**
 * Reads a link of a snapshot in the layout of the Hugging Face cache, `REPOSITORY/snapshots/REVISION/…`, whose files are links
 * to `REPOSITORY/blobs/NAME`.
 *
 * Returns null for any other link: an absolute one, or one to another repository, to a directory, to another link, or to a file
 * that is not directly in `blobs`. No other link takes part in the path from the link to the blob.
 * @param directory the real path of the directory that holds the link
 */
export function readCacheLink(linkPath: string, directory: string): CacheLink | null {
  const target = attempt(() => readlinkSync(linkPath));
  if (target === null || path.isAbsolute(target)) return null;
  const blob = path.resolve(directory, target);
  const blobs = path.dirname(blob);
  if (path.basename(blobs) !== BLOBS) return null;
  const revision = revisionOf(path.dirname(blobs), directory);
  if (revision === null || attempt(() => realpathSync.native(linkPath)) !== blob) return null;
  return attempt(() => lstatSync(blob))?.isFile() ? { target, blob, revision } : null;
}

/** The directory `snapshots/REVISION` of the repository that holds this directory, if there is one. */
function revisionOf(repository: string, directory: string): string | null {
  const [snapshots, revision] = path.relative(repository, directory).split(path.sep);
  return snapshots === SNAPSHOTS && revision ? path.join(repository, SNAPSHOTS, revision) : null;
}
