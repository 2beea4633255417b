import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parts, timesText } from './check-parts.ts';

const root = path.resolve(import.meta.dirname, '..');

it('caches each part that a task of the root is declared for, and runs no task that is not', () => {
  const { tasks } = JSON.parse(readFileSync(path.join(root, 'turbo.json'), 'utf8'));
  const declared = Object.keys(tasks).filter((task) => task.startsWith('//#'));
  const run = parts.flatMap(({ command }) => /turbo\.ts run (\S+)/.exec(command)?.[1] ?? []);
  expect(run.map((task) => `//#${task}`)).toEqual(declared);
});

it('never takes tests for passed because they passed before', () => {
  expect(parts.at(-1)).toEqual({ name: 'tests', command: 'vitest run' });
});

it('says how long each part took, and all of them', () => {
  const text = timesText([
    { name: 'lint', seconds: 1.25 },
    { name: 'tests', seconds: 100 },
  ]);
  expect(text).toBe('lint              1.3 s\ntests           100.0 s\nall             101.3 s\n');
});
