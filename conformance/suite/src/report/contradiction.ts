import { isDeepStrictEqual } from 'node:util';
import type { LoadedVector } from '../vectors/load.ts';
import { profiles } from '../vectors/vector.ts';
import { conforms, countProfiles, countStates, type Report } from './report.ts';

/** What a report says that its own results do not show; null if it is consistent. */
export function contradictionIn({ results, counts, profiles: stated, conformant }: Report): string | null {
  if (!isDeepStrictEqual({ ...counts }, countStates(results))) return 'its counts are not those of its results';
  const counted = countProfiles(results, profiles);
  if (!isDeepStrictEqual(sorted(stated), sorted(counted))) return 'its profiles are not those of its results';
  // A strict run has the same results and a stricter verdict, and the report does not say which it was.
  if (conformant && !conforms(results)) return 'it says "conformant", and its results do not';
  if (!conformant && conforms(results, true)) return 'it says "not conformant", and its results do not';
  return null;
}

function sorted(profileCounts: Report['profiles']): object[] {
  const key = ({ profile, role }: Report['profiles'][number]) => `${profile} ${role}`;
  return profileCounts.map((each) => ({ ...each })).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** How the results of a report differ from the vectors that they name; null if each names a vector once, as it is. */
export function faultOfVectors({ results }: Report, byId: ReadonlyMap<string, LoadedVector>): string | null {
  const seen = new Set<string>();
  for (const { id, title, kind, profile, level, requirements, expected } of results) {
    const vector = byId.get(id)?.vector;
    if (vector === undefined) return `there is no vector ${id}`;
    if (seen.has(id)) return `it has two results of ${id}`;
    seen.add(id);
    const stated = { title, kind, profile, level, requirements, expected };
    const wrong = Object.entries({ ...stated }).find(([name, value]) => {
      const own =
        name === 'expected' ? vector.expect.outcome : vector[name as Exclude<keyof typeof stated, 'expected'>];
      return !isDeepStrictEqual(value, own);
    });
    if (wrong) return `it has another ${wrong[0]} for ${id}`;
  }
  return null;
}
