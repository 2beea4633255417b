import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { Findings } from './findings.ts';
import { fuzz, type Outcome, type Plan, usualLimits } from './fuzz.ts';
import { Inputs } from './inputs.ts';
import type { Failure } from './messages.ts';
import { targets } from './testing/planted.ts';

const registry = new URL('./testing/planted.ts', import.meta.url);

/** Other defects must not look like hangs on a busy machine. */
const patient = { ...usualLimits, hang: 120_000 };

function run(target: string, plan: Partial<Plan> = {}): Promise<Outcome> {
  const jobs = [{ target, from: 0, count: 40 }];
  const limits = /hangs|never/.test(target) ? { ...usualLimits, hang: 500 } : patient;
  return fuzz({ registry, jobs, seed: '1', minutes: null, limits, onFailure: () => {}, ...plan });
}

describe('a planted defect', () => {
  it.each([
    ['accepts-wrongly', 'wrong verdict'],
    ['throws-untyped', 'untyped error'],
    ['rejects-later', 'untyped error'],
    ['hangs', 'hang'],
    ['never-settles', 'hang'],
    ['allocates', 'memory'],
    ['fills-the-heap', 'memory'],
    ['dies', 'crash'],
  ] as const)('the fuzzer finds the target that %s as "%s", with the input', async (target, kind) => {
    const { failures, unconfirmed } = await run(target);
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.map((failure) => `${failure.target}: ${failure.kind}`))).toEqual(
      new Set([`${target}: ${kind}`]),
    );
    expect(new Set(failures.map(({ input }) => input))).toEqual(new Set([Buffer.of(7).toString('base64')]));
    expect(unconfirmed).toEqual([]);
  });

  it('the fuzzer goes on with the next input after one that hangs', async () => {
    const { failures, tallies } = await run('hangs', { jobs: [{ target: 'hangs', from: 27, count: 4 }] });
    expect(failures.map(({ id }) => id)).toEqual(['s7']);
    expect(tallies.get('hangs')?.codes).toMatchObject({ odd: expect.any(Number) });
    expect(tallies.get('hangs')?.inputs).toBeGreaterThanOrEqual(2);
  });

  it('the identifier of a failure makes the same input again', async () => {
    const { failures } = await run('accepts-wrongly');
    for (const { id, input } of failures) {
      const target = await (targets['accepts-wrongly'] as (typeof targets)[string])();
      expect(Buffer.from(new Inputs(target, '1').again(id)?.bytes ?? []).toString('base64')).toBe(input);
      const again = await run('accepts-wrongly', { jobs: [{ target: 'accepts-wrongly', id }] });
      expect(again.failures).toMatchObject([{ id, input, kind: 'wrong verdict' }]);
    }
  });
});

it('the fuzzer finds nothing in a target without a defect, and counts what became of its inputs', async () => {
  const { failures, unconfirmed, tallies } = await run('none');
  expect([failures, unconfirmed]).toEqual([[], []]);
  const tally = tallies.get('none');
  expect(tally?.inputs).toBe(40);
  expect((tally?.accepted ?? 0) + (tally?.codes.odd ?? 0)).toBe(40);
});

it('the fuzzer gives each of several targets the same number of inputs', async () => {
  const jobs = ['none', 'accepts-wrongly'].map((target) => ({ target, from: 0, count: 60 }));
  const { tallies } = await run('', { jobs });
  expect([...tallies].map(([target, { inputs }]) => [target, inputs])).toEqual([
    ['none', 60],
    ['accepts-wrongly', 60],
  ]);
});

it('the fuzzer stops when its time is over', async () => {
  const { tallies } = await run('none', { jobs: [{ target: 'none', from: 0, count: null }], minutes: 0.001 });
  expect([...tallies.keys()]).toEqual(['none']);
});

it('the fuzzer stops when it is interrupted, and returns what it has found', async () => {
  const interrupt = new AbortController();
  const jobs = [{ target: 'accepts-wrongly', from: 0, count: null }];
  const { failures } = await run('', { jobs, signal: interrupt.signal, onFailure: () => interrupt.abort() });
  expect(failures.length).toBeGreaterThan(0);
});

it('a target that does not exist, or cannot be loaded, is an error and not a failure', async () => {
  await expect(run('missing')).rejects.toThrow('there is no target "missing"');
});

it('an identifier that makes no input is an error', async () => {
  await expect(run('', { jobs: [{ target: 'none', id: 's99.1' }] })).rejects.toThrow('has no input "s99.1"');
});

it('failures that look alike are written once or twice, with the command that shows them again', () => {
  const folder = path.join(temporaryDirectory(), 'findings');
  const findings = new Findings(folder, '5');
  const failure = (id: string, trait: string): Failure => {
    return {
      target: 'json',
      id,
      kind: 'hang',
      message: 'no verdict',
      trait,
      input: Buffer.from('{}').toString('base64'),
    };
  };
  const files = ['1', '2', '3'].map((id) => findings.write(failure(id, 'a')));
  expect(files.map((file) => file !== null && existsSync(file))).toEqual([true, true, false]);
  findings.write(failure('4', 'b'));
  expect(readdirSync(folder).sort()).toEqual([
    'json-5-1',
    'json-5-1.txt',
    'json-5-2',
    'json-5-2.txt',
    'json-5-4',
    'json-5-4.txt',
  ]);
  expect(readFileSync(path.join(folder, 'json-5-1'), 'utf8')).toBe('{}');
  expect(readFileSync(path.join(folder, 'json-5-1.txt'), 'utf8')).toContain('npm run fuzz -- --seed 5 --input 1 json');
});
