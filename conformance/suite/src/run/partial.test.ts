import { expect, it } from 'vitest';
import type { Observation } from '../adapter/answer.ts';
import { loadVectors } from '../vectors/load.ts';
import type { Vector } from '../vectors/vector.ts';
import { controlsFirst, judgeable } from './partial.ts';

const loaded = loadVectors();
const plain = loaded.find(({ vector }) => vector.id === 'bundle_plain')?.vector as Vector;
const good: Vector = { ...plain, id: 'good' };
const faulty: Vector = { ...plain, id: 'faulty', control: 'good', expect: { outcome: 'reject' } };
const fainter: Vector = { ...faulty, id: 'fainter' };
const alone: Vector = { ...plain, id: 'alone' };
const vectors = [good, faulty, fainter, alone];

/** The ids that can be judged after these answers. */
function after(answers: Readonly<Record<string, 'accept' | 'reject' | 'crash'>>): string[] {
  const executions = Object.entries(answers).map(([id, kind]) => {
    return [id, { observation: { answer: { kind } } as unknown as Observation }] as const;
  });
  return [...judgeable(vectors, new Map(executions))].sort();
}

it('in an interrupted run a refusal is judged only if its control has run', () => {
  expect(after({ faulty: 'reject' })).toEqual([]);
  expect(after({ faulty: 'reject', good: 'crash' })).toEqual(['faulty', 'good']);
});

it('in an interrupted run an acceptance is judged only if a variant was refused, or all variants have run', () => {
  expect(after({ good: 'accept' })).toEqual([]);
  expect(after({ good: 'accept', faulty: 'accept' })).toEqual(['faulty']);
  expect(after({ good: 'accept', faulty: 'reject' })).toEqual(['faulty', 'good']);
  expect(after({ good: 'accept', faulty: 'accept', fainter: 'accept' })).toEqual(['fainter', 'faulty', 'good']);
});

it('in an interrupted run an acceptance without variants is judged only if something was refused', () => {
  expect(after({ alone: 'accept' })).toEqual([]);
  expect(after({ alone: 'accept', good: 'crash', faulty: 'reject' })).toEqual(['alone', 'faulty', 'good']);
});

it('in an interrupted run a crash is judged by itself', () => {
  expect(after({ alone: 'crash' })).toEqual(['alone']);
});

it('a control runs before the vectors that differ from it, and no vector is lost', () => {
  const ordered = controlsFirst(loaded);
  const places = new Map(ordered.map(({ vector }, index) => [vector.id, index]));
  expect(ordered).toHaveLength(loaded.length);
  const late = ordered.filter(({ vector: { control } }, index) => (places.get(control ?? '') ?? -1) > index);
  expect(late.map(({ vector }) => vector.id)).toEqual([]);
});
