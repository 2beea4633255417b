import path from 'node:path';
import { expect, it } from 'vitest';
import { SHORT_WORKLOADS, WORKLOADS } from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';
import { benchHelp, parseBench } from './bench.ts';
import { benchFlags } from './bench-flags.ts';

const base = path.resolve('/base');
const settingsOf = (...args: string[]) => parseBench([...args, '--', 'one'], base)?.settings;

it('the bench command runs every workload five times unless told otherwise', () => {
  expect(settingsOf()).toMatchObject({ runs: 5, only: WORKLOADS.map(({ name }) => name), json: null });
});

it('the bench command runs each program once in the short mode unless told otherwise', () => {
  expect(settingsOf('--short')).toMatchObject({ short: true, runs: 1 });
  expect(settingsOf('--short', '--runs', '2')).toMatchObject({ runs: 2 });
});

it('the bench command takes several workloads, separated by commas', () => {
  expect(settingsOf('--only', 'tiny, one-file')?.only).toEqual(['tiny', 'one-file']);
});

it('the bench command resolves paths against the folder it is called from', () => {
  expect(settingsOf('--json', 'out/report.json')?.json).toBe(path.join(base, 'out/report.json'));
});

it('the bench command takes several adapters, each with its own arguments', () => {
  const request = parseBench(['--short', '--', 'one', '--flag', '--', 'two'], base);
  expect(request?.adapters).toEqual([['one', '--flag'], ['two']]);
});

it.each([
  [[]],
  [['--']],
  [['--', 'one', '--']],
  [['--only', 'tinny', '--', 'one']],
  [['--only', '', '--', 'one']],
  [['--runs', '0', '--', 'one']],
  [['--runs', '1e3', '--', 'one']],
  [['--runs', '-1', '--', 'one']],
  [['--cool', '--', 'one']],
  [['--reach', '--', 'one']],
  [['--json', '--', 'one']],
  [['tiny', '--', 'one']],
])('the bench command refuses the command line %j', (args) => {
  expect(() => parseBench(args, base)).toThrow(UsageError);
});

it('the bench command lists every flag and workload in its help', () => {
  expect(parseBench(['--help'], base)).toBeNull();
  for (const name of Object.keys(benchFlags)) expect(benchHelp()).toMatch(new RegExp(`--${name}\\b`));
  for (const { name } of WORKLOADS) expect(benchHelp()).toContain(`  ${name} `);
});

it('the bench command has the same workloads in the short mode', () => {
  expect(SHORT_WORKLOADS.map(({ name }) => name)).toEqual(WORKLOADS.map(({ name }) => name));
});
