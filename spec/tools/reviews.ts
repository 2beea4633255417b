import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { requirementsOf } from './identifiers.ts';
import { SPEC_FOLDER, type TextOf, textIn } from './layout.ts';
import { readVectors } from './vectors.ts';
import { findVersion } from './versions.ts';

/** The text that each requirement had when its vectors were last reviewed, as a digest. */
export type Reviews = Readonly<Record<string, string>>;

/** The path of the reviews of a version, relative to the package. */
export function reviewsPath(version: string): string {
  return `reviews/${version}.json`;
}

/** The reviews of a version; empty if there are no vectors yet. */
export function readReviews(version: string, textOf: TextOf): Reviews {
  return JSON.parse(textOf(reviewsPath(version)) ?? '{}') as Reviews;
}

/** The digest of a requirement's text: sixteen hexadecimal digits are enough to notice a change. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Records that the vectors of some requirements, or of all, were reviewed for the text as it is now. */
export function review(
  name: string,
  ids: readonly string[] | 'all',
  folder: string = SPEC_FOLDER,
): { readonly paths: string[]; readonly reviewed: number } {
  const { version } = findVersion(name, folder);
  const requirements = requirementsOf(version, folder);
  const cited = new Set(readVectors(version, folder).flatMap(({ requirements: each }) => each));
  for (const id of ids === 'all' ? [] : ids) {
    if (!requirements.some((requirement) => requirement.id === id))
      throw new Error(`${version} has no requirement ${id}`);
    if (!cited.has(id)) throw new Error(`no vector names ${id}; there is nothing to review`);
  }
  const before = readReviews(version, (path) => textIn(folder, path));
  const entries = requirements
    .filter(({ id }) => cited.has(id))
    .map(({ id, text }) => [id, ids === 'all' || ids.includes(id) ? textDigest(text) : before[id]] as const)
    .filter(([, digest]) => digest !== undefined);
  const path = reviewsPath(version);
  mkdirSync(dirname(folder + path), { recursive: true });
  writeFileSync(folder + path, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  return { paths: [path], reviewed: entries.filter(([id, digest]) => before[id] !== digest).length };
}
