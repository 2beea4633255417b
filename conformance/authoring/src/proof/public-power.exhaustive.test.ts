import { expect, it } from 'vitest';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { everyChoice, PublicJudge, unobservable } from './public-power.ts';

const judge = new PublicJudge(loadAllVectors());

/** Milliseconds: catches a hang, even on a busy machine. */
const LIMIT = 1_200_000;

it.each([
  ...everyChoice.verifier.map((choice) => ['verifier', choice] as const),
  ...everyChoice.signer.map((choice) => ['signer', choice] as const),
])(
  'A %s that makes only the permitted choice %s fails no vector by the public verdict',
  (role, choice) => {
    expect([...judge.failures(role, [choice])]).toEqual([]);
  },
  LIMIT,
);

it(
  'Each defect against the public text is found by the public verdict, also where optional members are absent, or is listed with a reason',
  () => {
    const findings = [...judge.findings()];
    const missed = findings.filter(({ vector, withChoices }) => vector === null || withChoices === null);
    // An excused defect that is found is a stale excuse.
    expect(missed.map(({ defect }) => defect).sort()).toEqual(Object.keys(unobservable).sort());
    const found = new Set(
      findings.filter((each) => !missed.includes(each)).flatMap(({ requirements }) => requirements),
    );
    expect(found.size).toBeGreaterThan(145);
  },
  LIMIT,
);
