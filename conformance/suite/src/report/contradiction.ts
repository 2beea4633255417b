import { isDeepStrictEqual } from 'node:util';
import { countingFaults } from '../run/faults.ts';
import { isFailure, isPass } from '../run/states.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { profiles, roleOf } from '../vectors/vector.ts';
import { isGraded, verdictNames } from '../vectors/verdicts.ts';
import { contradictionInCauses } from './causes.ts';
import { type CaseResult, conformance, countProfiles, countStates, type Report } from './report.ts';

/** What the published schemas cannot have found: something in a bundle that was not made, or more than is listed. */
function contradictionInSchemas({ publicSchemas, results }: Report): string | null {
  if (publicSchemas === undefined) return null;
  const { bundles, refused, differences } = publicSchemas;
  const wrong = 'what it says of the published schemas is not about its signed bundles';
  const made = new Set(results.filter((result) => roleOf(result) === 'sign').map(({ id }) => id));
  const refusedIds = new Set(refused.map(({ vector }) => vector));
  const ids = [...refusedIds, ...differences.map(({ vector }) => vector)];
  if (
    refusedIds.size < refused.length ||
    bundles > made.size ||
    new Set(ids).size > bundles ||
    ids.some((id) => !made.has(id))
  )
    return wrong;
  const isAsListed = differences.every(
    ({ vector, schemas, suite }) => schemas !== suite && (schemas === 'refuse') === refusedIds.has(vector),
  );
  return isAsListed ? null : wrong;
}

/** What a report says that its own results do not show; null if it is consistent. */
export function contradictionIn(report: Report): string | null {
  const { results, counts, profiles: stated, conformant, strict, selection, suite } = report;
  if (new Set(results.map(({ id }) => id)).size < results.length) return 'it has two results of one vector';
  for (const result of results) {
    const wrong = contradictionInResult(result, report);
    if (wrong !== null) return `of ${result.id}, ${wrong}`;
  }
  if (!isDeepStrictEqual(counts, countStates(results))) return 'its counts are not those of its results';
  const counted = countProfiles(results, profiles);
  if (!isDeepStrictEqual(sorted(stated), sorted(counted))) return 'its profiles are not those of its results';
  const wrongCause = contradictionInCauses(report);
  if (wrongCause !== null) return wrongCause;
  const wrongSchemas = contradictionInSchemas(report);
  if (wrongSchemas !== null) return wrongSchemas;
  if (selection === null && results.length !== suite.vectors + (suite.draft?.vectors ?? 0)) {
    return 'it says that all vectors were judged, and its results are about a part of them';
  }
  const shown = conformance(results, strict, selection === null);
  const verdict = verdictNames.find((name) => conformant[name] !== shown[name]);
  if (verdict === undefined) return null;
  return `its verdict "${verdict}" is ${conformant[verdict]}, and its results show ${shown[verdict]}`;
}

/** What the verdicts on a result cannot be, by its basis and by the faults of the signature. */
function contradictionInResult(result: CaseResult, { judge }: Report): string | null {
  for (const verdict of verdictNames) {
    const { state } = result.verdicts[verdict];
    if (verdict !== judge && (state === 'xfail' || state === 'xpass')) return `"${state}" is no state of its judge`;
    if (state === 'observed' && isGraded(result.basis, verdict)) return `the verdict "${verdict}" grades it`;
    if (!isGraded(result.basis, verdict) && (isPass(state) || (verdict === 'public' && isFailure(state)))) {
      return `the verdict "${verdict}" does not grade it`;
    }
    if (isPass(state) && result.answer !== result.expected) {
      return `the verdict "${verdict}" passes another answer than the expected one`;
    }
    if (isPass(state) && countingFaults(result.faults, result, verdict).length > 0) {
      return `the verdict "${verdict}" passes a signature with faults`;
    }
  }
  return null;
}

function sorted(profileCounts: Report['profiles']): object[] {
  const key = ({ profile, role }: Report['profiles'][number]) => `${profile} ${role}`;
  return profileCounts.map((each) => ({ ...each })).sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** How the results of a report differ from the vectors that they name; null if each names a vector once, as it is. */
export function faultOfVectors({ results }: Report, byId: ReadonlyMap<string, LoadedVector>): string | null {
  const seen = new Set<string>();
  for (const { id, title, kind, profile, level, requirements, decidedBy, basis, expected } of results) {
    const vector = byId.get(id)?.vector;
    if (vector === undefined) return `there is no vector ${id}`;
    if (seen.has(id)) return `it has two results of ${id}`;
    seen.add(id);
    const stated = { title, kind, profile, level, requirements, decidedBy, basis, expected };
    const wrong = Object.entries({ ...stated }).find(([name, value]) => {
      const own =
        name === 'expected' ? vector.expect.outcome : vector[name as Exclude<keyof typeof stated, 'expected'>];
      return !isDeepStrictEqual(value, own);
    });
    if (wrong) return `it has another ${wrong[0]} for ${id}`;
  }
  return null;
}
