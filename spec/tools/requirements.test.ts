import { describe, expect, it } from 'vitest';
import { layoutOf, readText } from './layout.ts';
import { parseProse } from './prose.ts';
import { extractRequirements, keyWords } from './requirements.ts';

const SOURCE = `# Title

## 1. First

### 1.1 Inner

- [OMS-A-1] A producer MUST write \`a\`
  on one line. *Clarification: the public text is
  silent.*
- [OMS-A-2] An implementation MUST NOT write \`*\` twice.
- an ordinary item

## 2. Second

- [OMS-B-1] A verifier SHOULD accept [section 1](#1-first).
`;

describe('extractRequirements', () => {
  it('extractRequirements splits identifier, level, role, section, text and clarification', () => {
    expect(extractRequirements(parseProse(SOURCE))).toEqual([
      {
        id: 'OMS-A-1',
        level: 'MUST',
        role: 'producer',
        section: '1.1',
        text: 'A producer MUST write `a` on one line.',
        clarification: 'the public text is silent.',
      },
      {
        id: 'OMS-A-2',
        level: 'MUST NOT',
        role: 'implementation',
        section: '1.1',
        text: 'An implementation MUST NOT write `*` twice.',
        clarification: null,
      },
      {
        id: 'OMS-B-1',
        level: 'SHOULD',
        role: 'verifier',
        section: '2',
        text: 'A verifier SHOULD accept [section 1](#1-first).',
        clarification: null,
      },
    ]);
  });

  it('extractRequirements finds every identifier that opens a list item of the prose', () => {
    const source = readText(layoutOf('v1.0').prose);
    const openings = source.match(/^- \[OMS-[A-Z0-9]+-[0-9]+\]/gm) ?? [];
    const extracted = extractRequirements(parseProse(source));
    expect(extracted.map(({ id }) => `- [${id}]`)).toEqual(openings);
  });

  it('extractRequirements refuses a requirement that binds no party', () => {
    const source = '- [OMS-A-1] Bundles MUST be short.\n';
    expect(() => extractRequirements(parseProse(source))).toThrow('line 1: ');
  });
});

describe('keyWords', () => {
  it('keyWords takes MUST NOT as one key word', () => {
    expect(keyWords('MUST NOT, then MAY, and must')).toEqual(['MUST NOT', 'MAY']);
  });
});
