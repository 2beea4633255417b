import { expect, it } from 'vitest';
import { loadVectors } from '../vectors/load.ts';
import type { Vector } from '../vectors/vector.ts';
import { applyExpectations, holdTogether } from './conclude.ts';
import type { Execution } from './execute.ts';

const [plain] = loadVectors().filter(({ vector }) => vector.id === 'bundle_plain');
const good = { ...(plain?.vector as Vector), id: 'good' };
const faulty = { ...good, id: 'faulty', control: 'good', expect: { outcome: 'reject' as const } };
const optional = { ...good, id: 'optional', level: 'MAY' as const };
const belowOptional = { ...faulty, id: 'below-optional', control: 'optional' };

function did(verdict: Execution['verdict'], state: Execution['judgement']['state']): Execution {
  return { verdict, judgement: { state, detail: '' }, observation: null };
}

function stateOf(id: string, executions: Record<string, Execution>): string | undefined {
  return holdTogether([good, faulty, optional, belowOptional], new Map(Object.entries(executions))).get(id)?.state;
}

it('a refusal counts if its control was accepted', () => {
  expect(stateOf('faulty', { good: did('accept', 'pass'), faulty: did('reject', 'pass') })).toBe('pass');
});

it('a refusal does not count if its control was refused', () => {
  const executions = { good: did('reject', 'fail-rejected'), faulty: did('reject', 'pass') };
  expect(stateOf('faulty', executions)).toBe('inconclusive');
});

it('a wrong reason is not a failure if the control was refused', () => {
  const executions = { good: did('reject', 'fail-rejected'), faulty: did('reject', 'fail-reason') };
  expect(stateOf('faulty', executions)).toBe('inconclusive');
});

it('an acceptance does not count if all its faulty variants were accepted', () => {
  const executions = { good: did('accept', 'pass'), faulty: did('accept', 'fail-accepted') };
  expect(stateOf('good', executions)).toBe('inconclusive');
  expect(stateOf('faulty', executions)).toBe('fail-accepted');
});

it('an acceptance without faulty variants does not count if nothing was refused', () => {
  expect(stateOf('optional', { optional: did('accept', 'pass') })).toBe('inconclusive');
});

it('an optional feature that is refused is unsupported, and so are its variants', () => {
  const executions = { optional: did('reject', 'fail-rejected'), 'below-optional': did('reject', 'fail-reason') };
  expect(stateOf('optional', executions)).toBe('unsupported');
  expect(stateOf('below-optional', executions)).toBe('unsupported');
});

const listed = new Map([['good', { reason: 'known', link: null }]]);

it('a listed failure is an expected one', () => {
  expect(applyExpectations({ state: 'fail-rejected', detail: '' }, 'good', listed).state).toBe('xfail');
});

it('a pass that is listed as a failure is a failure', () => {
  expect(applyExpectations({ state: 'pass', detail: '' }, 'good', listed).state).toBe('xpass');
});

it('a failure whose state differs from the listed one stays a failure', () => {
  const strict = new Map([['good', { reason: 'known', link: null, state: 'fail-reason' as const }]]);
  expect(applyExpectations({ state: 'crash', detail: '' }, 'good', strict).state).toBe('crash');
});
