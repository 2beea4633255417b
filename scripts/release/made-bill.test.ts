import { expect, it } from 'vitest';
import { billOf, component, crateComponents, npmComponent } from './made-bill.ts';

const whole = component({ type: 'application', name: 'x', version: '1.0.0', purl: 'pkg:generic/x@1.0.0' });

it('a bill lists each part once, in one order, and says that the whole needs it', () => {
  const parts = [npmComponent('@a/b', '1.0.0', 'sha512-AAEC'), npmComponent('a', '2.0.0')];
  const bill = JSON.parse(billOf(whole, [...parts, ...parts]));
  expect(bill.components.map(({ purl }: { purl: string }) => purl)).toEqual([
    'pkg:npm/%40a/b@1.0.0',
    'pkg:npm/a@2.0.0',
  ]);
  expect(bill.components[0].hashes).toEqual([{ alg: 'SHA-512', content: '000102' }]);
  expect(bill.dependencies).toEqual([
    { ref: 'pkg:generic/x@1.0.0', dependsOn: ['pkg:npm/%40a/b@1.0.0', 'pkg:npm/a@2.0.0'] },
  ]);
  expect(billOf(whole, parts.toReversed())).toBe(billOf(whole, parts));
  expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it('the crates of an engine have their digests', () => {
  const crates = crateComponents('linux-x64-gnu');
  expect(crates.length).toBeGreaterThan(0);
  expect(crates.every(({ hashes }) => /^[0-9a-f]{64}$/.test(hashes?.[0]?.content ?? ''))).toBe(true);
});
