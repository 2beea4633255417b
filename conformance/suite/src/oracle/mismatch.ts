import { isAcceptable } from '../vectors/reasons.ts';
import type { Expectation, ExpectedReport } from '../vectors/vector.ts';
import type { Difference, Judgement, Report } from './judgement.ts';

/** How a judgement differs from an expectation, in words, or null if it meets it. */
export function findMismatch(expect: Expectation, judgement: Judgement): string | null {
  if (expect.outcome === 'either') return null;
  if (judgement.outcome !== expect.outcome) {
    return judgement.outcome === 'reject' ? `refused as ${judgement.reason}: ${judgement.message}` : 'accepted';
  }
  if (judgement.outcome === 'accept') {
    const missing = expect.warnings?.find((warning) => !(judgement.warnings as readonly string[]).includes(warning));
    return missing === undefined ? reportProblem(expect.report ?? {}, judgement.report) : `no warning of ${missing}`;
  }
  if (!isAcceptable(judgement.reason, expect.reasons ?? []))
    return `refused as ${judgement.reason}: ${judgement.message}`;
  const unnamed = expect.names?.find((name) => !judgement.message.includes(name));
  if (unnamed !== undefined) return `the message does not name ${unnamed}`;
  if (expect.differences && listed(expect.differences) !== listed(judgement.differences)) {
    return `the differences are ${listed(judgement.differences)}`;
  }
  return null;
}

function listed(differences: readonly Difference[]): string {
  return differences
    .map(({ kind, path }) => `${kind} ${path}`)
    .sort()
    .join(', ');
}

function reportProblem(expected: ExpectedReport, actual: Report): string | null {
  const reported: { readonly [name in keyof ExpectedReport]: unknown } = { ...actual };
  for (const [name, value] of Object.entries(expected) as [keyof ExpectedReport, unknown][]) {
    const [wanted, found] = [value, reported[name]].map((each) =>
      JSON.stringify(
        Array.isArray(each) ? [...each].sort() : each && typeof each === 'object' ? Object.entries(each).sort() : each,
      ),
    );
    if (wanted !== found) return `${name} is ${found} instead of ${wanted}`;
  }
  return null;
}
