import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Answer, defaultLimits, type Observation } from '../../../suite/src/adapter/answer.ts';
import { bare } from '../../../suite/src/adapter/capabilities.ts';
import type { Session } from '../../../suite/src/adapter/session.ts';
import { judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import type { Judgement } from '../../../suite/src/oracle/judgement.ts';
import type { Defect } from '../../../suite/src/oracle/verifier-defects.ts';
import { execute } from '../../../suite/src/run/execute.ts';
import { judge } from '../../../suite/src/run/judge.ts';
import { isFailure, isPass } from '../../../suite/src/run/states.ts';
import { type LoadedVector, loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { DefectFinder } from './find-defects.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map((each) => [each.vector.id, each]));

function observationOf(answer: Answer): Observation {
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

it('The runner passes a correct verifier and fails each defective one on the vector that finds it', () => {
  const finder = new DefectFinder(loaded);
  const missed = [...finder.find({ oneIn: 4 })].flatMap(({ role, defect, vector }) => {
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
  expect(missed).toEqual([]);
});

it('The runner fails a signer that refuses and leaves a signature file behind', async () => {
  const vector = byId.get('model_sign-fifo') as LoadedVector;
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  const session = (leaves: boolean): Session => ({
    call: async ({ args }) => {
      if (leaves) writeFileSync(String(args['output-bundle']), '');
      return observationOf({ kind: 'reject', reason: null, message: 'weights/pipe is a FIFO', details: null });
    },
    close: async () => {},
  });
  try {
    const stage = { directory, capabilities: bare, limits: defaultLimits, support: new Map() };
    const clean = await execute(vector, session(false), stage);
    const dirty = await execute(vector, session(true), stage);
    const detail = 'it refused and left a signature file behind';
    expect(clean.verdicts.clarified.judgement.state).not.toBe('fail-accepted');
    expect(dirty.verdicts.clarified).toEqual({ judgement: { state: 'fail-accepted', detail }, did: null });
    expect(dirty.faults).toMatchObject([{ requirement: 'OMS-STORE-3', detail }]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
