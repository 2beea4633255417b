import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parts, timesText } from './check-parts.ts';

const root = path.resolve(import.meta.dirname, '..');

it('npm run check caches exactly the parts that are declared as root tasks in turbo.json', () => {
  const { tasks } = JSON.parse(readFileSync(path.join(root, 'turbo.json'), 'utf8'));
  const declared = Object.keys(tasks).filter((task) => task.startsWith('//#'));
  const run = parts.flatMap(({ command }) => /turbo\.ts run (\S+)/.exec(command)?.[1] ?? []);
  expect(run.map((task) => `//#${task}`)).toEqual(declared);
});

it('npm run check runs the tests every time instead of caching their result', () => {
  expect(parts.at(-1)).toEqual({ name: 'tests', command: 'vitest run' });
});

it('timesText lists the time of each part and the total', () => {
  const text = timesText([
    { name: 'lint', seconds: 1.25 },
    { name: 'tests', seconds: 100 },
  ]);
  expect(text).toBe('lint              1.3 s\ntests           100.0 s\nall             101.3 s\n');
});
