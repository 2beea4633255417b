import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Defect, defectOf, linesOf, readDefects } from './defects.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'defects-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const defect: Defect = {
  id: 'some',
  title: 'It accepts anything',
  consequence: 'Anything is accepted.',
  vectors: ['^bundle_x'],
  model: 'plain',
  commands: ['verify model'],
  exit: 0,
  prints: 'ok',
};

function read(...list: unknown[]): Defect[] {
  const file = path.join(directory, 'defects.json');
  writeFileSync(file, JSON.stringify(list));
  return readDefects(file);
}

it('a list of defects is read', () => {
  expect(read(defect)).toEqual([defect]);
});

it.each([
  ['title', 'It ends in a full stop.'],
  ['consequence', 'no sentence'],
  ['vectors', []],
  ['vectors', ['(']],
  ['model', 'another'],
  ['commands', []],
  ['exit', '0'],
  ['prints', ''],
  ['more', 1],
])('a defect with a wrong "%s" is refused with its name', (member, value) => {
  expect(() => read({ ...defect, [member]: value })).toThrow(`defect "some": "${member}"`);
});

it('a defect with a malformed id is refused', () => {
  expect(() => read({ ...defect, id: 'Some id' })).toThrow('"id" is missing or malformed');
});

it('a defect that takes more than three lines of shell is refused', () => {
  expect(() => read({ ...defect, commands: ['a', 'b', 'c'] })).toThrow('more than 3 lines');
});

it('a defect that is listed twice is refused', () => {
  expect(() => read(defect, defect)).toThrow('listed twice');
});

it('a vector belongs to the first defect that names it', () => {
  const other = { ...defect, id: 'other', vectors: ['bundle'] };
  expect(defectOf('bundle_xy', [defect, other])).toBe(defect);
  expect(defectOf('bundle_y', [defect, other])).toBe(other);
  expect(defectOf('model_y', [defect, other])).toBeUndefined();
});

it('the model that most vectors have costs one line', () => {
  expect(linesOf(defect)).toHaveLength(2);
  expect(linesOf({ ...defect, model: 'none' })).toEqual(['verify model']);
});
