import { expect, it } from 'vitest';
import { bare } from '../adapter/capabilities.ts';
import type { Execution } from '../run/execute.ts';
import { loadSuite } from '../vectors/suite.ts';
import { buildReport } from './build.ts';
import { readReportBytes } from './parse.ts';
import { Scrubber } from './scrub.ts';

it('a report is one that can be read again, however long the texts of a program are', () => {
  const suite = loadSuite();
  const ran = suite.vectors.slice(0, 3).map(({ vector }) => vector);
  const long = '🤖'.repeat(20_000);
  const execution: Execution = {
    judgement: { state: 'fail-rejected', detail: long },
    verdict: 'reject',
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
    ran,
    asked: new Set(ran.map(({ id }) => id)),
    executions: new Map(ran.map(({ id }) => [id, execution])),
    expected: new Map(),
    strict: false,
    scrubber: new Scrubber(),
  });
  expect(readReportBytes(Buffer.from(JSON.stringify(report)))).toEqual(report);
  expect(report.results.every(({ output }) => output.isWellFormed() && output.endsWith('…'))).toBe(true);
});
