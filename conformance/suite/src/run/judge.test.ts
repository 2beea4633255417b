import { expect, it } from 'vitest';
import type { Answer } from '../adapter/answer.ts';
import { judge } from './judge.ts';

const seen = (answer: Answer, output = '') => ({ answer, output, command: '', seconds: 0, peakMemory: null });
const refusal = (reason: string | null, message = ''): Answer => ({ kind: 'reject', reason, message, details: {} });

it.each(['crash', 'timeout', 'resource', 'protocol'] as const)(
  'the state is %s if the program gave no verdict, whatever is expected',
  (kind) => {
    for (const outcome of ['accept', 'reject', 'either'] as const) {
      expect(judge({ outcome }, seen({ kind, message: '' })).state).toBe(kind);
    }
  },
);

it('a usage error is inconclusive', () => {
  expect(judge({ outcome: 'reject' }, seen({ kind: 'usage', message: '' })).state).toBe('inconclusive');
});

it('accepting a vector that must be refused is a failure', () => {
  expect(judge({ outcome: 'reject' }, seen({ kind: 'accept', details: null })).state).toBe('fail-accepted');
});

it('refusing a vector that must be accepted is a failure', () => {
  expect(judge({ outcome: 'accept' }, seen(refusal('model/missing'))).state).toBe('fail-rejected');
});

it('a refusal for a reason that is not among the expected ones is a failure', () => {
  const expected = { outcome: 'reject', reasons: ['statement/type'] } as const;
  expect(judge(expected, seen(refusal('model/missing'))).state).toBe('fail-reason');
  expect(judge(expected, seen(refusal('statement/type'))).state).toBe('pass');
});

it('a refusal for any reason of an expected stage is a pass', () => {
  expect(judge({ outcome: 'reject', reasons: ['statement'] }, seen(refusal('statement/type'))).state).toBe('pass');
});

it('a refusal without a reason is a pass that is unclassified', () => {
  expect(judge({ outcome: 'reject', reasons: ['model'] }, seen(refusal(null))).state).toBe('pass-unclassified');
});

it('a refusal with a reason that does not exist is a failure', () => {
  expect(judge({ outcome: 'reject', reasons: ['model'] }, seen(refusal('model/bad'))).state).toBe('protocol');
});

it('a refusal that does not name what it must name is a failure', () => {
  const expected = { outcome: 'reject', names: ['pipe'] } as const;
  expect(judge(expected, seen(refusal(null, 'a fifo'))).state).toBe('fail-reason');
  expect(judge(expected, seen(refusal(null, '"pipe" is a fifo'))).state).toBe('pass-unclassified');
});

it('an acceptance without a required warning is a failure', () => {
  const expected = { outcome: 'accept', warnings: ['manifest/unsorted'] } as const;
  expect(judge(expected, seen({ kind: 'accept', details: { warnings: [] } })).state).toBe('fail-reason');
  expect(judge(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
  expect(judge(expected, seen({ kind: 'accept', details: { warnings: ['manifest/unsorted'] } })).state).toBe('pass');
});

it('an acceptance that reports other annotations, in any order, is a failure', () => {
  const expected = { outcome: 'accept', report: { annotations: { a: '1', b: '2' } } } as const;
  const reporting = (annotations: Record<string, string>) => seen({ kind: 'accept', details: { annotations } });
  expect(judge(expected, reporting({ b: '2', a: '1' })).state).toBe('pass');
  expect(judge(expected, reporting({ a: '1' })).state).toBe('fail-reason');
  expect(judge(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
});

it('a vector that the format leaves open is not graded', () => {
  expect(judge({ outcome: 'either' }, seen(refusal('model/missing'))).state).toBe('observed');
});
