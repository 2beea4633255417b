import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { materialOf, summaries, withProse } from '../testing/material.ts';
import { linkFindings } from './links.ts';

const PROSE = '# Title\n\n## 1. The envelope\n\nSee [there](#1-the-envelope) and [the registry](algorithms.json).\n';

function found(before: string, after: string) {
  return linkFindings(withProse(materialOf('v1.0'), PROSE.replace(before, after)));
}

describe('linkFindings', () => {
  it('linkFindings finds nothing wrong with links to existing headings and files', () => {
    expect(found('', '')).toEqual([]);
  });

  it('linkFindings finds an anchor that no heading has, and says where it is and what to do', () => {
    expect(found('(#1-the-envelope)', '(#1-envelope)').map(formatFinding)).toEqual([
      'spec/v1.0/oms.md:5: no heading has the anchor #1-envelope. Correct the anchor.',
    ]);
  });

  it('linkFindings finds a link to a file that does not exist', () => {
    expect(summaries(found('(algorithms.json)', '(registry.json)'))).toEqual(['- there is no file v1.0/registry.json']);
  });

  it('linkFindings finds a link whose label is not defined', () => {
    expect(summaries(found('See', 'The [public OMS][oms]. See'))).toEqual([
      '- nothing defines the link [public OMS][oms]',
    ]);
  });

  it('linkFindings finds the definition of a link to a file that does not exist', () => {
    expect(summaries(found('## 1.', '[oms]: registry.json\n\n## 1.'))).toEqual([
      '- there is no file v1.0/registry.json',
    ]);
  });
});
