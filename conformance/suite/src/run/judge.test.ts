import { expect, it } from 'vitest';
import type { Answer, Observation } from '../adapter/answer.ts';
import type { Expectation, VectorBasis } from '../vectors/vector.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { judge } from './judge.ts';

const seen = (answer: Answer, output = ''): Observation => ({
  answer,
  output,
  command: '',
  seconds: 0,
  peakMemory: null,
});
/** The judgement on a vector that binds every implementation, with the clarifications. */
const graded = (expected: Expectation, observation: Observation, verdict: VerdictName = 'clarified') =>
  judge({ expect: expected, basis: 'public' }, observation, verdict);
/** The judgement on a vector that rests on something else. */
const resting = (basis: VectorBasis, expected: Expectation, observation: Observation, verdict: VerdictName) =>
  judge({ expect: expected, basis }, observation, verdict).state;
const refusal = (reason: string | null, message = ''): Answer => ({ kind: 'reject', reason, message, details: {} });

it.each(['crash', 'timeout', 'resource', 'protocol'] as const)(
  'the state is %s if the program gave no verdict, whatever is expected',
  (kind) => {
    for (const outcome of ['accept', 'reject', 'either'] as const) {
      expect(graded({ outcome }, seen({ kind, message: '' })).state).toBe(kind);
    }
  },
);

it('a usage error is inconclusive, except where the format lets a program take no such command line', () => {
  const usage = seen({ kind: 'usage', message: '' });
  expect(graded({ outcome: 'reject' }, usage).state).toBe('inconclusive');
  expect(graded({ outcome: 'accept' }, usage).state).toBe('inconclusive');
  const asked = { expect: { outcome: 'accept' }, basis: 'clarification', level: 'MAY' } as const;
  expect(judge(asked, usage, 'clarified').state).toBe('unsupported');
});

it('accepting a vector that must be refused is a failure', () => {
  expect(graded({ outcome: 'reject' }, seen({ kind: 'accept', details: null })).state).toBe('fail-accepted');
});

it('refusing a vector that must be accepted is a failure', () => {
  expect(graded({ outcome: 'accept' }, seen(refusal('model/missing'))).state).toBe('fail-rejected');
});

it('a refusal for a reason that is not among the expected ones is a failure', () => {
  const expected = { outcome: 'reject', reasons: ['statement/type'] } as const;
  expect(graded(expected, seen(refusal('model/missing'))).state).toBe('fail-reason');
  expect(graded(expected, seen(refusal('statement/type'))).state).toBe('pass');
});

it('a refusal for any reason of an expected stage is a pass', () => {
  expect(graded({ outcome: 'reject', reasons: ['statement'] }, seen(refusal('statement/type'))).state).toBe('pass');
});

it('a refusal without a reason is a pass that is unclassified', () => {
  expect(graded({ outcome: 'reject', reasons: ['model'] }, seen(refusal(null))).state).toBe('pass-unclassified');
});

it('a refusal with a reason that does not exist is a failure', () => {
  expect(graded({ outcome: 'reject', reasons: ['model'] }, seen(refusal('model/bad'))).state).toBe('protocol');
});

it('a refusal that does not name what it must name is a failure', () => {
  const expected = { outcome: 'reject', names: ['pipe'] } as const;
  expect(graded(expected, seen(refusal(null, 'a fifo'))).state).toBe('fail-reason');
  expect(graded(expected, seen(refusal(null, '"pipe" is a fifo'))).state).toBe('pass-unclassified');
});

