import fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditBudget, drawAudit } from './audit.ts';

it('an audit draws different resources, and as many as fit into its budget', () => {
  const sizes = fc.array(fc.nat({ max: 1000 }), { maxLength: 50 });
  fc.assert(
    fc.property(sizes, fc.nat({ max: 5000 }), (all, budget) => {
      const drawn = drawAudit(all, budget);
      const sum = drawn.reduce((total, index) => total + (all[index] as number), 0);
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(sum).toBeLessThanOrEqual(budget);
      const left = all.filter((_, index) => !drawn.includes(index));
      // Nothing that is left would still fit, except after the budget is used up.
      if (budget > sum) for (const size of left) expect(size).toBeGreaterThan(budget - sum);
    }),
  );
});

it('an audit draws nothing if the smallest resource is larger than its budget, and everything with all of the bytes', () => {
  expect(drawAudit([100, 200, 300], auditBudget({ share: 0.1 }, 600))).toEqual([]);
  expect(drawAudit([100, 200, 300], auditBudget({ share: 1 }, 600)).toSorted()).toEqual([0, 1, 2]);
  expect(drawAudit([100, 200, 300], auditBudget('none', 600))).toEqual([]);
  expect(drawAudit([100, 200, 300], auditBudget({ bytes: 150 }, 600))).toEqual([0]);
});

it('an audit may draw any resource', () => {
  const drawn = new Set(Array.from({ length: 500 }, () => drawAudit([1, 1, 1, 1, 1], 1)[0]));
  expect([...drawn].toSorted()).toEqual([0, 1, 2, 3, 4]);
});
