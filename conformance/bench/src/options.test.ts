import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../suite/src/command/usage.ts';
import { helpText, parseOptions } from './options.ts';
import { SHORT_WORKLOADS, WORKLOADS } from './workloads.ts';

const base = path.resolve('/base');
const parse = (...args: string[]) => parseOptions(args, base);

describe('the options', () => {
  it('ask for five runs of every workload and for what was reached', () => {
    expect(parse()).toMatchObject({ runs: 5, reach: true, only: WORKLOADS.map(({ name }) => name), json: null });
  });

  it('ask for one run in the short mode, and not for what was reached', () => {
    expect(parse('--short')).toMatchObject({ runs: 1, reach: false });
    expect(parse('--short', '--runs', '2', '--reach')).toMatchObject({ runs: 2, reach: true });
  });

  it('do not ask what was reached where only a part is measured', () => {
    expect(parse('--only', 'tiny').reach).toBe(false);
    expect(parse('--no-reach').reach).toBe(false);
  });

  it('name several workloads, separated by commas', () => {
    expect(parse('--only', 'tiny, one-file').only).toEqual(['tiny', 'one-file']);
  });

  it('name files relative to where the command was called', () => {
    expect(parse('--json', 'out/report.json').json).toBe(path.join(base, 'out/report.json'));
  });

  it('name adapters behind "--", for which nothing is aimed at', () => {
    const adapters = [['one', '--flag'], ['two']];
    expect(parse('--short', '--', 'one', '--flag', '--', 'two')).toMatchObject({ short: true, adapters });
    expect(parse('--', 'one').reach).toBe(false);
  });

  it.each([
    [['--']],
    [['--', 'one', '--']],
    [['--reach', '--', 'one']],
    [['--against', 'earlier', '--', 'one']],
    [['--only', 'tinny']],
    [['--only', '']],
    [['--runs', '0']],
    [['--runs', '1e3']],
    [['--runs', '-1']],
    [['--cool']],
    [['--json']],
    [['tiny']],
  ])('are refused: %j', (args) => {
    expect(() => parse(...args)).toThrow(UsageError);
  });

  it('are all in the help', () => {
    const { adapters: _, ...flags } = parse();
    for (const name of Object.keys(flags)) expect(helpText()).toMatch(new RegExp(`--(\\[no-\\])?${name}\\b`));
    for (const { name } of WORKLOADS) expect(helpText()).toContain(`  ${name} `);
  });
});

describe('the workloads of the short mode', () => {
  it('are those of a full run', () => {
    expect(SHORT_WORKLOADS.map(({ name }) => name)).toEqual(WORKLOADS.map(({ name }) => name));
  });
});
