import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { CannotRun } from '../errors.ts';
import { type CaseResult, conformance, countProfiles, countStates, type Report } from '../report/report.ts';
import type { State } from '../run/states.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { loadSuite } from '../vectors/suite.ts';
import { profiles } from '../vectors/vector.ts';
import { parseAttest, statementOf } from './attest.ts';

const suite = loadSuite();
const binding = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'public' && level === 'MUST');

/** A report of results in these states by the public text; with the clarifications, each of them fails. */
function reportOf(states: readonly State[], selection: Report['selection'] = null): Report {
  const results = states.map((state, index): CaseResult => {
    const { id, title, kind, profile, level, requirements, decidedBy, basis } = (binding[index] as LoadedVector).vector;
    return {
      ...{ id, title, kind, profile, level, requirements, decidedBy, basis, expected: 'reject', answer: null },
      verdicts: { public: { state, detail: '' }, clarified: { state: 'fail-accepted', detail: '' } },
      ...{ faults: [], reason: null, command: null, output: '', seconds: 0, peakMemory: null },
    };
  });
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: suite.about,
    implementation: { name: 'it', version: null, protocolLevel: 0, digest: '1'.repeat(64) },
    ...{ judge: 'public', strict: false, selection },
    conformant: conformance(results, false, selection === null),
    counts: countStates(results),
    profiles: countProfiles(results, profiles),
    causes: { public: [], clarified: [] },
    results,
  };
}

const part = { only: [], profiles: [], light: true, otherVectors: false, rerun: false, interrupted: false } as const;
const bytes = Buffer.from('the report');
const predicateOf = (report: Report) =>
  (statementOf(report, bytes) as { readonly predicate: Readonly<Record<string, unknown>> }).predicate;

it.each<[string, Report, string]>([
  ['PASSED if everything that its judge asks passes', reportOf(['pass', 'unsupported']), 'PASSED'],
  ['WARNED if a failure is on the list of expected ones', reportOf(['pass', 'xfail']), 'WARNED'],
  ['WARNED if a part of the vectors was judged', reportOf(['pass'], part), 'WARNED'],
  ['FAILED if something fails', reportOf(['pass', 'fail-accepted']), 'FAILED'],
  ['FAILED if something fails in a part of the vectors', reportOf(['fail-accepted'], part), 'FAILED'],
])('a report is attested as %s', (_, report, expected) => {
  expect(predicateOf(report).result).toBe(expected);
});

it('an attestation lists each vector once, by the state that its judge gives it', () => {
  const { passedTests, warnedTests, failedTests } = predicateOf(reportOf(['pass', 'xfail', 'observed', 'crash']));
  const ids = binding.slice(0, 4).map(({ vector }) => vector.id);
  expect([passedTests, warnedTests, failedTests]).toEqual([[ids[0]], [ids[1], ids[2]], [ids[3]]]);
});

it('an attestation is about the program that was judged, and names the report and the verdicts', () => {
  const statement = statementOf(reportOf(['pass']), bytes);
  expect(statement).toMatchObject({
    subject: [{ name: 'it', digest: { sha256: '1'.repeat(64) } }],
    predicate: {
      judge: 'public',
      selection: 'all vectors',
      verdicts: { public: expect.stringContaining('conforms'), clarified: expect.stringContaining('does not keep') },
    },
  });
  expect(JSON.stringify(statement)).toContain(createHash('sha256').update(bytes).digest('hex'));
  const unnamed = reportOf(['pass']);
  const implementation = { ...unnamed.implementation, digest: null };
  expect(() => statementOf({ ...unnamed, implementation }, bytes)).toThrow(CannotRun);
});

it('attest takes one report, a key and a directory, which may end in a slash', () => {
  expect(parseAttest(['r.json', '--private-key', 'k', '--out', 'claim//'])).toEqual({
    ...{ file: 'r.json', out: 'claim', privateKey: 'k', signWith: 'model-signing' },
  });
  for (const args of [[], ['a', 'b'], ['r.json', '--out', 'claim'], ['r.json', '--private-key', 'k']]) {
    expect(() => parseAttest(args)).toThrow('attest');
  }
});
