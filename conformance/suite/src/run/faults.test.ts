import { expect, it } from 'vitest';
import type { Fault } from '../oracle/fault.ts';
import type { Vector } from '../vectors/vector.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { countingFaults, describedFaults } from './faults.ts';

const about = { decidedBy: ['OMS-CONF-1'], profile: 'core' } as const;
const fault = (change: Partial<Fault>): Fault => ({
  requirement: 'OMS-RES-3',
  level: 'MUST',
  basis: 'public',
  detail: 'a fault',
  ...change,
});
const counts = (
  change: Partial<Fault>,
  verdict: VerdictName,
  vector: Pick<Vector, 'decidedBy' | 'profile'> = about,
): boolean => countingFaults([fault(change)], vector, verdict).length === 1;

it.each(['public', 'upstream'] as const)(
  'a fault against a MUST with the basis "%s" counts in both verdicts',
  (basis) => {
    expect(counts({ basis }, 'public')).toBe(true);
    expect(counts({ basis }, 'clarified')).toBe(true);
  },
);

it('a fault against a MUST of a clarification counts with the clarifications only', () => {
  expect(counts({ basis: 'clarification' }, 'public')).toBe(false);
  expect(counts({ basis: 'clarification' }, 'clarified')).toBe(true);
});

it('a fault against a recommendation counts only in a vector about it, and by a verdict that counts its basis', () => {
  for (const level of ['SHOULD', 'MAY'] as const) {
    expect(counts({ level }, 'public')).toBe(false);
    expect(counts({ level, requirement: 'OMS-CONF-1' }, 'public')).toBe(true);
    expect(counts({ level, requirement: 'OMS-CONF-1', basis: 'clarification' }, 'public')).toBe(false);
    expect(counts({ level, requirement: 'OMS-CONF-1', basis: 'clarification' }, 'clarified')).toBe(true);
  }
});

it('a fault against a proposal counts only for those that follow the draft, and one against the policy never', () => {
  expect(counts({ basis: 'proposal' }, 'clarified')).toBe(false);
  expect(counts({ basis: 'proposal' }, 'clarified', { ...about, profile: 'draft' })).toBe(true);
  expect(counts({ basis: 'proposal' }, 'public', { ...about, profile: 'draft' })).toBe(false);
  expect(counts({ basis: 'own' }, 'clarified', { ...about, profile: 'draft' })).toBe(false);
});

it('a bundle that cannot be read counts in both verdicts', () => {
  expect(counts({ requirement: null }, 'public')).toBe(true);
});

it('a sentence names three faults and counts the rest', () => {
  const faults = ['a', 'b', 'c', 'd', 'e'].map((detail) => fault({ detail }));
  expect(describedFaults(faults)).toBe('a (OMS-RES-3); b (OMS-RES-3); c (OMS-RES-3); and 2 more');
});
