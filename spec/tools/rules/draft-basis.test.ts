import { describe, expect, it } from 'vitest';
import { materialOf, summaries } from '../testing/material.ts';
import { draftBasisFindings } from './draft-basis.ts';

function found(version: 'v1.0' | 'v1.1', changes: Readonly<Record<string, unknown>>): string[] {
  const material = materialOf(version);
  const basis = { ...(material.basis as Record<string, unknown>), ...changes };
  return summaries(draftBasisFindings({ ...material, basis }));
}

describe('draftBasisFindings', () => {
  it.each(['v1.0', 'v1.1'] as const)('draftBasisFindings finds nothing wrong with %s', (version) => {
    expect(found(version, {})).toEqual([]);
  });

  it('draftBasisFindings finds that the same text rests on something else in a draft', () => {
    expect(found('v1.1', { 'OMS-CONF-1': { basis: 'public', section: '4' } })).toEqual([
      'OMS-CONF-1 it rests on something else than in v1.0, which has the same text',
    ]);
  });

  it('draftBasisFindings finds that a text which only the draft has rests on something else than a proposal', () => {
    expect(found('v1.1', { 'OMS-ANNOT-1': { basis: 'public', section: '4' } })).toEqual([
      'OMS-ANNOT-1 it is not a proposal, but v1.0 does not have this text',
    ]);
  });

  it('draftBasisFindings finds a proposal in a version that is no draft', () => {
    expect(found('v1.0', { 'OMS-CONF-1': { basis: 'proposal' } })).toEqual([
      'OMS-CONF-1 it is a proposal, but v1.0 is no draft',
    ]);
  });

  it('draftBasisFindings finds the proposals of a draft that has become a version', () => {
    const findings = summaries(draftBasisFindings({ ...materialOf('v1.1'), status: 'frozen' }));
    expect(findings).toContain('OMS-ANNOT-1 it is a proposal, but v1.1 is no draft');
    expect(findings.filter((each) => !each.endsWith('it is a proposal, but v1.1 is no draft'))).toEqual([]);
  });
});