it('an acceptance without a required warning is a failure', () => {
  const expected = { outcome: 'accept', warnings: ['manifest/unsorted'] } as const;
  expect(graded(expected, seen({ kind: 'accept', details: { warnings: [] } })).state).toBe('fail-reason');
  expect(graded(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
  expect(graded(expected, seen({ kind: 'accept', details: { warnings: ['manifest/unsorted'] } })).state).toBe('pass');
});

it('an acceptance that reports other annotations, in any order, is a failure', () => {
  const expected = { outcome: 'accept', report: { annotations: { a: '1', b: '2' } } } as const;
  const reporting = (annotations: Record<string, string>) => seen({ kind: 'accept', details: { annotations } });
  expect(graded(expected, reporting({ b: '2', a: '1' })).state).toBe('pass');
  expect(graded(expected, reporting({ a: '1' })).state).toBe('fail-reason');
  expect(graded(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
});

it.each(['public', 'clarified'] as const)(
  'a vector that the format leaves open is not graded by the verdict "%s"',
  (verdict) => {
    expect(resting('open', { outcome: 'either' }, seen(refusal('model/missing')), verdict)).toBe('observed');
  },
);

it('a program that crashes where the format leaves the outcome open fails with the clarifications alone', () => {
  const crash = seen({ kind: 'crash', message: '' });
  expect(resting('open', { outcome: 'either' }, crash, 'public')).toBe('observed');
  expect(resting('open', { outcome: 'either' }, crash, 'clarified')).toBe('crash');
});

it.each(['public', 'clarified'] as const)(
  'a usage error where the format leaves the outcome open is observed by the verdict "%s"',
  (verdict) => {
    expect(resting('open', { outcome: 'either' }, seen({ kind: 'usage', message: '' }), verdict)).toBe('observed');
  },
);

it.each(['clarification', 'proposal', 'own'] as const)(
  'what rests on a %s alone is observed by the public text, whatever the program does, and graded with the clarifications',
  (basis) => {
    const accepted = seen({ kind: 'accept', details: null });
    expect(resting(basis, { outcome: 'reject' }, accepted, 'public')).toBe('observed');
    expect(resting(basis, { outcome: 'reject' }, accepted, 'clarified')).toBe('fail-accepted');
    expect(resting(basis, { outcome: 'accept' }, seen({ kind: 'timeout', message: '' }), 'public')).toBe('observed');
  },
);

it.each(['public', 'upstream'] as const)('what rests on the basis "%s" is graded by the public text', (basis) => {
  expect(resting(basis, { outcome: 'reject' }, seen({ kind: 'accept', details: null }), 'public')).toBe(
    'fail-accepted',
  );
  expect(resting(basis, { outcome: 'accept' }, seen(refusal(null)), 'public')).toBe('fail-rejected');
});

it('a case that a program does not support is observed by no verdict', () => {
  const missing = seen({ kind: 'unsupported', message: '' });
  expect(resting('clarification', { outcome: 'reject' }, missing, 'public')).toBe('unsupported');
});

it('by the public text a refusal passes whatever its reason, its class, its names and its differences are', () => {
  const expected = {
    outcome: 'reject',
    reasons: ['statement/type'],
    names: ['pipe'],
    differences: [{ kind: 'missing', path: 'a' }],
  } as const;
  for (const reason of ['model/missing', 'no/class', null]) {
    const other = seen({ kind: 'reject', reason, message: '', details: { differences: [] } });
    expect(graded(expected, other, 'public').state).toBe('pass');
    expect(graded(expected, other).state).not.toBe('pass');
  }
});

it('by the public text an acceptance passes without the warnings and reports of this suite', () => {
  const expected = {
    outcome: 'accept',
    warnings: ['manifest/unsorted'],
    report: { resources: 3, ignored: ['a'] },
  } as const;
  const other = seen({ kind: 'accept', details: { warnings: ['model/empty'], resources: 4, ignored: [] } });
  expect(graded(expected, other, 'public').state).toBe('pass');
  expect(graded(expected, other).state).toBe('fail-reason');
});

it('by the public text an acceptance reports the links that it follows out of the model', () => {
  const expected = { outcome: 'accept', report: { externalLinks: ['a-link'] } } as const;
  const reporting = (externalLinks: string[]) => seen({ kind: 'accept', details: { externalLinks } });
  expect(graded(expected, reporting([]), 'public').state).toBe('fail-reason');
  expect(graded(expected, reporting(['a-link']), 'public').state).toBe('pass');
  expect(graded(expected, seen({ kind: 'accept', details: null }), 'public').state).toBe('pass-unclassified');
});

it('an acceptance with a warning of what is not there fails with the clarifications', () => {
  const warning = (...warnings: string[]) => seen({ kind: 'accept', details: { warnings } });
  const expected = { outcome: 'accept', warnings: ['manifest'] } as const;
  expect(graded(expected, warning('manifest/unsorted')).state).toBe('pass');
  expect(graded(expected, warning('manifest/unsorted', 'model/empty')).state).toBe('fail-reason');
  expect(graded({ outcome: 'accept' }, warning('manifest/unsorted')).state).toBe('fail-reason');
  expect(graded({ outcome: 'accept' }, warning('no/class')).state).toBe('pass');
  expect(graded({ outcome: 'accept' }, warning()).state).toBe('pass');
});

it('an answer of "unsupported" to a vector that is graded fails, so that no program chooses by what it is judged', () => {
  const missing = seen({ kind: 'unsupported', message: 'certificates' });
  for (const outcome of ['accept', 'reject'] as const) expect(graded({ outcome }, missing).state).toBe('protocol');
  expect(resting('open', { outcome: 'either' }, missing, 'clarified')).toBe('unsupported');
  const optional = judge({ expect: { outcome: 'accept' }, basis: 'public', level: 'MAY' }, missing, 'public');
  expect(optional.state).toBe('unsupported');
});
