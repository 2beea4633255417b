import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { State } from '../run/states.ts';
import { loadSuite } from '../vectors/suite.ts';
import { profiles } from '../vectors/vector.ts';
import { perVerdict, verdictNames } from '../vectors/verdicts.ts';
import { causesOf } from './causes.ts';
import { contradictionIn, faultOfVectors } from './contradiction.ts';
import { MAX_REPORT_BYTES, parseReport, readReportBytes } from './parse.ts';
import { type CaseResult, conformance, countProfiles, countStates, type Report } from './report.ts';

const suite = loadSuite();

/** Vectors that the public text grades. */
const graded = suite.vectors.filter(({ vector: { basis, level } }) => basis === 'public' && level === 'MUST');

const inState = (byPublic: State, clarified: State = byPublic): Pick<CaseResult, 'verdicts'> => ({
  verdicts: { public: { state: byPublic, detail: '' }, clarified: { state: clarified, detail: '' } },
});

function result(index: number, change: Partial<CaseResult> = {}): CaseResult {
  const loaded = graded[index];
  if (!loaded) throw new Error('there is no such vector');
  const { id, title, kind, profile, level, requirements, decidedBy, basis, expect: expected } = loaded.vector;
  const about = { id, title, kind, profile, level, requirements, decidedBy, basis, expected: expected.outcome };
  const made = { reason: null, command: null, output: '', seconds: 0, peakMemory: null } as const;
  const answer = expected.outcome === 'reject' ? 'reject' : 'accept';
  return { ...about, answer, ...inState('pass'), faults: [], ...made, ...change };
}

const part = { only: [], profiles: [], light: true, otherVectors: false, rerun: false, interrupted: false } as const;

/** What a run with these results reports, of which the suite has no more vectors. */
function reportOf(results: readonly CaseResult[], change: Partial<Report> = {}): Report {
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: { ...suite.about, vectors: results.length },
    implementation: { name: 'a name', version: '1', protocolLevel: 2, digest: null },
    judge: 'public',
    strict: false,
    selection: null,
    conformant: conformance(results, change.strict ?? false, (change.selection ?? null) === null),
    counts: countStates(results),
    profiles: countProfiles(results, profiles),
    causes: causesOf(results),
    results,
    ...change,
  };
}

const passed = [result(0), result(1), result(2)];
const failed = [result(0), result(1, inState('crash')), result(2)];
const ours = [result(0), result(1, inState('pass', 'fail-reason')), result(2)];
const lenient = [result(0), result(1, { ...inState('fail-rejected'), level: 'SHOULD' })];
const both = (of: boolean | null): Report['conformant'] => ({ public: of, clarified: of });

