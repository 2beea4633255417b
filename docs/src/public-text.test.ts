import path from 'node:path';
import { requirements } from '@model-signing/spec/requirements';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../../conformance/suite/src/vectors/suite.ts';
import { recordedData } from './comparison.ts';
import { answerIn, publicTextPage, readTextDefects } from './public-text.ts';

const root = path.resolve(import.meta.dirname, '../..');
const defects = readTextDefects(root);
const { conformance } = recordedData(path.join(root, 'docs/data'));
const { byId } = loadSuite();
const known = new Set<string>(requirements.map(({ id }) => id));

describe('the defects of the public text', () => {
  it.each(defects)(
    'the defect "$id" names only requirements and vectors that exist',
    ({ requirements: ids, shown }) => {
      expect(ids.filter((each) => !known.has(each))).toEqual([]);
      expect(shown.filter(({ vector }) => !byId.has(vector))).toEqual([]);
      expect(ids.length * shown.length).toBeGreaterThan(0);
    },
  );

  it('each defect has an anchor of its own, a section, a consequence in one sentence and a proposed wording', () => {
    expect(new Set(defects.map(({ id }) => id)).size).toBe(defects.length);
    for (const { sections, consequence, proposed } of defects) {
      expect(sections.length).toBeGreaterThan(0);
      expect(consequence).toMatch(/^[A-Z][^.]*(?:\.[0-9a-z][^.]*)*\.$/);
      expect(proposed).toMatch(/\.$/);
    }
  });

  it('the page says of every case what each recorded implementation does', () => {
    const { text } = publicTextPage(defects, conformance);
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:case|---)/.test(line));
    expect(rows).toHaveLength(defects.flatMap(({ shown }) => shown).length);
    const names = conformance?.reports.map(({ implementation: { name } }) => name) ?? [];
    const columns = names.length + (names.includes('Go') ? 3 : 4);
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(columns);
    expect(text).not.toMatch(/\| undefined \||\[object/);
  });

  it('what an implementation does with a case is its answer, and never guessed from the verdict', () => {
    const report = (answer: string | null, state: string) =>
      ({ results: [{ id: 'a', answer, verdicts: { clarified: { state } } }] }) as never;
    expect(answerIn(report('accept', 'fail-accepted'), 'a')).toBe('accepts');
    expect(answerIn(report('reject', 'inconclusive'), 'a')).toBe('refuses');
    expect(answerIn(report(null, 'unsupported'), 'a')).toBe('not offered');
    expect(answerIn(report(null, 'crash'), 'a')).toBe('not known');
    expect(answerIn(report('accept', 'pass'), 'b')).toBe('not known');
  });
});
