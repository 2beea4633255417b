import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

it('npm start builds what the demonstration needs, and nothing else', () => {
  const [build = ''] = (scripts.start as string).split(' && ');
  const words = build.split(' ').filter((word) => !word.startsWith('--output-logs'));
  const { stdout, stderr } = spawnSync(process.execPath, [...words.slice(1), '--dry=json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const tasks: { package: string; command: string }[] = JSON.parse(stdout || `"${stderr}"`).tasks;
  const built = tasks.filter(({ command }) => command !== '<NONEXISTENT>').map((task) => task.package);
  const needed = ['spec', 'x509', 'core', 'sigstore', 'sources', 'keys', 'policy', 'native', 'cli'].map(
    (name) => `@model-signing/${name}`,
  );
  expect([...new Set(built)].sort()).toEqual(needed.sort());
});
