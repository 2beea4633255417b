import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadVectors, VECTORS_DIRECTORY } from './load.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vectors-'));
  for (const id of ['bundle_plain', 'model_modified']) {
    cpSync(path.join(VECTORS_DIRECTORY, id), path.join(directory, id), { recursive: true });
  }
});

afterEach(() => rmSync(directory, { recursive: true }));

function edit(change: (vector: Record<string, unknown>) => void): void {
  const file = path.join(directory, 'model_modified/vector.json');
  const vector = JSON.parse(readFileSync(file, 'utf8'));
  change(vector);
  writeFileSync(file, JSON.stringify(vector));
}

it('vectors are loaded with their bundles, sorted by id', () => {
  expect(loadVectors(directory).map(({ vector, bundle }) => [vector.id, bundle?.[0]])).toEqual([
    ['bundle_plain', 0x7b],
    ['model_modified', 0x7b],
  ]);
});

it.each<[string, (vector: Record<string, unknown>) => void, string]>([
  ['a member that the schema does not know', (v) => Object.assign(v, { x: 1 }), 'breaks the schema'],
  ['a refusal without a control', (v) => delete v.control, 'breaks the schema'],
  ['a refusal without a reason', (v) => Object.assign(v, { expect: { outcome: 'reject' } }), 'breaks the schema'],
  [
    'a class of reasons that does not exist',
    (v) => Object.assign(v, { expect: { outcome: 'reject', reasons: ['model/x'] } }),
    'names no class: model/x',
  ],
  [
    'an id that is not that of its directory',
    (v) => Object.assign(v, { id: 'model_other' }),
    'calls itself model_other',
  ],
  ['a control that does not exist', (v) => Object.assign(v, { control: 'model_x' }), 'is not an accepted vector'],
  ['itself as its control', (v) => Object.assign(v, { control: 'model_modified' }), 'is not an accepted vector'],
  ['a predecessor that does not exist', (v) => Object.assign(v, { after: ['model_x'] }), 'comes after model_x'],
])('a vector with %s is refused', (_what, change, message) => {
  edit(change);
  expect(() => loadVectors(directory)).toThrow(message);
});

it('a bundle with another digest is refused', () => {
  writeFileSync(path.join(directory, 'bundle_plain/bundle.json'), '{}');
  expect(() => loadVectors(directory)).toThrow('vector bundle_plain: bundle.json has the digest 44136fa3');
});
