import { expect, it } from 'vitest';
import type { Answer } from '../adapter/answer.ts';
import { judge } from './judge.ts';

const seen = (answer: Answer, output = '') => ({ answer, output, command: '', seconds: 0, peakMemory: null });
const refusal = (reason: string | null, message = ''): Answer => ({ kind: 'reject', reason, message, details: {} });

it.each(['crash', 'timeout', 'resource', 'protocol'] as const)(
  'gives the state %s where the program gave no verdict, whatever is expected',
  (kind) => {
    for (const outcome of ['accept', 'reject', 'either'] as const) {
      expect(judge({ outcome }, seen({ kind, message: '' })).state).toBe(kind);
    }
  },
);

it('takes a usage error as inconclusive', () => {
  expect(judge({ outcome: 'reject' }, seen({ kind: 'usage', message: '' })).state).toBe('inconclusive');
});

it('fails the acceptance of a vector to refuse', () => {
  expect(judge({ outcome: 'reject' }, seen({ kind: 'accept', details: null })).state).toBe('fail-accepted');
});

it('fails the refusal of a vector to accept', () => {
  expect(judge({ outcome: 'accept' }, seen(refusal('model/missing'))).state).toBe('fail-rejected');
});

it('fails a refusal for a reason that is not among the expected ones', () => {
  const expected = { outcome: 'reject', reasons: ['statement/type'] } as const;
  expect(judge(expected, seen(refusal('model/missing'))).state).toBe('fail-reason');
  expect(judge(expected, seen(refusal('statement/type'))).state).toBe('pass');
});

it('passes a refusal for any reason of an expected stage', () => {
  expect(judge({ outcome: 'reject', reasons: ['statement'] }, seen(refusal('statement/type'))).state).toBe('pass');
});

it('passes a refusal without a reason as unclassified', () => {
  expect(judge({ outcome: 'reject', reasons: ['model'] }, seen(refusal(null))).state).toBe('pass-unclassified');
});

it('fails a refusal with a reason that does not exist', () => {
  expect(judge({ outcome: 'reject', reasons: ['model'] }, seen(refusal('model/bad'))).state).toBe('protocol');
});

it('fails a refusal that does not name what it has to name', () => {
  const expected = { outcome: 'reject', names: ['pipe'] } as const;
  expect(judge(expected, seen(refusal(null, 'a fifo'))).state).toBe('fail-reason');
  expect(judge(expected, seen(refusal(null, '"pipe" is a fifo'))).state).toBe('pass-unclassified');
});

it('fails an acceptance without the warning that it needs', () => {
  const expected = { outcome: 'accept', warnings: ['manifest/unsorted'] } as const;
  expect(judge(expected, seen({ kind: 'accept', details: { warnings: [] } })).state).toBe('fail-reason');
  expect(judge(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
  expect(judge(expected, seen({ kind: 'accept', details: { warnings: ['manifest/unsorted'] } })).state).toBe('pass');
});

it('fails an acceptance that reports other annotations, in any order', () => {
  const expected = { outcome: 'accept', report: { annotations: { a: '1', b: '2' } } } as const;
  const reporting = (annotations: Record<string, string>) => seen({ kind: 'accept', details: { annotations } });
  expect(judge(expected, reporting({ b: '2', a: '1' })).state).toBe('pass');
  expect(judge(expected, reporting({ a: '1' })).state).toBe('fail-reason');
  expect(judge(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
});

it('does not grade what the format leaves open', () => {
  expect(judge({ outcome: 'either' }, seen(refusal('model/missing'))).state).toBe('observed');
});
