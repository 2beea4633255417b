import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { materialOf, replaced, summaries, withProse } from '../testing/material.ts';
import { requirementFindings } from './requirements.ts';

const RULE = '- [OMS-BUNDLE-1] A producer MUST write a bundle that is one JSON object in UTF-8.';
const PROSE = `# Title\n\n## 1. Conventions\n\n### 1.1 Words\n\nMUST and MAY.\n\n## 2. The bundle\n\n${RULE}\n`;

function found(after: string) {
  return requirementFindings(withProse(materialOf('v1.0'), replaced(PROSE, RULE, after)));
}

describe('requirementFindings', () => {
  it('requirementFindings finds nothing wrong with requirements of one identifier, one party and one key word', () => {
    expect(found(RULE)).toEqual([]);
  });

  it.each([
    [
      'a key word without an identifier',
      'A producer MUST write.',
      '- MUST is used in a sentence without an identifier',
    ],
    [
      'a key word in a list item without an identifier',
      '- A producer MAY write.',
      '- MAY is used in a sentence without an identifier',
    ],
    ['two key words', `${RULE} It SHOULD be short.`, 'OMS-BUNDLE-1 it has 2 key words (MUST, SHOULD)'],
    ['no key word', RULE.replace('MUST write', 'writes'), 'OMS-BUNDLE-1 it has 0 key words'],
    ['two identifiers', RULE.replace('1] A', '1] [OMS-BUNDLE-99] A'), 'OMS-BUNDLE-1 it carries 2 identifiers'],
    ['an identifier used twice', `${RULE}\n${RULE}`, 'OMS-BUNDLE-1 line 11 has the same identifier'],
    [
      'a malformed identifier',
      RULE.replace('BUNDLE-1', 'Bundle-01'),
      'OMS-Bundle-01 the identifier OMS-Bundle-01 is malformed',
    ],
    ['no bound party', RULE.replace('A producer', 'One'), 'OMS-BUNDLE-1 it does not say who is bound'],
    ['a key word in a clarification', `${RULE} *Clarification: it MUST.*`, 'OMS-BUNDLE-1 the clarification uses MUST'],
    ['a reference to no requirement', `${RULE} See OMS-BUNDLE-99.`, 'OMS-BUNDLE-99 no requirement has this identifier'],
  ])('requirementFindings finds %s in the prose', (_fact, after, expected) => {
    expect(summaries(found(after))).toEqual([expected]);
  });

  it('requirementFindings says where a fault is, whose it is and what to do', () => {
    expect(found(`${RULE}\n${RULE}`).map(formatFinding)).toEqual([
      'spec/v1.0/oms.md:12: OMS-BUNDLE-1: line 11 has the same identifier. Take the next number of the area.',
    ]);
  });
});
