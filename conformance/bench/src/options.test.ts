import path from 'node:path';
import { expect, it } from 'vitest';
import { benchFlags } from '../../suite/src/command/bench-flags.ts';
import { UsageError } from '../../suite/src/errors.ts';
import { helpText, parseOptions } from './options.ts';

const base = path.resolve('/base');
const parse = (...args: string[]) => parseOptions(args, base);

it('the benchmark compares a full run with the targets unless told otherwise', () => {
  expect(parse()?.reach).toBe(true);
  expect(parse('--no-reach')?.reach).toBe(false);
});

it('the benchmark does not compare a partial or short run with the targets unless told to', () => {
  expect(parse('--only', 'tiny')?.reach).toBe(false);
  expect(parse('--short')?.reach).toBe(false);
  expect(parse('--short', '--reach')?.reach).toBe(true);
});

it('the benchmark resolves the path of the earlier checkout against the folder it is called from', () => {
  expect(parse('--against', 'earlier')?.against).toBe(path.join(base, 'earlier'));
});

it.each([[['tiny']], [['--cool']], [['--against']]])('the benchmark refuses the arguments %j', (args) => {
  expect(() => parse(...args)).toThrow(UsageError);
});

it('the benchmark lists every flag in its help', () => {
  expect(parse('--help')).toBeNull();
  for (const name of [...Object.keys(benchFlags), 'against', '[no-]reach']) expect(helpText()).toContain(`--${name} `);
});
