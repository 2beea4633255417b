import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { materialOf, replaced, summaries, withProse } from '../testing/material.ts';
import { basisFindings } from './basis.ts';

type Table = Record<string, unknown>;

function found(change: (table: Table) => void): string[] {
  return summaries(basisFindings(changed(change)));
}

function changed(change: (table: Table) => void) {
  const material = materialOf('v1.0');
  const basis = structuredClone(material.basis) as Table;
  change(basis);
  return { ...material, basis };
}

const upstream = { basis: 'upstream', document: 'DSSE-PROTO', section: 'Protocol' };

describe('basisFindings', () => {
  it('basisFindings finds nothing wrong with what the requirements of 1.0 rest on', () => {
    expect(found(() => {})).toEqual([]);
  });

  it.each<[string, (table: Table) => void, string]>([
    ['is missing', (table) => delete table['OMS-CONF-1'], 'OMS-CONF-1 it is not said what it rests on'],
    ['is of no requirement', (table) => (table['OMS-X-1'] = {}), 'OMS-X-1 there is no such requirement'],
  ])('basisFindings finds an entry that %s', (_fact, change, expected) => {
    expect(found(change)).toEqual([expected]);
  });

  it.each<[string, unknown, string]>([
    ['is no object', 'public', 'nothing rests on "undefined"'],
    ['is of an unknown kind', { basis: 'opinion' }, 'nothing rests on "opinion"'],
    ['has no section', { basis: 'public' }, 'its entry is malformed'],
    ['has an empty section', { basis: 'public', section: ' ' }, 'its entry is malformed'],
    ['has a further member', { basis: 'public', section: '3.1', why: 'so' }, 'its entry is malformed'],
    ['has an empty reason', { basis: 'clarification', why: '' }, 'its entry is malformed'],
    ['cites two sections', { basis: 'public', section: '3.1; AR' }, '"3.1; AR" is not one section of the public text'],
    [
      'cites a section in which no statement asks for it',
      { basis: 'public', section: '8.4(8)' },
      'no statement of section 8.4 of the public text names it',
    ],
    [
      'cites a section that does not exist',
      { basis: 'public', section: '12.9' },
      'no statement of section 12.9 of the public text names it',
    ],
    [
      'cites a document that is not listed',
      { basis: 'upstream', document: 'RFC-1', section: '1' },
      'public-text.json lists no document RFC-1',
    ],
    [
      'cites a document in which no statement asks for it',
      upstream,
      'no statement of DSSE-PROTO in public-text.json names it',
    ],
    [
      'rests on a Clarification that is missing',
      { basis: 'clarification', why: 'so' },
      'it rests on a Clarification that the prose does not have',
    ],
  ])('basisFindings finds an entry that %s', (_fact, entry, expected) => {
    expect(found((table) => (table['OMS-CONF-1'] = entry))).toEqual([`OMS-CONF-1 ${expected}`]);
  });

  it('basisFindings finds the second entry of a requirement, of which JSON keeps one', () => {
    const material = materialOf('v1.0');
    const basisSource = replaced(material.basisSource, '"OMS-CONF-2":', '"OMS-CONF-1":');
    expect(summaries(basisFindings({ ...material, basisSource }))).toEqual(['OMS-CONF-1 it has two entries']);
  });

  it('basisFindings finds a Clarification that denies what its requirement rests on', () => {
    const material = materialOf('v1.0');
    const rule = 'one JSON object in UTF-8.';
    const source = replaced(material.prose.source, rule, `${rule} *Clarification: the public text is silent.*`);
    expect(basisFindings(withProse(material, source)).map(formatFinding)).toEqual([
      expect.stringMatching(
        /^spec\/v1\.0\/basis\.json:\d+: OMS-BUNDLE-1: its Clarification \("is silent"\) denies that it rests on the public/,
      ),
    ]);
  });

  it('basisFindings finds a Clarification that denies that its requirement rests on another document', () => {
    const material = changed((table) => (table['OMS-BUNDLE-1'] = { ...upstream }));
    const rule = 'one JSON object in UTF-8.';
    const source = replaced(material.prose.source, rule, `${rule} *Clarification: the public text is silent.*`);
    expect(summaries(basisFindings(withProse(material, source)))).toContain(
      'OMS-BUNDLE-1 its Clarification ("is silent") denies that it rests on another document',
    );
  });

  it('basisFindings finds a requirement that is stricter than the statement it rests on, unless that was decided', () => {
    const material = materialOf('v1.0');
    const publicText = structuredClone(material.publicText) as {
      statements: { statement: string; level?: string; decided?: string; permission?: string }[];
    };
    const [statement] = publicText.statements.filter((each) => each.statement === 'AR-01');
    if (statement === undefined) throw new Error('there is no statement AR-01');
    for (const each of publicText.statements) if (each.statement === 'AR-02') each.level = 'SHOULD';
    statement.level = 'SHOULD';
    const stricter = ['OMS-CONF-6 it requires what AR only recommends'];
    expect(summaries(basisFindings({ ...material, publicText }))).toEqual(stricter);
    statement.decided = 'the schemas would refuse what they have to accept';
    expect(summaries(basisFindings({ ...material, publicText }))).toEqual([]);
    statement.decided = '';
    statement.permission = 'verifier';
    expect(summaries(basisFindings({ ...material, publicText }))).toEqual([]);
  });

  it('basisFindings finds a table that is no object', () => {
    expect(summaries(basisFindings({ ...materialOf('v1.0'), basis: [] }))).toEqual(['- it is no object']);
  });
});
