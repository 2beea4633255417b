import { describe, expect, it } from 'vitest';
import { materialOf, summaries, withProse } from '../testing/material.ts';
import { publicTextFindings } from './public-text.ts';

interface Entry {
  statement: string;
  level?: string;
  permission?: string;
  section?: string;
  says: string;
  requirements?: string[];
  decided?: string;
}

interface Answers {
  documents: Record<string, string>[];
  statements: Entry[];
}

function found(change: (answers: Answers) => void): string[] {
  const material = materialOf('v1.0');
  const publicText = structuredClone(material.publicText) as Answers;
  change(publicText);
  return summaries(publicTextFindings({ ...material, publicText }));
}

function changed(number: string, change: Partial<Entry>): string[] {
  return found(({ statements }) => {
    const entry = statements.find(({ statement }) => statement === number);
    if (entry === undefined) throw new Error(`there is no statement ${number}`);
    Object.assign(entry, change);
  });
}

describe('publicTextFindings', () => {
  it('publicTextFindings finds nothing wrong with the answers of 1.0 to the public text', () => {
    expect(found(() => {})).toEqual([]);
  });

  it.each<[string, Partial<Entry>, string]>([
    ['without an answer', { requirements: [] }, '- statement 3.1-01 has no answer'],
    [
      'with an unknown requirement',
      { requirements: ['OMS-X-1'] },
      'OMS-X-1 statement 3.1-01 names a requirement that does not exist',
    ],
    ['without a level', { level: '' }, '- statement 3.1-01 does not say how strict it is'],
    ['without a paraphrase', { says: ' ' }, '- statement 3.1-01 is not paraphrased'],
    ['with a number out of order', { statement: '3.1-03' }, '- statement 3.1-03 is out of order'],
    [
      'that is a permission and not numbered so',
      { permission: 'producer' },
      '- statement 3.1-01 is numbered as another kind',
    ],
  ])('publicTextFindings finds a statement %s', (_fact, change, expected) => {
    expect(changed('3.1-01', change)).toEqual([expected]);
  });

  it('publicTextFindings finds in which section a statement is missing', () => {
    const removed = found(({ statements }) =>
      statements.splice(
        statements.findIndex(({ statement }) => statement === 'AR-12'),
        1,
      ),
    );
    expect(removed).toEqual(['- it answers 12 statements of 13 in AR']);
  });

  it('publicTextFindings finds a statement of a section that was not counted', () => {
    const added = found(({ statements }) =>
      statements.push({ statement: '99-01', level: 'MUST', says: 'more', decided: 'no' }),
    );
    expect(added).toEqual([
      '- it answers 1 statements of 0 in 99',
      '- statement 99-01 is of no section and of no document',
    ]);
  });

  it('publicTextFindings accepts a reason in place of requirements', () => {
    expect(changed('3.1-01', { requirements: [], decided: 'it cannot be observed' })).toEqual([]);
  });

  it('publicTextFindings finds a statement of a document that does not say where it stands', () => {
    expect(changed('RFC-3161-01', { section: '' })).toEqual(['- statement RFC-3161-01 does not say where it stands']);
  });

  it.each([
    ['has no revision', { revision: '' }, '- DSSE has no revision'],
    ['has an address without a scheme', { address: 'dsse' }, '- the address of DSSE is none'],
  ])('publicTextFindings finds a document that %s', (_fact, change, expected) => {
    expect(found(({ documents: [first] }) => first && Object.assign(first, change))).toEqual([expected]);
  });
});

describe('publicTextFindings on permissions', () => {
  const STRICTER = 'OMS-DSSE-6 it leaves no choice where statement 4.1-P06 permits one';

  /** What is found if one requirement answers a permission of producers. */
  function answeredBy(rule: string, change: Partial<Entry> = {}): string[] {
    const prose = `# Title\n\n## 1. Envelope\n\n- [OMS-DSSE-6] ${rule} write \`keyid\`.\n`;
    const permission = { statement: '4.1-P06', permission: 'producer', says: 'keyid may be left out' };
    const sections = [{ section: '4.1', title: 'Material', address: 'https://example.org' }];
    const publicText = { sections, statements: [{ ...permission, requirements: ['OMS-DSSE-6'], ...change }] };
    const all = summaries(publicTextFindings({ ...withProse(materialOf('v1.0'), prose), publicText }));
    return all.filter((summary) => !/it answers|is out of order/.test(summary));
  }

  it.each(['A producer MUST', 'A producer MUST NOT', 'An implementation MUST'])(
    'publicTextFindings refuses a requirement with "%s" where producers have a permission',
    (rule) => {
      expect(answeredBy(rule)).toEqual([STRICTER]);
    },
  );

  it.each(['A producer SHOULD', 'A producer SHOULD NOT', 'A producer MAY', 'A verifier MUST'])(
    'publicTextFindings accepts a requirement with "%s" where producers have a permission',
    (rule) => {
      expect(answeredBy(rule)).toEqual([]);
    },
  );

  it('publicTextFindings refuses a requirement of producers where everyone has a permission', () => {
    expect(answeredBy('A producer MUST', { permission: 'implementation' })).toEqual([STRICTER]);
  });

  it('publicTextFindings accepts a stricter requirement that was decided', () => {
    expect(answeredBy('A producer MUST', { decided: 'the peers read nothing else' })).toEqual([]);
  });

  it('publicTextFindings finds a permission of an unknown party', () => {
    expect(answeredBy('A producer MUST', { permission: 'user' })).toEqual([
      '- statement 4.1-P06 does not say who has the permission',
    ]);
  });
});
