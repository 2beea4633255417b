import { expect, it } from 'vitest';
import { bare } from '../adapter/capabilities.ts';
import type { Execution } from '../run/execute.ts';
import { loadSuite } from '../vectors/suite.ts';
import { perVerdict } from '../vectors/verdicts.ts';
import { buildReport } from './build.ts';
import { readReportBytes } from './parse.ts';
import { Scrubber } from './scrub.ts';

it('a report is one that can be read again, however long the texts of a program are', () => {
  const suite = loadSuite();
  const ran = suite.vectors.filter(({ vector }) => vector.basis === 'public').slice(0, 3);
  const long = '🤖'.repeat(20_000);
  const execution: Execution = {
    verdicts: perVerdict(() => ({ judgement: { state: 'fail-rejected', detail: long }, did: 'reject' })),
    faults: Array.from({ length: 200 }, () => ({ requirement: null, level: 'MUST', basis: 'public', detail: long })),
    observation: {
      answer: { kind: 'reject', reason: long, message: long, details: null },
      command: long,
      output: long,
      seconds: 0.1,
      peakMemory: 1,
    },
  };
  const report = buildReport({
    suite: suite.about,
    name: `x${long}`,
    digest: null,
    capabilities: bare,
    ran: ran.map(({ vector }) => vector),
    asked: new Set(ran.map(({ vector }) => vector.id)),
    executions: new Map(ran.map(({ vector }) => [vector.id, execution])),
    expected: new Map(),
    judge: 'public',
    strict: false,
    selection: { only: [], profiles: [], light: true, otherVectors: false, rerun: false, interrupted: false },
    scrubber: new Scrubber(),
  });
  expect(readReportBytes(Buffer.from(JSON.stringify(report)))).toEqual(report);
  expect(report.results.every(({ output }) => output.isWellFormed() && output.endsWith('…'))).toBe(true);
});
