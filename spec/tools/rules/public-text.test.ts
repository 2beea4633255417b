import { describe, expect, it } from 'vitest';
import { materialOf, summaries } from '../testing/material.ts';
import { publicTextFindings } from './public-text.ts';

interface Entry {
  statement: string;
  says: string;
  requirements: string[];
  decided?: string;
}

function found(change: (statements: Entry[]) => void): string[] {
  const material = materialOf('v1.0');
  const publicText = structuredClone(material.publicText) as { statements: Entry[] };
  change(publicText.statements);
  return summaries(publicTextFindings({ ...material, publicText }));
}

describe('publicTextFindings', () => {
  it('publicTextFindings finds nothing wrong with the answers of 1.0 to the public text', () => {
    expect(found(() => {})).toEqual([]);
  });

  it.each<[string, (entry: Entry) => void, string]>([
    ['without an answer', (entry) => (entry.requirements = []), '- statement 3.1-01 has no answer'],
    [
      'with an unknown requirement',
      (entry) => (entry.requirements = ['OMS-X-1']),
      'OMS-X-1 statement 3.1-01 names a requirement that does not exist',
    ],
    ['without a paraphrase', (entry) => (entry.says = ' '), '- statement 3.1-01 is not paraphrased'],
    ['with a number out of order', (entry) => (entry.statement = '3.1-03'), '- statement 3.1-03 is out of order'],
  ])('publicTextFindings finds a statement %s', (_fact, change, expected) => {
    expect(found(([first]) => first && change(first))).toEqual([expected]);
  });

  it('publicTextFindings finds that a statement is missing', () => {
    expect(found((statements) => statements.pop())).toEqual(['- it answers 180 statements of 181']);
  });

  it('publicTextFindings accepts a reason in place of requirements', () => {
    const waived = { requirements: [], waived: 'not observable' };
    expect(found(([first]) => first && Object.assign(first, waived))).toEqual([]);
  });
});
