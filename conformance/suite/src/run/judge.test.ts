import { describe, expect, it } from 'vitest';
import type { Answer } from '../adapter/answer.ts';
import { judge } from './judge.ts';

const seen = (answer: Answer, output = '') => ({ answer, output, command: '', seconds: 0, peakMemory: null });
const refusal = (reason: string | null, message = ''): Answer => ({ kind: 'reject', reason, message, details: {} });

describe('judging', () => {
  it.each(['crash', 'timeout', 'resource', 'protocol'] as const)(
    'takes %s for no verdict, whatever is expected',
    (kind) => {
      for (const outcome of ['accept', 'reject', 'either'] as const) {
        expect(judge({ outcome }, seen({ kind, message: '' })).state).toBe(kind);
      }
    },
  );

  it('takes a usage error for inconclusive', () => {
    expect(judge({ outcome: 'reject' }, seen({ kind: 'usage', message: '' })).state).toBe('inconclusive');
  });

  it('fails an acceptance of what has to be refused', () => {
    expect(judge({ outcome: 'reject' }, seen({ kind: 'accept', details: null })).state).toBe('fail-accepted');
  });

  it('fails a refusal of what has to be accepted', () => {
    expect(judge({ outcome: 'accept' }, seen(refusal('model/missing'))).state).toBe('fail-rejected');
  });

  it('fails a refusal for a reason that is not among the expected ones', () => {
    const expected = { outcome: 'reject', reasons: ['statement/type'] } as const;
    expect(judge(expected, seen(refusal('model/missing'))).state).toBe('fail-reason');
    expect(judge(expected, seen(refusal('statement/type'))).state).toBe('pass');
  });

  it('takes a stage for all of its reasons', () => {
    expect(judge({ outcome: 'reject', reasons: ['statement'] }, seen(refusal('statement/type'))).state).toBe('pass');
  });

  it('passes a refusal without a reason as unclassified', () => {
    expect(judge({ outcome: 'reject', reasons: ['model'] }, seen(refusal(null))).state).toBe('pass-unclassified');
  });

  it('refuses a reason that does not exist', () => {
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

  it('fails an acceptance that reports other annotations, in whichever order', () => {
    const expected = { outcome: 'accept', report: { annotations: { a: '1', b: '2' } } } as const;
    const reporting = (annotations: Record<string, string>) => seen({ kind: 'accept', details: { annotations } });
    expect(judge(expected, reporting({ b: '2', a: '1' })).state).toBe('pass');
    expect(judge(expected, reporting({ a: '1' })).state).toBe('fail-reason');
    expect(judge(expected, seen({ kind: 'accept', details: {} })).state).toBe('pass-unclassified');
  });

  it('grades nothing that the format leaves open', () => {
    expect(judge({ outcome: 'either' }, seen(refusal('model/missing'))).state).toBe('observed');
  });
});
