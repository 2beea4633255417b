import { describe, expect, it } from 'vitest';
import { acknowledgementsPath } from '../acknowledgements.ts';
import { formatFinding } from '../findings.ts';
import { materialOf, withFiles, withProse } from '../testing/material.ts';
import { identifierFindings } from './identifiers.ts';

const KNOWN = {
  'OMS-BUNDLE-1': { since: 'v1.0' },
  'OMS-ROOT-1': { since: 'v1.0', withdrawn: 'v1.1', reason: 'OMS-ROOT-4 binds names as well' },
  'OMS-ROOT-4': { since: 'v1.1' },
};

const prose = (ids: readonly string[]) =>
  `# Title\n\n${ids.map((id) => `- [${id}] A producer MUST write the rule ${id}.\n`).join('')}`;

/** The findings in version 1.1 with this prose and this list, if 1.0 has OMS-BUNDLE-1 and OMS-ROOT-1. */
function found(text: string, known: object = KNOWN, acknowledged: readonly object[] = []): string[] {
  const material = withProse(materialOf('v1.1'), text);
  const base = withProse(materialOf('v1.0'), prose(['OMS-BUNDLE-1', 'OMS-ROOT-1']));
  const files = {
    'identifiers.json': JSON.stringify(known, null, 2),
    [acknowledgementsPath('v1.0', 'v1.1')]: JSON.stringify({ acknowledged }),
  };
  return identifierFindings({ ...withFiles(material, files), base }).map(formatFinding);
}

const VALID = prose(['OMS-BUNDLE-1', 'OMS-ROOT-4']);

describe('identifierFindings', () => {
  it('identifierFindings finds nothing wrong with a version that keeps, adds and withdraws identifiers', () => {
    expect(found(VALID)).toEqual([]);
  });

  it('identifierFindings finds an identifier that the list does not have', () => {
    expect(found(prose(['OMS-BUNDLE-1', 'OMS-ROOT-4', 'OMS-ROOT-5']))).toEqual([
      'spec/v1.1/oms.md:5: OMS-ROOT-5: identifiers.json does not list it. Run npm run fix.',
    ]);
  });

  it('identifierFindings finds a withdrawn identifier that is used again', () => {
    expect(found(prose(['OMS-BUNDLE-1', 'OMS-ROOT-1', 'OMS-ROOT-4']))).toEqual([
      'spec/v1.1/oms.md:4: OMS-ROOT-1: the identifier was withdrawn in v1.1: OMS-ROOT-4 binds names as well. ' +
        'Take the next free number of the area.',
    ]);
  });

  it('identifierFindings finds an identifier that was dropped without being withdrawn', () => {
    expect(found(prose(['OMS-ROOT-4']))).toEqual([
      'spec/identifiers.json:2: OMS-BUNDLE-1: v1.1 no longer has this requirement. ' +
        'Restore it, or add "withdrawn": "v1.1" and a "reason" to its entry.',
    ]);
  });

  it('identifierFindings finds an identifier that was withdrawn without a reason', () => {
    const known = { ...KNOWN, 'OMS-ROOT-1': { since: 'v1.0', withdrawn: 'v1.1' } };
    expect(found(VALID, known)).toEqual([
      'spec/identifiers.json:5: OMS-ROOT-1: it was withdrawn without a reason. Add a "reason".',
    ]);
  });

  it('identifierFindings finds a requirement whose text differs from the previous version, unless that is acknowledged', () => {
    const changed = VALID.replace('the rule OMS-BUNDLE-1', 'another rule');
    expect(found(changed)).toEqual([
      'spec/v1.1/oms.md:3: OMS-BUNDLE-1: its text differs from v1.0. ' +
        'Give the new rule a number of its own, or acknowledge the change in spec/compat/v1.0-v1.1.json.',
    ]);
    expect(found(changed, KNOWN, [{ change: 'OMS-BUNDLE-1', reason: 'clearer' }])).toEqual([]);
    expect(found(changed, KNOWN, [{ change: 'OMS-BUNDLE-1', reason: ' ' }])).toHaveLength(1);
  });
});
