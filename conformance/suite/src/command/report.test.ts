import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { causesOf } from '../report/causes.ts';
import { type CaseResult, countProfiles, countStates } from '../report/report.ts';
import { loadSuite } from '../vectors/suite.ts';
import { profiles } from '../vectors/vector.ts';
import { perVerdict } from '../vectors/verdicts.ts';
import { main } from './main.ts';

const suite = loadSuite();

/** The report of a program that fails the only vector it was given. */
function reportOf(change: object = {}): object {
  const vector = suite.vectors.find(({ vector: { level, basis } }) => level === 'MUST' && basis === 'public')?.vector;
  if (!vector) throw new Error('there is no such vector');
  const { id, title, kind, profile, level, requirements, decidedBy, basis, expect: expected } = vector;
  const about = { id, title, kind, profile, level, requirements, decidedBy, basis, expected: expected.outcome };
  const judgement = { state: 'fail-accepted', detail: '' } as const;
  const made = { reason: null, command: null, output: '', seconds: 0, peakMemory: null };
  const results: CaseResult[] = [
    { ...about, answer: 'accept', verdicts: perVerdict(() => judgement), faults: [], ...made },
  ];
  return {
    schema: 'model-signing/conformance-report/v2',
    suite: suite.about,
    implementation: { name: 'a name', version: '1', protocolLevel: 2, digest: '0'.repeat(64) },
    judge: 'public',
    strict: false,
    selection: { only: [id], profiles: [], light: false, otherVectors: false, rerun: false, interrupted: false },
    conformant: perVerdict(() => false),
    counts: countStates(results),
    profiles: countProfiles(results, profiles),
    causes: causesOf(results),
    results,
    ...change,
  };
}

/** Runs the command with a report in a file. */
async function run(report: object, ...args: readonly string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'oms-conformance-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'report.json');
  const key = path.join(folder, 'key.pem');
  writeFileSync(file, JSON.stringify(report));
  writeFileSync(key, '');
  let said = '';
  for (const stream of [process.stdout, process.stderr]) {
    const write = vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
    onTestFinished(() => write.mockRestore());
  }
  const place = (word: string) => ({ REPORT: file, KEY: key, OUT: path.join(folder, 'out') })[word] ?? word;
  const code = await main(args.map((word) => place(word.replace('FOLDER', folder))));
  return { code, said, folder };
}

const attest = ['attest', 'REPORT', '--private-key', 'KEY', '--out', 'OUT', '--sign-with'] as const;
const liar = reportOf({ conformant: perVerdict(() => true) });

it('the command `report` shows a report that is consistent', async () => {
  const { code, said } = await run(reportOf(), 'report', 'REPORT');
  expect([code, said]).toEqual([0, expect.stringContaining('does not conform')]);
});

it('a report that contradicts itself is shown by no format, gets no badge, and is an error', async () => {
  const formats = ['html', 'markdown', 'junit', 'tap', 'badge'].flatMap((name) => [`--${name}`, `FOLDER/${name}`]);
  const { code, said, folder } = await run(liar, 'report', 'REPORT', ...formats);
  expect([code, said]).toEqual([3, expect.stringContaining('it contradicts itself')]);
  expect(readdirSync(folder).sort()).toEqual(['key.pem', 'report.json']);
});

it('a report that contradicts itself or the vectors is not signed', async () => {
  const other = {
    ...reportOf(),
    results: [],
    counts: countStates([]),
    profiles: [],
    conformant: perVerdict(() => true),
  };
  for (const report of [liar, other]) {
    const { code, said, folder } = await run(report, ...attest, process.execPath);
    expect([code, said]).toEqual([3, expect.stringContaining('it contradicts itself')]);
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  }
  const { results } = reportOf() as { readonly results: readonly object[] };
  const weaker = results.map((each) => ({ ...each, level: 'MAY' }));
  const softer = reportOf({ results: weaker, conformant: perVerdict(() => null) });
  const { code, said } = await run(softer, ...attest, process.execPath);
  expect([code, said]).toEqual([3, expect.stringContaining('another level for')]);
});

it('the statement that is signed says what the results of the report show', async () => {
  // The program that signs fails after everything was written.
  const { folder } = await run(reportOf(), ...attest, path.join(import.meta.dirname, 'missing-program'));
  const { predicate } = JSON.parse(readFileSync(path.join(folder, 'out', 'statement.json'), 'utf8'));
  expect(predicate).toMatchObject({ result: 'FAILED', passedTests: [] });
  expect(predicate.failedTests).toHaveLength(1);
});

it('the statement that is signed says by which text and on which vectors it is judged', async () => {
  const { results } = reportOf() as { readonly results: readonly CaseResult[] };
  const passed = results.map((each) => ({
    ...each,
    answer: each.expected === 'reject' ? ('reject' as const) : ('accept' as const),
    verdicts: perVerdict(() => ({ state: 'pass', detail: '' }) as const),
  }));
  const counts = {
    counts: countStates(passed),
    profiles: countProfiles(passed, profiles),
    causes: causesOf(passed),
  };
  const report = reportOf({ results: passed, ...counts, conformant: perVerdict(() => null), judge: 'clarified' });
  const { folder } = await run(report, ...attest, path.join(import.meta.dirname, 'missing-program'));
  const { predicate } = JSON.parse(readFileSync(path.join(folder, 'out', 'statement.json'), 'utf8'));
  expect(predicate).toMatchObject({
    result: 'WARNED',
    judge: 'clarified',
    judgedBy: 'the public text of OMS 1.0 with the clarifications of this specification',
    strict: false,
    selection: expect.stringContaining('a part of the suite: only '),
    failedTests: [],
  });
  expect(JSON.stringify(predicate)).not.toContain('conforms');
});

it('the commands `list` and `show` say what a vector rests on', async () => {
  const ours = suite.vectors.find(
    ({ vector: { basis, kind } }) => basis === 'clarification' && kind === 'verify',
  )?.vector;
  if (!ours) throw new Error('there is no such vector');
  const listed = await run(reportOf(), 'list', '--basis', 'clarification');
  expect(listed.said).toMatch(new RegExp(`^${ours.id} .* clarification `, 'm'));
  expect(listed.said).not.toMatch(/ (?:public|upstream) {2}/);
  const unknown = await run(reportOf(), 'list', '--basis', 'rumour');
  expect([unknown.code, unknown.said]).toEqual([2, expect.stringContaining('public, upstream, clarification')]);
  const shown = await run(reportOf(), 'show', ours.id);
  expect(shown.said).toContain('rests on: clarification of this specification; the public text observes it');
  expect(shown.said).toContain(`${ours.decidedBy[0]}: `);
});

it('a judge that does not exist is refused with those that do', async () => {
  const { code, said } = await run(reportOf(), 'run', '--judge', 'me', '--', 'true');
  expect([code, said]).toEqual([2, expect.stringContaining('--judge takes public or clarified')]);
});
