import { expect, it } from 'vitest';
import { loadVectors } from '../vectors/load.ts';
import type { Vector } from '../vectors/vector.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { applyExpectations, holdTogether } from './conclude.ts';
import type { CaseVerdict, Execution } from './execute.ts';
import type { State } from './states.ts';

const [plain] = loadVectors().filter(({ vector }) => vector.id === 'bundle_plain');
const good: Vector = { ...(plain?.vector as Vector), id: 'good' };
const faulty: Vector = { ...good, id: 'faulty', control: 'good', expect: { outcome: 'reject' } };
const ours: Vector = { ...faulty, id: 'ours', basis: 'clarification' };
const optional: Vector = { ...good, id: 'optional', level: 'MAY' };
const belowOptional: Vector = { ...faulty, id: 'below-optional', control: 'optional' };
const alone: Vector = { ...good, id: 'alone' };
const signed: Vector = { ...good, id: 'signed', kind: 'sign' };
const recommended: Vector = { ...good, id: 'recommended', control: 'good', basis: 'clarification' };
const belowRecommended: Vector = { ...faulty, id: 'below-recommended', control: 'recommended' };
const all = [good, faulty, ours, optional, belowOptional, alone, signed, recommended, belowRecommended];

function did(answer: CaseVerdict['did'], state: State, byPublic: State = state): Execution {
  const of = (judged: State) => ({ judgement: { state: judged, detail: '' }, did: answer });
  return { verdicts: { public: of(byPublic), clarified: of(state) }, observation: null, faults: [] };
}

function stateOf(id: string, executions: Record<string, Execution>, verdict: VerdictName = 'clarified') {
  return holdTogether(all, new Map(Object.entries(executions)), verdict).get(id)?.state;
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

it('an acceptance counts if its only faulty variant is not supported and something else was refused', () => {
  const faultyUnsupported = { good: did('accept', 'pass'), faulty: did(null, 'unsupported') };
  expect(stateOf('good', { ...faultyUnsupported, optional: did('accept', 'pass') })).toBe('inconclusive');
  const refusedElsewhere = { optional: did('accept', 'pass'), 'below-optional': did('reject', 'pass') };
  expect(stateOf('good', { ...faultyUnsupported, ours: did(null, 'unsupported'), ...refusedElsewhere })).toBe('pass');
});

it('an acceptance without faulty variants does not count if nothing was refused', () => {
  expect(stateOf('optional', { optional: did('accept', 'pass') })).toBe('inconclusive');
});

it('an optional feature that is refused is unsupported, and so are its variants', () => {
  const executions = { optional: did('reject', 'fail-rejected'), 'below-optional': did('reject', 'fail-reason') };
  expect(stateOf('optional', executions)).toBe('unsupported');
  expect(stateOf('below-optional', executions)).toBe('unsupported');
});

it('an acceptance counts by the public text only if a faulty variant that the public text refuses was refused', () => {
  const executions = {
    good: did('accept', 'pass'),
    faulty: did('accept', 'fail-accepted'),
    ours: did('reject', 'pass', 'observed'),
  };
  expect(stateOf('good', executions, 'public')).toBe('inconclusive');
  expect(stateOf('good', executions, 'clarified')).toBe('pass');
});

it('an acceptance without variants counts by the public text only if it refuses something that the public text refuses', () => {
  const executions = { alone: did('accept', 'pass'), ours: did('reject', 'pass', 'observed') };
  expect(stateOf('alone', executions, 'public')).toBe('inconclusive');
  expect(stateOf('alone', executions, 'clarified')).toBe('pass');
});

it('an acceptance without variants does not count for the refusal of something that must be accepted', () => {
  const executions = { alone: did('accept', 'pass'), good: did('reject', 'fail-rejected') };
  expect(stateOf('alone', executions)).toBe('inconclusive');
});

it('what a verdict only observes stays observed, whatever its control did', () => {
  const executions = { good: did('reject', 'fail-rejected'), ours: did('reject', 'pass', 'observed') };
  expect(stateOf('ours', executions, 'public')).toBe('observed');
  expect(stateOf('ours', executions, 'clarified')).toBe('inconclusive');
});

it('a refusal of a fault beside what only the clarifications accept counts by the public text if the binding control was accepted', () => {
  const executions = {
    good: did('accept', 'pass'),
    recommended: did('reject', 'fail-rejected', 'observed'),
    'below-recommended': did('reject', 'pass'),
  };
  expect(stateOf('below-recommended', executions, 'public')).toBe('pass');
  expect(stateOf('below-recommended', executions, 'clarified')).toBe('inconclusive');
  const refusing = { ...executions, good: did('reject', 'fail-rejected') };
  expect(stateOf('below-recommended', refusing, 'public')).toBe('inconclusive');
});

it('a signature that the oracle found right counts although nothing was refused', () => {
  expect(stateOf('signed', { signed: did('accept', 'pass') })).toBe('pass');
});

const listed = new Map([['good', { reason: 'known', link: null }]]);

it('a listed failure is an expected one', () => {
  expect(applyExpectations({ state: 'fail-rejected', detail: '' }, 'good', listed).state).toBe('xfail');
});

it('a pass that is listed as a failure is a failure', () => {
  expect(applyExpectations({ state: 'pass', detail: '' }, 'good', listed).state).toBe('xpass');
});

it.each(['unsupported', 'observed'] as const)(
  'a listed vector that is %s is neither expected nor a failure',
  (state) => {
    expect(applyExpectations({ state, detail: '' }, 'good', listed).state).toBe(state);
  },
);

it('a failure whose state differs from the listed one stays a failure', () => {
  const strict = new Map([['good', { reason: 'known', link: null, state: 'fail-reason' as const }]]);
  expect(applyExpectations({ state: 'crash', detail: '' }, 'good', strict).state).toBe('crash');
});
