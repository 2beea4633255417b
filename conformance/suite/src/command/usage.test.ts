import path from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import { splitAdapters } from './usage.ts';

it('splits the adapters from the arguments of the command', () => {
  expect(splitAdapters(['--strict', '--', 'a', '--b', '--', 'c'])).toEqual({
    own: ['--strict'],
    adapters: [['a', '--b'], ['c']],
  });
});

it('makes the files of adapters absolute from where the command was called', () => {
  const file = path.relative(process.cwd(), import.meta.filename);
  const { adapters } = splitAdapters(['--', 'node', file, `--with=${file}`, 'no/such.js']);
  expect(adapters).toEqual([['node', import.meta.filename, `--with=${file}`, 'no/such.js']]);
});

it('refuses a command line with a "--" and no adapter', () => {
  expect(() => splitAdapters(['--', 'a', '--'])).toThrow(UsageError);
});