describe('a report that contradicts itself', () => {
  it.each([
    ['all passed', reportOf(passed)],
    ['a failure', reportOf(failed)],
    ['a failure with the clarifications alone', reportOf(ours)],
    ['no result', reportOf([])],
    ['a failure of a SHOULD', reportOf(lenient)],
    ['a failure of a SHOULD in a strict run', reportOf(lenient, { strict: true })],
    ['a part of the vectors', reportOf(passed, { selection: part, suite: suite.about })],
    ['a failure in a part of the vectors', reportOf(failed, { selection: part, suite: suite.about })],
    ['profiles in another order', reportOf(passed, { profiles: countProfiles(passed, profiles).toReversed() })],
  ])('a report with %s that its results show is accepted', (_, report) => {
    expect(parseReport(report)).toBe(report);
  });

  const signed = suite.vectors.find(({ vector: { kind, basis } }) => kind === 'sign' && basis === 'public')?.vector.id;
  const schemas = (change: object) => ({ digest: '0'.repeat(64), bundles: 1, refused: [], differences: [], ...change });
  const made = [result(graded.findIndex(({ vector }) => vector.id === signed))];

  it.each([
    ['one vector twice', reportOf([result(0), result(0)]), 'two results of one vector'],
    ['a pass of a program that gave no answer', reportOf([result(0, { answer: null })]), 'another answer'],
    ['more bundles than were signed', reportOf(made, { publicSchemas: schemas({ bundles: 2 }) }), 'published schemas'],
    [
      'a bundle of no result that the schemas refuse',
      reportOf(passed, { publicSchemas: schemas({ refused: [{ vector: 'x', issues: [] }] }) }),
      'published schemas',
    ],
    [
      'a refusal by the schemas that is not listed',
      reportOf(made, {
        publicSchemas: schemas({ differences: [{ vector: signed, schemas: 'refuse', suite: 'accept', why: [] }] }),
      }),
      'published schemas',
    ],
  ])('a report with %s is refused', (_, report, problem) => {
    expect(() => parseReport(report)).toThrow(problem);
  });

  it('a report conforms by each verdict for itself, and of a part of the vectors it only says that it does not', () => {
    expect(reportOf(passed).conformant).toEqual(both(true));
    expect(reportOf(ours).conformant).toEqual({ public: true, clarified: false });
    expect(reportOf(lenient).conformant).toEqual(both(true));
    expect(reportOf(lenient, { strict: true }).conformant).toEqual(both(false));
    expect(reportOf(passed, { selection: part }).conformant).toEqual(both(null));
    expect(reportOf(ours, { selection: part }).conformant).toEqual({ public: null, clarified: false });
  });

  it('a signature that was made for a recommendation and breaks what is required prevents conformance', () => {
    const fault = { requirement: null, level: 'MUST', basis: 'public', detail: '' } as const;
    const recommended = result(1, { ...inState('fail-rejected'), level: 'SHOULD', faults: [fault] });
    expect(reportOf([result(0), recommended]).conformant).toEqual(both(false));
  });

  const [first, ...others] = countProfiles(failed, profiles);
  if (!first) throw new Error('there is no profile');
  it.each<[string, Report]>([
    ['conforms in spite of a failure', reportOf(failed, { conformant: both(true) })],
    ['conforms with the clarifications in spite of a failure', reportOf(ours, { conformant: both(true) })],
    ['does not conform for the clarifications', reportOf(ours, { conformant: both(false) })],
    [
      'conforms in spite of a failure that its counts leave out',
      reportOf(failed, { ...reportOf(passed), results: failed }),
    ],
    ['conforms without a result', reportOf([], { conformant: both(true) })],
    ['conforms without a pass', reportOf([result(0, inState('unsupported'))], { conformant: both(true) })],
    ['conforms in spite of an unexpected pass', reportOf([result(0, inState('xpass'))], { conformant: both(true) })],
    ['does not conform with passes alone', reportOf(passed, { conformant: both(false) })],
    ['conforms by a part of the vectors', reportOf(passed, { selection: part, conformant: both(true) })],
    ['is undecided about a failure', reportOf(failed, { selection: part, conformant: both(null) })],
    ['conforms by fewer vectors than all', reportOf(passed, { suite: suite.about })],
    ['is lenient about a SHOULD in a strict run', reportOf(lenient, { strict: true, conformant: both(true) })],
    ['expects a failure of the verdict that does not judge', reportOf([result(0, inState('pass', 'xfail'))])],
    ['observes what the public text grades', reportOf([result(0, inState('observed', 'pass'))])],
    [
      'charges a clarification to the public text',
      reportOf([result(0, { ...inState('crash'), basis: 'clarification' })]),
    ],
    ['passes a clarification by the public text', reportOf([result(0, { basis: 'clarification' })])],
    ['passes what the format leaves open', reportOf([result(0, { ...inState('observed', 'pass'), basis: 'open' })])],
    [
      'passes a signature with a fault',
      reportOf([result(0, { faults: [{ requirement: null, level: 'MUST', basis: 'public', detail: '' }] })]),
    ],
    ...Object.keys(countStates([]).public).flatMap((state) =>
      verdictNames.map((verdict): [string, Report] => {
        const counts = countStates(failed);
        const more = { ...counts[verdict], [state]: counts[verdict][state as 'pass'] + 1 };
        return [
          `has one more of ${state} by "${verdict}"`,
          reportOf(failed, { counts: { ...counts, [verdict]: more } }),
        ];
      }),
    ),
    ...(['pass', 'fail', 'unsupported', 'other'] as const).flatMap((name) =>
      verdictNames.map((verdict): [string, Report] => {
        const tally = { ...first.verdicts[verdict], [name]: first.verdicts[verdict][name] + 1 };
        const profile = { ...first, verdicts: { ...first.verdicts, [verdict]: tally } };
        return [
          `has one more of ${name} by "${verdict}" in a profile`,
          reportOf(failed, { profiles: [profile, ...others] }),
        ];
      }),
    ),
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
    ['basis', { basis: 'upstream' }],
    ['decidedBy', { decidedBy: ['OMS-JSON-1', 'OMS-JSON-1'] }],
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

  it('a report of the earlier form, which had one verdict, is refused with what to do', () => {
    const earlier = { ...reportOf(passed), schema: 'model-signing/conformance-report/v1' };
    expect(() => parseReport(earlier)).toThrow(/earlier version.*run the suite again/);
  });

  it('the recorded reports of the documentation do not contradict themselves', () => {
    const file = new URL('../../../../docs/data/conformance.json', import.meta.url);
    const { reports } = JSON.parse(readFileSync(file, 'utf8'));
    expect(reports.length).toBeGreaterThan(1);
    for (const report of reports.filter(({ schema }: Report) => schema.endsWith('/v2'))) {
      expect(parseReport(report)).toBe(report);
    }
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
    ['with a member twice', text.replace('"strict":', '"strict":false,"strict":'), /"strict" twice/],
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

  /** A result with a long text. */
  function changed(
    member: 'title' | 'detail' | 'fault' | 'reason' | 'command' | 'output',
    text: string,
  ): Partial<CaseResult> {
    if (member === 'detail') return { verdicts: perVerdict(() => ({ state: 'pass', detail: text })) };
    if (member === 'fault') return { faults: [{ requirement: null, level: 'MAY', basis: 'public', detail: text }] };
    return { [member]: text };
  }

  it.each(['title', 'detail', 'fault', 'reason', 'command', 'output'] as const)(
    'the length of a %s is bounded',
    (member) => {
      const report = (length: number) => reportOf([result(0, changed(member, 'x'.repeat(length)))]);
      expect(() => parseReport(report(20_000))).toThrow('must NOT have more than');
      expect(parseReport(report(200))).toBeDefined();
    },
  );

  it('the length of the name and the version of an implementation is bounded', () => {
    const { implementation } = reportOf(passed);
    for (const member of ['name', 'version']) {
      const long = { ...implementation, [member]: 'x'.repeat(201) };
      expect(() => parseReport(reportOf(passed, { implementation: long }))).toThrow('must NOT have more than');
    }
  });
});
