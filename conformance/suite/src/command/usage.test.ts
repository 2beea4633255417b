import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { UsageError } from '../errors.ts';
import { suiteVersion } from '../vectors/suite.ts';
import { commandHelp, helpText } from './help.ts';
import { main } from './main.ts';
import { parseRunFlags } from './run-options.ts';
import { parseFlags, splitAdapters } from './usage.ts';

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

it.each([
  ['--htlm', 'there is no flag --htlm; did you mean --html?'],
  ['--rerun-faild=a', 'there is no flag --rerun-faild; did you mean --rerun-failed?'],
  ['--xyzzy', 'there is no flag --xyzzy'],
  ['--light=yes', '--light takes no value'],
  ['--json', '--json takes a value'],
])('the flag %s is refused with what is wrong with it', (flag, expected) => {
  const parse = () => parseRunFlags([flag]);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(expected);
  expect(parse).not.toThrow('positional');
});

it('a value that looks like a flag is refused, and one argument too many', () => {
  expect(() => parseRunFlags(['--json', '--light'])).toThrow('--json takes a value');
  expect(() => parseFlags({ args: ['more'], options: {} })).toThrow('"more" is not a flag, and not needed here');
});

it.each(['run', 'matrix', 'list', 'show', 'report', 'attest'])('%s has a help of its own with an example', (name) => {
  const text = commandHelp(name) ?? '';
  expect(text).toContain(`Usage: oms-conformance ${name} `);
  expect(text).toContain(`\n  oms-conformance ${name} `);
  expect(helpText()).toContain(`\n  ${name} `);
});

it('the help of run names each of its flags, and that of other commands not those', () => {
  for (const flag of ['only', 'replays', 'html', 'keep', 'no-smoke']) expect(commandHelp('run')).toContain(`--${flag}`);
  expect(commandHelp('show')).not.toContain('--jobs');
  expect(commandHelp('missing')).toBeNull();
});

it.each(['version', '--version', '-V'])('%s prints the version that reports name', async (name) => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await main([name])).toBe(0);
  expect(write.mock.calls).toEqual([[`${suiteVersion()}\n`]]);
  write.mockRestore();
});
