import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { CaseResult } from '../../../suite/src/report/report.ts';
import { isFailure } from '../../../suite/src/run/states.ts';
import { isBinding, type VerdictName } from '../../../suite/src/vectors/verdicts.ts';
import { type Defect, defectOf } from './defects.ts';

/** Failures of one cause: a defect that was confirmed by hand, or what breaks one requirement. */
export interface Cause {
  readonly defect: Defect | null;
  /** The requirement that decides, for failures that no defect explains. */
  readonly requirement: string;
  readonly results: readonly CaseResult[];
}

/** The failures of a verdict. A result that is inconclusive shows nothing about its own vector. */
export function failuresOf(results: readonly CaseResult[], verdict: VerdictName): CaseResult[] {
  return results.filter(({ verdicts }) => {
    const { state } = verdicts[verdict];
    return isFailure(state) && state !== 'inconclusive';
  });
}

/** Failures by cause: those of the defects in their order, then the rest by requirement. */
export function causesOf(failures: readonly CaseResult[], defects: readonly Defect[]): Cause[] {
  const causes = new Map<string, CaseResult[]>(defects.map(({ id }) => [id, []]));
  const keyOf = (result: CaseResult) => defectOf(result.id, defects)?.id ?? decisiveOf(result);
  for (const result of failures) {
    const key = keyOf(result);
    causes.set(key, [...(causes.get(key) ?? []), result]);
  }
  return [...causes]
    .filter(([, results]) => results.length > 0)
    .map(([key, results]) => {
      const defect = defects.find(({ id }) => id === key) ?? null;
      return { defect, requirement: defect ? decisiveOf(results[0] as CaseResult) : key, results };
    });
}

/** The requirement that a failure is about: of a wrong signature, that of its gravest fault. */
function decisiveOf({ faults, decidedBy, requirements: all }: CaseResult): string {
  const fault = faults.find(({ requirement, level, basis }) => requirement && level === 'MUST' && isBinding(basis));
  return fault?.requirement ?? decidedBy[0] ?? all[0] ?? '';
}

const known = new Map([...draftRequirements, ...requirements].map((each) => [each.id as string, each.basis]));

/** Where it stands what these failures break: sections of the public text and of the documents that it makes normative. */
export function placesOf(results: readonly CaseResult[]): string[] {
  const places = results.flatMap(({ faults, decidedBy }) => {
    const broken = faults.filter(({ level, basis }) => level === 'MUST' && isBinding(basis));
    const ids: readonly (string | null)[] = [...broken.map(({ requirement }) => requirement), ...decidedBy];
    return ids.flatMap((id) => placeOf(id ?? '') ?? []).slice(0, 1);
  });
  return [...new Set(places)].sort((one, other) => (one < other ? -1 : 1));
}

/** The place of one requirement, or null if it binds no one by the public text. */
export function placeOf(id: string): string | null {
  const basis = known.get(id);
  if (basis?.kind === 'public') return `public text, ${basis.section}`;
  if (basis?.kind !== 'upstream') return null;
  const { document, section } = basis;
  return section === '' || section.startsWith(document) ? section || document : `${document}, ${section}`;
}
