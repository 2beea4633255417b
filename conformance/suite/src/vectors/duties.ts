import { basisOfRequirement } from './basis.ts';
import type { Expectation, ExpectedReport, RequirementId } from './vector.ts';
import { isBinding, type VerdictName } from './verdicts.ts';

/**
 * The requirement that asks for a detail of the report of an acceptance. The other details, the classes of reasons and
 * warnings, and the names in messages are forms of this suite, which no public text asks for.
 */
const duties: Readonly<Partial<Record<keyof ExpectedReport, RequirementId>>> = {
  externalLinks: 'OMS-LINK-11',
  rootDigest: 'OMS-VERIFY-7',
  resources: 'OMS-VERIFY-7',
  signer: 'OMS-VERIFY-7',
  annotations: 'OMS-ANNOT-5',
};

/** The part of an expectation that a verdict grades: by the public text, the outcome and the reports that it asks for. */
export function gradedPart(expect: Expectation, verdict: VerdictName): Expectation {
  if (verdict === 'clarified') return expect;
  const { outcome, signed, report = {} } = expect;
  const asked = Object.entries(report).filter(([detail]) => {
    const duty = duties[detail as keyof ExpectedReport];
    return duty !== undefined && isBinding(basisOfRequirement(duty));
  });
  return {
    outcome,
    ...(signed === undefined ? {} : { signed }),
    ...(asked.length === 0 ? {} : { report: Object.fromEntries(asked) }),
  };
}
