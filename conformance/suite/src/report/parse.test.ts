import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../vectors/suite.ts';
import { profiles } from '../vectors/vector.ts';
import { contradictionIn, faultOfVectors } from './contradiction.ts';
import { MAX_REPORT_BYTES, parseReport, readReportBytes } from './parse.ts';
import { type CaseResult, conforms, countProfiles, countStates, type Report } from './report.ts';

const suite = loadSuite();

function result(index: number, change: Partial<CaseResult> = {}): CaseResult {
  const loaded = suite.vectors[index];
  if (!loaded) throw new Error('there is no such vector');
  const { id, title, kind, profile, level, requirements, expect: expected } = loaded.vector;
  const about = { id, title, kind, profile, level, requirements, expected: expected.outcome };
  const made = { detail: '', reason: null, command: null, output: '', seconds: 0, peakMemory: null } as const;
  return { ...about, state: 'pass', ...made, ...change };
}

/** What a run with these results reports. */
function reportOf(results: readonly CaseResult[], change: Partial<Report> = {}): Report {
  return {
    schema: 'model-signing/conformance-report/v1',
    suite: suite.about,
    implementation: { name: 'a name', version: '1', protocolLevel: 2, digest: null },
    conformant: conforms(results),
    counts: countStates(results),
    profiles: countProfiles(results, profiles),
    results,
    ...change,
  };
}

const passed = [result(0), result(1), result(2)];
const failed = [result(0), result(1, { state: 'crash', level: 'MUST' }), result(2)];
const lenient = [result(0), result(1, { state: 'fail-reason', level: 'SHOULD' })];

describe('a report that contradicts itself', () => {
  it.each([
    ['all passed', reportOf(passed)],
    ['a failure', reportOf(failed)],
    ['no result', reportOf([])],
    ['a failure of a SHOULD', reportOf(lenient)],
    ['a failure of a SHOULD in a strict run', reportOf(lenient, { conformant: false })],
    ['profiles in another order', reportOf(passed, { profiles: countProfiles(passed, profiles).toReversed() })],
  ])('a report with %s that its results show is accepted', (_, report) => {
    expect(parseReport(report)).toBe(report);
  });

  const [first, ...others] = countProfiles(failed, profiles);
  if (!first) throw new Error('there is no profile');
  it.each<[string, Report]>([
    ['conforms in spite of a failure', reportOf(failed, { conformant: true })],
    [
      'conforms in spite of a failure that its counts leave out',
      reportOf(failed, { ...reportOf(passed), results: failed }),
    ],
    ['conforms without a result', reportOf([], { conformant: true })],
    ['conforms without a pass', reportOf([result(0, { state: 'unsupported' })], { conformant: true })],
    ['conforms in spite of an unexpected pass', reportOf([result(0, { state: 'xpass' })], { conformant: true })],
    ['does not conform with passes alone', reportOf(passed, { conformant: false })],
    ...Object.keys(countStates([])).map((state): [string, Report] => {
      const counts = countStates(failed);
      return [
        `has one more of ${state}`,
        reportOf(failed, { counts: { ...counts, [state]: counts[state as 'pass'] + 1 } }),
      ];
    }),
    ...(['pass', 'fail', 'unsupported', 'other'] as const).map((name): [string, Report] => {
      const profile = { ...first, [name]: first[name] + 1 };
      return [`has one more of ${name} in a profile`, reportOf(failed, { profiles: [profile, ...others] })];
    }),
    ['lacks a profile', reportOf(failed, { profiles: others })],
    ['has a profile twice', reportOf(failed, { profiles: [first, first, ...others] })],
    ['has a profile in the other role', reportOf(failed, { profiles: [{ ...first, role: 'sign' }, ...others] })],
  ])('a report that %s is refused', (_, report) => {
    expect(contradictionIn(report)).not.toBeNull();
    expect(() => parseReport(report)).toThrow('it contradicts itself');
  });

  it.each<[string, Partial<CaseResult>]>([
    ['level', { level: 'MAY' }],
    ['profile', { profile: 'draft' }],
    ['kind', { kind: 'historical' }],
    ['requirements', { requirements: ['OMS-JSON-1', 'OMS-JSON-1'] }],
    ['title', { title: 'another title' }],
  ])('a report that gives a vector another %s is no report of this suite', (member, change) => {
    expect(faultOfVectors(reportOf(passed), suite.byId)).toBeNull();
    expect(faultOfVectors(reportOf([result(0, change)]), suite.byId)).toContain(`another ${member} for`);
  });

  it('a report that gives a vector another expectation, an unknown vector or one twice is no report of this suite', () => {
    const { expected } = result(0);
    const other = expected === 'accept' ? 'reject' : 'accept';
    expect(faultOfVectors(reportOf([result(0, { expected: other })]), suite.byId)).toContain('another expected for');
    expect(faultOfVectors(reportOf([result(0, { id: 'bundle_unheard-of' })]), suite.byId)).toContain('no vector');
    expect(faultOfVectors(reportOf([result(0), result(0)]), suite.byId)).toContain('two results');
  });

  it('the recorded reports of the documentation do not contradict themselves', () => {
    const file = new URL('../../../../docs/data/conformance.json', import.meta.url);
    const { reports } = JSON.parse(readFileSync(file, 'utf8'));
    expect(reports.length).toBeGreaterThan(1);
    for (const report of reports) expect(parseReport(report)).toBe(report);
  });
});

describe('the bytes of a report', () => {
  const text = JSON.stringify(reportOf(passed));
  const read = (written: string | Uint8Array) => readReportBytes(Buffer.from(written as string));

  it('a report is read from strict JSON', () => {
    expect(read(text)).toEqual(reportOf(passed));
    expect(read(JSON.stringify(reportOf(failed), null, '\t'))).toEqual(reportOf(failed));
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['with a byte order mark', `\ufeff${text}`, /byte order mark/],
    ['with bytes that are not UTF-8', Buffer.concat([Buffer.from(text), Buffer.of(0xff)]), /not UTF-8/],
    ['with a member twice', text.replace('"conformant":', '"conformant":false,"conformant":'), /"conformant" twice/],
    ['with a member twice, once escaped', text.replace('"counts":', '"c\\u006funts":1,"counts":'), /"counts" twice/],
    ['with a member twice in a result', text.replace('"state":', '"state":"xfail", "state" :'), /"state" twice/],
    ['with text after it', `${text}{}`, /not JSON/],
    ['that is cut', text.slice(0, -10), /not JSON/],
    ['that is cut in a string', '{"schema', /not JSON/],
    ['with a comment', `// ${text}`, /not JSON/],
    ['that nests deeply', '['.repeat(1_000_000), /levels deep/],
    ['that is empty', '', /not JSON/],
    ['that is too large', Buffer.alloc(MAX_REPORT_BYTES + 1, 0x20), /more than \d+ bytes/],
  ])('a report %s is refused', (_, written, message) => {
    expect(() => read(written)).toThrow(message);
  });

  it.each(['title', 'detail', 'reason', 'command', 'output'] as const)('the length of a %s is bounded', (member) => {
    const report = (length: number) => reportOf([result(0, { [member]: 'x'.repeat(length) })]);
    expect(() => parseReport(report(20_000))).toThrow('must NOT have more than');
    expect(parseReport(report(200))).toBeDefined();
  });

  it('the length of the name and the version of an implementation is bounded', () => {
    const { implementation } = reportOf(passed);
    for (const member of ['name', 'version']) {
      const long = { ...implementation, [member]: 'x'.repeat(201) };
      expect(() => parseReport(reportOf(passed, { implementation: long }))).toThrow('must NOT have more than');
    }
  });
});
