import type { Answer, Observation } from '../../../suite/src/adapter/answer.ts';
import { judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import type { Judgement } from '../../../suite/src/oracle/judgement.ts';
import type { Defect } from '../../../suite/src/oracle/verifier-defects.ts';
import { judge } from '../../../suite/src/run/judge.ts';
import { isFailure, isPass } from '../../../suite/src/run/states.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import { DefectFinder } from './find-defects.ts';

export function observationOf(answer: Answer): Observation {
  return { answer, command: '', output: '', seconds: 0, peakMemory: null };
}

/** The answers that an adapter for the oracle would report to the runner. */
function answerOf(judgement: Judgement): Answer {
  if (judgement.outcome === 'reject') {
    const { reason, message, differences } = judgement;
    return { kind: 'reject', reason, message, details: { differences } };
  }
  const { warnings, report } = judgement;
  return { kind: 'accept', details: { ...report, warnings, rootDigest: report.rootDigest ?? '' } };
}

/**
 * The defective verifiers that the runner does not fail on the vector that finds them, or whose vector it fails a correct one on.
 * @param sample with `oneIn`, only one defect in so many
 */
export function missedByRunner(loaded: readonly LoadedVector[], sample: { readonly oneIn: number }): string[] {
  const byId = new Map(loaded.map((each) => [each.vector.id, each]));
  const finder = new DefectFinder(loaded);
  return [...finder.find(sample)].flatMap(({ role, defect, vector }) => {
    const each = byId.get(vector ?? '');
    if (role !== 'verifier' || !each) return [];
    // The finder compares reasons and reports too, as the clarifications ask.
    const judged = (answer: Answer) => judge(each.vector, observationOf(answer), 'clarified');
    const right = judged(answerOf(judgeVector(each)));
    const wrong = judged(answerOf(judgeVector(each, [defect as Defect], finder.exclusionsBefore(each))));
    return isPass(right.state) && isFailure(wrong.state)
      ? []
      : [`${defect} on ${vector}: ${right.state}, ${wrong.state}`];
  });
}
