import path from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { splitAdapters } from './usage.ts';

it('the command line separates the adapters from the arguments of the command', () => {
  expect(splitAdapters(['--strict', '--', 'a', '--b', '--', 'c'])).toEqual({
    own: ['--strict'],
    adapters: [['a', '--b'], ['c']],
  });
});

it('the command line resolves the paths of adapters against the folder the command is called from', () => {
  const file = path.relative(process.cwd(), import.meta.filename);
  const { adapters } = splitAdapters(['--', 'node', file, `--with=${file}`, 'no/such.js']);
  expect(adapters).toEqual([['node', import.meta.filename, `--with=${file}`, 'no/such.js']]);
});

it('a command line with a "--" and no adapter is refused', () => {
  expect(() => splitAdapters(['--', 'a', '--'])).toThrow(UsageError);
});
