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
 * to `REPOSITORY/blobs/NAME`, relative ones, or absolute ones as older clients wrote them.
 *
 * Returns null for any other link: one to another repository, to a directory, to another link, or to a file that is not directly
 * in `blobs`. No other link takes part in the path from a relative link to the blob, and none within the repository if the link is
 * absolute.
 * @param directory the real path of the directory that holds the link
 */
export function readCacheLink(linkPath: string, directory: string): CacheLink | null {
  const target = attempt(() => readlinkSync(linkPath));
  if (target === null) return null;
  const named = path.resolve(directory, target);
  if (path.basename(path.dirname(named)) !== BLOBS) return null; // nearly every other link
  const blob = attempt(() => realpathSync.native(linkPath));
  if (blob === null || path.basename(path.dirname(blob)) !== BLOBS) return null;
  if (!path.isAbsolute(target) && blob !== named) return null;
  const revision = revisionOf(path.dirname(path.dirname(blob)), directory);
  // The name itself must be the blob's, not that of another link.
  return revision !== null && attempt(() => lstatSync(named))?.isFile() ? { target, blob, revision } : null;
}

/** The directory `snapshots/REVISION` of the repository that holds this directory, if there is one. */
function revisionOf(repository: string, directory: string): string | null {
  const [snapshots, revision] = path.relative(repository, directory).split(path.sep);
  return snapshots === SNAPSHOTS && revision ? path.join(repository, SNAPSHOTS, revision) : null;
}
