import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type BasisBadge, basisBadges } from './basis.ts';

function badgesOf(): BasisBadge {
  const root = mkdtempSync(path.join(tmpdir(), 'oms-docs-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(path.join(root, 'spec/v1.0'), { recursive: true });
  const answers = {
    sections: [{ section: '8.4', title: 'Manifest Verification', address: 'https://example.org/text#84' }],
    documents: [{ document: 'DSSE-PROTO', title: 'The "protocol"', address: 'https://example.org/dsse' }],
  };
  writeFileSync(path.join(root, 'spec/v1.0/public-text.json'), JSON.stringify(answers));
  return basisBadges(root, 'v1.0');
}

it('A requirement that rests on the public text leads to its section there', () => {
  expect(badgesOf()({ kind: 'public', section: '8.4(8)' })).toBe(
    '[<span class="basis public" title="Manifest Verification">public text, 8.4(8)</span>](https://example.org/text#84)',
  );
});

it('A requirement that rests on another document leads to it and names the place, escaped', () => {
  expect(badgesOf()({ kind: 'upstream', document: 'DSSE-PROTO', section: 'Protocol' })).toBe(
    '[<span class="basis upstream" title="The &quot;protocol&quot;: Protocol">DSSE-PROTO</span>](https://example.org/dsse)',
  );
});

it('A requirement that rests on a decision or a draft says so and leads nowhere', () => {
  const badge = badgesOf();
  expect(badge({ kind: 'clarification', why: 'so' })).toContain('>clarification</span>');
  expect(badge({ kind: 'proposal' })).not.toContain('](');
});

it('A basis that cites what is not listed is an error that names it', () => {
  expect(() => badgesOf()({ kind: 'public', section: '99' })).toThrow('spec/v1.0/public-text.json lists no 99');
});
