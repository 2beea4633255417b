import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDecision, withDecisions } from './decisions.ts';

const folder = path.resolve(import.meta.dirname, '../decisions');
const records = globSync('[0-9]*.md', { cwd: folder })
  .sort()
  .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8') }));

describe('decision records', () => {
  it('decision records are numbered without gaps or duplicates', () => {
    const numbers = records.map(({ name }) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(records.map((_, index) => index + 1));
  });

  it.each(records)('the decision record $name has a status, a date and its three sections', ({ name, text }) => {
    const { number, sections } = parseDecision(name, text);
    expect(name).toMatch(new RegExp(`^${String(number).padStart(4, '0')}-`));
    expect(sections).toEqual(['Context', 'Decision', 'Consequences']);
  });

  it('the index lists all decision records in order', () => {
    const pages = records.map(({ name, text }) => ({
      path: `decisions/${name}`,
      text,
      source: `docs/decisions/${name}`,
    }));
    const text = readFileSync(path.join(folder, 'index.md'), 'utf8');
    const index = { path: 'decisions/index.md', text, source: 'docs/decisions/index.md' };
    const shown = withDecisions([index, ...pages.toReversed()])[0]?.text ?? '';
    const links = [...shown.matchAll(/\]\(\.\/(\S+\.md)\)/g)].map(([, name]) => name);
    expect(links).toEqual(records.map(({ name }) => name));
  });
});

describe('parseDecision', () => {
  const valid = '# 7. What is decided\n\n- **Status**: accepted\n- **Date**: 2026-01-02\n\n## Context\n';

  it('parseDecision returns the number, title, status, date and sections of a record', () => {
    expect(parseDecision('x', valid)).toEqual({
      number: 7,
      title: 'What is decided',
      status: 'accepted',
      date: '2026-01-02',
      sections: ['Context'],
    });
  });

  it.each([
    ['no number', valid.replace('7. ', ''), /heading/],
    ['no status', valid.replace(/- \*\*Status.*\n/, ''), /status/],
    ['a date in words', valid.replace('2026-01-02', 'January'), /date/],
  ])('parseDecision refuses a record with %s', (_, text, message) => {
    expect(() => parseDecision('x', text)).toThrow(message);
  });
});
