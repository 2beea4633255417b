import { describe, expect, it } from 'vitest';
import { readMaterial } from '../material.ts';
import { summaries, withProse } from './broken-material.ts';
import { linkFindings } from './links.ts';
import { requirementFindings } from './requirements.ts';

const RULE = '- [OMS-BUNDLE-1] A producer MUST write a bundle that is one JSON object in UTF-8.';

describe('linkFindings', () => {
  it('finds nothing in the prose as it is', () => {
    expect(linkFindings(readMaterial())).toEqual([]);
  });

  it('finds an anchor that no heading answers to, with its line', () => {
    const [finding] = linkFindings(withProse('(#10-the-envelope)', '(#10-envelope)'));
    expect(finding).toMatchObject({ path: 'v1.0/oms.md', message: 'no heading answers to #10-envelope' });
    expect(finding?.line).toBeGreaterThan(1);
  });

  it('finds a link to a file that does not exist', () => {
    const broken = withProse('(algorithms.json)', '(registry.json)');
    expect(summaries(linkFindings(broken))).toEqual(['- there is no file v1.0/registry.json']);
  });

  it('finds a link whose label nothing defines', () => {
    const broken = withProse('the public OMS 1.0 wire', 'the [public OMS][oms] 1.0 wire');
    expect(summaries(linkFindings(broken))).toEqual(['- nothing defines the link [public OMS][oms]']);
  });

  it('finds the definition of a link to a file that does not exist', () => {
    const defined = withProse('## 1. How', '[oms]: registry.json\n\n## 1. How');
    expect(summaries(linkFindings(defined))).toEqual(['- there is no file v1.0/registry.json']);
  });
});

describe('requirementFindings', () => {
  it('finds nothing in the prose as it is', () => {
    expect(requirementFindings(readMaterial())).toEqual([]);
  });

  it.each([
    ['a key word without an identifier', 'A producer MUST write.', '- MUST stands in a sentence without an identifier'],
    [
      'a key word in a list item without an identifier',
      '- A producer MAY write.',
      '- MAY stands in a sentence without an identifier',
    ],
    ['two key words', `${RULE} It SHOULD be short.`, 'OMS-BUNDLE-1 it has 2 key words (MUST, SHOULD)'],
    ['no key word', RULE.replace('MUST write', 'writes'), 'OMS-BUNDLE-1 it has 0 key words'],
    ['two identifiers', RULE.replace('1] A', '1] [OMS-BUNDLE-99] A'), 'OMS-BUNDLE-1 it carries 2 identifiers'],
    ['an identifier used twice', `${RULE}\n${RULE}`, 'OMS-BUNDLE-1 line 103 has the same identifier'],
    [
      'a malformed identifier',
      RULE.replace('BUNDLE-1', 'Bundle-01'),
      'OMS-Bundle-01 the identifier OMS-Bundle-01 is malformed',
    ],
    ['nobody bound', RULE.replace('A producer', 'Everybody'), 'OMS-BUNDLE-1 it does not say who is bound'],
    ['a key word in a clarification', `${RULE} *Clarification: it MUST.*`, 'OMS-BUNDLE-1 the clarification uses MUST'],
    ['a reference to no requirement', `${RULE} See OMS-BUNDLE-99.`, 'OMS-BUNDLE-99 no requirement has this identifier'],
  ])('finds %s', (_fact, after, expected) => {
    const found = summaries(requirementFindings(withProse(RULE, after)));
    expect(found.map((summary) => summary.replace(/line \d+/, 'line 103'))).toEqual([expected]);
  });
});
